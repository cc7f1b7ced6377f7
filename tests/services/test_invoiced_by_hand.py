"""An invoice made wholly outside: its number, day and amounts are asked, it is booked, and its money is awaited."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from activities.invoicing import STEP, Invoicing
from domain.entries import client_payment
from domain.ledger import Account
from domain.orders import StepOrder
from domain.services.invoicing import InvoiceRequest, IssuedInvoice, MoreThanAgreed, NumberNotForThis
from storage.services.invoicing import Invoices
from tests.databases import sqlite_database
from tests.services import test_invoicing
from tests.services.conftest import Partners, TestClock
from tests.services.office import Office, open_office
from tests.services.test_invoicing import Waiting, deposit, order

waiting, service = test_invoicing.waiting, test_invoicing.service
MADE: dict[str, Any] = {
    "number": "H-2026-7",
    "issued_on": "2026-03-16",
    "due_on": "2026-04-15",
    "net_eur": "1500.00",
    "vat_eur": "90.00",
    "total_eur": "1590.00",
    "payable_eur": "1590.00",
}
OPEN = {
    Account.RECEIVABLE: Decimal("1590.00"),
    Account.VAT_TO_COLLECT: Decimal("-90.00"),
    Account.FEE_TO_COLLECT: Decimal("-97.50"),
    Account.RESULT: Decimal("-1402.50"),
}


@pytest.fixture
async def office(tmp_path: Path, partners: Partners, clock: TestClock) -> AsyncIterator[Office]:
    clock.at = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
    async with open_office(sqlite_database(tmp_path), partners, clock) as opened:
        yield opened


def told(wanted: StepOrder[InvoiceRequest], **said: Any) -> StepOrder[InvoiceRequest]:
    return wanted.model_copy(update={"by_hand": MADE | said, "evidence": "invoice-by-hand.pdf"})


async def test_it_is_booked_awaited_and_closes_at_zero_once_it_is_paid(
    service: Invoicing, office: Office, waiting: Waiting
) -> None:
    for _ in range(2):
        done = await service.book_by_hand(told(order(office)))
    assert (done.number, done.total_eur, done.sent_by) == ("H-2026-7", Decimal("1590.00"), "by_hand")
    assert await office.books() == OPEN
    (awaited, _) = waiting.started
    assert (awaited.invoice_id, awaited.number, awaited.payable_eur) == (
        done.invoice_id,
        "H-2026-7",
        Decimal("1590.00"),
    )
    assert (await office.met())["invoice_issued", "-"] == office.clock.now()
    facts = (f"{office.job_id}/paid", office.job_id, date(2026, 4, 1), Decimal("1590.00"))
    await office.ledger.post_from(facts[0], office.job_id, lambda before: client_payment(*facts, before=before))
    assert await office.books() == {Account.RESULT: Decimal("-1402.50")}  # the member's


async def test_our_own_series_has_no_gap_because_of_it(service: Invoicing, office: Office) -> None:
    await service.book_by_hand(told(order(office)))
    own = await service.issue(order(office, "debit", kind="debit_note"))
    assert own.number == "AL-DN-2026-000001"
    assert (await service.issue(order(office, "other"))).number == "AL-2026-000001"


async def test_money_that_names_no_reference_is_not_taken_for_it(service: Invoicing, office: Office) -> None:
    """It bears none; here it gets one of ours, for the reminders and for whoever looks."""
    done = await service.book_by_hand(told(order(office)))
    assert len(done.structured_communication) == 12
    assert await Invoices(office.database).by_reference("") is None


async def test_the_reference_it_bears_is_the_one_its_money_names(service: Invoicing, office: Office) -> None:
    done = await service.book_by_hand(told(order(office), structured_communication="+++010/8068/17183+++"))
    assert done.structured_communication == "010806817183"
    other = told(order(office, "other"), number="H-2026-8", structured_communication="010806817183")
    with pytest.raises(NumberNotForThis, match="H-2026-7 asks for money under the same reference"):
        await service.book_by_hand(other)


@pytest.mark.parametrize("number", ["AL-2026-000001", "AL-CN-2026-000009"])
async def test_no_number_of_our_own_series_is_used_up_outside(
    service: Invoicing, office: Office, number: str
) -> None:
    with pytest.raises(NumberNotForThis, match="our own series"):
        await service.book_by_hand(told(order(office), number=number))
    assert await office.books() == {}


async def test_one_number_is_one_document(service: Invoicing, office: Office) -> None:
    await service.book_by_hand(told(order(office)))
    with pytest.raises(NumberNotForThis, match="another document's already"):
        await service.book_by_hand(told(order(office, "other")))


async def test_a_document_that_has_its_number_already_is_made_under_it(service: Invoicing, office: Office) -> None:
    """It was numbered and booked, and the answer got lost: by hand it is the same document, booked once."""
    issued = await service.issue(order(office))
    with pytest.raises(NumberNotForThis, match=r"is AL-2026-000001 of 1590\.00 EUR already"):
        await service.book_by_hand(told(order(office)))
    done = await service.book_by_hand(told(order(office), number=issued.number))
    assert (done.invoice_id, done.sent_by) == (issued.invoice_id, "by_hand")
    assert await office.books() == OPEN


async def test_what_was_sent_by_hand_is_booked_as_it_was_issued(
    service: Invoicing, office: Office, waiting: Waiting
) -> None:
    """Numbered and printed by us; a person brought it to the client, and nothing more is asked."""
    issued = await service.issue(order(office))
    assert STEP.lacking is not None
    assert STEP.lacking(order(office).request, issued) is None
    done = await service.book_by_hand(order(office).model_copy(update={"by_hand": issued.model_dump(mode="json")}))
    assert done.number == "AL-2026-000001"
    assert await office.books() == OPEN
    assert len(waiting.started) == 1


async def test_a_balance_by_hand_asks_for_no_more_than_the_deposit_left(service: Invoicing, office: Office) -> None:
    await service.issue(deposit(office))
    balance = order(office, "balance", kind="balance", prepaid_eur="530.00")
    with pytest.raises(MoreThanAgreed, match=r"1590.00 EUR stand on it, and only 1060.00"):
        await service.book_by_hand(told(balance))
    left = {"net_eur": "1000.00", "vat_eur": "60.00", "total_eur": "1060.00", "payable_eur": "1060.00"}
    await service.book_by_hand(told(balance, **left))
    assert (await office.books())[Account.RECEIVABLE] == Decimal("1590.00")
    assert (await office.books())[Account.FEE_TO_COLLECT] == Decimal("-97.50")


async def test_it_is_credited_like_any_other(service: Invoicing, office: Office, waiting: Waiting) -> None:
    done = await service.book_by_hand(told(order(office)))
    credit = await service.credit(order(office))
    assert credit.total_eur == Decimal("1590.00")
    assert await office.books() == {}
    assert waiting.nudged == [done.invoice_id]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"number": " "}, "number, issued_on, net_eur, vat_eur"),
        ({"issued_on": None}, "number, issued_on, net_eur, vat_eur"),
        ({"net_eur": None}, "number, issued_on, net_eur, vat_eur"),
        ({"vat_eur": None}, "number, issued_on, net_eur, vat_eur"),
        ({"due_on": "2026-03-15"}, "comes before the day"),
        ({"total_eur": "1580.00"}, "1500.00 and 90.00 of VAT are 1590.00 EUR"),
        ({"payable_eur": "1000.00"}, "to be paid whole"),
        ({"vat_eur": "315.00", "total_eur": "1815.00", "payable_eur": "1815.00"}, "the VAT of this job is 6.00 %"),
        (
            {"net_eur": "1600.00", "vat_eur": "96.00", "total_eur": "1696.00", "payable_eur": "1696.00"},
            "the client agreed to 1590.00 EUR",
        ),
        ({"net_eur": "-1.00", "vat_eur": "1.00"}, "no part of it is below zero"),
        ({"structured_communication": "010806817180"}, "no valid reference"),
        ({}, None),
    ],
)
def test_what_stands_on_it_is_said_whole(office: Office, said: dict[str, Any], asked: str | None) -> None:
    assert STEP.lacking is not None
    lacks = STEP.lacking(order(office).request, IssuedInvoice.model_validate(MADE | said))
    assert lacks is None if asked is None else asked in str(lacks)


async def handed_in(office: Office, name: str, content: bytes) -> None:
    """A proof as the office keeps it: for advisers and operations alone."""
    await office.papers.file(
        job_id=office.job_id, step="invoicing:invoice", name=name, kind="evidence", media_type="application/pdf",
        content=content, audience=("advisor", "ops"), order_key="proof",
    )  # fmt: skip


async def for_the_client(office: Office) -> list[tuple[str, str]]:
    papers = await office.papers.of_job(office.job_id)
    return [(one.name, one.media_type) for one in papers if "client" in one.audience]


async def test_its_paper_is_the_document_that_the_client_and_a_lawyer_get(
    service: Invoicing, office: Office
) -> None:
    """Seen: a dossier for the lawyer held everything but the invoice, because that was made by hand."""
    await handed_in(office, "invoice-by-hand.pdf", b"%PDF-1.7 made in a word processor")
    for _ in range(2):
        done = await service.book_by_hand(told(order(office), number="H 2026/7"))
    assert done.document == "H-2026-7.pdf"
    assert await for_the_client(office) == [("H-2026-7.pdf", "application/pdf")]
    assert await office.papers.read(office.job_id, "H-2026-7.pdf") == b"%PDF-1.7 made in a word processor"


@pytest.mark.parametrize("content", [None, b"\x89PNG a photo"])
async def test_a_proof_that_is_no_pdf_stays_the_proof_it_is(
    service: Invoicing, office: Office, content: bytes | None
) -> None:
    if content is not None:
        await handed_in(office, "invoice-by-hand.pdf", content)
    assert (await service.book_by_hand(told(order(office)))).document == "invoice-by-hand.pdf"
    assert await for_the_client(office) == []
