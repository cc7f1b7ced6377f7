"""A signed contract would change: what becomes of it, whatever people do, to the last day and the last cent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from storage.jobs.steps import StepRow
from tests.process.small import BOB, DAY, HOUR, NOTHING_BOOKED, crew
from tests.process.test_answers_told import settled
from tests.process.test_notices import mails
from tests.process.test_questions import answered, met, moved, period_of, signed
from tests.process.world import World

STEP = "employment_contract:bob"
WAY = {"from_place": "Bruxelles-Midi", "to_place": "Liège-Guillemins"}


async def answer(house: World, job_id: str, what: str) -> None:
    await house.decide(job_id, STEP, "answer", answer=what, who="iris")


async def asked(house: World, job_id: str, problem: str = "SignedContractChanges") -> None:
    """People are asked about Bob's contract."""
    found = await house.until_step(job_id, STEP, "parked")
    assert found.problem is not None
    assert found.problem.type == problem


async def amending(house: World, job_id: str, **how: Any) -> None:
    """The amendment is with Bob, who may be silent."""
    await house.person(BOB, role="collaborator", **(how or {"behaviour": "silent"}))
    await asked(house, job_id)
    await answer(house, job_id, "amend")
    await house.until_step(job_id, STEP, "waiting")


async def ann_signs(house: World, job_id: str) -> None:
    """Ann's own contract is amended too; she signs when she has read her mail."""
    await house.until_step(job_id, "employment_contract:ann", "parked")
    await house.decide(job_id, "employment_contract:ann", "answer", answer="amend", who="iris")


async def link_of(house: World, to: str) -> str:
    """The newest link that was mailed to somebody."""
    box = (await house.partners("GET", f"/mail/mailboxes/{to}"))["messages"]
    linked = sorted((one for one in box if "http://allin/i/" in one["text"]), key=lambda one: str(one["sent_at"]))
    texts = [one["text"] for one in linked]
    return "/i/" + str(texts[-1].split("http://allin/i/")[1].split()[0])


async def opened(house: World, path: str, lang: str = "en", kind: str = "application/json") -> httpx2.Response:
    """The link, opened by somebody without an account."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=house.api), base_url="http://allin") as http:
        found = await http.get(f"{path}?lang={lang}", headers={"accept": kind})
        return found.raise_for_status()


async def wages_of(house: World, job_id: str) -> list[StepRow]:
    return [row for row in await house.house.steps.of_job(job_id) if row.service == "wages"]


async def paid(house: World, job_id: str) -> dict[str, tuple[str, str]]:
    """By person the gross pay and the last day it was for."""
    await house.live_until(job_id, lambda job: job.state == "collecting", step=DAY, days=30)
    rows = await wages_of(house, job_id)
    assert {row.file.state for row in rows} <= {"done"}
    return {row.item: (row.file.request["gross_eur"], row.file.request["last_day_on"]) for row in rows}


async def told_not_to_start(house: World) -> list[str]:
    return [text for subject, text in await mails(house, BOB) if subject.startswith("Ne commencez pas")]


# -- what is shown while it is asked -----------------------------------------------------------------------------


async def test_as_long_as_the_amendment_is_not_signed_every_page_shows_what_is_signed_and_what_is_proposed(
    house: World,
) -> None:
    job_id = await signed(house, "ann", "bob")
    await moved(house, job_id)
    await amending(house, job_id)
    shown = (await opened(house, await link_of(house, BOB))).json()
    assert shown["amendment"] is True
    assert [day[0] for day in shown["instead_of"]["days"]] == ["2026-02-10T15:00:00+01:00"]
    assert [day[0] for day in shown["days"]] == ["2026-02-11T15:00:00+01:00"]
    job = await house.ask("ann", "GET", f"/api/jobs/{job_id}?lang=en")
    both = {one["step"]: (one["waits_for"], one["changes"]) for one in job["contract_changes"]}
    assert both == {
        "employment_contract:ann": ("advisor", [DAYS_EN]),
        "employment_contract:bob": ("collaborator", [DAYS_EN]),
    }
    story = await house.ask("iris", "GET", f"/api/jobs/{job_id}/story?lang=en")
    bob = next(one for one in story["steps"] if one["step"] == STEP)
    assert "10 Feb" in " ".join(each["value"] for each in bob["asked"])
    assert "11 Feb" in " ".join(each["value"] for each in bob["proposed"])
    assert "11 Feb" not in " ".join(each["value"] for each in bob["asked"])
    dates = await calendar(house, job_id)
    assert dates[("20260210T140000Z", "CONFIRMED")] == "Concert at the company evening (as the contract is signed)"
    assert dates[("20260211T140000Z", "TENTATIVE")].endswith("(proposed, contract to be signed)")
    page = (await answered(house, "ann", "GET", f"/jobs/{job_id}?lang=en")).text
    assert "nobody has signed a contract for this day yet" in page
    assert "A signed contract would change" in page

    await house.person(BOB, role="collaborator", behaviour="answers")
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, STEP, "done")
    dates = await calendar(house, job_id)
    assert dates[("20260211T140000Z", "CONFIRMED")] == "Concert at the company evening"
    job = await house.ask("ann", "GET", f"/api/jobs/{job_id}?lang=en")
    assert [one["step"] for one in job["contract_changes"]] == ["employment_contract:ann"]


DAYS_EN = {
    "label": "Dates",
    "before": "Tuesday 10 February 2026, 15:00–22:30, Liège",
    "after": "Wednesday 11 February 2026, 15:00–22:30, Liège",
}


async def calendar(house: World, job_id: str) -> dict[tuple[str, str], str]:
    """By start and status what a calendar program is told about the days of the job."""
    text = (await answered(house, "ann", "GET", f"/api/jobs/{job_id}/calendar.ics?lang=en")).text
    lines = text.replace("\r\n ", "").replace("\\,", ",").splitlines()
    found, one = {}, dict[str, str]()
    for line in lines:
        name, _, value = line.partition(":")
        one[name.partition(";")[0]] = value
        if line == "END:VEVENT":
            found[one["DTSTART"], one["STATUS"]] = one["SUMMARY"]
    return found


async def test_who_refused_reads_on_the_same_link_that_the_contract_stays(house: World) -> None:
    job_id = await signed(house, "bob")
    await moved(house, job_id)
    await amending(house, job_id, behaviour="refuses", reason="je joue ailleurs le 11")
    link = await link_of(house, BOB)
    page = (await opened(house, link, "fr", "text/html")).text
    assert "Un changement de votre contrat" in page
    assert "mardi 10 février 2026, 15:00–22:30, Liège" in page
    assert "<b>mercredi 11 février 2026, 15:00–22:30, Liège</b>" in page
    assert "Je n&#39;accepte pas ce changement" in page
    assert "offre" not in page.lower()
    await house.pass_time(4 * HOUR)
    await asked(house, job_id, "AmendmentRefused")
    page = (await opened(house, link, "fr", "text/html")).text
    assert "Votre contrat reste tel que vous l&#39;avez signé" in page


# -- whole lives -------------------------------------------------------------------------------------------------


async def test_silent_until_the_day_the_person_is_told_not_to_start_and_paid_as_signed(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    await moved(house, job_id, "2026-02-13")
    await ann_signs(house, job_id)
    await amending(house, job_id)
    await house.reach(datetime(2026, 2, 10, 14, 1, tzinfo=UTC), step=12 * HOUR)
    await asked(house, job_id, "AmendmentUnanswered")
    assert await told_not_to_start(house) == []
    await house.reach(datetime(2026, 2, 13, 14, 1, tzinfo=UTC), step=12 * HOUR)
    await house.until(job_id, lambda job: job.file.off_the_job == ["bob"])
    await house.settle()
    (text,) = await told_not_to_start(house)
    assert "13 février 2026, 15:00" in text
    assert "10 février 2026 15:00–22:30" in text
    await answer(house, job_id, "keep")
    await house.until_step(job_id, STEP, "done")
    assert await paid(house, job_id) == {"ann": ("1196.00", "2026-02-13"), "bob": ("300.00", "2026-02-10")}
    assert (await period_of(house, job_id, "bob"))["startDate"] == "2026-02-10"
    assert await settled(house, job_id, STEP) == ["step.settled.kept"]


async def richer(house: World, job_id: str) -> None:
    """The member would pay Bob 350.00 instead of 300.00."""
    body = [*crew("ann"), {**crew("bob")[0], "gross_eur": "350.00"}]
    await moved(house, job_id, "2026-02-10", crew=body)


async def test_a_change_of_pay_alone_is_signed_paid_and_declared_to_nobody(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    await richer(house, job_id)
    await asked(house, job_id)
    await answer(house, job_id, "amend")
    await house.until_step(job_id, STEP, "waiting")
    await house.pass_time(4 * HOUR)
    done = await house.until_step(job_id, STEP, "done")
    assert (done.revision, done.request["gross_eur"]) == (2, "350.00")
    assert [effect["kind"] for effect in await house.effects("dimona")] == ["declaration", "declaration"]
    await ann_signs(house, job_id)
    wages = await paid(house, job_id)
    assert wages["bob"] == ("350.00", "2026-02-10")


async def test_a_change_of_pay_nobody_signs_keeps_nobody_from_working_and_is_paid_as_signed(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    await richer(house, job_id)
    await amending(house, job_id)
    await house.reach(datetime(2026, 2, 10, 15, 0, tzinfo=UTC), step=12 * HOUR)
    job = await house.until(job_id, lambda job: job.state == "taking_place")
    await house.settle()
    assert (job.file.off_the_job, await told_not_to_start(house)) == ([], [])
    await answer(house, job_id, "keep")
    await house.until_step(job_id, STEP, "done")
    await house.decide(job_id, "employment_contract:ann", "answer", answer="keep", who="iris")
    wages = await paid(house, job_id)
    assert wages["bob"] == ("300.00", "2026-02-10")


async def test_ended_by_agreement_nothing_is_owed_and_the_others_play(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    await moved(house, job_id)
    await asked(house, job_id)
    await answer(house, job_id, "end")
    await house.until_step(job_id, STEP, "undone")
    await ann_signs(house, job_id)
    assert (await period_of(house, job_id, "bob"))["cancelled"] is True
    assert set(await paid(house, job_id)) == {"ann"}
    papers = {paper.kind for paper in await house.house.documents.of_job(job_id) if paper.step == STEP}
    assert "termination" in papers
    assert await settled(house, job_id, STEP) == ["step.settled.ended"]


async def test_amended_on_paper_is_in_force_with_the_paper_as_its_proof(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    await moved(house, job_id)
    await asked(house, job_id)
    paper = {"reason": "signed at the desk", "result": {}, "evidence": "avenant-signe"}
    await house.decide(job_id, STEP, "complete", who="iris", **paper)
    done = await house.until_step(job_id, STEP, "done")
    assert (done.revision, done.request["starts_at"][:10]) == (2, "2026-02-11")
    assert (await period_of(house, job_id, "bob"))["startDate"] == "2026-02-11"
    now = await met(house, job_id)
    assert (now["contract_signed"], now["dimona"]) == (("11 14:00", True), ("11 14:00", True))
    await ann_signs(house, job_id)
    assert (await paid(house, job_id))["bob"] == ("300.00", "2026-02-11")
    assert await settled(house, job_id, STEP) == ["step.settled.amended"]


async def test_stays_as_signed_is_paid_as_signed_to_the_cent(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    before = (await house.job(job_id)).plan.wages
    await moved(house, job_id, "2026-02-10", price_eur="1800.00")
    found = await house.until_step(job_id, "employment_contract:ann", "parked")
    assert found.wanted is not None
    assert (str(before["ann"].gross_eur), found.wanted["gross_eur"]) == ("1196.00", "822.00")
    await house.decide(job_id, "employment_contract:ann", "answer", answer="keep", who="iris")
    await house.until_step(job_id, "employment_contract:ann", "done")
    assert (await house.job(job_id)).file.off_the_job == []
    shown = await house.ask("ann", "GET", f"/api/jobs/{job_id}?lang=en")
    assert shown["contract_changes"] == []
    wages = await paid(house, job_id)
    assert wages == {"ann": ("1196.00", "2026-02-10"), "bob": ("300.00", "2026-02-10")}
    net = {row.item: row.file.booking["net_eur"] for row in await wages_of(house, job_id) if row.file.booking}
    assert net == {"ann": "792.98", "bob": "198.91"}


async def test_a_students_new_day_is_cancelled_and_declared_anew(house: World) -> None:
    student = {**crew("bob")[0], "status": "student"}
    job_id = await signed(house, "bob", crew=[student])
    old = await period_of(house, job_id, "bob")
    await moved(house, job_id)
    await asked(house, job_id)
    await answer(house, job_id, "amend")
    await house.until_step(job_id, STEP, "waiting")
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, STEP, "done")
    new = await period_of(house, job_id, "bob")
    assert old["id"] != new["id"]
    assert (old["workerType"], new["workerType"], new["plannedHoursNumber"]) == ("STU", "STU", 8)
    assert (new["startDate"], new["cancelled"]) == ("2026-02-11", False)
    told = await house.ask("iris", "GET", f"/api/jobs/{job_id}/story?lang=en")
    assert told["contract_changes"] == []
    assert len(await house.effects("dimona")) == 3


async def test_moved_at_short_notice_the_amendment_has_the_time_there_is(house: World) -> None:
    job_id = await signed(house, "bob")
    await house.reach(datetime(2026, 2, 10, 7, 0, tzinfo=UTC), step=12 * HOUR)
    evening = [{"date": "2026-02-10", "starts": "18:00", "ends": "22:30", "place": "Liège"}]
    await moved(house, job_id, who="iris", days=evening)
    await asked(house, job_id)
    await answer(house, job_id, "amend")
    waiting = await house.until_step(job_id, STEP, "waiting")
    assert waiting.waiting is not None
    assert waiting.waiting.until_at is not None
    left = datetime(2026, 2, 10, 14, 0, tzinfo=UTC) - waiting.waiting.until_at
    assert timedelta(minutes=40) < left < timedelta(minutes=50)  # a quarter of the three hours is the adviser's
    await house.pass_time(2 * HOUR)
    await house.until_step(job_id, STEP, "done")
    period = await period_of(house, job_id, "bob")
    assert (period["startDate"], period["startHour"]) == ("2026-02-10", "1800")


async def test_moved_at_short_notice_and_not_signed_the_person_does_not_start(house: World) -> None:
    job_id = await signed(house, "bob")
    await house.reach(datetime(2026, 2, 10, 7, 0, tzinfo=UTC), step=12 * HOUR)
    later = [{"date": "2026-02-10", "starts": "18:00", "ends": "23:30", "place": "Liège"}]
    await moved(house, job_id, who="iris", days=later)
    await amending(house, job_id)
    await house.pass_time(3 * HOUR)
    await asked(house, job_id, "AmendmentUnanswered")
    await house.reach(datetime(2026, 2, 10, 17, 1, tzinfo=UTC), step=HOUR)
    await house.until(job_id, lambda job: job.file.off_the_job == ["bob"])
    await house.settle()
    assert len(await told_not_to_start(house)) == 1


async def test_signed_by_both_and_not_declared_by_the_start_is_told_not_to_start(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    await moved(house, job_id)
    await ann_signs(house, job_id)
    await asked(house, job_id)
    await answer(house, job_id, "amend")
    await house.until_step(job_id, STEP, "waiting")
    await house.partners("POST", "/admin/dimona/results", json={"result": "B", "code": "SANDBOX-SSIN", "times": 9})
    await house.pass_time(4 * HOUR)
    parked = await house.until_step(job_id, STEP, "parked")
    assert parked.problem is not None
    assert (parked.problem.type, parked.revision, parked.signed) == ("DimonaRefused", 2, None)
    await house.reach(datetime(2026, 2, 11, 14, 1, tzinfo=UTC), step=12 * HOUR)
    await house.until(job_id, lambda job: "bob" in job.file.off_the_job)
    assert len(await told_not_to_start(house)) == 1
    await asked(house, job_id, "SignedContract")
    assert "bob" not in {row.item for row in await wages_of(house, job_id)}


async def test_on_the_days_the_contract_holds_the_person_works_on_the_new_one_not(house: World) -> None:
    two = [
        {"date": day, "starts": "15:00", "ends": "22:30", "place": "Liège"} for day in ("2026-02-10", "2026-02-11")
    ]
    other = [two[0], {**two[1], "date": "2026-02-12"}]
    job_id = await signed(house, "ann", "bob", days=two)
    await moved(house, job_id, days=other)
    await ann_signs(house, job_id)
    await amending(house, job_id)
    await house.reach(datetime(2026, 2, 10, 15, 0, tzinfo=UTC), step=12 * HOUR)
    await asked(house, job_id, "AmendmentUnanswered")
    assert ((await house.job(job_id)).file.off_the_job, await told_not_to_start(house)) == ([], [])
    await house.reach(datetime(2026, 2, 12, 14, 1, tzinfo=UTC), step=12 * HOUR)
    await house.until(job_id, lambda job: job.file.off_the_job == ["bob"])
    await house.settle()
    (text,) = await told_not_to_start(house)
    assert "12 février 2026, 15:00" in text


async def test_a_shorter_day_that_stays_as_signed_leaves_the_person_on_the_job(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    shorter = [{"date": "2026-02-10", "starts": "15:00", "ends": "20:00", "place": "Liège"}]
    await moved(house, job_id, days=shorter)
    for slug in ("ann", "bob"):
        await house.until_step(job_id, f"employment_contract:{slug}", "parked")
        await house.decide(job_id, f"employment_contract:{slug}", "answer", answer="keep", who="iris")
        await house.until_step(job_id, f"employment_contract:{slug}", "done")
    await house.settle()
    assert ((await house.job(job_id)).file.off_the_job, await told_not_to_start(house)) == ([], [])
    assert (await paid(house, job_id))["bob"] == ("300.00", "2026-02-10")


# -- what hangs on the contract ----------------------------------------------------------------------------------


async def ticket(house: World, job_id: str) -> tuple[str, int, str]:
    state = await house.step(job_id, "travel:bob")
    assert state is not None
    return state.state, state.revision, state.request["arrive_by_at"][:10]


async def test_a_ticket_follows_its_traveller_once_the_amendment_is_signed(house: World) -> None:
    job_id = await signed(house, "ann", "bob", travel={"travellers": ["bob"], **WAY})
    await house.until_step(job_id, "travel:bob", "done")
    await moved(house, job_id)
    await amending(house, job_id)
    await house.settle()
    assert await ticket(house, job_id) == ("done", 1, "2026-02-10")
    await house.person(BOB, role="collaborator", behaviour="answers")
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, STEP, "done")
    await house.settle()
    assert await ticket(house, job_id) == ("done", 2, "2026-02-11")


async def test_a_ticket_of_who_stays_as_signed_is_given_back_and_none_is_bought_for_the_new_day(
    house: World,
) -> None:
    job_id = await signed(house, "ann", "bob", travel={"travellers": ["bob"], **WAY})
    await house.until_step(job_id, "travel:bob", "done")
    await moved(house, job_id)
    await asked(house, job_id)
    await answer(house, job_id, "keep")
    await house.until_step(job_id, "travel:bob", "undone")
    await house.settle()
    assert await ticket(house, job_id) == ("undone", 1, "2026-02-10")


SMALL: dict[str, Any] = {**NOTHING_BOOKED, "expenses": None}
EVENING = [{"date": "2026-02-10", "starts": "20:00", "ends": "22:00", "place": "Gent"}]


async def leaning(house: World) -> tuple[str, str]:
    """Bob works in a second job that evening, under the contract of the first."""
    first = await signed(house, "ann", "bob")
    second = await signed(house, "bob", days=EVENING, key="second-job")
    state = await house.step(second, STEP)
    assert state is not None
    assert state.booking is not None
    assert state.booking["assignment_note"] is True
    return first, second


async def amended(house: World, job_id: str) -> None:
    await asked(house, job_id)
    await answer(house, job_id, "amend")
    await house.until_step(job_id, STEP, "waiting")
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, STEP, "done")


async def test_a_contract_amended_to_another_day_leaves_the_second_job_to_its_own(house: World) -> None:
    first, second = await leaning(house)
    await moved(house, first)
    await asked(house, first)
    assert (await house.step(second, STEP)).state == "done"  # type: ignore[union-attr]  # nothing is signed yet
    await amended(house, first)
    waiting = await house.until_step(second, STEP, "waiting")
    assert (waiting.revision, waiting.operation) == (2, "person_signs")
    await house.pass_time(4 * HOUR)
    done = await house.until_step(second, STEP, "done")
    assert done.booking is not None
    assert (done.booking["assignment_note"], done.booking["dimona_result"]) == (False, "A")
    assert (await period_of(house, first, "bob"))["startDate"] == "2026-02-11"
    assert (await period_of(house, second, "bob"))["startDate"] == "2026-02-10"


async def test_a_contract_amended_to_more_days_still_holds_the_second_job(house: World) -> None:
    first, second = await leaning(house)
    days = [
        {"date": day, "starts": "15:00", "ends": "22:30", "place": "Liège"} for day in ("2026-02-10", "2026-02-11")
    ]
    await moved(house, first, days=days)
    await amended(house, first)
    await house.settle()
    state = await house.step(second, STEP)
    assert state is not None
    assert (state.state, state.revision) == ("done", 1)
    period = await period_of(house, first, "bob")
    assert (period["startDate"], period["endDate"]) == ("2026-02-10", "2026-02-11")
