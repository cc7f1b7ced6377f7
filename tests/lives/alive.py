"""One life while it is lived: its job, what was seen of it, and what is still to come."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2

import storage.jobs.jobs
from allin.lives.life import Deciding, Life, Moment
from domain.identifiers import job_id_from
from storage.jobs.jobs import KeptJob
from tests.process.world import World

ENDED = frozenset({"closed", "written_off", "withdrawn", "refused"})
PROBLEM = "problem/"
SIGNED_OUT = 401


def wanted_id(life: Life) -> str:
    """The id its job will have: drawn from its name, so that nothing hangs on chance."""
    bits = int.from_bytes(hashlib.sha256(f"life {life.name}".encode()).digest()[:8]) >> 14
    return job_id_from(bits)


_CHANCE = storage.jobs.jobs.new_job_id
_WANTED: ContextVar[str | None] = ContextVar("wanted", default=None)


@contextmanager
def named(job_id: str) -> Iterator[None]:
    """The job that is declared in here gets this id; what is declared elsewhere meanwhile does not."""
    storage.jobs.jobs.new_job_id = lambda: _WANTED.get() or _CHANCE()
    before = _WANTED.set(job_id)
    try:
        yield
    finally:
        _WANTED.reset(before)


@dataclass
class Waiting:
    """A parked step that somebody will answer."""

    step: str
    attempt: int
    since_at: datetime
    drawn_at: datetime
    deciding: Deciding


@dataclass
class Alive:
    """A life and how far it is."""

    life: Life
    job_id: str | None = None
    job: KeptJob | None = None
    refused: list[str] = field(default_factory=list)
    """Rules by which the quote said no."""
    complaints: list[str] = field(default_factory=list)
    """What no door should ever answer."""
    turned_down: list[str] = field(default_factory=list)
    """Moves and the like that were refused in words."""
    seen: dict[str, datetime] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    decided: int = 0
    parked_times: dict[str, int] = field(default_factory=dict)
    answered: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Which problem was answered by which decision."""
    declaration: dict[str, Any] = field(default_factory=dict)
    credits: dict[str, list[str]] = field(default_factory=dict)
    """The numbers the bank gave to what was paid, by invoice."""
    sent: dict[str, datetime] = field(default_factory=dict)
    """Documents that left over Peppol, as they were first seen."""
    given_back: int = 0
    """Payments that finance people gave back because the account bears another name."""
    dead: bool = False
    """Its process was ended by us, because its code failed again and again."""
    refunds: int = 0
    refused_by_second: int = 0
    lingers: bool = False
    """It has ended, and its money may still move."""
    hung: bool = False
    """Everybody acts and it does not end."""
    due: list[datetime] = field(default_factory=list)
    """Instants at which somebody acts."""

    @property
    def wanted_id(self) -> str:
        """The id its job has or will have."""
        return wanted_id(self.life)

    @property
    def open(self) -> bool:
        """Whether it was declared and has not ended."""
        ended = self.job is not None and self.job.state in ENDED
        return not (self.dead or self.hung or self.job_id is None or ended)

    @property
    def outcome(self) -> str:
        """Its end, or where it stands."""
        if self.refused:
            return "refused in the quote"
        return self.job.state if self.job else "not declared"

    def declared(self, answer: httpx2.Response, at: datetime) -> None:
        """What the door answered to the declaration."""
        self.declaration = dict(self.life.declaration)
        if answer.is_success:
            self.job_id = answer.json()["job_id"]
            self.seen["declared"] = at
            return
        told = answer.json()
        if told["type"].endswith(f"{PROBLEM}quote-refuses"):
            quote = told["quote"]
            self.refused = [one["rule"] for one in quote["refusals"]] + [
                f"missing {one['field']}" for one in quote["missing"]
            ]
            return
        if told["type"].endswith(f"{PROBLEM}refused"):
            self.refused = [told["detail"]]  # a rate that is not known yet: a clear no, though without a quote
            return
        self.complaints.append(f"declare: {answer.status_code} {answer.text[:600]}")

    def complain(self, what: str) -> None:
        """Something no door should ever answer, told once."""
        if what not in self.complaints:
            self.complaints.append(what)

    def hangs(self, why: str) -> None:
        """It does not end although everybody acts."""
        self.hung = True
        self.complain(f"hang: {why}")

    def broken(self, why: str) -> None:
        """Its process cannot go on."""
        self.dead = True
        self.complaints.append(why)

    def is_due(self, what: str, moment: Moment, now: datetime) -> bool:
        """Whether this has come and was not done before."""
        if what in self.done or moment.landmark not in self.seen:
            return False
        at = self.seen[moment.landmark] + timedelta(hours=moment.hours)
        if at > now:
            self.due.append(at)
            return False
        self.done.add(what)
        return True

    def once(self, what: str) -> bool:
        """True the first time."""
        if what in self.done:
            return False
        self.done.add(what)
        return True

    def has_come(self, what: str, at: datetime, now: datetime) -> bool:
        """Whether an instant has come, the first time; until then somebody is about to act."""
        if what in self.done:
            return False
        if at > now:
            self.due.append(at)
            return False
        return self.once(what)


class Door:
    """Everybody's way in over the API; each signs in once."""

    def __init__(self, world: World) -> None:
        transport = httpx2.ASGITransport(app=world.api, raise_app_exceptions=False)
        self._http = httpx2.AsyncClient(transport=transport, base_url="http://allin")
        self._tokens: dict[str, str] = {}
        self._glanced: dict[str, Any] = {}

    def look_up(self) -> None:
        """Time has passed: what was read at a glance is read again."""
        self._glanced.clear()

    async def glance(self, who: str, path: str) -> Any:
        """A list of the whole cooperative, read once for all lives until time passes."""
        if path not in self._glanced:
            self._glanced[path] = await self.told(who, path)
        return self._glanced[path]

    async def ask(self, who: str, method: str, path: str, **request: Any) -> httpx2.Response:
        """One request by one person, and whatever is answered."""
        for first in (True, False):
            if who not in self._tokens:
                login = await self._http.post("/api/session", json={"person": who})
                self._tokens[who] = login.json()["token"]
            headers = {"authorization": f"Bearer {self._tokens[who]}", **request.get("headers", {})}
            answer = await self._http.request(method, path, **{**request, "headers": headers})
            if answer.status_code != SIGNED_OUT or not first:
                break
            del self._tokens[who]  # nobody stays signed in for ever
        return answer

    async def told(self, who: str, path: str) -> Any:
        """What somebody reads; AssertionError when the page does not open."""
        answer = await self.ask(who, "GET", path)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()
