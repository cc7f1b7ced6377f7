"""A partner whose calls are paused is not called: its steps wait, use nothing up, and go on when told."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from storage.execution.partner_states import PartnerStates
from storage.execution.partner_switches import PartnerSwitch, Switches
from storage.jobs.tables import job_steps
from storage.security.audit import AuditEntry
from tests.process.small import NOTHING_BOOKED, crew, declare, engaged
from tests.process.world import World

BY_TRAIN = {"from_place": "Bruxelles", "to_place": "Liège"}


async def turn(house: World, state: str, rate: int | None = None) -> None:
    switch = PartnerSwitch(
        partner="railway", state=state, rate_per_minute=rate, by="omar", reason="strike",
        since_at=house.calendar.now(),
    )  # fmt: skip
    line = AuditEntry(at=house.calendar.now(), who="omar", role="ops", what=f"partner.{state}", why="strike")
    await Switches(house.site.database).turn(switch, line)


async def test_a_paused_partner_is_not_called_and_its_steps_wait_until_told(house: World) -> None:
    await turn(house, "paused")
    job_id = await declare(house, crew=crew("ann"), **{**NOTHING_BOOKED, "expenses": None, "travel": BY_TRAIN})
    await engaged(house, job_id)
    waiting = await house.until_step(job_id, "travel:ann", "waiting")
    assert waiting.waiting is not None
    assert (waiting.waiting.who, waiting.waiting.partner, waiting.attempt) == ("partner", "railway", 1)
    assert (await house.partners("GET", "/admin/calls?partner=railway"))["calls"] == []
    assert (await house.kinds(job_id)).count("step.partner_paused") == 1
    async with house.site.database.reading() as connection:
        partner = await connection.scalar(select(job_steps.c.partner).where(job_steps.c.step == "travel:ann"))
    assert partner == "railway"

    await turn(house, "resuming", rate=60)
    await _a_second(house)
    await house.handle(job_id).signal("answered", "travel:ann")
    done = await house.until_step(job_id, "travel:ann", "done")
    assert (done.attempt, done.revision) == (1, 1)
    assert [effect["kind"] for effect in await house.effects("railway")] == ["booking", "fulfillment"]
    seen = {state.partner: state for state in await PartnerStates(house.site.database).all()}
    assert seen["railway"].last_success_at is not None
    assert not seen["railway"].failing


async def _a_second(house: World) -> None:
    """The switch is looked at once a second."""
    house.site.watch._seen_at = float("-inf")


async def test_beginning_again_lets_so_many_through_a_minute(house: World) -> None:
    switches, at = Switches(house.site.database), datetime(2026, 2, 2, 7, 0, tzinfo=UTC)
    assert await switches.may_go("railway", at)
    await turn(house, "paused")
    assert not await switches.may_go("railway", at)
    await turn(house, "resuming", rate=6)
    gone = [await switches.may_go("railway", at + timedelta(seconds=second)) for second in range(60)]
    assert gone.count(True) == 6
    await switches.opened("railway")
    assert await switches.may_go("railway", at)
