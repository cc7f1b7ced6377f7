"""Operations: what becomes unlawful stands first, an incident has one button, a partner its switch."""

import re

from storage.execution.stuck_processes import StuckProcess
from tests.api.conftest import Door
from tests.api.jobs import parked_van

TOKEN = re.compile(r'name="token" value="([0-9a-f]{40})"')


async def test_a_quiet_house_says_so_in_every_language(door: Door) -> None:
    for lang, text in {
        "en": "Nothing becomes unlawful within twelve hours.",
        "fr": "Rien ne devient illégal dans les douze heures.",
        "nl": "Niets wordt onwettig binnen twaalf uur.",
    }.items():
        page = await (await door.asking("otto")).get(f"/ops?lang={lang}")
        assert page.status_code == 200
        assert text in page.text


async def test_an_incident_is_told_once_and_its_steps_below_it(door: Door) -> None:
    job_id = await parked_van(door.house, decided_by="ops")
    page = await (await door.asking("otto")).get("/ops")
    assert "Steps waiting for a person: 1 (reasons: 1)." in page.text
    assert f'href="/jobs/{job_id}/steps/van_rental:van"' in page.text
    assert "Replay (1)…" in page.text
    auditor = await (await door.asking("ada")).get("/ops?error=NoVanLeft&service=&partner=")
    assert "Replay (1)" not in auditor.text
    assert (await (await door.asking("ann")).get("/ops")).status_code == 403


async def test_operations_replay_what_they_decide_and_leave_a_members_question_to_the_member(door: Door) -> None:
    await parked_van(door.house)
    ops = await door.asking("otto")
    page = (await ops.get("/ops?lang=en")).text
    assert "the member decides" in page
    assert "Replay (" not in page
    mine = await parked_van(door.house, decided_by="ops")
    page = (await ops.get("/ops?lang=en")).text
    assert "Steps waiting for a person: 2 (reasons: 1)." in page
    assert "Replay (1)…" in page
    counted = await ops.post(
        "/ops/replays/count?lang=en", data={"decided_by": "ops", "partner": "", "error": "NoVanLeft"}
    )
    assert "Chosen steps: 1 (jobs: 1)" in counted.text
    token = TOKEN.findall(counted.text)[0]
    begun = await ops.post("/ops/replays", data={"token": token, "reason": "Vans are back", "decided_by": "ops"})
    items = await door.house.replays.items(begun.headers["location"].rpartition("/")[2], 0, 10, None)
    assert [one.job_id for one in items] == [mine]


async def test_a_job_that_stands_still_by_our_own_mistake_stands_first_with_its_cause(door: Door) -> None:
    now = door.house.now()
    cause = "GoesInCircles: 151 rounds without anything new; wishes and nudges: equipment"
    kept = StuckProcess(
        workflow_id="job-7ZK4M2Q9XA", job_id="7ZK4M2Q9XA", failures=4, since_at=now, seen_at=now, cause=cause
    )
    await door.house.stuck.note([kept])
    for lang, text in {
        "en": "Its process has failed at the same place 4 times.",
        "fr": "Son processus a échoué 4 fois au même endroit.",
        "nl": "Het proces is 4 keer op dezelfde plaats mislukt.",
    }.items():
        page = (await (await door.asking("otto")).get(f"/ops?lang={lang}")).text
        assert text in page
        assert cause in page
        assert page.index("7ZK4M2Q9XA") < page.index('id="due"')
    await door.house.stuck.note([])
    assert 'id="stuck"' not in (await (await door.asking("otto")).get("/ops")).text


async def test_many_steps_are_counted_first_and_then_begun_with_a_reason(door: Door) -> None:
    await parked_van(door.house)
    ops = await door.asking("otto")
    counted = await ops.post("/ops/replays/count", data={"partner": "", "error": "NoVanLeft"})
    assert "Chosen steps: 1 (jobs: 1)" in counted.text
    token = TOKEN.findall(counted.text)[0]
    begun = await ops.post("/ops/replays", data={"token": token, "reason": "Vans are back", "canary": "1"})
    assert begun.status_code == 303
    page = await ops.get(begun.headers["location"])
    assert "“Vans are back”" in page.text
    assert "waiting its turn" in page.text
    listed = await ops.get("/ops/replays")
    assert begun.headers["location"] in listed.text


async def test_a_partner_is_paused_with_a_reason_and_let_go_on_at_a_rate(door: Door) -> None:
    ops = await door.asking("otto")
    paused = await ops.post("/ops/partners/railway", data={"do": "pause", "reason": "They book twice"})
    assert paused.status_code == 303
    assert "“They book twice”" in (await ops.get("/ops")).text
    going = {"do": "resume", "reason": "They are back", "rate_per_minute": "12"}
    assert (await ops.post("/ops/partners/railway", data=going)).status_code == 303
    switch = await door.house.switches.of("railway")
    assert (switch.state, switch.rate_per_minute, switch.by) == ("resuming", 12, "p-otto")
    nobody = await (await door.asking("eve")).post("/ops/partners/railway", data=going)
    assert nobody.status_code == 403
