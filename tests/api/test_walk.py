"""How much one request passes, at most; `python -m tests.walk` shows what it is."""

from tests.api.conftest import Door
from tests.walk import declaring, looking_at_a_replay


async def test_declaring_a_job_passes_no_more_than_it_did(door: Door) -> None:
    walk = await declaring(door)
    assert len(walk.files) <= 106, walk.files
    assert len(walk.functions) <= 549, walk.functions


async def test_the_page_of_a_replay_passes_no_more_than_it_did(door: Door) -> None:
    walk = await looking_at_a_replay(door)
    assert len(walk.files) <= 72, walk.files
    assert len(walk.functions) <= 263, walk.functions
