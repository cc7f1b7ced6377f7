"""Finance and audit: files taken over once, money said by a person, files approved by two, and the chain."""

import re
from pathlib import Path

import httpx2
import pytest

from sandbox.app import create_app as sandbox_app
from sandbox.settings import SandboxSettings
from storage.security.audit import AuditEntry
from tests.api.conftest import BRUSSELS, Door
from tests.api.jobs import parked_van
from tests.api.test_bank import a_desk, a_due_wage
from tests.databases import MONDAY, a_job
from tests.services.test_bank import statement


async def test_the_page_of_the_bank_says_when_this_house_has_none(door: Door) -> None:
    page = await (await door.asking("fay")).get("/bank?lang=fr")
    assert page.status_code == 200
    assert "guichet bancaire" in page.text
    assert (await (await door.asking("ann")).get("/bank")).status_code == 403
    assert (await (await door.asking("eve")).get("/bank")).status_code == 403


async def test_the_audit_is_filtered_by_job_and_its_chain_checked(door: Door) -> None:
    job_id = await parked_van(door.house)
    door.process.attempts[f"job-{job_id} van_rental:van"] = 1
    ops = await door.asking("otto")
    await ops.post(
        f"/api/jobs/{job_id}/steps/van_rental:van/replay", json={"reason": "Vans are back", "expected_attempt": 1}
    )
    page = await ops.get(f"/audit?job={job_id}&what=step.*")
    assert "Vans are back" in page.text
    assert "Otto Test" in page.text
    line = AuditEntry(
        at=MONDAY, who="otto", role="ops", job_id=job_id, what="job.approve", why="new_client: known for years"
    )
    await door.house.audit.record(line.model_copy(update={"outcome": "taken"}))
    told = (await ops.get(f"/audit?job={job_id}&lang=en")).text
    assert "New client: known for years" in told
    assert "new_client" not in told
    read = " ".join(re.sub(r"<[^>]+>", " ", told).split())
    assert "otto (operations) says yes · Concert in Liège" in read
    assert "Otto Test (operations) decides about Van: Try again · Concert in Liège" in read
    await door.house.audit.record(line.model_copy(update={"what": "step.skip", "outcome": "waits_for_second"}))
    assert "Waits for a second person" in (await ops.get(f"/audit?job={job_id}&lang=en")).text
    assert "No decision answers to this." in (await ops.get("/audit?job=ELSE")).text
    assert "The chain is whole" in (await ops.get("/audit?check=true")).text
    by_name = await ops.get("/audit?who=otto&job=&from_on=&until_on=2026-02-02")
    assert "Vans are back" in by_name.text
    assert (await (await door.asking("fay")).get("/audit")).status_code == 403


@pytest.fixture
def at_the_bank(door: Door, tmp_path: Path) -> Door:
    """The same house with a bank desk, and the sandbox's bank behind it."""
    transport = httpx2.ASGITransport(app=sandbox_app(tmp_path / "sandbox.sqlite", SandboxSettings()))
    door.house.desk = a_desk(door.house, transport)
    return door


async def test_finance_takes_a_statement_over_and_says_what_the_unknown_is(at_the_bank: Door) -> None:
    door = at_the_bank
    finance = await door.asking("fay")
    content = statement(("150.00", "merci pour tout"), iban=BRUSSELS.iban)
    page = await finance.post("/bank/statements", files={"file": ("day.xml", content, "application/xml")})
    assert page.status_code == 200
    assert "Movements to recognise: 1." in page.text
    job_id = await a_job(door.house.database)
    (open_,) = await door.house.statements.entries("unknown")
    given = {
        "kind": "job",
        "subject_id": job_id,
        "amount_eur": "150,00",
        "reason": "They rang",
        "key": "a-key-00",
    }
    matched = await finance.post(f"/bank/movements/{open_.movement}", data=given)
    assert matched.status_code == 303
    assert "Every movement is recognised." in (await finance.get("/bank")).text


async def test_two_people_approve_a_file_and_one_takes_it_to_the_bank(at_the_bank: Door) -> None:
    door = at_the_bank
    await a_due_wage(door)
    fay, gus = await door.asking("fay"), await door.asking("gus")
    assert (await fay.post("/bank/batches")).status_code == 303
    (batch,) = await door.house.payments.batches()
    address = f"/bank/batches/{batch.batch_id}"
    await fay.post(address, data={"do": "approve"})
    page = await fay.get("/bank")
    assert "You said yes: somebody else gives the second." in page.text
    assert "€740.11" in page.text
    early = await fay.post(address, data={"do": "sent", "bank_reference": "upload 1"})
    assert early.status_code == 422
    await gus.post(address, data={"do": "approve"})
    (sent,) = await door.house.payments.batches()
    assert sent.state in ("sent", "accepted")
