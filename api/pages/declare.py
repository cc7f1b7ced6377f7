"""The page on which a job is declared: five things to say, the quote beside it, and the button."""

import json
from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request, Response

from api import declaring, example
from api.errors import Wrong
from api.house import Home
from api.links import back
from api.pages.quoted import quoted
from api.pages.routes import Paged
from api.who import Asker, may
from domain.declaration import DeclarationUnreadable, JobDeclaration, load_declaration

router = APIRouter(include_in_schema=False)
Declaring = Annotated[Asker, Depends(may("declare"))]
FIELDS = (
    "title", "description", "function", "performance_or_licence", "advertising",
    "client_name", "client_number", "client_email",
    "client_street", "client_house_number", "client_postal_code", "client_city",
    "date", "starts", "ends", "place", "price_eur", "whole",
)  # fmt: skip
"""What the page asks for; anything more goes into the whole declaration."""
Form = dict[str, str]


@router.get("/declare")
async def show(
    request: Request,
    page: Paged,
    home: Home,
    asker: Declaring,
    filled: Annotated[Literal["yes"] | None, Query(alias="example")] = None,
) -> Response:
    """The empty form, or the form filled in with the example."""
    form = dict.fromkeys(FIELDS, "") | ({"whole": example.text()} if filled else {})
    return await _page(request, page, home, asker, form)


@router.post("/declare")
async def send(
    request: Request, page: Paged, home: Home, asker: Declaring, part: Literal["quote"] | None = None
) -> Response:
    """The quote beside the form while typing; the whole page without script; a job when the button was pressed."""
    sent = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    form = dict.fromkeys(FIELDS, "") | {name: value for name, value in sent.items() if name in FIELDS}
    if part or sent.get("do") != "declare":
        return await _page(request, page, home, asker, form, part=part, key=sent.get("key"))
    try:
        declaration = read(form).model_copy(update={"quote_id": sent.get("quote_id") or None})
        job_id = await declaring.declare(home, asker, declaration, sent.get("key") or uuid4().hex)
    except DeclarationUnreadable:
        return await _page(request, page, home, asker, form, key=sent.get("key"))
    except Wrong as wrong:
        if wrong.kind not in ("quote-refuses", "quote-changed"):
            raise
        again = wrong.kind == "quote-changed"
        return await _page(request, page, home, asker, form, key=sent.get("key"), again=again)
    return back(request, f"/jobs/{job_id}")


async def _page(
    request: Request,
    page: Paged,
    home: Home,
    asker: Asker,
    form: Form,
    *,
    part: str | None = None,
    key: str | None = None,
    again: bool = False,
) -> Response:
    lang = page.language(request, asker)
    quote: dict[str, Any] | None = None
    flaws: list[str] = []
    if any(form.values()):
        try:
            quote = quoted((await declaring.ask(home, read(form), asker)).quote, lang)
        except DeclarationUnreadable as error:
            flaws = [str(flaw if form["whole"] else flaw._replace(line=None)) for flaw in error.flaws]
    template = "quote.html" if part else "declare.html"
    known: dict[str, Any] = {
        "quote": quote,
        "flaws": flaws,
        "form": form,
        "key": key or uuid4().hex,
        "again": again,
    }
    return page.page(request, template, asker, has_example=bool(example.text()), **known)


def read(form: Form) -> JobDeclaration:
    """The declaration a form says: its whole text when given, else its fields; DeclarationUnreadable."""
    return load_declaration(form["whole"] if form["whole"].strip() else json.dumps(_declared(form)))


def _declared(form: Form) -> dict[str, Any]:
    """The fields of a form as a declaration; what is left empty is left out."""
    address = _given(form, "street", "house_number", "postal_code", "city", prefix="client_")
    client = _given(form, "name", "email", prefix="client_") | _renamed(form, client_number="enterprise_number")
    if {"street", "postal_code", "city"} <= address.keys():
        client["address"] = address
    day = _given(form, "date", "starts", "ends", "place")
    told = {"all_inclusive": True, **_given(form, "title", "description", "price_eur")}
    told["vat"] = {name: bool(form[name]) for name in ("performance_or_licence", "advertising")}
    told["crew"] = [{"item": "me", "member": True, **_given(form, "function")}]
    if client:
        told["client"] = client
    if {"date", "starts", "ends"} <= day.keys():
        told["days"] = [day]
    return told


def _given(form: Form, *names: str, prefix: str = "") -> dict[str, Any]:
    return {name: value for name in names if (value := form[prefix + name].strip())}


def _renamed(form: Form, **names: str) -> dict[str, Any]:
    return {new: value for old, new in names.items() if (value := form[old].strip())}
