"""What finance people do: take over statements, make payment batches, approve them by two, export their files."""

import hashlib
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal, TypeVar

import structlog
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.container import Container, Home
from api.decisions.service import audited
from api.errors import Wrong, responses
from api.jobs.schemas import Answered
from api.ports.bank import BankDeskPort
from api.ports.process import ProcessUnreachable
from api.security.permissions import Asker, may
from api.security.request_checks import LARGEST_BODY
from api.security.uploads import file
from domain.bank import BatchCard, BatchNotApproved, FileKind, ListedProblem, Nudges, by_process
from domain.errors import Refusal
from domain.statements import BankFileUnreadable
from storage.money.bank_problems import BankProblems
from storage.money.payee_checks import PayeeChecks

router = APIRouter(prefix="/api/bank", tags=["finance"])
log = structlog.get_logger()

BatchId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,35}$", examples=["20260325-5RNM3TPLD4Q2KX7A"])]
State = Literal["made", "approved", "sent", "accepted", "rejected", "booked"]
T = TypeVar("T")
HERE = ("signed-out", "not-allowed", "not-ready")
ANY_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file as the bank delivered it: CAMT.053, CODA or pain.002.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


ProblemNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]


class Taken(Answered):
    """What a file of the bank brought."""

    kind: FileKind
    statements: int
    """Taken over now."""
    known: int
    """Taken over before; nothing is booked twice."""
    movements: int
    unrecognised: int
    """Movements nobody has recognised; they stay visible."""
    rejected: int
    """Payments the bank will not carry out."""
    refused: int
    """Statements of the file that were not taken over: each is listed with its reason."""
    woken: int
    """Processes told to look again."""


class ProblemsListed(Answered):
    """What could not be done at the bank, the oldest first."""

    problems: list[ListedProblem]


class BatchList(Answered):
    """Payment batches, the newest day first."""

    batches: list[BatchCard]


class BatchesTold(BatchList):
    """The batches that were made."""

    unpayable: int
    """Payments without a usable account: they went back to their step."""


def at_the_desk(home: Home) -> BankDeskPort:
    """The bank desk of this installation."""
    if home.desk is None:
        raise Wrong("not-ready", "this installation has no bank")
    return home.desk


AtDesk = Annotated[BankDeskPort, Depends(at_the_desk)]


@router.post("/statements", responses=responses(*HERE, "unreadable-file", "too-large"), openapi_extra=ANY_FILE)
async def take_over(
    request: Request,
    home: Home,
    asker: Annotated[Asker, Depends(may("import_statements"))],
    desk: AtDesk,
    kind: Annotated[FileKind | None, Query(description="left out, it is recognised by its content")] = None,
) -> Taken:
    """Take over a statement (CAMT.053, CODA) or a payment status report (pain.002).

    Each statement whole or not at all; the same file again changes nothing.
    """
    return await take_file(home, asker, desk, await _body(request), kind)


async def take_file(
    home: Container, asker: Asker, desk: BankDeskPort, content: bytes, kind: FileKind | None = None
) -> Taken:
    """The same for pages."""
    fingerprint = hashlib.sha256(content).hexdigest()
    async with audited_here(home, asker, "bank.import", f"file sha256 {fingerprint}"):
        try:
            result = await desk.import_file(content, kind)
        except BankFileUnreadable as error:
            raise Wrong("unreadable-file", str(error), refusal=type(error).__name__) from error
    await tell(home, desk, result.news)
    return Taken(**result.model_dump(exclude={"news"}), woken=len(result.news.nudges))


@router.get("/problems", responses=responses(*HERE))
async def problems(home: Home, asker: Annotated[Asker, Depends(may("see_batches"))]) -> ProblemsListed:
    """Statements, movements and batches that something is wrong with; each is by itself, the others went on."""
    return ProblemsListed(problems=await BankProblems(home.database).open())


@router.post("/problems/{number}/seen", responses=responses(*HERE))
async def problem_seen(
    home: Home,
    asker: Annotated[Asker, Depends(may("import_statements"))],
    number: ProblemNumber,
) -> ProblemsListed:
    """Take a problem off the list; what is still wrong comes back with the next round."""
    async with audited_here(home, asker, "bank.problem_seen", str(number)):
        await BankProblems(home.database).seen(number)
    return ProblemsListed(problems=await BankProblems(home.database).open())


@router.get("/batches", responses=responses(*HERE))
async def batches(
    home: Home, asker: Annotated[Asker, Depends(may("see_batches"))], desk: AtDesk, state: State | None = None
) -> BatchList:
    """The payment batches, who has approved them, and how many payees of each no bank could verify."""
    return BatchList(batches=await with_unchecked(home, await desk.batches(*([state] if state else []))))


async def with_unchecked(home: Container, batches: list[BatchCard]) -> list[BatchCard]:
    """The same batches, each with the number of payments whose payee could not be verified."""
    unchecked = await PayeeChecks(home.database).unchecked(one.batch_id for one in batches)
    return [one.model_copy(update={"unchecked": unchecked.get(one.batch_id, 0)}) for one in batches]


@router.post("/batches", responses=responses(*HERE))
async def make(home: Home, asker: Annotated[Asker, Depends(may("make_batch"))], desk: AtDesk) -> BatchesTold:
    """Put the payments that are due into batches, per entity, wages apart; none when nothing is due."""
    async with audited_here(home, asker, "batch.make", home.today().isoformat()):
        made = await desk.make_batches(home.today())
    await tell(home, desk, Nudges(nudges=made.nudges))
    cards = [await desk.batch(batch_id) for batch_id in made.batch_ids]
    return BatchesTold(batches=cards, unpayable=len(made.nudges))


Seen = Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$", description="the file as it was shown")]


@router.post("/batches/{batch_id}/approve", responses=responses(*HERE, "not-found", "refused", "stale"))
async def approve(
    home: Home,
    asker: Annotated[Asker, Depends(may("approve_batch"))],
    desk: AtDesk,
    batch_id: BatchId,
    file_sha256: Annotated[
        str | None, Query(pattern=r"^[0-9a-f]{64}$", description="the file that was seen")
    ] = None,
) -> BatchCard:
    """Say yes to a batch. The second yes, by somebody else, sends it to the bank.

    When the bank cannot be reached it stays `approved` and leaves with the next round.
    """
    shown = await _known(desk.batch(batch_id))
    if file_sha256 is not None and file_sha256 != shown.file_sha256:
        raise Wrong("stale", "the file is another one than the one that was shown")
    async with audited_here(home, asker, "batch.approve", f"{batch_id}, file sha256 {shown.file_sha256}"):
        with_yes = await _known(desk.approve(batch_id, asker.person_id))
    if with_yes.state != "approved":
        return with_yes
    await tell(home, desk, await desk.send_approved())
    return await desk.batch(batch_id)


@router.get(
    "/batches/{batch_id}/file",
    response_class=Response,
    responses=responses(*HERE, "not-found", "refused"),
)
async def export(
    home: Home, asker: Annotated[Asker, Depends(may("export_batch"))], desk: AtDesk, batch_id: BatchId
) -> Response:
    """The pain.001 file of an approved batch; the same bytes each time."""
    async with audited_here(home, asker, "batch.export", batch_id):
        content = await _known(desk.export(batch_id))
    return file(content, f"{batch_id}.xml", "application/xml", "attachment")


class SentGiven(BaseModel):
    """How a file reached the bank when it was taken there by hand."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"bank_reference": "upload 4711"}]})

    bank_reference: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]


@router.post("/batches/{batch_id}/sent", responses=responses(*HERE, "not-found", "refused"))
async def mark_sent(
    home: Home,
    asker: Annotated[Asker, Depends(may("export_batch"))],
    desk: AtDesk,
    batch_id: BatchId,
    given: SentGiven,
) -> BatchCard:
    """Say that the file of an approved batch was taken to the bank by hand; it is not sent again by itself."""
    async with audited_here(home, asker, "batch.sent", f"{batch_id}: {given.bank_reference}"):
        batch = await _known(desk.batch(batch_id))
        if batch.state != "approved":
            raise BatchNotApproved(batch=batch_id)
        await home.payments.sent(batch_id, given.bank_reference.strip(), home.now())
    return await desk.batch(batch_id)


async def tell(home: Container, desk: BankDeskPort, news: Nudges) -> None:
    """Tell the processes that wait; who cannot be reached now is told in the next round."""
    for problem in news.problems:
        log.warning("the bank could not be asked", about=problem.about, why=problem.why)
    try:
        for told in by_process(news.nudges):
            if steps := [nudge.step for nudge in told if nudge.step]:
                await home.process.nudge(told[0].workflow_id, *steps)
            else:
                await home.process.money_moved(told[0].workflow_id)
    except ProcessUnreachable as error:
        log.warning("nobody could be told that money moved", why=str(error))
        return
    await desk.notify(news)


async def _body(request: Request) -> bytes:
    """What was sent, read no further than anybody may send."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > LARGEST_BODY:
            raise Wrong("too-large")
    return bytes(content)


async def _known(batch: Awaitable[T]) -> T:
    try:
        return await batch
    except KeyError:
        raise Wrong("not-found") from None


@asynccontextmanager
async def audited_here(
    home: Container, asker: Asker, what: str, why: str, job_id: str | None = None
) -> AsyncIterator[None]:
    """Write to the audit what became of it, also when it was refused."""
    outcome = "failed"
    try:
        yield
        outcome = "taken"
    except (Refusal, Wrong) as error:
        outcome = type(error).__name__ if isinstance(error, Refusal) else error.kind
        raise
    finally:
        line = audited(home, asker, what, job_id, why)
        await home.audit.record(line.model_copy(update={"outcome": outcome[:40]}))
