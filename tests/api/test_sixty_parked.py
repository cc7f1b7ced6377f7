"""Sixty parked steps of three causes are set going again from the page of operations, counted in clicks."""

import re
from html import unescape

import httpx2

from domain.job import JobFile, Problem, Remembered, StepState
from tests.api.conftest import Door
from tests.api.jobs import VAN, concert
from tests.databases import MONDAY

CAUSES = ("PartnerDown", "PartnerRefused", "AnswerUnreadable")
EACH = 20
MOST_CLICKS = 15
REPLAY = re.compile(r'<form method="post" action="/ops/replays/count">(.*?)</form>', re.DOTALL)
BEGIN = re.compile(r'<form method="post" action="/ops/replays" .*?</form>', re.DOTALL)


async def sixty(door: Door) -> set[str]:
    """Twenty jobs for each cause; their ids."""
    found = set()
    for cause in CAUSES:
        for _ in range(EACH):
            job_id = await concert(door.house)
            problem = Problem(type=cause, text="-", decided_by="ops", since_at=MONDAY)
            van = StepState(
                service="van_rental", item="van", state="parked", operation="hold", attempt=1, request=VAN,
                problem=problem,
            )  # fmt: skip
            file = JobFile(job_id=job_id, state="agreeing", version=1, steps={"van_rental:van": van})
            await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
            found.add(job_id)
    return found


def fields(form: str) -> dict[str, str]:
    """What the form sends when nothing is ticked."""
    found = {}
    for whole in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', whole), re.search(r'value="([^"]*)"', whole)
        if name and 'type="checkbox"' not in whole:
            found[name[1]] = unescape(value[1]) if value else ""
    return found


class Clicks:
    """Somebody at the page, who clicks."""

    def __init__(self, person: httpx2.AsyncClient) -> None:
        self._person, self.count = person, 0

    async def open(self, address: str) -> str:
        """A link, or an address typed."""
        self.count += 1
        return (await self._person.get(f"{address}?lang=en")).text

    async def send(self, address: str, form: dict[str, str]) -> httpx2.Response:
        """A button."""
        self.count += 1
        return await self._person.post(address, data=form)


async def test_operations_clear_sixty_parked_steps_of_three_causes_in_under_fifteen_clicks(door: Door) -> None:
    jobs = await sixty(door)
    at = Clicks(await door.asking("otto"))
    page = await at.open("/ops")
    assert "Steps waiting for a person: 60 (reasons: 3)." in page
    begun: list[str] = []
    for n in range(len(CAUSES)):
        form = REPLAY.findall(page)[n]
        counted = await at.send("/ops/replays/count", fields(form))
        whole = BEGIN.search(counted.text)
        assert whole is not None
        at.count += 1  # into the field of the reason
        sent = await at.send("/ops/replays", fields(whole[0]) | {"reason": "they answer again"})
        begun.append(sent.headers["location"].rpartition("/")[2])
        if n + 1 < len(CAUSES):
            page = await at.open("/ops")
    assert at.count == 12 < MOST_CLICKS
    chosen = [one.job_id for each in begun for one in await door.house.replays.items(each, 0, 100, None)]
    assert sorted(chosen) == sorted(jobs)
    assert sorted(door.process.replays) == sorted(begun)
