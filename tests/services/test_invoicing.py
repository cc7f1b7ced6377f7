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
from domain.errors import PartnerDown
from domain.ledger import Account
from domain.orders import StepOrder
from domain.people import Address
from domain.services.debt_collection import DebtCollectionRequest
from domain.services.invoicing import (
    AlreadyIssued,
    AmountsDoNotAddUp,
    ClientAddressIncomplete,
    InvoiceDraft,
    InvoiceLine,
    InvoiceRequest,
    ReceiverRejected,
)
from partners.peppol import PeppolAccessPoint
from storage.invoices import Invoices
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


def test_an_invoice_is_only_ever_corrected() -> None:
    assert [verb.name for verb in STEP.confirm] == ["issue", "send", "start_collection"]
    assert (STEP.release, STEP.essential, STEP.skippable) == (None, True, False)
