"""A worker that is cut off in the middle: another one takes over, and everything happens once."""

from collections import Counter

from tests.process.small import DAY, HOUR, alone, played
from tests.process.world import World


async def test_a_job_whose_worker_is_cut_off_again_and_again_is_paid_once_and_closes(house: World) -> None:
    house.working.cut(0.1)
    job_id = await alone(house)
    await house.until(job_id, lambda job: job.state == "agreeing")
    house.working.cut(0)
    await house.pass_time(4 * HOUR)
    house.working.cut(0.05)
    await played(house, job_id)
    house.working.cut(0.02)
    await house.live_until(job_id, lambda job: job.state == "closed", step=DAY)
    assert (await house.house.ledger.balances(job_id)).open == {}
    kinds = Counter(await house.kinds(job_id))
    assert {kind: kinds[kind] for kind in ("employment_contract.declare", "wages.booked", "invoicing.issue")} == {
        "employment_contract.declare": 1,
        "wages.booked": 1,
        "invoicing.issue": 1,
    }
    made = await house.effects("bank")
    assert [one["kind"] for one in made].count("payment") == 1


async def test_whoever_takes_over_is_another_worker(house: World) -> None:
    before = house.working.worker
    await house.working.replace()
    assert house.working.worker is not before
