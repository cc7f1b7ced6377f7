"""What advisers do: approve where a rule asks a person, report with the member, read the dossier."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.container import Home
from api.decisions import service as decision_service
from api.decisions.audit import audited
from api.decisions.service import Reason
from api.errors import Wrong, responses
from api.history.export import dossier
from api.jobs import access
from api.jobs.routes import JobId
from api.security.permissions import Asker, may
from api.security.uploads import file
from domain.job import Taken

router = APIRouter(prefix="/api/jobs/{job_id}", tags=["advisers and members"])
CHANGES = ("signed-out", "not-allowed", "not-found", "not-now", "process-unreachable")


CrewItem = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,39}(\.\d{4}-\d{2})?$", examples=["ann"])]


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
    await access.row(home, asker, job_id)
    return await decision_service.approve(home, asker, job_id, rule, given.granted, given.reason)


class WithholdingGiven(BaseModel):
    """Which withholding tax applies to somebody on the crew, and why."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"withholding": "flat", "reason": "works mainly for show companies"}]},
    )

    withholding: Literal["prudent", "flat"] | None
    """`flat` for artists who work mainly for show companies without tenure; null: nobody has decided."""
    reason: Reason


@router.post("/crew/{item}/withholding", responses=responses("signed-out", "not-allowed", "not-found"))
async def set_withholding(
    home: Home,
    asker: Annotated[Asker, Depends(may("approve"))],
    job_id: JobId,
    item: CrewItem,
    given: WithholdingGiven,
) -> WithholdingGiven:
    """Set a person's withholding: quotes made from now on show one net with it, and it is what is paid."""
    plan = (await access.job(home, asker, job_id)).plan
    contract = plan.employment_contract.get(item)
    if contract is None:
        raise Wrong("not-found")
    access.another_decides(asker, plan.member_id, contract.person_id)
    line = audited(home, asker, "person.withholding", job_id, given.reason)
    await home.people.set_withholding(contract.person_id, given.withholding, home.now(), line)
    return given


@router.post("/report", responses=responses(*CHANGES, "already-answered"))
async def report(
    home: Home, asker: Annotated[Asker, Depends(may("report"))], job_id: JobId, given: ReportGiven
) -> Taken:
    """Say whether everything went as declared."""
    await access.row(home, asker, job_id)
    return await decision_service.report(home, asker, job_id, given.outcome, given.note)


@router.get("/dossier", response_class=Response, responses=responses("signed-out", "not-allowed", "not-found"))
async def whole_dossier(
    home: Home, asker: Annotated[Asker, Depends(may("read_dossier"))], job_id: JobId
) -> Response:
    """Everything about one job in a zip: papers, story, decisions, deadlines."""
    kept = await access.job(home, asker, job_id)
    return file(await dossier(home, asker, kept), f"{job_id}.zip", "application/zip", "attachment")
