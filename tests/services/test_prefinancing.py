"""The guarantee fund: reserved once and within its limits, settled with every account of the job at zero."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from activities.prefinancing import STEP, Prefinancing
from domain import entries
from domain.ledger import Account
from domain.orders import StepOrder
from domain.services.prefinancing import (
    AccountsNotSettled,
    FundIsFull,
    FundLimitReached,
    PrefinancingNeeded,
    PrefinancingRequest,
    SubsidyNotProven,
)
from storage.core.database import Database
from storage.money.figures_fund import FundFigures
from storage.money.ledger import LedgerStore
from storage.services.prefinancing import FundStore
from tests.services.conftest import TestClock

MARCH = date(2026, 3, 14)


def fund_order(job: str = "K1", revision: int = 1, **wish: Any) -> StepOrder[PrefinancingRequest]:
    """A van and lights for 250.00, pay for 900.00, VAT of 60.00: 1,210.00."""
    request = PrefinancingRequest(
        **{
            "member_id": "m-1",
            "client_id": "c-1",
            "services_eur": "250.00",
            "wages_eur": "900.00",
            "vat_eur": "60.00",
            **wish,
        }
    )
    replaces = f"{job}/prefinancing/-/{revision - 1}" if revision > 1 else None
    return StepOrder(
        job_id=job, service="prefinancing", entity="brussels", revision=revision, replaces=replaces, request=request
    )


@pytest.fixture
def ledger(database: Database) -> LedgerStore:
    return LedgerStore(database)


@pytest.fixture
def service(database: Database, clock: TestClock) -> Prefinancing:
    return Prefinancing(FundStore(database), clock)


async def spend_and_earn(ledger: LedgerStore, job: str = "K1", *, paid: str = "1060.00") -> None:
    """A van for 70.00, an invoice of 1,000.00 with 6 % and a fee of 65.00, and the client's payment."""
    await ledger.post(entries.cost(f"{job}/van", job, MARCH, Decimal("70.00")))
    invoice = entries.invoice(f"{job}/inv", job, MARCH, Decimal("1000.00"), Decimal("60.00"), Decimal("65.00"))
    await ledger.post(invoice)
    await ledger.post_from(
        f"{job}/pay",
        job,
        lambda before: entries.client_payment(f"{job}/pay", job, MARCH, Decimal(paid), before),
    )


async def test_what_is_reserved_is_used_or_given_back_and_the_rest_is_the_members(
    service: Prefinancing, ledger: LedgerStore
) -> None:
    reserved = await service.reserve(fund_order())
    assert reserved.reserved_eur == Decimal("1210.00")
    assert await service.reserve(fund_order()) == reserved
    assert (await ledger.balances("K1")).of(Account.FUND) == Decimal("-1210.00")
    await spend_and_earn(ledger)
    settled = await service.settle(fund_order())
    assert (settled.posted_eur, settled.voided_eur) == (Decimal("70.00"), Decimal("1140.00"))
    assert await service.settle(fund_order()) == settled
    after = await ledger.balances("K1")
    assert after.open == {}
    assert after.of(Account.ACTIVITY) == Decimal("-865.00")  # 1,000.00 less the fee of 65.00 and the van
    assert after.of(Account.FUND) == after.of(Account.FUND_CLAIMS) == 0
    assert await ledger.totals() == after


async def test_an_unpaid_invoice_keeps_the_job_open_and_books_nothing(
    service: Prefinancing, ledger: LedgerStore
) -> None:
    await service.reserve(fund_order())
    await spend_and_earn(ledger, paid="1000.00")
    before = await ledger.balances("K1")
    with pytest.raises(AccountsNotSettled, match=r"receivable 60\.00"):
        await service.settle(fund_order())
    assert await ledger.balances("K1") == before


async def test_a_loss_is_booked_to_its_named_bearer(service: Prefinancing, ledger: LedgerStore) -> None:
    await service.reserve(fund_order())
    await ledger.post(entries.cost("K1/van", "K1", MARCH, Decimal("70.00")))
    with pytest.raises(AccountsNotSettled, match=r"result 70\.00"):
        await service.settle(fund_order())
    named = fund_order(revision=2, loss_borne_by="community")
    await service.reserve(named)
    assert (await service.settle(named)).posted_eur == Decimal("70.00")
    after = await ledger.balances("K1")
    assert (after.of(Account.COMMUNITY), after.of(Account.FUND), after.open) == (Decimal("70.00"), 0, {})


async def test_a_withdrawn_job_gives_everything_back_once(service: Prefinancing, ledger: LedgerStore) -> None:
    await service.reserve(fund_order())
    assert (await service.void(fund_order())).voided_eur == Decimal("1210.00")
    assert (await service.void(fund_order())).voided_eur == Decimal("1210.00")
    assert set((await ledger.balances("K1")).amounts.values()) == {Decimal("0.00")}
    assert (await service.void(fund_order("K2"))).reserved_eur == 0
    assert (await service.reserve(fund_order())).reserved_eur == Decimal("1210.00")
    assert (await ledger.balances("K1")).of(Account.RESERVED) == Decimal("1210.00")


async def test_a_moved_job_changes_its_reservation_in_one_stroke(
    service: Prefinancing, ledger: LedgerStore
) -> None:
    await service.reserve(fund_order(wages_eur="14000.00"))
    moved = fund_order(revision=2, wages_eur="14500.00")
    assert (await service.reserve(moved)).reserved_eur == Decimal("14810.00")  # never added to the 14,310.00
    assert (await ledger.balances("K1")).of(Account.RESERVED) == Decimal("14810.00")


async def test_a_cap_holds_for_services_and_never_for_pay_or_vat(service: Prefinancing) -> None:
    capped = await service.reserve(fund_order(choice="capped", cap_eur="100.00"))
    assert capped.reserved_eur == Decimal("1060.00")


async def test_above_the_members_limit_an_adviser_decides(service: Prefinancing) -> None:
    await service.reserve(fund_order(wages_eur="14000.00"))
    second = fund_order("K2", client_id="c-2")
    with pytest.raises(FundLimitReached, match=r"1210\.00 EUR: the limit of the member leaves 690\.00 EUR") as no:
        await service.reserve(second)
    assert no.value.decided_by == "advisor"
    approved = fund_order("K2", revision=2, client_id="c-2", approved_by="adv-3")
    assert (await service.reserve(approved)).reserved_eur == Decimal("1210.00")


async def test_a_job_does_without_the_fund_when_its_deposit_carries_it(
    service: Prefinancing, ledger: LedgerStore
) -> None:
    alone = fund_order(choice="not_needed")
    with pytest.raises(PrefinancingNeeded, match=r"lacks 1210\.00 EUR"):
        await service.reserve(alone)
    await spend_and_earn(ledger)
    with pytest.raises(PrefinancingNeeded, match=r"lacks 150\.00 EUR"):
        await service.reserve(alone)
    await service.reserve(fund_order("K2"))
    await spend_and_earn(ledger, "K2")
    await service.settle(fund_order("K2"))  # 865.00 on the member's activity account
    assert (await service.reserve(alone)).reserved_eur == 0
    assert (await service.settle(alone)).posted_eur == 0


async def test_an_advance_on_a_subsidy_needs_its_signed_promise(service: Prefinancing) -> None:
    with pytest.raises(SubsidyNotProven):
        await service.reserve(fund_order(recovered_from="subsidy"))
    proven = fund_order(recovered_from="subsidy", subsidy_document="promise.pdf")
    assert (await service.reserve(proven)).reserved_eur == Decimal("1210.00")


async def test_a_cost_that_comes_back_is_booked_back_once(ledger: LedgerStore) -> None:
    await ledger.post(entries.cost("K1/van:cost", "K1", MARCH, Decimal("173.55")))
    for _ in range(2):
        await ledger.take_back("K1/van:cost", "K1/van:refund", MARCH, Decimal("86.78"))
    assert (await ledger.balances("K1")).of(Account.RESULT) == Decimal("86.78")
    await ledger.take_back("K2/van:cost", "K2/van:refund", MARCH, Decimal("0.00"))
    assert (await ledger.balances("K2")).amounts == {}


async def test_two_dozen_jobs_at_once_never_pass_the_members_limit(
    either_database: Database, clock: TestClock
) -> None:
    service = Prefinancing(FundStore(either_database), clock)
    answers = await asyncio.gather(
        *(service.reserve(fund_order(f"K{n}")) for n in range(24)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, FundLimitReached)]
    assert len(answers) - len(refused) == 12  # 12 x 1,210.00 of 15,000.00
    assert [answer for answer in answers if isinstance(answer, Exception)] == refused
    assert (await LedgerStore(either_database).totals()).of(Account.RESERVED) == Decimal("14520.00")


async def test_the_same_entry_sixty_times_at_once_is_booked_once(either_database: Database) -> None:
    ledger = LedgerStore(either_database)
    once = entries.cost("K1/van:cost", "K1", MARCH, Decimal("70.00"))
    await asyncio.gather(*(ledger.post(once) for _ in range(60)))
    assert (await ledger.balances("K1")).of(Account.RESULT) == Decimal("70.00")


def test_the_step_is_essential_and_never_skipped() -> None:
    assert STEP.essential
    assert not STEP.skippable
    assert [verb.name for verb in STEP.verbs] == ["reserve", "void", "settle"]


async def test_a_reservation_of_an_earlier_order_is_settled_too(service: Prefinancing, ledger: LedgerStore) -> None:
    # the job moved, the new reservation was given up: the old one still stands when the job closes
    await service.reserve(fund_order())
    await spend_and_earn(ledger)
    settled = await service.settle(fund_order(revision=2))
    assert (settled.reserved_eur, settled.posted_eur) == (Decimal("1210.00"), Decimal("70.00"))
    after = await ledger.balances("K1")
    assert (after.open, after.of(Account.FUND), after.of(Account.FUND_CLAIMS)) == ({}, 0, 0)


async def test_what_nobody_waits_for_any_more_goes_to_the_bearer_once_finance_names_one(
    service: Prefinancing, ledger: LedgerStore
) -> None:
    # seen: a job closed with -494.05 and 2,289.99 open
    await service.reserve(fund_order())
    await ledger.post(entries.cost("K1/van", "K1", MARCH, Decimal("1842.50")))
    invoice = entries.invoice("K1/inv", "K1", MARCH, Decimal("2289.99"), Decimal("0.00"), Decimal("148.85"))
    await ledger.post(invoice)
    with pytest.raises(AccountsNotSettled, match=r"receivable 2289\.99"):
        await service.settle(fund_order())
    named = fund_order(loss_borne_by="community")
    for _ in range(2):
        await service.settle(named)
    after = await ledger.balances("K1")
    assert (after.open, after.of(Account.COMMUNITY)) == ({}, Decimal("1842.50"))


async def test_the_fund_pays_when_a_wage_leaves_the_bank_and_the_client_repays_it_before_the_fee(
    service: Prefinancing, ledger: LedgerStore
) -> None:
    """Seen: with 10,061.00 of wages gone the fund's claims were 0, and a first payment of 1,000.00 paid the fee."""
    await service.reserve(fund_order(wages_eur="14000.00"))
    invoice = entries.invoice("K1/inv", "K1", MARCH, Decimal("14500.00"), Decimal("870.00"), Decimal("942.50"))
    await ledger.post(invoice)
    for name, net in (("ann", "6000.00"), ("bob", "4061.00")):
        await ledger.post(entries.wages_paid(f"K1/wages/{name}", "K1", MARCH, Decimal(net)))
    held = await ledger.balances("K1")
    assert (held.of(Account.FUND_CLAIMS), held.of(Account.RESERVED)) == (Decimal("10061.00"), Decimal("4249.00"))
    assert held.of(Account.BANK) == Decimal("0.00")

    def pay(paid: str) -> Any:
        return lambda before: entries.client_payment(f"K1/pay{paid}", "K1", MARCH, Decimal(paid), before)

    await ledger.post_from("K1/pay1000.00", "K1", pay("1000.00"))
    after = await ledger.balances("K1")
    assert (after.of(Account.VAT_TO_COLLECT), after.of(Account.FUND_CLAIMS)) == (0, Decimal("9931.00"))
    assert after.of(Account.FEES) == 0  # 870.00 of VAT, then 130.00 of the fund
    await ledger.post_from("K1/pay14370.00", "K1", pay("14370.00"))
    paid = await ledger.balances("K1")
    assert (paid.of(Account.FUND_CLAIMS), paid.of(Account.FEES)) == (0, Decimal("-942.50"))


async def test_what_the_client_has_paid_is_used_before_the_fund_pays(
    service: Prefinancing, ledger: LedgerStore
) -> None:
    """1,060.00 came in: 60.00 is the State's, 65.00 the fee; 935.00 pays of a wage of 1,000.00, the fund 65.00."""
    await service.reserve(fund_order())
    await spend_and_earn(ledger)  # the van's 70.00 was paid ahead and is repaid by the client
    assert (await ledger.balances("K1")).of(Account.FUND_CLAIMS) == 0
    await ledger.post(entries.wages_paid("K1/wages/ann", "K1", MARCH, Decimal("930.00")))
    assert (await ledger.balances("K1")).of(Account.FUND_CLAIMS) == Decimal("65.00")


async def test_a_wage_that_came_back_and_is_paid_again_is_paid_ahead_once(
    service: Prefinancing, ledger: LedgerStore
) -> None:
    await service.reserve(fund_order())
    net = Decimal("600.00")
    for make in (entries.wages_paid, entries.wages_returned, entries.wages_paid):
        balance = len(await ledger.entries("K1"))
        await ledger.post(make(f"K1/wages/{balance}", "K1", MARCH, net))
    assert (await ledger.balances("K1")).of(Account.FUND_CLAIMS) == net


async def test_a_job_that_moves_keeps_what_the_fund_paid_for_it(service: Prefinancing, ledger: LedgerStore) -> None:
    await service.reserve(fund_order())
    await ledger.post(entries.cost("K1/van", "K1", MARCH, Decimal("70.00")))
    moved = await service.reserve(fund_order(revision=2, services_eur="290.00"))
    assert (moved.reserved_eur, moved.posted_eur) == (Decimal("1250.00"), Decimal("70.00"))
    books = await ledger.balances("K1")
    assert (books.of(Account.RESERVED), books.of(Account.FUND_CLAIMS)) == (Decimal("1180.00"), Decimal("70.00"))


async def test_what_clients_give_back_makes_room_again(
    service: Prefinancing, ledger: LedgerStore, database: Database
) -> None:
    """14,310.00 of the member's 15,000.00 are taken; the client repays 1,000.00 of the wage: 1,690.00 is room."""
    await service.reserve(fund_order(wages_eur="14000.00"))
    await ledger.post(entries.wages_paid("K1/wages/ann", "K1", MARCH, Decimal("5000.00")))
    with pytest.raises(FundLimitReached, match=r"leaves 690\.00"):
        await service.reserve(fund_order("K2", client_id="c-2"))
    await ledger.post(entries.invoice("K1/inv", "K1", MARCH, Decimal("9000.00"), Decimal("0.00"), Decimal("0.00")))
    paid = Decimal("1000.00")
    await ledger.post_from("K1/pay", "K1", lambda b: entries.client_payment("K1/pay", "K1", MARCH, paid, b))
    assert await FundStore(database).paid_by_client("K1") == paid  # all of it went to the fund at once
    assert await FundFigures(database).held() == (Decimal("13310.00"), 1)
    assert await FundFigures(database).paid_ahead() == Decimal("4000.00")
    assert (await service.reserve(fund_order("K2", client_id="c-2"))).reserved_eur == Decimal("1210.00")


async def test_nobody_lifts_the_limit_of_an_entity(service: Prefinancing) -> None:
    with pytest.raises(FundIsFull, match="nobody lifts that limit") as no:
        await service.reserve(fund_order(wages_eur="9000000.00", approved_by="adv-3"))
    assert no.value.decided_by == "finance"
