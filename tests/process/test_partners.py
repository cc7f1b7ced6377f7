"""Partners that are away, refuse, or do it and fail to answer: nothing doubled, and nobody else waits."""

from collections import Counter
from datetime import timedelta

from storage.money.ledger import LedgerStore
from tests.process.small import DAY, HOUR, NOTHING_BOOKED, START, crew, declare, engaged, states
from tests.process.world import World

HEAVY = {"driver": "bob", "pick_up": "Bruxelles", "kilometres": 220, "load_kg": 1000}
"""More than any van of the own fleet carries (900 kg): the hirer is asked."""

EFFECTS = {
    ("vans", "package"): 1,
    ("vans", "confirmation"): 1,
    ("supplier", "reservation"): 1,
    ("supplier", "confirmation"): 1,
    ("insurer", "policy"): 1,
    ("railway", "booking"): 2,
    ("railway", "fulfillment"): 2,
    ("signature", "seal"): 3,
    ("dimona", "declaration"): 3,
    ("mail", "mail"): 13,
    ("peppol", "document"): 1,
    ("bank", "payment_file"): 2,
    ("bank", "payment"): 5,
    ("bank", "credit"): 1,
}
"""The concert with a hired van: three people, two of them by train; two files of payments, one for three wages and
one for two expense notes."""


async def test_a_railway_that_is_away_parks_the_tickets_and_nothing_else(house: World) -> None:
    await house.partners("POST", "/admin/partners/railway/stop")
    job_id = await declare(house, equipment=None, expenses=None)
    await engaged(house, job_id)
    for slug in ("ann", "bob", "chloe"):
        await house.until_step(job_id, f"employment_contract:{slug}", "done")
    await house.pass_time(timedelta(minutes=5))

    for traveller in ("ann", "chloe"):
        parked = await house.until_step(job_id, f"travel:{traveller}", "parked")
        assert parked.problem is not None
        assert (parked.problem.type, parked.problem.params) == ("PartnerDown", {"partner": "railway"})
        assert parked.attempt == 1
    others = {step: state for step, state in (await states(house, job_id)).items() if "travel" not in step}
    assert "parked" not in others.values()
    assert len([e for e in await house.effects("dimona") if e["kind"] == "declaration"]) == 3

    await house.partners("POST", "/admin/partners/railway/start")
    for traveller in ("ann", "chloe"):
        await house.decide(job_id, f"travel:{traveller}", "replay")
    for traveller in ("ann", "chloe"):
        done = await house.until_step(job_id, f"travel:{traveller}", "done")
        assert done.attempt == 2
    kinds = Counter(effect["kind"] for effect in await house.effects("railway"))
    assert kinds == {"booking": 2, "fulfillment": 2}


async def test_a_refused_van_parks_at_once_while_people_sign(house: World) -> None:
    await house.fault("vans", "422", "purchase_offers", detail="no large van is left")
    job_id = await declare(house, crew=crew("ann", "bob"), **NOTHING_BOOKED | {"van_rental": HEAVY})
    parked = await house.until_step(job_id, "van_rental:van", "parked")
    assert parked.problem is not None
    assert (parked.problem.type, parked.attempt) == ("PartnerRefused", 1)
    assert "no large van is left" in parked.problem.text
    calls = (await house.partners("GET", "/admin/calls?partner=vans&operation=purchase_offers"))["calls"]
    assert len(calls) == 1

    await engaged(house, job_id)
    for slug in ("ann", "bob"):
        await house.until_step(job_id, f"employment_contract:{slug}", "done")
    await house.decide(job_id, "van_rental:van", "skip")
    assert (await house.until_step(job_id, "van_rental:van", "skipped")).booking is None
    await house.reach(START + HOUR, step=3 * DAY)
    await house.until(job_id, lambda job: job.state == "taking_place")
    assert [e for e in await house.effects("vans") if e["kind"] == "package"] == []


async def test_done_but_not_answered_is_found_again_and_nothing_is_doubled(house: World) -> None:
    """Every operation with an effect is carried out once without an answer."""
    operations = (await house.partners("GET", "/admin/operations"))["operations"]
    for one in operations:
        if one["method"] != "GET":
            await house.fault(one["partner"], "execute_then_fail", one["operation"], times=1)
    job_id = await declare(house, van_rental=HEAVY)
    await house.pass_time(4 * HOUR)
    await house.pass_time(4 * HOUR)
    await house.live_until(job_id, lambda job: job.state == "closed", step=2 * DAY, days=60)

    calls = (await house.partners("GET", "/admin/calls"))["calls"]
    unanswered = {call["partner"] for call in calls if "execute_then_fail" in (call["fault"] or "")}
    assert unanswered == {
        "railway", "vans", "dimona", "signature", "insurer", "supplier", "peppol", "mail", "bank"
    }  # fmt: skip
    effects = (await house.partners("GET", "/admin/effects"))["effects"]
    assert Counter((effect["partner"], effect["kind"]) for effect in effects) == EFFECTS
    assert max(Counter((e["partner"], e["kind"], e["key"]) for e in effects if e["key"]).values()) == 1
    assert (await LedgerStore(house.site.database).balances(job_id)).open == {}
