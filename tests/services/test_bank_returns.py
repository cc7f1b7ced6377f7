"""Money that comes back, in whatever form a bank tells it and in whatever order; and references however written."""

from datetime import date
from decimal import Decimal

import pytest

from domain.bank import Nudge
from domain.ledger import Account
from domain.remittance import payment_references_in
from domain.statements import StatementChanged
from storage.money.bank_problems import BankProblems
from tests.services import test_bank
from tests.services.office import LIEGE
from tests.services.test_bank import World

world = test_bank.world
CENTS = Decimal("0.01")


def line(amount: str, details: str = "", more: str = "") -> str:
    """One booked movement of a statement; below zero it went out."""
    signed = Decimal(amount)
    sign = "DBIT" if signed < 0 else "CRDT"
    return (
        f'<Ntry><Amt Ccy="EUR">{abs(signed)}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{more}<Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>@day@</Dt></BookgDt><NtryDtls><TxDtls>{details}</TxDtls></NtryDtls></Ntry>"
    )


def camt(*lines: str, opening: str = "5000.00", on: str = "2026-03-04", name: str | None = None) -> bytes:
    """A statement of the Liège account whose balances agree with its lines."""
    moved = sum((_amount(one) for one in lines), Decimal(0))
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>'
        for code, amount in (("OPBD", opening), ("CLBD", Decimal(opening) + moved))
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<Stmt><Id>{name or on}</Id><Acct><Id><IBAN>{LIEGE.iban}</IBAN></Id></Acct>"
        f"{balances}{''.join(lines).replace('@day@', on)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _amount(one: str) -> Decimal:
    signed = Decimal(one.split('"EUR">')[1].split("<")[0])
    return -signed if "DBIT" in one else signed


def paid(end_to_end: str) -> str:
    return f"<Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>"


FORMS = {
    "by reason code": (paid, "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>", ""),
    "by proprietary reason": (paid, "<RtrInf><Rsn><Prtry>KONTO-WEG</Prtry></Rsn></RtrInf>", ""),
    "by reversal mark": (paid, "", "<RvslInd>true</RvslInd>"),
    "by family code": (
        paid,
        "",
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly></Domn></BkTxCd>",
    ),
    "by proprietary code": (paid, "", "<BkTxCd><Prtry><Cd>0154 RETOUR</Cd></Prtry></BkTxCd>"),
    "by its name alone": (paid, "", ""),
    "in the text of the entry": (lambda _: "", "", "<AddtlNtryInf>RETOUR OVERSCHRIJVING NAME</AddtlNtryInf>"),
    "in the remittance": (lambda name: f"<RmtInf><Ustrd>ref {name} compte clos</Ustrd></RmtInf>", "", ""),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("order", ["debit first", "return first", "return the day before"])
async def test_a_wage_that_came_back_is_owed_again(world: World, form: str, order: str) -> None:
    payment_id = await world.pay("ana", "740.11")
    await world.sent()
    naming, inside, beside = FORMS[form]
    debit = line("-740.11", paid(payment_id))
    back = line("740.11", naming(payment_id) + inside, beside.replace("NAME", payment_id))
    if order == "return the day before":
        await world.desk.import_file(camt(back))
        taken = await world.desk.import_file(camt(debit, opening="5740.11", on="2026-03-05"))
    else:
        taken = await world.desk.import_file(camt(*((debit, back) if order == "debit first" else (back, debit))))
    state = await world.payments.state(payment_id)
    assert state.state == "returned"
    assert taken.unrecognised == 0
    assert Nudge(workflow_id=world.job, step="wages:ana") in taken.news.nudges
    assert await world.balance(Account.BANK) == Decimal("0.00")
    assert await world.balance(Account.WAGES_DUE) == Decimal("0.00")
    assert await world.payments.order(**_again(world, "740.11")) != payment_id


def _again(world: World, amount: str) -> dict[str, object]:
    key = f"{world.office.job_id}/wages/ana/1"
    return {
        "order_key": key, "job_id": world.office.job_id, "kind": "wage", "entity": "liege", "person_id": "p-ana",
        "amount_eur": Decimal(amount), "pay_on": date(2026, 3, 6), "end_to_end": "E", "remittance": "wages",
        "account": "another",
    }  # fmt: skip


async def test_a_batch_booked_as_one_whose_wage_came_back_before_is_booked_whole(world: World) -> None:
    first = await world.pay("ana", "740.11")
    await world.pay("bob", "612.40", person_id="p-bob")
    batch_id = await world.sent()
    back = line("740.11", paid(first), "<RvslInd>true</RvslInd>")
    whole = line("-1352.51", "", f"<AddtlNtryInf>LOT {batch_id}</AddtlNtryInf>")
    taken = await world.desk.import_file(camt(back, whole))
    assert taken.unrecognised == 0
    assert (await world.payments.state(first)).state == "returned"
    assert await world.balance(Account.BANK) == Decimal("-612.40")
    assert (await world.payments.batch(batch_id)).state == "booked"


@pytest.mark.parametrize(
    "details",
    [
        "<RmtInf><Ustrd>OURS</Ustrd></RmtInf>",
        "<RmtInf><Ustrd>uw ref 2026/0044 - OURS</Ustrd></RmtInf>",
        "<RmtInf><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd><Ustrd>OURS</Ustrd></RmtInf>",
        "<RmtInf><Strd><CdtrRefInf><Ref>010806817183</Ref></CdtrRefInf></Strd></RmtInf><AddtlTxInf>OURS</AddtlTxInf>",
        "<RmtInf><Ustrd>010/8068/17183</Ustrd><Ustrd>OURS</Ustrd></RmtInf>",
    ],
)
@pytest.mark.parametrize(
    "written", ["{0} {1} {2}", "{0}.{1}.{2}", "+++{0}/{1}/{2}+++", "{0}/{1}/\n{2}", "{0}{1}{2}"]
)
async def test_our_reference_is_found_wherever_and_however_it_is_written(
    world: World, details: str, written: str
) -> None:
    kept = await world.invoice()
    ours = kept.payment_reference
    text = written.format(ours[:3], ours[3:7], ours[7:])
    taken = await world.desk.import_file(camt(line("1590.00", details.replace("OURS", text))))
    assert taken.unrecognised == 0
    assert await world.balance(Account.RECEIVABLE) == Decimal("0.00")


async def test_a_reference_split_over_two_lines_is_one(world: World) -> None:
    kept = await world.invoice()
    ours = kept.payment_reference
    lines = f"<Ustrd>facture mars {ours[:9]}</Ustrd><Ustrd>{ours[9:]} merci</Ustrd>"
    taken = await world.desk.import_file(camt(line("1590.00", f"<RmtInf>{lines}</RmtInf>")))
    assert taken.unrecognised == 0


async def test_two_invoices_named_in_one_transfer_are_a_persons_choice(world: World) -> None:
    one, other = await world.invoice(), await world.invoice("second", "100.00", "6.00")
    both = f"<RmtInf><Ustrd>{one.payment_reference} {other.payment_reference}</Ustrd></RmtInf>"
    taken = await world.desk.import_file(camt(line("1696.00", both)))
    assert taken.unrecognised == 1
    assert await world.balance(Account.RECEIVABLE) == Decimal("1696.00")
    await world.desk.import_file(
        camt(line("106.00", f"<RmtInf><Ustrd>{other.payment_reference}</Ustrd></RmtInf>"), opening="6696.00",
             on="2026-03-05")
    )  # fmt: skip
    again = await world.desk.import_file(camt(line("1590.00", both), opening="6802.00", on="2026-03-06"))
    assert again.unrecognised == 0  # only one of the two is still open
    assert await world.balance(Account.RECEIVABLE) == Decimal("0.00")


async def test_a_recalled_payment_opens_its_invoice_again(world: World) -> None:
    kept = await world.invoice()
    money = (
        f"<Refs><EndToEndId>CLIENT-77</EndToEndId></Refs><RmtInf><Ustrd>{kept.payment_reference}</Ustrd></RmtInf>"
    )
    await world.desk.import_file(camt(line("1590.00", money)))
    assert await world.balance(Account.FEES) == Decimal("-97.50")
    back = line("-1590.00", "<Refs><EndToEndId>CLIENT-77</EndToEndId></Refs>", "<RvslInd>true</RvslInd>")
    taken = await world.desk.import_file(camt(back, opening="6590.00", on="2026-03-05"))
    assert taken.unrecognised == 0
    assert taken.news.nudges == (Nudge(workflow_id="collection-I-invoice"),) * len(taken.news.nudges)
    told = {account: await world.balance(account) for account in Account}
    assert {account.value: amount for account, amount in told.items() if amount} == {
        "receivable": Decimal("1590.00"),
        "vat_to_collect": Decimal("-90.00"),
        "fee_to_collect": Decimal("-97.50"),
        "result": Decimal("-1402.50"),
    }
    assert sum(one.amount_eur for one in await world.statements.received("I-invoice")) == Decimal("0.00")


async def test_of_a_recalled_overpayment_what_was_too_much_goes_first(world: World) -> None:
    kept = await world.invoice()
    money = (
        f"<Refs><EndToEndId>CLIENT-78</EndToEndId></Refs><RmtInf><Ustrd>{kept.payment_reference}</Ustrd></RmtInf>"
    )
    await world.desk.import_file(camt(line("2000.00", money)))
    assert await world.balance(Account.CLIENT_CREDIT) == Decimal("-410.00")
    back = line("-2000.00", "<Refs><EndToEndId>CLIENT-78</EndToEndId></Refs>", "<RvslInd>true</RvslInd>")
    await world.desk.import_file(camt(back, opening="7000.00", on="2026-03-05"))
    assert await world.balance(Account.CLIENT_CREDIT) == Decimal("0.00")
    assert await world.balance(Account.RECEIVABLE) == Decimal("1590.00")
    assert await world.statements.received_above("I-invoice") == Decimal("0.00")


async def test_a_statement_under_a_new_name_is_the_same_and_a_changed_one_is_refused_aloud(world: World) -> None:
    kept = await world.invoice()
    money = f"<RmtInf><Ustrd>{kept.payment_reference}</Ustrd></RmtInf>"
    in_and_out = line("1590.00", money), line("-1590.00", "<RmtInf><Ustrd>loyer</Ustrd></RmtInf>")
    await world.desk.import_file(camt(*in_and_out))
    again = await world.desk.import_file(camt(*in_and_out, name="sent-again"))
    assert (again.statements, again.known) == (0, 1)
    assert await world.balance(Account.BANK) == Decimal("1590.00")
    with pytest.raises(StatementChanged, match="2026-03-04"):
        await world.desk.import_file(camt(line("1590.00", money)))
    changed = line("-1590.00", "<RmtInf><Ustrd>autre chose</Ustrd></RmtInf>")
    with pytest.raises(StatementChanged):
        await world.desk.import_file(camt(in_and_out[0], changed))
    assert await BankProblems(world.office.database).open() == []  # whoever brought it was told


async def test_statements_of_one_day_are_put_in_their_order(world: World) -> None:
    first, second = camt(line("5.00"), name="B"), camt(line("7.00"), opening="5005.00", name="A")
    inner = first[first.index(b"<Stmt>") : first.index(b"</BkToCstmrStmt>")]
    taken = await world.desk.import_file(second.replace(b"</BkToCstmrStmt>", inner + b"</BkToCstmrStmt>"))
    assert (taken.statements, taken.refused) == (2, 0)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("REF 123456 090/9337/55493",), ("090933755493",)),
        (("090/9337/5", "5493 merci"), ("090933755493",)),
        (("010806817183 090.9337.55493",), ("010806817183", "090933755493")),
        (("facture20260012090933755493",), ("090933755493",)),
        (("RF18 5390 07", "54 7034"), ("RF18539007547034", "539007547034")),
        (("rf18.5390.0754.7034/2026",), ("RF18539007547034", "539007547034")),
        (("090/9337/55494", "tel 0470 12 34 56"), ()),
    ],
)
def test_every_valid_reference_in_a_text_is_a_candidate(texts: tuple[str, ...], found: tuple[str, ...]) -> None:
    assert payment_references_in(*texts) == found
