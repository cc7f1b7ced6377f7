"""The client's word on the days that were worked: approved, the invoice leaves; otherwise the member hears why."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.container import Container
from api.errors import FieldProblem, Wrong
from api.jobs.access import EVERYTHING
from api.jobs.schemas import Answered
from api.ports.process import NotTaken
from domain.job import Report
from storage.jobs.jobs import KeptJob
from storage.security.audit import hash_of
from storage.security.links import LinkRow

APPROVED, DIFFERENT = "client.days_approved", "client.days_differ"
CLIENT = "client"
"""Who answered, where a person of the house would stand."""


class DaysAnswer(BaseModel):
    """What a client says about the days that were worked."""

    model_config = ConfigDict(
        extra="ignore",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"do": "approve", "name": "Nora Claes"}]},
    )

    do: Literal["approve", "differ"]
    name: Annotated[str, Field(max_length=120)] = ""
    """Who answers for the client."""
    reason: Annotated[str, Field(max_length=500)] = ""
    """What was different."""


class WorkedDays(Answered):
    """Where the client's word on the worked days stands."""

    asked: bool
    """Whether the work is over and the client may still say so."""
    said: Literal["approved", "differ"] | None = None


async def worked_days_of(home: Container, job: KeptJob) -> WorkedDays:
    """Whether the client is asked about the days, and what they have said."""
    said = await _client_word(home, job.job_id)
    over = home.now() >= job.plan.last_end_at and job.state == "taking_place" and job.file.report is None
    return WorkedDays(asked=over and said != "approved", said=said)


async def _client_word(home: Container, job_id: str) -> Literal["approved", "differ"] | None:
    kinds = {one.kind for one in await home.events.since(job_id, 0, EVERYTHING)}
    if APPROVED in kinds:
        return "approved"
    return "differ" if DIFFERENT in kinds else None


async def answer(home: Container, row: LinkRow, given: DaysAnswer) -> WorkedDays:
    """The client approves the days, or says what was different; the same again changes nothing.

    Approved, the job is reported as declared: the invoice need not wait for the member. What is different is told
    to the member, who is asked the same question.
    """
    job = await home.jobs.job(row.job_id)
    now = await worked_days_of(home, job)
    if given.do == "differ" and len(given.reason.strip()) < 5:
        raise Wrong("invalid", errors=[FieldProblem(where="reason", why="say what was different")])
    if now.said == "approved" or (given.do, now.said) == ("differ", "differ"):
        return now
    if not now.asked and not (given.do == "approve" and _as_declared(home, job)):
        raise Wrong(
            "not-now", "the days are approved once they are over, and as long as nobody has reported on them"
        )
    params = {"who": given.name.strip() or job.client_name}
    if given.do == "approve":
        if now.asked:
            await _report(home, row)
        await home.events.append(row.job_id, APPROVED, home.now(), params=params, source=f"days-{row.order_key}")
    else:
        said = params | {"reason": given.reason.strip()}
        source = f"differ-{row.order_key}"
        await home.events.append(row.job_id, DIFFERENT, home.now(), params=said, source=source)
    return await worked_days_of(home, await home.jobs.job(row.job_id))


def _as_declared(home: Container, job: KeptJob) -> bool:
    """Whether the work is over and told to have gone as declared: a client who says so too is thanked.

    The page may be open while the member, or the clock on the second morning, is quicker.
    """
    return home.now() >= job.plan.last_end_at and job.file.report == "as_declared"


async def _report(home: Container, row: LinkRow) -> None:
    """Tell the process; whoever was quicker has answered the question, and the client's word is kept beside it."""
    key = hash_of(f"days {row.order_key}")[:40]
    try:
        await home.process.report(row.job_id, Report(operation_id=key, by=CLIENT, outcome="as_declared"))
    except NotTaken as error:
        if error.kind != "AlreadyAnswered":
            raise


async def reason_given(home: Container, job_id: str) -> str:
    """What the client says was different, for whoever is asked how it went; empty when nothing was."""
    events = await home.events.since(job_id, 0, EVERYTHING)
    return next((one.params["reason"] for one in reversed(events) if one.kind == DIFFERENT), "")
