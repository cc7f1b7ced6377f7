"""No page, story, calendar or answer promises what never comes: every state of a job x of its steps, x language."""

import html
from typing import Any, get_args

import pytest
from icalendar import Calendar

from api.container import Container
from api.jobs.calendar_entries import timetable
from domain.job import JobFile, JobState, Problem, Remembered, StepState, StepStateName
from domain.people import Language
from domain.promises import OVER
from engine.words import catalog
from storage.core.database import Database
from tests.api.conftest import Door
from tests.api.jobs import OFFER, ORDER, VAN
from tests.databases import MONDAY, a_declaration, a_plan

LANGUAGES: tuple[Language, ...] = ("fr", "nl", "en")
WAGE = {
    "person_id": "p-ann", "gross_eur": "250.00", "chain": "artist", "days": 1, "last_day_on": "2026-03-14",
    "pay_on": "2026-03-20", "answer_by": "2026-03-28T18:00:00Z",
}  # fmt: skip
INVOICE = {
    "kind": "invoice", "client_id": "c-hall", "client_version": 1, "issue_on": "2026-03-15",
    "due_on": "2026-04-14", "delivered_on": "2026-03-14", "lines": [], "vat_category": "S",
    "vat_rate_percent": "21.00", "net_eur": "1800.00", "vat_eur": "378.00", "total_eur": "2178.00",
}  # fmt: skip
PROMISES = ("page.days.own_pay", "page.days.crew_pay", "page.days.invoice", "page.days.job")
UNFINISHED = ("state.step.waiting", "state.step.trying", "state.step.parked", "state.step.held")
NEVER_WHEN_STOPPED = (*PROMISES, *UNFINISHED, "state.step.superseded", "state.job.ready", "state.job.engaged")
STEPS = {
    "agreement": ORDER, "van_rental:van": VAN, "employment_contract:ann": OFFER | {"person_id": "p-ann"},
    "wages:ann": WAGE, "invoicing:invoice": INVOICE,
}  # fmt: skip
BEFORE = ("agreement", "van_rental:van")
"""Steps a job can have in any state before somebody withdraws it; nobody is paid or billed yet."""


async def a_job(house: Container) -> str:
    plan = a_plan(
        agreement=ORDER,
        van_rental={"van": VAN},
        employment_contract={"ann": OFFER | {"person_id": "p-ann"}},
        wages={"ann": WAGE},
        invoicing={"invoice": INVOICE},
    )
    return (await house.jobs.declare(a_declaration(plan=plan))).job_id


async def remembered(
    house: Container, job_id: str, version: int, state: str, steps: dict[str, str], **more: Any
) -> None:
    problem = Problem(type="NoVanLeft", text="-", params={}, decided_by="member", since_at=MONDAY)
    kept = {}
    for step, name in steps.items():
        service, _, item = step.partition(":")
        kept[step] = StepState.model_validate(
            {"service": service, "item": item or "-", "state": name, "attempt": 1, "request": STEPS[step]}
            | {"problem": problem if name == "parked" else None}
        )
    file = JobFile.model_validate({"job_id": job_id, "state": state, "version": version, "steps": kept} | more)
    await house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))


async def said(door: Door, job_id: str, lang: Language) -> dict[str, str]:
    """Everything that is told of the job, by where it stands."""
    page = await door.asking("ann", accept="text/html")
    found = {}
    for path in (f"/jobs/{job_id}", "/", f"/jobs/{job_id}/story"):
        answer = await page.get(path, params={"lang": lang})
        assert answer.status_code in (200, 307), (path, answer.text[-500:])
        found[path] = html.unescape(answer.text)
    ann = await door.asking("ann")
    for path in (f"/api/jobs/{job_id}", f"/api/jobs/{job_id}/story"):
        answer = await ann.get(path, params={"lang": lang})
        assert answer.status_code == 200, answer.text
        found[path] = answer.text
    return found


def promised(told: dict[str, str], lang: Language, msgids: tuple[str, ...]) -> list[tuple[str, str]]:
    """Which of these texts stand where; only whole texts, not the labels of a filter."""
    return [
        (place, msgid)
        for place, text in told.items()
        for msgid in msgids
        if f">{catalog(lang)[msgid]}<" in text or f'"{catalog(lang)[msgid]}"' in text
    ]


STOPPED = [("ready", {"stopping": "ill"}), ("withdrawn", {"stopping": "ill"}), ("refused", {"stopping": "no"})]


@pytest.mark.parametrize(("state", "more"), STOPPED)
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_stopped_job_promises_nothing_whatever_its_steps_were(
    door: Door, lang: Language, state: str, more: dict[str, Any]
) -> None:
    job_id = await a_job(door.house)
    for n, name in enumerate(get_args(StepStateName)):
        if name == "done":
            continue  # what was done is told as done
        await remembered(door.house, job_id, n + 1, state, dict.fromkeys(BEFORE, name), **more)
        told = await said(door, job_id, lang)
        assert promised(told, lang, NEVER_WHEN_STOPPED) == [], (state, name)


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_job_that_goes_on_does_promise(door: Door, lang: Language) -> None:
    job_id = await a_job(door.house)
    await remembered(door.house, job_id, 1, "ready", {"agreement": "waiting"})
    found = {msgid for _, msgid in promised(await said(door, job_id, lang), lang, NEVER_WHEN_STOPPED)}
    assert {"page.days.own_pay", "page.days.invoice", "page.days.job", "state.step.waiting"} <= found


async def test_the_state_of_a_job_that_is_being_stopped_is_not_the_one_it_had(door: Door) -> None:
    job_id = await a_job(door.house)
    await remembered(door.house, job_id, 1, "ready", {"agreement": "done"}, stopping="the hall is flooded")
    ann = await door.asking("ann")
    told = (await ann.get(f"/api/jobs/{job_id}?lang=en")).json()
    assert (told["state"], told["state_text"]) == ("stopping", "Being stopped")
    listed = (await ann.get("/api/jobs?lang=fr")).json()["jobs"]
    assert [one["state_text"] for one in listed] == ["En cours d'arrêt"]
    dutch = await door.asking("ann", accept="text/html")
    page = html.unescape((await dutch.get(f"/jobs/{job_id}?lang=nl")).text)
    assert "De job wordt stopgezet: wat ervoor geregeld was, wordt teruggegeven." in page


async def test_a_question_about_what_is_signed_is_no_failure(door: Door) -> None:
    job_id = await a_job(door.house)
    question = Problem(type="SignedContract", text="SignedContract", decided_by="advisor", since_at=MONDAY)
    contract = StepState(
        service="employment_contract", item="ann", state="parked", attempt=1, undoing=True, problem=question,
        request=STEPS["employment_contract:ann"],
    )  # fmt: skip
    file = JobFile(
        job_id=job_id, state="ready", version=1, steps={"employment_contract:ann": contract}, stopping="flooded",
        bound=["employment_contract:ann"],
    )  # fmt: skip
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    eve = await door.asking("eve")
    for lang in LANGUAGES:
        told = (await eve.get(f"/api/jobs/{job_id}/story?lang={lang}")).json()
        (step,) = (one for one in told["steps"] if one["step"] == "employment_contract:ann")
        failed = catalog(lang)["history.undo.failed"].partition("{")[0].strip()
        assert step["undo"]["state"] == "asked"
        assert failed not in step["undo"]["text"]
        assert told["alerts"] == []


async def test_the_calendar_takes_out_what_never_comes_and_keeps_the_pay_that_is_owed(door: Door) -> None:
    job_id = await a_job(door.house)

    async def calendar(state: str, steps: dict[str, str], **more: Any) -> dict[str, str]:
        version = (await door.house.jobs.job(job_id)).file.version + 1
        await remembered(door.house, job_id, version, state, steps, **more)
        read = Calendar.from_ical(timetable(await door.house.jobs.job(job_id), "en"))
        return {str(one["SUMMARY"]).partition(" · ")[0]: str(one["STATUS"]) for one in read.walk("VEVENT")}

    on = {"Concert in Liège": "CONFIRMED", "Van": "CONFIRMED", "Wage": "CONFIRMED"}
    off = dict.fromkeys(on, "CANCELLED")
    assert await calendar("engaged", {"employment_contract:ann": "done", "van_rental:van": "held"}) == on
    assert await calendar("engaged", {"employment_contract:ann": "done", "van_rental:van": "missed"}) == on | {
        "Van": "CANCELLED"
    }
    assert await calendar("engaged", {"employment_contract:ann": "missed", "van_rental:van": "held"}) == on | {
        "Concert in Liège": "CANCELLED", "Wage": "CANCELLED",
    }  # fmt: skip
    owed = {"employment_contract:ann": "done", "wages:ann": "waiting"}
    assert await calendar("engaged", owed, stopping="flooded") == off | {"Wage": "CONFIRMED"}
    assert await calendar("withdrawn", {"employment_contract:ann": "undone"}, stopping="flooded") == off


async def test_every_state_a_job_can_have_has_its_words(sqlite_only: Database) -> None:
    for lang in LANGUAGES:
        for state in get_args(JobState):
            assert catalog(lang)[f"state.job.{state}"]
    assert set(get_args(JobState)) > OVER


async def test_own_data_entered_at_any_door_wakes_every_contract_that_waits_for_it(door: Door) -> None:
    jobs = [await a_job(door.house) for _ in range(3)]
    for job_id, step in zip(jobs, ("employment_contract:ann",) * 3, strict=True):
        await door.house.links.link(
            order_key=f"{job_id}/employment_contract/ann/1", job_id=job_id, step=step, audience="collaborator",
            subject_id="p-ann", expires_at=MONDAY.replace(year=2027),
        )  # fmt: skip
    await door.house.links.close(f"{jobs[2]}/employment_contract/ann/1")
    ann = await door.asking("ann")
    half = await ann.post("/api/me", json={"iban": "BE71 0961 2345 6769"})
    assert (half.status_code, door.process.nudges) == (200, [])
    whole = {
        "national_number": "85.07.30-033.28", "street": "Rue Neuve", "house_number": "3", "postal_code": "4000",
        "city": "Liège",
    }  # fmt: skip
    assert (await ann.post("/api/me", json=whole)).json()["complete"] is True
    assert door.process.nudges == [(f"job-{job_id}", "employment_contract:ann") for job_id in jobs[:2]]


async def test_the_first_page_of_a_member_says_which_contracts_wait_for_a_signature(door: Door) -> None:
    jobs = [await a_job(door.house) for _ in range(2)]
    made = [
        await door.house.links.link(
            order_key=f"{job_id}/employment_contract/ann/1", job_id=job_id, step="employment_contract:ann",
            audience="collaborator", subject_id="p-ann", expires_at=MONDAY.replace(year=2027),
        )
        for job_id in jobs
    ]  # fmt: skip
    ann = await door.asking("ann")
    page = (await ann.get("/?lang=en", headers={"accept": "text/html"})).text
    assert "To read and sign" in page
    assert page.count("/i/") == 2
    await door.house.links.give_answer(made[0].token_id, "signed", MONDAY)
    page = (await ann.get("/?lang=en", headers={"accept": "text/html"})).text
    assert page.count("/i/") == 1
    await door.house.links.close(f"{jobs[1]}/employment_contract/ann/1")
    assert "To read and sign" not in (await ann.get("/?lang=en", headers={"accept": "text/html"})).text
