"""A fixed set of drawn lives: each is lived to its end, and everything that must hold is looked at."""

from collections.abc import Sequence

import pytest

from allin.lives import draw
from allin.lives.holding import unheld
from tests.lives.alive import Alive
from tests.lives.conftest import Opening
from tests.lives.known import KNOWN, Known

SEED = 1
FIXED: dict[str, tuple[int, ...]] = {
    "from 2 February 2026": (9, 12, 15, 49, 93),
    "from 12 February 2024": (34, 102),
    "from 16 March 2026": (40, 112),
    "from 13 October 2025": (23, 83),
}
"""Lives of one day each, by number."""


def test_the_fixed_lives_of_a_group_begin_on_the_same_day() -> None:
    for numbers in FIXED.values():
        assert len({draw(SEED, n).begins_on for n in numbers}) == 1
    named = {f"{SEED}-{n}" for numbers in FIXED.values() for n in numbers}
    assert {known.life for known in KNOWN} <= named


@pytest.mark.timeout(600)
@pytest.mark.parametrize("day", FIXED)
async def test_whatever_happens_everything_that_must_hold_holds(day: str, opening: Opening) -> None:
    lives = [draw(SEED, n) for n in FIXED[day]]
    async with opening(lives) as living:
        lived = await living.live()
        found = findings(lived, unheld(await living.seen()))
        found += [("-", f"bank desk: {problem}") for problem in living.problems]
    assert "\n".join(f"{life} {told}" for life, told in unknown(found)) == ""
    gone = no_longer(found, {alive.life.name for alive in lived})
    assert "\n".join(f"take out of known.py: {known.life} {known.said}" for known in gone) == ""


def findings(lived: Sequence[Alive], broken: Sequence[object]) -> list[tuple[str, str]]:
    """What does not hold, by life; what no door should ever answer is a finding too."""
    names = {alive.wanted_id: alive.life.name for alive in lived}
    found = [(alive.life.name, f"door: {complaint}") for alive in lived for complaint in alive.complaints]
    for one in broken:
        told = str(one)
        job_id = next((job_id for job_id in names if job_id in told), "-")
        found.append((names.get(job_id, "-"), told.replace(f"{job_id} ", "", 1)))
    return found


def unknown(found: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What no open issue names."""
    return [one for one in found if not any(known.is_it(*one) for known in KNOWN)]


def no_longer(found: Sequence[tuple[str, str]], lives: set[str]) -> list[Known]:
    """Entries of the list beside the machine that do not happen any more: take them out."""
    mine = [known for known in KNOWN if known.life in lives]
    return [known for known in mine if not any(known.is_it(*one) for one in found)]
