"""The pages of members: one job, live, and one's own private data."""

from typing import Any, Literal

from fastapi import APIRouter, Request, Response

from api import advisor, changing, deciding, linked, reading
from api.answers import paper_told
from api.house import Home
from api.linked import OwnData
from api.links import back, read_body
from api.member import JobId
from api.pages import shown
from api.pages.office_shown import decision_card
from api.pages.render import Paged
from api.who import Asker, Known, Maybe
from domain.people import Language
from storage.jobs import KeptJob

router = APIRouter(include_in_schema=False)


@router.get("/jobs/{job_id}")
async def job(
    request: Request, home: Home, page: Paged, asker: Maybe, job_id: JobId, part: Literal["live"] | None = None
) -> Response:
    """One job, live."""
    if asker is None:
        return back(request, f"/?next=/jobs/{job_id}")
    kept = await reading.job(home, asker, job_id)
    data = await _job(home, asker, kept, page.language(request, asker))
    return page.page(request, "job_live.html" if part else "job.html", asker, **data)


async def _job(home: Home, asker: Asker, kept: KeptJob, lang: Language) -> dict[str, Any]:
    rows = await home.steps.of_job(kept.job_id)
    steps = reading.in_process_order(kept.plan, rows)
    lines = await reading.told(home, kept.job_id, asker.audience, lang)
    last = {line.step: line.text for line in lines if line.step}
    own = kept.member_id == asker.person_id or asker.may("approve")
    decidable = [row for row in rows if row.state == "parked" and _may_decide(asker, row.decided_by)]
    return {
        "job": shown.job_card(kept, steps, lang, shown.what_next(kept, kept.file, steps, lang)),
        "steps": [shown.step_card(kept.job_id, one, last.get(one.step, ""), asker.audience, lang) for one in steps],
        "decisions": [decision_card(row, asker.audience, lang) for row in decidable],
        "lines": shown.story(lines, lang),
        "papers": [shown.paper(paper_told(one), lang) for one in await reading.papers(home, asker, kept.job_id)],
        "ask_report": own and asker.may("report") and kept.state == "taking_place" and kept.file.report is None,
        "can_withdraw": own and asker.may("withdraw") and kept.state in shown.STILL_STOPPABLE,
    }


def _may_decide(asker: Asker, decided_by: str | None) -> bool:
    return asker.may("decide") or (asker.may("decide_own") and decided_by in asker.roles)


@router.post("/jobs/{job_id}/report")
async def report(request: Request, home: Home, asker: Known, job_id: JobId) -> Response:
    """The answer to "everything as declared?", from a form."""
    given = await read_body(request, advisor.ReportGiven)
    asker.must("report")
    await reading.row(home, asker, job_id)
    await deciding.report(home, asker, job_id, given.outcome, given.note)
    return back(request, f"/jobs/{job_id}")


@router.post("/jobs/{job_id}/withdraw")
async def withdraw(request: Request, home: Home, asker: Known, job_id: JobId) -> Response:
    """Stop a job, from a form."""
    given = await read_body(request, changing.WithdrawalGiven)
    asker.must("withdraw")
    await reading.row(home, asker, job_id)
    await deciding.withdraw(home, asker, job_id, given.reason)
    return back(request, f"/jobs/{job_id}")


@router.get("/me")
async def me(request: Request, home: Home, page: Paged, asker: Known, saved: bool = False) -> Response:
    """One's own private data."""
    person = await home.people.person(asker.person_id)
    return page.page(request, "me.html", asker, person=person, saved=saved)


@router.post("/me")
async def enter(request: Request, home: Home, asker: Known) -> Response:
    """Keep one's own private data, from a form."""
    await linked.enter(home, asker.person_id, await read_body(request, OwnData))
    return back(request, "/me?saved=true")
