"""Money a client paid above what is owed: refunded by a batch two people approve, kept, or moved."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain.bank import Nudge
from domain.client_credit import CreditWish, LessIsOwedBack, NoAccountToRefund
from domain.ledger import Account
from storage.money.client_credits import ClientCredits, CreditChoice
from tests.services import test_bank
from tests.services.test_bank import World
from tests.services.test_bank_returns import camt, line, paid

world = test_bank.world
PAYER = "BE62510007547061"
BY_PAYER = (
    "<RltdPties><Dbtr><Pty><Nm>Société Générale d’Été</Nm></Pty></Dbtr>"
    f"<DbtrAcct><Id><IBAN>{PAYER}</IBAN></Id></DbtrAcct></RltdPties>"
)


def said(wish: CreditWish, operation: str = "op-1") -> CreditChoice:
    return CreditChoice(wish, "p-fay", "the client paid twice", operation, datetime(2026, 3, 4, 9, tzinfo=UTC))


async def overpaid(world: World, amount: str = "3000.00") -> ClientCredits:
    """3,000.00 on an invoice of 2,420.00."""
    kept = await world.invoice("invoice", "2000.00", "420.00")
    money = f"{BY_PAYER}<RmtInf><Ustrd>{kept.payment_reference}</Ustrd></RmtInf>"
    await world.desk.import_file(camt(line(amount, money)))
    return ClientCredits(world.office.database)


async def test_what_was_paid_too_much_goes_back_through_a_batch_two_people_approve(world: World) -> None:
    credits = await overpaid(world)
    (owed,) = await credits.open()
    assert (owed.owed_eur, owed.payee_name, owed.payee_iban) == (Decimal("580.00"), "Société Générale d’Été", PAYER)
    wish = CreditWish(kind="refund", amount_eur=Decimal("580.00"))
    await credits.decide(owed.job_id, said(wish))
    await credits.decide(owed.job_id, said(wish))  # the same decision again is one refund
    (owed,) = await credits.open()
    assert (owed.owed_eur, owed.under_way_eur) == (Decimal("0.00"), Decimal("580.00"))
    with pytest.raises(LessIsOwedBack):
        await credits.decide(owed.job_id, said(wish, "op-2"))

    (batch_id,) = (await world.desk.make_batches(date(2026, 3, 4))).batch_ids
    assert (await world.desk.send_approved()).problems == ()
    assert (await world.payments.batch(batch_id)).state == "made"
    for who in ("p-fay", "p-gus"):
        await world.desk.approve(batch_id, who)
    file = (await world.desk.export(batch_id)).decode()
    assert "<Nm>Societe Generale d&#39;Ete</Nm>" in file
    await world.desk.send_approved()
    name = file.split("<EndToEndId>")[1].split("<")[0]
    taken = await world.desk.import_file(camt(line("-580.00", paid(name)), opening="8000.00", on="2026-03-05"))
    assert Nudge(workflow_id=world.job, step="prefinancing") in taken.news.nudges
    assert await world.balance(Account.CLIENT_CREDIT) == Decimal("0.00")
    assert await world.balance(Account.BANK) == Decimal("2420.00")
    assert await credits.open() == []

    back = camt(line("580.00", paid(name), "<RvslInd>true</RvslInd>"), opening="7420.00", on="2026-03-06")
    await world.desk.import_file(back)
    (again,) = await credits.open()
    assert (again.owed_eur, await world.balance(Account.BANK)) == (Decimal("580.00"), Decimal("3000.00"))
    other = CreditWish(kind="refund", amount_eur=Decimal("580.00"), payee_name="Ana", iban="BE71 0961 2345 6769")
    await credits.decide(again.job_id, said(other, "op-3"))
    (made,) = (await world.desk.make_batches(date(2026, 3, 6))).batch_ids
    for who in ("p-fay", "p-gus"):
        await world.desk.approve(made, who)
    assert "BE71096123456769" in (await world.desk.export(made)).decode()


async def test_who_pays_twice_gets_the_whole_second_payment_back(world: World) -> None:
    kept = await world.invoice("invoice", "2000.00", "420.00")
    money = f"{BY_PAYER}<RmtInf><Ustrd>{kept.payment_reference}</Ustrd></RmtInf>"
    await world.desk.import_file(camt(line("2420.00", money), line("2420.00", money)))
    (owed,) = await ClientCredits(world.office.database).open()
    assert owed.owed_eur == Decimal("2420.00")


async def test_what_goes_back_to_the_client_pays_no_interest_and_costs_beside(world: World) -> None:
    credits = await overpaid(world)
    assert await world.statements.received_above("I-invoice") == Decimal("580.00")
    await credits.decide(world.office.job_id, said(CreditWish(kind="refund", amount_eur=Decimal("530.00"))))
    assert await world.statements.received_above("I-invoice") == Decimal("50.00")


async def test_a_payment_is_recalled_whole_although_what_was_too_much_goes_back_already(world: World) -> None:
    kept = await world.invoice("invoice", "2000.00", "420.00")
    named = f"<Refs><EndToEndId>CLIENT-79</EndToEndId></Refs>{BY_PAYER}"
    money = f"{named}<RmtInf><Ustrd>{kept.payment_reference}</Ustrd></RmtInf>"
    await world.desk.import_file(camt(line("3000.00", money)))
    wish = CreditWish(kind="refund", amount_eur=Decimal("580.00"))
    await ClientCredits(world.office.database).decide(world.office.job_id, said(wish))
    back = line("-3000.00", "<Refs><EndToEndId>CLIENT-79</EndToEndId></Refs>", "<RvslInd>true</RvslInd>")
    taken = await world.desk.import_file(camt(back, opening="8000.00", on="2026-03-05"))
    assert taken.unrecognised == 0
    assert await world.balance(Account.RECEIVABLE) == Decimal("2420.00")


async def test_what_the_client_lets_us_keep_is_the_cooperatives(world: World) -> None:
    credits = await overpaid(world)
    nudges = await credits.decide(world.office.job_id, said(CreditWish(kind="keep", amount_eur=Decimal("580.00"))))
    assert nudges == (Nudge(workflow_id=world.job, step="prefinancing"),)
    assert await world.balance(Account.CLIENT_CREDIT) == Decimal("0.00")
    assert await world.balance(Account.COMMUNITY) == Decimal("-580.00")
    assert await credits.open() == []


async def test_it_may_pay_another_invoice_of_the_same_client(world: World) -> None:
    credits = await overpaid(world)
    other = await world.invoice("second", "1000.00", "60.00")
    wish = CreditWish(kind="invoice", amount_eur=Decimal("580.00"), invoice=other.number)
    nudges = await credits.decide(world.office.job_id, said(wish))
    assert Nudge(workflow_id="collection-I-second") in nudges
    assert [one.amount_eur for one in await world.statements.received("I-second")] == [Decimal("580.00")]
    assert await world.statements.received_above("I-invoice") == Decimal("0.00")
    assert await world.balance(Account.CLIENT_CREDIT) == Decimal("0.00")
    assert await world.balance(Account.RECEIVABLE) == Decimal("480.00")
    assert await world.balance(Account.BANK) == Decimal("3000.00")


async def test_a_refund_without_a_sound_account_is_refused_and_nothing_changes(world: World) -> None:
    credits = await overpaid(world)
    wish = CreditWish(kind="refund", amount_eur=Decimal("580.00"), payee_name="Ana", iban="BE71096123456760")
    with pytest.raises(NoAccountToRefund):
        await credits.decide(world.office.job_id, said(wish))
    (owed,) = await credits.open()
    assert (owed.owed_eur, owed.under_way_eur) == (Decimal("580.00"), Decimal("0.00"))
