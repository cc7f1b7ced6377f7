"""The whole of a job on one page, at the level of whoever reads it, in their language."""

from tests.api.conftest import Door
from tests.api.jobs import parked_van


async def test_an_adviser_reads_the_story_in_dutch_without_a_technical_word(door: Door) -> None:
    job_id = await parked_van(door.house)
    page = await (await door.asking("eve")).get(f"/jobs/{job_id}/story?lang=nl")
    assert page.status_code == 200
    assert "Het verhaal" in page.text
    assert "409 from the hirer" not in page.text
    assert f'href="/jobs/{job_id}/steps/van_rental:van"' not in page.text  # the member decides about it


async def test_operations_see_the_cause_and_may_decide(door: Door) -> None:
    job_id = await parked_van(door.house)
    page = await (await door.asking("otto")).get(f"/jobs/{job_id}/story")
    assert "409 from the hirer" in page.text
    assert f'href="/jobs/{job_id}/steps/van_rental:van"' in page.text
    assert 'id="step-van_rental-van"' in page.text


async def test_nobody_reads_above_their_level_or_another_members_job(door: Door) -> None:
    job_id = await parked_van(door.house)
    assert (await (await door.asking("eve")).get(f"/jobs/{job_id}/story?level=ops")).status_code == 403
    assert (await (await door.asking("dan")).get(f"/jobs/{job_id}/story")).status_code == 404
    own = await (await door.asking("ann")).get(f"/jobs/{job_id}/story")
    assert own.status_code == 200
    assert "409 from the hirer" not in own.text
