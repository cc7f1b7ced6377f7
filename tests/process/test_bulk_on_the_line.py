"""Ops at the command line pause a partner and let it go on; what is signed is only put to people."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from allin.__main__ import run
from allin.embedded.web_server import Served
from domain.bulk_replay import Replay
from tests.patience import eventually
from tests.process.small import NOTHING_BOOKED, crew, declare, engaged
from tests.process.world import World

TRAIN = {"from_place": "Bruxelles", "to_place": "Liège"}
BY_TRAIN: dict[str, Any] = {**NOTHING_BOOKED, "expenses": None, "travel": TRAIN}
WHY = ("--reason", "seen on their site")

Line = Callable[..., Awaitable[tuple[int, Any]]]


@asynccontextmanager
async def terminal(house: World, folder: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Line]:
    """Omar at the command line: the exit code, and what was answered as JSON."""
    served = Served("the api", house.api)
    await served.start()

    async def line(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        given = ["--json", "--as", "omar", "--api", served.address, "--data", str(folder)]
        code = await asyncio.to_thread(run, [*words, *given])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else None

    yield line
    await served.stop()


async def by_itself(house: World, count: int) -> list[Replay]:
    """Wait for so many replays that nobody began; the latest first."""

    async def over() -> list[Replay] | None:
        rows = (await house.house.replays.page()).rows
        return list(rows) if len(rows) == count and all(replay.ended_at for replay in rows) else None

    return await eventually(f"{count} replays", over)


async def test_paused_and_resumed_on_the_line_and_what_is_signed_is_put_to_two_persons(
    house: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with terminal(house, tmp_path / "home", capsys) as line:
        code, switch = await line("partners", "pause", "railway", *WHY)
        assert (code, switch["state"], switch["by"]) == (0, "paused", "omar")
        job_id = await declare(house, crew=crew("chloe"), **BY_TRAIN)
        await engaged(house, job_id)
        await house.until_step(job_id, "travel:chloe", "waiting")
        code, none = await line("replay-all", "--partner", "railway", *WHY)
        assert (code, none) == (1, None), "it waits, it is not parked"
        house.site.watch._seen_at = float("-inf")  # the switch is looked at once a second
        code, switch = await line("partners", "resume", "railway", "--rate", "60", *WHY)
        assert (code, switch["state"], switch["rate_per_minute"]) == (0, "resuming", 60)
        done = await house.until_step(job_id, "travel:chloe", "done")
        assert (done.attempt, done.revision) == (1, 1)

    signed = {"state": "done", "service": "employment_contract", "jobs": [job_id]}
    counted = await house.ask("omar", "POST", "/api/ops/replays?dry_run=true", json=signed)
    assert (counted["kind"], counted["outcomes"]) == ("redo", {"two_persons": 1})
    wish = signed | {"token": counted["token"], "reason": "the table of January was wrong"}
    begun = await house.ask("omar", "POST", "/api/ops/replays", json=wish)
    asked = await house.until_step(job_id, "employment_contract:chloe", "parked")
    assert asked.problem is not None
    assert asked.problem.type == "SignedContractChanges"
    (replay,) = await by_itself(house, 1)
    told = await house.ask("omar", "GET", f"/api/ops/replays/{begun['replay_id']}")
    assert (replay.state, told["outcomes"]) == ("done", {"proposed": 1})
    path = f"/api/jobs/{job_id}/steps/employment_contract:chloe"
    paper = (await house.ask("omar", "POST", f"{path}/evidence?name=amendment.pdf", content=b"%PDF-1.7"))["name"]
    body = {"reason": "both signed", "expected_attempt": asked.attempt, "evidence": paper, "result": {}}
    said = await house.ask("omar", "POST", f"{path}/complete", json=body)
    assert "proposal_id" in said, "one person alone corrects nothing that is signed"
    still = await house.step(job_id, "employment_contract:chloe")
    assert still is not None
    assert still.state == "parked"
    assert [e["kind"] for e in await house.effects("dimona")] == ["declaration"]
