"""Equipment: own stock first, then the supplier; never more pieces than there are, bought once."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities.equipment import STEP, Equipment
from domain.errors import PartnerDown
from domain.orders import StepOrder
from domain.services.equipment import (
    EquipmentAboveCeiling,
    EquipmentItem,
    EquipmentNotAvailable,
    EquipmentRequest,
    StockArticle,
)
from partners.equipment import SupplierHttp
from storage.core.database import Database
from storage.money.ledger import LedgerStore
from storage.services.equipment import StockStore
from tests.services.conftest import Cooperative, Partners, TestClock

MORNING = datetime(2026, 3, 14, 7, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LAMPS = StockArticle(article="par-led", name="LED par", quantity=20, day_eur=Decimal("4.00"))


def rent(article: str, quantity: int) -> EquipmentItem:
    return EquipmentItem(article=article, quantity=quantity)


def equipment_order(
    *items: EquipmentItem, job: str = "K1", revision: int = 1, **wish: Any
) -> StepOrder[EquipmentRequest]:
    """From Saturday morning to Sunday noon: two begun days."""
    request = EquipmentRequest(
        **{
            "items": items or (rent("par-led", 12),),
            "from_at": MORNING,
            "until_at": MORNING + timedelta(hours=28),
            "ceiling_eur": "2500.00",
            "hold_until_at": datetime(2026, 3, 9, 9, 0, tzinfo=UTC),
            **wish,
        }
    )
    replaces = f"{job}/equipment/-/{revision - 1}" if revision > 1 else None
    return StepOrder(
        job_id=job, service="equipment", entity="brussels", revision=revision, replaces=replaces, request=request
    )


@pytest.fixture
def stock(database: Database) -> StockStore:
    return StockStore(database)


@pytest.fixture
def service(stock: StockStore, partners: Partners, clock: TestClock, ledger: LedgerStore) -> Equipment:
    return Equipment(stock, SupplierHttp(partners.http("supplier")), Cooperative(), ledger, clock)


async def test_own_lamps_are_held_confirmed_and_given_back_without_asking_the_supplier(
    service: Equipment, stock: StockStore, partners: Partners
) -> None:
    await stock.put(LAMPS)
    held = await service.hold(equipment_order())
    assert (held.lines[0].source, held.price_eur, held.confirmed) == ("own_stock", Decimal("96.00"), False)
    assert held.expires_at == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    assert (await service.hold(equipment_order())) == held
    assert (await service.confirm(equipment_order())).confirmed
    assert (await service.release(equipment_order())).released
    assert (await service.hold(equipment_order(rent("par-led", 20), job="K2"))).lines[0].source == "own_stock"
    assert await partners.calls("supplier") == []


async def test_what_the_stock_has_not_is_rented_from_the_supplier_line_by_line(
    service: Equipment, stock: StockStore, partners: Partners
) -> None:
    await stock.put(LAMPS)
    order = equipment_order(rent("par-led", 12), rent("speaker-12", 4))
    held = await service.hold(order)
    assert [(line.article, line.source, line.price_eur) for line in held.lines] == [
        ("par-led", "own_stock", Decimal("96.00")),
        ("speaker-12", "supplier", Decimal("144.00")),
    ]
    assert held.expires_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    assert (await service.hold(order)) == held
    assert (await service.confirm(order)).confirmed
    assert (await service.confirm(order)).confirmed
    assert await partners.effects("supplier") == ["reservation", "confirmation"]


async def test_a_lost_answer_is_adopted_or_released(service: Equipment, partners: Partners) -> None:
    await partners.fault("supplier", "reserve", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.hold(equipment_order())
    assert (await service.hold(equipment_order())).price_eur == Decimal("144.00")
    await partners.fault("supplier", "reserve", "execute_then_fail", answer="cut")
    with pytest.raises(PartnerDown):
        await service.hold(equipment_order(job="K2"))
    assert (await service.release(equipment_order(job="K2"))).released
    assert (await service.release(equipment_order(job="K2"))).released
    assert await partners.effects("supplier") == ["reservation", "reservation", "cancellation"]


async def test_goods_are_priced_at_the_hold_ordered_at_the_confirmation_and_then_on_the_stock_list(
    service: Equipment, stock: StockStore, partners: Partners, clock: TestClock
) -> None:
    order = equipment_order(
        EquipmentItem(article="mixer-16", how="buy", value_eur=Decimal("640.00")),
        EquipmentItem(article="laptop", quantity=2, how="lease"),
        rent("mic-vocal", 6),
    )
    held = await service.hold(order)
    assert held.price_eur == Decimal("798.00")  # 640.00 + 2 x 1100.00 x 5 % + 6 x 4.00 x 2 days
    assert await partners.effects("supplier") == ["reservation"]
    await partners.fault("supplier", "order_goods", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.confirm(order)
    booked = await service.confirm(order)
    assert booked.confirmed
    assert [line.reference for line in booked.lines if line.how != "rent"] == ["PO-000001", "PO-000002"]
    assert (await partners.effects("supplier")).count("purchase_order") == 2
    in_use = equipment_order(rent("mixer-16", 1), job="K2")
    assert (await service.hold(in_use)).lines[0].source == "supplier"
    week = timedelta(days=7)
    later = equipment_order(
        rent("mixer-16", 1), job="K3", from_at=MORNING + week, until_at=MORNING + week + timedelta(hours=4)
    )
    assert (await service.hold(later)).lines[0].source == "own_stock"


async def test_cancelled_goods_leave_the_stock_list_and_delivered_ones_stay(
    service: Equipment, partners: Partners, clock: TestClock
) -> None:
    order = equipment_order(EquipmentItem(article="mixer-16", how="buy"))
    await service.hold(order)
    await service.confirm(order)
    released = await service.release(order)
    assert (released.lines, released.price_eur) == ((), 0)
    assert await partners.effects("supplier") == ["purchase_order", "order_cancellation"]
    again = equipment_order(EquipmentItem(article="mixer-16", how="buy"), job="K2")
    await service.hold(again)
    await service.confirm(again)
    clock.at = MORNING - timedelta(days=1)
    assert (await service.release(again)).price_eur == Decimal("640.00")


async def test_delivered_goods_are_not_bought_again_for_another_day(
    service: Equipment, partners: Partners, clock: TestClock
) -> None:
    goods = EquipmentItem(article="mixer-16", how="buy"), EquipmentItem(article="laptop", quantity=2, how="lease")
    week = timedelta(days=7)
    moved = {"revision": 2, "from_at": MORNING + week, "until_at": MORNING + week + timedelta(hours=28)}
    await service.hold(equipment_order(*goods))
    await service.confirm(equipment_order(*goods))
    clock.at = MORNING - timedelta(days=1)

    held = await service.hold(equipment_order(*goods, **moved))
    assert held.price_eur == Decimal("0.00")
    assert (await service.release(equipment_order(*goods))).price_eur == Decimal("750.00")  # 640 + 2 x 1100 x 5 %
    booked = await service.confirm(equipment_order(*goods, **moved))
    assert (booked.confirmed, booked.price_eur) == (True, Decimal("0.00"))
    assert await partners.effects("supplier") == ["purchase_order", "purchase_order"]

    one_more = EquipmentItem(article="mixer-16", quantity=2, how="buy"), goods[1]
    wider = await service.hold(equipment_order(*one_more, **(moved | {"revision": 3})))
    assert wider.price_eur == Decimal("640.00")


async def test_a_rent_given_back_on_the_last_day_costs_half(service: Equipment, clock: TestClock) -> None:
    await service.hold(equipment_order())
    await service.confirm(equipment_order())
    clock.at = MORNING - timedelta(hours=10)
    assert (await service.release(equipment_order())).cancellation_fee_eur == Decimal("72.00")


async def test_a_suppliers_hold_that_ran_out_is_taken_again(
    service: Equipment, partners: Partners, clock: TestClock
) -> None:
    await service.hold(equipment_order())
    clock.wait(hours=20)
    extended = await service.extend(equipment_order())
    assert extended.expires_at == datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
    clock.wait(hours=30)
    assert (await service.confirm(equipment_order())).confirmed
    assert await partners.effects("supplier") == ["reservation", "extension", "reservation", "confirmation"]


async def test_too_many_pieces_and_unknown_goods_are_refused_by_name(service: Equipment) -> None:
    with pytest.raises(EquipmentNotAvailable, match="49 x par-led"):
        await service.hold(equipment_order(rent("mic-vocal", 1), rent("par-led", 49)))
    with pytest.raises(EquipmentNotAvailable, match="1 x harpsichord"):
        await service.hold(equipment_order(EquipmentItem(article="harpsichord", how="buy"), job="K2"))


async def test_a_price_above_the_ceiling_keeps_nothing_at_the_supplier(
    service: Equipment, partners: Partners
) -> None:
    with pytest.raises(EquipmentAboveCeiling, match=r"144\.00 EUR, above the ceiling of 143\.99"):
        await service.hold(equipment_order(ceiling_eur="143.99"))
    assert await partners.effects("supplier") == ["reservation", "cancellation"]


async def test_a_moved_order_takes_over_its_own_pieces(service: Equipment, stock: StockStore) -> None:
    await stock.put(LAMPS)
    await service.hold(equipment_order(rent("par-led", 15)))
    moved = equipment_order(rent("par-led", 18), revision=2, from_at=MORNING + timedelta(hours=5))
    assert (await service.hold(moved)).lines[0].source == "own_stock"
    await service.release(equipment_order(rent("par-led", 15)))
    assert (await service.confirm(moved)).lines[0].quantity == 18


async def test_pieces_are_checked_and_packed_between_two_jobs(service: Equipment, stock: StockStore) -> None:
    await stock.put(LAMPS)
    await service.hold(equipment_order(rent("par-led", 20)))
    back_at = MORNING + timedelta(hours=28)
    soon = equipment_order(
        job="K2", from_at=back_at + timedelta(minutes=119), until_at=back_at + timedelta(hours=9)
    )
    assert (await service.hold(soon)).lines[0].source == "supplier"
    later = equipment_order(
        job="K3", from_at=back_at + timedelta(minutes=120), until_at=back_at + timedelta(hours=9)
    )
    assert (await service.hold(later)).lines[0].source == "own_stock"


async def test_sixty_jobs_at_once_never_get_more_lamps_than_there_are(either_database: Database) -> None:
    stock = StockStore(either_database)
    await stock.put(LAMPS)
    await stock.put(LAMPS.model_copy(update={"article": "tripod", "quantity": 9}))
    orders = [
        equipment_order(*(pair if n % 2 else pair[::-1]), job=f"K{n}", from_at=MORNING + timedelta(minutes=n))
        for n, pair in enumerate([(rent("par-led", 3), rent("tripod", 1))] * 60)
    ]
    holds = await asyncio.gather(*(stock.hold(order, NOW, leave_passed_on=False) for order in orders))
    kept = [line.article for hold in holds for line in hold.lines]
    assert (kept.count("par-led"), kept.count("tripod")) == (6, 9)  # 6 x 3 of 20 lamps, 9 of 9 tripods


def test_the_step_states_its_verbs() -> None:
    assert [verb.name for verb in STEP.verbs] == [
        "hold",
        "release",
        "extend",
        "confirm",
        "book_by_hand",
        "give_back_by_hand",
    ]
