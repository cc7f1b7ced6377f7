"""Somebody asks whether a partner answers again, and tells whoever waits for it; it ends when nobody does."""

from contextlib import suppress
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from domain.message import Message

LOOK, WAKE = "partner_watch.look", "partner_watch.wake"
ASK_FIRST, ASK_LAST = timedelta(seconds=10), timedelta(minutes=2)
"""House rule: a partner in trouble is asked at most six times a minute, and at least every two minutes."""
OUR_OWN_TABLES = RetryPolicy(maximum_interval=timedelta(seconds=30))
LONGEST = 300
"""Rounds after which it goes on in a new history."""


class WatchLook(Message):
    """How a partner is, and whether anybody waits for it."""

    needed: bool
    """Somebody waits, or is to be replayed; and the calls are not paused."""
    answers: bool = False


class WatchWake(Message):
    """What was told to whom."""

    woken: int = 0
    left: int = 0


@workflow.defn(name="PartnerWatch")
class PartnerWatchWorkflow:
    """The watch over one partner, in real time."""

    def __init__(self) -> None:
        self._told = False

    @workflow.run
    async def run(self, partner: str) -> None:
        """Ask, at growing intervals; once it answers, wake so many a minute as its switch allows."""
        pause, rounds = ASK_FIRST, 0
        while (look := await self._look(partner)).needed or self._told:
            if look.answers:
                await self._wake(partner)
            pause = ASK_FIRST if look.answers else min(pause * 2, ASK_LAST)
            with suppress(TimeoutError):
                await workflow.wait_condition(lambda: self._told, timeout=pause)
            rounds += 1
            if rounds >= LONGEST:
                workflow.continue_as_new(partner)

    @workflow.signal
    def look_again(self) -> None:
        """A switch was turned, or somebody was told to wait for this partner."""
        self._told = True

    async def _look(self, partner: str) -> WatchLook:
        self._told = False  # before the look, so that who is told to wait during it is looked for again
        seen: WatchLook = await workflow.execute_activity(
            LOOK,
            partner,
            result_type=WatchLook,
            summary=f"does {partner} answer?",
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=OUR_OWN_TABLES,
        )
        return seen

    async def _wake(self, partner: str) -> WatchWake:
        done: WatchWake = await workflow.execute_activity(
            WAKE,
            partner,
            result_type=WatchWake,
            summary=f"{partner} answers: whoever waits goes on",
            start_to_close_timeout=timedelta(minutes=2),
            retry_policy=OUR_OWN_TABLES,
        )
        return done
