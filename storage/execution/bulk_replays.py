"""Bulk replays as people see them: a selection frozen under a token, begun once, and what became of each item."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bulk_replay import BAD, Item, ItemState, Progress, Replay, ReplayKind
from domain.errors import AllInclusiveError
from storage.core.database import Database
from storage.core.pagination import Page, after, cursor
from storage.core.tables import UtcDateTime
from storage.execution.bulk_replay_tables import replay_items, replays
from storage.jobs.tables import job_steps
from storage.security.audit import AuditEntry, record

SHELF_LIFE = timedelta(hours=1)
"""House rule: what was counted longer ago is counted anew before anything is begun."""
AT_MOST = 5_000
"""House rule: more steps than this in one selection are begun in several, so that each can still be read."""
ROWS = 400
"""Rows an insert names at once: SQLite takes 32,766 values in one statement."""


class StaleToken(AllInclusiveError):
    """What was counted is not what is there now; count again."""


class Frozen(AllInclusiveError):
    """This selection was begun already, by somebody else or for another reason."""


SAME_BEGINNING = ("by", "reason", "canary", "rate_per_minute", "at_once", "safe")
"""What makes a second word under one token the same word again."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """How somebody wants a frozen selection to run."""

    by: str
    role: str
    reason: str
    canary: int
    rate_per_minute: int
    at_once: int
    safe: bool
    at: datetime
    by_itself: bool = False


class Replays:
    """Freezes, begins, lists and shows bulk replays."""

    shelf_life = SHELF_LIFE

    def __init__(self, database: Database) -> None:
        self._database = database

    async def freeze(
        self, kind: ReplayKind, wanted: dict[str, Any], items: Sequence[Item], by: str, role: str, at: datetime
    ) -> Replay:
        """Write a selection down as it is now."""
        replay_id = secrets.token_hex(5)
        replay = Replay(
            replay_id=replay_id,
            token=_token(replay_id, items),
            kind=kind,
            state="frozen",
            wanted=wanted,
            count=len(items),
            by=by,
            role=role,
            frozen_at=at,
        )
        rows = [_item_row(replay_id, n, item) for n, item in enumerate(items, 1)]
        async with self._database.writing() as connection:
            await connection.execute(insert(replays).values(**dict(replay)))
            for first in range(0, len(rows), ROWS):
                await connection.execute(insert(replay_items), rows[first : first + ROWS])
        return replay

    async def begin(self, token: str, how: Begun) -> tuple[Replay, bool]:
        """Begin what was frozen under this token; whether this was the first time.

        StaleToken when it is unknown, too old, was counted by somebody else, or one of its steps has moved on;
        Frozen when somebody else began it.
        """
        async with self._database.writing() as connection:
            wanted = select(replays).where(replays.c.token == token).with_for_update()
            row = (await connection.execute(wanted)).one_or_none()
            if row is None:
                raise StaleToken("nothing was counted under this token")
            kept = _replay(row)
            if kept.state != "frozen":
                if all(getattr(kept, name) == getattr(how, name) for name in SAME_BEGINNING):
                    return kept, False
                raise Frozen(kept.replay_id)
            if kept.by != how.by:
                raise StaleToken("somebody else counted it: count it yourself")
            await _still_so(connection, kept, how.at)
            values = dict(how.__dict__) | {"state": "running", "started_at": how.at}
            del values["at"]
            begun = update(replays).where(replays.c.replay_id == kept.replay_id).values(**values)
            await connection.execute(begun)
            line = AuditEntry(
                at=how.at,
                who=how.by,
                role=how.role,
                what=f"bulk.{kept.kind}",
                why=how.reason,
                after_hash=token,
                outcome=f"{kept.count} steps",
                operation_id=kept.replay_id,
            )
            await record(connection, line)
        return kept.model_copy(update=values), True

    async def turned(self, line: AuditEntry) -> None:
        """Somebody paused, resumed or stopped one: a line in the audit."""
        async with self._database.writing() as connection:
            await record(connection, line)

    async def unbegun(self, before: datetime) -> list[Replay]:
        """Begun in the tables and perhaps not as a process, since nothing of them was handed over."""
        moved = (replay_items.c.replay_id == replays.c.replay_id) & (replay_items.c.state != "chosen")
        wanted = select(replays).where(
            replays.c.state == "running",
            replays.c.started_at < before,
            ~select(replay_items.c.n).where(moved).exists(),
        )
        async with self._database.reading() as connection:
            return [_replay(row) for row in await connection.execute(wanted.limit(100))]

    async def last_by_itself(self, partner: str) -> Replay | None:
        """The latest one that began because this partner answered again."""
        wanted = select(replays).where(replays.c.by_itself, replays.c.wanted["partner"].as_string() == partner)
        async with self._database.reading() as connection:
            row = (await connection.execute(wanted.order_by(replays.c.frozen_at.desc()).limit(1))).one_or_none()
        return None if row is None else _replay(row)

    async def replay(self, replay_id: str) -> Replay:
        """One replay; KeyError when unknown."""
        async with self._database.reading() as connection:
            wanted = select(replays).where(replays.c.replay_id == replay_id)
            row = (await connection.execute(wanted)).one_or_none()
        if row is None:
            raise KeyError(replay_id)
        return _replay(row)

    async def progress(self, replay_id: str) -> Progress:
        """How many of its items are in which state."""
        async with self._database.reading() as connection:
            return await progress(connection, replay_id)

    async def page(self, after_cursor: str | None = None, limit: int = 50) -> Page[Replay]:
        """The begun ones, the latest first; BadCursor when the cursor is not one of ours."""
        statement = select(replays).where(replays.c.state != "frozen")
        if after_cursor:
            at, (replay_id,) = after(after_cursor)
            here = tuple_(literal(at, UtcDateTime), literal(replay_id))
            statement = statement.where(tuple_(replays.c.frozen_at, replays.c.replay_id) < here)
        statement = statement.order_by(replays.c.frozen_at.desc(), replays.c.replay_id.desc()).limit(limit + 1)
        async with self._database.reading() as connection:
            rows = [_replay(row) for row in await connection.execute(statement)]
        last = rows[limit - 1] if len(rows) > limit else None
        return Page(rows[:limit], cursor(last.frozen_at, last.replay_id) if last else None)

    async def items(
        self, replay_id: str, after_n: int = 0, limit: int = 100, state: ItemState | None = None
    ) -> list[Item]:
        """Some items, in their order, after one of them."""
        wanted = select(replay_items).where(replay_items.c.replay_id == replay_id, replay_items.c.n > after_n)
        if state:
            wanted = wanted.where(replay_items.c.state == state)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(replay_items.c.n).limit(limit))
            return [item_of(row) for row in rows]

    async def sweep(self, before: datetime) -> None:
        """Forget what was only counted, and never begun."""
        forgotten = (replays.c.state == "frozen", replays.c.frozen_at < before)
        old = select(replays.c.replay_id).where(*forgotten)
        async with self._database.writing() as connection:
            await connection.execute(replay_items.delete().where(replay_items.c.replay_id.in_(old)))
            await connection.execute(replays.delete().where(*forgotten))


async def progress(connection: AsyncConnection, replay_id: str) -> Progress:
    """How many items are in which state, and the first bad outcome."""
    of_it = replay_items.c.replay_id == replay_id
    counted = select(replay_items.c.state, func.count()).where(of_it).group_by(replay_items.c.state)
    counts: dict[ItemState, int] = {row[0]: row[1] for row in await connection.execute(counted)}
    bad = None
    if BAD & counts.keys():
        first = select(replay_items).where(of_it, replay_items.c.state.in_(BAD)).order_by(replay_items.c.n).limit(1)
        row = (await connection.execute(first)).one()
        bad = f"{row.step} of {row.job_id}: {row.state}, {row.why}"
    return Progress(counts=counts, bad=bad)


def item_of(row: Row[Any]) -> Item:
    """One item as it is kept."""
    return Item.model_validate(dict(row._mapping))


async def _still_so(connection: AsyncConnection, kept: Replay, at: datetime) -> None:
    if kept.frozen_at < at - SHELF_LIFE:
        raise StaleToken("this was counted too long ago")
    here = (job_steps.c.job_id == replay_items.c.job_id) & (job_steps.c.step == replay_items.c.step)
    same = (job_steps.c.attempt == replay_items.c.attempt) & (job_steps.c.revision == replay_items.c.revision)
    ready = job_steps.c.state.in_(("held", "done") if kept.kind == "redo" else ("parked",))
    unchanged = select(func.count()).select_from(replay_items.join(job_steps, here))
    count = await connection.scalar(unchanged.where(replay_items.c.replay_id == kept.replay_id, same, ready))
    if count != kept.count:
        raise StaleToken(f"{kept.count - int(count or 0)} of {kept.count} steps have moved on since")


def _token(replay_id: str, items: Sequence[Item]) -> str:
    chosen = [(item.job_id, item.step, item.attempt, item.revision) for item in items]
    return hashlib.sha256(json.dumps([replay_id, chosen]).encode()).hexdigest()[:40]


def _item_row(replay_id: str, n: int, item: Item) -> dict[str, Any]:
    kept = item.model_dump(exclude={"resent"}) | {"n": n, "replay_id": replay_id}
    return kept | {"taken_at": None, "verified_at": None}


def _replay(row: Row[Any]) -> Replay:
    return Replay.model_validate(dict(row._mapping))
