"""An alarm: something that should have happened and did not, what to do about it, and who is told."""

from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage
from typing import Literal
from urllib.parse import unquote, urlsplit

import aiosmtplib
import httpx2
import structlog

from allin.client.terminal import one_line
from domain.message import Message
from engine.settings import Settings

RUNBOOKS = "docs/operations/runbooks"
"""What to do about each alarm: a page by its name."""
AlarmKind = Literal[
    "deadline-near",
    "deadline-missed",
    "review-late",
    "step-parked",
    "incident",
    "held-up",
    "worker-silent",
    "job-not-started",
    "job-asleep",
    "job-stuck",
    "round-missed",
    "webhook-unhandled",
    "database-away",
    "engine-away",
]
ONE_OF_A_KIND: frozenset[AlarmKind] = frozenset({"incident", "held-up"})
"""Alarms about many things at once: which of them came first changes, and the alarm stays the same."""
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
        if self.kind in ONE_OF_A_KIND:
            return f"{self.kind}|{self.subject}"
        return f"{self.kind}|{self.subject}|{self.since_at.isoformat()}"

    @property
    def runbook(self) -> str:
        """Where to read what to do."""
        return f"{RUNBOOKS}/{self.kind}.md"

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}: {self.why} (since {self.since_at:%Y-%m-%d %H:%M} UTC, {self.runbook})"


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
