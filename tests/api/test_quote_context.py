"""A member's quote leans on what was lived through: the client, the account, the fund, the crew; nobody else's."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from api.declaring.parties import person_reference
from domain.collection_state import NewCollection
from domain.job import JobFile, Remembered, StepState
from domain.ledger import Account, entry
from domain.parties import CrewMember
from domain.people import Client
from domain.rules.consumer import ConsumerTerms
from domain.services.employment_contract import EngagementOffer
from domain.services.invoicing import InvoiceDraft
from domain.statements import Statement, StatementEntry
from storage.money.statements import Statements
from storage.services.debt_collection import Collections
from storage.services.employment_contract import Engagements
from storage.services.invoicing import Invoices
from storage.services.prefinancing import fund_reservations
from tests.api.conftest import Door
from tests.api.test_declaring import KEY, concert

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


async def brewery(door: Door) -> str:
    kept = await door.house.clients.declare(
        Client(client_id="", version=0, kind="company", name="Brasserie", enterprise_number="1000000021")
    )
    return kept.client_id


async def invoiced(
    door: Door, client_id: str, name: str, due_on: date, paid_on: date | None, was: str = "0"
) -> None:
    """An invoice of 1,000.00 of this client, paid in full on a day or still open."""
    database = door.house.database
    kept = await Invoices(database).issue(
        InvoiceDraft(
            order_key=f"J{name}/invoicing/invoice/1", invoice_id=f"INV{name}", job_id=f"J{name}", entity="brussels",
            prefix="B", kind="invoice", client_id=client_id, client_version=1, issued_on=date(2025, 9, 1),
            due_on=due_on, net_eur="1000.00", vat_eur="0.00", total_eur="1000.00", payable_eur="1000.00",
        )
    )  # fmt: skip
    collections = Collections(database)
    await collections.open(
        NewCollection(
            invoice_id=f"INV{name}", job_id=f"J{name}", entity="brussels", client_id=client_id, client_version=1,
            payable_eur="1000.00", due_on=due_on, terms=ConsumerTerms(), opened_at=AT,
        )
    )  # fmt: skip
    if paid_on is None:
        return
    paid = StatementEntry(reference="R", amount_eur="1000.00", booked_on=paid_on, structured=kept.payment_reference)
    closing = Decimal(was) + 1000
    await Statements(database).take(
        Statement(source="coda", iban="BE71096123456769", statement_id=name, on=paid_on, opening_eur=was,
                  closing_eur=closing, entries=(paid,)), AT
    )  # fmt: skip
    await collections.close(f"INV{name}", "paid", AT)


async def quoted(door: Door, login: str | None, **changes: Any) -> dict[str, Any]:
    asking = await door.asking(login)
    answer = await asking.post("/api/quotes?lang=en", json=concert(**changes))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def said(quote: dict[str, Any]) -> list[str]:
    return [one["said"] for one in (*quote["warnings"], *quote["approvals"], *quote["refusals"])]


async def test_a_client_who_usually_pays_34_days_late_is_told_of_and_what_is_overdue_asks_the_adviser(
    door: Door,
) -> None:
    client = await brewery(door)
    await invoiced(door, client, "1", date(2025, 10, 1), date(2025, 11, 4))  # 34 days
    await invoiced(door, client, "2", date(2025, 11, 1), date(2025, 11, 11), "1000.00")  # 10 days
    await invoiced(door, client, "3", date(2025, 11, 1), date(2026, 1, 10), "2000.00")  # 70 days
    await invoiced(door, client, "4", date(2026, 1, 15), None)
    await invoiced(door, client, "5", date(2026, 3, 1), None)

    told = said(await quoted(door, "ann"))

    assert "This client usually pays 34 days late (paid invoices: 3)." in told
    assert "This client still owes €1,000.00 past its day." in told


async def test_nobody_unknown_learns_how_a_client_pays(door: Door) -> None:
    await invoiced(door, await brewery(door), "1", date(2025, 10, 1), date(2025, 11, 4))

    assert not [one for one in said(await quoted(door, None)) if "late" in one]


async def test_a_service_is_borne_by_what_the_activity_account_really_holds(door: Door) -> None:
    van = {"van_rental": [{"item": "van", "driver": "bob", "kilometres": 10, "borne_by": "activity"}]}
    assert [one["rule"] for one in (await quoted(door, "ann", **van))["refusals"]] == ["activity_balance"]

    ann = await door.asking("ann")
    first = (await ann.post("/api/jobs", json=concert(), headers=KEY)).json()["job_id"]
    closing = {Account.RESULT: Decimal("300.00"), Account.ACTIVITY: Decimal("-300.00")}
    await door.house.ledger.post(entry("K", first, date(2026, 1, 30), "The job is closed", closing))

    assert (await quoted(door, "ann", **van))["refusals"] == []
    assert [one["rule"] for one in (await quoted(door, "dan", **van))["refusals"]] == ["activity_balance"]


async def test_what_the_fund_holds_for_the_member_counts_against_the_limit(door: Door) -> None:
    async with door.house.database.writing() as connection:
        held = {
            "order_key": "J9/prefinancing/-/1", "job_id": "J9", "member_id": "p-ann", "client_id": "c-9",
            "entity": "brussels", "reserved_eur": Decimal("14000.00"), "posted_eur": Decimal(0),
            "voided_eur": Decimal(0), "state": "reserved",
        }  # fmt: skip
        await connection.execute(fund_reservations.insert().values(**held))

    told = [one for one in (await quoted(door, "ann"))["approvals"] if one["rule"] == "fund_limit"]

    # 15,000.00 for one member, 14,000.00 of it held: 1,000.00 are left
    assert told[0]["said"].endswith("the limit of the member leaves €1,000.00.")
    assert "fund_limit" not in [one["rule"] for one in (await quoted(door, "dan"))["approvals"]]


async def test_what_bob_earned_last_time_is_told_to_the_member_who_paid_it_and_to_nobody_else(door: Door) -> None:
    ann = await door.asking("ann")
    made = await ann.post("/api/jobs", json=concert(), headers=KEY)
    assert made.status_code == 202
    crew = [
        {"item": "ann", "member": True, "function": "singer"},
        {"item": "bob", "name": "Bob Lambert", "email": "bob@crew.example", "function": "musician", "share": 1},
    ]

    assert not [one for one in said(await quoted(door, "ann", crew=crew)) if "last time" in one]  # not paid yet
    paid = StepState(service="wages", item="bob", state="done", attempt=1)
    file = JobFile(job_id=made.json()["job_id"], state="paid_out", version=1, steps={"wages:bob": paid})
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{file.job_id}", file=file))
    assert "Bob Lambert earned €300.00 gross for 1 day the last time, on Fri 20 Mar 2026." in said(
        await quoted(door, "ann", crew=crew)
    )
    assert not [one for one in said(await quoted(door, "dan", crew=crew)) if "last time" in one]


async def engaged(door: Door, job_id: str, last_on: date) -> None:
    """The cooperative has signed with Bob, from 16 March on."""
    contracts, key = Engagements(door.house.database), f"{job_id}/employment_contract/bob/1"
    bob = person_reference(
        door.house.settings.keys().derive("people"), "p-ann", CrewMember(item="bob", email="bob@crew.example")
    )
    offer = EngagementOffer(
        order_key=key, job_id=job_id, item="bob", entity="brussels", person_id=bob, first_on=date(2026, 3, 16),
        last_on=last_on, starts_at=AT, offered_at=AT,
    )  # fmt: skip
    await contracts.offer(offer)
    await contracts.bind(key, AT)


async def test_who_is_said_to_be_under_contract_and_is_not_is_refused_with_the_ways_out(door: Door) -> None:
    crew = [
        {"item": "ann", "member": True, "function": "singer"},
        {"item": "bob", "name": "Bob Lambert", "email": "bob@crew.example", "function": "musician",
         "status": "standing_contract", "share": 1},
    ]  # fmt: skip

    refused = (await quoted(door, "ann", crew=crew))["refusals"]
    assert [one["said"] for one in refused] == ["No contract with the cooperative covers the days of Bob Lambert."]
    assert refused[0]["field"] == "crew.1.status"

    await engaged(door, "JSHORT", last_on=date(2026, 3, 19))  # the concert is on the 20th
    assert len((await quoted(door, "ann", crew=crew))["refusals"]) == 1
    await engaged(door, "JLONG", last_on=date(2026, 3, 20))
    assert (await quoted(door, "ann", crew=crew))["refusals"] == []

    ann = await door.asking("ann")
    job_id = (await ann.post("/api/jobs", json=concert(crew=crew), headers=KEY)).json()["job_id"]
    later = concert(crew=crew, days=[{"date": "2026-03-21", "starts": "15:00", "ends": "23:30", "place": "Liège"}])
    told = await ann.post(f"/api/jobs/{job_id}/move", json={"declaration": later, "reason": "the hall is taken"})
    assert told.status_code == 422, told.text
    assert "no_running_contract" in told.text
