"""What a withdrawn job gives back by hand: what is kept of it is asked for and stands in the books."""

from decimal import Decimal

import pytest

from domain.ledger import Account
from storage.money.ledger import LedgerStore
from tests.patience import eventually
from tests.process.small import HOUR, NO_EXPENSES, NOTHING_BOOKED, alone, crew, declare, engaged
from tests.process.test_partners import HEAVY
from tests.process.world import World

HIRED = NOTHING_BOOKED | NO_EXPENSES | {"van_rental": HEAVY}
VAN = "van_rental:van"
SEEN = {"who": "omar", "evidence": "letter-of-the-hirer"}


async def stopped(house: World, job_id: str) -> None:
    """Withdrawn; everybody's contract ends by agreement, and somebody must see to the van."""
    for slug in ("ann", "bob"):
        await house.until_step(job_id, f"employment_contract:{slug}", "done")
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    for slug in ("ann", "bob"):
        await house.until_step(job_id, f"employment_contract:{slug}", "parked")
        await house.decide(job_id, f"employment_contract:{slug}", "answer", answer="end", who="iris")
    await house.until_step(job_id, VAN, "parked")


async def given_back(house: World, job_id: str, **said: str) -> dict[str, Decimal]:
    """The van goes back by hand; what the withdrawn job is left with."""
    with pytest.raises(AssertionError, match="kept_eur"):
        await house.decide(job_id, VAN, "complete", **SEEN, result={})
    await house.decide(job_id, VAN, "complete", **SEEN, result=said)
    await house.until_step(job_id, VAN, "undone")
    asked = await house.until_step(job_id, "prefinancing", "parked")  # finance says who bears it
    assert asked.problem is not None
    assert asked.problem.params["accounts"] == f"result {said['kept_eur']}"
    books = await LedgerStore(house.site.database).balances(job_id)
    return {account.value: amount for account, amount in books.amounts.items() if amount}


async def test_a_hired_van_cancelled_by_telephone_costs_what_the_hirer_keeps(house: World) -> None:
    job_id = await declare(house, crew=crew("ann", "bob"), **HIRED)
    await engaged(house, job_id)
    await house.until_step(job_id, VAN, "done")
    await house.fault("vans", "422", detail="our office is closed")
    await stopped(house, job_id)
    books = await given_back(house, job_id, kept_eur="12.00")
    assert books[Account.RESULT.value] == Decimal("12.00")


async def test_a_van_that_a_person_had_hired_costs_what_stays_to_be_paid_of_it(house: World) -> None:
    await house.fault("vans", "422", "purchase_offers", detail="no large van is left")
    job_id = await declare(house, crew=crew("ann", "bob"), **HIRED)
    await house.until_step(job_id, VAN, "parked")
    found = {"van": "1-XYZ-999", "source": "hirer", "price_eur": "80.00", "vat_eur": "16.80", "reference": "R1"}
    await house.decide(job_id, VAN, "complete", **SEEN, result=found | {"paid_how": "card", "paid_to": "Vans & Co"})
    await house.until_step(job_id, VAN, "done")
    await engaged(house, job_id)
    await stopped(house, job_id)
    books = await given_back(house, job_id, kept_eur="20.00", kept_vat_eur="4.20")
    assert books[Account.RESULT.value] == Decimal("20.00")
    assert books[Account.VAT_DUE.value] == Decimal("4.20")


TUNER = "special_request:tuner"
WISH = {"item": "tuner", "wish": "a piano tuner", "ceiling_eur": "120.00"}
ARRANGED = {"what": "Tuned at 14:00", "price_eur": "90.00", "vat_eur": "18.90", "reference": "bill 17"}


async def arranged(house: World) -> str:
    """Ann's job on the 10th; her adviser ordered and paid a piano tuner for that day."""
    job_id = await alone(house, special_request=[WISH])
    await engaged(house, job_id)
    await house.until_step(job_id, TUNER, "parked")
    done = ARRANGED | {"paid_how": "transfer", "paid_to": "Klavier & Co"}
    await house.decide(job_id, TUNER, "complete", who="iris", evidence="bill-17", result=done)
    await house.until_step(job_id, TUNER, "done")
    return job_id


async def result_of(house: World, job_id: str) -> Decimal:
    return (await LedgerStore(house.site.database).balances(job_id)).of(Account.RESULT)


async def test_a_tuner_ordered_for_the_10th_is_asked_about_when_the_job_moves_to_the_12th(house: World) -> None:
    """Seen: the step stayed done, and nobody was asked to tell the tuner."""
    job_id = await arranged(house)
    declared = (await house.job(job_id)).declaration
    days = [{"date": "2026-02-12", "starts": "15:00", "ends": "22:30", "place": "Liège"}]
    moved = {"declaration": declared | {"days": days}, "reason": "the hall is taken on the 10th"}
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/move", json=moved)
    await house.pass_time(4 * HOUR)

    asked = await house.until_step(job_id, TUNER, "parked")
    assert asked.problem is not None
    assert (asked.problem.type, asked.problem.params, asked.evidence) == (
        "DoneByHand",
        {"evidence": "bill-17.pdf"},
        "bill-17.pdf",
    )
    with pytest.raises(AssertionError, match="kept_eur"):
        await house.decide(job_id, TUNER, "complete", who="iris", evidence="mail-18", result={})
    kept = {"kept_eur": "40.00", "kept_vat_eur": "8.40"}
    await house.decide(job_id, TUNER, "complete", who="iris", evidence="mail-18", result=kept)

    async def anew() -> bool | None:
        state = (await house.house.steps.step(job_id, TUNER)).file
        return True if state.problem and state.problem.type == "NeedsAPerson" else None

    await eventually(lambda: "the tuner is arranged anew", anew)
    wanted = (await house.house.steps.step(job_id, TUNER)).file.request
    assert (wanted["from_at"], wanted["place"]) == ("2026-02-12T14:00:00Z", "Liège")
    assert await result_of(house, job_id) == Decimal("40.00")
    done = ARRANGED | {"price_eur": "95.00", "paid_how": "transfer", "paid_to": "Klavier & Co"}
    await house.decide(job_id, TUNER, "complete", who="iris", evidence="bill-19", result=done)
    await house.until_step(job_id, TUNER, "done")
    assert await result_of(house, job_id) == Decimal("135.00")


@pytest.mark.parametrize("moved", [False, True])
async def test_a_tuner_nobody_needs_any_more_is_asked_about(house: World, moved: bool) -> None:
    """By a withdrawal, or by a move that leaves the wish out."""
    job_id = await arranged(house)
    if moved:
        declared = (await house.job(job_id)).declaration
        told = {name: value for name, value in declared.items() if name != "special_request"}
        body = {"declaration": told, "reason": "our own piano is in tune"}
        await house.ask("ann", "POST", f"/api/jobs/{job_id}/move", json=body)
    else:
        await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    asked = await house.until_step(job_id, TUNER, "parked")
    assert asked.problem is not None
    assert (asked.problem.type, asked.evidence) == ("DoneByHand", "bill-17.pdf")
    await house.decide(job_id, TUNER, "complete", who="iris", evidence="mail-18", result={"kept_eur": "0.00"})
    await house.until_step(job_id, TUNER, "undone")
    assert await result_of(house, job_id) == Decimal("0.00")
    story = [told.kind for told in await house.house.events.since(job_id, 0, 2000) if told.step == TUNER]
    assert story[-1] == "step.settled.given_back"
    assert "special_request.release" not in story


async def test_a_wish_that_nobody_arranged_asks_nothing_when_the_job_is_withdrawn(house: World) -> None:
    job_id = await alone(house, special_request=[WISH])
    await engaged(house, job_id)
    await house.until_step(job_id, TUNER, "parked")
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    await house.until_step(job_id, TUNER, "superseded")
