"""What advisers do: approve where a rule asks a person, report with the member, read the dossier."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api import deciding, reading
from api.deciding import Reason
from api.dossier import dossier
from api.errors import responses
from api.house import Home
from api.member import JobId
from api.uploads import file
from api.who import Asker, may
from domain.job import Taken

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


class ReportGiven(BaseModel):
    """The answer to "everything as declared?"."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"outcome": "as_declared"}]})

    outcome: Literal["as_declared", "changed", "did_not_happen"]
    note: Annotated[str, Field(max_length=500)] = ""


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
