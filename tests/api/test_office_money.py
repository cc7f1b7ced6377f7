"""The pages of fund and books: for those who answer for the money, with figures that add up."""

import csv
import io
from datetime import date
from decimal import Decimal

from domain.ledger import Account, entry
from storage.money.ledger import LedgerStore
from tests.api.conftest import Door
from tests.api.jobs import concert


async def booked(door: Door) -> str:
    """A job with an invoice of 2,178.00 euros."""
    job_id = await concert(door.house)
    amounts = {
        Account.RECEIVABLE: Decimal("2178.00"),
        Account.VAT_TO_COLLECT: Decimal("-378.00"),
        Account.RESULT: Decimal("-1800.00"),
    }
    invoice = entry(f"{job_id}/invoicing:balance/1", job_id, date(2026, 3, 14), "Invoice to the client", amounts)
    await LedgerStore(door.house.database).post(invoice)
    return job_id


async def test_finance_operations_auditors_and_advisers_see_the_money_and_members_do_not(door: Door) -> None:
    for path in ("/fund", "/ledger", "/ledger.csv"):
        for login, status in {"fay": 200, "otto": 200, "ada": 200, "eve": 200, "ann": 403}.items():
            answer = await (await door.asking(login)).get(path, headers={"accept": "text/html"})
            assert answer.status_code == status, (path, login)


async def test_the_fund_page_stands_before_the_first_movement(door: Door) -> None:
    for lang, title in {"en": "Guarantee fund", "fr": "Fonds de garantie", "nl": "Garantiefonds"}.items():
        answer = await (await door.asking("fay")).get(f"/fund?lang={lang}")
        assert f"<h1>{title}</h1>" in answer.text


async def test_the_books_add_up_to_zero_and_name_the_job(door: Door) -> None:
    job_id = await booked(door)
    page = await (await door.asking("fay")).get("/ledger?lang=nl")
    assert "In evenwicht: samen nul" in page.text
    assert "Factuur aan de klant" in page.text
    assert f"/jobs/{job_id}" in page.text
    assert "€ 2.178,00" in page.text.replace("\xa0", " ")
    other = await (await door.asking("fay")).get("/ledger?job=ELSE&account=&from_on=")
    assert "Nothing is booked here." in other.text


async def test_the_books_as_a_file_have_a_line_per_amount(door: Door) -> None:
    job_id = await booked(door)
    answer = await (await door.asking("fay")).get("/ledger.csv?account=result")
    head, *lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert head == ["day", "job", "entry", "line", "account", "text", "amount_eur", "entity"]
    key = f"{job_id}/invoicing:balance/1"
    assert lines == [["2026-03-14", job_id, key, "3", "result", "Invoice to the client", "-1800.00", "brussels"]]


async def test_a_page_of_the_books_that_is_not_ours_is_refused(door: Door) -> None:
    answer = await (await door.asking("fay")).get("/ledger?after=yesterday")
    assert answer.status_code == 422 or answer.status_code == 400
