"""The second pair of eyes: reads only the database, and alarms about what a dead worker would miss in silence."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Literal
from urllib.parse import unquote, urlsplit

import aiosmtplib
import httpx2
import structlog
from sqlalchemy import select

from allin.client.terminal import one_line
from allin.embedded.activity_level import ENDED
from domain.message import Message
from domain.rules.urgency import FURTHEST, urgency
from engine.settings import Settings
from storage.core.database import Database
from storage.execution.attempts import Attempt, Attempts
from storage.execution.operations import Operations
from storage.execution.stuck_processes import StuckProcesses
from storage.jobs.deadlines import Deadlines
from storage.jobs.tables import jobs
from storage.money.statement_due import BankSilence

RUNBOOKS = "docs/operations/runbooks"
"""What to do about each alarm: a page by its name."""
AlarmKind = Literal[
    "deadline-near",
    "deadline-missed",
    "review-late",
    "worker-silent",
    "job-not-started",
    "job-asleep",
    "job-stuck",
]
ANSWER_WITHIN = 5
"""Seconds an alarm's receiver has; the next round tries again."""

log = structlog.get_logger(__name__)


class Alarm(Message):
    """Something that should have happened and did not."""

    kind: AlarmKind
    """Also the name of its runbook."""
    subject: str
    """The job, the step or the worker it is about; never a name."""
    since_at: datetime
    why: str

    @property
    def key(self) -> str:
        """The same thing alarms once."""
        return f"{self.kind}|{self.subject}|{self.since_at.isoformat()}"

    @property
    def runbook(self) -> str:
        """Where to read what to do."""
        return f"{RUNBOOKS}/{self.kind}.md"

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}: {self.why} (since {self.since_at:%Y-%m-%d %H:%M} UTC, {self.runbook})"


@dataclass(frozen=True)
class Eyes:
    """What is looked at, and how much lateness is no alarm yet."""

    database: Database
    grace: timedelta

    async def look(self, now: datetime) -> list[Alarm]:
        """Everything that is late now."""
        late = now - self.grace
        found = [
            self._near(now),
            self._deadlines(late),
            self._reviews(late),
            self._tries(late),
            self._unstarted(late),
            self._asleep(late),
            self._stuck(),
        ]
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

    async def _tries(self, late: datetime) -> AsyncIterator[Alarm]:
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


class Bell:
    """Tells people: always a log line, and by webhook and mail where an address is set. Each alarm rings once."""

    def __init__(self, settings: Settings, say: Callable[[str], None] | None = None) -> None:
        self._settings = settings
        self._rung: set[str] = set()
        self._say = say

    async def ring(self, alarms: Sequence[Alarm]) -> list[Alarm]:
        """Ring for what is new; what could not be delivered is tried again next time."""
        new = [alarm for alarm in alarms if alarm.key not in self._rung]
        for alarm in new:
            log.error("alarm", kind=alarm.kind, subject=alarm.subject, why=alarm.why, runbook=alarm.runbook)
            if self._say:
                self._say(str(alarm))
        if new and await self._delivered(new):
            self._rung |= {alarm.key for alarm in new}
        self._rung &= {alarm.key for alarm in alarms} | {alarm.key for alarm in new}
        return new

    async def _delivered(self, new: Sequence[Alarm]) -> bool:
        try:
            if self._settings.alarm_webhook:
                await self._post(new)
            if self._settings.alarm_mail and self._settings.mail_url:
                await self._mail(new)
        except (httpx2.HTTPError, aiosmtplib.SMTPException, OSError) as error:
            log.error("an alarm could not be delivered", why=one_line(str(error)))
            return False
        return True

    async def _post(self, new: Sequence[Alarm]) -> None:
        body = {"alarms": [alarm.model_dump(mode="json") | {"runbook": alarm.runbook} for alarm in new]}
        async with httpx2.AsyncClient(timeout=ANSWER_WITHIN) as http:
            (await http.post(self._settings.alarm_webhook, json=body)).raise_for_status()

    async def _mail(self, new: Sequence[Alarm]) -> None:
        where = urlsplit(self._settings.mail_url)
        message = EmailMessage()
        message["From"], message["To"] = self._settings.mail_from, self._settings.alarm_mail
        message["Subject"] = f"All Inclusive: {len(new)} alarm{'' if len(new) == 1 else 's'}, {new[0].kind}"
        message.set_content("\n".join(str(alarm) for alarm in new))
        await aiosmtplib.send(
            message,
            hostname=where.hostname or "localhost",
            port=where.port or 25,
            username=unquote(where.username) if where.username else None,
            password=unquote(where.password) if where.password else None,
            timeout=ANSWER_WITHIN,
        )
