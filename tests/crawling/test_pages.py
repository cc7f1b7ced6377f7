"""Every page of every role opens for a job in the middle of its life, in three languages, and holds no slip."""

from datetime import timedelta

from allin.crawling import Crawler
from allin.crawling.places import PLACES, unopened
from domain.declaration import load_declaration
from tests.process.world import EXAMPLES, World

A_DAY = timedelta(days=1)
NOT_ALWAYS = frozenset({"/ops/replays/{replay_id}", "/password/{token}"})
"""What this job has nothing for."""


async def test_each_address_with_words_for_people_is_opened_by_the_crawler(house: World) -> None:
    assert unopened(house.api) == []
    house.api.add_api_route("/jobs/{job_id}/secret", lambda: None, methods=["GET"])
    assert unopened(house.api) == ["nobody opens /jobs/{job_id}/secret"]


async def test_a_job_with_parked_steps_and_one_that_is_collected_read_well_for_everybody(
    house: World, crawler: Crawler
) -> None:
    told = load_declaration((EXAMPLES / "concert.yaml").read_text()).model_dump(mode="json")
    await house.person("nora.claes@client.example", role="client", behaviour="answers", pays_after_days=40)
    await house.fault("supplier", "422", times=5)
    await house.fault("railway", "503", times=50)
    job_id = await house.declare("concert")
    await house.live_until(job_id, lambda job: job.state == "engaged", step=A_DAY)
    found = await crawler.job(job_id, "ann", told)
    await house.live_until(job_id, lambda job: job.state == "collecting", step=A_DAY)
    found += await crawler.house("ann", told) + await crawler.mails(told)
    assert not found, "\n".join(dict.fromkeys(map(str, found)))
    opened = {path for path, statuses in crawler.opened.items() if 200 in statuses}
    assert {one.path for one in PLACES} - NOT_ALWAYS <= opened
