"""What a member tells on a job's page: a word to the adviser, something that happened, a receipt by photo."""

from datetime import date
from hashlib import sha256
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from api.container import Container, Home
from api.errors import FieldProblem, Wrong
from api.jobs import access, incidents
from api.jobs.incidents import IncidentGiven
from api.jobs.routes import JobId
from api.links.routes import back
from api.pages.member.form_words import amount
from api.pages.member.job_view import answer_by
from api.pages.render import Paged
from api.security.permissions import Asker, Known
from api.security.uploads import LARGEST_UPLOAD, accepted
from domain.incident_claims import HitThing
from engine.words import day, say
from storage.jobs.reported_events import HappeningKind
from storage.security.audit import hash_of

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(min_length=1, max_length=2000)]
Once = Annotated[str, Form(pattern=r"^[0-9A-Za-z-]{8,40}$")]


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
    about: Annotated[HitThing, Form()] = "equipment",
    photo: Annotated[UploadFile | None, File()] = None,
    once: Once = "",
) -> Response:
    """Something happened: the adviser told, and the insurer within its time."""
    await _mine(home, asker, job_id)
    content = await photo.read(LARGEST_UPLOAD + 1) if photo is not None and photo.filename else b""
    if content:
        accepted(content, photo.filename if photo and photo.filename else "photo")
    given = IncidentGiven(kind=kind, happened_on=happened_on, text=text, who=who, about=about)
    told_of = await incidents.tell(home, asker, job_id, given, once or None)
    if content and photo is not None:
        name = photo.filename or "photo"
        await incidents.keep_paper(home, asker, job_id, told_of.happening_id, name, content)
    lang = page.language(request, asker)
    told = f"{say(lang, f'value.incident.{kind}')} · {day(lang, happened_on)} · {who.strip()}\n{text.strip()}"
    if not asker.may("approve"):
        await _to_adviser(home, asker, job_id, told, told_of.happening_id)
    return back(request, f"/jobs/{job_id}#happened")


@router.post("/jobs/{job_id}/incidents/{happening_id}/papers")
async def give_paper(
    request: Request,
    home: Home,
    asker: Known,
    job_id: JobId,
    happening_id: str,
    photo: Annotated[UploadFile, File()],
) -> Response:
    """One more paper for something that happened: a photograph, a bill, a report of the police."""
    await _mine(home, asker, job_id)
    content = await photo.read(LARGEST_UPLOAD + 1)
    await incidents.keep_paper(home, asker, job_id, happening_id, photo.filename or "photo", content)
    return back(request, f"/jobs/{job_id}#incidents")


@router.post("/jobs/{job_id}/incidents/{happening_id}/closed")
async def dealt_with(request: Request, home: Home, asker: Known, job_id: JobId, happening_id: str) -> Response:
    """An adviser says that it was reported, or needs nothing more: its clock stops."""
    asker.must("approve")
    access.another_decides(asker, (await access.row(home, asker, job_id)).member_id)
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
