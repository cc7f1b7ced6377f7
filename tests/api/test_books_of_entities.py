"""The books, their file and the fund are read by legal entity, and the page says what one owes another."""

from datetime import date
from decimal import Decimal as D

import pytest

from domain import between
from domain.bank import MoneyMove
from domain.entries import client_payment
from domain.ledger import Balances
from domain.people import Address, Entity
from storage.money.ledger import LedgerStore
from tests.api.conftest import Door
from tests.databases import a_job

NAMUR = Entity(
    slug="namur", name="All Inclusive Namur", legal_form="SC", enterprise_number="1000000120",
    address=Address(street="Rue", postal_code="5000", city="Namur"), seat="wallonia", court="Namur",
    iban="BE62510007547061", bic="GKCCBEBB", email="namur@coop.example", invoice_prefix="N", joint_committee="304",
)  # fmt: skip
OWES = {
    "fr": "All Inclusive Namur doit à All Inclusive Brussels",
    "nl": "All Inclusive Namur is verschuldigd aan All Inclusive Brussels",
    "en": "All Inclusive Namur owes All Inclusive Brussels",
}


@pytest.fixture
async def paid_to_namur(door: Door) -> str:
    """A job of Brussels, whose client paid 500.00 onto Namur's account."""
    await door.house.entities.seed([NAMUR])
    job_id = await a_job(door.house.database)
    move = MoneyMove(
        key=f"{job_id}/receipt/1", job_id=job_id, kind="receipt", on=date(2026, 2, 2), amount_eur=D("500.00"),
        invoice_id="I-1", holder="namur", owner="brussels",
    )  # fmt: skip
    paid = client_payment(move.key, job_id, move.on, move.amount_eur, Balances())
    for one in (between.owned(move, paid), between.held_for_another(move)):
        await LedgerStore(door.house.database).post(one)
    return job_id


@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
async def test_the_page_of_the_books_says_what_one_entity_owes_another(
    door: Door, paid_to_namur: str, lang: str
) -> None:
    fay = await door.asking("fay")
    page = (await fay.get(f"/ledger?lang={lang}")).text
    assert OWES[lang] in page
    assert '<option value="namur">All Inclusive Namur</option>' in page
    of_namur = (await fay.get(f"/ledger?entity=namur&lang={lang}")).text
    assert paid_to_namur not in of_namur.split("<ol")[-1].replace(f"{paid_to_namur}/receipt", "")


async def test_the_file_names_the_entity_of_each_line_and_is_filtered_by_it(door: Door, paid_to_namur: str) -> None:
    fay = await door.asking("fay")
    every = (await fay.get("/ledger.csv")).text.splitlines()[1:]
    assert sorted(line.rsplit(",", 1)[-1] for line in every) == ["brussels", "brussels", "namur", "namur"]
    namur = (await fay.get("/ledger.csv?entity=namur")).text.splitlines()[1:]
    assert sorted(line.split(",")[4] for line in namur) == ["bank", "between"]


async def test_the_fund_and_the_debts_are_shown_by_entity(door: Door, paid_to_namur: str) -> None:
    fay = await door.asking("fay")
    page = (await fay.get("/fund?entity=namur")).text
    assert '<option value="namur" selected>All Inclusive Namur</option>' in page
    assert (await fay.get("/fund?entity=nobody")).status_code == 200
