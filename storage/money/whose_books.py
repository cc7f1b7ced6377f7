"""In whose books a movement that a person recognised stands, and what of it is the fee's and the State's."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import between, entries, suspense
from domain.ledger import Account, Entry
from domain.money import ZERO, slice_of
from domain.plan import Uninvoiced
from storage.jobs.tables import jobs
from storage.money.ledger import entries_of
from storage.money.recognition import entity_of


async def in_whose_books(connection: AsyncConnection, iban: str, moved: Decimal, booked: Entry) -> list[Entry]:
    """An entry out of suspense, in the books of whoever it is: what another entity's account holds of it is owed
    between the two."""
    holder = await entity_of(connection, iban)
    owner = await connection.scalar(select(jobs.c.entity).where(jobs.c.job_id == booked.job_id))
    if holder is None or booked.job_id == suspense.NO_JOB:
        return [booked.model_copy(update={"entity": booked.entity or holder})]
    if owner in (None, holder):
        return [booked]
    whose = (holder, owner)
    return [between.through(booked, Account.SUSPENSE, moved, whose), between.handed_on(booked, moved, whose)]


async def fee_and_vat(
    connection: AsyncConnection, job_id: str, uninvoiced: dict[str, Any], received: Decimal
) -> tuple[Decimal, Decimal]:
    """What of income without an invoice is the cooperative's fee and the VAT, by all that came in before."""
    expected, earlier = Uninvoiced.model_validate(uninvoiced), await came_in(connection, job_id)
    fee, vat = (
        slice_of(whole, expected.expected_eur, earlier, received) for whole in (expected.fee_eur, expected.vat_eur)
    )
    return fee, vat


async def came_in(connection: AsyncConnection, job_id: str) -> Decimal:
    """What a job received without an invoice so far."""
    earned = (Account.RESULT, Account.FEES, Account.VAT_DUE)
    booked = await entries_of(connection, job_id)
    return -sum(
        (one.on_account(account) for one in booked if one.text == entries.INCOME for account in earned), ZERO
    )
