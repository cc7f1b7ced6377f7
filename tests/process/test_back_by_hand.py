"""What a withdrawn job gives back by hand: what is kept of it is asked for and stands in the books."""

from decimal import Decimal

import pytest

from domain.ledger import Account
from storage.money.ledger import LedgerStore
from tests.process.small import NO_EXPENSES, NOTHING_BOOKED, crew, declare, engaged
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
