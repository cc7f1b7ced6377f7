"""Many steps decided about at once, at a rate, the first few before the rest; each outcome is seen, not believed.

The tables hold what was chosen and what became of each: this process only sets the pace. It keeps real time, also
where a demonstration folds days.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

from activities.bulk_replay import BulkReplay
from domain.bulk_replay import BulkInput, Ending, Progress, ReplayState, Slice, Turned

OUR_OWN_TABLES = RetryPolicy(maximum_interval=timedelta(seconds=30))
ONE_SLICE = timedelta(minutes=5)
"""A slice of decisions is taken within seconds; a worker that is busy with thousands of jobs may need longer."""
SIGN_OF_LIFE = timedelta(seconds=6)
LOOK_FIRST, LOOK_LAST = timedelta(seconds=1), timedelta(minutes=1)
"""How soon, and how often at most, the steps under way are looked at again."""
WAITED_FOR = timedelta(hours=12)
"""An administration may answer hours later; what nobody has seen end by then is told as unverified."""


@workflow.defn(name="BulkReplay")
class BulkReplayWorkflow:
    """One bulk replay, from its first item to the last one's outcome."""

    @workflow.init
    def __init__(self, bulk: BulkInput) -> None:
        self._bulk = bulk
        self._paused = bulk.paused
        self._stopped: str | None = None
        self._slices = 0

    @workflow.run
    async def run(self, bulk: BulkInput) -> ReplayState:
        """The first few, then the rest at its pace; then whatever is still under way."""
        why = None if bulk.canary_over or not bulk.canary else await self._first_few()
        if why is None:
            why = await self._the_rest()
        await self._until_seen()
        why = why or self._stopped
        ended: ReplayState = "stopped" if why else "done"
        await self._tell(ended, why or "", final=True)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return ended

    async def _first_few(self) -> str | None:
        """The canary: so many must have succeeded, and not merely been taken, before the rest is begun."""
        while await self._allowed():
            seen = await self._until_seen()
            if seen.bad:
                return f"stopped after the first ones: {seen.bad}"
            missing = self._bulk.canary - seen.of("done")
            if missing <= 0 or not seen.left:
                return None
            after = await self._slice(min(missing, self._bulk.at_once))
            if after.left == seen.left and not after.trying and workflow.patched("first-few-wait-too"):
                await self._until(lambda: self._stopped is not None, LOOK_FIRST)
        return self._stopped

    async def _the_rest(self) -> str | None:
        seen = await self._look()
        while seen.left and await self._allowed():
            began, before = workflow.now(), seen.left
            seen = await self._slice(self._size())
            if seen.left == before:
                await self._until(lambda: self._stopped is not None, LOOK_FIRST)
            else:
                await self._keep_the_rate(before - seen.left, began)
            self._go_on_in_a_new_history()
        return self._stopped

    def _size(self) -> int:
        """A slice of about two seconds' worth, so that a pause or a stop is heeded soon."""
        rate = self._bulk.rate_per_minute
        return self._bulk.at_once if not rate else max(1, min(self._bulk.at_once, rate // 30))

    async def _keep_the_rate(self, handed_over: int, since: datetime) -> None:
        rate = self._bulk.rate_per_minute
        if not rate or not handed_over:
            return
        due = timedelta(minutes=1) * handed_over / rate - (workflow.now() - since)
        if due > timedelta(0):
            await self._until(lambda: self._stopped is not None, due)

    def _go_on_in_a_new_history(self) -> None:
        self._slices += 1
        long = self._slices >= self._bulk.slices_a_history or workflow.info().is_continue_as_new_suggested()
        if long and workflow.all_handlers_finished() and self._stopped is None:
            workflow.continue_as_new(self._bulk.model_copy(update={"canary_over": True, "paused": self._paused}))

    async def _allowed(self) -> bool:
        """Wait while it is paused; false once it was stopped."""
        await workflow.wait_condition(lambda: not self._paused or self._stopped is not None)
        return self._stopped is None

    async def _until(self, ready: Callable[[], bool], at_most: timedelta) -> None:
        try:
            await workflow.wait_condition(ready, timeout=at_most)
        except TimeoutError:
            return

    # -- what is done in the tables and at the processes -----------------------------------------------------

    async def _slice(self, size: int) -> Progress:
        wanted = Slice(replay_id=self._bulk.replay_id, size=size, at_once=self._bulk.at_once)
        return await workflow.execute_activity_method(
            BulkReplay.carry_out,
            wanted,
            summary=f"{self._bulk.replay_id}: the next {size}",
            start_to_close_timeout=ONE_SLICE,
            heartbeat_timeout=SIGN_OF_LIFE,
            retry_policy=OUR_OWN_TABLES,
        )

    async def _look(self) -> Progress:
        return await workflow.execute_activity_method(
            BulkReplay.look,
            self._bulk.replay_id,
            summary=f"{self._bulk.replay_id}: where it stands",
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=OUR_OWN_TABLES,
        )

    async def _until_seen(self) -> Progress:
        """Look again until nothing is under way; what does not end within the time is told as unverified."""
        pause, give_up_at = LOOK_FIRST, workflow.now() + WAITED_FOR
        while (seen := await self._look()).trying and workflow.now() < give_up_at:
            await workflow.sleep(pause)
            pause = min(pause * 2, LOOK_LAST)
        return seen

    async def _tell(self, state: ReplayState, why: str, final: bool = False) -> None:
        ending = Ending(replay_id=self._bulk.replay_id, state=state, why=why, final=final)
        await workflow.execute_activity_method(
            BulkReplay.note,
            ending,
            summary=f"{self._bulk.replay_id}: {state}",
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=OUR_OWN_TABLES,
        )

    # -- what people may say to it ---------------------------------------------------------------------------

    @workflow.update
    async def pause(self, turned: Turned) -> None:
        """No further item is begun; what is under way ends."""
        self._paused = True
        await self._tell("paused", turned.reason)

    @pause.validator
    def _pause_allowed(self, turned: Turned) -> None:
        self._still_running()
        if self._paused:
            raise ApplicationError("the replay is paused already", type="AlreadyPaused")

    @workflow.update
    async def resume(self, turned: Turned) -> None:
        """Go on where it was."""
        self._paused = False
        await self._tell("running", "")

    @resume.validator
    def _resume_allowed(self, turned: Turned) -> None:
        self._still_running()
        if not self._paused:
            raise ApplicationError("the replay is not paused", type="NotPaused")

    @workflow.update
    async def stop(self, turned: Turned) -> None:
        """Begin nothing more, for good; what is under way is still seen to its end."""
        self._stopped = turned.reason
        await self._tell("stopped", turned.reason)

    @stop.validator
    def _stop_allowed(self, turned: Turned) -> None:
        self._still_running()

    def _still_running(self) -> None:
        if self._stopped is not None:
            raise ApplicationError("the replay is being stopped", type="AlreadyStopping")
