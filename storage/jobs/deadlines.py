"""Legal deadlines, written with the declaration and watched from outside the process that should meet them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.job import OPEN_STATES, JobFile
from domain.message import Message
from domain.orders import NO_ITEM, crew_of
from domain.rules.asked_work import AskedWork
from domain.rules.deadlines import CALL, LOUD, REMIND
from domain.rules.deadlines import Deadline as Legal
from domain.rules.lapsing import CLAIM, CLAIM_STEP, binds
from domain.rules.urgency import CAME_UP
from storage.core.database import Database, insert_once, upsert, upsert_all
from storage.jobs.deadline_tables import deadlines as deadlines
from storage.jobs.deadline_tables import past_deadlines as past_deadlines

UNWRITTEN = "not written with the declaration"


class StoredDeadline(Message):
    """Something the law wants done by an instant."""

    kind: str
    """`dimona`, `contract_signed`, `wages_paid`, ..."""
    item: str = NO_ITEM
    """The crew member or document it is about."""
    due_at: datetime
    basis: str
    """The law and article that ask for it."""
    about: AskedWork | None = None
    """Whose work on which days it asks a contract or a declaration for; None for all others, and for what was
    written down before days were."""


class KeptDeadline(StoredDeadline):
    """A deadline of one job, and what became of it."""

    job_id: str
    met_at: datetime | None = None
    alarmed_at: datetime | None = None


class PastDeadline(KeptDeadline):
    """A deadline whose instant no longer counts."""

    superseded_at: datetime


BEFORE_START: Mapping[str, timedelta] = {
    "contract_signed": timedelta(0),
    "dimona": timedelta(0),
    "remind": REMIND,
    "call_list": CALL,
    "loud": LOUD,
}
"""Deadlines that count back from a person's own first start, and by how much."""
FOR_ITS_DAY = frozenset(BEFORE_START)
"""Met only for the start, the days, the person and the employer they were done for."""


def stored(one: Legal, work: AskedWork | None) -> StoredDeadline:
    """A deadline as it is written down, with the work it is about where that counts."""
    about = work if one.kind in FOR_ITS_DAY else None
    return StoredDeadline(kind=one.kind, item=one.item, due_at=one.due_at, basis=one.basis, about=about)


def _counts_from(row: KeptDeadline, starts_at: datetime) -> bool:
    """Whether a deadline is about work that starts at this instant."""
    before = BEFORE_START.get(row.kind)
    return before is None or row.due_at + before == starts_at


def _agree(kind: str, asked: AskedWork | None, done: AskedWork | None) -> bool:
    """Whether what was done is what is asked for; nobody knows better of what was written without its days."""
    return asked is None or done is None or asked.met_by(kind, done)


def _is_met_by(row: KeptDeadline, starts_at: datetime | None, work: AskedWork | None) -> bool:
    """Whether what was done for this start and this work is what a deadline asks for."""
    other_start = row.basis != UNWRITTEN and starts_at is not None and not _counts_from(row, starts_at)
    return not other_start and _agree(row.kind, row.about, work)


async def write(
    connection: AsyncConnection,
    job_id: str,
    given: Sequence[StoredDeadline],
    at: datetime | None = None,
    item: str | None = None,
) -> None:
    """Write a job's deadlines, or those of one crew member, within the caller's transaction.

    A moved job writes anew. What was met for another start, other days, another person or another employer is met
    no more: a contract and a declaration are for their own work. Anything else that is met stays as it was, what is
    not asked for any more goes, and an alarm rings again only for what is asked anew. The old line is kept as
    superseded (`at`). What came up since (an accident, money that came back) stays.
    """
    rows = [row for row in await _of_job(connection, job_id) if item in (None, crew_of(row.item))]
    kept = {(row.kind, row.item): row for row in rows}
    wanted = {(deadline.kind, deadline.item): deadline for deadline in given}
    for (kind, about), row in kept.items():
        gone = (kind, about) not in wanted and row.met_at is None
        if gone and kind not in CAME_UP:
            await _supersede(connection, row, at)
            await connection.execute(delete(deadlines).where(*_is(job_id, kind, about)))
    fresh = [one for place, one in wanted.items() if _is_new(kept.get(place), one)]
    past = await _met_in_the_past(connection, job_id) if fresh else {}
    written = [
        dict(one)
        | {
            "job_id": job_id,
            "alarmed_at": None,
            "met_at": _met_before(one, past.get((one.kind, one.item), ()), kept.get((one.kind, one.item))),
        }
        for one in fresh
    ]
    for one in fresh:
        if (known := kept.get((one.kind, one.item))) is not None:
            await _supersede(connection, known, at)
    await upsert_all(connection, deadlines, written, key=["job_id", "kind", "item"])


def _is_new(known: KeptDeadline | None, wanted: StoredDeadline) -> bool:
    if known is None:
        return True
    if known.due_at == wanted.due_at:
        return not _agree(wanted.kind, wanted.about, known.about)
    return known.met_at is None or known.kind in FOR_ITS_DAY


async def _supersede(connection: AsyncConnection, row: KeptDeadline, at: datetime | None) -> None:
    """Keep what no longer counts; of the same instant what was met last, rather than what was not."""
    if at is None:
        return
    past = dict(row) | {"superseded_at": at}
    key = ["job_id", "kind", "item", "due_at"]
    if row.met_at is None:
        await insert_once(connection, past_deadlines, past, key=key)
    else:
        await upsert(connection, past_deadlines, past, key=key)


async def _met_in_the_past(connection: AsyncConnection, job_id: str) -> dict[tuple[str, str], list[KeptDeadline]]:
    """What was met of a job's deadlines that no longer count, by kind and item."""
    this = past_deadlines.c.job_id == job_id, past_deadlines.c.met_at.is_not(None)
    found: dict[tuple[str, str], list[KeptDeadline]] = {}
    for each in await connection.execute(select(past_deadlines).where(*this)):
        row = KeptDeadline.model_validate(dict(each._mapping))
        found.setdefault((row.kind, row.item), []).append(row)
    return found


def _met_before(one: StoredDeadline, past: Sequence[KeptDeadline], known: KeptDeadline | None) -> datetime | None:
    """When this very thing was met, moved back to what it was last done for; what was done for something else since
    counts instead."""
    met = [(each.met_at, each) for each in (*past, known) if each is not None and each.met_at is not None]
    if not met:
        return None
    at, last = max(met, key=lambda each: each[0])
    return at if last.due_at == one.due_at and _agree(one.kind, one.about, last.about) else None


async def lapse(connection: AsyncConnection, file: JobFile) -> None:
    """What a stopped job need not meet any more goes, within the caller's transaction; what binds stays."""
    unmet = [one for one in await _of_job(connection, file.job_id) if one.met_at is None]
    for one in unmet:
        if not binds(one.kind, one.item, file):
            await connection.execute(delete(deadlines).where(*_is(file.job_id, one.kind, one.item)))


async def claimed(connection: AsyncConnection, file: JobFile) -> None:
    """A claim on a cover is declared by the day its policy says: written once, within the caller's transaction."""
    claim = file.steps.get(CLAIM_STEP)
    if claim is None or claim.state not in OPEN_STATES:
        return
    due_at, source = datetime.fromisoformat(claim.request["declare_by"]), claim.request.get("terms_source", "")
    row = {"kind": CLAIM, "item": NO_ITEM, "due_at": due_at, "basis": f"terms of the policy: {source}"}
    await insert_once(connection, deadlines, {"job_id": file.job_id, **row}, key=["job_id", "kind", "item"])


async def ring(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """Something is due anew, within the caller's transaction: what was met or told of before counts no more."""
    await upsert(connection, deadlines, dict(row), key=["job_id", "kind", "item"])


async def met_on(connection: AsyncConnection, owed: Mapping[str, str], at: datetime) -> None:
    """A deadline that was written down is met, within the caller's transaction."""
    this = *_is(owed["job_id"], owed["kind"], owed["item"]), deadlines.c.met_at.is_(None)
    await connection.execute(update(deadlines).where(*this).values(met_at=at))


async def unmet_again(connection: AsyncConnection, job_id: str, kind: str, item: str) -> None:
    """What met a deadline counts no more, within the caller's transaction; nothing when it was not met."""
    this = *_is(job_id, kind, item), deadlines.c.met_at.is_not(None)
    await connection.execute(update(deadlines).where(*this).values(met_at=None, alarmed_at=None))


class Deadlines:
    """Reads and keeps deadlines; satisfies the activities' Deadlines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def met(
        self,
        job_id: str,
        kind: str,
        item: str,
        at: datetime,
        starts_at: datetime | None = None,
        work: AskedWork | None = None,
    ) -> None:
        """This deadline is met; a second time changes nothing.

        `starts_at` is the start of the work it was done for, and `work` who works for whom on which days: what is
        about another start, person, employer or other days stays unmet. One nobody wrote down is kept as met, so
        that the dossier shows that it was done, and late where the work had begun.
        """
        await self.all_met(job_id, (kind,), item, at, starts_at, work)

    async def all_met(
        self,
        job_id: str,
        kinds: Sequence[str],
        item: str,
        at: datetime,
        starts_at: datetime | None = None,
        work: AskedWork | None = None,
    ) -> None:
        """`met` of several that one thing meets, in one transaction."""
        these = deadlines.c.job_id == job_id, deadlines.c.item == item, deadlines.c.kind.in_(kinds)
        async with self._database.writing() as connection:
            rows = (await connection.execute(select(deadlines).where(*these))).all()
            if len(rows) < len(set(kinds)):
                for kind in kinds:
                    due_at = starts_at - BEFORE_START[kind] if starts_at and kind in BEFORE_START else at
                    unwritten = {"job_id": job_id, "kind": kind, "item": item, "due_at": due_at, "basis": UNWRITTEN}
                    await insert_once(connection, deadlines, unwritten, key=["job_id", "kind", "item"])
                rows = (await connection.execute(select(deadlines).where(*these))).all()
            unmet = [one for one in map(_deadline, rows) if one.met_at is None]
            done = [one.kind for one in unmet if _is_met_by(one, starts_at, work)]
            if done:
                first = update(deadlines).where(*these, deadlines.c.kind.in_(done), deadlines.c.met_at.is_(None))
                await connection.execute(first.values(met_at=at))

    async def reopened(self, job_id: str, kind: str, item: str) -> None:
        """What met this deadline has gone: it is due again, and told of again; nothing when none was written."""
        again = update(deadlines).where(*_is(job_id, kind, item))
        async with self._database.writing() as connection:
            await connection.execute(again.values(met_at=None, alarmed_at=None))

    async def stand(
        self, job_id: str, item: str, given: Sequence[Legal], at: datetime, work: AskedWork | None = None
    ) -> None:
        """From now on these deadlines count for one crew member, and none of the others that were written down."""
        rows = [stored(one, work) for one in given]
        async with self._database.writing() as connection:
            await write(connection, job_id, rows, at, item)

    async def past(self, job_id: str) -> list[PastDeadline]:
        """What was to be done by instants that no longer count, the earliest first."""
        wanted = select(past_deadlines).where(past_deadlines.c.job_id == job_id)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(past_deadlines.c.due_at))
            return [PastDeadline.model_validate(dict(row._mapping)) for row in rows]

    async def alarmed(self, job_id: str, kind: str, item: str, at: datetime) -> bool:
        """Somebody was told; whether this was the first time."""
        async with self._database.writing() as connection:
            first = update(deadlines).where(*_is(job_id, kind, item), deadlines.c.alarmed_at.is_(None))
            return (await connection.execute(first.values(alarmed_at=at))).rowcount == 1

    async def due_unmet(self, now: datetime, limit: int = 500) -> list[KeptDeadline]:
        """What should have been done by now and is not, the oldest first."""
        wanted = select(deadlines).where(deadlines.c.met_at.is_(None), deadlines.c.due_at <= now)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(deadlines.c.due_at).limit(limit))
            return [_deadline(row) for row in rows]

    async def of_job(self, job_id: str) -> list[KeptDeadline]:
        """The deadlines of one job, the earliest first."""
        async with self._database.reading() as connection:
            return await _of_job(connection, job_id)


async def _of_job(connection: AsyncConnection, job_id: str) -> list[KeptDeadline]:
    wanted = select(deadlines).where(deadlines.c.job_id == job_id).order_by(deadlines.c.due_at)
    return [_deadline(row) for row in await connection.execute(wanted)]


def _is(job_id: str, kind: str, item: str) -> tuple[Any, ...]:
    return deadlines.c.job_id == job_id, deadlines.c.kind == kind, deadlines.c.item == item


def _deadline(row: Row[Any]) -> KeptDeadline:
    return KeptDeadline.model_validate(dict(row._mapping))
