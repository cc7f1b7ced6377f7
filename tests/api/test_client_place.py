"""The client's link: everything that is accepted before the yes; papers and invoices after it."""

import re
from datetime import date, timedelta
from html import unescape

from domain.collection_state import NewCollection
from domain.rules.consumer import ConsumerTerms
from domain.services.invoicing import InvoiceDraft
from storage.services.debt_collection import Collections
from storage.services.invoicing import Invoices
from tests.api.conftest import Door
from tests.api.jobs import concert
from tests.api.test_links import link
from tests.databases import MONDAY


def read(page: str) -> str:
    """What a page says."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


async def the_link(door: Door, job_id: str, answered: bool) -> str:
    """The client's link of a job, accepted or not."""
    made = await door.house.links.link(
        order_key=f"{job_id}/agreement/-/1", job_id=job_id, step="agreement", audience="client",
        subject_id="c-hall", expires_at=MONDAY + timedelta(days=20),
    )  # fmt: skip
    path = made.url.removeprefix(door.house.settings.public_url)
    if answered:
        client = await door.asking()
        assert (await client.post(path, json={"answer": "accept", "name": "Nora Claes"})).status_code == 200
    return path


async def invoiced(door: Door) -> str:
    """A concert whose invoice of 2,178.00 is due on 15 February; its job."""
    job_id = await concert(door.house)
    await Invoices(door.house.database).issue(
        InvoiceDraft(
            order_key=f"{job_id}/invoicing/invoice/1", invoice_id="I-1", job_id=job_id, entity="brussels",
            prefix="B", kind="invoice", client_id="c-hall", client_version=1, issued_on=date(2026, 1, 31),
            due_on=date(2026, 2, 15), net_eur="1800.00", vat_eur="378.00", total_eur="2178.00",
            payable_eur="2178.00",
        )
    )  # fmt: skip
    await Collections(door.house.database).open(
        NewCollection(
            invoice_id="I-1", job_id=job_id, entity="brussels", client_id="c-hall", client_version=1,
            payable_eur="2178.00", due_on=date(2026, 2, 15), terms=ConsumerTerms(), opened_at=MONDAY,
        )
    )  # fmt: skip
    return job_id


async def paper(door: Door, job_id: str, name: str, audience: tuple[str, ...]) -> None:
    """A paper of the job."""
    await door.house.documents.file(
        job_id=job_id, step="agreement", name=name, kind="order_form", media_type="application/pdf",
        content=b"%PDF-1.7", audience=audience, order_key=f"{job_id}/agreement/-/1",
    )  # fmt: skip


async def test_before_the_yes_the_page_shows_all_that_is_accepted(door: Door) -> None:
    path, _ = await link(door.house, "agreement", "c-hall")
    client = await door.asking(accept="text/html")
    told = read((await client.get(f"{path}?lang=en")).text)
    for sentence in (
        "Saturday 14 March 2026, 19:00–23:00, Liège",
        "Price ex VAT €1,800.00",
        "VAT €378.00",
        "Total €2,178.00",
        "within 30 days of the invoice",
        "before these dates today 0 % €0.00",
        "from Fri 13 Feb 2026 30 % €540.00",
        "from Sat 28 Feb 2026 50 % €900.00",
        "from Sat 7 Mar 2026 100 % €1,800.00",
    ):
        assert sentence in told, told


async def test_the_line_of_the_table_that_counts_today_is_marked(door: Door) -> None:
    path, _ = await link(door.house, "agreement", "c-hall")
    client = await door.asking()
    table = (await client.get(path)).json()["cancellation"]
    assert [(one["from_on"], one["percent"], one["owed_eur"], one["today"]) for one in table] == [
        (None, "0", "0.00", True),
        ("2026-02-13", "30", "540.00", False),
        ("2026-02-28", "50", "900.00", False),
        ("2026-03-07", "100", "1800.00", False),
    ]


async def test_the_order_form_lies_beside_the_question_and_no_other_paper_opens(door: Door) -> None:
    path, job_id = await link(door.house, "agreement", "c-hall")
    await paper(door, job_id, "order-form-1.pdf", ("client", "member"))
    await paper(door, job_id, "contract.pdf", ("crew", "advisor"))
    client = await door.asking()
    assert (await client.get(f"{path}/papers/order-form-1.pdf")).content == b"%PDF-1.7"
    assert (await client.get(f"{path}/papers/contract.pdf")).status_code == 404
    assert (await client.get(f"{path}/papers/nothing.pdf")).status_code == 404


async def test_after_the_yes_the_link_shows_the_invoice_and_how_to_pay_it(door: Door) -> None:
    path = await the_link(door, await invoiced(door), answered=True)
    client = await door.asking(accept="text/html")
    page = (await client.get(f"{path}?lang=en")).text
    assert "Invoice B-2026-000001 to be paid" in read(page)
    assert "Still to pay €2,178.00" in read(page)
    assert "data:image/svg+xml" in page
    assert "I have paid" in page


async def test_a_client_says_that_an_invoice_is_paid_once(door: Door) -> None:
    job_id = await invoiced(door)
    path = await the_link(door, job_id, answered=True)
    client = await door.asking()
    for _ in range(2):
        said = await client.post(f"{path}/invoices/I-1", json={"do": "paid", "paid_on": "2026-02-01"})
        assert (said.status_code, said.json()["state"], said.json()["said_paid"]) == (200, "open", True)
    told = [(one.kind, one.params) for one in await door.house.events.since(job_id) if one.kind.startswith("debt.")]
    assert told == [("debt.said_paid", {"number": "B-2026-000001", "on": "2026-02-01"})]


async def test_a_client_contests_an_invoice_with_a_reason(door: Door) -> None:
    job_id = await invoiced(door)
    path = await the_link(door, job_id, answered=True)
    client = await door.asking()
    assert (await client.post(f"{path}/invoices/I-1", json={"do": "dispute"})).status_code == 422
    for _ in range(2):
        said = await client.post(f"{path}/invoices/I-1", json={"do": "dispute", "reason": "no sound for an hour"})
        assert (said.status_code, said.json()["state"]) == (200, "disputed")
    told = [one.params for one in await door.house.events.since(job_id) if one.kind == "debt.disputed"]
    assert told == [{"number": "B-2026-000001", "reason": "no sound for an hour"}]
    page = await (await door.asking(accept="text/html")).get(f"{path}?lang=en")
    assert "No reminder leaves until that is settled." in page.text


async def test_whoever_has_not_accepted_answers_no_invoice_and_an_unknown_one_is_not_found(door: Door) -> None:
    job_id = await invoiced(door)
    path = await the_link(door, job_id, answered=False)
    client = await door.asking()
    assert (await client.post(f"{path}/invoices/I-1", json={"do": "paid"})).status_code == 404
    await client.post(path, json={"answer": "accept"})
    assert (await client.post(f"{path}/invoices/I-2", json={"do": "paid"})).status_code == 404


async def test_a_collaborator_reads_the_net_and_by_when_it_is_paid(door: Door) -> None:
    path, _ = await link(door.house, "employment_contract:bob", "p-dan")
    shown = (await (await door.asking()).get(path)).json()
    assert (shown["gross_eur"], shown["net_low_eur"], shown["pay_on"]) == ("250.00", None, None)
