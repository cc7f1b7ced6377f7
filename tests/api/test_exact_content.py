"""Two persons say yes to the very same content: what changes after the first yes asks both again."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain import entries
from domain.job import StepState
from storage.money.ledger import LedgerStore
from storage.security.accounts import SignInAccount
from tests.api.conftest import Door
from tests.api.test_decisions import given, kind, parked

COLLECTION = {
    "invoice_id": "i-1", "number": "BX-2026-1", "client_id": "c-hall", "client_version": 1, "member_id": "p-ann",
    "payable_eur": "848.00", "due_on": "2026-01-02", "consumer": False,
}  # fmt: skip
FRIDAY = date(2026, 2, 6)


def asked(stage: str) -> StepState:
    request = {
        "collection": COLLECTION,
        "stage": {"kind": stage, "at": "2026-02-02T08:00:00Z", "basis": "terms"},
        "decided": False,
        "borne_by": "community",
    }
    operation = "write_off" if stage == "write_off" else "hand_over"
    return StepState(service="debt_collection", item=stage.replace("_", "-"), request=request, operation=operation)


async def a_question(door: Door, stage: str) -> tuple[str, str]:
    """848.00 is owed, and what to do about it waits for two of finance; the address of the step."""
    for login in ("fay", "gus"):
        await door.house.accounts.save(
            SignInAccount(person_id=f"p-{login}", login=login, roles=("finance",), demo=True)
        )
    step = asked(stage)
    job_id = await parked(door.house, step, "DecisionNeeded", decided_by="finance")
    await door.house.documents.file(
        job_id=job_id, step="invoicing", name="invoice.pdf", kind="invoice", media_type="application/pdf",
        content=b"%PDF-1.7 848.00", audience=("client", "member"), order_key=f"{job_id}/invoicing/-/1",
    )  # fmt: skip
    door.process.attempts[f"job-{job_id} {step.step}"] = 1
    return job_id, f"/api/jobs/{job_id}/steps/{step.step}"


async def proposed(door: Door, address: str, stage: str, by: str = "fay") -> str:
    request = asked(stage).request | {"decided": True}
    told = await (await door.asking(by)).post(f"{address}/replay", json=given(request=request))
    assert told.status_code == 202, told.text
    return f"/api/ops/proposals/{told.json()['proposal_id']}"


async def some_is_paid(door: Door, job_id: str) -> None:
    ledger = LedgerStore(door.house.database)
    before = await ledger.balances(job_id)
    await ledger.post(entries.client_payment(f"{job_id}/bank/1", job_id, FRIDAY, Decimal("400.00"), before))


async def another_paper(door: Door, job_id: str) -> None:
    await door.house.documents.file(
        job_id=job_id, step="debt_collection:notice", name="letter.pdf", kind="letter",
        media_type="application/pdf", content=b"%PDF-1.7 we contest this", audience=("client",),
        order_key=f"{job_id}/debt_collection/letter/1",
    )  # fmt: skip


async def paper_exchanged(door: Door, job_id: str) -> None:
    """As somebody who writes in the database."""
    async with door.house.database.writing() as connection:
        await connection.exec_driver_sql(f"UPDATE documents SET sha256 = '{'0' * 64}' WHERE job_id = '{job_id}'")


@pytest.mark.parametrize("stage", ["write_off", "bailiff", "lawyer"])
async def test_the_second_person_says_yes_to_what_the_first_was_shown_and_its_hash_is_in_the_audit(
    door: Door, stage: str
) -> None:
    job_id, address = await a_question(door, stage)
    second = await proposed(door, address, stage)
    gus = await door.asking("gus")
    seen = (await gus.get(second)).json()
    assert (len(seen["shown_sha256"]), seen["changed"]) == (64, False)
    body = {"reason": "I read the dossier", "shown_sha256": seen["shown_sha256"]}
    assert (await gus.post(f"{second}/confirm", json=body)).status_code == 200
    lines = await door.house.audit.page(job_id=job_id, what="step.replay*")
    assert [(line.what, line.who, line.confirmed_by, line.shown_sha256) for line in lines] == [
        ("step.replay", "p-fay", "p-gus", seen["shown_sha256"]),
        ("step.replay.proposed", "p-fay", None, seen["shown_sha256"]),
    ]
    assert await door.house.audit.verify() == []


@pytest.mark.parametrize("stage", ["write_off", "bailiff"])
@pytest.mark.parametrize("change", [some_is_paid, another_paper, paper_exchanged])
async def test_a_change_after_the_first_yes_asks_both_again(door: Door, stage: str, change: Any) -> None:
    """400.00 came in, or the client wrote: what the first person agreed to is no more."""
    job_id, address = await a_question(door, stage)
    second = await proposed(door, address, stage)
    gus = await door.asking("gus")
    seen = (await gus.get(second)).json()["shown_sha256"]
    await change(door, job_id)
    assert (await gus.get(second)).json()["changed"]
    for body in ({"reason": "yes"}, {"reason": "yes", "shown_sha256": seen}):
        late = await gus.post(f"{second}/confirm", json=body)
        assert late.status_code in (403, 409), late.text
    assert door.process.told == {}
    assert (await gus.get(second)).json()["state"] == "overtaken"
    (line,) = await door.house.audit.page(job_id=job_id, what="step.replay.overtaken")
    assert (line.who, line.outcome, line.shown_sha256 != seen) == ("p-gus", "changed_since", True)
    again = await proposed(door, address, stage, by="gus")
    fay = await door.asking("fay")
    now = (await fay.get(again)).json()["shown_sha256"]
    assert now != seen
    done = await fay.post(f"{again}/confirm", json={"reason": "as it is now", "shown_sha256": now})
    assert done.status_code == 200
    ((_, message),) = door.process.told.values()
    assert (message.by, message.confirmed_by) == ("p-gus", "p-fay")


async def test_whoever_names_another_content_than_is_shown_confirms_nothing(door: Door) -> None:
    _, address = await a_question(door, "write_off")
    second = await proposed(door, address, "write_off")
    gus = await door.asking("gus")
    other = await gus.post(f"{second}/confirm", json={"reason": "yes", "shown_sha256": "0" * 64})
    assert (other.status_code, kind(other)) == (409, "stale")
    assert (await gus.post(f"{second}/confirm", json={"reason": "yes", "shown_sha256": "x"})).status_code == 422
    assert ((await gus.get(second)).json()["state"], door.process.told) == ("open", {})


async def test_on_the_page_the_hash_stands_beside_the_button_and_a_change_takes_the_button_away(door: Door) -> None:
    job_id, address = await a_question(door, "write_off")
    second = await proposed(door, address, "write_off")
    gus = await door.asking("gus")
    shown = (await gus.get(second)).json()["shown_sha256"]
    page = (await gus.get(address.removeprefix("/api"))).text
    assert page.count(shown) == 2
    assert 'value="yes"' in page
    await some_is_paid(door, job_id)
    page = (await gus.get(address.removeprefix("/api"))).text
    assert (shown in page.replace(f'value="{shown}"', ""), 'value="yes"' in page, 'value="no"' in page) == (
        False,
        False,
        True,
    )
