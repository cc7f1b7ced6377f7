"""Each answer to a question is told once: what became of it, not only what was decided."""

from decimal import Decimal
from typing import Any

import pytest

from allin.operations.reconcile import listed
from domain.job import Decision
from domain.ledger import Account
from storage.money.ledger import LedgerStore
from tests.process.small import DAY, NOTHING_BOOKED, crew, declare, engaged
from tests.process.world import World

CREDIT_NOTE = {
    "number": "HC-2026-1",
    "issued_on": "2026-02-03",
    "net_eur": "1200.00",
    "vat_eur": "72.00",
    "total_eur": "1272.00",
}
NO_EXPENSES: dict[str, Any] = {**NOTHING_BOOKED, "expenses": None}


async def settled(house: World, job_id: str, step: str) -> list[str]:
    """The outcome lines of one step."""
    events = await house.house.events.since(job_id, 0, 1000)
    return [one.kind for one in events if one.kind.startswith("step.settled.") and one.step == step]


async def answer(house: World, job_id: str, step: str, what: str, **said: str) -> None:
    """By one of its buttons, or by hand with its paper."""
    if what == "by_hand":
        paper = {"reason": "it was done outside", "result": said, "evidence": f"proof-{step.replace(':', '-')}"}
        await house.decide(job_id, step, "complete", who="iris", **paper)
    else:
        await house.decide(job_id, step, "answer", answer=what, who="iris")


async def test_what_becomes_of_each_signed_contract_of_a_withdrawn_job(house: World) -> None:
    job_id = await declare(house, crew=crew("ann", "bob", "chloe"), **NO_EXPENSES)
    await engaged(house, job_id)
    answers = {
        "ann": ("end", "ended", "undone"),
        "bob": ("by_hand", "ended", "undone"),
        "chloe": ("keep", "kept", "done"),
    }
    for slug in answers:
        await house.until_step(job_id, f"employment_contract:{slug}", "done")
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    for slug, (what, told, state) in answers.items():
        step = f"employment_contract:{slug}"
        await house.until_step(job_id, step, "parked")
        await answer(house, job_id, step, what, **({"terminated_on": "2026-02-02"} if what == "by_hand" else {}))
        await house.until_step(job_id, step, state)
        await house.settle()
        assert await settled(house, job_id, step) == [f"step.settled.{told}"], slug


async def again(house: World, job_id: str, step: str, n: int) -> None:
    """Somebody thinks that it is wrong."""
    state = await house.step(job_id, step)
    assert state is not None
    wish = Decision(
        operation_id=f"redo-{step}-{n}",
        step=step,
        kind="replay",
        expected_attempt=state.attempt,
        by="p-omar",
        role="ops",
        reason="look at it again",
    )
    await house.client.get_workflow_handle(f"job-{job_id}").execute_update("redo", wish)
    await house.until_step(job_id, step, "parked")


async def test_a_signed_paper_that_may_be_wrong_is_corrected_or_stays(house: World) -> None:
    job_id = await declare(house, crew=crew("ann"), **NO_EXPENSES)
    await engaged(house, job_id)
    for n, what in enumerate(("keep", "by_hand")):
        await again(house, job_id, "agreement", n)
        await answer(house, job_id, "agreement", what)
        await house.until_step(job_id, "agreement", "done")
    await house.settle()
    assert await settled(house, job_id, "agreement") == ["step.settled.unchanged", "step.settled.corrected"]


async def billed(house: World) -> str:
    """The deposit is invoiced before the job; then the job is withdrawn, and people are asked about the invoice."""
    half = {"deposit_percent": 50, "deposit_on": "2026-02-03"}
    job_id = await declare(house, crew=crew("ann"), invoicing=half, **NO_EXPENSES)
    await engaged(house, job_id)
    await house.pass_time(DAY)
    await house.until_step(job_id, "invoicing:deposit", "done")
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    await house.until_step(job_id, "invoicing:deposit", "parked")
    return job_id


@pytest.mark.parametrize(
    ("what", "told", "state"),
    [("credit", "credited", "undone"), ("by_hand", "credited", "undone"), ("keep", "billed", "done")],
)
async def test_what_becomes_of_an_issued_invoice(house: World, what: str, told: str, state: str) -> None:
    job_id = await billed(house)
    await answer(house, job_id, "invoicing:deposit", what, **(CREDIT_NOTE if what == "by_hand" else {}))
    await house.until_step(job_id, "invoicing:deposit", state)
    await house.settle()
    assert await settled(house, job_id, "invoicing:deposit") == [f"step.settled.{told}"]
    receivable = (await LedgerStore(house.site.database).balances(job_id)).of(Account.RECEIVABLE)
    assert receivable == (Decimal("1272.00") if what == "keep" else Decimal("0.00"))
    effects = (await house.partners("GET", "/admin/effects"))["effects"]
    assert await listed(house.site.database, effects) == []  # the credit note that was sent is ours, too
