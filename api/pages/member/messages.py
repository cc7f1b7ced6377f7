"""What a member tells on a job's page: a word to the adviser, something that happened, a receipt by photo."""

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, NamedTuple
from uuid import uuid4

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from api.container import Container, Home
from api.errors import FieldProblem, Wrong
from api.jobs import access
from api.jobs.routes import JobId
from api.links.routes import back
from api.pages.member.form_words import amount
from api.pages.member.job_view import answer_by
from api.pages.render import Paged
from api.security.permissions import Asker, Known
from api.security.uploads import LARGEST_UPLOAD, accepted
from domain.periods import end_of_day
from domain.rules.deadlines import accident_report_by_on
from engine.words import day, say
from storage.jobs.reported_events import Happening, HappeningKind, new_happening_id
from storage.security.audit import hash_of

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(min_length=1, max_length=2000)]
Once = Annotated[str, Form(pattern=r"^[0-9A-Za-z-]{8,40}$")]


class ReportDeadline(NamedTuple):
    """By when something must be reported, and who says so."""

    due_at: datetime | None
    basis: str


@router.post("/jobs/{job_id}/messages")
async def write(request: Request, home: Home, asker: Known, job_id: JobId, text: Text, once: Once = "") -> Response:
    """A word to the adviser, or the adviser's answer; pressed twice it is one message."""
    await _mine(home, asker, job_id)
    if not text.strip():
        raise Wrong("invalid", errors=[FieldProblem(where="text", why="write something")])
    now, key = home.now(), _once(asker, once, job_id, text)
    if asker.may("approve"):
        await home.messages.send(job_id, asker.person_id, "member", text.strip(), now, once=key)
    else:
        await _to_adviser(home, asker, job_id, text.strip(), key)
    return back(request, f"/jobs/{job_id}#talk")


async def _mine(home: Container, asker: Asker, job_id: str) -> None:
    """One's own job, or a job one advises on."""
    asker.must("withdraw")
    await access.row(home, asker, job_id)


async def _to_adviser(home: Container, asker: Asker, job_id: str, text: str, once: str) -> None:
    now = home.now()
    await home.messages.send(job_id, asker.person_id, "advisor", text, now, answer_by(now), once=once or None)


def clock(kind: HappeningKind, happened_on: date) -> ReportDeadline:
    """The clock of what happened; only an accident has one the law winds up.

    Source: law of 10 April 1971; fedris.be: reported within eight days from the day after the accident.
    """
    if kind != "accident":
        return ReportDeadline(None, "")
    due_at = end_of_day(accident_report_by_on(happened_on))
    return ReportDeadline(
        due_at, "law of 10 April 1971; fedris.be: within eight days from the day after the accident"
    )


@router.post("/jobs/{job_id}/incidents")
async def happened(
    request: Request,
    home: Home,
    page: Paged,
    asker: Known,
    job_id: JobId,
    kind: Annotated[HappeningKind, Form()],
    happened_on: Annotated[date, Form()],
    text: Text,
    who: Annotated[str, Form(max_length=200)] = "",
    once: Once = "",
) -> Response:
    """Something happened: a dossier with its clock, and the adviser told."""
    await _mine(home, asker, job_id)
    if happened_on > home.today():
        raise Wrong("invalid", errors=[FieldProblem(where="happened_on", why="this day is still to come")])
    runs = clock(kind, happened_on)
    said = (job_id, kind, str(happened_on), who, text)
    happening_id = f"x-{_once(asker, once, *said)}" if once else new_happening_id()
    await home.happenings.open(
        Happening(
            happening_id=happening_id,
            job_id=job_id,
            kind=kind,
            happened_on=happened_on,
            told_at=home.now(),
            told_by=asker.person_id,
            who=who.strip() or None,
            text=text.strip(),
            due_at=runs.due_at,
            basis=runs.basis,
        )
    )
    lang = page.language(request, asker)
    told = f"{say(lang, f'value.incident.{kind}')} · {day(lang, happened_on)} · {who.strip()}\n{text.strip()}"
    if not asker.may("approve"):
        await _to_adviser(home, asker, job_id, told, happening_id)
    return back(request, f"/jobs/{job_id}#happened")


@router.post("/jobs/{job_id}/incidents/{happening_id}/closed")
async def dealt_with(request: Request, home: Home, asker: Known, job_id: JobId, happening_id: str) -> Response:
    """An adviser says that it was reported, or needs nothing more: its clock stops."""
    asker.must("approve")
    await access.row(home, asker, job_id)
    if happening_id not in {one.happening_id for one in await home.happenings.of_job(job_id)}:
        raise Wrong("not-found")
    await home.happenings.close(happening_id, home.now(), asker.person_id)
    return back(request, "/advisor")


@router.post("/jobs/{job_id}/receipts")
async def receipt(
    request: Request,
    home: Home,
    page: Paged,
    asker: Known,
    job_id: JobId,
    photo: Annotated[UploadFile, File()],
    what: Annotated[str, Form(min_length=1, max_length=200)],
    spent_on: Annotated[date, Form()],
    spent_eur: Annotated[str, Form(min_length=1, max_length=14)],
    once: Once = "",
) -> Response:
    """A receipt by photo: kept as a paper of the job, and put before the adviser with its amount."""
    await _mine(home, asker, job_id)
    content = await photo.read(LARGEST_UPLOAD + 1)
    media_type, name = accepted(content, f"receipt-{spent_on.isoformat()}")
    key = _once(asker, once, job_id, what, str(spent_on), spent_eur, sha256(content).hexdigest())
    name = await home.documents.file(
        job_id=job_id,
        step="expenses",
        name=name,
        kind="receipt",
        media_type=media_type,
        content=content,
        audience=("advisor", "ops"),
        subject_id=asker.person_id,
        order_key=f"{job_id}/receipt/{key}",
    )
    lang = page.language(request, asker)
    places = {"what": what.strip(), "amount": amount(spent_eur), "on": day(lang, spent_on), "name": name}
    told = say(lang, "page.receipt.told", **places)
    await _to_adviser(home, asker, job_id, told, key)
    return back(request, f"/jobs/{job_id}#papers")


def _once(asker: Asker, once: str, *said: str) -> str:
    """A key under which the same said twice is once, and anything else said under the browser's key is not lost."""
    return hash_of([asker.person_id, once or uuid4().hex, *said])[:24]
