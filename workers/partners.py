"""The partners on duty: one connection pool each, at the address the settings name."""

from dataclasses import dataclass

import httpx2

from engine.calendar import ActivityClock
from engine.settings import Settings
from partners import probes
from partners.http import PartnerHttp, Watch, connect


@dataclass(frozen=True)
class PartnerLines:
    """How partners are reached. `transport` replaces the network in tests."""

    settings: Settings
    clock: ActivityClock
    transport: httpx2.AsyncBaseTransport | None = None
    watch: Watch | None = None

    def to(self, partner: str) -> PartnerHttp:
        """One partner."""
        return PartnerHttp(partner, self._line(partner), self.clock, self.watch)

    async def answers(self, partner: str) -> bool:
        """Whether a partner answers, paused or not."""
        async with self._line(partner) as line:
            return await probes.answers(partner, line)

    def _line(self, partner: str) -> httpx2.AsyncClient:
        token = self.settings.partner_tokens.get(partner)
        headers = {"Authorization": f"Bearer {token}"} if token else None
        return connect(self.settings.partner(partner), headers=headers, transport=self.transport)
