"""The whole of a job: every try, wait, euro and undo, at three levels; jobs found, counted, kept as views."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from domain.entries import cost
from domain.orders import order_key
from storage.execution.attempts import Attempt, AttemptId
from storage.security.audit import AuditEntry
from tests.api.conftest import Door
from tests.api.jobs import concert, parked_van, the_plan
from tests.databases import MONDAY, a_declaration

LATER = MONDAY + timedelta(days=12)
TRACE = "Traceback: httpx2.ReadTimeout; paid to BE71 0961 2345 6769 for 85.07.30-033.28"


async def lived(door: Door) -> str:
    """The van was tried twice, then stopped; somebody decided twelve days later; something was paid."""
    job_id = await parked_van(door.house)
    key = order_key(job_id, "van_rental", "van", 1)
    for number, outcome in ((1, "failed"), (2, "refused")):
        which = AttemptId(workflow_id=f"job-{job_id}", run_id="r", activity_id="van.hold.1.1.1", try_no=number)
        at = MONDAY + timedelta(minutes=number - 1)
        await door.house.attempts.opened(
            Attempt(
                **which.model_dump(), job_id=job_id, order_key=key, operation="van_rental.hold", worker="host:7",
                started_at=at,
            )
        )  # fmt: skip
        error = ("PartnerDown", "vans: 503", TRACE) if outcome == "failed" else ("NoVanLeft", "none left", None)
        await door.house.attempts.closed(
            which, at + timedelta(seconds=2), outcome, error_type=error[0], error_text=error[1], technical=error[2]
        )
    await door.house.ledger.post(cost(f"{key}:cost", job_id, LATER.date(), Decimal("74.00")))
    await door.house.audit.record(
        AuditEntry(at=LATER, who="p-otto", role="ops", what="step.replay", job_id=job_id, step="van_rental:van",
                why="they are back")
    )  # fmt: skip
    await door.house.events.append(
        job_id, "step.decided.replay", LATER, step="van_rental:van", by="p-otto",
        params={"reason": "they are back", "changes": "seats: 3 → 5"},
    )  # fmt: skip
    door.clock.at = LATER + timedelta(hours=1)
    return job_id


async def told(door: Door, login: str, job_id: str, **asked: str) -> Any:
    answer = await (await door.asking(login)).get(f"/api/jobs/{job_id}/story", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def van_of(story: Any) -> Any:
    return next(step for step in story["steps"] if step["step"] == "van_rental:van")


async def test_ops_see_each_try_with_its_cause_and_key_and_a_link_to_the_engine(door: Door) -> None:
    job_id = await lived(door)
    door.house.settings.temporal_ui = "http://temporal:8080/"
    van = van_of(await told(door, "otto", job_id, lang="en"))
    assert [(one["attempt"], one["number"], one["outcome"]) for one in van["tries"]] == [
        (1, 1, "failed"),
        (1, 2, "refused"),
    ]
    assert van["tries"][0]["order_key"] == f"{job_id}/van_rental/van/1"
    assert van["tries"][0]["technical"].startswith("vans: 503\nTraceback: httpx2.ReadTimeout")
    assert van["tries"][1]["failure"].startswith("No van is left from Sat 14 Mar")
    assert van["engine_link"] == f"http://temporal:8080/namespaces/default/workflows/job-{job_id}"
    assert van["link"] == f"/jobs/{job_id}/story#step-van_rental-van"


async def test_numbers_of_people_are_masked_even_in_a_technical_cause(door: Door) -> None:
    technical = van_of(await told(door, "otto", await lived(door)))["tries"][0]["technical"]
    assert "BE71 •••• 6769" in technical
    assert "•••• for ••••" not in technical
    assert "85.07.30" not in technical
    assert "0961" not in technical


async def test_an_adviser_reads_the_same_without_the_machinery_and_a_member_without_the_tries(door: Door) -> None:
    job_id = await lived(door)
    adviser = van_of(await told(door, "eve", job_id, lang="fr"))
    assert [one["outcome_text"] for one in adviser["tries"]] == ["n'a pas réussi", "refusé"]
    assert {one["technical"] for one in adviser["tries"]} == {None}
    assert (adviser["tries"][0]["order_key"], adviser["engine_link"]) == (None, None)
    member = van_of(await told(door, "ann", job_id, lang="fr"))
    assert (member["tries"], member["orders"], member["decisions"]) == ([], [], [])
    assert member["about"] == "Réserve une camionnette : la nôtre, sinon celle d'un loueur."


async def test_money_that_moved_is_shown_to_the_cent_with_its_accounts_for_those_who_keep_books(door: Door) -> None:
    job_id = await lived(door)
    (moved,) = van_of(await told(door, "otto", job_id, lang="en"))["money"]
    assert (moved["amount_eur"], moved["text"]) == ("74.00", "A service is paid")
    assert moved["accounts"] == [["Result of the job", "74.00"], ["Bank", "-74.00"]]
    assert van_of(await told(door, "ann", job_id))["money"][0]["accounts"] == []


async def test_who_decided_what_and_why_stands_beside_the_step_with_the_difference(door: Door) -> None:
    (decided,) = van_of(await told(door, "eve", await lived(door), lang="nl"))["decisions"]
    assert (decided["text"], decided["who"], decided["why"]) == ("Opnieuw proberen", "Otto Test", "they are back")
    assert decided["differences"] == [{"label": "Plaatsen", "before": "3", "after": "5", "name": None}]


async def test_idle_time_is_collapsed_into_what_was_waited_for(door: Door) -> None:
    job_id = await lived(door)
    story = await told(door, "eve", job_id, lang="en")
    assert story["lines"][-1]["idle"] == "12 days: waiting for the member, until 14 February, 08:00"
    assert story["lines"][-1]["link"] == f"/jobs/{job_id}/story#line-{story['last']}"
    since = await told(door, "eve", job_id, since=str(story["last"] - 1))
    assert [line["seq"] for line in since["lines"]] == [story["last"]]
    assert [step["step"] for step in since["steps"]] == ["van_rental:van"]


async def test_the_next_deadline_is_told_with_the_law_behind_it(door: Door) -> None:
    deadline = (await told(door, "eve", await lived(door), lang="fr"))["next_deadline"]
    assert deadline["title"] == "Déclaré à la sécurité sociale"
    assert deadline["basis"].startswith("Dimona : déclaration au plus tard")


async def found(door: Door, login: str, path: str = "/api/jobs", **asked: str) -> Any:
    answer = await (await door.asking(login)).get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_jobs_are_found_by_the_beginning_of_any_word_and_by_what_stopped_them(door: Door) -> None:
    stopped, other = await parked_van(door.house), await concert(door.house)

    async def ids(**asked: str) -> set[str]:
        return {job["job_id"] for job in (await found(door, "otto", **asked))["jobs"]}

    assert await ids(text="kad LIE") == {stopped, other}
    assert await ids(text="ann") == {stopped, other}
    assert await ids(text=other.lower()) == {other}
    assert await ids(text="nobody") == set()
    assert await ids(error="NoVanLeft") == {stopped}
    assert await ids(parked="true", service="van_rental") == {stopped}
    assert await ids(amount_from="1800.00", amount_to="1800.00") == {stopped, other}
    assert await ids(amount_from="1800.01") == set()
    assert await ids(starts_from="2026-03-14", starts_to="2026-03-14") == {stopped, other}
    assert await ids(starts_to="2026-03-13") == set()
    assert await ids(deadline_before="2026-03-15T00:00:00Z") == {stopped, other}
    assert await ids(deadline_before="2026-03-14T00:00:00Z") == set()


async def test_facets_count_the_same_jobs_and_a_member_counts_only_the_own(door: Door) -> None:
    await parked_van(door.house)
    await concert(door.house, "p-dan")
    counts = await found(door, "otto", "/api/jobs/facets", lang="en")
    assert counts["total"] == 2
    assert {one["value"]: one["count"] for one in counts["state"]} == {"agreeing": 1, "quoted": 1}
    assert [(one["label"], one["count"]) for one in counts["service"]] == [("Van", 1)]
    assert [(one["value"], one["count"]) for one in counts["error"]] == [("NoVanLeft", 1)]
    assert {one["label"]: one["count"] for one in counts["member"]} == {"Ann Test": 1, "Dan Test": 1}
    assert [(one["label"], one["count"]) for one in counts["client"]] == [("Zaal Kadans", 2)]
    assert (await found(door, "dan", "/api/jobs/facets"))["total"] == 1
    assert (await found(door, "otto", "/api/jobs/facets", text="dan"))["total"] == 1


async def test_facets_are_counted_whatever_the_jobs_are_narrowed_by(door: Door) -> None:
    await parked_van(door.house)
    await concert(door.house, "p-dan")
    narrowings: list[dict[str, str]] = [
        {"error": "NoVanLeft"}, {"partner": "fleet"}, {"service": "van_rental"},
        {"parked": "true", "service": "van_rental"}, {"deadline_before": "2026-03-15T00:00:00Z"},
        {"state": "agreeing", "error": "NoVanLeft", "text": "zaal"},
    ]  # fmt: skip
    totals = [(await found(door, "otto", "/api/jobs/facets", **one))["total"] for one in narrowings]
    assert totals == [1, 0, 1, 1, 2, 1]


async def test_pages_stay_where_they_are_while_new_jobs_come(door: Door) -> None:
    first = []
    for minute in range(5):
        declared = a_declaration(plan=the_plan(), at=MONDAY + timedelta(minutes=minute))
        first.append((await door.house.jobs.declare(declared)).job_id)
    page = await found(door, "otto", limit="2")
    await door.house.jobs.declare(a_declaration(plan=the_plan(), at=LATER))
    rest = await found(door, "otto", limit="10", cursor=page["next"])
    seen = [job["job_id"] for job in (*page["jobs"], *rest["jobs"])]
    assert sorted(seen) == sorted(first)


async def test_a_view_is_an_address_that_carries_the_question(door: Door) -> None:
    eve, otto = await door.asking("eve"), await door.asking("otto")
    given = {"name": "Vans that wait", "asked": {"parked": True, "service": "van_rental"}, "shared": True}
    view = (await eve.post("/api/views", json=given)).json()
    assert view["address"] == "/advisor?parked=true&service=van_rental"
    again = (await eve.post("/api/views", json=given | {"shared": False})).json()
    assert again["view_id"] == view["view_id"]
    assert (await otto.get("/api/views")).json() == []
    await eve.post("/api/views", json=given)
    ((shared),) = (await otto.get("/api/views")).json()
    assert (shared["owner"], shared["mine"], shared["asked"]) == (
        "Eve Test", False, {"parked": "true", "service": "van_rental"},
    )  # fmt: skip
    stopped = await parked_van(door.house)
    assert [job["job_id"] for job in (await otto.get(shared["api"])).json()["jobs"]] == [stopped]
    assert (await otto.delete(f"/api/views/{view['view_id']}")).status_code == 404
    assert (await eve.delete(f"/api/views/{view['view_id']}")).status_code == 204
    assert (await eve.get("/api/jobs", params={"colour": "red"})).status_code == 422
