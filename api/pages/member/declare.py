"""The page on which a job is declared: five things to say, the quote beside it, and the button.

Anybody may use it as a pay calculator, and then nothing is kept. A member's form is kept as a draft.
"""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Query, Request, Response

from api.container import Container, Home
from api.declaring import example, on_behalf
from api.declaring import service as declaring_service
from api.errors import Wrong
from api.jobs import access
from api.links.routes import back
from api.pages.member import query as member_query
from api.pages.member.declaration_form import as_last_time, filled, from_text, read, sent
from api.pages.member.form_settled import settled
from api.pages.member.form_shape import Form
from api.pages.member.known_clients import KnownClient, as_fields, chosen, find
from api.pages.member.quote_view import QuoteLine, quoted, said_notes
from api.pages.render import Paged, Pages
from api.security.permissions import Asker, Known, Maybe
from domain.declaration import DeclarationUnreadable
from storage.jobs.jobs import JobFilter

router = APIRouter(include_in_schema=False)
Short = Annotated[str | None, Query(max_length=40, pattern=r"^[0-9A-Za-z-]+$")]
For = Annotated[str | None, Query(alias="for", max_length=200)]
BLANK: Form = {"goal": "price", "crew.0.member": "yes", "crew.0.item": "me", "all_inclusive": "yes"}


@dataclass
class FormPage:
    """One look at the form: what is on it, and what the page says about it."""

    form: Form
    key: str
    pressed: bool = False
    """Whether the button was pressed: only then is what is missing an error at its field."""
    again: bool = False
    member: on_behalf.Named | None = None
    """The member an adviser acts for."""
    looked_for: str | None = None
    """The name an adviser typed, when it is not one member's."""
    clients: list[KnownClient] | None = None


@router.get("/declare")
async def show(
    request: Request,
    page: Paged,
    home: Home,
    asker: Maybe,
    wanted: Annotated[str | None, Query(alias="example", max_length=3)] = None,
    like: Short = None,
    draft: Short = None,
    member: For = None,
) -> Response:
    """The empty form; or filled in with the example, with an earlier job, or with a draft."""
    form, key = dict(BLANK), uuid4().hex
    whose, typed = await _chosen(home, asker, member)
    if wanted and example.text():
        form = filled(from_text(example.text()))
    elif like and asker:
        form = await _as_last_time(home, asker, like)
    elif draft and asker and (kept := await home.drafts.draft(asker.person_id, draft)):
        form, key = kept.form, kept.draft_id
    elif member_id := _member_id(asker, whose):
        form |= {"profile": (await home.members.member(member_id)).profile or "general"}
    return await _page(request, page, home, asker, FormPage(form, key, member=whose, looked_for=typed))


async def _chosen(
    home: Container, asker: Asker | None, wanted: str | None
) -> tuple[on_behalf.Named | None, str | None]:
    """The member an adviser acts for; or the words by which members are looked for."""
    if not wanted or (asker and wanted == asker.person_id):
        return None, None
    if asker is None:
        raise Wrong("signed-out")
    asker.must("declare_for")
    try:
        return await on_behalf.member_by_id(home, await on_behalf.member_for(home, asker, wanted)), None
    except Wrong:
        found = await on_behalf.offered(home, asker, wanted)
    return (found[0], None) if len(found) == 1 else (None, wanted)


def _member_id(asker: Asker | None, whose: on_behalf.Named | None) -> str | None:
    return whose.person_id if whose else declaring_service.member_of(asker)


async def _as_last_time(home: Container, asker: Asker, job_id: str) -> Form:
    """An earlier job of one's own; its first day is asked again, and every other date moves along with it."""
    kept = await access.job(home, asker, job_id)
    return as_last_time(kept.declaration) | {"like": job_id}


@router.post("/declare")
async def send(
    request: Request,
    page: Paged,
    home: Home,
    asker: Maybe,
    part: Annotated[str | None, Query(pattern="^quote$")] = None,
) -> Response:
    """The quote beside the form while typing; the whole page without script; a job when the button was pressed."""
    given = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    sheet = FormPage(sent(given), (given.get("key") or uuid4().hex)[:40], given.get("pressed") == "yes")
    if (wanted := given.get("for")) and (asker is None or wanted != asker.person_id):
        if asker is None:
            raise Wrong("signed-out")
        sheet.member = await on_behalf.member_by_id(home, await on_behalf.member_for(home, asker, wanted))
    do, _, which = given.get("do", "").partition(":")
    if do == "declare" and not part:
        return await _declare(request, page, home, asker, sheet)
    if do in ("find_client", "client"):
        sheet = await _with_client(home, asker, sheet, which)
    if do == "add":
        sheet.form[f"{which}.more"] = "yes"
    if do == "remove":
        sheet.form = {name: text for name, text in sheet.form.items() if not name.startswith(f"{which}.")}
    if do == "forget" and asker:
        await home.drafts.forget(asker.person_id, sheet.key)
        return back(request, "/")
    await _keep_draft(home, asker, sheet)
    return await _page(request, page, home, asker, sheet, part=part)


async def _declare(
    request: Request, page: Pages, home: Container, asker: Asker | None, sheet: FormPage
) -> Response:
    sheet.pressed = True
    if asker is None:
        raise Wrong("signed-out")
    member_id = await on_behalf.member_for(home, asker, sheet.member.person_id if sheet.member else None)
    try:
        declaration = read(sheet.form).model_copy(update={"quote_id": sheet.form.get("quote_id")})
        declared = await declaring_service.declare(home, asker, declaration, sheet.key, member_id)
    except DeclarationUnreadable:
        return await _page(request, page, home, asker, sheet)
    except Wrong as wrong:
        if wrong.kind not in ("quote-refuses", "quote-changed"):
            raise
        sheet.again = wrong.kind == "quote-changed"
        return await _page(request, page, home, asker, sheet)
    await home.drafts.forget(asker.person_id, sheet.key)
    return back(request, f"/jobs/{declared.job_id}")


async def _keep_draft(home: Container, asker: Asker | None, sheet: FormPage) -> None:
    """A member's form is kept while it is typed, once there is something to recognise it by."""
    if (
        asker
        and asker.may("declare")
        and sheet.member is None
        and (sheet.form.get("title") or sheet.form.get("client.name"))
    ):
        await home.drafts.keep(asker.person_id, sheet.key, sheet.form, home.now())


async def _with_client(home: Container, asker: Asker | None, sheet: FormPage, which: str) -> FormPage:
    """The clients that fit what was typed; or the form with the one that was chosen."""
    if asker is None:
        raise Wrong("signed-out")
    member_id = await on_behalf.member_for(home, asker, sheet.member.person_id if sheet.member else None)
    if which:
        sheet.form |= as_fields(await chosen(home, member_id, which))
    else:
        sheet.clients = await find(home, member_id, sheet.form.get("client.name", ""))
    return sheet


@router.get("/declare/clients")
async def clients(
    request: Request,
    page: Paged,
    home: Home,
    asker: Known,
    text: Annotated[str, Query(max_length=100)] = "",
    member: For = None,
) -> Response:
    """The clients this house knows by that name or number, with its own record; while typing."""
    found = await find(home, await on_behalf.member_for(home, asker, member), text)
    return page.page(request, "clients.html", asker, clients=found, lang=page.language(request, asker))


async def _page(
    request: Request, page: Pages, home: Container, asker: Asker | None, sheet: FormPage, *, part: str | None = None
) -> Response:
    lang = page.language(request, asker)
    quote: dict[str, Any] | None = None
    flaws: list[QuoteLine] = []
    full = settled(sheet.form)
    if len(sheet.form.keys() - BLANK.keys() - {"profile"}):
        try:
            declaration = read(sheet.form)
            member_id = _member_id(asker, sheet.member)
            answer = await declaring_service.ask(home, declaration, member_id, reader=asker)
            quote = quoted(answer.quote, declaration, home.now(), lang)
            quote["filled_in"] = said_notes(full.notes, declaration.days, lang) + quote["filled_in"]
        except DeclarationUnreadable as error:
            flaws = [member_query.unreadable(flaw, lang) for flaw in error.flaws]
    entities = tuple((one.slug, one.name) for one in await home.entities.all()) if not part else ()
    data = member_query.page_of(full.form, quote, flaws, sheet.pressed, lang, entities)
    data |= {"key": sheet.key, "again": sheet.again, "pressed": sheet.pressed, "clients": sheet.clients}
    if not part:
        data |= await _around(home, asker, sheet)
    return page.page(request, "quote.html" if part else "declare.html", asker, **data)


async def _around(home: Container, asker: Asker | None, sheet: FormPage) -> dict[str, Any]:
    """What stands around the form: earlier jobs to start from, and what this house knows of the client."""
    member_id = _member_id(asker, sheet.member)
    its = JobFilter(member_id=member_id)
    before = await access.jobs(home, asker, its, None, 3) if asker and member_id else None
    record = None
    if member_id and (number := sheet.form.get("client.enterprise_number")):
        record = next(iter(await find(home, member_id, number)), None)
    choosing = asker is not None and asker.may("declare_for") and sheet.member is None
    return {
        "before": before.rows if before else [],
        "record": record,
        "is_member": member_id is not None,
        "acting_for": sheet.member,
        "whose": await on_behalf.offered(home, asker, sheet.looked_for or "") if asker and choosing else None,
        "looked_for": sheet.looked_for or "",
        "has_example": bool(example.text()) and not home.settings.production,
    }
