"""An adviser's desk: what needs me first, and every job found again by an address."""

from datetime import timedelta

from api.container import Container
from domain.job import Approval, JobFile, Remembered
from tests.api.conftest import Door
from tests.api.jobs import concert, parked_van
from tests.databases import MONDAY


async def an_approval(house: Container) -> str:
    """A concert in which a rule asks for a yes."""
    job_id = await concert(house)
    why = "A first job for a client nobody knows, of 1,800.00 euros."
    rule = Approval(rule="new_client", why=why, answer_by=MONDAY + timedelta(days=2))
    file = JobFile(job_id=job_id, state="agreeing", version=1, approvals={"new_client": rule})
    await house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file, news=()))
    return job_id


async def test_an_approval_stands_with_its_rule_and_figures_and_is_given_with_a_reason(door: Door) -> None:
    job_id = await an_approval(door.house)
    adviser = await door.asking("eve")
    page = await adviser.get("/advisor?lang=nl")
    assert "Wacht op uw ja" in page.text
    assert "A first job for a client nobody knows" in page.text
    assert "€ 1.800,00" in page.text.replace("\xa0", " ")
    given = {"granted": "true", "reason": "I know them"}
    done = await adviser.post(f"/jobs/{job_id}/approvals/new_client", data=given)
    assert (done.status_code, len(door.process.told)) == (303, 1)


async def test_approvals_of_one_rule_are_answered_together_with_one_reason(door: Door) -> None:
    jobs = [await an_approval(door.house) for _ in range(3)]
    eve = await door.asking("eve")
    page = (await eve.get("/advisor?lang=en")).text
    assert "New client: 3" in page
    ticked = [f"{job_id} new_client" for job_id in jobs[:2]]
    done = await eve.post("/advisor/approvals", data={"one": ticked, "granted": "true", "reason": "I know them"})
    assert done.headers["location"] == "/advisor?answered=2&not_asked=0"
    assert [(whom, one.rule, one.granted) for whom, one in door.process.told.values()] == [
        (jobs[0], "new_client", True),
        (jobs[1], "new_client", True),
    ]
    every = {"every": [f"{job_id} new_client" for job_id in jobs], "all": "yes"}
    refused = await eve.post("/advisor/approvals", data=every | {"granted": "false", "reason": "too risky"})
    assert refused.headers["location"] == "/advisor?answered=3&not_asked=0"
    assert len(door.process.told) == 5
    assert "5 answers given." not in (await eve.get("/advisor?answered=3&lang=en")).text
    assert "3 answers given." in (await eve.get("/advisor?answered=3&lang=en")).text


async def test_no_line_ticked_or_no_reason_answers_nothing(door: Door) -> None:
    job_id = await an_approval(door.house)
    eve = await door.asking("eve", accept="text/html")
    nothing = await eve.post("/advisor/approvals?lang=en", data={"granted": "true", "reason": "I know them"})
    assert (nothing.status_code, "Tick at least one line and say why." in nothing.text) == (422, True)
    no_reason = await eve.post("/advisor/approvals", data={"one": f"{job_id} new_client", "granted": "true"})
    assert no_reason.status_code == 422
    ann = await door.asking("ann")
    said = {"one": f"{job_id} new_client", "granted": "true", "reason": "mine"}
    assert (await ann.post("/advisor/approvals", data=said)).status_code == 403
    assert door.process.told == {}


async def test_why_a_rule_asks_is_told_in_the_readers_language(door: Door) -> None:
    job_id = await concert(door.house)
    english = "A job of 1800.00 EUR: more than the 1500.00 EUR you decide alone."
    asked = Approval(
        rule="autonomy", why=english, answer_by=MONDAY, params={"price": "1800.00", "limit": "1500.00"}
    )
    other = Approval(rule="regulated_trade", why="A trade with its own licence or dangers.", answer_by=MONDAY)
    approvals = {"autonomy": asked, "regulated_trade": other}
    file = JobFile(job_id=job_id, state="agreeing", version=1, approvals=approvals)
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file, news=()))
    eve = await door.asking("eve")
    for path in ("/advisor?lang=fr", f"/jobs/{job_id}/story?lang=fr"):
        page = (await eve.get(path)).text
        assert "Un métier avec licence ou dangers propres." in page
        assert "1.800,00 €" in page.replace("\xa0", " ").replace("\u202f", ".")
        assert "licence or dangers" not in page
    assert (await eve.get(f"/api/jobs/{job_id}?lang=nl")).json()["approvals"][1]["why"].endswith(".")


async def test_a_desk_with_nothing_on_it_says_so(door: Door) -> None:
    page = await (await door.asking("eve")).get("/advisor")
    assert "Nothing waits for you." in page.text
    assert (await (await door.asking("ann")).get("/advisor")).status_code == 403


async def test_jobs_are_narrowed_by_their_counts_and_a_search_is_kept_as_an_address(door: Door) -> None:
    job_id = await parked_van(door.house)
    adviser = await door.asking("eve")
    page = await adviser.get("/advisor?text=concert&state=&amount_from=")
    assert f"/jobs/{job_id}/story" in page.text
    assert "/advisor?text=concert&amp;state=agreeing#jobs" in page.text
    view_given = {"name": "Concerts", "question": "text=concert", "shared": "yes"}
    kept = await adviser.post("/advisor/views", data=view_given)
    assert kept.headers["location"] == "/advisor?text=concert#jobs"
    (view,) = await door.house.views.seen_by("p-otto")
    assert (view.name, view.asked) == ("Concerts", {"text": "concert"})
    assert (await adviser.get("/advisor?text=nothing-like-it")).text.count("No job answers to this") == 1
    assert (await adviser.post(f"/advisor/views/{view.view_id}")).status_code == 303
    assert await door.house.views.seen_by("p-eve") == []


async def test_a_member_nobody_has_the_name_of_is_no_id_on_the_list(door: Door) -> None:
    await concert(door.house, member_id="p-gone")
    eve = await door.asking("eve")
    for lang, said in (("fr", "sans nom"), ("nl", "zonder naam"), ("en", "no name kept")):
        page = (await eve.get(f"/advisor?whose=all&lang={lang}")).text
        assert f">{said}" in page
        assert ">p-gone" not in page
