"""What advisers do: approve where a rule asks a person, stop a job with its member, read its dossier."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api import deciding, reading
from api.answers import Answered
from api.deciding import Reason
from api.dossier import dossier
from api.errors import responses
from api.house import Home
from api.member import JobId, file
from api.who import Asker, may
from domain.job import StepState, Taken

router = APIRouter(prefix="/api/jobs/{job_id}", tags=["advisers and members"])
CHANGES = ("signed-out", "not-allowed", "not-found", "not-now", "process-unreachable")


class ApprovalAnswer(BaseModel):
    """An adviser's answer to one rule."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"granted": True, "reason": "I know this client"}]},
    )

    granted: bool
    reason: Reason


class WithdrawalGiven(BaseModel):
    """Why a job is withdrawn."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "The hall is closed"}]})

    reason: Reason


class ReportGiven(BaseModel):
    """The answer to "everything as declared?"."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"outcome": "as_declared"}]})

    outcome: Literal["as_declared", "changed", "did_not_happen"]
    note: Annotated[str, Field(max_length=500)] = ""


class WithdrawalPreview(Answered):
    """What withdrawing would do; nothing was done."""

    released: list[str]
    """Steps that are given back by themselves, nothing owed."""
    asks_a_person: list[str]
    """Signed, declared, issued or paid: a person decides on each."""
    nothing_to_do: list[str]


@router.post("/approvals/{rule}", responses=responses(*CHANGES, "already-answered"))
async def approve(
    home: Home,
    asker: Annotated[Asker, Depends(may("approve"))],
    job_id: JobId,
    rule: Annotated[str, Path(pattern=r"^[a-z_]{1,60}$")],
    given: ApprovalAnswer,
) -> Taken:
    """Say yes or no where a rule asks for an adviser, with the reason."""
    await reading.row(home, asker, job_id)
    return await deciding.approve(home, asker, job_id, rule, given.granted, given.reason)


@router.post("/withdraw", responses=responses(*CHANGES))
async def withdraw(
    home: Home,
    asker: Annotated[Asker, Depends(may("withdraw"))],
    job_id: JobId,
    given: WithdrawalGiven,
    dry_run: Annotated[bool, Query(description="show what would be undone, and do nothing")] = False,
) -> Taken | WithdrawalPreview:
    """Stop a job: what is held is given back, what binds asks a person."""
    await reading.row(home, asker, job_id)
    if dry_run:
        return withdrawal_preview([row.file for row in await home.steps.of_job(job_id)])
    return await deciding.withdraw(home, asker, job_id, given.reason)


BINDING = frozenset({"employment_contract", "invoicing", "wages", "expenses", "debt_collection"})
"""What is signed, issued or paid is never undone by itself."""


def withdrawal_preview(steps: list[StepState]) -> WithdrawalPreview:
    """The steps of a job by what withdrawing would do to them."""
    bound = [one.step for one in steps if one.service in BINDING and one.state == "done"]
    by_hand = [one.step for one in steps if one.by_hand and one.step not in bound]
    released = [
        one.step
        for one in steps
        if one.state in ("trying", "held", "done", "parked") and one.step not in (*bound, *by_hand)
    ]
    rest = [one.step for one in steps if one.step not in (*bound, *by_hand, *released)]
    return WithdrawalPreview(released=released, asks_a_person=bound + by_hand, nothing_to_do=rest)


@router.post("/report", responses=responses(*CHANGES, "already-answered"))
async def report(
    home: Home, asker: Annotated[Asker, Depends(may("report"))], job_id: JobId, given: ReportGiven
) -> Taken:
    """Say whether everything went as declared."""
    await reading.row(home, asker, job_id)
    return await deciding.report(home, asker, job_id, given.outcome, given.note)


@router.get("/dossier", response_class=Response, responses=responses("signed-out", "not-allowed", "not-found"))
async def whole_dossier(
    home: Home, asker: Annotated[Asker, Depends(may("read_dossier"))], job_id: JobId
) -> Response:
    """Everything about one job in a zip: papers, story, decisions, deadlines."""
    kept = await reading.job(home, asker, job_id)
    return file(await dossier(home, asker, kept), f"{job_id}.zip", "application/zip", "attachment")
