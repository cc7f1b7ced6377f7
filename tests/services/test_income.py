"""A subsidy and own takings come in without an invoice: the fee and the VAT that are in them are booked."""

from datetime import date
from decimal import Decimal as D
from typing import Any

from sqlalchemy import select, update

from domain.ledger import Account
from storage.jobs.tables import jobs
from tests.services.office import LIEGE
from tests.services.test_bank import World, world
from tests.services.test_between_entities import match, morning, paid

__all__ = ["world"]
TAKINGS = {"expected_eur": "1000.00", "fee_eur": "61.32", "vat_eur": "56.60"}
"""1,000.00 of tickets at 6 %: 943.40 and 56.60; the fee is 6.5 % of 943.40."""


async def expects(here: World, income: dict[str, Any] | None) -> None:
    job = jobs.c.job_id == here.office.job_id
    async with here.office.database.writing() as connection:
        plan = await connection.scalar(select(jobs.c.plan).where(job))
        await connection.execute(update(jobs).where(job).values(plan=plan | {"uninvoiced": income}))


async def test_own_takings_in_three_parts_book_the_quoted_fee_and_vat(world: World) -> None:
    await expects(world, TAKINGS)
    for day, amount in ((3, "333.33"), (4, "333.33"), (5, "333.34")):
        await paid(world, LIEGE.iban, amount, None, f"cash box {day}")
        await morning(world, date(2026, 3, day))
        await match(world, LIEGE.iban, "job", world.office.job_id, amount)
    books = await world.ledger.balances(world.office.job_id)
    assert (books.of(Account.FEES), books.of(Account.VAT_DUE)) == (D("-61.32"), D("-56.60"))
    assert books.of(Account.RESULT) == D("-882.08")


async def test_money_of_a_job_that_expects_no_such_income_is_a_recovery_without_fee(world: World) -> None:
    await expects(world, None)
    await paid(world, LIEGE.iban, "100.00", None, "insurer")
    await morning(world, date(2026, 3, 3))
    await match(world, LIEGE.iban, "job", world.office.job_id, "100.00")
    books = await world.ledger.balances(world.office.job_id)
    assert (books.of(Account.FEES), books.of(Account.RESULT)) == (D("0.00"), D("-100.00"))
