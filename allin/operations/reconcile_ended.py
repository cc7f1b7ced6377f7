"""Contracts that ended, against what social security has: nobody stays declared who does not work any more."""

from datetime import date, timedelta

from sqlalchemy import or_, select

from allin.operations.reconcile import Mismatch
from domain.dimona import DimonaPeriod
from domain.errors import PartnerDown, PartnerRefused
from domain.services.employment_contract import KeptEngagement
from storage.core.database import Database
from storage.services.employment_contract import Engagements, engagements
from workers.order_lookups import Lookups

LOOKED_AT_FOR = timedelta(days=62)
"""House rule: two months after its end; by then a declaration left over stands in the quarter's return."""


async def still_declared(database: Database, lookups: Lookups, today: date) -> list[Mismatch]:
    """Every contract that ended lately and is declared beyond its last day, or at all when no day of it counts."""
    found, kept = list[Mismatch](), Engagements(database)
    for mine in await _ended(database, today - LOOKED_AT_FOR):
        others = {number for one in await kept.overlapping(mine) for number in one.dimona_numbers}
        for number in mine.dimona_numbers:
            try:
                there = await lookups.period(number)
            except (PartnerDown, PartnerRefused):
                return found  # that it could not be asked is told beside
            if there is None or there.cancelled or number in others or not _too_long(mine, there):
                continue
            until = "no day of it counts" if mine.withdrawn_at else f"it ended on {mine.terminated_on}"
            said = f"still has {there.start_on} to {there.end_on} for {mine.order_key}: {until}"
            told = {"partner": "dimona", "key": mine.order_key, "reference": number}
            found.append(Mismatch(kind="other_days", said=said, **told))
    return found


def _too_long(mine: KeptEngagement, there: DimonaPeriod) -> bool:
    return mine.withdrawn_at is not None or (mine.terminated_on is not None and there.end_on > mine.terminated_on)


async def _ended(database: Database, since: date) -> list[KeptEngagement]:
    kept = engagements.c
    numbers = or_(kept.dimona_period.is_not(None), kept.dimona_parts.is_not(None))
    declared = (numbers, kept.amended_by.is_(None), kept.terminated_on >= since)
    async with database.reading() as connection:
        rows = await connection.execute(select(engagements).where(*declared).order_by(kept.order_key))
        return [KeptEngagement.model_validate(dict(row._mapping)) for row in rows]
