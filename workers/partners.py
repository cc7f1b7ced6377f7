"""The partners on duty: one connection pool each, at the address the settings name."""

from dataclasses import dataclass

import httpx2

from engine.calendar import ActivityClock
from engine.settings import Settings
from partners.http import PartnerHttp, connect


@dataclass(frozen=True)
class PartnerLines:
    """How partners are reached. `transport` replaces the network in tests."""

    settings: Settings
    clock: ActivityClock
    transport: httpx2.AsyncBaseTransport | None = None

    def to(self, partner: str) -> PartnerHttp:
        """One partner."""
        token = self.settings.partner_tokens.get(partner)
        headers = {"Authorization": f"Bearer {token}"} if token else None
        line = connect(self.settings.partner(partner), headers=headers, transport=self.transport)
        return PartnerHttp(partner, line, self.clock)
