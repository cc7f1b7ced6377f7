"""What each partner has of our orders, asked by the key of each: for reconciling, and for replays in safe mode."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from activities.catalog import partner_behind
from domain.bulk_replay import Item
from domain.dimona import DimonaPeriod
from domain.message import Message
from domain.orders import order_key, short_reference, split_step
from partners.dimona import DimonaAccount, SocialSecurity
from partners.equipment import SupplierHttp
from partners.travel import OsdmRailway
from partners.van_rental import TompHirer
from workers.site import OnSite


class PartnerEffect(Message):
    """One thing a partner has under the key of an order of ours."""

    reference: str
    kept: bool
    """Whether it still holds or binds; what was given back stays in the partner's books."""


@dataclass(frozen=True)
class Lookup:
    """How the orders of one service are looked up."""

    partner: str
    find: Callable[[str], Awaitable[Sequence[PartnerEffect]]]
    """By the order's key."""


class Lookups:
    """The services whose partner can be asked by an order's key; the others are compared by their own reports."""

    def __init__(self, site: OnSite) -> None:
        lines = site.partners
        self._railway = OsdmRailway(lines.to("railway"))
        self._hirer = TompHirer(lines.to("vans"))
        self._supplier = SupplierHttp(lines.to("supplier"))
        key = site.settings.dimona_key_file
        account = DimonaAccount(
            client_id=site.settings.dimona_client_id, private_key_pem=key.read_bytes() if key else None
        )
        self._dimona = SocialSecurity(lines.to("dimona"), account, site.clock)
        self.of: dict[str, Lookup] = {
            "travel": Lookup(partner_behind("travel"), self._journeys),
            "van_rental": Lookup(partner_behind("van_rental"), self._vans),
            "equipment": Lookup(partner_behind("equipment"), self._goods),
            "employment_contract": Lookup(partner_behind("employment_contract"), self._declarations),
        }

    async def period(self, number: str) -> DimonaPeriod | None:
        """The employment social security has under this number."""
        return await self._dimona.period(number)

    async def shows(self, item: Item) -> bool:
        """Whether the partner has an effect of this step's order; where nobody can ask, it is left alone too."""
        lookup = self.of.get(item.service)
        if lookup is None:
            return True
        _, part = split_step(item.step)
        found = await lookup.find(order_key(item.job_id, item.service, part, item.revision))
        return any(one.kept for one in found)

    async def _journeys(self, key: str) -> list[PartnerEffect]:
        kept = await self._railway.find(short_reference(key))
        return [PartnerEffect(reference=one.booking_id, kept=one.is_kept) for one in kept]

    async def _vans(self, key: str) -> list[PartnerEffect]:
        return [PartnerEffect(reference=one.reference, kept=one.is_kept) for one in await self._hirer.find(key)]

    async def _goods(self, key: str) -> list[PartnerEffect]:
        return [PartnerEffect(reference=one.reference, kept=one.is_kept) for one in await self._supplier.find(key)]

    async def _declarations(self, key: str) -> list[PartnerEffect]:
        found = await self._dimona.lodged(short_reference(key))
        return [PartnerEffect(reference=one, kept=True) for one in found]
