"""What is wrong and what is awaited, in plain words: no code as a headline, and a waiting job says until when."""

from datetime import UTC, datetime, timedelta

import pytest

from api.decisions import approval_policy
from api.decisions.approval_policy import EXCEPTIONS, TABLE
from api.jobs.schemas import problem_told
from api.pages import view_values
from api.pages.office import ops_view as office
from api.wording import failures
from api.wording.timeline import refusal
from domain.job import Approval, JobFile, Problem, Remembered, StepState
from engine.words import LANGUAGES, knows
from tests.api.conftest import Door
from tests.api.jobs import ORDER, VAN, concert
from tests.databases import MONDAY, a_declaration, a_plan

WAGE = {
    "person_id": "p-dan",
    "gross_eur": "250.00",
    "chain": "employee",
    "days": 1,
    "last_day_on": "2026-03-14",
    "pay_on": "2026-03-24",
    "answer_by": "2026-04-04T00:00:00Z",
}


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (
            "RemoteProtocolError at GET /bookings",
            "The connection with the railway broke off before an answer came.",
        ),
        ("railway: ConnectError at POST /trips", "It is impossible to reach the railway."),
        ("ReadTimeout at GET /bookings", "No answer from the railway in time."),
        ("status 503 at POST", "An error came back from the railway (503)."),
        ("railway: status 429", "Too many requests at once for the railway; we come back later."),
        ("railway: an answer we cannot read to /trips", "An answer from the railway cannot be read."),
        (
            "railway: The timetable is being loaded",
            "A problem was reported by the railway: The timetable is being loaded",
        ),
        (None, "No proper answer from the railway right now."),
    ],
)
def test_a_failed_call_is_told_in_words(cause: str | None, words: str) -> None:
    assert failures.away("railway", cause, "en") == words


def test_the_same_trouble_in_french_and_dutch() -> None:
    cause = "RemoteProtocolError at GET /bookings"
    assert (
        failures.away("railway", cause, "fr")
        == "La connexion avec les chemins de fer s'est coupée avant la réponse."
    )
    assert (
        failures.away("railway", cause, "nl")
        == "De verbinding met de spoorwegen brak af voor er een antwoord kwam."
    )


def test_a_reason_without_a_text_is_never_told_by_its_code() -> None:
    for lang in LANGUAGES:
        for params in ({"problem": "KeyError"}, {"problem": "KeyError", "text": failures.NOBODY}):
            assert "KeyError" not in refusal(params, lang)
    assert refusal({"problem": "TooLoud", "text": "The hall allows 90 dB."}, "en") == "The hall allows 90 dB."


def test_operations_read_the_kind_of_failure_and_others_only_that_there_is_one() -> None:
    down = Problem(
        type="PartnerDown",
        text="railway: status 503",
        params={"partner": "railway"},
        since_at=MONDAY,
        technical="railway: status 503",
    )
    state = StepState(service="travel", item="ann", state="parked", problem=down)
    told = {level: problem_told(state, level, "en") for level in ("member", "ops")}  # type: ignore[arg-type]  # two of its three words
    assert told["member"] is not None
    assert told["ops"] is not None
    assert (told["member"].text, told["member"].technical) == ("No proper answer from the railway right now.", None)
    assert told["ops"].text == "An error came back from the railway (503)."


async def test_an_incident_says_what_is_wrong_and_keeps_its_cause_for_operations(door: Door) -> None:
    job_id = await concert(door.house)
    cause = "RemoteProtocolError at GET /bookings"
    down = Problem(type="PartnerDown", text=cause, params={"partner": "vans"}, since_at=MONDAY, technical=cause)
    van = StepState(service="van_rental", item="van", state="parked", attempt=1, request=VAN, problem=down)
    file = JobFile(job_id=job_id, state="agreeing", version=1, steps={"van_rental:van": van})
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    page = (await (await door.asking("otto")).get("/ops?lang=en")).text
    assert "The connection with the van hirer broke off before an answer came." in page
    assert cause not in (await (await door.asking("eve")).get("/ops?lang=en")).text


def test_every_decision_of_two_persons_says_why_in_every_language() -> None:
    reasons = {one.reason for one in EXCEPTIONS if one.rule == "two"} | {"unknown"}
    for service in TABLE:
        for kind in approval_policy.KINDS:
            found = approval_policy.guarded(service, kind)
            reasons |= {found.reason} if found.rule == "two" else set()
    assert all(knows(f"guard.{reason}") for reason in reasons), sorted(reasons)
    assert approval_policy.guarded("wages", "replay").reason == ""


async def test_a_step_that_takes_two_says_why(door: Door) -> None:
    job_id = await concert(door.house)
    stopped = Problem(type="NoBankAccount", text="No bank account.", decided_by="ops", since_at=MONDAY)
    wage = StepState(
        service="wages", item="bob", state="parked", operation="pay", attempt=1, request=WAGE, problem=stopped
    )
    file = JobFile(job_id=job_id, state="performed", version=1, steps={"wages:bob": wage})
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    page = (await (await door.asking("otto")).get(f"/jobs/{job_id}/steps/wages:bob?do=fail&lang=en")).text
    assert "Two persons, because somebody would not get the pay they are owed." in page


@pytest.mark.parametrize(
    ("state", "now", "words"),
    [
        ("engaged", "2026-03-10", "The job takes place on Saturday 14 March. The pay is on the accounts by"),
        ("taking_place", "2026-03-14T19:00", "The job is taking place, until Saturday 14 March, 23:00."),
        ("taking_place", "2026-03-15", "Did it go as declared? Without an answer by Monday 16 March, 19:00"),
        ("performed", "2026-03-17", "The pay is on the accounts by Tuesday 24 March."),
    ],
)  # fmt: skip
async def test_a_waiting_job_says_what_it_waits_for_and_until_when(
    door: Door, state: str, now: str, words: str
) -> None:
    plan = a_plan(wages={"bob": WAGE})
    job_id = (await door.house.jobs.declare(a_declaration(plan=plan, caller=state + now))).job_id
    await door.house.jobs.mark_started(job_id, MONDAY)
    asked = StepState(service="agreement", state="done", attempt=1, request=ORDER)
    file = JobFile(job_id=job_id, state=state, version=1, steps={"agreement": asked})  # type: ignore[arg-type]  # from a table
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    kept = await door.house.jobs.job(job_id)
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert view_values.what_next(kept, [asked], at, "en").startswith(words)


async def test_an_adviser_is_awaited_by_name_and_time(door: Door) -> None:
    job_id = await concert(door.house)
    await door.house.jobs.mark_started(job_id, MONDAY)
    asked = Approval(rule="new_client", why="", answer_by=MONDAY + timedelta(days=1))
    file = JobFile(job_id=job_id, state="agreeing", version=1, approvals={"new_client": asked})
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    kept = await door.house.jobs.job(job_id)
    assert view_values.what_next(kept, [], MONDAY, "en").startswith("Your adviser must say yes, by Tuesday")


def test_what_a_replayed_step_ran_into_is_told_in_words() -> None:
    down = office.reason("PartnerDown", "railway", "railway: ReadTimeout at GET /bookings", "en")
    assert down == "No answer from the railway in time."
    assert (
        office.reason("KeyError", None, "", "fr") == "Quelque chose d'inattendu s'est passé ; une personne regarde."
    )
    wanted = {"partner": "railway", "error": "PartnerDown", "state": "parked"}
    assert office.filter_in_words(wanted, "nl") == "Geen goed antwoord van de spoorwegen op dit moment"
