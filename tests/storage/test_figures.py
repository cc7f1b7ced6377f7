"""The figures of fund, debts and books, on both databases, with the cents written out."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert

from domain.ledger import Account, entry
from domain.rules.consumer import ConsumerTerms
from storage.core.database import Database
from storage.core.pagination import BadCursor
from storage.core.tables import in_row
from storage.money.bank_tables import bank_entries, bank_statements
from storage.money.figures_books import BookFigures, BookFilter
from storage.money.figures_debts import DebtFigures, Month
from storage.money.figures_fund import FundFigures, Week
from storage.money.ledger import LedgerStore
from storage.services.debt_collection import collections
from storage.services.invoicing import invoices
from storage.services.prefinancing import fund_reservations
from tests.databases import KEYS

TODAY = date(2026, 6, 10)
"""A Wednesday."""


@pytest.fixture
async def database(database_url: str):  # type: ignore[no-untyped-def]  # a generator fixture
    opened = Database(database_url, KEYS)
    yield opened
    await opened.close()


async def reserved(database: Database, n: int, client: str, member: str, eur: str, state: str = "reserved") -> None:
    row = {
        "order_key": f"J{n}/prefinancing/-/1", "job_id": f"J{n}", "member_id": member, "client_id": client,
        "entity": "liege", "reserved_eur": Decimal(eur), "posted_eur": Decimal(0), "voided_eur": Decimal(0),
        "state": state,
    }  # fmt: skip
    async with database.writing() as connection:
        await connection.execute(insert(fund_reservations).values(**row))


async def statement(database: Database, *moves: tuple[str, str, str | None]) -> None:
    """Movements on one account: day, amount, invoice."""
    async with database.writing() as connection:
        head = {
            "iban": "BE71096123456769", "statement_id": "1", "on": TODAY, "opening_eur": Decimal(0),
            "closing_eur": Decimal(0), "source": "camt.053", "taken_at": datetime(2026, 6, 10, tzinfo=UTC),
        }  # fmt: skip
        number = await connection.scalar(insert(bank_statements).values(**head).returning(bank_statements.c.id))
        for position, (on, eur, invoice) in enumerate(moves):
            row = {
                "statement": number, "position": position, "reference": "r", "amount_eur": Decimal(eur),
                "booked_on": date.fromisoformat(on), "state": "matched" if invoice else "unknown",
                "kind": "invoice" if invoice else None, "subject_id": invoice,
                "matched_eur": Decimal(eur) if invoice else Decimal(0),
            }  # fmt: skip
            await connection.execute(insert(bank_entries).values(in_row(bank_entries, row)))


async def owed(
    database: Database, n: int, client: str, eur: str, due: str, state: str = "open", closed: str | None = None
) -> None:
    """An invoice of 30 days and its collection."""
    due_on = date.fromisoformat(due)
    invoice = {
        "invoice_id": f"i{n}", "order_key": f"J{n}/invoicing/balance/1", "job_id": f"J{n}", "entity": "liege",
        "series": "sales", "year": 2026, "in_series": n, "prefix": "L", "number": f"L26-{n:04}",
        "kind": "invoice", "client_id": client, "client_version": 1, "issued_on": due_on - timedelta(days=30),
        "due_on": due_on, "net_eur": Decimal(eur), "vat_eur": Decimal(0), "total_eur": Decimal(eur),
        "payable_eur": Decimal(eur), "payment_reference": f"{n:012}",
    }  # fmt: skip
    collection = {
        "invoice_id": f"i{n}", "job_id": f"J{n}", "entity": "liege", "client_id": client, "client_version": 1,
        "payable_eur": Decimal(eur), "due_on": due_on, "terms": ConsumerTerms(), "state": state,
        "opened_at": datetime(2026, 1, 5, tzinfo=UTC), "borne_by": "community" if state == "written_off" else None,
        "closed_at": datetime.fromisoformat(f"{closed}T12:00:00+00:00") if closed else None,
    }  # fmt: skip
    async with database.writing() as connection:
        await connection.execute(insert(invoices).values(**invoice))
        await connection.execute(insert(collections).values(**collection))


async def test_the_fund_says_for_whom_it_holds_what(database: Database) -> None:
    await reserved(database, 1, "c-hall", "p-ann", "1200.50")
    await reserved(database, 2, "c-hall", "p-dan", "300.00")
    await reserved(database, 3, "c-film", "p-ann", "80.00")
    await reserved(database, 4, "c-film", "p-ann", "999.00", state="voided")
    fund = FundFigures(database)
    assert await fund.held() == (Decimal("1580.50"), 3)
    per_client = [(one.whose, one.held_eur, one.jobs) for one in await fund.held_per("client")]
    assert per_client == [("c-hall", Decimal("1500.50"), 2), ("c-film", Decimal("80.00"), 1)]
    assert [one.whose for one in await fund.held_per("member", limit=1)] == ["p-ann"]


async def test_an_empty_fund_holds_nothing(database: Database) -> None:
    assert await FundFigures(database).held() == (Decimal(0), 0)


async def test_money_in_and_out_is_told_by_week_and_quiet_weeks_count(database: Database) -> None:
    await statement(
        database,
        ("2026-05-26", "500.00", None),
        ("2026-06-08", "2178.00", None),
        ("2026-06-10", "-663.02", None),
        ("2026-06-10", "10.00", None),
    )
    assert await FundFigures(database).weeks(TODAY, 3) == [
        Week(date(2026, 5, 25), Decimal("500.00"), Decimal("0.00")),
        Week(date(2026, 6, 1), Decimal("0.00"), Decimal("0.00")),
        Week(date(2026, 6, 8), Decimal("2188.00"), Decimal("663.02")),
    ]


async def test_debts_are_counted_by_age_less_what_was_paid(database: Database) -> None:
    await owed(database, 1, "c-hall", "1000.00", "2026-06-10")
    await owed(database, 2, "c-hall", "500.00", "2026-06-09")
    await owed(database, 3, "c-film", "300.00", "2026-05-11", state="disputed")
    await owed(database, 4, "c-film", "200.00", "2026-05-10")
    await owed(database, 5, "c-film", "100.00", "2026-03-11")
    await owed(database, 6, "c-film", "999.00", "2026-01-01", state="paid", closed="2026-02-01")
    await statement(database, ("2026-06-08", "200.00", "i2"))
    aged = await DebtFigures(database).aged(TODAY)
    assert [(one.band, one.invoices, str(one.open_eur)) for one in aged] == [
        ("not_due", 1, "1000.00"),
        ("1-30", 2, "600.00"),
        ("31-60", 1, "200.00"),
        ("61-90", 0, "0.00"),
        ("90+", 1, "100.00"),
    ]


async def test_the_slowest_payer_comes_first_and_a_loss_has_a_bearer(database: Database) -> None:
    since_at = datetime(2025, 6, 10, tzinfo=UTC)
    await owed(database, 1, "c-hall", "1000.00", "2026-03-31", state="paid", closed="2026-05-04")
    await owed(database, 2, "c-film", "600.00", "2026-04-30", state="paid", closed="2026-04-29")
    await owed(database, 3, "c-film", "400.00", "2026-01-31", state="written_off", closed="2026-04-30")
    await statement(
        database,
        ("2026-04-10", "400.00", "i1"), ("2026-05-04", "600.00", "i1"), ("2026-04-29", "600.00", "i2"),
        ("2026-02-10", "150.00", "i3"),
    )  # fmt: skip
    debts = DebtFigures(database)
    slow = [(one.client_id, one.days, one.late_days) for one in await debts.pays_in(since_at)]
    assert slow == [("c-hall", 64, 34), ("c-film", 29, 0)]
    months = await debts.months(since_at)
    assert months == [
        Month(date(2026, 4, 1), Decimal("1000.00"), Decimal("250.00")),
        Month(date(2026, 5, 1), Decimal("1000.00"), Decimal("0.00")),
    ]
    assert months[0].percent == Decimal(25)
    (loss,) = await debts.losses(since_at)
    assert (loss.number, loss.lost_eur, loss.borne_by) == ("L26-0003", Decimal("250.00"), "community")


async def test_the_books_balance_and_an_entry_is_never_cut(database: Database) -> None:
    books = LedgerStore(database)
    for n in range(1, 4):
        cost = {Account.RESULT: Decimal(n * 10), Account.BANK: Decimal(-n * 10)}
        await books.post(entry(f"J{n}/van/1", f"J{n}", date(2026, 3, n), "A service is paid", cost))
    told = BookFigures(database)
    balances = {one.account: one for one in await told.balances(BookFilter())}
    assert len(balances) == len(Account)
    assert balances[Account.RESULT].debit_eur == Decimal("60.00")
    assert balances[Account.BANK].credit_eur == Decimal("60.00")
    assert sum(one.balance_eur for one in balances.values()) == 0
    first, after = await told.entries(BookFilter(), limit=2)
    assert [line.key for line in first] == ["J3/van/1", "J3/van/1", "J2/van/1", "J2/van/1"]
    rest, end = await told.entries(BookFilter(), after, limit=2)
    assert ([line.job_id for line in rest], end) == (["J1", "J1"], None)
    with pytest.raises(BadCursor):
        await told.entries(BookFilter(), "yesterday")
    only = BookFilter(account=Account.BANK, from_on=date(2026, 3, 2))
    assert [line.amount_eur async for line in told.every(only)] == [Decimal("-20.00"), Decimal("-30.00")]
    assert {line.account for line in (await told.entries(only))[0]} == {Account.RESULT, Account.BANK}
