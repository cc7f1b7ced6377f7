"""An invoice goes out once: numbered, exact to the cent, by Peppol or by mail, and its money is awaited."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from stdnum import iso11649
from stdnum.be import ogm_vcs

from activities.invoicing import STEP, Invoicing
from domain.entries import client_payment
from domain.errors import PartnerDown
from domain.ledger import Account
from domain.orders import StepOrder
from domain.people import Address
from domain.services.debt_collection import DebtCollectionRequest
from domain.services.invoicing import (
    AlreadyIssued,
    AmountsDoNotAddUp,
    ClientAddressIncomplete,
    CreditAboveInvoice,
    InvoiceDraft,
    InvoiceLine,
    InvoiceRequest,
    NothingIssued,
    NothingLeftToInvoice,
    ReceiverRejected,
)
from partners.peppol import PeppolAccessPoint
from storage.services.invoicing import Invoices
from tests.databases import sqlite_database
from tests.services.conftest import Partners, TestClock
from tests.services.office import HALL, Office, open_office


class Waiting:
    """Which collections were started or nudged."""

    def __init__(self) -> None:
        self.started: list[DebtCollectionRequest] = []
        self.nudged: list[str] = []

    async def start(self, *, job_id: str, entity: str, request: DebtCollectionRequest) -> None:
        self.started.append(request)

    async def nudge(self, invoice_id: str) -> None:
        self.nudged.append(invoice_id)


@pytest.fixture
async def office(tmp_path: Path, partners: Partners, clock: TestClock) -> AsyncIterator[Office]:
    clock.at = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
    async with open_office(sqlite_database(tmp_path), partners, clock) as opened:
        yield opened


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def service(office: Office, waiting: Waiting) -> Invoicing:
    return Invoicing(
        invoices=Invoices(office.database),
        printer=office.press,
        access_point=PeppolAccessPoint(office.partners.http("peppol")),
        ledger=office.ledger,
        collections=waiting,
        entities=office.entities,
        clients=office.clients,
        jobs=office.jobs,
        papers=office.papers,
        post=office.post,
        deadlines=office.deadlines,
        letterhead=office.letterhead,
        clock=office.clock,
    )


def order(office: Office, item: str = "invoice", revision: int = 1, **more: Any) -> StepOrder[InvoiceRequest]:
    """1,500.00 for a concert, 6 %: 90.00 of VAT."""
    request = InvoiceRequest(
        **{
            "kind": "invoice",
            "client_id": office.client.client_id,
            "client_version": office.client.version,
            "issue_on": date(2026, 3, 16),
            "due_on": date(2026, 4, 15),
            "delivered_on": date(2026, 3, 14),
            "lines": (InvoiceLine(label="Concert", unit_price_eur="1500.00", net_eur="1500.00"),),
            "vat_category": "S",
            "vat_rate_percent": "6.00",
            "net_eur": "1500.00",
            "vat_eur": "90.00",
            "total_eur": "1590.00",
            **more,
        }
    )
    before = f"{office.job_id}/invoicing/{item}/{revision - 1}" if revision > 1 else None
    return StepOrder(
        job_id=office.job_id,
        service="invoicing",
        item=item,
        revision=revision,
        replaces=before,
        entity="liege",
        request=request,
    )


def deposit(office: Office) -> StepOrder[InvoiceRequest]:
    """A third ahead: 500.00 and 30.00 of VAT."""
    return order(
        office,
        "deposit",
        kind="deposit",
        lines=(InvoiceLine(label="Acompte", unit_price_eur="500.00", net_eur="500.00"),),
        net_eur="500.00",
        vat_eur="30.00",
        total_eur="530.00",
    )


async def test_an_invoice_is_numbered_filed_sent_by_peppol_and_awaited_once(
    service: Invoicing, office: Office, waiting: Waiting
) -> None:
    for _ in range(2):
        issued = await service.issue(order(office))
        sent = await service.send(order(office))
        await service.start_collection(order(office))
    assert (issued.number, issued.total_eur, issued.payable_eur) == (
        "AL-2026-000001",
        Decimal("1590.00"),
        Decimal("1590.00"),
    )
    assert ogm_vcs.is_valid(issued.structured_communication)
    assert issued.due_on == date(2026, 4, 15)
    assert (sent.sent_by, sent.document) == ("peppol", "AL-2026-000001.pdf")
    assert await office.partners.effects("peppol", "document") == ["document"]
    assert await office.papers_of("invoice") == ["AL-2026-000001.pdf"]
    xml = etree.fromstring(await office.papers.read(office.job_id, "AL-2026-000001.xml"))
    assert xml.findtext(".//{*}LegalMonetaryTotal/{*}PayableAmount") == "1590.00"
    assert xml.findtext(".//{*}TaxTotal/{*}TaxAmount") == "90.00"
    assert (await office.met())["invoice_issued", "-"] == office.clock.now()
    # 6.5 % of 1,500.00 is 97.50
    assert await office.books() == {
        Account.RECEIVABLE: Decimal("1590.00"),
        Account.VAT_TO_COLLECT: Decimal("-90.00"),
        Account.FEE_TO_COLLECT: Decimal("-97.50"),
        Account.RESULT: Decimal("-1402.50"),
    }
    assert {(one.invoice_id, one.payable_eur, one.consumer) for one in waiting.started} == {
        (issued.invoice_id, Decimal("1590.00"), False)
    }


async def test_a_message_whose_answer_was_lost_is_adopted(service: Invoicing, office: Office) -> None:
    await office.partners.fault("peppol", "send_document", "execute_then_fail")
    await service.issue(order(office))
    with pytest.raises(PartnerDown):
        await service.send(order(office))
    assert (await service.send(order(office))).sent_by == "peppol"
    assert await office.partners.effects("peppol", "document") == ["document"]


async def test_who_is_not_on_the_network_gets_a_mail_with_the_invoice(service: Invoicing, office: Office) -> None:
    await office.admin("peppol/participants", participant="0208:0428759497", registered=False)
    await service.issue(order(office))
    for _ in range(2):
        sent = await service.send(order(office))
    assert sent.sent_by == "mail"
    (mail,) = await office.post.mailbox("client@example.org")
    assert "AL-2026-000001" in mail.subject + mail.text


async def test_the_access_points_own_no_parks(service: Invoicing, office: Office) -> None:
    await office.partners.fault("peppol", "send_document", "422", detail="BR-CO-16")
    await service.issue(order(office))
    with pytest.raises(ReceiverRejected, match="BR-CO-16"):
        await service.send(order(office))


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"vat_eur": "89.99", "total_eur": "1589.99"}, "VAT should be 90.00"),
        ({"total_eur": "1590.01"}, "total should be 1590.00"),
        ({"net_eur": "1500.01"}, "net should be 1500.00"),
    ],
)
async def test_one_wrong_cent_takes_no_number(
    service: Invoicing, office: Office, changed: dict[str, str], what: str
) -> None:
    with pytest.raises(AmountsDoNotAddUp, match=what):
        await service.issue(order(office, **changed))
    assert await Invoices(office.database).of_job(office.job_id) == []


async def test_a_paper_that_cannot_be_printed_takes_no_number(
    service: Invoicing, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def jammed(paper: object) -> tuple[bytes, bytes]:
        raise RuntimeError("no font for this title")

    with monkeypatch.context() as patched:
        patched.setattr(office.press, "invoice_files", jammed)
        with pytest.raises(RuntimeError):
            await service.issue(order(office))
    assert await Invoices(office.database).of_job(office.job_id) == []
    assert (await service.issue(order(office))).number == "AL-2026-000001"


async def test_a_balance_takes_the_deposit_off_and_charges_vat_once(service: Invoicing, office: Office) -> None:
    await service.issue(deposit(office))
    balance = await service.issue(order(office, "balance", kind="balance", prepaid_eur="530.00"))
    assert (balance.number, balance.total_eur, balance.payable_eur) == (
        "AL-2026-000002",
        Decimal("1060.00"),
        Decimal("1060.00"),
    )
    assert (await office.books())[Account.VAT_TO_COLLECT] == Decimal("-90.00")
    assert (await office.books())[Account.FEE_TO_COLLECT] == Decimal("-97.50")


async def test_an_invoice_that_was_sent_by_hand_is_with_the_client_and_its_deadline_is_met(
    service: Invoicing, office: Office, waiting: Waiting
) -> None:
    """Peppol refused it; somebody sent it by post, and the work goes on with waiting for the money."""
    await service.issue(order(office))
    assert "invoice_issued" not in {kind for kind, _ in await office.met()}
    await service.start_collection(order(office))
    assert (await office.met())["invoice_issued", "-"] == office.clock.now()


async def test_an_invoice_issued_late_is_dated_that_day_and_due_as_much_later(
    service: Invoicing, office: Office
) -> None:
    office.clock.wait(days=4)
    issued = await service.issue(order(office))
    assert issued.due_on == date(2026, 4, 19)


async def test_a_credit_note_has_its_own_number_and_undoes_the_books(
    service: Invoicing, office: Office, waiting: Waiting
) -> None:
    invoice = await service.issue(order(office))
    await service.send(order(office))
    for _ in range(2):
        credit = await service.credit(order(office))
    assert (credit.number, credit.total_eur) == ("AL-CN-2026-000001", Decimal("1590.00"))
    assert await office.books() == {}
    assert len(await office.partners.effects("peppol", "document")) == 2
    assert set(waiting.nudged) == {invoice.invoice_id}


async def test_a_credit_note_whose_answer_was_lost_is_adopted(service: Invoicing, office: Office) -> None:
    await service.issue(order(office))
    await service.send(order(office))
    await office.partners.fault("peppol", "send_document", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.credit(order(office))
    assert (await service.credit(order(office))).number == "AL-CN-2026-000001"
    assert await office.partners.effects("peppol", "document") == ["document", "document"]


async def test_a_replay_with_a_completed_client_keeps_the_number(service: Invoicing, office: Office) -> None:
    nameless = await office.clients.declare(HALL.model_copy(update={"address": None}))
    with pytest.raises(ClientAddressIncomplete, match="address"):
        await service.issue(order(office, client_version=nameless.version))
    issued = await service.issue(order(office))
    changed = order(office, revision=2, purchase_order="PO-7")
    assert (await service.issue(changed)).number == issued.number
    await service.send(changed)
    with pytest.raises(AlreadyIssued, match=issued.number):
        await service.issue(order(office, revision=3))


async def test_a_client_abroad_pays_under_an_rf_reference(service: Invoicing, office: Office) -> None:
    street = Address(street="Rue de Rivoli", house_number="1", postal_code="75001", city="Paris", country="FR")
    abroad = {"country": "FR", "enterprise_number": "FR40303265045", "address": street, "peppol_id": None}
    french = await office.clients.declare(HALL.model_copy(update={**abroad, "client_id": ""}))
    wanted = order(office, client_id=french.client_id, client_version=french.version)
    draft = InvoiceDraft(
        order_key=wanted.key, invoice_id="INVFR", job_id=office.job_id, entity="liege", prefix="AL", kind="invoice",
        abroad=True, client_id=french.client_id, client_version=french.version, issued_on=date(2026, 3, 16),
        due_on=date(2026, 4, 15), net_eur="100.00", vat_eur="0.00", total_eur="100.00", payable_eur="100.00",
    )  # fmt: skip
    kept = await Invoices(office.database).issue(draft)

    assert iso11649.is_valid(kept.payment_reference)
    assert await office.clients.by_number("FR 40 303 265 045", "FR") == french


async def test_a_company_abroad_without_a_vat_number_gets_its_invoice_with_belgian_vat(
    service: Invoicing, office: Office
) -> None:
    # seen: the quote said "with the client's VAT number no Belgian VAT would be due", and the invoice then parked
    street = Address(street="Rue de Rivoli", house_number="1", postal_code="75001", city="Paris", country="FR")
    abroad = {"country": "FR", "enterprise_number": None, "address": street, "peppol_id": None, "client_id": ""}
    french = await office.clients.declare(HALL.model_copy(update=abroad))
    wanted = order(office, client_id=french.client_id, client_version=french.version)
    issued = await service.issue(wanted)
    assert (issued.number, issued.total_eur) == ("AL-2026-000001", Decimal("1590.00"))
    assert (await service.send(wanted)).sent_by == "mail"
    numberless = await office.clients.declare(HALL.model_copy(update={"enterprise_number": None, "client_id": ""}))
    belgian = order(office, client_id=numberless.client_id, client_version=numberless.version)
    with pytest.raises(ClientAddressIncomplete, match="enterprise number"):
        await service.issue(belgian.model_copy(update={"item": "other"}))


def test_an_invoice_is_only_ever_corrected() -> None:
    assert [verb.name for verb in STEP.confirm] == ["issue", "send", "start_collection"]
    assert (STEP.release, STEP.essential, STEP.skippable) == (None, True, False)


async def test_an_edited_replay_after_a_refused_sending_leaves_one_posting_of_one_number(
    service: Invoicing, office: Office
) -> None:
    # seen: 700.00 at 21 % stood twice, the receivable stuck at 847.00 when the client had paid
    seven = {
        "lines": (InvoiceLine(label="Concert", unit_price_eur="700.00", net_eur="700.00"),),
        "vat_rate_percent": "21.00",
        "net_eur": "700.00",
        "vat_eur": "147.00",
        "total_eur": "847.00",
    }
    await office.partners.fault("peppol", "send_document", "422", detail="BR-CO-16")
    await service.issue(order(office, **seven))
    with pytest.raises(ReceiverRejected):
        await service.send(order(office, **seven))
    edited = order(office, revision=2, purchase_order="PO-7", **seven)
    for _ in range(2):
        assert (await service.issue(edited)).number == "AL-2026-000001"
    assert (await service.send(edited)).sent_by == "peppol"
    books = await office.books()
    assert (books[Account.RECEIVABLE], books[Account.VAT_TO_COLLECT]) == (Decimal("847.00"), Decimal("-147.00"))
    issues = [one.key for one in await office.ledger.entries(office.job_id) if one.key.endswith(":issue")]
    assert issues == [f"{office.job_id}/invoicing/invoice/1:issue", f"{office.job_id}/invoicing/invoice/2:issue"]
    standing = await office.ledger.in_force("document/liege/AL-2026-000001")
    assert standing is not None
    assert standing.key == issues[1]


async def test_the_credit_note_of_a_balance_gives_back_the_balance_not_the_price(
    service: Invoicing, office: Office
) -> None:
    whole = {"kind": "balance", "prepaid_eur": "530.00"}
    await service.issue(deposit(office))
    await service.send(deposit(office))
    await service.issue(order(office, "balance", **whole))
    await service.send(order(office, "balance", **whole))
    for _ in range(2):
        credit = await service.credit(order(office, "balance", **whole))
    assert (credit.number, credit.total_eur, credit.payable_eur) == (
        "AL-CN-2026-000001",
        Decimal("1060.00"),
        Decimal("1060.00"),
    )
    xml = etree.fromstring(await office.papers.read(office.job_id, "AL-CN-2026-000001.xml"))
    assert xml.findtext(".//{*}TaxTotal/{*}TaxAmount") == "60.00"
    # the deposit stands: 530.00 with 30.00 of VAT, fee 32.50
    assert await office.books() == {
        Account.RECEIVABLE: Decimal("530.00"),
        Account.VAT_TO_COLLECT: Decimal("-30.00"),
        Account.FEE_TO_COLLECT: Decimal("-32.50"),
        Account.RESULT: Decimal("-467.50"),
    }
    second = await service.credit(deposit(office))
    assert second.total_eur == Decimal("530.00")
    assert await office.books() == {}  # nothing was paid, so nothing is owed back


async def test_both_credited_after_the_deposit_was_paid_owes_back_what_was_paid(
    service: Invoicing, office: Office
) -> None:
    whole = {"kind": "balance", "prepaid_eur": "530.00"}
    await service.issue(deposit(office))
    await office.ledger.post_from(
        "paid",
        office.job_id,
        lambda before: client_payment("paid", office.job_id, date(2026, 3, 17), Decimal("530.00"), before),
    )
    await service.issue(order(office, "balance", **whole))
    await service.send(order(office, "balance", **whole))
    await service.send(deposit(office))
    await service.credit(deposit(office))
    await service.credit(order(office, "balance", **whole))
    assert await office.books() == {Account.CLIENT_CREDIT: Decimal("-530.00")}


async def test_no_credit_note_gives_back_more_than_its_invoice_asked(service: Invoicing, office: Office) -> None:
    await service.issue(deposit(office))
    await service.send(deposit(office))
    await service.credit(deposit(office))
    with pytest.raises(CreditAboveInvoice, match=r"0\.00 EUR left to credit"):
        await service.issue(
            order(
                office,
                "credit",
                kind="credit_note",
                credits="AL-2026-000001",
                lines=(InvoiceLine(label="Acompte", unit_price_eur="0.01", net_eur="0.01"),),
                net_eur="0.01",
                vat_eur="0.00",
                total_eur="0.01",
            )
        )
    assert [one.number for one in await Invoices(office.database).of_job(office.job_id)] == [
        "AL-2026-000001",
        "AL-CN-2026-000001",
    ]


async def test_the_last_part_takes_the_cents_of_the_fee(service: Invoicing, office: Office) -> None:
    # 2,001.71 at 6.5 % is 130.11; a deposit of 601.00 was charged 39.07, so the balance is charged 91.04
    part = {
        "lines": (InvoiceLine(label="Acompte", unit_price_eur="601.00", net_eur="601.00"),),
        "net_eur": "601.00",
        "vat_eur": "36.06",
        "total_eur": "637.06",
    }
    whole = {
        "lines": (InvoiceLine(label="Concert", unit_price_eur="2001.71", net_eur="2001.71"),),
        "net_eur": "2001.71",
        "vat_eur": "120.10",
        "total_eur": "2121.81",
        "prepaid_eur": "637.06",
    }
    await service.issue(order(office, "deposit", kind="deposit", **part))
    assert (await office.books())[Account.FEE_TO_COLLECT] == Decimal("-39.07")
    balance = await service.issue(order(office, "balance", kind="balance", **whole))
    assert balance.total_eur == Decimal("1484.75")
    assert (await office.books())[Account.FEE_TO_COLLECT] == Decimal("-130.11")
    assert (await office.books())[Account.VAT_TO_COLLECT] == Decimal("-120.10")


async def test_a_price_of_a_hundred_with_vat_is_invoiced_as_a_hundred(service: Invoicing, office: Office) -> None:
    hundred = {
        "lines": (InvoiceLine(label="Concert", unit_price_eur="82.64", net_eur="82.64"),),
        "vat_rate_percent": "21.00",
        "net_eur": "82.64",
        "vat_eur": "17.36",
        "total_eur": "100.00",
    }
    issued = await service.issue(order(office, vat_included=True, **hundred))
    assert issued.payable_eur == Decimal("100.00")
    xml = etree.fromstring(await office.papers.read(office.job_id, f"{issued.number}.xml"))
    assert xml.findtext(".//{*}LegalMonetaryTotal/{*}PayableAmount") == "100.00"
    assert xml.findtext(".//{*}TaxTotal/{*}TaxAmount") == "17.36"
    assert (await office.books())[Account.RECEIVABLE] == Decimal("100.00")
    with pytest.raises(AmountsDoNotAddUp, match=r"VAT should be 17\.35"):
        await service.issue(order(office, "other", **hundred))


async def test_a_deposit_after_the_balance_is_refused_before_it_takes_a_number(
    service: Invoicing, office: Office
) -> None:
    balance = await service.issue(order(office, "balance", kind="balance", prepaid_eur="530.00"))
    assert balance.payable_eur == Decimal("1590.00")  # no deposit was invoiced, so none is taken off
    with pytest.raises(NothingLeftToInvoice, match=balance.number):
        await service.issue(deposit(office))
    assert len(await Invoices(office.database).of_job(office.job_id)) == 1


async def test_a_deposit_of_everything_leaves_no_balance_and_takes_no_second_number(
    service: Invoicing, office: Office
) -> None:
    await service.issue(deposit(office))
    third = {
        "lines": (InvoiceLine(label="Concert", unit_price_eur="500.00", net_eur="500.00"),),
        "net_eur": "500.00",
        "vat_eur": "30.00",
        "total_eur": "530.00",
        "prepaid_eur": "530.00",
    }
    with pytest.raises(NothingLeftToInvoice, match="AL-2026-000001"):
        await service.issue(order(office, "balance", kind="balance", **third))
    assert len(await Invoices(office.database).of_job(office.job_id)) == 1


async def test_what_has_its_number_although_the_answer_got_lost_is_found_and_no_second_number_is_taken(
    service: Invoicing, office: Office
) -> None:
    with pytest.raises(NothingIssued):
        await service.look_up(order(office))
    issued = await service.issue(order(office))
    for _ in range(2):
        found = await service.look_up(order(office))
        assert (found.number, found.document) == (issued.number, issued.document)
    assert (await service.issue(order(office, "other"))).number == "AL-2026-000002"
