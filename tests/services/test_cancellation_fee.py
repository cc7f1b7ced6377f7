"""The fee of a client who cancelled: an adviser says whether it is a compensation or a price; it is asked so."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from activities.invoicing import Invoicing
from domain.ledger import Account
from domain.orders import StepOrder
from domain.services.invoicing import CancellationFeeUndecided, InvoiceLine, InvoiceRequest, NothingLeftToInvoice
from tests.documents.peppol import findings
from tests.services.office import Office
from tests.services.test_invoicing import Waiting, deposit, office, order, service, waiting

__all__ = ["office", "service", "waiting"]
D = Decimal


def fee(office: Office, claimed_as: str | None, percent: int = 50, revision: int = 1) -> StepOrder[InvoiceRequest]:
    """A part of 1,500.00 at 6 %, cancelled ten days before the start."""
    owed = (D(15) * percent).quantize(D("0.01"))
    asked: dict[str, Any] = {
        "kind": "debit_note",
        "lines": (InvoiceLine(label="Annulation", unit_price_eur=owed, net_eur=owed),),
        "vat_category": "O",
        "vat_rate_percent": "0.00",
        "vat_mention": "compensation",
        "net_eur": owed,
        "vat_eur": "0.00",
        "total_eur": owed,
        "performed_from": None,
        "last": False,
        "claimed_as": claimed_as,
        "cancellation": {
            "days_before": 10,
            "percent": percent,
            "price_eur": "1500.00",
            "fee_eur": owed,
            "vat_category": "S",
            "vat_rate_percent": "6.00",
            "source": "the accepted order",
        },
    }
    return order(office, "cancellation", revision, **asked)


async def test_until_an_adviser_says_what_it_is_no_number_is_taken_and_the_rule_is_shown(
    service: Invoicing, office: Office
) -> None:
    with pytest.raises(CancellationFeeUndecided) as asked:
        await service.issue(fee(office, None))
    assert asked.value.decided_by == "advisor"
    assert asked.value.params == {
        "days": "10", "percent": "50", "price": "1500.00", "fee": "750.00", "usual": "compensation"
    }  # fmt: skip
    with pytest.raises(CancellationFeeUndecided) as asked:
        await service.issue(fee(office, None, percent=100))
    assert asked.value.params["usual"] == "price"
    assert await office.books() == {}


async def test_a_compensation_is_claimed_by_a_debit_note_without_vat_by_mail_and_bears_no_interest(
    service: Invoicing, office: Office, waiting: Waiting
) -> None:
    decided = fee(office, "compensation", revision=2)
    issued = await service.issue(decided)
    sent = await service.send(decided)
    await service.start_collection(decided)
    assert (issued.number, issued.total_eur) == ("AL-DN-2026-000001", D("750.00"))
    assert (sent.sent_by, sent.unreached) == ("mail", False)
    assert await office.partners.effects("peppol", "document") == []
    xml = etree.fromstring(await office.papers.read(office.job_id, "AL-DN-2026-000001.xml"))
    assert xml.findtext("{*}InvoiceTypeCode") == "383"
    assert xml.findtext(".//{*}TaxTotal/{*}TaxAmount") == "0.00"
    assert [one.text for one in xml.iterfind(".//{*}TaxSubtotal/{*}TaxCategory/{*}ID")] == ["O"]
    assert findings(etree.tostring(xml)) == []
    # 6.5 % of 750.00 is 48.75; nothing is the State's
    assert await office.books() == {
        Account.RECEIVABLE: D("750.00"),
        Account.FEE_TO_COLLECT: D("-48.75"),
        Account.RESULT: D("-701.25"),
    }
    assert [one.payable_eur for one in waiting.started] == [D("750.00")]


async def test_a_price_is_invoiced_with_the_vat_of_the_service(service: Invoicing, office: Office) -> None:
    decided = fee(office, "price", percent=100, revision=2)
    issued = await service.issue(decided)
    assert (issued.number, issued.total_eur) == ("AL-2026-000001", D("1590.00"))
    assert (await service.send(decided)).sent_by == "peppol"
    assert (await office.books())[Account.VAT_TO_COLLECT] == D("-90.00")
    credited = await service.credit(decided)
    assert (credited.number, credited.total_eur) == ("AL-CN-2026-000001", D("1590.00"))
    assert await office.books() == {}


async def test_a_deposit_that_stands_is_taken_off_and_one_that_was_credited_is_not(
    service: Invoicing, office: Office
) -> None:
    # deposit 500.00 and 30.00 of VAT; fee 750.00: 750.00 and 45.00 less 530.00 are 265.00
    await service.issue(deposit(office))
    await service.send(deposit(office))
    price = await service.issue(fee(office, "price", revision=2))
    assert (price.total_eur, price.due_on) == (D("265.00"), date(2026, 4, 15))
    await service.send(fee(office, "price", revision=2))
    await service.credit(fee(office, "price", revision=2))
    await service.credit(deposit(office))
    assert await office.books() == {}


async def test_a_compensation_asks_for_what_a_kept_deposit_leaves_of_it(service: Invoicing, office: Office) -> None:
    await service.issue(deposit(office))
    note = await service.issue(fee(office, "compensation", revision=2))
    assert note.total_eur == D("250.00")
    with pytest.raises(NothingLeftToInvoice, match="AL-2026-000001"):
        await service.issue(fee(office, "compensation", percent=30, revision=3).model_copy(update={"item": "x"}))
