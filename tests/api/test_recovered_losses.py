"""Money that comes after a write-off: income of whoever bore the loss, VAT due again where it was given back."""

from datetime import date
from decimal import Decimal as D

import pytest

from domain import client_money, entries
from domain.ledger import Account
from storage.jobs.due_notices import Notices
from storage.services.debt_collection import Collections
from tests.api.conftest import Door
from tests.api.test_bank import door
from tests.api.test_debts import owed
from tests.api.test_reopened_debts import bank

__all__ = ["door"]
ACCOUNTS = (Account.SECTOR, Account.VAT_DUE, Account.CLIENT_CREDIT, Account.RECEIVABLE)


async def given_up(door: Door, *, vat_back: bool) -> str:
    """1,590.00 with 90.00 of VAT, written off on 30 January and borne by the sector; the id of its job."""
    job_id, on = await owed(door, date(2026, 1, 15)), date(2026, 1, 30)
    ledger = door.house.ledger
    if not (await ledger.balances(job_id)).of(Account.RECEIVABLE):
        await ledger.post(entries.invoice("i", job_id, date(2026, 1, 2), D("1500.00"), D("90.00"), D("97.50")))
    if vat_back:
        key = f"{job_id}/vat-regained/I-1/1"
        await ledger.post_from(key, job_id, lambda b: client_money.vat_regained(key, job_id, on, D("90.00"), b))
    key = f"{job_id}/debt_collection/i-1/1:write_off"
    await ledger.post_from(key, job_id, lambda b: entries.write_off(key, job_id, on, Account.SECTOR, b))
    collections = Collections(door.house.database)
    await collections.write_off("I-1", "sector")
    await collections.close("I-1", "written_off", door.clock.now())
    return job_id


async def balances(door: Door, job_id: str) -> dict[Account, D]:
    books = await door.house.ledger.balances(job_id)
    return {account: books.of(account) for account in ACCOUNTS}


@pytest.mark.parametrize(
    ("vat_back", "again", "kind"),
    [(False, ("0.00", "0.00"), "debt.recovered"), (True, ("22.64", "90.00"), "debt.recovered_vat")],
)
async def test_what_comes_after_the_write_off_is_income_of_the_bearer(
    door: Door, vat_back: bool, again: tuple[str, str], kind: str
) -> None:
    """400.00 of 1,590.00 holds 22.64 of VAT at 6 %; the last part takes the rest."""
    job_id = await given_up(door, vat_back=vat_back)
    before = await balances(door, job_id)
    await bank(door, "400.00", 3, "0.00", name="A")
    part = await balances(door, job_id)
    assert part[Account.SECTOR] - before[Account.SECTOR] == -(D("400.00") - D(again[0]))
    assert part[Account.VAT_DUE] - before[Account.VAT_DUE] == -D(again[0])
    assert (part[Account.CLIENT_CREDIT], part[Account.RECEIVABLE]) == (D("0.00"), D("0.00"))

    await bank(door, "1200.00", 4, "400.00", name="B")
    whole = await balances(door, job_id)
    assert whole[Account.SECTOR] - before[Account.SECTOR] == -(D("1590.00") - D(again[1]))
    assert whole[Account.VAT_DUE] - before[Account.VAT_DUE] == -D(again[1])
    assert whole[Account.CLIENT_CREDIT] == D("-10.00")  # paid too much: that alone is owed back

    lines = [one for one in await door.house.events.since(job_id) if one.kind.startswith("debt.recovered")]
    assert [(one.kind, one.params["amount"], one.params["borne_by"]) for one in lines] == [
        (kind, "400.00", "sector"), (kind, "1190.00", "sector"),
    ]  # fmt: skip
    mails = [one for one in await Notices(door.house.database).due() if one.kind == "money"]
    assert sorted((one.audience, one.news, one.params["amount"]) for one in mails) == [
        ("adviser", kind, "1190.00"), ("adviser", kind, "400.00"),
        ("member", kind, "1190.00"), ("member", kind, "400.00"),
    ]  # fmt: skip
