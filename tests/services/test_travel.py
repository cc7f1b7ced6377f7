"""Train tickets: pre-booked, bought, filed; one booking however often it is asked for."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities.travel import STEP, Travel
from domain.errors import PartnerDown, PartnerRefused
from domain.orders import StepOrder
from domain.services.travel import NoTrainInTime, PlaceUnknown, TicketAboveCeiling, TravelRequest
from partners.travel import OsdmRailway
from storage.money.ledger import LedgerStore
from tests.services.conftest import Cooperative, FiledPapers, Partners, TestClock

ARRIVE_BY = datetime(2026, 3, 14, 13, 0, tzinfo=UTC)


def travel_order(revision: int = 1, **wish: Any) -> StepOrder[TravelRequest]:
    """From Brussels to Liège and back on Saturday 14 March 2026."""
    request = TravelRequest(
        **{
            "traveller": "ana",
            "person_id": "p-17",
            "from_place": "Bruxelles",
            "to_place": "Liège",
            "arrive_by_at": ARRIVE_BY,
            "return_at": datetime(2026, 3, 14, 22, 10, tzinfo=UTC),
            "ceiling_eur": "55.00",
            **wish,
        }
    )
    return StepOrder(
        job_id="K1", service="travel", item="ana", entity="brussels", revision=revision, request=request
    )


@pytest.fixture
def papers() -> FiledPapers:
    return FiledPapers()


@pytest.fixture
def service(partners: Partners, clock: TestClock, ledger: LedgerStore, papers: FiledPapers) -> Travel:
    return Travel(OsdmRailway(partners.http("railway")), Cooperative(), papers, ledger, clock)


async def test_a_journey_is_pre_booked_bought_and_its_ticket_filed_once(
    service: Travel, partners: Partners, papers: FiledPapers
) -> None:
    held = await service.hold(travel_order())
    assert (held.confirmed, held.tickets) == (False, ())
    assert held.price_eur == Decimal("44.14")
    assert held.departs_at is not None
    assert ARRIVE_BY - timedelta(hours=2) < held.departs_at < ARRIVE_BY
    assert held.expires_at == datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
    assert (await service.hold(travel_order())) == held
    bought = await service.confirm(travel_order())
    assert bought.confirmed
    assert bought.booking_id == held.booking_id
    assert await service.confirm(travel_order()) == bought
    assert [papers.content[name][:5] for name in bought.tickets] == [b"%PDF-"]
    assert await partners.effects("railway") == ["booking", "fulfillment"]


async def test_a_lost_answer_is_adopted(service: Travel, partners: Partners) -> None:
    await partners.fault("railway", "create_booking", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.hold(travel_order())
    await service.hold(travel_order())
    await partners.fault("railway", "create_fulfillments", "execute_then_fail", answer="cut")
    with pytest.raises(PartnerDown):
        await service.confirm(travel_order())
    assert (await service.confirm(travel_order())).confirmed
    assert await partners.effects("railway") == ["booking", "fulfillment"]


async def test_a_pre_booking_that_ran_out_is_made_again_under_the_same_order(
    service: Travel, partners: Partners, clock: TestClock
) -> None:
    first = await service.hold(travel_order())
    clock.wait(minutes=11)
    bought = await service.confirm(travel_order())
    assert bought.confirmed
    assert bought.booking_id != first.booking_id
    assert await partners.effects("railway") == ["booking", "booking", "fulfillment"]


async def test_a_pre_booking_made_again_still_respects_the_ceiling(service: Travel, clock: TestClock) -> None:
    await service.hold(travel_order())
    clock.wait(minutes=11)
    with pytest.raises(TicketAboveCeiling, match=r"44\.14 EUR, above the ceiling of 44\.13"):
        await service.confirm(travel_order(ceiling_eur="44.13"))


async def test_what_was_only_pre_booked_is_given_back(service: Travel, partners: Partners) -> None:
    await partners.fault("railway", "create_booking", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.hold(travel_order())
    assert (await service.release(travel_order())).released
    assert (await service.release(travel_order())).released
    assert await partners.effects("railway") == ["booking", "release"]


async def test_bought_tickets_are_refunded_once(service: Travel, partners: Partners) -> None:
    await service.confirm(travel_order(flexible=False))
    await partners.fault("railway", "confirm_refund_offer", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.release(travel_order(flexible=False))
    assert (await service.release(travel_order(flexible=False))).released
    assert await partners.effects("railway") == ["booking", "fulfillment", "refund"]
    refunded = travel_order(revision=2)
    await service.confirm(refunded)
    assert (await service.release(refunded)).refund_fee_eur == 0


async def test_nothing_found_is_nothing_to_release(service: Travel, partners: Partners) -> None:
    released = await service.release(travel_order())
    assert (released.released, released.booking_id) == (True, "-")
    assert await partners.effects("railway") == []


async def test_an_unknown_station_and_a_train_that_left_are_refused(service: Travel, clock: TestClock) -> None:
    with pytest.raises(PlaceUnknown, match="Atlantis"):
        await service.hold(travel_order(to_place="Atlantis"))
    clock.at = ARRIVE_BY - timedelta(minutes=30)
    with pytest.raises(NoTrainInTime, match="No train from Bruxelles arrives in Liège in time"):
        await service.hold(travel_order())


async def test_the_railways_own_no_is_told_as_it_said_it(service: Travel, partners: Partners) -> None:
    await partners.fault("railway", "create_booking", "422", detail="this fare is sold out")
    with pytest.raises(PartnerRefused, match="railway refused: this fare is sold out"):
        await service.hold(travel_order())
    assert (await service.hold(travel_order())).price_eur == Decimal("44.14")


async def test_a_key_in_flight_or_a_stopped_railway_is_tried_again(service: Travel, partners: Partners) -> None:
    await partners.fault("railway", "create_booking", "409")
    with pytest.raises(PartnerDown):
        await service.hold(travel_order())
    await partners.stop("railway")
    with pytest.raises(PartnerDown):
        await service.hold(travel_order())
    await partners.start("railway")
    assert (await service.hold(travel_order())).booking_id


def test_the_step_takes_its_hold_only_after_go() -> None:
    assert STEP.short_hold
    assert [verb.name for verb in STEP.verbs] == ["hold", "release", "confirm", "book_by_hand", "give_back_by_hand"]
