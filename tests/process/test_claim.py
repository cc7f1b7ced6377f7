"""A job that is called off claims on its cancellation cover: settled, refused or silent, the books close."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.job import StepState
from domain.ledger import Account
from storage.money.ledger import LedgerStore
from tests.process.small import DAY, HOUR, declare, engaged
from tests.process.world import World

CLAIM = "insurance:cancellation-claim"
COVERED: dict[str, Any] = {
    "insurance": {"covers": ["cancellation", "equipment_all_risk"], "declared_value_eur": "2400.00"},
    "travel": None,
    "expenses": None,
}


async def called_off(house: World, **changes: Any) -> str:
    """Everything is bought and signed; the hall is flooded; two contracts end, Bob's pay stays owed."""
    job_id = await declare(house, **(COVERED | changes))
    await engaged(house, job_id)
    await house.until(job_id, lambda job: job.state == "engaged")
    for step in ("insurance", "van_rental:van"):
        await house.until_step(job_id, step, "done")
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    for slug in ("ann", "bob", "chloe"):
        await house.until_step(job_id, f"employment_contract:{slug}", "parked")
    return job_id


async def people_settled(house: World, job_id: str) -> None:
    for slug, answer in (("bob", "keep"), ("ann", "end"), ("chloe", "end")):
        await house.decide(job_id, f"employment_contract:{slug}", "answer", answer=answer, who="iris")


async def planned(house: World, outcome: str, reason: str | None = None) -> None:
    await house.partners("POST", "/admin/insurer/claims", json={"outcome": outcome, "reason": reason})


async def result(house: World, job_id: str) -> Decimal:
    """What the job costs more than it earned."""
    return (await LedgerStore(house.site.database).balances(job_id)).of(Account.RESULT)


async def bearer(house: World, job_id: str, left: str) -> None:
    """What nobody else pays gets a named bearer, by two persons; then the books are closed."""
    loss = await lives_to_parked(house, job_id, "prefinancing")
    assert loss.problem is not None
    assert (loss.problem.type, loss.problem.params["balance"]) == ("AccountsNotSettled", left)
    request = loss.request | {"loss_borne_by": "community"}
    await house.decide(job_id, "prefinancing", "replay", who="fatima", request=request)
    await house.until(job_id, lambda job: job.state == "withdrawn")
    assert (await LedgerStore(house.site.database).balances(job_id)).open == {}


async def lives_to_parked(house: World, job_id: str, step: str) -> StepState:
    """Days pass until somebody is asked about a step."""
    for _ in range(20):
        state = await house.step(job_id, step)
        if state is not None and state.state == "parked":
            return state
        await house.pass_time(5 * DAY)
        await house.settle()
    raise AssertionError(f"{step} is not parked: {await house.kinds(job_id)}")


async def kinds_at(house: World, partner: str) -> list[str]:
    return [one["kind"] for one in await house.effects(partner)]


async def test_a_settled_claim_pays_the_job_and_only_the_excess_gets_a_bearer(house: World) -> None:
    job_id = await called_off(house)
    claim = await house.until_step(job_id, CLAIM, "held")
    assert claim.booking is not None
    assert claim.booking["claim_number"] == "CLM-2026-000001"
    done = await kinds_at(house, "insurer")  # the claim and the end of the other policy go side by side
    assert sorted(done) == ["claim", "policy", "policy", "policy_cancellation"]
    (due,) = [one for one in await house.house.deadlines.of_job(job_id) if one.kind == "claim_declared"]
    assert due.met_at is not None
    assert due.due_at - due.met_at > timedelta(days=7)

    await people_settled(house, job_id)
    for _ in range(70):
        if "insurance.state_loss" in await house.kinds(job_id):
            break
        await house.pass_time(DAY)
        await house.settle()
    lost = await result(house, job_id)
    assert lost > 500
    waiting = await house.until_step(job_id, CLAIM, "waiting")
    assert waiting.booking is not None
    assert Decimal(waiting.booking["loss_eur"]) == lost
    excess = (lost * Decimal("0.10")).quantize(Decimal("0.01"))
    await bearer(house, job_id, str(excess))
    kinds = await house.kinds(job_id)
    assert kinds.count("insurance.hear_claim") == 1
    assert (await kinds_at(house, "insurer")).count("claim") == 1
    told = [one for one in await house.house.events.since(job_id, 0, 1000) if one.kind == "insurance.hear_claim"]
    assert told[0].params["left"] == str(excess)


async def test_a_refused_claim_is_put_to_the_adviser_and_the_whole_loss_gets_a_bearer(house: World) -> None:
    await planned(house, "refused", "floods are not insured")
    job_id = await called_off(house)
    await people_settled(house, job_id)
    refused = await lives_to_parked(house, job_id, CLAIM)
    assert refused.problem is not None
    assert (refused.problem.type, refused.problem.decided_by) == ("ClaimRefused", "advisor")
    assert refused.problem.params["reason"] == "floods are not insured"
    lost = await result(house, job_id)
    with pytest.raises(AssertionError, match="paid_eur"):
        await house.decide(job_id, CLAIM, "complete", result={}, evidence="letter")
    await house.decide(job_id, CLAIM, "skip")
    await bearer(house, job_id, str(lost))


async def test_a_silent_insurer_is_asked_by_a_person_after_the_time_its_policy_gives_it(house: World) -> None:
    await planned(house, "silent")
    job_id = await called_off(house)
    await people_settled(house, job_id)
    silent = await lives_to_parked(house, job_id, CLAIM)
    assert silent.problem is not None
    assert (silent.problem.type, silent.problem.params["days"]) == ("ClaimUnanswered", "30")
    lost = await result(house, job_id)
    done = {"paid_eur": "300.00"}
    await house.decide(job_id, CLAIM, "complete", result=done, evidence="letter-of-the-insurer")
    await bearer(house, job_id, str(lost - 300))
    texts = [one.text for one in await LedgerStore(house.site.database).entries(job_id)]
    assert texts.count("Recovered from insurer or subsidy") == 1


async def test_an_insurer_that_loses_its_answers_has_one_claim_and_pays_once(house: World) -> None:
    await house.fault("insurer", "execute_then_fail", "declare_claim", times=1)
    await house.fault("insurer", "execute_then_fail", "state_loss", times=1)
    await house.fault("insurer", "delay", "find_claims", seconds=0.3, times=2)
    job_id = await called_off(house)
    await people_settled(house, job_id)
    await lives_to_parked(house, job_id, "prefinancing")
    assert sorted(await kinds_at(house, "insurer"))[:2] == ["claim", "claim_loss"]
    assert (await kinds_at(house, "insurer")).count("claim") == 1
    texts = [one.text for one in await LedgerStore(house.site.database).entries(job_id)]
    assert texts.count("Recovered from insurer or subsidy") == 1


async def test_a_claim_the_insurer_does_not_take_is_decided_about_and_holds_nothing_else_up(house: World) -> None:
    await house.fault("insurer", "422", "declare_claim", detail="no claims desk on Sundays")
    job_id = await called_off(house)
    await house.until_step(job_id, CLAIM, "parked")
    await house.until_step(job_id, "insurance", "undone")
    await house.until_step(job_id, "van_rental:van", "undone")
    (due,) = [one for one in await house.house.deadlines.of_job(job_id) if one.kind == "claim_declared"]
    assert due.met_at is None
    assert (await kinds_at(house, "insurer")).count("policy_cancellation") == 1
    await people_settled(house, job_id)
    await house.partners("DELETE", "/admin/faults")
    await house.decide(job_id, CLAIM, "replay")
    await lives_to_parked(house, job_id, "prefinancing")
    assert (await kinds_at(house, "insurer")).count("claim") == 1


async def test_without_a_cancellation_cover_nothing_is_claimed_and_before_it_is_bound_neither(house: World) -> None:
    plain = {"insurance": {"covers": ["equipment_all_risk"], "declared_value_eur": "2400.00"}}
    job_id = await called_off(house, **plain)
    await house.until_step(job_id, "insurance", "undone")
    assert "claim" not in await kinds_at(house, "insurer")
    assert await house.step(job_id, CLAIM) is None

    early = await declare(house, **COVERED)
    await house.until_step(early, "insurance", "held")
    await house.ask("ann", "POST", f"/api/jobs/{early}/withdraw", json={"reason": "no singer"})
    await house.until(early, lambda job: job.state == "withdrawn")
    assert await house.step(early, CLAIM) is None


async def test_what_a_withdrawal_would_claim_is_shown_before_it_is_asked(house: World) -> None:
    job_id = await declare(house, **COVERED)
    await engaged(house, job_id)
    await house.until_step(job_id, "insurance", "done")
    body = {"reason": "the hall is flooded"}
    shown = await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw?dry_run=true", json=body)
    (claimed,) = [one for one in shown["effects"] if one["outcome"] == "claimed"]
    assert claimed["step"] == CLAIM
    assert "within 8 days" in claimed["why"]
    await house.pass_time(HOUR)
