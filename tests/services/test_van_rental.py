"""A van for the job: own fleet first, then the hirer; one van however often it is asked for."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities.van_rental import STEP, VanRental
from domain.errors import PartnerDown
from domain.ledger import Account
from domain.orders import StepOrder
from domain.services.van_rental import NoVanLeft, OwnVan, VanAboveCeiling, VanRentalRequest
from partners.van_rental import TompHirer
from storage.core.database import Database
from storage.money.ledger import LedgerStore
from storage.services.van_rental import FleetStore
from tests.services.conftest import Partners, TestClock

MORNING = datetime(2026, 3, 14, 7, 0, tzinfo=UTC)
OWN = OwnVan(plate="1-ABC-001", name="Berlingo", seats=3, load_kg=800)


def van_order(job: str = "K1", revision: int = 1, **wish: Any) -> StepOrder[VanRentalRequest]:
    """From Saturday morning to Sunday noon, 250 km."""
    request = VanRentalRequest(
        **{
            "driver": "ana",
            "from_at": MORNING,
            "until_at": MORNING + timedelta(hours=28),
            "pick_up": "Bruxelles",
            "kilometres": 250,
            "ceiling_eur": "320.00",
            "hold_until_at": datetime(2026, 3, 9, 9, 0, tzinfo=UTC),
            **wish,
        }
    )
    replaces = f"{job}/van_rental/-/{revision - 1}" if revision > 1 else None
    return StepOrder(
        job_id=job, service="van_rental", entity="brussels", revision=revision, replaces=replaces, request=request
    )


@pytest.fixture
def fleet(database: Database) -> FleetStore:
    return FleetStore(database)


@pytest.fixture
def service(fleet: FleetStore, partners: Partners, clock: TestClock, ledger: LedgerStore) -> VanRental:
    return VanRental(fleet, TompHirer(partners.http("vans")), ledger, clock)


async def test_an_own_van_is_held_confirmed_and_given_back_without_asking_the_hirer(
    service: VanRental, fleet: FleetStore, partners: Partners
) -> None:
    await fleet.put(OWN)
    held = await service.hold(van_order())
    assert (held.van, held.source, held.price_eur, held.confirmed) == ("1-ABC-001", "own_fleet", 150, False)
    assert held.expires_at == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    assert (await service.confirm(van_order())).confirmed
    assert (await service.release(van_order())).released
    assert (await service.hold(van_order("K2"))).van == "1-ABC-001"
    assert await partners.calls("vans") == []


async def test_without_an_own_van_the_hirer_keeps_one_and_it_is_confirmed_once(
    service: VanRental, partners: Partners
) -> None:
    held = await service.hold(van_order())
    assert (held.source, held.van) == ("hirer", "1-VAN-201 (Medium van, 3 seats, 9 m3)")
    assert held.price_eur == Decimal("173.55")  # (2 x 98.00 + 50 km x 0.28) / 1.21
    again = await service.hold(van_order())
    assert again == held
    assert (await service.confirm(van_order())).confirmed
    assert (await service.confirm(van_order())).confirmed
    assert await partners.effects("vans") == ["package", "confirmation"]


async def test_a_lost_answer_is_adopted(service: VanRental, partners: Partners) -> None:
    await partners.fault("vans", "purchase_offers", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.hold(van_order())
    assert (await service.hold(van_order())).source == "hirer"
    await partners.fault("vans", "confirm_purchase", "execute_then_fail", answer="cut")
    with pytest.raises(PartnerDown):
        await service.confirm(van_order())
    assert (await service.confirm(van_order())).confirmed
    assert await partners.effects("vans") == ["package", "confirmation"]


async def test_a_lost_answer_is_adopted_even_when_an_own_van_comes_free_meanwhile(
    service: VanRental, fleet: FleetStore, partners: Partners
) -> None:
    await partners.fault("vans", "purchase_offers", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.hold(van_order())
    await fleet.put(OWN)
    assert (await service.hold(van_order())).source == "hirer"


async def test_a_van_whose_answer_got_lost_is_released(service: VanRental, partners: Partners) -> None:
    await partners.fault("vans", "purchase_offers", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.hold(van_order())
    assert (await service.release(van_order())).released
    assert (await service.release(van_order())).released
    assert await partners.effects("vans") == ["package", "rollback"]


async def test_releasing_what_was_never_held_asks_nobody(service: VanRental, partners: Partners) -> None:
    assert (await service.release(van_order())).released
    assert await partners.calls("vans") == []


async def test_a_hired_van_given_back_a_day_before_costs_half(
    service: VanRental, clock: TestClock, partners: Partners
) -> None:
    await service.hold(van_order())
    await service.confirm(van_order())
    clock.at = MORNING - timedelta(hours=24)
    released = await service.release(van_order())
    assert (released.released, released.cancellation_fee_eur) == (True, Decimal("86.78"))
    assert await partners.effects("vans") == ["package", "confirmation", "cancellation"]


async def test_a_hired_van_is_in_the_jobs_books_once_and_comes_back_less_the_cancellation(
    service: VanRental, ledger: LedgerStore, clock: TestClock
) -> None:
    await service.hold(van_order())
    assert (await ledger.balances("K1")).amounts == {}
    for _ in range(2):
        await service.confirm(van_order())
    assert (await ledger.balances("K1")).of(Account.RESULT) == Decimal("173.55")
    clock.at = MORNING - timedelta(hours=24)
    for _ in range(2):
        await service.release(van_order())
    assert (await ledger.balances("K1")).of(Account.RESULT) == Decimal("86.78")


async def test_a_hold_that_ran_out_is_taken_again_at_confirmation(
    service: VanRental, clock: TestClock, partners: Partners
) -> None:
    await service.hold(van_order())
    clock.wait(hours=25)
    assert (await service.confirm(van_order())).confirmed
    assert await partners.effects("vans") == ["package", "package", "confirmation"]


async def test_holds_are_extended(service: VanRental, fleet: FleetStore, clock: TestClock) -> None:
    await service.hold(van_order())
    clock.wait(hours=20)
    extended = await service.extend(van_order())
    assert extended.expires_at == datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
    await fleet.put(OWN)
    await service.hold(van_order("K2"))
    assert (await service.extend(van_order("K2"))).expires_at == MORNING


async def test_a_price_above_the_ceiling_is_the_members_decision(service: VanRental, partners: Partners) -> None:
    with pytest.raises(VanAboveCeiling, match=r"173\.55 EUR, above the ceiling of 160\.00"):
        await service.hold(van_order(ceiling_eur="160.00"))
    assert await partners.effects("vans") == []


async def test_no_van_large_enough_is_a_refusal(service: VanRental) -> None:
    with pytest.raises(NoVanLeft, match="from 14-03-2026 08:00 to 15-03-2026 12:00"):
        await service.hold(van_order(load_kg=3000, seats=9))


async def test_a_stopped_hirer_is_trouble_and_no_refusal(service: VanRental, partners: Partners) -> None:
    await partners.stop("vans")
    with pytest.raises(PartnerDown):
        await service.hold(van_order())
    await partners.start("vans")
    await partners.fault("vans", "search_offers", "503", retry_after=30)
    with pytest.raises(PartnerDown) as trouble:
        await service.hold(van_order())
    assert trouble.value.retry_after == timedelta(seconds=30)


async def test_a_moved_van_never_stands_in_its_own_way(service: VanRental, fleet: FleetStore) -> None:
    await fleet.put(OWN)
    await service.hold(van_order())
    moved = van_order(revision=2, from_at=MORNING + timedelta(hours=3), until_at=MORNING + timedelta(hours=31))
    assert (await service.hold(moved)).van == "1-ABC-001"
    await service.release(van_order())  # the process releases the old order afterwards
    assert (await service.confirm(moved)).van == "1-ABC-001"
    old = await fleet.find(van_order().key)
    assert old is not None
    assert old.state == "released"


async def test_the_handover_hour_keeps_two_jobs_apart(service: VanRental, fleet: FleetStore) -> None:
    await fleet.put(OWN)
    await service.hold(van_order())
    back_at = MORNING + timedelta(hours=28)
    too_soon = van_order("K2", from_at=back_at + timedelta(minutes=59), until_at=back_at + timedelta(hours=5))
    assert (await service.hold(too_soon)).source == "hirer"
    in_time = van_order("K3", from_at=back_at + timedelta(minutes=60), until_at=back_at + timedelta(hours=5))
    assert (await service.hold(in_time)).source == "own_fleet"


async def test_a_hold_that_ran_out_gives_way_to_the_next_job(
    service: VanRental, fleet: FleetStore, clock: TestClock
) -> None:
    await fleet.put(OWN)
    await service.hold(van_order())
    clock.at = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    assert (await service.hold(van_order("K2"))).source == "own_fleet"
    assert (await service.confirm(van_order())).source == "hirer"


async def test_sixty_jobs_at_once_get_exactly_the_two_vans_there_are(either_database: Database) -> None:
    fleet = FleetStore(either_database)
    await fleet.put(OWN)
    await fleet.put(OWN.model_copy(update={"plate": "1-ABC-002"}))
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    orders = [van_order(f"K{n}", from_at=MORNING + timedelta(minutes=n)) for n in range(60)]
    kept = await asyncio.gather(*(fleet.hold(order, Decimal("150.00"), now) for order in orders))
    assert sorted(van.van for van in kept if van) == ["1-ABC-001", "1-ABC-002"]


async def test_a_hold_that_ran_out_is_confirmed_or_taken_by_another_never_both(either_database: Database) -> None:
    fleet = FleetStore(either_database)
    await fleet.put(OWN)
    held_at, ran_out_at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC), datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    for n in range(20):
        from_at = MORNING + timedelta(days=5 * n)
        hours: dict[str, Any] = {"from_at": from_at, "until_at": from_at + timedelta(hours=4)}
        mine, rival = van_order(f"K{n}", **hours), van_order(f"R{n}", **hours)
        await fleet.hold(mine, Decimal("150.00"), held_at)
        confirmed, taken = await asyncio.gather(
            fleet.confirm(mine.key), fleet.hold(rival, Decimal("150.00"), ran_out_at)
        )
        assert (confirmed is None) != (taken is None)


async def test_the_database_itself_refuses_a_second_booking_of_the_same_hours(either_database: Database) -> None:
    from sqlalchemy import insert
    from sqlalchemy.exc import IntegrityError

    from storage.services.van_rental import van_bookings

    await FleetStore(either_database).put(OWN)
    hours = {"starts_at": MORNING, "ends_at": MORNING + timedelta(hours=4), "price_eur": Decimal(0)}
    row = {"plate": OWN.plate, "state": "held", "passed_on": False, **hours}
    async with either_database.writing() as connection:
        await connection.execute(insert(van_bookings).values(order_key="a", **row))
    with pytest.raises(IntegrityError, match="no_overlap"):
        async with either_database.writing() as connection:
            await connection.execute(insert(van_bookings).values(order_key="b", **row))


def test_the_step_states_its_verbs() -> None:
    assert [verb.name for verb in STEP.verbs] == [
        "hold",
        "release",
        "extend",
        "confirm",
        "book_by_hand",
        "give_back_by_hand",
    ]
    assert STEP.skippable
    assert not STEP.essential
