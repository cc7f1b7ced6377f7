"""The page on which a job is declared: five things to say, the quote beside it, and the button.

Anybody may use it as a pay calculator, and then nothing is kept. A member's form is kept as a draft.
"""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Query, Request, Response

from api import declaring, example, reading
from api.errors import Wrong
from api.house import Home, House
from api.links import back
from api.pages import asked
from api.pages.form import Form, filled, from_text, read, sent
from api.pages.known_clients import KnownClient, as_fields, find
from api.pages.quoted import Told, quoted
from api.pages.render import Paged, Pages
from api.who import Asker, Known, Maybe
from domain.declaration import DeclarationUnreadable
from storage.jobs import JobFilter

router = APIRouter(include_in_schema=False)
Short = Annotated[str | None, Query(max_length=40, pattern=r"^[0-9A-Za-z-]+$")]
BLANK: Form = {"goal": "price", "crew.0.member": "yes", "crew.0.item": "me"}


@dataclass
class Sheet:
    """One look at the form: what is on it, and what the page says about it."""

    form: Form
    key: str
    pressed: bool = False
    """Whether the button was pressed: only then is what is missing an error at its field."""
    again: bool = False
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
) -> Response:
    """The empty form; or filled in with the example, with an earlier job, or with a draft."""
    form, key = dict(BLANK), uuid4().hex
    if wanted and example.text():
        form = filled(from_text(example.text()))
    elif like and asker:
        form = await _as_last_time(home, asker, like)
    elif draft and asker and (kept := await home.drafts.draft(asker.person_id, draft)):
        form, key = kept.form, kept.draft_id
    elif asker and asker.may("declare"):
        form |= {"profile": (await home.members.member(asker.person_id)).profile or "general"}
    return await _page(request, page, home, asker, Sheet(form, key))


async def _as_last_time(home: House, asker: Asker, job_id: str) -> Form:
    """An earlier job of one's own, without its days: they are the one thing that is never the same."""
    kept = await reading.job(home, asker, job_id)
    said = {name: value for name, value in kept.declaration.items() if name not in ("quote_id", "days") and value}
    form = filled(said)
    days = kept.declaration.get("days") or [{}]
    return form | {"place": str(days[0].get("place") or ""), "like": job_id}


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
    sheet = Sheet(sent(given), (given.get("key") or uuid4().hex)[:40])
    do, _, which = given.get("do", "").partition(":")
    if do == "declare" and not part:
        return await _declare(request, page, home, asker, sheet)
    if do in ("find_client", "client"):
        sheet = await _with_client(home, asker, sheet, which)
    if do == "add":
        sheet.form[f"{which}.more"] = "yes"
    if do == "forget" and asker:
        await home.drafts.forget(asker.person_id, sheet.key)
        return back(request, "/")
    await _keep_draft(home, asker, sheet)
    return await _page(request, page, home, asker, sheet, part=part)


async def _declare(request: Request, page: Pages, home: House, asker: Asker | None, sheet: Sheet) -> Response:
    sheet.pressed = True
    if asker is None:
        raise Wrong("signed-out")
    asker.must("declare")
    try:
        declaration = read(sheet.form).model_copy(update={"quote_id": sheet.form.get("quote_id")})
        job_id = await declaring.declare(home, asker, declaration, sheet.key)
    except DeclarationUnreadable:
        return await _page(request, page, home, asker, sheet)
    except Wrong as wrong:
        if wrong.kind not in ("quote-refuses", "quote-changed"):
            raise
        sheet.again = wrong.kind == "quote-changed"
        return await _page(request, page, home, asker, sheet)
    await home.drafts.forget(asker.person_id, sheet.key)
    return back(request, f"/jobs/{job_id}")


async def _keep_draft(home: House, asker: Asker | None, sheet: Sheet) -> None:
    """A member's form is kept while it is typed, once there is something to recognise it by."""
    if asker and asker.may("declare") and (sheet.form.get("title") or sheet.form.get("client.name")):
        await home.drafts.keep(asker.person_id, sheet.key, sheet.form, home.now())


async def _with_client(home: House, asker: Asker | None, sheet: Sheet, which: str) -> Sheet:
    """The clients that fit what was typed; or the form with the one that was chosen."""
    if asker is None or not asker.may("declare"):
        raise Wrong("signed-out" if asker is None else "not-allowed")
    if which:
        sheet.form |= as_fields(await home.clients.latest(which))
    else:
        sheet.clients = await find(home, asker, sheet.form.get("client.name", ""))
    return sheet


@router.get("/declare/clients")
async def clients(
    request: Request, page: Paged, home: Home, asker: Known, text: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """The clients this house knows by that name or number, with its own record; while typing."""
    asker.must("declare")
    found = await find(home, asker, text)
    return page.page(request, "clients.html", asker, clients=found, lang=page.language(request, asker))


async def _page(
    request: Request, page: Pages, home: House, asker: Asker | None, sheet: Sheet, *, part: str | None = None
) -> Response:
    lang = page.language(request, asker)
    quote: dict[str, Any] | None = None
    flaws: list[Told] = []
    if len(sheet.form.keys() - BLANK.keys() - {"profile"}):
        try:
            declaration = read(sheet.form)
            answer = await declaring.ask(home, declaration, declaring.member_of(asker))
            quote = quoted(answer.quote, declaration, home.now(), lang)
        except DeclarationUnreadable as error:
            flaws = [asked.unreadable(flaw, lang) for flaw in error.flaws]
    data = asked.page_of(sheet.form, quote, flaws, sheet.pressed, lang)
    data |= {"key": sheet.key, "again": sheet.again, "pressed": sheet.pressed, "clients": sheet.clients}
    if not part:
        data |= await _around(home, asker, sheet)
    return page.page(request, "quote.html" if part else "declare.html", asker, **data)


async def _around(home: House, asker: Asker | None, sheet: Sheet) -> dict[str, Any]:
    """What stands around the form: earlier jobs to start from, and what this house knows of the client."""
    mine = asker is not None and asker.may("declare")
    before = await reading.jobs(home, asker, JobFilter(), None, 3) if asker and mine else None
    record = None
    if mine and (number := sheet.form.get("client.enterprise_number")):
        record = next(iter(await find(home, asker, number)), None) if asker else None
    return {
        "before": before.rows if before else [],
        "record": record,
        "is_member": mine,
        "has_example": bool(example.text()) and not home.settings.production,
    }
