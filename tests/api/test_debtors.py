"""One debtor with everything about them, what we wait for by week, and the accountant's file of a month."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

from domain.collection_state import StageEnding
from domain.instalments import InstalmentPlan
from domain.ledger import Account, entry
from domain.services.debt_collection import CollectionCost
from storage.money.awaited_money import Owed
from storage.money.ledger import LedgerStore
from storage.services.collection_costs import CollectionCosts
from storage.services.debt_collection import Collections
from tests.api.conftest import Door
from tests.api.test_debts import owed

AT = datetime(2026, 1, 26, 9, 0, tzinfo=UTC)


async def noticed(door: Door) -> str:
    """1,590.00 due on 15 January; a formal notice of the 26th cost 9.85."""
    job_id = await owed(door, date(2026, 1, 15))
    kept = Collections(door.house.database)
    await kept.begin("I-1", "formal_notice", f"{job_id}/debt_collection/i-1-formal-notice/1", AT)
    ending = StageEnding(ended_on=date(2026, 1, 26), claimed_eur=Decimal("1635.03"), costs_eur=Decimal("45.03"))
    await kept.end("I-1", "formal_notice", ending)
    await CollectionCosts(door.house.database).spent(
        CollectionCost(
            job_id=job_id, invoice_id="I-1", number="B-2026-000001", stage="formal_notice",
            total_eur=Decimal("9.85"), at=AT, borne_by="community", charged="never",
        )
    )  # fmt: skip
    return job_id


async def test_a_debtor_is_told_with_what_was_done_and_what_it_cost(door: Door) -> None:
    job_id = await noticed(door)
    fay = await door.asking("fay")
    told = (await fay.get("/api/debtors/c-hall")).json()
    assert (told["open_eur"], told["late_eur"], told["lost_eur"]) == ("1590.00", "1590.00", "0.00")
    (one,) = told["invoices"]
    assert (one["invoice"]["number"], one["invoice"]["job_id"]) == ("B-2026-000001", job_id)
    assert [(stage["kind"], stage["on"], stage["claimed_eur"]) for stage in one["stages"]] == [
        ("formal_notice", "2026-01-26", "1635.03")
    ]
    assert [(cost["amount_eur"], cost["borne_by"], cost["charged_on"]) for cost in one["costs"]] == [
        ("9.85", "community", None)
    ]
    for lang, word in {"en": "formal notice", "fr": "mise en demeure", "nl": "ingebrekestelling"}.items():
        page = await fay.get(f"/debtors/c-hall?lang={lang}")
        assert page.status_code == 200
        assert word in page.text
    assert (await fay.get("/api/debtors/nobody")).status_code == 404
    assert (await (await door.asking("ann")).get("/api/debtors/c-hall")).status_code == 403


async def test_what_is_late_stands_first_and_what_is_due_stands_in_its_week(door: Door) -> None:
    await owed(door, date(2026, 2, 12))
    fay = await door.asking("fay")
    weeks = (await fay.get("/api/awaited?weeks=3")).json()["weeks"]
    assert [(one["monday"], one["comes_in_eur"]) for one in weeks] == [
        (None, "0.00"), ("2026-02-02", "0.00"), ("2026-02-09", "1590.00"), ("2026-02-16", "0.00"),
    ]  # fmt: skip
    assert [one["on"] for one in weeks[2]["parts"]] == ["2026-02-12"]
    page = await fay.get("/waiting?week=2026-02-09&lang=en")
    assert "B-2026-000001" in page.text
    other = await fay.get("/waiting?week=2026-02-16&lang=en")
    assert "B-2026-000001" not in other.text
    assert "Nothing is awaited" in other.text


async def test_a_late_invoice_nobody_promised_is_in_no_week(door: Door) -> None:
    await owed(door, date(2026, 1, 15))
    weeks = (await (await door.asking("fay")).get("/api/awaited?weeks=2")).json()["weeks"]
    assert [(one["monday"], one["comes_in_eur"]) for one in weeks] == [
        (None, "1590.00"), ("2026-02-02", "0.00"), ("2026-02-09", "0.00"),
    ]  # fmt: skip


async def test_the_accountant_s_file_has_equal_sides_and_the_boxes_of_vat(door: Door) -> None:
    """The invoice of February: 1,500.00 and 90.00 at 6 %, box 01."""
    job_id = await owed(door, date(2026, 1, 15))
    amounts = {
        Account.RECEIVABLE: Decimal("1590.00"),
        Account.VAT_TO_COLLECT: Decimal("-90.00"),
        Account.RESULT: Decimal("-1500.00"),
    }
    on = date(2026, 2, 28)
    await LedgerStore(door.house.database).post(entry(f"{job_id}/x", job_id, on, "Invoice to the client", amounts))
    later = entry(f"{job_id}/y", job_id, date(2026, 3, 1), "Invoice to the client", amounts)
    await LedgerStore(door.house.database).post(later)
    fay = await door.asking("fay")
    answer = await fay.get("/api/books/month?entity=brussels&month=2026-02")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [(row["account"], row["debit_eur"], row["credit_eur"]) for row in rows if row["kind"] == "posting"] == [
        ("receivable", "1590.00", ""), ("vat_to_collect", "", "90.00"), ("result", "", "1500.00"),
    ]  # fmt: skip
    (total,) = [row for row in rows if row["kind"] == "total"]
    assert (total["debit_eur"], total["credit_eur"]) == ("1590.00", "1590.00")
    told = [(row["kind"], row["entry"], row["credit_eur"]) for row in rows if row["kind"].startswith("vat")]
    assert told == [("vat_base", "01", "1500.00"), ("vat", "01", "90.00")]
    assert (await fay.get("/api/books/month?entity=nowhere&month=2026-01")).status_code == 404
    assert (await fay.get("/api/books/month?entity=brussels&month=2026-13")).status_code == 422


async def test_agreed_instalments_are_what_is_promised(door: Door) -> None:
    """1,590.00, late: 600.00 on 10 February and 990.00 on 17 February."""
    await owed(door, date(2026, 1, 15))
    parts = [{"on": "2026-02-10", "amount_eur": "600.00"}, {"on": "2026-02-17", "amount_eur": "990.00"}]
    plan = InstalmentPlan.model_validate(
        {"invoice_id": "I-1", "n": 1, "state": "agreed", "parts": parts, "interest": "runs", "by": "p-fay",
         "proposed_on": "2026-02-01", "agreed_on": "2026-02-02"}
    )  # fmt: skip
    kept = await Collections(door.house.database).collection("I-1")
    (card,) = await Collections(door.house.database).of_client("c-hall", date(2026, 2, 2))
    said = Owed(card, kept.model_copy(update={"plans": (plan,)}), ())
    assert [(one.on, one.amount_eur) for one in said.promised] == [
        (date(2026, 2, 10), Decimal("600.00")),
        (date(2026, 2, 17), Decimal("990.00")),
    ]


async def test_finance_shows_the_parts_before_it_offers_them_by_the_rules_of_the_api(door: Door) -> None:
    """1,590.00 in three parts, from 16 February: 530.00 a month."""
    await owed(door, date(2026, 1, 15))
    fay = await door.asking("fay", accept="text/html")
    address = "/debtors/c-hall/plans/I-1"
    given = {"parts": "3", "first_on": "2026-02-16", "reason": "a hard season", "do": "show"}
    shown = await fay.post(f"{address}?lang=en", data=given)
    assert shown.status_code == 200
    assert shown.text.count("530.00") == 3
    assert "Offer to the client" in shown.text
    assert (await Collections(door.house.database).collection("I-1")).plans == ()
    assert (await fay.post(address, data=given | {"first_on": "2026-08-01", "do": "offer"})).status_code == 422
    assert (await fay.post(address, data=given | {"parts": "1"})).status_code == 422
    assert (await fay.post(address, data=given | {"do": "offer"})).status_code == 303
    (plan,) = (await Collections(door.house.database).collection("I-1")).plans
    assert [(one.on, one.amount_eur) for one in plan.parts] == [
        (date(2026, 2, 16), Decimal("530.00")),
        (date(2026, 3, 16), Decimal("530.00")),
        (date(2026, 4, 16), Decimal("530.00")),
    ]
    back = {"reason": "offered by mistake", "do": "no"}
    assert (await fay.post(f"{address}/answer", data=back)).status_code == 303
    assert [one.state for one in (await Collections(door.house.database).collection("I-1")).plans] == ["withdrawn"]
    assert (await (await door.asking("ann", accept="text/html")).post(address, data=given)).status_code == 403
