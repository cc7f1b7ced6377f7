"""Bulk replays as the worker carries them out: the next items, what the processes said, and each outcome."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bulk_replay import Ending, Item, Progress, Replay, Seen, Slice
from domain.job import StepState
from domain.questions import is_question
from storage.core.database import Database, insert_once
from storage.execution.bulk_replay_tables import replay_items, replays
from storage.execution.bulk_replays import Replays, item_of, progress
from storage.execution.events import job_events
from storage.execution.operations import operations
from storage.jobs.tables import job_steps, jobs
from storage.security.audit import AuditEntry, record

REVIEW_WITHIN = timedelta(hours=24)
"""How long another person has to look at what one decided alone (api/decisions/approval_policy.py)."""
LOOKED_AT = 20
"""Times a slice's size that is read to find items of partners with room; the rest waits for its turn."""


class ReplayBook:
    """The worker's side of the tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replay(self, replay_id: str) -> Replay:
        """One replay."""
        return await Replays(self._database).replay(replay_id)

    async def progress(self, replay_id: str) -> Progress:
        """How many of its items are in which state."""
        async with self._database.reading() as connection:
            return await progress(connection, replay_id)

    async def next_items(self, wanted: Slice) -> list[Item]:
        """The next few, noted as being handed over; those whose answer was lost come first.

        At one partner no more than `at_once` are under way together.
        """
        async with self._database.writing() as connection:
            lost = await _in_state(connection, wanted.replay_id, "sending", wanted.size)
            again = [item.model_copy(update={"resent": True}) for item in lost]
            room = wanted.size - len(again)
            fresh = await self._with_room(connection, wanted, room) if room > 0 else []
            return again + [await _sending(connection, wanted.replay_id, item) for item in fresh]

    async def _with_room(self, connection: AsyncConnection, wanted: Slice, room: int) -> list[Item]:
        of_it = replay_items.c.replay_id == wanted.replay_id
        counted = select(replay_items.c.partner, func.count()).where(of_it, replay_items.c.state == "trying")
        rows = (await connection.execute(counted.group_by(replay_items.c.partner))).all()
        busy: Counter[str | None] = Counter({row[0]: row[1] for row in rows})
        chosen: list[Item] = []
        for item in await _in_state(connection, wanted.replay_id, "chosen", room * LOOKED_AT):
            if len(chosen) < room and busy[item.partner] < wanted.at_once:
                chosen.append(item)
                busy[item.partner] += 1
        return chosen

    async def handed_over(self, replay: Replay, items: Sequence[Item], at: datetime) -> None:
        """Keep what the processes answered, with the decision and a line in the audit for each."""
        answered = [item for item in items if item.state != "sending"]
        async with self._database.writing() as connection:
            for item in answered:
                if not await _keep(connection, replay.replay_id, item, {"sending"}, taken_at=at):
                    continue
                if item.state == "trying":
                    await insert_once(connection, operations, _operation(replay, item, at), key=["operation_id"])
                await record(connection, _audited(replay, item, at))

    async def under_way(self, replay_id: str) -> list[tuple[Item, Seen | None]]:
        """What was taken and not seen to end, with the steps as they are now."""
        here = (job_steps.c.job_id == replay_items.c.job_id) & (job_steps.c.step == replay_items.c.step)
        last = (
            select(func.max(job_events.c.seq))
            .where(
                job_events.c.job_id == replay_items.c.job_id,
                job_events.c.seq > replay_items.c.seq,
                job_events.c.step == replay_items.c.step,
            )
            .scalar_subquery()
        )
        now = (job_steps.c.state.label("now"), job_steps.c.file, last.label("last_seq"))
        wanted = select(replay_items, *now).select_from(replay_items.outerjoin(job_steps, here))
        wanted = wanted.where(replay_items.c.replay_id == replay_id, replay_items.c.state == "trying")
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(replay_items.c.n))).all()
        return [(item_of(row), _outcome_of(row)) for row in rows]

    async def seen(self, replay_id: str, items: Sequence[Item], at: datetime) -> None:
        """Keep the outcomes."""
        async with self._database.writing() as connection:
            for item in items:
                await _keep(connection, replay_id, item, {"trying"}, verified_at=at)

    async def turn(self, ending: Ending, at: datetime) -> None:
        """Keep the state of the whole replay; at its end nothing stays under way."""
        over = ending.state in ("stopped", "done")
        this = update(replays).where(replays.c.replay_id == ending.replay_id)
        values: dict[str, Any] = {"state": ending.state, "why": ending.why} | ({"ended_at": at} if over else {})
        async with self._database.writing() as connection:
            await connection.execute(this.values(**values))
            if ending.final:
                unseen = update(replay_items).where(
                    replay_items.c.replay_id == ending.replay_id, replay_items.c.state == "trying"
                )
                await connection.execute(unseen.values(state="unverified", why="nobody saw it end within the time"))


async def _in_state(connection: AsyncConnection, replay_id: str, state: str, limit: int) -> list[Item]:
    wanted = select(replay_items).where(replay_items.c.replay_id == replay_id, replay_items.c.state == state)
    rows = await connection.execute(wanted.order_by(replay_items.c.n).limit(limit))
    return [item_of(row) for row in rows]


_LAST_LINE = select(jobs.c.seq).where(jobs.c.job_id == bindparam("job")).scalar_subquery()


async def _sending(connection: AsyncConnection, replay_id: str, item: Item) -> Item:
    """Remember where the job's story stands before the decision is handed over."""
    this = update(replay_items).where(replay_items.c.replay_id == replay_id, replay_items.c.n == item.n)
    done = this.values(state="sending", seq=_LAST_LINE).returning(replay_items.c.seq)
    seq = (await connection.execute(done, {"job": item.job_id})).scalar_one()
    return item.model_copy(update={"state": "sending", "seq": seq})


async def _keep(
    connection: AsyncConnection, replay_id: str, item: Item, before: set[str], **when: datetime
) -> bool:
    """Write an item's new state once: a second worker that says the same changes nothing."""
    this = update(replay_items).where(
        replay_items.c.replay_id == replay_id, replay_items.c.n == item.n, replay_items.c.state.in_(before)
    )
    done = await connection.execute(this.values(state=item.state, why=item.why, told_by=item.told_by, **when))
    return done.rowcount == 1


def _outcome_of(row: Row[Any]) -> Seen | None:
    if row.now is None:
        return None
    file = StepState.model_validate(row.file)
    return Seen(
        state=row.now,
        attempt=file.attempt,
        revision=file.revision,
        waits_for_partner=bool(file.waiting and file.waiting.partner),
        problem=f"{file.problem.type}: {file.problem.text}" if file.problem else "",
        is_question=row.now == "parked" and is_question(file),
        last_seq=row.last_seq,
    )


def _operation(replay: Replay, item: Item, at: datetime) -> dict[str, Any]:
    """The decision as every other decision is kept, so that one place tells what became of it."""
    return {
        "operation_id": replay.operation_id(item),
        "job_id": item.job_id,
        "step": item.step,
        "workflow_id": item.workflow_id,
        "kind": "replay",
        "verb": item.verb,
        "rule": item.rule,
        "by": replay.by,
        "role": replay.role,
        "reason": replay.reason,
        "attempt": item.attempt,
        "changes": [],
        "asked_at": at,
        "outcome": "taken",
        "review_due_at": at + REVIEW_WITHIN if item.rule == "reviewed" else None,
    }


def _audited(replay: Replay, item: Item, at: datetime) -> AuditEntry:
    outcomes = {"trying": "taken", "refused": item.why.partition(":")[0]}
    return AuditEntry(
        at=at,
        who=replay.by,
        role=replay.role,
        what=f"step.{replay.kind}",
        job_id=item.job_id,
        step=item.step,
        why=replay.reason,
        outcome=outcomes.get(item.state, item.state)[:40],
        operation_id=replay.operation_id(item),
    )
