"""What a member does on a job's page: moving and withdrawing show their cost first; what is told is heard."""

from datetime import timedelta

import pytest

from api.pages.member.declaration_form import filled
from tests.api.conftest import Door
from tests.api.jobs import concert
from tests.api.test_declaring import KEY
from tests.api.test_declaring import concert as declared
from tests.databases import MONDAY

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40


async def a_job(door: Door) -> str:
    ann = await door.asking("ann")
    return str((await ann.post("/api/jobs", json=declared(), headers=KEY)).json()["job_id"])


async def test_the_job_page_says_what_comes_and_who_answers(door: Door) -> None:
    job_id = await a_job(door)
    ann = await door.asking("ann", accept="text/html")
    page = await ann.get(f"/jobs/{job_id}?lang=en")
    assert page.status_code == 200, page.text[-2000:]
    for told in ("The days of the job", "The job begins", "Talk to", "Move or change", "Withdraw this job"):
        assert told in page.text


async def test_a_move_on_the_page_shows_what_it_changes_and_happens_only_when_confirmed_with_a_reason(
    door: Door,
) -> None:
    job_id = await a_job(door)
    ann = await door.asking("ann", accept="text/html")
    form = {
        "days.0.date": "2026-03-27", "days.0.starts": "15:00", "days.0.ends": "23:30", "place": "Namur",
        "crew.0.item": "ann", "crew.0.member": "yes", "crew.0.name": "Ann", "crew.0.function": "singer",
        "price_eur": "2400,00", "lang": "en",
    }  # fmt: skip
    kept = (await door.house.jobs.job(job_id)).declaration
    form |= {"client.name": kept["client"]["name"], "title": kept["title"], "description": kept["description"]}
    form |= {f"client.{name}": str(kept["client"][name]) for name in ("email", "enterprise_number")}
    form |= {
        f"client.address.{name}": str(value)
        for name, value in kept["client"]["address"].items()
        if name != "country"
    }
    form |= {"vat.performance_or_licence": "yes", "vat.advertising": "no", "profile": kept["profile"]}
    shown = await ann.post(f"/jobs/{job_id}/move?lang=en", data=form)
    assert "The client is asked to agree again." in shown.text, shown.text[-4000:]
    unsaid = await ann.post(f"/jobs/{job_id}/move?lang=en", data=form | {"do": "move"})
    assert "Say why." in unsaid.text
    assert door.process.told == {}
    done = await ann.post(f"/jobs/{job_id}/move", data=form | {"do": "move", "reason": "the hall moved"})
    assert done.headers["location"] == f"/jobs/{job_id}"
    moved = await door.house.jobs.job(job_id)
    assert (f"{moved.plan.first_start_at:%Y-%m-%d}", moved.declaration["days"][0]["place"]) == (
        "2026-03-27",
        "Namur",
    )


async def test_withdrawing_says_first_that_nothing_is_owed(door: Door) -> None:
    job_id = await a_job(door)
    ann = await door.asking("ann", accept="text/html")
    page = await ann.get(f"/jobs/{job_id}/withdraw?lang=en")
    assert "Nobody is bound yet" in page.text
    assert door.process.told == {}


async def test_a_message_reaches_the_adviser_once_and_the_answer_comes_back(door: Door) -> None:
    job_id = await concert(door.house)
    ann, eve = await door.asking("ann", accept="text/html"), await door.asking("eve", accept="text/html")
    for _ in range(2):
        await ann.post(f"/jobs/{job_id}/messages", data={"text": "Can the hall pay later?", "once": "aaaaaaaa"})
    assert [one.text for one in await door.house.messages.unanswered()] == ["Can the hall pay later?"]
    for login, seen in {"ada": False, "otto": False, "ann": False, "eve": True}.items():
        await (await door.asking(login, accept="text/html")).get(f"/jobs/{job_id}")
        (message,) = await door.house.messages.unanswered()
        assert (message.read_at is not None) is seen, f"read once {login} has looked"
    await eve.post(f"/jobs/{job_id}/messages", data={"text": "Yes.", "once": "bbbbbbbb"})
    assert await door.house.messages.unanswered() == []
    assert "Can the hall pay later?" in (await ann.get(f"/jobs/{job_id}")).text


async def test_an_accident_opens_a_dossier_with_eight_days_and_tells_the_adviser(door: Door) -> None:
    job_id = await concert(door.house)
    ann = await door.asking("ann", accept="text/html")
    told = {
        "kind": "accident",
        "happened_on": "2026-02-01",
        "who": "Bob",
        "text": "Fell off the stage",
        "once": "cccccccc",
    }
    assert (await ann.post(f"/jobs/{job_id}/incidents", data=told)).status_code == 303
    (one,) = await door.house.happenings.of_job(job_id)
    assert one.due_at is not None
    assert f"{one.due_at:%Y-%m-%d %H:%M}" == "2026-02-09 23:00"
    assert "Fell off the stage" in (await door.house.messages.unanswered())[0].text
    assert "To be reported by Monday 9 February" in (await ann.get(f"/jobs/{job_id}?lang=en")).text


async def test_an_accident_stands_on_the_desk_until_an_adviser_says_it_was_reported(door: Door) -> None:
    job_id = await concert(door.house)
    ann, eve = await door.asking("ann", accept="text/html"), await door.asking("eve", accept="text/html")
    told = {"kind": "accident", "happened_on": "2026-02-01", "text": "Fell off the stage", "once": "cccccccc"}
    await ann.post(f"/jobs/{job_id}/incidents", data=told)
    (told_of,) = await door.house.happenings.of_job(job_id)
    opened = told_of.happening_id
    desk = (await eve.get("/advisor?lang=en")).text
    assert "Report it to the insurer by Monday 9 February" in desk
    in_time = await door.house.deadlines.due_unmet(MONDAY + timedelta(days=8))
    assert [one.kind for one in in_time if one.item == opened] == ["accident_report"]
    done = f"/jobs/{job_id}/incidents/{opened}/closed"
    assert (await ann.post(done)).status_code == 403
    assert [(await eve.post(done)).status_code for _ in range(2)] == [303, 303]
    assert "Fell off the stage" not in (await eve.get("/advisor?lang=en")).text.split('id="messages"')[0]
    assert [one.item for one in await door.house.deadlines.due_unmet(MONDAY + timedelta(days=8))] != [opened]
    kinds = [one.kind for one in await door.house.events.since(job_id)]
    assert (kinds.count("happening.told"), kinds.count("happening.closed")) == (1, 1)


async def test_a_receipt_is_kept_by_what_it_is_and_not_by_its_name(door: Door) -> None:
    job_id = await concert(door.house)
    ann = await door.asking("ann", accept="text/html")
    told = {"what": "Strings", "spent_on": "2026-02-01", "spent_eur": "24,50", "once": "dddddddd"}
    right = {"photo": ("strings.png", JPEG, "image/png")}
    assert (await ann.post(f"/jobs/{job_id}/receipts", data=told, files=right)).status_code == 303
    (paper,) = [one for one in await door.house.documents.of_job(job_id) if one.kind == "receipt"]
    assert (paper.name, paper.media_type) == ("receipt-2026-02-01.jpg", "image/jpeg")
    wrong = {"photo": ("strings.jpg", b"<script>", "image/jpeg")}
    assert (await ann.post(f"/jobs/{job_id}/receipts", data=told, files=wrong)).status_code == 422


@pytest.mark.parametrize("what", ["messages", "incidents", "receipts", "move", "withdraw"])
async def test_somebody_elses_job_does_not_exist(door: Door, what: str) -> None:
    job_id = await concert(door.house)
    dan = await door.asking("dan", accept="text/html")
    body = {"text": "x", "kind": "damage", "happened_on": "2026-02-01", "what": "x", "reason": "x"}
    body |= {"spent_on": "2026-02-01", "spent_eur": "1"}
    body = {"reason": "x"} if what == "withdraw" else body
    files = {"photo": ("a.jpg", JPEG, "image/jpeg")} if what == "receipts" else None
    assert (await dan.post(f"/jobs/{job_id}/{what}", data=body, files=files)).status_code == 404


async def test_what_is_said_under_a_key_used_before_is_not_lost(door: Door) -> None:
    """A browser's key tells one press from two; two accidents told under one key are two."""
    job_id = await concert(door.house)
    ann = await door.asking("ann", accept="text/html")
    told = {"kind": "accident", "happened_on": "2026-02-01", "text": "Fell off the stage", "once": "cccccccc"}
    for text in ("Fell off the stage", "Fell off the stage", "A lamp fell on Dan"):
        await ann.post(f"/jobs/{job_id}/incidents", data=told | {"text": text})
        await ann.post(f"/jobs/{job_id}/messages", data={"text": text, "once": "aaaaaaaa"})
    assert len(await door.house.happenings.of_job(job_id)) == 2
    messages = [one.text for one in await door.house.messages.unanswered()]
    assert (messages.count("Fell off the stage"), messages.count("A lamp fell on Dan")) == (1, 1)


@pytest.mark.parametrize(
    ("lang", "leaves", "comes"),
    [
        ("en", "Bob Lambert leaves. No contract was offered yet: nothing is owed.", "Dora Maes comes: is offered"),
        ("fr", "Bob Lambert quitte l’équipe. Aucun contrat", "Dora Maes rejoint l’équipe : reçoit une offre"),
        (
            "nl",
            "Bob Lambert gaat uit de ploeg. Er is nog geen",
            "Dora Maes komt erbij: krijgt een contractvoorstel",
        ),
    ],
)
async def test_the_preview_names_who_leaves_and_who_comes(door: Door, lang: str, leaves: str, comes: str) -> None:
    job_id = await a_job(door)
    crew = declared()["crew"]
    dora = {"item": "bob", "name": "Dora Maes", "email": "dora@crew.example", "function": "musician"}
    body = {"declaration": declared(crew=[crew[0], dora | {"gross_eur": "300.00"}]), "reason": "Bob is ill"}
    ann = await door.asking("ann")
    told = (await ann.post(f"/api/jobs/{job_id}/move?dry_run=true&lang={lang}", json=body)).json()
    assert [line.startswith(start) for line, start in zip(told["people"], (leaves, comes), strict=True)] == [
        True,
        True,
    ]
    assert told["asked_again"] == []
    form = filled(body["declaration"]) | {"do": "preview"}
    browser = await door.asking("ann", accept="text/html")
    page = await browser.post(f"/jobs/{job_id}/move?lang={lang}", data=form)
    assert told["people"][0] in page.text
    assert told["people"][1] in page.text


async def test_another_name_with_somebodys_address_is_refused_on_the_page(door: Door) -> None:
    job_id = await a_job(door)
    crew = declared()["crew"]
    body = declared(crew=[crew[0], crew[1] | {"name": "Dora Maes"}])
    browser = await door.asking("ann", accept="text/html")
    page = await browser.post(f"/jobs/{job_id}/move?lang=en", data=filled(body) | {"do": "preview"})
    assert page.status_code == 422
    assert "This does not say clearly who is who on the crew" in page.text
    assert door.process.told == {}
