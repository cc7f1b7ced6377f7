"""The storage refuses a second posting of one business fact, whatever a service forgot."""

import asyncio
from datetime import date
from decimal import Decimal as D

import pytest

from domain import entries
from domain.ledger import Account, AlreadyInTheBooks, Balances, Entry, document_fact
from domain.rules.pay import pay_chain
from storage.core.database import Database
from storage.money.ledger import LedgerStore

MARCH = date(2026, 3, 14)
NUMBER = document_fact("liege", "AL-2026-000001")


@pytest.fixture
def ledger(database: Database) -> LedgerStore:
    return LedgerStore(database)


def issue(revision: int, net: str = "700.00", vat: str = "147.00", fee: str = "45.50") -> Entry:
    key = f"K1/invoicing/invoice/{revision}:issue"
    return entries.invoice(key, "K1", MARCH, D(net), D(vat), D(fee), fact=NUMBER)


def wage(revision: int, person: str = "ann") -> Entry:
    chain = pay_chain(D("200.00"), "artist", MARCH)
    return entries.wages(f"K1/wages/{person}/{revision}:due", "K1", MARCH, D("300.00"), chain)


async def test_a_number_issued_twice_is_refused_and_books_nothing(ledger: LedgerStore) -> None:
    await ledger.post(issue(1))
    with pytest.raises(AlreadyInTheBooks, match="K1/invoicing/invoice/1:issue"):
        await ledger.post(issue(2))
    assert (await ledger.balances("K1")).of(Account.RECEIVABLE) == D("847.00")
    assert [one.key for one in await ledger.entries("K1")] == ["K1/invoicing/invoice/1:issue"]


async def test_a_second_wage_of_one_person_is_refused_though_nobody_named_the_fact(ledger: LedgerStore) -> None:
    await ledger.post(wage(1))
    with pytest.raises(AlreadyInTheBooks):
        await ledger.post(wage(2))
    await ledger.post(wage(1, "bob"))
    assert len(await ledger.entries("K1")) == 2


async def test_replacing_takes_back_what_stands_and_posts_anew_once(ledger: LedgerStore) -> None:
    await ledger.post(issue(1))
    for _ in range(2):
        await ledger.replace(issue(2, "800.00", "168.00", "52.00"))
    assert await ledger.balances("K1") == Balances(
        amounts={
            Account.RECEIVABLE: D("968.00"),
            Account.VAT_TO_COLLECT: D("-168.00"),
            Account.FEE_TO_COLLECT: D("-52.00"),
            Account.RESULT: D("-748.00"),
        }
    )
    assert [one.key for one in await ledger.entries("K1")] == [
        "K1/invoicing/invoice/1:issue",
        "K1/invoicing/invoice/1:issue:replaced",
        "K1/invoicing/invoice/2:issue",
    ]
    standing = await ledger.in_force(NUMBER)
    assert standing is not None
    assert standing.key == "K1/invoicing/invoice/2:issue"


async def test_replacing_where_nothing_stands_is_posting(ledger: LedgerStore) -> None:
    await ledger.replace(issue(1))
    assert (await ledger.balances("K1")).of(Account.RECEIVABLE) == D("847.00")


async def test_replaced_by_nothing_only_takes_back(ledger: LedgerStore) -> None:
    await ledger.post(entries.expenses("K1/expenses/ann/1:due", "K1", MARCH, D("30.00")))
    for _ in range(2):
        await ledger.replace(entries.expenses("K1/expenses/ann/2:due", "K1", MARCH, D("0.00")))
    assert (await ledger.balances("K1")).open == {}
    assert len(await ledger.entries("K1")) == 2


async def test_what_was_taken_back_may_be_stated_anew_and_is_not_taken_back_twice(ledger: LedgerStore) -> None:
    await ledger.post(wage(1))
    for _ in range(2):
        await ledger.reverse("K1/wages/ann/1:due", as_key="K1/wages/ann/1:recover", on=MARCH)
    assert (await ledger.balances("K1")).open == {}
    await ledger.post(wage(2))
    await ledger.replace(wage(3))
    await ledger.reverse("K1/wages/ann/2:due", as_key="K1/wages/ann/2:recover", on=MARCH)
    assert (await ledger.balances("K1")).of(Account.RESULT) == D("300.00")


async def test_sixty_at_once_post_one_number_once(ledger: LedgerStore) -> None:
    said = await asyncio.gather(*(ledger.post(issue(n)) for n in range(1, 61)), return_exceptions=True)
    assert sum(isinstance(one, AlreadyInTheBooks) for one in said) == 59
    assert (await ledger.balances("K1")).of(Account.RECEIVABLE) == D("847.00")


async def test_an_entry_of_nothing_is_never_booked(ledger: LedgerStore) -> None:
    await ledger.post(entries.cost("K1/van:cost", "K1", MARCH, D("0.00")))
    assert await ledger.entries("K1") == []
