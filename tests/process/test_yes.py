"""Nothing is bought or bound before everybody whose yes it needs has given it, whatever the clock says."""

from decimal import Decimal

from storage.money.fund_tables import fund_reservations
from storage.money.ledger import LedgerStore
from tests.process.small import ANN, BOB, CHLOE, CLIENT, DAY, HOUR, READY_OR_LATER, START, declare, states
from tests.process.world import World

TWO_DAYS_BEFORE = START - 48 * HOUR
BOUGHT = frozenset(
    {
        "insurance.bind", "equipment.confirm", "van_rental.confirm", "travel.confirm", "workspace.confirm",
        "special_request.arrange",
    }
)  # fmt: skip


async def bought(house: World, job_id: str) -> set[str]:
    """What the story says was bought."""
    return BOUGHT & set(await house.kinds(job_id))


async def nothing_left(house: World, job_id: str) -> None:
    """Everything is given back, no premium, ticket or purchase is left, and no account is open."""
    ended = await states(house, job_id)
    assert not {"held", "done", "trying", "waiting", "parked"} & set(ended.values()), ended
    assert not [one for one in await house.effects("insurer") if one["kind"] == "policy"]
    assert (await LedgerStore(house.site.database).balances(job_id)).open == {}


async def another_job_takes_the_fund(house: World) -> None:
    """A large job of another member, of the same entity, leaves it nothing."""
    held = {
        "order_key": "OTHER/prefinancing/-/1", "job_id": "OTHER", "member_id": "p-other", "client_id": "c-other",
        "entity": "brussels", "reserved_eur": Decimal("2000000.00"), "posted_eur": Decimal(0),
        "voided_eur": Decimal(0), "state": "reserved",
    }  # fmt: skip
    async with house.site.database.writing() as connection:
        await connection.execute(fund_reservations.insert().values(**held))


async def over(house: World, job_id: str) -> None:
    """At the first start, or a tick later, the job has ended as refused."""
    await house.reach(START - HOUR, step=3 * DAY)
    await house.live_until(job_id, lambda job: job.state == "refused", step=HOUR, days=1)


async def ends_refused(house: World, job_id: str) -> None:
    """Two days before the start nothing is bought; at the start the job is over."""
    await house.pass_time(4 * HOUR)
    await house.reach(TWO_DAYS_BEFORE + HOUR, step=6 * DAY)
    await house.settle()
    job = await house.job(job_id)
    assert job.state == "agreeing"
    assert await bought(house, job_id) == set()
    await over(house, job_id)
    assert await bought(house, job_id) == set()
    assert "employment_contract.sign" not in await house.kinds(job_id)
    await nothing_left(house, job_id)


async def test_a_client_who_refuses_costs_nothing_also_when_nobody_acts(house: World) -> None:
    await house.person(CLIENT, role="client", behaviour="refuses")
    await ends_refused(house, await declare(house))


async def test_a_client_who_asks_for_changes_and_is_left_alone_costs_nothing(house: World) -> None:
    await house.person(CLIENT, role="client", behaviour="asks_for_changes")
    await ends_refused(house, await declare(house))


async def test_a_client_whose_link_lapses_costs_nothing(house: World) -> None:
    await house.person(CLIENT, role="client", behaviour="silent")
    await ends_refused(house, await declare(house))


async def test_a_fund_that_cannot_reserve_costs_nothing(house: World) -> None:
    crew = [{"item": "ann", "function": "singer", "gross_eur": "30000.00", "member": True, "artistic": True}]
    told = await declare(house, price_eur="60000.00", crew=crew, van_rental=None, travel=None, expenses=None)
    job = await house.until(told, lambda job: bool(job.file.approvals))
    assert "fund_limit" in job.file.approvals
    for rule in job.file.approvals:
        if rule != "fund_limit":
            body = {"granted": True, "reason": "seen"}
            await house.ask("iris", "POST", f"/api/jobs/{told}/approvals/{rule}", json=body)
    await ends_refused(house, told)


async def test_an_entity_whose_fund_is_full_costs_nothing_though_everybody_said_yes(house: World) -> None:
    crew = [{"item": "ann", "function": "singer", "gross_eur": "30000.00", "member": True, "artistic": True}]
    job_id = await declare(house, price_eur="60000.00", crew=crew, van_rental=None, travel=None, expenses=None)
    await house.until_step(job_id, "prefinancing", "parked")
    await another_job_takes_the_fund(house)
    for rule in (await house.job(job_id)).file.approvals:
        body = {"granted": True, "reason": "seen"}
        await house.ask("iris", "POST", f"/api/jobs/{job_id}/approvals/{rule}", json=body)
    await house.until(job_id, lambda job: job.file.steps["prefinancing"].revision == 2)
    await house.settle()
    full = await house.until_step(job_id, "prefinancing", "parked")
    assert full.problem is not None
    assert (full.problem.type, full.problem.decided_by) == ("FundIsFull", "finance")
    await ends_refused(house, job_id)


async def test_a_yes_that_comes_after_the_clock_still_buys_everything_once(house: World) -> None:
    await house.person(CLIENT, role="client", behaviour="silent")
    job_id = await declare(house, equipment=None)
    await house.reach(TWO_DAYS_BEFORE + 4 * HOUR, step=6 * DAY)
    assert await bought(house, job_id) == set()
    signed = {"reason": "signed on paper", "result": {}, "evidence": "order.pdf"}
    await house.decide(job_id, "agreement", "complete", **signed)
    await house.until(job_id, lambda job: job.state in READY_OR_LATER)
    await house.live_until(job_id, lambda job: job.state == "engaged", step=4 * HOUR, days=2)
    await house.until_step(job_id, "van_rental:van", "done")
    await house.until_step(job_id, "insurance", "done")
    assert (await house.kinds(job_id)).count("insurance.bind") == 1


async def test_at_the_clock_a_shared_booking_waits_for_one_signature_and_a_ticket_for_its_traveller(
    house: World,
) -> None:
    people = (ANN, BOB, CHLOE)
    for email in people:
        await house.person(email, role="collaborator", behaviour="silent")
    job_id = await declare(house, equipment=None)
    await house.pass_time(4 * HOUR)
    await house.reach(TWO_DAYS_BEFORE + HOUR, step=6 * DAY)
    assert (await house.job(job_id)).state == "ready"
    assert await bought(house, job_id) == set()

    await house.person(BOB, role="collaborator", behaviour="answers")
    await house.live_until(job_id, lambda job: bool(job.file.bound), step=3 * HOUR, days=1)
    await house.until_step(job_id, "van_rental:van", "done")
    kinds = await house.kinds(job_id)
    assert kinds.index("employment_contract.sign") < kinds.index("van_rental.confirm")
    tickets = {step: state for step, state in (await states(house, job_id)).items() if step.startswith("travel")}
    assert "done" not in tickets.values(), tickets


async def test_nobody_signs_so_nothing_is_bought_and_the_job_ends(house: World) -> None:
    for email in (ANN, BOB, CHLOE):
        await house.person(email, role="collaborator", behaviour="silent")
    job_id = await declare(house)
    await over(house, job_id)
    assert await bought(house, job_id) == set()
    await nothing_left(house, job_id)
