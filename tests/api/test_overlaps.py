"""The same person on two jobs at the same hours: said before anybody clicks, without telling whose."""

from typing import Any

from domain.job import JobFile, Remembered, StepState
from tests.api.conftest import Door
from tests.api.test_declaring import concert

LIEGE = [{"date": "2026-04-15", "starts": "15:00", "ends": "22:00", "place": "Liège"}]
GENT = [{"date": "2026-04-15", "starts": "16:00", "ends": "20:00", "place": "Gent"}]
OTHER_DAY = [{"date": "2026-04-16", "starts": "16:00", "ends": "20:00", "place": "Gent"}]
BOB = "Bob Lambert already works (Wed 15 Apr, 15:00 – 22:00) on"
OVERLAP = "; the hours overlap."


async def declared(door: Door, login: str, path: str = "/api/jobs", **changes: Any) -> dict[str, Any]:
    asking = await door.asking(login, **{"accept-language": "en"})
    key = {"idempotency-key": f"{login}-{len(door.process.started)}-overlaps"}
    answer = await asking.post(path, json=concert(**changes), headers=key)
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def warned(door: Door, login: str, path: str = "/api/quotes?lang=en", **changes: Any) -> list[str]:
    answer = await (await door.asking(login)).post(path, json=concert(**changes))
    assert answer.status_code == 200, answer.text
    return [one["said"] for one in answer.json()["warnings"] if one["code"].startswith("works_elsewhere")]


def crew(*items: str) -> dict[str, Any]:
    return {"crew": [one for one in concert()["crew"] if one["item"] in items]}


async def test_a_member_is_told_of_their_own_and_their_collaborators_hours_by_the_name_of_the_other_job(
    door: Door,
) -> None:
    await declared(door, "ann", title="Party in Liège", days=LIEGE)
    assert await warned(door, "ann", days=GENT) == [
        f"Ann Test already works (Wed 15 Apr, 15:00 – 22:00) on “Party in Liège”{OVERLAP}",
        f"{BOB} “Party in Liège”{OVERLAP}",
    ]
    assert await warned(door, "ann", days=OTHER_DAY) == []
    assert await warned(door, "ann", days=[{**GENT[0], "starts": "22:00", "ends": "23:00"}]) == []
    assert await warned(door, "ann", "/api/quotes?lang=nl", days=GENT, **crew("bob")) == [
        "Bob Lambert werkt dan al (wo 15 apr, 15:00 – 22:00) voor “Party in Liège”; de uren overlappen."
    ]
    assert await warned(door, "ann", "/api/quotes?lang=fr", days=GENT, **crew("bob")) == [
        "Bob Lambert travaille déjà (mer. 15 avr., 15:00 – 22:00) pour « Party in Liège » ; les heures se "
        "chevauchent."
    ]


async def test_who_names_nobody_works_alone_and_is_told_too(door: Door) -> None:
    await declared(door, "ann", title="Party in Liège", days=LIEGE)
    assert await warned(door, "ann", days=GENT, crew=[], all_inclusive=True) == [
        f"Ann Test already works (Wed 15 Apr, 15:00 – 22:00) on “Party in Liège”{OVERLAP}"
    ]


async def test_another_members_job_stays_unknown_but_for_its_hours(door: Door) -> None:
    await declared(door, "ann", title="Party in Liège", days=LIEGE)
    answer = await (await door.asking("dan")).post("/api/quotes?lang=en", json=concert(days=GENT))
    told = [one for one in answer.json()["warnings"] if one["code"].startswith("works_elsewhere")]
    assert [one["said"] for one in told] == [f"{BOB} another job{OVERLAP}"]
    assert "Party" not in answer.text
    page = await (await door.asking("dan")).post("/declare", data=form(GENT[0]))
    assert f"{BOB} another job{OVERLAP}" in page.text
    assert "Party" not in page.text
    assert await warned(door, None, days=GENT) == []  # type: ignore[arg-type]  # nobody known


def form(day: dict[str, str]) -> dict[str, str]:
    return {
        "do": "quote", "key": "the-party-of-dan", "title": "Lecture", "crew.0.member": "yes", "crew.0.item": "dan",
        "crew.0.function": "speaker", "crew.1.item": "bob", "crew.1.name": "Bob Lambert",
        "crew.1.contact": "bob@crew.example", "crew.1.function": "musician", "place": "Gent",
        "price_eur": "2400,00",
        "days.0.date": day["date"], "days.0.starts": day["starts"], "days.0.ends": day["ends"],
    }  # fmt: skip


async def test_an_adviser_who_may_see_the_other_job_reads_its_name_and_the_member_does_not(door: Door) -> None:
    await declared(door, "ann", title="Party in Liège", days=LIEGE)
    named = f"{BOB} “Party in Liège”{OVERLAP}"
    assert await warned(door, "eve", "/api/quotes?lang=en&for=dan", days=GENT) == [named]
    told = await declared(door, "eve", "/api/jobs?for=dan", days=GENT)
    assert told["overlaps"] == [f"Bob already works (Wed 15 Apr, 15:00 – 22:00) on another job{OVERLAP}"]
    story = await (await door.asking("dan")).get(f"/api/jobs/{told['job_id']}/history?lang=en")
    assert f"Bob already works (Wed 15 Apr, 15:00 – 22:00) on another job{OVERLAP}" in story.text
    assert "Party" not in story.text


async def test_declaring_without_a_quote_says_it_in_the_answer_and_in_the_story(door: Door) -> None:
    await declared(door, "ann", title="Party in Liège", days=LIEGE)
    told = await declared(door, "ann", days=GENT, **crew("bob"))
    sentence = f"Bob already works (Wed 15 Apr, 15:00 – 22:00) on “Party in Liège”{OVERLAP}"
    assert told["overlaps"] == [sentence]
    story = await (await door.asking("ann")).get(f"/api/jobs/{told['job_id']}/history?lang=en")
    assert sentence in story.text
    assert (await declared(door, "ann", days=OTHER_DAY))["overlaps"] == []


async def test_a_move_and_a_replacement_show_it_before_they_are_confirmed(door: Door) -> None:
    await declared(door, "dan", title="Secret wedding", days=LIEGE, **crew("bob"))
    job_id = (await declared(door, "ann", days=OTHER_DAY, **crew("ann")))["job_id"]
    ann, eve = await door.asking("ann"), await door.asking("eve")
    path = f"/api/jobs/{job_id}/move?dry_run=true&lang=en"

    def body(**changes: Any) -> dict[str, Any]:
        return {"declaration": concert(**changes), "reason": "the hall is free"}

    alone = await ann.post(path, json=body(days=GENT, **crew("ann")))
    assert alone.json()["overlaps"] == []
    with_bob = body(days=GENT, **crew("ann", "bob"))
    shown = await ann.post(path, json=with_bob)
    assert shown.json()["overlaps"] == [f"{BOB} another job{OVERLAP}"]
    assert "Secret" not in shown.text
    assert (await eve.post(path, json=with_bob)).json()["overlaps"] == [f"{BOB} “Secret wedding”{OVERLAP}"]
    instead = await ann.post(path, json=body(days=GENT, crew=[{**crew("bob")["crew"][0], "item": "ann2"}]))
    assert instead.json()["overlaps"] == [f"{BOB} another job{OVERLAP}"]
    itself = await ann.post(path, json=body(days=OTHER_DAY, price_eur="2500.00", **crew("ann")))
    assert itself.json()["overlaps"] == []


async def moved(door: Door, login: str, job_id: str, **changes: Any) -> None:
    body = {"declaration": concert(**changes), "reason": "the hall is free"}
    answer = await (await door.asking(login)).post(f"/api/jobs/{job_id}/move", json=body)
    assert answer.status_code == 200, answer.text


async def test_hours_follow_the_job_that_moves_and_go_with_the_job_that_ends(door: Door) -> None:
    job_id = (await declared(door, "ann", title="Party in Liège", days=LIEGE, **crew("bob")))["job_id"]
    await moved(door, "ann", job_id, title="Party in Liège", days=OTHER_DAY, **crew("bob"))
    assert await warned(door, "ann", days=GENT) == []
    assert await warned(door, "ann", days=OTHER_DAY) == [
        f"Bob Lambert already works (Thu 16 Apr, 16:00 – 20:00) on “Party in Liège”{OVERLAP}"
    ]
    files = {
        "taken off": JobFile(job_id=job_id, state="engaged", off_the_job=["bob"]),
        "refused": JobFile(job_id=job_id, state="engaged", steps={"employment_contract:bob": gone("failed")}),
        "ended": JobFile(job_id=job_id, state="engaged", steps={"employment_contract:bob": gone("undone")}),
        "being withdrawn": JobFile(job_id=job_id, state="ready", stopping="the hall is flooded"),
        "withdrawn": JobFile(job_id=job_id, state="withdrawn"),
        "did not happen": JobFile(job_id=job_id, state="performed", report="did_not_happen"),
    }
    for n, (what, file) in enumerate(files.items()):
        told = file.model_copy(update={"version": n + 1})
        await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=told))
        assert await warned(door, "ann", days=OTHER_DAY) == [], what


def gone(state: Any) -> StepState:
    return StepState(service="employment_contract", item="bob", state=state, attempt=1)


async def test_who_sends_an_invoice_cannot_be_in_two_places_either(door: Door) -> None:
    bob = {"item": "bob", "name": "Bob Lambert", "email": "bob@crew.example", "function": "musician",
           "status": "self_employed", "budget_eur": "300.00"}  # fmt: skip
    job_id = (await declared(door, "ann", title="Party in Liège", days=LIEGE, crew=[*crew("ann")["crew"], bob]))[
        "job_id"
    ]
    assert await warned(door, "dan", days=GENT) == [f"{BOB} another job{OVERLAP}"]
    await moved(door, "eve", job_id, title="Party", days=OTHER_DAY, crew=[*crew("ann")["crew"], bob])
    assert await warned(door, "dan", days=GENT) == []
    assert await warned(door, "dan", days=OTHER_DAY) == [
        f"Bob Lambert already works (Thu 16 Apr, 16:00 – 20:00) on another job{OVERLAP}"
    ]


async def test_of_many_days_three_are_told_and_the_others_counted(door: Door) -> None:
    week = [{**LIEGE[0], "date": f"2026-04-{day}"} for day in range(13, 18)]
    bob = [{**crew("bob")["crew"][0], "gross_eur": "600.00"}]
    await declared(door, "ann", title="Tour", days=week, crew=bob)
    told = await warned(door, "ann", days=week, crew=bob)
    assert len(told) == 4
    assert told[-1] == "Bob Lambert works on 2 more days elsewhere at the same hours."
