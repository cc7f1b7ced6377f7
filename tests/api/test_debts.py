"""What clients owe, the oldest debt first; a contested invoice waits, and its story says so."""

from datetime import UTC, date, datetime

from domain.collection_state import NewCollection
from domain.rules.consumer import ConsumerTerms
from storage.services.debt_collection import Collections
from storage.services.invoicing import Invoices
from tests.api.conftest import Door
from tests.api.test_bank import an_invoice

DEBTS = "/api/debts"


async def owed(door: Door, due_on: date) -> str:
    """An invoice of 1,590.00 whose money is awaited; the id of its job."""
    await an_invoice(door)
    invoice = await Invoices(door.house.database).invoice("I-1")
    await Collections(door.house.database).open(
        NewCollection(
            invoice_id="I-1", job_id=invoice.job_id, entity="brussels", client_id="c-hall", client_version=1,
            payable_eur="1590.00", due_on=due_on, terms=ConsumerTerms(),
            opened_at=datetime(2026, 1, 2, 9, 0, tzinfo=UTC),
        )
    )  # fmt: skip
    return invoice.job_id


async def test_the_debts_stand_by_age_with_what_is_still_open(door: Door) -> None:
    await owed(door, date(2026, 1, 15))
    fay = await door.asking("fay")

    (debt,) = (await fay.get(DEBTS)).json()["debts"]

    assert (debt["number"], debt["open_eur"], debt["days_late"], debt["state"]) == (
        "B-2026-000001", "1590.00", 18, "open",
    )  # fmt: skip
    first = (await fay.get(f"{DEBTS}?limit=1")).json()
    assert (await fay.get(f"{DEBTS}?cursor={first['next']}")).json() == {"debts": [], "next": None}
    assert (await fay.get(f"{DEBTS}?cursor=nonsense")).status_code == 400


async def test_a_contested_invoice_waits_until_somebody_has_settled_it(door: Door) -> None:
    job_id = await owed(door, date(2026, 1, 15))
    eve, ann = await door.asking("eve"), await door.asking("ann")
    because = {"reason": "the light was not as ordered"}

    contested = await eve.post(f"{DEBTS}/I-1/dispute", json=because)
    again = await eve.post(f"{DEBTS}/I-1/dispute", json=because)
    settled = await eve.post(f"{DEBTS}/I-1/dispute/settle", json={"reason": "a discount was agreed"})

    assert (contested.status_code, contested.json()["state"]) == (200, "disputed")
    assert (again.status_code, again.json()["type"].split("/")[-1]) == (409, "not-now")
    assert (settled.status_code, settled.json()["state"]) == (200, "open")
    told = [line.kind for line in await door.house.events.since(job_id)]
    assert told[-2:] == ["debt.disputed", "debt.settled"]
    assert door.process.nudges == [("collection-I-1", "money_moved")] * 2
    outcomes = [(line.what, line.outcome) for line in await door.house.audit.page(job_id=job_id)]
    assert outcomes == [("debt.settle", "taken"), ("debt.dispute", "taken")]
    assert (await ann.post(f"{DEBTS}/I-1/dispute", json=because)).status_code == 403
    assert (await eve.post(f"{DEBTS}/I-9/dispute", json=because)).status_code == 404
