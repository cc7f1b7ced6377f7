"""Jobs as people see them: their own, at their level, live; and decisions taken once."""

import io
import zipfile

from tests.api.conftest import Door
from tests.api.jobs import concert, parked_van


async def test_a_member_sees_own_jobs_and_nobody_elses(door: Door) -> None:
    mine, other = await concert(door.house), await concert(door.house, "p-dan")
    ann = await door.asking("ann")
    assert [job["job_id"] for job in (await ann.get("/api/jobs")).json()["jobs"]] == [mine]
    assert (await ann.get(f"/api/jobs/{mine}")).json()["title"] == "Concert in Liège"
    missing = await ann.get(f"/api/jobs/{other}")
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"
    assert missing.json()["type"] == "tag:all-inclusive,2026:problem/not-found"


async def test_steps_stand_in_the_order_of_the_process_also_before_it_began(door: Door) -> None:
    job_id = await concert(door.house)
    ann = await door.asking("ann")
    steps = (await ann.get(f"/api/jobs/{job_id}")).json()["steps"]
    assert [step["step"] for step in steps] == ["agreement", "van_rental:van", "employment_contract:bob"]
    assert {step["state"] for step in steps} == {"waiting"}


async def test_a_parked_step_says_why_in_the_readers_language(door: Door) -> None:
    job_id = await parked_van(door.house)
    ann = await door.asking("ann", **{"accept-language": "nl-BE,nl;q=0.9"})
    step = (await ann.get(f"/api/jobs/{job_id}")).json()["steps"][1]
    assert step["state_text"] == "Wacht op een beslissing"
    assert step["problem"]["text"].startswith("Geen bestelwagen meer van za 14 mrt")
    assert step["problem"]["technical"] is None


async def test_the_history_is_told_at_most_at_the_readers_level(door: Door) -> None:
    job_id = await parked_van(door.house)
    ann, otto = await door.asking("ann"), await door.asking("otto")
    lines = (await ann.get(f"/api/jobs/{job_id}/history?lang=en")).json()
    assert [line["kind"] for line in lines] == ["job.declared", "job.agreeing", "step.parked"]
    assert (await ann.get(f"/api/jobs/{job_id}/history?audience=ops")).status_code == 403
    assert (await otto.get(f"/api/jobs/{job_id}/history")).json()[-1]["technical"] == "409 from the hirer"


async def test_the_member_decides_what_is_theirs_to_decide(door: Door) -> None:
    job_id = await parked_van(door.house)
    door.process.attempts[f"job-{job_id} van_rental:van"] = 1
    ann, fay = await door.asking("ann"), await door.asking("fay")
    body = {"reason": "we take the train", "expected_attempt": 1}
    assert (await fay.post(f"/api/jobs/{job_id}/steps/van_rental/skip", json=body)).status_code == 403
    assert (await ann.post(f"/api/jobs/{job_id}/steps/van_rental/skip", json=body)).status_code == 200
    line = (await door.house.audit.page(job_id=job_id))[0]
    assert (line.who, line.what, line.step, line.outcome) == ("p-ann", "step.skip", "van_rental:van", "taken")


async def test_the_same_decision_twice_is_one_and_a_stale_page_is_told_so(door: Door) -> None:
    job_id = await parked_van(door.house)
    door.process.attempts[f"job-{job_id} van_rental:van"] = 1
    otto = await door.asking("otto")
    address = f"/api/jobs/{job_id}/steps/van_rental/replay"
    body = {"reason": "a van came back", "expected_attempt": 1}
    for _ in range(2):
        assert (await otto.post(address, json=body)).status_code == 200
    assert len(door.process.told) == 1
    stale = await otto.post(address, json=body | {"reason": "another page"})
    assert stale.status_code == 409
    assert stale.json()["type"].endswith("/stale")
    assert (await door.house.audit.page(job_id=job_id))[0].outcome == "StaleAttempt"


async def test_a_dry_run_shows_the_key_and_does_nothing(door: Door) -> None:
    job_id = await parked_van(door.house)
    otto = await door.asking("otto")
    step = (await otto.get(f"/api/jobs/{job_id}/steps/van_rental")).json()
    edited = step["request"] | {"ceiling_eur": "150.00"}
    answer = await otto.post(
        f"/api/jobs/{job_id}/steps/van_rental/replay?dry_run=true",
        json={"reason": "dearer is fine", "expected_attempt": 1, "request": edited},
    )
    assert answer.json()["order_key"] == f"{job_id}/van_rental/van/2"
    assert answer.json()["changes"] == {"ceiling_eur": "150.00"}
    assert door.process.told == {}


async def test_when_the_engine_is_away_a_decision_can_be_sent_again(door: Door) -> None:
    job_id = await concert(door.house)
    door.process.away = True
    ann = await door.asking("ann")
    answer = await ann.post(f"/api/jobs/{job_id}/withdraw", json={"reason": "ill"})
    assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (503, "process-unreachable")
    door.process.away = False
    assert (await ann.post(f"/api/jobs/{job_id}/withdraw", json={"reason": "ill"})).status_code == 200


async def test_a_paper_is_for_those_it_is_for(door: Door) -> None:
    job_id = await concert(door.house)
    keep = door.house.documents.file
    common = {"job_id": job_id, "media_type": "application/pdf", "content": b"%PDF", "step": "wages:bob"}
    await keep(name="slip.pdf", kind="pay", audience=("crew", "ops"), subject_id="p-dan", order_key="k/1", **common)
    await keep(name="order.pdf", kind="order", audience=("member", "advisor"), order_key="k/2", **common)
    ann, eve = await door.asking("ann"), await door.asking("eve")
    assert [one["name"] for one in (await ann.get(f"/api/jobs/{job_id}/documents")).json()] == ["order.pdf"]
    assert (await ann.get(f"/api/jobs/{job_id}/documents/slip.pdf")).status_code == 404
    assert (await ann.get(f"/api/jobs/{job_id}/documents/order.pdf")).content == b"%PDF"
    dossier = await eve.get(f"/api/jobs/{job_id}/dossier")
    assert "papers/order.pdf" in zipfile.ZipFile(io.BytesIO(dossier.content)).namelist()


async def test_the_calendar_has_the_evening_and_the_van(door: Door) -> None:
    job_id = await concert(door.house)
    ann = await door.asking("ann")
    text = (await ann.get(f"/api/jobs/{job_id}/calendar.ics")).text
    assert text.count("BEGIN:VEVENT") == 2
    assert "DTSTART:20260314T180000Z" in text
