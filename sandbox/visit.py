"""One call at a partner's desk, and what the partner's own file may do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request

from . import clock
from .problems import missing
from .settings import SandboxSettings
from .store import Json, Store


@dataclass
class Visit:
    """One call at a partner's desk, as the partner's own file sees it."""

    partner: str
    operation: str
    key: str | None
    now: datetime
    store: Store
    settings: SandboxSettings
    method: str = "GET"
    path: str = ""
    about: str = ""
    """The key and the whole address, in plain letters: what faults of one job are recognised by."""
    fingerprint: str = ""
    holds_run_out: bool = False
    done: int | None = None
    replayed: bool = False

    def effect(self, kind: str, subject: str, reference: str | None = None) -> None:
        """Something really happened: tests count these."""
        self.done = self.store.effect(clock.text(self.now), self.partner, kind, subject, self.key, reference)

    def notify(
        self, type: str, subject: str, status: str, reference: str | None, due_at: datetime | None = None
    ) -> None:
        """The caller will hear of it by webhook, now or later."""
        occurred = clock.text(due_at or self.now)
        self.store.event(
            self.partner,
            occurred,
            {
                "type": type,
                "reference": reference,
                "subject": subject,
                "status": status,
                "occurred_at": occurred,
            },
        )

    def keep_quiet(self, subject: str) -> None:
        """What was still to be told of this will not happen."""
        self.store.forget_events(self.partner, subject)

    def held_until(self, length: timedelta) -> datetime:
        """When a hold taken now runs out."""
        return self.now if self.holds_run_out else self.now + length

    def passed(self, expires_at: str) -> bool:
        """Whether a hold has run out."""
        return self.holds_run_out or clock.instant(expires_at) <= self.now

    def must(self, kind: str, id: str) -> Json:
        """The thing with this number, or not found."""
        found = self.store.get(self.partner, kind, id)
        if found is None:
            raise missing(f"{kind} {id}")
        return found


async def current(request: Request) -> Visit:
    """The call being served."""
    visit: Visit = request.state.visit
    return visit


Call = Annotated[Visit, Depends(current)]
