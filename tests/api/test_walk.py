"""How much one request passes, at most; `python -m tests.walk` shows what it is."""

from tests.api.conftest import Door
from tests.walk import declaring, looking_at_a_replay


async def test_declaring_a_job_passes_no_more_than_it_did(door: Door) -> None:
    walk = await declaring(door)
    assert len(walk.files) <= 110, walk.files
    assert len(walk.functions) <= 585, walk.functions


async def test_the_page_of_a_replay_passes_no_more_than_it_did(door: Door) -> None:
    walk = await looking_at_a_replay(door)
    assert len(walk.files) <= 73, walk.files
    assert len(walk.functions) <= 275, walk.functions
