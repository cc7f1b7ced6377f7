"""The pages on which a job is moved or withdrawn: what it changes and costs is shown before anybody confirms."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Form as Posted

from api.container import Container, Home
from api.decisions import service as decision_service
from api.declaring import move_and_withdraw
from api.declaring import service as declaring_service
from api.errors import Wrong
from api.jobs import access
from api.jobs.routes import JobId
from api.links.routes import back, read_body
from api.pages import view_values
from api.pages.member import query as member_query
from api.pages.member.declaration_form import OF_ALL_DAYS, filled, read, sent
from api.pages.member.form_settled import settled
from api.pages.member.form_shape import Form, moved_by_hand
from api.pages.member.job_view import MOVABLE
from api.pages.member.quote_view import QuoteLine, quoted
from api.pages.render import Paged, Pages
from api.security.permissions import Asker, Known
from api.wording.timeline import Names, title
from domain.declaration import DeclarationUnreadable
from domain.people import Language
from domain.planning import MoveConsequences, WithdrawalConsequences, withdrawal_consequences
from domain.plans.cancellation import client_owes
from engine.words import money, say
from storage.jobs.jobs import KeptJob

router = APIRouter(include_in_schema=False)
TOLD_OUTCOMES = ("claimed", "released", "given_back", "terminate_or_owed", "credit_note", "stays")


@router.get("/jobs/{job_id}/withdraw")
async def withdrawal(request: Request, home: Home, page: Paged, asker: Known, job_id: JobId) -> Response:
    """What withdrawing would let go, cost, and leave to a person to decide."""
    asker.must("withdraw")
    kept = await access.job(home, asker, job_id)
    if kept.state not in view_values.STILL_STOPPABLE:
        raise Wrong("not-now")
    lang = page.language(request, asker)
    effects = withdrawal_consequences(kept.in_force, kept.file, home.today())
    agreed, owed = kept.file.steps.get("agreement"), client_owes(kept.in_force, kept.file, home.today())
    return page.page(
        request,
        "withdraw.html",
        asker,
        job=kept,
        accepted=agreed is not None and agreed.state == "done",
        client_owes=money(lang, owed.amount_eur) if owed else "",
        **_stopping(effects, lang, await access.crew_names(home, kept.plan)),
    )


def _stopping(found: WithdrawalConsequences, lang: Language, names: Names) -> dict[str, Any]:
    groups = [
        {
            "outcome": say(lang, f"page.stop.{outcome}"),
            "steps": [
                (title(one.step, lang, names), money(lang, one.at_most_eur) if one.at_most_eur else "")
                for one in found.effects
                if one.outcome == outcome
            ],
        }
        for outcome in TOLD_OUTCOMES
    ]
    return {
        "free": found.free,
        "groups": [one for one in groups if one["steps"]],
        "owed": money(lang, found.total.people_eur) if found.total.people_eur else "",
    }


@router.post("/jobs/{job_id}/withdraw")
async def withdraw(request: Request, home: Home, asker: Known, job_id: JobId) -> Response:
    """Stop a job, from a form."""
    given = await read_body(request, move_and_withdraw.WithdrawalGiven)
    asker.must("withdraw")
    await access.row(home, asker, job_id)
    await decision_service.withdraw(home, asker, job_id, given.reason, cancelled_by=given.cancelled_by)
    return back(request, f"/jobs/{job_id}")


@router.post("/jobs/{job_id}/move/take-back")
async def take_back(request: Request, home: Home, asker: Known, job_id: JobId) -> Response:
    """Take back a move that waits, from a form."""
    given = await read_body(request, move_and_withdraw.WithdrawalGiven)
    asker.must("move")
    await move_and_withdraw.take_back(home, asker, job_id, given)
    return back(request, f"/jobs/{job_id}")


@router.get("/jobs/{job_id}/move")
async def moving(request: Request, home: Home, page: Paged, asker: Known, job_id: JobId) -> Response:
    """The job as it is, to be changed: days, place, price, crew."""
    asker.must("move")
    kept = await access.job(home, asker, job_id)
    if kept.state not in MOVABLE:
        raise Wrong("not-now")
    return _move_page(request, page, asker, kept, filled(_form_values(kept)))


def _with_changes(kept: KeptJob, given: Form) -> Form:
    """The job as it is, with what this page changes; nothing else is taken from what was sent."""
    changed = (*OF_ALL_DAYS, *moved_by_hand())
    before = {name: text for name, text in filled(_form_values(kept)).items() if name.split(".")[0] not in changed}
    return before | {name: text for name, text in given.items() if name.split(".")[0] in changed}


def _form_values(kept: KeptJob) -> dict[str, Any]:
    said = kept.declaration.items()
    return {name: value for name, value in said if name != "quote_id" and value not in (None, [])}


@router.post("/jobs/{job_id}/move")
async def move(
    request: Request,
    home: Home,
    page: Paged,
    asker: Known,
    job_id: JobId,
    do: Annotated[str, Posted(max_length=40)] = "preview",
    reason: Annotated[str, Posted(max_length=500)] = "",
) -> Response:
    """What a change would change and cost; and, once confirmed, the change itself."""
    asker.must("move")
    kept = await access.job(home, asker, job_id)
    given = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    form = _with_changes(kept, sent(given))
    if do.startswith("add:"):
        return _move_page(request, page, asker, kept, form, more=do[4:], reason=reason)
    if do.startswith("remove:"):
        left = {name: text for name, text in form.items() if not name.startswith(f"{do[7:]}.")}
        return _move_page(request, page, asker, kept, left, reason=reason)
    try:
        answer = await move_and_withdraw.ask(home, kept, read(form), asker)
    except DeclarationUnreadable as error:
        lang = page.language(request, asker)
        flaws = [member_query.unreadable(flaw, lang) for flaw in error.flaws]
        return _move_page(request, page, asker, kept, form, flaws=flaws, reason=reason)
    return await _answered(request, page, home, asker, kept, form, answer, do, reason)


async def _answered(
    request: Request,
    page: Pages,
    home: Container,
    asker: Asker,
    kept: KeptJob,
    form: Form,
    answer: declaring_service.QuotedDeclaration,
    do: str,
    reason: str,
) -> Response:
    lang = page.language(request, asker)
    quote = quoted(answer.quote, answer.declaration, home.now(), lang)
    if not answer.quote.declarable:
        return _move_page(request, page, asker, kept, form, quote=quote, reason=reason)
    if do == "move" and reason.strip():
        await move_and_withdraw.move_to(home, asker, kept, answer, reason.strip())
        return back(request, f"/jobs/{kept.job_id}")
    found = await move_and_withdraw.preview(home, asker, kept, answer, lang)
    effects = _moving(found, lang, await access.crew_names(home, kept.plan))
    shown_again: dict[str, Any] = {"quote": quote, "effects": effects, "reason": reason}
    return _move_page(request, page, asker, kept, form, lacks_reason=do == "move", **shown_again)


def _moving(found: MoveConsequences, lang: Language, names: Names) -> dict[str, Any]:
    changes = [
        (
            title(one.step, lang, names),
            say(lang, f"page.move.{one.what}"),
            money(lang, one.was_eur) if one.was_eur else "–",
            money(lang, one.becomes_eur) if one.becomes_eur else "–",
        )
        for one in found.changes
        if not one.only_timing
    ]
    sums = [
        ("page.quote.total", found.client_was_eur, found.client_becomes_eur),
        ("page.job.gross_all", found.gross_was_eur, found.gross_becomes_eur),
        ("page.move.costs", found.costs_were_eur, found.costs_become_eur),
    ]
    return {
        "changes": changes,
        "sums": [(say(lang, label), money(lang, was), money(lang, now)) for label, was, now in sums],
        "client_again": found.client_is_asked_again,
        "again": [title(f"employment_contract:{one}", lang, names) for one in found.asked_again],
        "anew": [title(f"employment_contract:{one}", lang, names) for one in found.offered_again],
        "people": found.people,
        "adviser": found.adviser_because,
        "overlaps": found.overlaps,
    }


def _move_page(
    request: Request,
    page: Pages,
    asker: Asker,
    kept: KeptJob,
    form: Form,
    *,
    quote: dict[str, Any] | None = None,
    flaws: list[QuoteLine] | None = None,
    effects: dict[str, Any] | None = None,
    more: str = "",
    reason: str = "",
    lacks_reason: bool = False,
) -> Response:
    blank = {f"{more}.more": "yes"} if more else {}
    data = member_query.page_of(settled(form).form | blank, quote, flaws or [], True, page.language(request, asker))
    data |= {"job": kept, "effects": effects, "reason": reason, "lacks_reason": lacks_reason}
    return page.page(request, "move.html", asker, **data)
