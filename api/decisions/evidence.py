"""The proof of what was done by hand: uploaded first, kept as a paper of the job, then named in the decision."""

from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from api.container import Container, Home
from api.decisions import service as decision_service
from api.decisions.routes import STEP, StepName
from api.errors import responses
from api.jobs import access
from api.jobs.routes import JobId, Sees
from api.jobs.schemas import PaperTold, paper_told
from api.security.permissions import Asker, may
from api.security.uploads import accepted
from domain.orders import order_key
from storage.jobs.documents import StoredDocument
from storage.jobs.steps import StepRow

router = APIRouter(tags=["ops"])

ON_STEP = ("signed-out", "not-allowed", "not-found", "which-step")
ANY_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file as it is.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


async def _row(home: Home, asker: Sees, job_id: JobId, step: StepName) -> StepRow:
    return await access.step(home, asker, job_id, step)


Row = Annotated[StepRow, Depends(_row)]
Uploads = Annotated[Asker, Depends(may("review"))]


@router.post(
    f"{STEP}/evidence",
    status_code=201,
    openapi_extra=ANY_FILE,
    responses=responses(*ON_STEP, "unreadable-file", "too-large"),
)
async def upload(
    request: Request,
    home: Home,
    row: Row,
    asker: Uploads,
    name: Annotated[str, Query(min_length=1, max_length=120, examples=["receipt.pdf"])],
) -> PaperTold:
    """Keep a file as the proof of what was done by hand; the decision names it by the name it gets here."""
    decision_service.allowed(asker, row)
    return paper_told(await keep(home, row, name, await request.body()))


async def keep(home: Container, row: StepRow, name: str, content: bytes) -> StoredDocument:
    """Keep a proof among the papers of the job; the same file twice is one."""
    media_type, plain = accepted(content, name)
    key = order_key(row.job_id, row.service, row.item, row.revision)
    filed = await home.documents.file(
        job_id=row.job_id,
        step=row.step,
        name=plain,
        kind="evidence",
        media_type=media_type,
        content=content,
        audience=("advisor", "ops"),
        order_key=f"{key}:evidence-{sha256(content).hexdigest()[:16]}",
    )
    return await home.documents.document(row.job_id, filed)
