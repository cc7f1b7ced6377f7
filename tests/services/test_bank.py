"""Money out with four eyes, money in by its reference, and both in the books once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from lxml import etree

from activities.bank import BankDesk
from domain import entries
from domain.bank import BatchIsApproved, BatchNotApproved, Nudge, SecondPersonNeeded
from domain.ledger import Account
from domain.orders import short_reference
from domain.services.invoicing import InvoiceDraft, KeptInvoice
from domain.statements import AccountNotOurs, BankFileUnreadable
from partners import bank_files
from partners.bank import Bank
from storage.money.bank_effects import BankMoves
from storage.money.bank_problems import BankProblems
from storage.money.ledger import LedgerStore
from storage.money.payee_checks import PayeeChecks
from storage.money.payments import Payments
from storage.money.statements import Statements
from storage.services.invoicing import Invoices
from tests.databases import sqlite_database
from tests.services.conftest import Partners, TestClock
from tests.services.office import ANA, LIEGE, Office, open_office
from workers.morning import morning_round

MONDAY = date(2026, 3, 2)
WEDNESDAY = date(2026, 3, 4)
THURSDAY = date(2026, 3, 5)
FRIDAY = date(2026, 3, 6)
Kind = Literal["wage", "expense", "refund", "supplier"]


@dataclass
class World:
    """The desk, its office and the books."""

    office: Office
    desk: BankDesk
    payments: Payments
    statements: Statements
    invoices: Invoices
    ledger: LedgerStore

    @property
    def job(self) -> str:
        return f"job-{self.office.job_id}"

    async def pay(self, item: str, amount: str, kind: Kind = "wage", person_id: str = "p-ana", **more: str) -> str:
        service = {"wage": "wages", "expense": "expenses"}.get(kind, kind)
        key = f"{self.office.job_id}/{service}/{item}/1"
        return await self.payments.order(
            order_key=key,
            job_id=self.office.job_id,
            kind=kind,
            entity="liege",
            person_id=person_id,
            amount_eur=Decimal(amount),
            pay_on=WEDNESDAY,
            end_to_end=short_reference(key),
            remittance=f"{self.office.job_id} {service}:{item}",
            **more,
        )

    async def sent(self) -> str:
        """The one batch of today, approved by two people and at the bank."""
        (batch_id,) = (await self.desk.make_batches(MONDAY)).batch_ids
        await self.desk.approve(batch_id, "p-fay")
        await self.desk.approve(batch_id, "p-gus")
        await self.desk.send_approved()
        return batch_id

    async def invoice(self, item: str = "invoice", net: str = "1500.00", vat: str = "90.00") -> KeptInvoice:
        """An invoice of 1,590.00 with its entry: fee of 97.50 in it."""
        total = Decimal(net) + Decimal(vat)
        kept = await self.invoices.issue(
            InvoiceDraft(
                order_key=f"{self.office.job_id}/invoicing/{item}/1",
                invoice_id=f"I-{item}",
                job_id=self.office.job_id,
                entity="liege",
                prefix="AL",
                kind="invoice",
                client_id=self.office.client.client_id,
                client_version=1,
                issued_on=MONDAY,
                due_on=date(2026, 4, 1),
                net_eur=Decimal(net),
                vat_eur=Decimal(vat),
                total_eur=total,
                payable_eur=total,
            )
        )
        facts = (self.office.job_id, MONDAY, Decimal(net), Decimal(vat), Decimal("97.50"))
        await self.ledger.post(entries.invoice(f"{kept.order_key}:issue", *facts))
        return kept

    async def credit(self, amount: str, reference: str) -> None:
        """Somebody pays onto the entity's account today."""
        body = {"iban": LIEGE.iban, "amount_eur": amount, "structured_communication": reference}
        await self.office.admin("bank/credits", **body)

    async def morning_of(self, day: date) -> date:
        """Go to this morning; the bank has closed the days before."""
        self.office.clock.at += timedelta(days=(day - self.office.clock.at.date()).days)
        await self.office.admin("tick", now=self.office.clock.at.isoformat())
        return day

    async def balance(self, account: Account) -> Decimal:
        return (await self.ledger.balances(self.office.job_id)).of(account)


@pytest.fixture
async def world(tmp_path: Path, partners: Partners, clock: TestClock) -> AsyncIterator[World]:
    async with open_office(sqlite_database(tmp_path), partners, clock) as office:
        payments, statements = Payments(office.database, clock), Statements(office.database)
        ledger = LedgerStore(office.database)
        desk = BankDesk(
            entities=office.entities,
            people=office.people,
            payments=payments,
            statements=statements,
            moves=BankMoves(office.database),
            problems=BankProblems(office.database),
            checks=PayeeChecks(office.database),
            ledger=ledger,
            bank=Bank(partners.http("bank")),
            files=bank_files,
            printer=office.press,
            clock=clock,
        )
        await office.admin("tick", now=clock.at.isoformat())
        yield World(office, desk, payments, statements, Invoices(office.database), ledger)


async def test_what_is_due_becomes_one_file_per_entity_and_wages_stay_among_themselves(world: World) -> None:
    await world.pay("ana", "740.11")
    await world.pay("bob", "612.40", person_id="p-bob")
    await world.pay("ana", "38.27", "expense")
    made = await world.desk.make_batches(MONDAY)
    cards = {card.count: card for card in await world.desk.batches()}
    assert (cards[2].total_eur, cards[1].total_eur) == (Decimal("1352.51"), Decimal("38.27"))
    assert {card.execute_on for card in cards.values()} == {WEDNESDAY}
    assert set(made.batch_ids) == {card.batch_id for card in cards.values()}
    assert (await world.desk.make_batches(MONDAY)).batch_ids == ()


async def test_a_promise_on_a_sunday_is_booked_on_the_friday_before(world: World) -> None:
    key = f"{world.office.job_id}/wages/ana/1"
    await world.payments.order(
        order_key=key,
        job_id=world.office.job_id,
        kind="wage",
        entity="liege",
        person_id="p-ana",
        amount_eur=Decimal("100.00"),
        pay_on=date(2026, 3, 8),
        end_to_end=short_reference(key),
        remittance="wages",
    )
    assert (await world.desk.make_batches(WEDNESDAY)).batch_ids == ()
    await world.desk.make_batches(THURSDAY)
    (card,) = await world.desk.batches("made")
    assert card.execute_on == FRIDAY


async def test_a_payment_without_a_usable_account_goes_back_to_its_step(world: World) -> None:
    await world.office.people.save(ANA.model_copy(update={"iban": None}), world.office.clock.now())
    await world.pay("ana", "740.11")
    paid = await world.pay("bob", "612.40", person_id="p-bob")
    lost = await world.pay("cyd", "10.00", person_id="p-unknown")
    made = await world.desk.make_batches(MONDAY)
    assert len(made.batch_ids) == 1
    assert set(made.nudges) == {Nudge(workflow_id=world.job, step=f"wages:{who}") for who in ("ana", "cyd")}
    assert (await world.payments.state(paid)).state == "batched"
    assert (await world.payments.state(lost)).reason == "AC01"


async def test_money_leaves_only_when_two_different_people_have_said_yes(world: World) -> None:
    await world.pay("ana", "740.11")
    (batch_id,) = (await world.desk.make_batches(MONDAY)).batch_ids
    assert (await world.desk.approve(batch_id, "p-fay")).state == "made"
    with pytest.raises(SecondPersonNeeded):
        await world.desk.approve(batch_id, "p-fay")
    with pytest.raises(BatchNotApproved):
        await world.desk.export(batch_id)
    await world.desk.send_approved()
    assert await world.office.partners.effects("bank") == []
    card = await world.desk.approve(batch_id, "p-gus")
    assert (card.state, card.approved_by) == ("approved", ("p-fay", "p-gus"))
    with pytest.raises(BatchIsApproved):
        await world.desk.approve(batch_id, "p-hal")
    assert await world.desk.export(batch_id) == await world.desk.export(batch_id)


async def test_the_file_says_who_is_paid_how_much_and_for_what(world: World) -> None:
    payment_id = await world.pay("ana", "740.11")
    batch_id = await world.sent()
    names = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
    file = etree.fromstring(await world.desk.export(batch_id))
    found = {
        tag: file.findtext(f".//p:{tag}", namespaces=names)
        for tag in ("MsgId", "PmtInfId", "EndToEndId", "InstdAmt", "CtrlSum", "Ustrd")
    }
    assert found == {
        "MsgId": batch_id,
        "PmtInfId": batch_id,
        "EndToEndId": payment_id,
        "InstdAmt": "740.11",
        "CtrlSum": "740.11",
        "Ustrd": f"{world.office.job_id} wages:ana",
    }
    assert file.findtext(".//p:CdtrAcct/p:Id/p:IBAN", namespaces=names) == "BE62510007547061"


async def test_a_lost_answer_of_the_bank_is_found_again_and_nothing_is_paid_twice(world: World) -> None:
    await world.pay("ana", "740.11")
    (batch_id,) = (await world.desk.make_batches(MONDAY)).batch_ids
    for who in ("p-fay", "p-gus"):
        await world.desk.approve(batch_id, who)
    await world.office.partners.fault("bank", "submit_payments", "execute_then_fail", answer="cut")
    told = await world.desk.send_approved()
    assert [(one.about, one.passing) for one in told.problems] == [(batch_id, True)]
    assert (await world.desk.send_approved()).problems == ()
    await world.desk.send_approved()
    assert (await world.payments.batch(batch_id)).state == "accepted"
    assert await world.office.partners.effects("bank") == ["payment_file"]


async def test_a_booked_wage_is_in_the_books_once_and_its_step_is_woken(world: World) -> None:
    payment_id = await world.pay("ana", "740.11")
    await world.pay("ana", "38.27", "expense")
    made = await world.desk.make_batches(MONDAY)
    for batch_id in made.batch_ids:
        for who in ("p-fay", "p-gus"):
            await world.desk.approve(batch_id, who)
    await world.desk.send_approved()
    day = await world.morning_of(THURSDAY)
    first = await world.desk.fetch_statements(day)
    steps = {Nudge(workflow_id=world.job, step=step) for step in ("wages:ana", "expenses:ana")}
    assert (set(first.nudges), first.problems) == (steps, ())
    state = await world.payments.state(payment_id)
    assert (state.state, state.booked_on) == ("booked", WEDNESDAY)
    assert await world.balance(Account.BANK) == Decimal("-778.38")
    assert (await world.desk.fetch_statements(day)).nudges == first.nudges  # nobody was told yet
    await world.desk.notify(first)
    assert (await world.desk.fetch_statements(day)).nudges == ()
    assert await world.balance(Account.WAGES_DUE) == Decimal("740.11")
    assert await world.balance(Account.EXPENSES_DUE) == Decimal("38.27")
    assert {card.state for card in await world.desk.batches()} == {"booked"}


async def test_a_returned_wage_is_owed_again_and_paid_to_the_new_account(world: World) -> None:
    payment_id = await world.pay("ana", "740.11")
    await world.office.admin("bank/returns", iban=ANA.iban, reason="AC04")
    await world.sent()
    await world.morning_of(THURSDAY)
    day = await world.morning_of(date(2026, 3, 7))
    back = await world.desk.fetch_statements(day)
    state = await world.payments.state(payment_id)
    assert (state.state, state.reason) == ("returned", "AC04")
    assert back.nudges == (Nudge(workflow_id=world.job, step="wages:ana"),)
    assert await world.balance(Account.BANK) == Decimal("0.00")
    await world.desk.notify(back)

    again = await world.pay("ana", "740.11", account="another")
    assert again != payment_id
    (batch_id,) = (await world.desk.make_batches(day)).batch_ids
    for who in ("p-fay", "p-gus"):
        await world.desk.approve(batch_id, who)
    await world.desk.send_approved()
    await world.desk.fetch_statements(await world.morning_of(date(2026, 3, 10)))
    assert (await world.payments.state(again)).state == "booked"
    assert await world.balance(Account.BANK) == Decimal("-740.11")
    keys = [entry.key.rpartition("/")[2] for entry in await world.ledger.entries(world.office.job_id)]
    assert keys == ["1:booked", "1:returned", "1:booked-2"]


async def test_a_payment_the_bank_refuses_goes_back_to_its_step_and_the_others_go_on(world: World) -> None:
    wrong = ANA.model_copy(update={"iban": "BE62510007547062"})  # its check digits do not agree
    await world.office.people.save(wrong, world.office.clock.now())
    lost = await world.pay("ana", "740.11")
    paid = await world.pay("bob", "612.40", person_id="p-bob")
    (batch_id,) = (await world.desk.make_batches(MONDAY)).batch_ids
    for who in ("p-fay", "p-gus"):
        await world.desk.approve(batch_id, who)
    told = await world.desk.send_approved()
    assert told.nudges == (Nudge(workflow_id=world.job, step="wages:ana"),)
    assert (await world.payments.state(lost)).reason == "AC01"
    assert (await world.payments.state(paid)).state == "sent"


async def test_a_clients_money_is_recognised_and_repays_vat_before_the_fee(world: World) -> None:
    kept = await world.invoice()
    await world.credit("100.00", kept.payment_reference)
    first = await world.desk.fetch_statements(await world.morning_of(date(2026, 3, 3)))
    assert first.nudges == (Nudge(workflow_id="collection-I-invoice"),)
    assert first.nudges[0].signal == "money_moved"
    assert await world.balance(Account.VAT_TO_COLLECT) == Decimal("0.00")
    assert await world.balance(Account.FEE_TO_COLLECT) == Decimal("-87.50")
    await world.credit("1500.00", kept.payment_reference)
    await world.desk.fetch_statements(await world.morning_of(WEDNESDAY))
    assert await world.balance(Account.RECEIVABLE) == Decimal("0.00")
    assert await world.balance(Account.FEE_TO_COLLECT) == Decimal("0.00")
    assert await world.balance(Account.CLIENT_CREDIT) == Decimal("-10.00")
    assert [one.amount_eur for one in await world.statements.received("I-invoice")] == [
        Decimal("100.00"),
        Decimal("1490.00"),
    ]


async def test_an_account_that_cannot_be_read_today_is_told_and_caught_up_tomorrow(world: World) -> None:
    kept = await world.invoice()
    await world.credit("1590.00", kept.payment_reference)
    await world.office.partners.stop("bank")
    down = await world.desk.fetch_statements(await world.morning_of(date(2026, 3, 3)))
    assert [(one.about, one.passing) for one in down.problems] == [("liege", True)]
    await world.office.partners.start("bank")
    caught_up = await world.desk.fetch_statements(await world.morning_of(THURSDAY))
    assert (len(caught_up.nudges), caught_up.problems) == (1, ())
    assert await world.statements.last_on([LIEGE.iban]) == {LIEGE.iban: WEDNESDAY}


def statement(*amounts: tuple[str, str], opening: str = "1000.00", iban: str = LIEGE.iban, on: str = "02") -> bytes:
    """A CAMT.053 of receipts: amount and reference."""
    closing = Decimal(opening) + sum(Decimal(amount) for amount, _ in amounts)
    booked = "".join(
        f'<Ntry><NtryRef>{n}</NtryRef><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-{on}</Dt></BookgDt><NtryDtls><TxDtls><RmtInf><Strd>"
        f"<CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for n, (amount, reference) in enumerate(amounts, start=1)
    )
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-{on}</Dt></Dt></Bal>'
        for code, amount in (("OPBD", opening), ("CLBD", closing))
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<Stmt><Id>S-{on}</Id><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>{balances}{booked}</Stmt>"
        "</BkToCstmrStmt></Document>"
    ).encode()


async def test_an_imported_statement_counts_once_and_what_nobody_knows_stays_visible(world: World) -> None:
    kept = await world.invoice()
    file = statement(("1590.00", kept.payment_reference), ("7.00", "090933755493"))
    first = await world.desk.import_file(file)
    assert (first.kind, first.statements, first.movements, first.unrecognised) == ("statement", 1, 2, 1)
    again = await world.desk.import_file(file, "statement")
    assert (again.statements, again.known, again.movements) == (0, 1, 0)
    assert again.news.nudges == first.news.nudges
    assert await world.balance(Account.RECEIVABLE) == Decimal("0.00")
    assert await world.balance(Account.BANK) == Decimal("1590.00")
    (unknown,) = await world.statements.entries("unknown")
    assert unknown.amount_eur == Decimal("7.00")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ((b"</BkToCstmrStmt></Document>", b""), BankFileUnreadable),
        ((b">1590.00<", b">1590.01<"), BankFileUnreadable),
        ((b'<Document xmlns="urn', b'<!DOCTYPE x [<!ENTITY a "b">]><Document xmlns="urn'), BankFileUnreadable),
        ((LIEGE.iban.encode(), b"BE62510007547061"), AccountNotOurs),
    ],
)
async def test_a_file_that_is_not_right_changes_nothing(
    world: World, change: tuple[bytes, bytes], refusal: type[Exception]
) -> None:
    kept = await world.invoice()
    before = await world.ledger.balances(world.office.job_id)
    with pytest.raises(refusal):
        await world.desk.import_file(statement(("1590.00", kept.payment_reference)).replace(*change))
    assert await world.statements.entries() == []
    assert await world.ledger.balances(world.office.job_id) == before


async def test_a_statement_that_is_not_right_keeps_no_other_of_its_file_out(world: World) -> None:
    one, other = statement(("7.00", "090933755493")), statement(opening="999.00", on="03")
    inner = other[other.index(b"<Stmt>") : other.index(b"</BkToCstmrStmt>")]
    taken = await world.desk.import_file(one.replace(b"</BkToCstmrStmt>", inner + b"</BkToCstmrStmt>"))
    assert (taken.statements, taken.refused, taken.known) == (1, 1, 0)
    assert await world.statements.last_on([LIEGE.iban]) == {LIEGE.iban: MONDAY}
    (listed,) = await BankProblems(world.office.database).open()
    assert listed.about == f"...{LIEGE.iban[-4:]} 2026-03-03 S-03"
    assert "starts at 999.00 EUR, but the one before it ends at 1007.00 EUR" in listed.why


def report(batch_id: str, status: str, payment: str = "") -> bytes:
    judged = f"<TxInfAndSts><OrgnlEndToEndId>{payment}</OrgnlEndToEndId><TxSts>RJCT</TxSts></TxInfAndSts>"
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><OrgnlGrpInfAndSts>'
        f"<OrgnlMsgId>{batch_id}</OrgnlMsgId><GrpSts>{status}</GrpSts></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts>{judged if payment else ''}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


async def test_a_report_tells_the_fate_of_a_file_that_went_to_the_bank_by_hand(world: World) -> None:
    payment_id = await world.pay("ana", "740.11")
    await world.pay("bob", "612.40", person_id="p-bob")
    (batch_id,) = (await world.desk.make_batches(MONDAY)).batch_ids
    with pytest.raises(BatchNotApproved):
        await world.desk.import_file(report(batch_id, "PART", payment_id))
    for who in ("p-fay", "p-gus"):
        await world.desk.approve(batch_id, who)
    told = await world.desk.import_file(report(batch_id, "PART", payment_id))
    assert (told.kind, told.rejected) == ("report", 1)
    assert told.news.nudges == (Nudge(workflow_id=world.job, step="wages:ana"),)
    assert (await world.payments.batch(batch_id)).state == "accepted"
    with pytest.raises(BankFileUnreadable, match="not ours"):
        await world.desk.import_file(report("SOMEBODY-ELSE", "ACCP"))


@dataclass
class Woken:
    """Remembers who was told to look again; can be out of reach."""

    told: list[Nudge]
    away: bool = False

    async def __call__(self, *told: Nudge) -> None:
        if self.away:
            raise ConnectionError
        self.told.extend(told)


async def test_in_a_demonstration_two_finance_people_say_yes_every_morning(world: World) -> None:
    await world.pay("ana", "740.11")
    nudger, approvers = Woken([]), ("p-fay", "p-gus", "p-hal")
    first = await morning_round(MONDAY, world.desk, nudger, approvers=approvers)
    assert (first.made, first.problems) == (1, ())
    (card,) = await world.desk.batches()
    assert (card.state, card.approved_by) == ("accepted", ("p-fay", "p-gus"))
    second = await morning_round(await world.morning_of(THURSDAY), world.desk, nudger, approvers=approvers)
    assert (second.made, second.nudged) == (0, 1)
    assert nudger.told == [Nudge(workflow_id=world.job, step="wages:ana")]
    assert (await morning_round(THURSDAY, world.desk, nudger, approvers=approvers)).nudged == 0


async def test_in_production_a_batch_waits_for_people(world: World) -> None:
    await world.pay("ana", "740.11")
    await morning_round(MONDAY, world.desk, Woken([]))
    assert [card.state for card in await world.desk.batches()] == ["made"]


async def test_a_round_that_broke_before_everybody_was_told_tells_them_next_time(world: World) -> None:
    kept = await world.invoice()
    await world.credit("1590.00", kept.payment_reference)
    day, nudger = await world.morning_of(date(2026, 3, 3)), Woken([], away=True)
    with pytest.raises(ConnectionError):
        await morning_round(day, world.desk, nudger)
    nudger.away = False
    await morning_round(day, world.desk, nudger)
    assert nudger.told == [Nudge(workflow_id="collection-I-invoice")]
    assert await world.balance(Account.BANK) == Decimal("1590.00")


async def test_a_line_of_nothing_is_kept_and_shown_and_stops_nobody(world: World) -> None:
    kept = await world.invoice()
    file = statement(("0.00", kept.payment_reference), ("1590.00", kept.payment_reference))
    taken = await world.desk.import_file(file)
    assert (taken.movements, taken.unrecognised, taken.refused) == (2, 0, 0)
    nothing, paid = await world.statements.entries("matched")
    assert (nothing.amount_eur, nothing.kind) == (Decimal("0.00"), "nothing")
    assert (paid.amount_eur, paid.kind) == (Decimal("1590.00"), "invoice")
    assert await world.balance(Account.BANK) == Decimal("1590.00")
    await world.desk.notify(taken.news)
    assert (await world.desk.fetch_statements(MONDAY)).problems == ()


async def test_one_movement_that_cannot_be_booked_is_listed_and_the_next_statement_is_booked(world: World) -> None:
    kept = await world.invoice()
    broken = await world.invoice("broken", "100.00", "6.00")

    class Broken(LedgerStore):
        async def post_from(self, key: str, job_id: str, make: object) -> None:  # type: ignore[override]
            if "receipt" in key and not getattr(self, "hit", False):
                self.hit = True
                raise ValueError("an amount that no book takes")
            await super().post_from(key, job_id, make)  # type: ignore[arg-type]

    world.desk._ledger = Broken(world.office.database)
    first = await world.desk.import_file(statement(("106.00", broken.payment_reference)))
    assert await world.balance(Account.BANK) == Decimal("0.00")
    second = await world.desk.import_file(
        statement(("1590.00", kept.payment_reference), opening="1106.00", on="03")
    )
    assert (first.statements, second.statements) == (1, 1)
    assert await world.balance(Account.BANK) == Decimal("1696.00")  # the first one is tried again and healed
    assert await BankProblems(world.office.database).open() == []


async def test_what_cannot_be_booked_stays_listed_with_its_reason_until_it_is_booked(world: World) -> None:
    kept = await world.invoice()
    await world.desk.import_file(statement(("1590.00", kept.payment_reference)))
    async with world.office.database.writing() as connection:
        await connection.exec_driver_sql("UPDATE bank_statements SET settled_at = NULL")

    class Broken(LedgerStore):
        async def post_from(self, key: str, job_id: str, make: object) -> None:  # type: ignore[override]
            raise ValueError("an amount that no book takes")

    whole, world.desk._ledger = world.desk._ledger, Broken(world.office.database)
    await world.desk.import_file(statement(("7.00", "090933755493"), opening="2590.00", on="03"))
    (listed,) = await BankProblems(world.office.database).open()
    assert (listed.duty, listed.why) == ("booking", "ValueError: an amount that no book takes")
    assert listed.about == f"...{LIEGE.iban[-4:]} 2026-03-02 S-02: 1590.00 EUR"
    (unknown,) = await world.statements.entries("unknown")
    assert unknown.amount_eur == Decimal("7.00")
    world.desk._ledger = whole
    await world.desk.fetch_statements(MONDAY)
    assert await BankProblems(world.office.database).open() == []
