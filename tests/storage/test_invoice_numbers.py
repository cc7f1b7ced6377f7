"""Invoice numbers: no gap and no duplicate, however many are issued at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal

import pytest
from stdnum.be import ogm_vcs

from domain.services.invoicing import AlreadyIssued, InvoiceDraft
from storage.core.database import Database
from storage.services.invoicing import Invoices


@pytest.fixture
async def book(database_url: str) -> AsyncIterator[Invoices]:
    """An empty invoice book on each database."""
    database = Database(database_url)
    yield Invoices(database)
    await database.close()


def draft(job: str, on: date = date(2026, 3, 15), **more: object) -> InvoiceDraft:
    return InvoiceDraft.model_validate(
        {
            "order_key": f"{job}/invoicing/invoice/1",
            "invoice_id": f"I-{job}",
            "job_id": job,
            "entity": "liege",
            "prefix": "AL",
            "kind": "invoice",
            "client_id": "c-1",
            "client_version": 1,
            "issued_on": on,
            "due_on": date(2026, 4, 14),
            "net_eur": "1500.00",
            "vat_eur": "90.00",
            "total_eur": "1590.00",
            "payable_eur": "1590.00",
            **more,
        }
    )


async def test_sixty_invoices_at_once_get_sixty_numbers_without_a_gap(book: Invoices) -> None:
    jobs = [f"J{n:03d}" for n in range(60)]
    issued = await asyncio.gather(*(book.issue(draft(job)) for job in jobs for _ in range(2)))
    numbers = sorted({kept.number for kept in issued})
    assert numbers == [f"AL-2026-{n:06d}" for n in range(1, 61)]
    references = {kept.payment_reference for kept in issued}
    assert len(references) == 60
    assert all(ogm_vcs.is_valid(reference) for reference in references)


async def test_each_year_entity_and_series_counts_for_itself(book: Invoices) -> None:
    assert (await book.issue(draft("A"))).number == "AL-2026-000001"
    assert (await book.issue(draft("B", entity="gent", prefix="AG"))).number == "AG-2026-000001"
    assert (await book.issue(draft("C", date(2027, 1, 2)))).number == "AL-2027-000001"
    whole = {"kind": "credit_note", "credits": "I-A", "payment_reference": "1" * 12}
    credit = draft("D", series="credit", prefix="AL-CN", **whole)
    assert (await book.issue(credit)).number == "AL-CN-2026-000001"
    assert (await book.issue(draft("E"))).number == "AL-2026-000002"
    assert (await book.invoice("I-A")).credited_eur == Decimal("1590.00")


async def test_an_invoice_is_never_dated_before_the_one_numbered_before_it(book: Invoices) -> None:
    await book.issue(draft("A", date(2026, 3, 20)))
    late = await book.issue(draft("B", date(2026, 3, 18)))
    assert (late.number, late.issued_on, late.due_on) == ("AL-2026-000002", date(2026, 3, 20), date(2026, 4, 16))


async def test_a_changed_order_keeps_its_number_until_it_was_sent(book: Invoices) -> None:
    first = await book.issue(draft("A"))
    changed = draft("A", order_key="A/invoicing/invoice/2", invoice_id="I-A2", client_version=2)
    second = await book.issue(changed, replaces=first.order_key)
    assert (second.number, second.invoice_id, second.client_version) == (first.number, first.invoice_id, 2)
    await book.sent(second.invoice_id, "mail", "m1")
    with pytest.raises(AlreadyIssued, match="AL-2026-000001"):
        await book.issue(draft("A", order_key="A/invoicing/invoice/3"), replaces=second.order_key)
