"""From what to what a job is moved."""

from decimal import Decimal

from domain.plans.telling import moved
from tests.api.jobs import OFFER
from tests.databases import a_plan

EIGHTEEN = Decimal("1800.00")


def plan(*days: str, place: str = "Liège", crew: tuple[str, ...] = ("bob",)) -> object:
    work = [{"starts_at": f"{day}T18:00:00Z", "ends_at": f"{day}T22:00:00Z", "place": place} for day in days]
    return a_plan(employment_contract={slug: OFFER | {"person_id": f"p-{slug}", "days": work} for slug in crew})


def told(old: object, new: object, was: Decimal = EIGHTEEN, becomes: Decimal = EIGHTEEN) -> str:
    return moved(old, new, was, becomes)  # type: ignore[arg-type]  # plans


def test_a_move_names_what_was_and_what_becomes() -> None:
    old = plan("2026-03-14")
    assert told(old, old) == ""
    assert told(old, plan("2026-03-21")) == (
        "days: 2026-03-14T18:00:00+00:00 → 2026-03-21T18:00:00+00:00; "
        "until: 2026-03-14T22:00:00+00:00 → 2026-03-21T22:00:00+00:00"
    )
    assert told(old, plan("2026-03-14", place="Gent; Sint-Pieters")) == "place: Liège → Gent, Sint-Pieters"
    assert told(old, plan("2026-03-14", crew=("bob", "chloe"))) == "crew: bob → bob, chloe"
    assert told(old, old, EIGHTEEN, Decimal("2400")) == "price_eur: 1800.00 → 2400.00"


def test_many_days_are_told_by_the_first_the_last_and_their_number() -> None:
    week = plan(*(f"2026-03-{day}" for day in range(16, 21)))
    assert told(plan("2026-03-14"), week).startswith(
        "days: 2026-03-14T18:00:00+00:00 → 2026-03-16T18:00:00+00:00, 2026-03-20T18:00:00+00:00, (5); "
    )
