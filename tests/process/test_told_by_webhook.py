"""Social security takes its time; its message makes the step look at once, not when it would have asked again."""

import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from allin.embedded.stack import AT_ONCE
from domain.job import StepState
from tests.process.small import HOUR, READY_OR_LATER, alone
from tests.process.world import World, world

CONTRACT = "employment_contract:ann"
MINUTE = timedelta(minutes=1)


async def _told(house: World, reference: str) -> None:
    """Social security says that it has processed a declaration."""
    body = json.dumps({"id": "ev_1", "type": "dimona.processed", "reference": reference}).encode()
    sign = hmac.new(house.site.settings.keys().derive("webhooks").hex().encode(), body, hashlib.sha256).hexdigest()
    transport = httpx2.ASGITransport(app=house.api)
    async with httpx2.AsyncClient(transport=transport, base_url="http://allin") as http:
        headers = {"x-signature": f"sha256={sign}"}
        answer = await http.post("/api/webhooks/dimona", content=body, headers=headers)
    assert answer.status_code == 202


async def test_an_answer_that_takes_ten_minutes_is_there_when_it_is_told_and_not_after_fifteen(
    temporal_address: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.dimona.POLLS_SECONDS", (0.1,))
    monkeypatch.setattr("tests.process.world.AT_ONCE", {**AT_ONCE, "dimona_seconds": 600})
    async with world(temporal_address, sqlite_url, tmp_path) as house:
        job_id = await alone(house)
        await house.pass_time(4 * HOUR)
        await house.until(job_id, lambda job: job.state in READY_OR_LATER)
        await house.pass_time(3 * HOUR)
        waiting = await _declaring(house, job_id)
        assert waiting.waiting is not None
        assert (waiting.operation, waiting.waiting.who, waiting.attempt) == ("declare", "partner", 1)
        asked_at = house.calendar.now()

        await house.pass_time(11 * MINUTE)
        assert (await _declaring(house, job_id)).state == "waiting"
        await _told(house, f"{job_id}/employment_contract/ann/1")
        done = await house.until_step(job_id, CONTRACT, "done")
        assert (done.attempt, done.revision) == (1, 1)
        assert house.calendar.now() - asked_at < 12 * MINUTE
        assert len([each for each in await house.effects("dimona") if each["kind"] == "declaration"]) == 1
        assert "step.parked" not in await house.kinds(job_id)


async def _declaring(house: World, job_id: str) -> StepState:
    """The contract, once it is being declared and social security has not answered."""
    await house.until_step(job_id, CONTRACT, "waiting")
    while (found := await house.until_step(job_id, CONTRACT, "waiting")).operation != "declare":
        await house.pass_time(MINUTE)
    return found
