"""From what to what a job is moved, in one line that a story tells in every language."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from domain.decisions import difference, one_line
from domain.plan import JobPlan
from domain.services.employment_contract import WorkDay

MOST_DAYS = 3
"""Days named one by one; of more only the first, the last and how many."""


def moved(old: JobPlan, new: JobPlan, was_eur: Decimal, becomes_eur: Decimal) -> str:
    """`days: 2026-02-10T14:00:00+00:00 → 2026-02-17T14:00:00+00:00; place: Liège → Gent`; empty when none of days,
    place, crew and price changes. Amounts are the price ex VAT."""
    return one_line(difference(_shape(old, was_eur), _shape(new, becomes_eur)))


def _shape(plan: JobPlan, price_eur: Decimal) -> dict[str, str]:
    work = sorted(_days(plan), key=lambda day: (day.starts_at, day.ends_at, day.place))
    return {
        "days": _instants(tuple(dict.fromkeys(day.starts_at for day in work))),
        "until": _instants(tuple(dict.fromkeys(day.ends_at for day in work))[-1:]),
        "place": " + ".join(dict.fromkeys(_plain(day.place) for day in work)),
        "crew": ", ".join(plan.employment_contract),
        "price_eur": f"{price_eur:.2f}",
    }


def _days(plan: JobPlan) -> Iterator[WorkDay]:
    for contract in plan.employment_contract.values():
        yield from contract.days


def _instants(found: Sequence[datetime]) -> str:
    if len(found) <= MOST_DAYS:
        return ", ".join(one.isoformat() for one in found)
    return f"{found[0].isoformat()}, {found[-1].isoformat()}, ({len(found)})"


def _plain(place: str) -> str:
    """A place without the signs that separate one change from the next."""
    return place.replace(";", ",").replace("→", "-").strip()
