"""Contracts declared in parts, against what social security has: each part, and the first and the last day."""

from allin.operations.reconcile import Mismatch, contracts_in_force, stands_behind
from domain.errors import PartnerDown, PartnerRefused
from domain.services.employment_contract import KeptEngagement
from storage.core.database import Database
from storage.services.employment_contract import Engagements
from workers.order_lookups import Lookups


async def other_parts(database: Database, lookups: Lookups) -> list[Mismatch]:
    """Every contract in force that was declared in parts, and whoever works under one, against what is there."""
    found, kept = list[Mismatch](), Engagements(database)
    for mine in await contracts_in_force(database):
        behind = await stands_behind(kept, mine)
        if behind.dimona_parts is None:
            continue
        try:
            found += await _of_contract(kept, lookups, mine, behind)
        except (PartnerDown, PartnerRefused):
            return found  # that it could not be asked is told beside
    return found


async def _of_contract(
    kept: Engagements, lookups: Lookups, mine: KeptEngagement, behind: KeptEngagement
) -> list[Mismatch]:
    numbers = {number for one in await kept.overlapping(behind) for number in one.dimona_numbers}
    there = {number: await lookups.period(number) for number in numbers.union(behind.dimona_numbers)}
    alive = {number: one for number, one in there.items() if one is not None and not one.cancelled}
    found: list[Mismatch] = []
    for part in behind.dimona_parts or ():
        one = alive.get(part.period or "")
        if part.period is None or (one is not None and (one.start_on, one.end_on) == (part.first_on, part.last_on)):
            continue
        has = f"{one.start_on} to {one.end_on}" if one is not None else "nothing"
        said = f"has {has} for {behind.order_key}, whose part says {part.first_on} to {part.last_on}"
        told = {"partner": "dimona", "key": behind.order_key, "reference": part.period}
        found.append(Mismatch(kind="other_days", said=said, **told))
    for day in sorted({mine.first_on, mine.last_on}):
        if behind.dimona_result in ("A", "W") and not any(
            one.start_on <= day <= one.end_on for one in alive.values()
        ):
            said = f"has nothing for {mine.order_key} on {day}"
            found.append(Mismatch(kind="other_days", partner="dimona", key=mine.order_key, said=said))
    return found
