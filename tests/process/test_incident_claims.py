"""What happens on a job is claimed: reported in time, followed to its money, the rest gets a bearer."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.job import StepState
from domain.ledger import Account
from storage.money.ledger import LedgerStore
from tests.process.small import DAY, alone, declare, engaged
from tests.process.world import World

COVERED: dict[str, Any] = {
    "insurance": {"covers": ["equipment_all_risk"], "declared_value_eur": "2400.00"},
    "travel": None,
    "expenses": None,
}


async def underway(house: World, **changes: Any) -> str:
    job_id = await declare(house, **(COVERED | changes))
    await engaged(house, job_id)
    await house.until_step(job_id, "insurance", "done")
    return job_id


async def told(house: World, job_id: str, **changes: Any) -> dict[str, Any]:
    """Something happened yesterday: the mixing desk fell."""
    on = (house.house.today() - DAY).isoformat()
    body = {"kind": "damage", "happened_on": on, "text": "the mixing desk fell", "about": "others"} | changes
    found: dict[str, Any] = await house.ask("ann", "POST", f"/api/jobs/{job_id}/incidents", json=body)
    return found


async def lived_until(house: World, job_id: str, step: str, state: str, days: int = 60) -> StepState:
    """Days pass until a step of the claim is in a state; the banks and mornings go on."""
    for _ in range(days):
        found = await house.step(job_id, step)
        if found is not None and found.state == state:
            return found
        await house.pass_time(DAY)
        await house.settle()
    raise AssertionError(f"{step} is {found and (found.state, found.problem)}: {await house.kinds(job_id)}")


async def loss_said(house: World, job_id: str, claim: str, loss: str) -> None:
    asked = await lived_until(house, job_id, f"insurance:{claim}-loss", "parked")
    assert asked.problem is not None
    assert (asked.problem.type, asked.problem.decided_by) == ("LossNotSaid", "advisor")
    request = asked.request | {"loss_eur": loss, "paid_to": "Repairs Ltd"}
    await house.decide(job_id, f"insurance:{claim}-loss", "replay", who="iris", request=request)


async def borne(house: World, job_id: str, claim: str, left: str, by: str = "community") -> None:
    asked = await lived_until(house, job_id, f"insurance:{claim}-bearer", "parked")
    assert asked.problem is not None
    assert (asked.problem.type, asked.problem.params["left"]) == ("RestNeedsBearer", left)
    request = asked.request | {"borne_by": by}
    await house.decide(job_id, f"insurance:{claim}-bearer", "replay", who="iris", request=request)
    await lived_until(house, job_id, f"insurance:{claim}-bearer", "done", 3)


async def stands(house: World, job_id: str, account: Account) -> Decimal:
    return (await LedgerStore(house.site.database).balances(job_id)).of(account)


async def planned(house: World, outcome: str, reason: str | None = None) -> None:
    await house.partners("POST", "/admin/insurer/claims", json={"outcome": outcome, "reason": reason})


async def effects(house: World, kind: str) -> int:
    return [one["kind"] for one in await house.effects("insurer")].count(kind)


async def test_damage_is_reported_decided_paid_and_the_excess_gets_a_bearer(house: World) -> None:
    job_id = await underway(house)
    happened = await told(house, job_id)
    assert (happened["claim"], happened["cover"]) == ("damage-1", "liability")
    reported = await house.until_step(job_id, "insurance:damage-1-report", "done")
    assert reported.booking is not None
    assert reported.booking["claim_number"] == "INC-2026-000001"
    (due,) = [one for one in await house.house.deadlines.of_job(job_id) if one.kind == "damage_report"]
    assert due.met_at is not None
    assert timedelta(days=7) < due.due_at - due.met_at < timedelta(days=8)

    await loss_said(house, job_id, "damage-1", "1450.00")
    await house.until_step(job_id, "insurance:damage-1-outcome", "waiting")
    assert await stands(house, job_id, Account.CLAIMS) == Decimal("1450.00")
    await lived_until(house, job_id, "insurance:damage-1-money", "done")
    assert await stands(house, job_id, Account.CLAIMS) == Decimal("145.00")
    await borne(house, job_id, "damage-1", "145.00")
    assert await stands(house, job_id, Account.CLAIMS) == Decimal("0.00")
    assert await stands(house, job_id, Account.COMMUNITY) == Decimal("145.00")

    (one,) = await house.ask("ann", "GET", f"/api/jobs/{job_id}/incidents")
    assert (one["loss_eur"], one["granted_eur"], one["excess_eur"]) == ("1450.00", "1305.00", "145.00")
    assert (one["paid_eur"], one["borne_by"]) == ("1305.00", "community")
    assert one["closed_at"] is not None
    kinds = await house.kinds(job_id)
    for verb in ("report_incident", "state_incident_loss", "hear_incident", "await_claim_money", "bear_rest"):
        assert kinds.count(f"insurance.{verb}") == 1
    assert kinds.count("happening.closed") == 1
    assert (await effects(house, "incident"), await effects(house, "incident_loss")) == (1, 1)


async def test_an_accident_is_reported_within_eight_days_and_the_insurer_settles_with_the_person(
    house: World,
) -> None:
    job_id = await alone(house)
    await engaged(house, job_id)
    await told(house, job_id, kind="accident", who="Ann", text="fell off the stage")
    await house.until_step(job_id, "insurance:accident-1-report", "done")
    (due,) = [one for one in await house.house.deadlines.of_job(job_id) if one.kind == "accident_report"]
    assert due.met_at is not None
    outcome = await lived_until(house, job_id, "insurance:accident-1-outcome", "done")
    assert outcome.booking is not None
    assert outcome.booking["to_person"] is True
    assert await house.step(job_id, "insurance:accident-1-loss") is None
    (one,) = await house.ask("ann", "GET", f"/api/jobs/{job_id}/incidents")
    assert one["closed_at"] is not None
    assert await stands(house, job_id, Account.CLAIMS) == Decimal("0.00")


async def test_a_theft_waits_for_the_papers_of_the_police_and_goes_on_with_them(house: World) -> None:
    job_id = await underway(house)
    happened = await told(house, job_id, kind="theft", text="two lamps are gone")
    await loss_said(house, job_id, "theft-1", "450.00")
    asked = await lived_until(house, job_id, "insurance:theft-1-outcome", "parked", 10)
    assert asked.problem is not None
    assert (asked.problem.type, asked.problem.params["what"]) == ("DocumentsAsked", "the report of the police")
    paper = f"/api/jobs/{job_id}/incidents/{happened['incident_id']}/papers?name=police.pdf"
    await house.ask("ann", "POST", paper, content=b"%PDF-1.7")
    await house.decide(job_id, "insurance:theft-1-outcome", "replay", who="iris")
    await lived_until(house, job_id, "insurance:theft-1-money", "done")
    assert await effects(house, "incident_documents") == 1
    await borne(house, job_id, "theft-1", "100.00", "activity")
    assert await stands(house, job_id, Account.CLAIMS) == Decimal("0.00")


async def test_a_refusal_is_put_to_the_adviser_and_the_whole_loss_gets_a_bearer(house: World) -> None:
    await planned(house, "refused", "negligence")
    job_id = await underway(house)
    await told(house, job_id, kind="no_show", who="Dan", text="the drummer did not come")
    await loss_said(house, job_id, "no-show-1", "300.00")
    refused = await lived_until(house, job_id, "insurance:no-show-1-outcome", "parked")
    assert refused.problem is not None
    assert (refused.problem.type, refused.problem.params["reason"]) == ("ClaimRefused", "negligence")
    await house.decide(job_id, "insurance:no-show-1-outcome", "skip", who="iris")
    await borne(house, job_id, "no-show-1", "300.00", "sector")
    assert await stands(house, job_id, Account.SECTOR) == Decimal("300.00")


async def test_money_for_an_accident_that_cost_nothing_is_the_cooperatives_and_not_left_over(house: World) -> None:
    """The insurer refuses, reconsiders by telephone and pays 300.00 to the cooperative, which lost nothing."""
    await planned(house, "refused", "no doctor saw it")
    job_id = await underway(house)
    await told(house, job_id, kind="accident", who="Dan", text="Dan fell from the stage")
    await lived_until(house, job_id, "insurance:accident-1-outcome", "parked")
    done = {"reason": "told by telephone", "result": {"granted_eur": "300.00"}, "evidence": "call.pdf"}
    await house.decide(job_id, "insurance:accident-1-outcome", "complete", who="iris", **done)
    entity = await house.house.entities.entity((await house.job(job_id)).plan.entity)
    credit = {"iban": entity.iban, "amount_eur": "300.00", "payer": "payments@insurer.example"}
    await house.partners("POST", "/admin/bank/credits", json=credit | {"text": "claim inc-2026-000001"})
    await lived_until(house, job_id, "insurance:accident-1-bearer", "done", 6)
    assert await stands(house, job_id, Account.CLAIMS) == Decimal("0.00")
    assert await stands(house, job_id, Account.COMMUNITY) == Decimal("-300.00")


async def test_an_insurer_that_never_pays_is_asked_by_finance_and_money_that_comes_later_is_the_bearers(
    house: World,
) -> None:
    await planned(house, "unpaid")
    job_id = await underway(house)
    await told(house, job_id)
    await loss_said(house, job_id, "damage-1", "1450.00")
    late = await lived_until(house, job_id, "insurance:damage-1-money", "parked")
    assert late.problem is not None
    assert (late.problem.type, late.problem.decided_by) == ("InsurerPaysNothingYet", "finance")
    assert late.problem.params["amount"] == "1305.00"
    await house.decide(job_id, "insurance:damage-1-money", "skip", who="fatima")
    await borne(house, job_id, "damage-1", "1450.00")
    entity = await house.house.entities.entity((await house.job(job_id)).plan.entity)
    credit = {"iban": entity.iban, "amount_eur": "1305.00", "payer": "payments@insurer.example"}
    await house.partners("POST", "/admin/bank/credits", json=credit | {"text": "claim inc-2026-000001 at last"})
    for _ in range(4):
        await house.pass_time(DAY)
        await house.settle()
    assert await stands(house, job_id, Account.CLAIMS) == Decimal("0.00")
    assert await stands(house, job_id, Account.COMMUNITY) == Decimal("145.00")


async def test_an_insurer_that_loses_its_answers_has_one_claim_and_one_loss(house: World) -> None:
    await house.fault("insurer", "execute_then_fail", "report_incident", times=1)
    await house.fault("insurer", "execute_then_fail", "state_incident_loss", times=1)
    job_id = await underway(house)
    await told(house, job_id)
    await loss_said(house, job_id, "damage-1", "1450.00")
    await lived_until(house, job_id, "insurance:damage-1-money", "done")
    assert (await effects(house, "incident"), await effects(house, "incident_loss")) == (1, 1)
    texts = [one.text for one in await LedgerStore(house.site.database).entries(job_id)]
    assert texts.count("What happened on the job costs") == 1
    assert texts.count("An insurer pays for what happened") == 1


async def test_without_a_cover_nothing_is_claimed_until_a_person_says_so_and_the_loss_has_a_bearer(
    house: World,
) -> None:
    job_id = await alone(house)
    await engaged(house, job_id)
    await told(house, job_id, about="equipment")
    nothing = await house.until_step(job_id, "insurance:damage-1-report", "parked")
    assert nothing.problem is not None
    assert (nothing.problem.type, nothing.problem.decided_by) == ("NotCovered", "advisor")
    await house.decide(job_id, "insurance:damage-1-report", "skip", who="iris")
    await loss_said(house, job_id, "damage-1", "80.00")
    await borne(house, job_id, "damage-1", "80.00", "activity")
    (due,) = [one for one in await house.house.deadlines.of_job(job_id) if one.kind == "damage_report"]
    assert due.met_at is not None
    assert await effects(house, "incident") == 0
    assert await house.step(job_id, "insurance:damage-1-outcome") is None


async def test_a_job_that_ends_first_leaves_its_claim_alive_and_no_wage_waits_for_it(house: World) -> None:
    await planned(house, "silent")
    job_id = await alone(house)
    await engaged(house, job_id)
    await told(house, job_id)
    await loss_said(house, job_id, "damage-1", "1450.00")
    await house.until_step(job_id, "insurance:damage-1-outcome", "waiting")
    for _ in range(40):
        if (await house.job(job_id)).state == "closed":
            break
        await house.pass_time(2 * DAY)
        await house.settle()
    assert (await house.job(job_id)).state == "closed"
    silent = await lived_until(house, job_id, "insurance:damage-1-outcome", "parked")
    assert silent.problem is not None
    assert silent.problem.type == "ClaimUnanswered"
    done = {"granted_eur": "1000.00", "excess_eur": "450.00"}
    await house.decide(job_id, "insurance:damage-1-outcome", "complete", result=done, evidence="letter")
    money = await lived_until(house, job_id, "insurance:damage-1-money", "parked")
    assert money.problem is not None
    await house.decide(
        job_id, "insurance:damage-1-money", "complete", result={"paid_eur": "1000.00"}, evidence="statement"
    )
    await borne(house, job_id, "damage-1", "450.00")
    assert await stands(house, job_id, Account.CLAIMS) == Decimal("0.00")


@pytest.mark.parametrize("wrong", [{"kind": "flood"}, {"text": " "}, {"happened_on": "2026-12-31"}])
async def test_what_cannot_be_is_refused_and_nothing_begins(house: World, wrong: dict[str, Any]) -> None:
    job_id = await alone(house)
    with pytest.raises(AssertionError, match="422"):
        await told(house, job_id, **wrong)
    assert await house.ask("ann", "GET", f"/api/jobs/{job_id}/incidents") == []
