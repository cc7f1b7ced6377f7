"""Deciding about many steps: each decision is handed to the process that carries the step, then its outcome is
looked up in the story. Done twice, nothing happens twice: the same item is always the same decision.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from temporalio import activity

from activities.step import Clock
from domain.bulk_replay import Ending, Item, Progress, Replay, Seen, Slice, outcome
from domain.errors import PartnerDown
from domain.job import Decision

WATCHED_FOR_SECONDS = 2.5
"""How long a slice waits for its outcomes; what takes longer is looked at again by the process."""
FIRST_LOOK, LAST_LOOK = 0.03, 0.25
MOVED_ON = frozenset({"NotParked", "StaleAttempt", "UnknownStep", "JobEnded", "SomeoneElseDecides"})
"""Why a process does not take a decision that somebody or something else has overtaken."""
STILL_UNDER_WAY = frozenset({"NotParked", "StaleAttempt"})
"""After a lost answer the same words mean that it was taken the first time."""


class Book(Protocol):
    """Where replays are kept."""

    async def replay(self, replay_id: str) -> Replay:
        """One replay."""
        ...

    async def progress(self, replay_id: str) -> Progress:
        """How many of its items are in which state."""
        ...

    async def next_items(self, wanted: Slice) -> list[Item]:
        """The next few, noted as being handed over; those whose answer was lost come first."""
        ...

    async def handed_over(self, replay: Replay, items: Sequence[Item], at: datetime) -> None:
        """Keep what the processes answered, with a line in the audit for each."""
        ...

    async def under_way(self, replay_id: str) -> list[tuple[Item, Seen | None]]:
        """What was taken and not seen to end, with the steps as they are now."""
        ...

    async def seen(self, replay_id: str, items: Sequence[Item], at: datetime) -> None:
        """Keep the outcomes."""
        ...

    async def turn(self, ending: Ending, at: datetime) -> None:
        """Keep the state of the whole replay."""
        ...


class Doors(Protocol):
    """The processes that carry the steps. None when the decision was taken, else why not."""

    async def decide(self, workflow_id: str, decision: Decision) -> tuple[str, str] | None:
        """Take a parked step again; PartnerDown when the process cannot be asked."""
        ...

    async def redo(self, workflow_id: str, decision: Decision) -> tuple[str, str] | None:
        """Do anew what is done, under a new order."""
        ...


class Proposals(Protocol):
    """Decisions that take two persons."""

    async def propose(self, job_id: str, decision: Decision, at: datetime) -> None:
        """Put it before a second person; a second time changes nothing."""
        ...


class Partners(Protocol):
    """What partners show of our orders."""

    async def shows(self, item: Item) -> bool:
        """Whether the partner has an effect of this step's order."""
        ...


class BulkReplay:
    """Carries out what was chosen, a slice at a time."""

    def __init__(self, book: Book, doors: Doors, proposals: Proposals, partners: Partners, clock: Clock) -> None:
        self._book = book
        self._doors = doors
        self._proposals = proposals
        self._partners = partners
        self._clock = clock

    @activity.defn(name="bulk_replay.carry_out")
    async def carry_out(self, wanted: Slice) -> Progress:
        """Hand over the next few, and wait a moment for their outcomes."""
        replay = await self._book.replay(wanted.replay_id)
        items = await self._book.next_items(wanted)
        answered = await asyncio.gather(*(self._hand_over(replay, item) for item in items))
        await self._book.handed_over(replay, answered, self._clock.now())
        mine = {item.n for item in answered if item.state == "trying"}
        until, pause = asyncio.get_running_loop().time() + WATCHED_FOR_SECONDS, FIRST_LOOK
        while mine & await self._judge(replay.replay_id) and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LAST_LOOK)
        if lost := [item for item in answered if item.state == "sending"]:
            raise PartnerDown("temporal", f"{len(lost)} decisions could not be handed over: {lost[0].why}")
        return await self._book.progress(replay.replay_id)

    @activity.defn(name="bulk_replay.look")
    async def look(self, replay_id: str) -> Progress:
        """Where a replay stands, after a look at what is under way."""
        await self._judge(replay_id)
        return await self._book.progress(replay_id)

    @activity.defn(name="bulk_replay.note")
    async def note(self, ending: Ending) -> None:
        """The replay is paused, goes on, or is over."""
        await self._book.turn(ending, self._clock.now())

    async def _hand_over(self, replay: Replay, item: Item) -> Item:
        decision = _decision(replay, item)
        if item.rule == "two":
            await self._proposals.propose(item.job_id, decision, self._clock.now())
            return item.model_copy(update={"state": "proposed", "why": "a second person must agree"})
        try:
            if replay.safe and not item.resent and await self._partners.shows(item):
                return item.model_copy(update={"state": "already_there", "why": "the partner shows an effect"})
            if replay.kind == "redo":
                no = await self._doors.redo(item.workflow_id, decision)
            else:
                no = await self._doors.decide(item.workflow_id, decision)
        except PartnerDown as down:
            return item.model_copy(update={"why": str(down)})
        return _answered(item, no)

    async def _judge(self, replay_id: str) -> set[int]:
        """Keep every outcome there is by now; the items that have none yet."""
        under_way = await self._book.under_way(replay_id)
        ended, open_ = [], set()
        for item, seen in under_way:
            found = outcome(item, seen)
            if found is None:
                open_.add(item.n)
                continue
            told_by = seen.last_seq if seen else None
            ended.append(item.model_copy(update={"state": found[0], "why": found[1], "told_by": told_by}))
        if ended:
            await self._book.seen(replay_id, ended, self._clock.now())
        return open_


def _decision(replay: Replay, item: Item) -> Decision:
    return Decision(
        operation_id=replay.operation_id(item),
        step=item.step,
        kind="replay",
        expected_attempt=item.attempt,
        by=replay.by,
        role=replay.role,
        reason=replay.reason,
    )


def _answered(item: Item, no: tuple[str, str] | None) -> Item:
    """What the process said, as the item's state."""
    if no is None or (item.resent and no[0] in STILL_UNDER_WAY):
        return item.model_copy(update={"state": "trying", "why": ""})
    kind, why = no
    state = "moved_on" if kind in MOVED_ON else "refused"
    return item.model_copy(update={"state": state, "why": f"{kind}: {why}"})
