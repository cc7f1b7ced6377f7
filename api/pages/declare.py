"""The page on which a job is declared: five things to say, the quote beside it, and the button."""

from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request, Response

from api import declaring, example
from api.errors import Wrong
from api.house import Home
from api.links import back
from api.pages.form import FIELDS, Form, filled, read
from api.pages.quoted import quoted
from api.pages.render import Paged
from api.who import Asker, may
from domain.declaration import DeclarationUnreadable

router = APIRouter(include_in_schema=False)
Declaring = Annotated[Asker, Depends(may("declare"))]


@router.get("/declare")
async def show(
    request: Request,
    page: Paged,
    home: Home,
    asker: Declaring,
    wanted: Annotated[Literal["yes"] | None, Query(alias="example")] = None,
) -> Response:
    """The empty form, or the form filled in with the example."""
    form = filled(example.text()) if wanted and example.text() else dict.fromkeys(FIELDS, "")
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
            quote = quoted((await declaring.ask(home, read(form), asker.person_id)).quote, lang)
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
