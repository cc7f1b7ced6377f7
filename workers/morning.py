"""The round of every morning: payments leave, statements and clients' answers come in, whoever waits looks again.

One function for the schedule of a production and for the demonstration's clock; done twice it changes nothing.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Protocol

from temporalio import activity
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.invoice_answers import AnswersRead
from activities.step import Clock
from domain.bank import BatchCard, BatchesMade, Nudge, Nudges, by_process
from domain.errors import PartnerDown
from domain.message import Message
from domain.periods import day_in_brussels
from domain.rules.rounds import HOURS
from workflows.morning import ROUND, MorningWorkflow

SCHEDULE = "morning-round"
LATEST = timedelta(hours=3)
"""A round that was missed longer ago than the next one comes is not caught up: the next one does the same."""
GONE = (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)


MORNING = "morning_round"
"""How its runs are noted; the watch asks for them by this name."""


class RoundsKept(Protocol):
    """Where it is noted that a round was begun, and that it is done."""

    async def begun(self, name: str, at: datetime) -> None:
        """It was begun now."""
        ...

    async def done(self, name: str, begun_at: datetime, at: datetime, told: str = "") -> None:
        """It is finished."""
        ...


class TellToLook(Protocol):
    """Tells one process to look again."""

    async def __call__(self, *told: Nudge) -> None:
        """All the nudges are of the same process."""
        ...


class MorningBankDesk(Protocol):
    """The bank desk, as far as mornings need it."""

    async def make_batches(self, day: date) -> BatchesMade:
        """Put what is due into files."""
        ...

    async def batches(self, *states: str) -> list[BatchCard]:
        """The batches in these states."""
        ...

    async def approve(self, batch_id: str, by: str) -> BatchCard:
        """One finance person's yes."""
        ...

    async def send_approved(self) -> Nudges:
        """Hand what two people approved to the bank."""
        ...

    async def fetch_statements(self, day: date) -> Nudges:
        """Take over the statements up to the day before."""
        ...

    async def notify(self, nudges: Nudges) -> None:
        """Everybody was told."""
        ...


class AnswersDesk(Protocol):
    """Reads what clients answer to invoices."""

    async def read(self) -> AnswersRead:
        """Take over what came in; each answer has its effect once."""
        ...


class TemporalNudger:
    """Nudges processes by signals."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def __call__(self, *told: Nudge) -> None:
        """Look now; a process that has ended needs no nudge."""
        handle = self._client.get_workflow_handle(told[0].workflow_id)
        steps = [nudge.step for nudge in told if nudge.step]
        try:
            await handle.signal(told[0].signal, args=[steps] if steps else [])
        except RPCError as error:
            if error.status not in GONE:
                raise


class Morning(Message):
    """What one morning's round did."""

    on: date
    made: int = 0
    nudged: int = 0
    problems: tuple[str, ...] = ()
    again: bool = False
    """Whether something may heal by itself: then the round is worth doing again soon."""


async def morning_round(
    day: date,
    desk: MorningBankDesk,
    nudge: TellToLook,
    *,
    approvers: Iterable[str] | None = None,
    answers: AnswersDesk | None = None,
) -> Morning:
    """Make batches, send what is approved, take over statements and answers to invoices, tell who waits.

    `approvers` say yes to every batch: the simulated finance people of a demonstration, nobody in production.
    """
    made = await desk.make_batches(day)
    for batch in await desk.batches("made"):
        await _approve(desk, batch, approvers or ())
    sent = await desk.send_approved()
    came_in = await desk.fetch_statements(day)
    said = await answers.read() if answers else AnswersRead()
    nudges = tuple(dict.fromkeys((*made.nudges, *sent.nudges, *came_in.nudges, *said.nudges)))
    for told in by_process(nudges):
        await nudge(*told)
    await desk.notify(came_in)
    found = (*sent.problems, *came_in.problems, *said.problems)
    return Morning(
        on=day,
        made=len(made.batch_ids),
        nudged=len(nudges),
        problems=tuple(f"{one.about}: {one.why}" for one in found),
        again=any(one.passing for one in found),
    )


async def _approve(desk: MorningBankDesk, batch: BatchCard, approvers: Iterable[str]) -> None:
    """Each says yes until it takes no more."""
    for person in approvers:
        if batch.state == "made" and person not in batch.approved_by:
            batch = await desk.approve(batch.batch_id, person)


class MorningDuty:
    """The round as a production's schedule calls it: what could not be done is tried again."""

    def __init__(
        self,
        desk: MorningBankDesk,
        nudge: TellToLook,
        clock: Clock,
        rounds: RoundsKept,
        answers: AnswersDesk | None = None,
    ) -> None:
        self._desk = desk
        self._nudge = nudge
        self._clock = clock
        self._rounds = rounds
        self._answers = answers

    @activity.defn(name=ROUND)
    async def go_round(self) -> Morning:
        """Today's round; whatever two people have not approved waits for them, and so does what only people mend:
        it is listed, and calling the bank again would not help."""
        begun_at = self._clock.now()
        await self._rounds.begun(MORNING, begun_at)
        day = day_in_brussels(begun_at)
        done = await morning_round(day, self._desk, self._nudge, answers=self._answers)
        if done.again:
            raise PartnerDown("bank", "; ".join(done.problems))
        await self._rounds.done(MORNING, begun_at, self._clock.now(), "; ".join(done.problems))
        return done


async def ensure_schedule(client: Client, task_queue: str) -> None:
    """Let the round begin by itself at its hours, in Brussels time; an existing schedule is brought up to date."""
    schedule = _schedule(task_queue)
    try:
        await client.create_schedule(SCHEDULE, schedule)
    except ScheduleAlreadyRunningError:
        handle = client.get_schedule_handle(SCHEDULE)
        await handle.update(lambda known: _keep_paused(known, schedule))


def _keep_paused(known: ScheduleUpdateInput, wanted: Schedule) -> ScheduleUpdate:
    """Somebody who paused the rounds finds them still paused."""
    wanted.state = known.description.schedule.state
    return ScheduleUpdate(wanted)


def _schedule(task_queue: str) -> Schedule:
    hours = ScheduleCalendarSpec(
        hour=[ScheduleRange(hour) for hour in HOURS],
        minute=[ScheduleRange(0)],
        comment="statements come in before seven; later rounds send what was approved meanwhile",
    )
    return Schedule(
        action=ScheduleActionStartWorkflow(MorningWorkflow.run, id=SCHEDULE, task_queue=task_queue),
        spec=ScheduleSpec(calendars=[hours], time_zone_name="Europe/Brussels"),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=LATEST),
    )
