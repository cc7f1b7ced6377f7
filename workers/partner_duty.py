"""What the watch over a partner does: ask it, let waiting steps go on at its rate, replay what is parked for it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic

import structlog
from sqlalchemy import select
from temporalio import activity
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from domain import workflow_ids
from domain.bulk_replay import BulkInput, Item
from engine.calendar import Calendar
from storage.core.database import Database
from storage.execution.bulk_replays import AT_MOST, Begun, Replays, StaleToken
from storage.execution.partner_states import PartnerStates
from storage.execution.partner_switches import PartnerSwitch, Switches
from storage.jobs.step_selection import Chooser, Chosen
from storage.jobs.steps import StepRow, StepRows
from storage.jobs.tables import job_steps
from workers.partners import PartnerLines
from workflows.bulk_replay import BulkReplayWorkflow
from workflows.partner_watch import ASK_FIRST, LOOK, WAKE, PartnerWatchWorkflow, WatchLook, WatchWake

BY_ITSELF = "PartnerDown"
"""Only what failed because the partner was away is replayed by itself; a no needs a person."""
CANARY = 2
NOT_AGAIN_WITHIN = timedelta(minutes=10)
"""House rule: a replay that its first ones stopped is not begun again by itself sooner."""
TOLD_EVERY_SECONDS = 15.0
GONE = (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)
UNHURRIED = 60
"""Steps woken a minute when the switch names no rate: all of them soon, and never all at once."""

log = structlog.get_logger(__name__)


class PartnerDuty:
    """The watch over the partners of one installation, on its calendar."""

    def __init__(
        self, database: Database, lines: PartnerLines, calendar: Calendar, client: Client, task_queue: str
    ) -> None:
        self._database = database
        self._switches = Switches(database)
        self._states = PartnerStates(database)
        self._replays = Replays(database)
        self._chooser = Chooser(database)
        self._steps = StepRows(database)
        self._lines = lines
        self._calendar = calendar
        self._client = client
        self._task_queue = task_queue
        self._told: dict[str, float] = {}

    @activity.defn(name=LOOK)
    async def look(self, partner: str) -> WatchLook:
        """Whether the partner answers, if anybody waits for that."""
        switch = await self._switches.of(partner)
        if switch.state == "paused":
            return WatchLook(needed=False)
        if not (switch.state == "resuming" or await self._awaited(switch)):
            return WatchLook(needed=False)
        answers = await self._lines.answers(partner)
        now = self._calendar.now()
        if answers:
            await self._states.succeeded(partner, now)
        else:
            await self._states.failed(partner, now, "does not answer when asked")
        return WatchLook(needed=True, answers=answers)

    @activity.defn(name=WAKE)
    async def wake(self, partner: str) -> WatchWake:
        """Let so many waiting steps go on as ten seconds allow, then replay what is parked for this partner."""
        switch = await self._switches.of(partner)
        rate = switch.rate_per_minute or UNHURRIED
        size = max(1, round(rate * ASK_FIRST.total_seconds() / 60))
        waiting = await self._waiting(partner, size + 1)
        await asyncio.gather(*(self._nudge(*one) for one in waiting[:size]))
        if not waiting and switch.state == "resuming":
            await self._switches.opened(partner)
        if not waiting and (due := await self._due(switch)):
            await self._replay(switch, due)
        return WatchWake(woken=len(waiting[:size]), left=len(waiting[size:]))

    async def trouble(self, partner: str) -> None:
        """A call failed: have somebody ask when the partner answers again, where that is wished."""
        if monotonic() - self._told.get(partner, float("-inf")) < TOLD_EVERY_SECONDS:
            return
        self._told[partner] = monotonic()
        if (await self._switches.of(partner)).replay_by_itself:
            try:
                await begin_watch(self._client, self._task_queue, partner)
            except RPCError as error:  # the failed call itself must be told, not this
                log.warning("nobody watches the partner yet", partner=partner, why=str(error))

    async def _awaited(self, switch: PartnerSwitch) -> bool:
        """Whether a step waits or is postponed for the partner, or is to be replayed by itself."""
        if await self._waiting(switch.partner, 1):
            return True
        if switch.replay_by_itself:
            seen = {state.partner: state for state in await self._states.all()}.get(switch.partner)
            if seen is not None and seen.failing:
                return True
        return bool(await self._parked(switch)) or await self._steps.told_to_wait_for(switch.partner)

    async def _waiting(self, partner: str, limit: int) -> list[tuple[str, str]]:
        wanted = select(job_steps.c.workflow_id, job_steps.c.step).where(
            job_steps.c.state == "waiting", job_steps.c.partner == partner
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(job_steps.c.decide_by, job_steps.c.job_id).limit(limit))
            return [(row.workflow_id, row.step) for row in rows]

    async def _parked(self, switch: PartnerSwitch) -> list[StepRow]:
        """What is to go on by itself: postponed until this partner answers, or parked because it was away."""
        rows = await self._chooser.rows(Chosen(error_type=BY_ITSELF, partner=switch.partner), AT_MOST)
        mine = [row for row in rows if switch.replay_by_itself and not row.file.undoing]
        known = {(row.job_id, row.step) for row in mine}
        postponed = await self._steps.postponed_for(switch.partner)
        return mine + [row for row in postponed if (row.job_id, row.step) not in known]

    async def _due(self, switch: PartnerSwitch) -> list[StepRow]:
        """What is to be replayed now; nothing while a replay of ours runs, or was stopped a moment ago."""
        last = await self._replays.last_by_itself(switch.partner)
        if last is not None and last.ended_at is None:
            return []
        since = self._calendar.now() - NOT_AGAIN_WITHIN
        if last is not None and last.state == "stopped" and (last.ended_at or since) > since:
            return []
        return await self._parked(switch)

    async def _replay(self, switch: PartnerSwitch, rows: Sequence[StepRow]) -> None:
        now, by = self._calendar.now(), switch.by or "system"
        wanted = {"state": "parked", "partner": switch.partner, "by_itself": True}
        frozen = await self._replays.freeze("replay", wanted, [_item(row) for row in rows], by, "ops", now)
        how = Begun(
            by=by,
            role="ops",
            reason=f"{switch.partner} answers again",
            canary=CANARY,
            rate_per_minute=switch.rate_per_minute or 0,
            at_once=10,
            safe=False,
            at=now,
            by_itself=True,
        )
        try:
            replay, _ = await self._replays.begin(frozen.token, how)
        except StaleToken as stale:
            log.info("the next look chooses anew", partner=switch.partner, why=str(stale))
            return
        await begin_bulk(
            self._client,
            self._task_queue,
            BulkInput(
                replay_id=replay.replay_id, canary=CANARY, rate_per_minute=how.rate_per_minute, at_once=how.at_once
            ),
        )

    async def _nudge(self, workflow_id: str, step: str) -> None:
        try:
            await self._client.get_workflow_handle(workflow_id).signal("answered", step)
        except RPCError as error:
            if error.status not in GONE:
                raise


async def begin_bulk(client: Client, task_queue: str, bulk: BulkInput) -> None:
    """Begin a bulk replay; a second time changes nothing."""
    await client.start_workflow(
        BulkReplayWorkflow.run,
        bulk,
        id=workflow_ids.of_bulk_replay(bulk.replay_id),
        task_queue=task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def begin_watch(client: Client, task_queue: str, partner: str) -> None:
    """Begin the watch over a partner, or have the present one look now."""
    await client.start_workflow(
        PartnerWatchWorkflow.run,
        partner,
        id=workflow_ids.of_partner(partner),
        task_queue=task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal="look_again",
    )


def _item(row: StepRow) -> Item:
    return Item(
        n=0,
        job_id=row.job_id,
        step=row.step,
        workflow_id=row.workflow_id,
        service=row.service,
        partner=row.partner,
        error_type=row.error_type,
        attempt=row.attempt,
        revision=row.revision,
        verb=row.file.operation,
    )
