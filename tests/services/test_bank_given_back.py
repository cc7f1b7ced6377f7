"""Several movements told as one, debits too many, recalls before their credit, and money that goes back in part."""

from decimal import Decimal as D

import pytest

from domain.bank import Nudge
from domain.ledger import Account
from domain.matching import MoreThanCameIn, NotToBeMatched, PartWish, PaymentDoesNotFit
from storage.money.matching import HandMatches, MatchDecision
from tests.services import test_bank
from tests.services.test_bank import World
from tests.services.test_bank_returns import camt, line, paid

world = test_bank.world
AC04 = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
REVERSAL = "<RvslInd>true</RvslInd>"


def together(amount: str, *details: str) -> str:
    """One entry with several details."""
    sign = "DBIT" if D(amount) < 0 else "CRDT"
    told = "".join(f"<TxDtls>{one}</TxDtls>" for one in details)
    return (
        f'<Ntry><Amt Ccy="EUR">{abs(D(amount))}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>@day@</Dt></BookgDt><NtryDtls>{told}</NtryDtls></Ntry>"
    )


def ordered(amount: str, currency: str = "EUR") -> str:
    return f'<AmtDtls><InstdAmt><Amt Ccy="{currency}">{amount}</Amt></InstdAmt></AmtDtls>'


def said(text: str) -> str:
    return f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf>"


async def by_hand(world: World, amount: str, *parts: tuple[str, str, str]) -> None:
    """Finance says what the movement of this amount is."""
    (movement,) = [one.movement for one in await world.statements.entries() if one.amount_eur == D(amount)]
    wishes = [PartWish(kind=kind, subject_id=about, amount_eur=D(part)) for kind, about, part in parts]  # type: ignore[arg-type]
    what = MatchDecision(wishes, "p-fay", "seen at the bank", f"op-{amount}", world.office.clock.at)
    await HandMatches(world.office.database).match(movement, what)


async def test_two_wages_that_came_back_in_one_entry_without_amounts_are_both_owed_again(world: World) -> None:
    ana, bob = await world.pay("ana", "740.11"), await world.pay("bob", "612.40", person_id="p-bob")
    batch = await world.sent()
    whole = line("-1352.51", "", f"<AddtlNtryInf>LOT {batch}</AddtlNtryInf>")
    file = camt(whole, together("1352.51", paid(ana) + AC04, paid(bob) + AC04))
    taken = await world.desk.import_file(file)

    assert [(await world.payments.state(one)).state for one in (ana, bob)] == ["returned", "returned"]
    assert taken.unrecognised == 0
    assert {Nudge(workflow_id=world.job, step=f"wages:{who}") for who in ("ana", "bob")} <= set(taken.news.nudges)
    assert await world.balance(Account.BANK) == D("0.00")
    assert (await world.desk.import_file(file)).known == 1


async def test_names_whose_amounts_do_not_add_up_stay_one_movement_that_says_them(world: World) -> None:
    ana, bob = await world.pay("ana", "740.11"), await world.pay("bob", "612.40", person_id="p-bob")
    await world.sent()
    taken = await world.desk.import_file(camt(together("1350.00", paid(ana) + AC04, paid(bob) + AC04)))

    (movement,) = await world.statements.entries("unknown")
    assert taken.unrecognised == 1
    assert ana in movement.text
    assert bob in movement.text


@pytest.mark.parametrize("told", [True, False])
async def test_two_clients_in_one_entry_are_told_apart(world: World, told: bool) -> None:
    one, other = await world.invoice(), await world.invoice("second", "100.00", "6.00")
    amounts = (ordered("1590.00"), ordered("106.00")) if told else ("", "")
    parts = [a + said(kept.payment_reference) for a, kept in zip(amounts, (one, other), strict=True)]
    taken = await world.desk.import_file(camt(together("1696.00", *parts)))

    assert taken.unrecognised == 0
    assert await world.balance(Account.RECEIVABLE) == D("0.00")


async def test_an_amount_ordered_in_dollars_tells_no_share(world: World) -> None:
    kept = await world.invoice()
    parts = ordered("1590.00", "USD") + said(kept.payment_reference), ordered("106.00", "USD") + said("rent")
    taken = await world.desk.import_file(camt(together("1696.00", *parts)))

    assert taken.unrecognised == 1
    (movement,) = await world.statements.entries("unknown")
    assert kept.payment_reference in movement.text
    assert await world.balance(Account.RECEIVABLE) == D("1590.00")


async def test_a_debit_too_many_that_is_reversed_leaves_the_wage_paid(world: World) -> None:
    ana = await world.pay("ana", "740.11")
    await world.sent()
    await world.desk.import_file(camt(line("-740.11", paid(ana)), line("-740.11", paid(ana))))
    assert len(await world.statements.entries("partly")) == 1
    await world.desk.import_file(camt(line("740.11", paid(ana), REVERSAL), opening="3519.78", on="2026-03-05"))

    assert (await world.payments.state(ana)).state == "booked"
    assert await world.statements.entries("partly", "unknown") == []
    assert await world.balance(Account.BANK) == D("-740.11")
    assert (await world.ledger.balances("-")).of(Account.SUSPENSE) == D("0.00")
    (second, *_) = [one for one in await world.statements.entries() if one.kind == "taken_back"]
    decision = MatchDecision(
        [PartWish(kind="costs", amount_eur=D("740.11"))], "p-fay", "costs", "op-1", world.office.clock.at
    )
    with pytest.raises(NotToBeMatched):
        await HandMatches(world.office.database).match(second.movement, decision)
    back = camt(line("740.11", paid(ana) + AC04), opening="4259.89", on="2026-03-06")
    await world.desk.import_file(back)
    assert (await world.payments.state(ana)).state == "returned"


@pytest.mark.parametrize("same_statement", [True, False])
async def test_a_recall_listed_before_its_credit_leaves_the_invoice_owed(
    world: World, same_statement: bool
) -> None:
    kept = await world.invoice()
    name = "<Refs><EndToEndId>C-1</EndToEndId></Refs>"
    back, money = line("-1590.00", name, REVERSAL), line("1590.00", name + said(kept.payment_reference))
    if same_statement:
        await world.desk.import_file(camt(back, money))
    else:
        await world.desk.import_file(camt(back))
        await world.desk.import_file(camt(money, opening="3410.00", on="2026-03-05"))

    assert await world.statements.entries("partly", "unknown") == []
    assert await world.statements.received("I-invoice") == []
    assert await world.balance(Account.RECEIVABLE) == D("1590.00")
    assert (await world.ledger.balances("-")).of(Account.SUSPENSE) == D("0.00")
    again = line("1590.00", said(kept.payment_reference))
    await world.desk.import_file(camt(again, opening="5000.00", on="2026-03-06"))
    assert await world.balance(Account.RECEIVABLE) == D("0.00")


async def test_a_part_that_is_recalled_is_owed_again(world: World) -> None:
    kept = await world.invoice()
    name = "<Refs><EndToEndId>C-1</EndToEndId></Refs>"
    await world.desk.import_file(camt(line("1590.00", name + said(kept.payment_reference))))
    taken = await world.desk.import_file(camt(line("-500.00", name, REVERSAL), opening="6590.00", on="2026-03-05"))

    assert taken.unrecognised == 0
    assert await world.balance(Account.RECEIVABLE) == D("500.00")
    assert sum(one.amount_eur for one in await world.statements.received("I-invoice")) == D("1090.00")
    more = await world.desk.import_file(camt(line("-1200.00", name, REVERSAL), opening="6090.00", on="2026-03-06"))
    assert more.unrecognised == 1  # only 1,090.00 of it are there
    assert await world.balance(Account.RECEIVABLE) == D("500.00")


async def test_finance_says_which_invoice_money_that_went_back_was_for(world: World) -> None:
    kept = await world.invoice()
    await world.desk.import_file(camt(line("1590.00", said(kept.payment_reference))))
    await world.desk.import_file(camt(line("-500.00", said("terug")), opening="6590.00", on="2026-03-05"))
    await world.desk.import_file(camt(line("-1600.00", said("terug")), opening="6090.00", on="2026-03-06"))
    with pytest.raises(MoreThanCameIn, match=r"1590\.00 EUR came in"):
        await by_hand(world, "-1600.00", ("invoice", "I-invoice", "1600.00"))
    await by_hand(world, "-500.00", ("invoice", "I-invoice", "500.00"))

    assert await world.balance(Account.RECEIVABLE) == D("500.00")
    assert sum(one.amount_eur for one in await world.statements.received("I-invoice")) == D("1090.00")
    again = line("500.00", said(kept.payment_reference))
    await world.desk.import_file(camt(again, opening="4490.00", on="2026-03-09"))
    assert await world.balance(Account.RECEIVABLE) == D("0.00")


async def test_a_wage_that_comes_back_less_the_banks_charges_is_owed_whole(world: World) -> None:
    ana = await world.pay("ana", "740.11")
    await world.sent()
    back = line("735.11", paid(ana) + AC04)
    await world.desk.import_file(camt(line("-740.11", paid(ana)), back))
    assert (await world.payments.state(ana)).state == "booked"
    await by_hand(world, "735.11", ("payment", ana, "735.11"))

    assert (await world.payments.state(ana)).state == "returned"
    assert await world.balance(Account.WAGES_DUE) == D("0.00")
    assert await world.balance(Account.COMMUNITY) == D("5.00")  # the bank's charges
    apart = (await world.ledger.balances("-")).of(Account.SUSPENSE)
    assert apart + await world.balance(Account.SUSPENSE) == D("0.00")


async def test_what_is_far_less_than_a_wage_is_not_its_return(world: World) -> None:
    ana = await world.pay("ana", "740.11")
    await world.sent()
    await world.desk.import_file(camt(line("-740.11", paid(ana)), line("300.00", paid(ana) + AC04)))
    with pytest.raises(PaymentDoesNotFit):
        await by_hand(world, "300.00", ("payment", ana, "300.00"))
