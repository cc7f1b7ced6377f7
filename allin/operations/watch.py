"""The second pair of eyes: reads only the database, and alarms about what a dead worker would miss in silence."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from allin.embedded.activity_level import ENDED
from allin.operations.alarms import Alarm
from allin.operations.parked_watch import ParkedWatch
from domain.rules.rounds import round_due
from domain.rules.urgency import FURTHEST, urgency
from storage.core.database import Database
from storage.execution.attempts import Attempt, Attempts
from storage.execution.operations import Operations
from storage.execution.regular_work import RegularWork
from storage.execution.stuck_processes import StuckProcesses
from storage.execution.webhooks import Webhooks
from storage.jobs.deadlines import Deadlines
from storage.jobs.tables import jobs
from storage.money.statement_due import BankSilence


@dataclass(frozen=True)
class Eyes:
    """What is looked at, and how much lateness is no alarm yet."""

    database: Database
    grace: timedelta
    scheduled: bool = False
    """Whether rounds are begun by a schedule, as in production; a demonstration's begin with its days."""

    async def look(self, now: datetime) -> list[Alarm]:
        """Everything that is late now."""
        late = now - self.grace
        found = [
            self._near(now),
            self._deadlines(late),
            self._reviews(late),
            self._silent_attempts(late),
            self._unstarted(late),
            self._asleep(late),
            self._stuck(),
            self._rounds(now),
            self._webhooks(late),
        ]
        parked = ParkedWatch(self.database, self.grace)
        found += [parked.steps(now), parked.incidents(now), parked.held_up(late)]
        return [alarm for each in found async for alarm in each]

    async def _near(self, now: datetime) -> AsyncIterator[Alarm]:
        """What becomes unlawful soon and is not done: while something can still be done about it."""
        for one in await Deadlines(self.database).due_unmet(now + FURTHEST):
            before = urgency(one.kind).alarm_before
            if before is None or not now < one.due_at <= now + before:
                continue
            if not await BankSilence(self.database).still(one, now):
                yield Alarm(
                    kind="deadline-near",
                    subject=f"{one.job_id} {one.item} {one.kind}".replace(" - ", " "),
                    since_at=one.due_at - before,
                    why=f"unmet, due {one.due_at:%Y-%m-%d %H:%M} UTC: {one.basis}",
                )

    async def _reviews(self, late: datetime) -> AsyncIterator[Alarm]:
        """A decision one person took alone, and nobody else has looked at within a day."""
        for one in await Operations(self.database).to_review(late_at=late):
            yield Alarm(
                kind="review-late",
                subject=f"{one.job_id} {one.step} {one.operation_id}",
                since_at=one.review_due_at or one.asked_at,
                why=f"{one.kind} by {one.by} was not looked at by anybody else",
            )

    async def _deadlines(self, late: datetime) -> AsyncIterator[Alarm]:
        for one in await Deadlines(self.database).due_unmet(late):
            if await BankSilence(self.database).still(one, late):
                continue
            about = one.job_id if one.item == "-" else f"{one.job_id} {one.item}"
            yield Alarm(
                kind="deadline-missed",
                subject=f"{about} {one.kind}",
                since_at=one.due_at,
                why=f"unmet: {one.basis}",
            )

    async def _silent_attempts(self, late: datetime) -> AsyncIterator[Alarm]:
        """A try that was begun and never ended, without a later one: its worker is slow, silent or dead."""
        for one in await Attempts(self.database).open_since(late):
            if not await self._taken_over(one):
                subject = f"{one.job_id or one.workflow_id} {one.operation}"
                why = f"try {one.try_no} was begun by {one.worker} and never ended"
                yield Alarm(kind="worker-silent", subject=subject, since_at=one.started_at, why=why)

    async def _taken_over(self, one: Attempt) -> bool:
        if one.job_id is None:
            return False
        of_job = await Attempts(self.database).of_job(one.job_id)
        same = (one.workflow_id, one.run_id, one.activity_id, one.try_no)
        return any(
            each.interrupted
            for each in of_job
            if (each.workflow_id, each.run_id, each.activity_id, each.try_no) == same
        )

    async def _unstarted(self, late: datetime) -> AsyncIterator[Alarm]:
        wanted = select(jobs.c.job_id, jobs.c.declared_at).where(
            jobs.c.started_at.is_(None), jobs.c.declared_at < late
        )
        async with self.database.reading() as connection:
            rows = (await connection.execute(wanted.limit(100))).all()
        for row in rows:
            yield Alarm(
                kind="job-not-started",
                subject=row.job_id,
                since_at=row.declared_at,
                why="declared, and no process was begun for it",
            )

    async def _asleep(self, late: datetime) -> AsyncIterator[Alarm]:
        """A process that said when it would wake and did not: no worker, or its code fails over and over."""
        wanted = select(jobs.c.job_id, jobs.c.next_at).where(jobs.c.next_at < late, jobs.c.state.not_in(ENDED))
        async with self.database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(jobs.c.next_at).limit(100))).all()
        for row in rows:
            yield Alarm(
                kind="job-asleep",
                subject=row.job_id,
                since_at=row.next_at,
                why="its process did not wake up in time",
            )

    async def _stuck(self) -> AsyncIterator[Alarm]:
        """A process whose own code fails over and over: it stands still until the code is repaired."""
        for one in await StuckProcesses(self.database).all():
            yield Alarm(
                kind="job-stuck",
                subject=one.job_id or one.workflow_id,
                since_at=one.since_at,
                why=f"its process fails at the same place again and again ({one.workflow_id}): {one.cause}",
            )

    async def _rounds(self, now: datetime) -> AsyncIterator[Alarm]:
        """A round at the bank that should be over: wages do not leave and payments are not seen meanwhile."""
        due = round_due(now)
        if not self.scheduled or await RegularWork(self.database).done_since("morning_round", due):
            return
        yield Alarm(
            kind="round-missed",
            subject="morning_round",
            since_at=due,
            why="no morning round was finished since: files do not leave, statements do not come in",
        )

    async def _webhooks(self, late: datetime) -> AsyncIterator[Alarm]:
        """What partners told and nobody passed on; the sweep of every API tries again, so something is wrong."""
        for one in await Webhooks(self.database).unhandled(before=late):
            yield Alarm(
                kind="webhook-unhandled",
                subject=f"{one.partner} {one.event_id}",
                since_at=one.received_at,
                why="it was kept, and the process it is about was not told",
            )
