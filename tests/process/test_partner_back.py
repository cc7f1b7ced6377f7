"""A partner is back: a step postponed until then goes on by itself, and a replay at the command line is awaited."""

import asyncio
from pathlib import Path

import pytest

from tests.process.small import NOTHING_BOOKED, crew, declare
from tests.process.test_bulk_on_the_line import WHY, by_itself, terminal
from tests.process.test_partners import HEAVY
from tests.process.world import World

VAN = "van_rental:van"
BY_VAN = NOTHING_BOOKED | {"expenses": None, "van_rental": HEAVY}


async def refused(house: World) -> str:
    """A job whose van the hirer refuses."""
    await house.fault("vans", "422", "purchase_offers", detail="no large van is left")
    job_id = await declare(house, crew=crew("bob"), **BY_VAN)
    await house.until_step(job_id, VAN, "parked")
    return job_id


async def asked(house: World) -> int:
    """How often the hirer was asked to hold a van."""
    calls = await house.partners("GET", "/admin/calls?partner=vans&operation=purchase_offers")
    return len(calls["calls"])


async def test_a_step_postponed_until_its_partner_answers_is_replayed_by_the_one_who_asks(house: World) -> None:
    job_id = await refused(house)
    await house.partners("DELETE", "/admin/faults")
    await house.partners("POST", "/admin/partners/vans/stop")
    await house.decide(job_id, VAN, "postpone", until="partner")
    watch = house.client.get_workflow_handle("partner-vans")
    for _ in range(3):
        await watch.signal("look_again")
        await asyncio.sleep(0.3)
    still = await house.step(job_id, VAN)
    assert still is not None
    assert (still.state, still.until_partner, still.attempt) == ("parked", "vans", 1)
    assert await asked(house) == 1, "it is asked whether it answers, not to hold a van"

    await house.partners("POST", "/admin/partners/vans/start")
    await watch.signal("look_again")
    held = await house.until_step(job_id, VAN, "held")
    assert (held.attempt, held.revision, held.until_partner) == (2, 1, None)
    (replay,) = await by_itself(house, 1)
    assert (replay.by_itself, replay.state, replay.reason) == (True, "done", "vans answers again")
    assert [effect["kind"] for effect in await house.effects("vans")] == ["package"]
    await watch.signal("look_again")
    await asyncio.wait_for(watch.result(), 10)


async def test_a_replay_at_the_command_line_is_awaited_until_it_has_succeeded_or_is_parked_again(
    house: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = await refused(house)
    async with terminal(house, tmp_path / "home", capsys) as line:
        code, told = await line("replay", job_id, VAN, "--wait", *WHY)
        assert (code, told["state"], told["step_state"]) == (1, "parked_again", "parked")
        assert "no large van is left" in told["problem"]
        await house.partners("DELETE", "/admin/faults")
        code, told = await line("replay", job_id, VAN, "--wait", *WHY)
        assert (code, told["state"]) == (0, "done")
    held = await house.until_step(job_id, VAN, "held")
    assert (held.attempt, held.revision) == (3, 1)
    assert [effect["kind"] for effect in await house.effects("vans")] == ["package"]
