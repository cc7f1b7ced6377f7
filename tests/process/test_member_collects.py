"""Who collects alone: nobody of ours reminds, and the job's books wait for the client's money all the same."""

import pytest

from storage.money.ledger import LedgerStore
from tests.process.small import CLIENT, DAY, alone, played, states
from tests.process.test_clients import open_balances, subjects
from tests.process.world import World


@pytest.mark.parametrize("choice", ["myself", "not_wanted"])
async def test_the_job_closes_when_the_client_pays_and_not_before(house: World, choice: str) -> None:
    await house.person(CLIENT, role="client", pays_after_days=30)
    job_id = await alone(house, debt_collection={"choice": choice})
    await played(house, job_id)
    await house.live_until(job_id, lambda job: job.state == "collecting", step=4 * DAY, days=20)
    for _ in range(3):  # the invoice of 12 February is due on the 20th, and nobody is asked anything meanwhile
        await house.pass_time(7 * DAY)
        job = await house.job(job_id)
        assert (job.state, job.parked) == ("collecting", False)
    await house.live_until(job_id, lambda job: job.state == "closed", step=4 * DAY, days=30)
    assert await open_balances(house, job_id) == {}
    assert await subjects(house, CLIENT) == [
        "Votre accord pour « Concert at the company evening »",
        "Merci : « Concert at the company evening » est confirmé",
    ]


async def test_a_client_who_never_pays_is_a_loss_somebody_is_asked_to_bear(house: World) -> None:
    await house.person(CLIENT, role="client", pays_after_days=None)
    job_id = await alone(house, debt_collection={"choice": "myself"})
    await played(house, job_id)
    await house.live_until(job_id, lambda job: job.parked, step=15 * DAY, days=250)
    (step,) = [name for name in await states(house, job_id) if name.startswith("debt_collection:")]
    assert step.endswith("-write-off")
    parked = await house.until_step(job_id, step, "parked")
    assert parked.problem is not None
    assert (parked.problem.type, parked.problem.params["open"]) == ("WriteOffNeedsDecision", "2544.00")
    request = parked.request | {"decided": True, "borne_by": "activity"}
    await house.decide(job_id, step, "replay", who="fatima", request=request)
    await house.until(job_id, lambda job: job.state == "written_off")
    assert await open_balances(house, job_id) == {}
    booked = {entry.text: entry for entry in await LedgerStore(house.site.database).entries(job_id)}
    written_off = {posting.account.value: str(posting.amount_eur) for posting in booked["Written off"].postings}
    assert written_off["receivable"] == "-2544.00"
