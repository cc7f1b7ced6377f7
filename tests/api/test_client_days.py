"""The client approves the days that were worked, and asks for a new link once the old one has lapsed."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.job import Decision, JobFile, Problem, Remembered, Report, StepState
from tests.api.conftest import Door
from tests.api.jobs import ORDER, concert
from tests.api.test_client_place import read, the_link
from tests.databases import MONDAY

AFTER = datetime(2026, 3, 14, 22, 30, tzinfo=UTC)
"""Half an hour after the concert's end."""


async def performed(door: Door, at: datetime = AFTER) -> tuple[str, str]:
    """A concert that takes place, its order accepted, at this instant: the job, and the client's link."""
    job_id = await concert(door.house)
    path = await the_link(door, job_id, answered=True)
    file = JobFile(job_id=job_id, state="taking_place", version=1)
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    door.clock.at = at
    return job_id, path


def reports(door: Door) -> list[Report]:
    return [one for _, one in door.process.told.values() if isinstance(one, Report)]


async def told(door: Door, job_id: str) -> list[tuple[str, dict[str, str]]]:
    return [
        (one.kind, one.params) for one in await door.house.events.since(job_id) if one.kind.startswith("client.")
    ]


async def test_the_client_approves_the_days_and_the_job_is_reported_as_declared_once(door: Door) -> None:
    job_id, path = await performed(door)
    client = await door.asking()
    page = read((await (await door.asking(accept="text/html")).get(f"{path}?lang=en")).text)
    assert "Was it all worked as agreed? Saturday 14 March 2026, 19:00–23:00, Liège" in page
    for _ in range(2):
        said = await client.post(f"{path}/days", json={"do": "approve", "name": "Nora Claes"})
        assert (said.status_code, said.json()) == (200, {"asked": False, "said": "approved"})
    assert [(one.by, one.outcome) for one in reports(door)] == [("client", "as_declared")]
    assert await told(door, job_id) == [("client.days_approved", {"who": "Nora Claes"})]
    page = read((await (await door.asking(accept="text/html")).get(f"{path}?lang=en")).text)
    assert "You have approved the worked days." in page
    assert "I approve these days" not in page


async def test_what_was_different_is_told_to_the_member_who_reports(door: Door) -> None:
    job_id, path = await performed(door)
    client = await door.asking()
    assert (await client.post(f"{path}/days", json={"do": "differ", "reason": "no"})).status_code == 422
    for _ in range(2):
        said = await client.post(f"{path}/days", json={"do": "differ", "reason": "it ended at ten"})
        assert said.json() == {"asked": True, "said": "differ"}
    assert reports(door) == []
    assert await told(door, job_id) == [("client.days_differ", {"who": "Zaal Kadans", "reason": "it ended at ten"})]
    ann = (await (await door.asking("ann")).get(f"/jobs/{job_id}?lang=en")).text
    assert "The client says that it was different: it ended at ten" in ann
    assert (await client.post(f"{path}/days", json={"do": "approve"})).json()["said"] == "approved"


async def test_days_that_are_not_over_or_reported_on_are_not_approved(door: Door) -> None:
    _, path = await performed(door, at=AFTER - timedelta(hours=2))
    client = await door.asking()
    assert (await client.post(f"{path}/days", json={"do": "approve"})).status_code == 409
    assert "Was it all worked" not in (await (await door.asking(accept="text/html")).get(f"{path}?lang=en")).text
    assert reports(door) == []


async def test_an_approval_that_the_process_does_not_hear_is_not_kept(door: Door) -> None:
    job_id, path = await performed(door)
    door.process.away = True
    client = await door.asking()
    assert (await client.post(f"{path}/days", json={"do": "approve"})).status_code == 503
    assert await told(door, job_id) == []


async def lapsed(door: Door, problem: str = "NoAnswerFromClient") -> tuple[str, str]:
    """An order nobody answered in time; the job, and the old link."""
    job_id = await concert(door.house)
    client = await door.house.clients.latest("c-hall")
    await door.house.clients.declare(client.model_copy(update={"version": 2, "email": "nora@zaal.example"}))
    path = await the_link(door, job_id, answered=False)
    no = Problem(type=problem, text="no answer", decided_by="member", since_at=MONDAY)
    asked = StepState(
        service="agreement",
        state="parked",
        attempt=1,
        revision=1,
        request=ORDER | {"client_version": 2},
        problem=no,
    )
    file = JobFile(job_id=job_id, state="agreeing", version=1, steps={"agreement": asked})
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    door.process.attempts[f"job-{job_id} agreement"] = 1
    door.clock.at = MONDAY + timedelta(days=27)
    return job_id, path


@pytest.mark.parametrize(
    ("lang", "said", "button"),
    [
        ("fr", "Le délai de ce lien est passé", "Recevoir un nouveau lien"),
        ("nl", "De tijd van deze link is voorbij", "Een nieuwe link krijgen"),
        ("en", "The time of this link has passed", "Get a new link"),
    ],
)
async def test_a_lapsed_link_offers_a_new_one_to_the_address_we_know(
    door: Door, lang: str, said: str, button: str
) -> None:
    _, path = await lapsed(door)
    page = await (await door.asking(accept="text/html")).get(f"{path}?lang={lang}")
    assert page.status_code == 410
    assert said in page.text
    assert button in page.text
    assert "n•••@zaal.example" in page.text
    assert "nora@" not in page.text


async def test_a_new_link_is_asked_of_the_process_once_with_three_days_to_answer(door: Door) -> None:
    job_id, path = await lapsed(door)
    client = await door.asking()
    for _ in range(2):
        door.clock.at += timedelta(minutes=1)
        renewed = await client.post(f"{path}/renew")
        assert (renewed.status_code, renewed.json()) == (200, {"state": "sent", "sent_to": "n•••@zaal.example"})
    ((whom, taken),) = door.process.told.values()
    assert isinstance(taken, Decision)
    assert (whom, taken.kind, taken.by) == (f"job-{job_id}", "replay", "client")
    assert taken.request is not None
    assert taken.request["answer_by"] == "2026-03-04T23:00:00+00:00"
    page = (await (await door.asking(accept="text/html")).get(f"{path}?renewed=true&lang=en")).text
    assert "Look at your mail: n•••@zaal.example" in page


async def test_no_new_link_for_what_was_refused_or_begins_tomorrow(door: Door) -> None:
    _, path = await lapsed(door, "ClientRefused")
    client = await door.asking()
    assert (await client.post(f"{path}/renew")).status_code == 410
    assert "Get a new link" not in (await (await door.asking(accept="text/html")).get(f"{path}?lang=en")).text
    _, path = await lapsed(door)
    door.clock.at = datetime(2026, 3, 13, 18, 0, tzinfo=UTC)  # the concert begins in twenty-four hours
    assert (await client.post(f"{path}/renew")).status_code == 410
    assert door.process.told == {}


async def test_a_client_who_approves_after_the_member_said_the_same_is_thanked(door: Door) -> None:
    """Seen: the button pressed a moment after the member's answer led to a page that said no."""
    job_id, path = await performed(door)
    file = JobFile(job_id=job_id, state="performed", version=2, report="as_declared")
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    client = await door.asking(accept="text/html")
    said = await client.post(f"{path}/days", data={"do": "approve", "name": "Nora Claes"})
    assert (said.status_code, said.headers["location"]) == (303, f"{path}#days")
    assert "You have approved the worked days." in read((await client.get(f"{path}?lang=en")).text)
    assert await told(door, job_id) == [("client.days_approved", {"who": "Nora Claes"})]
    assert reports(door) == []


async def test_days_reported_with_changes_are_not_approved_by_a_late_yes(door: Door) -> None:
    job_id, path = await performed(door)
    file = JobFile(job_id=job_id, state="performed", version=2, report="changed")
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    client = await door.asking()
    assert (await client.post(f"{path}/days", json={"do": "approve"})).status_code == 409
