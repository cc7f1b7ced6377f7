"""A client cancels an order they have accepted: what it costs is shown first, and owed only as it was shown."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.container import Container
from api.decisions import service as decision_service
from api.errors import FieldProblem, Wrong
from api.jobs.schemas import Answered
from domain.job import JobFile
from domain.money import ZERO, Eur
from domain.plans.cancellation import client_owes, free_until
from storage.jobs.jobs import KeptJob
from storage.security.links import LinkRow
from workflows.job_messages import ENDED, OVER

SHORTEST_REASON = 5
"""Characters."""


class Cancelling(Answered):
    """What the client owes who cancels the order today."""

    owed_eur: Eur
    """By the accepted table, before VAT if any is due; zero while a private person may step back."""
    free_until: date | None = None
    """Until when a private person steps back for nothing."""


class CancellationGiven(BaseModel):
    """The client cancels the order."""

    model_config = ConfigDict(
        extra="ignore",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"owed_eur": "0.00", "reason": "The hall is closed"}]},
    )

    owed_eur: Eur
    """What cancelling costs, as it was shown: another amount changes nothing and tells the right one."""
    reason: Annotated[str, Field(max_length=500)] = ""
    name: Annotated[str, Field(max_length=120)] = ""
    """Who cancels for the client."""


async def place(home: Container, row: LinkRow) -> dict[str, Any]:
    """What the client's page says of cancelling, as fields of `ClientPlace`."""
    job = await home.jobs.job(row.job_id)
    if job.file.stopping:
        return {"cancelled_because": job.file.stopping}
    if not _may_cancel(home, job):
        return {}
    return {"cancelling": Cancelling(owed_eur=_owed(home, job), free_until=_free_until(home, job))}


async def cancel(home: Container, row: LinkRow, given: CancellationGiven, seen: dict[str, str]) -> Cancelling:
    """Call the order off for the client; the same again changes nothing."""
    job = await home.jobs.job(row.job_id)
    reason = given.reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Wrong("invalid", errors=[FieldProblem(where="reason", why="say why")])
    if job.file.stopping:
        return Cancelling(owed_eur=job.file.cancellation.net_eur if job.file.cancellation else ZERO)
    if not _may_cancel(home, job):
        raise Wrong("not-now", "the work has begun, or this order has ended")
    owed = _owed(home, job)
    if given.owed_eur != owed:
        raise Wrong("cancelling-costs", f"cancelling costs {owed} EUR today", owed_eur=str(owed))
    said = {**seen, "name": given.name, "owed_eur": str(owed)}
    await home.links.give_answer(row.token_id, "cancelled", home.now(), reason=reason, circumstances=said)
    await decision_service.cancel(home, row.subject_id, row.job_id, reason)
    return Cancelling(owed_eur=owed)


def _may_cancel(home: Container, job: KeptJob) -> bool:
    """Whether the client may still call it off: once the work has begun, it is stopped with the member."""
    begun = home.now() >= job.in_force.first_start_at
    return _accepted(job.file) and not begun and job.state not in (*OVER, *ENDED)


def _accepted(file: JobFile) -> bool:
    answered = file.steps.get("agreement")
    return answered is not None and answered.state == "done"


def _owed(home: Container, job: KeptJob) -> Eur:
    owed = client_owes(job.in_force, job.file, home.today())
    return owed.amount_eur if owed else ZERO


def _free_until(home: Container, job: KeptJob) -> date | None:
    until = free_until(job.in_force, job.file)
    return until if until is not None and until >= home.today() else None
