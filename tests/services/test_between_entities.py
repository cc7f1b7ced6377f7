"""Books know their legal entity: a client who pays onto the account of another one pays all the same."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from domain.ledger import Account
from domain.matching import NoSuchSubject, PartWish
from storage.money.figures_books import BookFigures, BookFilter, OwedBetween
from storage.money.matching import HandMatches, MatchDecision
from storage.money.statements import Statements
from tests.services.office import LIEGE
from tests.services.test_bank import World, world

__all__ = ["world"]
NAMUR = LIEGE.model_copy(
    update={
        "slug": "namur", "name": "Allez-y Namur", "enterprise_number": "1000000120", "iban": "BE62510007547061",
        "invoice_prefix": "NA",
    }
)  # fmt: skip
MARCH_3, MARCH_4, MARCH_5 = date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5)


async def on(here: World, entity: str) -> dict[Account, D]:
    """What stands in the books of one entity, zero left out."""
    told = await BookFigures(here.office.database).balances(BookFilter(entity=entity))
    return {one.account: one.balance_eur for one in told if one.balance_eur}


async def paid(here: World, iban: str, amount: str, reference: str | None, text: str | None = None) -> str:
    body: dict[str, Any] = {"iban": iban, "amount_eur": amount, "structured_communication": reference, "text": text}
    await here.office.admin("bank/credits", **body)
    return iban


async def morning(here: World, day: date) -> None:
    await here.morning_of(day)
    news = await here.desk.fetch_statements(day)
    assert news.problems == ()
    await here.desk.notify(news)


async def owed(here: World) -> list[OwedBetween]:
    return await BookFigures(here.office.database).between()


@pytest.fixture
async def two(world: World) -> World:
    await world.office.entities.seed([NAMUR])
    return world


async def test_an_invoice_of_one_entity_paid_onto_the_account_of_another_is_paid_and_owed_between_them(
    two: World,
) -> None:
    """1,590.00 with 90.00 of VAT and a fee of 97.50: settled in Liège, the money in Namur."""
    kept = await two.invoice()
    await paid(two, NAMUR.iban, "1590.00", kept.payment_reference)
    await morning(two, MARCH_3)
    assert (await two.ledger.balances(two.office.job_id)).of(Account.RECEIVABLE) == 0
    liege, namur = await on(two, "liege"), await on(two, "namur")
    assert namur == {Account.BANK: D("1590.00"), Account.BETWEEN: D("-1590.00")}
    assert (liege[Account.BETWEEN], liege.get(Account.BANK)) == (D("1590.00"), None)
    assert (liege[Account.VAT_DUE], liege[Account.FEES]) == (D("-90.00"), D("-97.50"))
    assert sum(liege.values()) == sum(namur.values()) == 0
    assert await owed(two) == [OwedBetween("namur", "liege", D("1590.00"))]
    await morning(two, MARCH_4)
    assert await owed(two) == [OwedBetween("namur", "liege", D("1590.00"))]


async def test_money_on_the_right_account_owes_nobody_anything(two: World) -> None:
    kept = await two.invoice()
    await paid(two, LIEGE.iban, "1590.00", kept.payment_reference)
    await morning(two, MARCH_3)
    assert await owed(two) == []
    assert (await on(two, "liege"))[Account.BANK] == D("1590.00")
    assert await on(two, "namur") == {}


async def test_money_taken_back_from_the_other_account_is_owed_no_more(two: World) -> None:
    kept = await two.invoice()
    await paid(two, NAMUR.iban, "1590.00", kept.payment_reference)
    await morning(two, MARCH_3)
    entries = await two.office.partners._admin(
        "GET", "/admin/effects", params={"partner": "bank", "kind": "credit"}
    )
    await two.office.admin("bank/recalls", id=entries["effects"][-1]["subject"], reason="DUPL")
    await morning(two, MARCH_4)
    await morning(two, MARCH_5)
    assert await owed(two) == []
    assert (await two.ledger.balances(two.office.job_id)).of(Account.RECEIVABLE) == D("1590.00")
    assert await on(two, "namur") == {}


async def match(here: World, iban: str, kind: str, subject: str, amount: str) -> None:
    """A person says what the one open movement of an account is."""
    open_ = await Statements(here.office.database).entries("unknown", "partly")
    (movement,) = [one.movement for one in open_ if one.iban == iban]
    part = PartWish(kind=kind, subject_id=subject, amount_eur=D(amount))  # type: ignore[arg-type]
    said = MatchDecision([part], "p-fay", "seen with the client", f"op-{movement}-{kind}", here.office.clock.now())
    await HandMatches(here.office.database).match(movement, said)


async def test_what_a_person_recognises_on_another_account_is_owed_between_too(two: World) -> None:
    await two.invoice()
    await paid(two, NAMUR.iban, "1590.00", None, "for the party")
    await morning(two, MARCH_3)
    assert (await on(two, "namur")) == {Account.BANK: D("1590.00"), Account.SUSPENSE: D("-1590.00")}
    await match(two, NAMUR.iban, "invoice", "I-invoice", "1590.00")
    assert (await on(two, "namur")) == {Account.BANK: D("1590.00"), Account.BETWEEN: D("-1590.00")}
    assert (await on(two, "liege")).get(Account.SUSPENSE) is None
    assert await owed(two) == [OwedBetween("namur", "liege", D("1590.00"))]


async def test_paid_over_by_a_transfer_between_the_two_accounts_nothing_is_owed_any_more(two: World) -> None:
    kept = await two.invoice()
    await paid(two, NAMUR.iban, "1590.00", kept.payment_reference)
    await morning(two, MARCH_3)
    await paid(two, LIEGE.iban, "1590.00", None, "our own transfer")
    await morning(two, MARCH_4)
    with pytest.raises(NoSuchSubject):
        await match(two, LIEGE.iban, "between", "liege", "1590.00")
    await match(two, LIEGE.iban, "between", "namur", "1590.00")
    assert (await on(two, "liege")).get(Account.BETWEEN) is None
    assert (await on(two, "liege"))[Account.BANK] == D("1590.00")
    assert (await on(two, "namur"))[Account.BETWEEN] == D("-1590.00")
