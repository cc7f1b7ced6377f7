"""An adviser declares for a member: it is the member's job, and story and audit say who did it, with both names."""

from tests.api.conftest import Door
from tests.api.test_declaring import KEY, concert

FORM = {
    "do": "declare", "key": "for-dan", "title": "Lecture", "crew.0.member": "yes", "crew.0.function": "speaker",
    "client.name": "Zaal", "vat.performance_or_licence": "no", "client.enterprise_number": "1000000021",
    "client.email": "zaal@client.example", "client.address.street": "Rue Haute", "place": "Liège",
    "client.address.house_number": "1", "client.address.postal_code": "1000", "client.address.city": "Bruxelles",
    "days.0.date": "2026-03-20", "days.0.starts": "18:00", "days.0.ends": "22:00", "price_eur": "900,00",
}  # fmt: skip


async def test_a_job_declared_for_a_member_is_theirs_and_the_story_names_both(door: Door) -> None:
    eve, dan = await door.asking("eve"), await door.asking("dan")
    told = await eve.post("/api/jobs?for=p-dan", json=concert(), headers=KEY)
    assert told.status_code == 202, told.text
    job_id = told.json()["job_id"]
    assert (await eve.post("/api/jobs?for=dan", json=concert(), headers=KEY)).json()["job_id"] == job_id
    assert [one["job_id"] for one in (await dan.get("/api/jobs")).json()["jobs"]] == [job_id]
    story = (await dan.get(f"/api/jobs/{job_id}/history?lang=en")).json()
    first = "Eve Test declared this job for Dan Test: everything is under way."
    assert first in str(story)
    audit = await (await door.asking("ada")).get("/audit?lang=en", headers={"accept": "text/html"})
    assert "Eve Test" in audit.text
    assert "for Dan Test" in audit.text
    assert [line.what for line in await door.house.audit.page(job_id=job_id)] == ["job.declare_for"]


async def test_the_same_key_for_another_member_is_another_declaration_and_refused(door: Door) -> None:
    eve = await door.asking("eve")
    await eve.post("/api/jobs?for=dan", json=concert(), headers=KEY)
    other = await eve.post("/api/jobs?for=ann", json=concert(), headers=KEY)
    assert (other.status_code, other.json()["type"].split("/")[-1]) == (422, "key-reused")


async def test_only_an_adviser_declares_for_somebody_and_only_for_a_member(door: Door) -> None:
    for login, wanted in {"ann": 403, "otto": 403, "fay": 403, "ada": 403}.items():
        person = await door.asking(login)
        for answer in (
            await person.post("/api/jobs?for=dan", json=concert(), headers=KEY),
            await person.post("/api/quotes?for=dan", json=concert()),
            await person.get("/declare?for=dan"),
            await person.post("/declare", data=FORM | {"for": "p-dan"}),
            await person.get("/declare/clients?text=Zaal&for=p-dan"),
        ):
            assert answer.status_code == wanted, (login, answer.url, answer.text)
    eve = await door.asking("eve")
    nobody = [await eve.post(f"/api/jobs?for={who}", json=concert(), headers=KEY) for who in ("nobody", "fay")]
    assert [one.status_code for one in nobody] == [404, 404]
    assert (await eve.post("/api/jobs", json=concert(), headers=KEY)).status_code == 403
    assert (
        await (await door.asking("ann")).post("/api/jobs?for=p-ann", json=concert(), headers=KEY)
    ).status_code == 202
    stranger = await (await door.asking()).post("/api/quotes?for=p-dan", json=concert())
    assert stranger.status_code == 401
    assert door.process.starts == 1


async def test_the_member_is_chosen_by_name_on_the_page_and_the_button_declares_for_them(door: Door) -> None:
    eve = await door.asking("eve", accept="text/html")
    choosing = await eve.get("/declare?for=&lang=en")
    assert "For which member do you declare?" in choosing.text
    assert 'href="/declare?for=p-dan"' in choosing.text
    nobody = await eve.get("/declare?for=Zoë&lang=en")
    assert "No member is called “Zoë”." in nobody.text
    chosen = await eve.get("/declare?for=Dan&lang=en")
    assert "You declare for Dan Test." in chosen.text
    assert 'name="for" value="p-dan"' in chosen.text
    first = await eve.post("/declare", data=FORM | {"for": "p-dan"})
    assert first.status_code == 303, first.text[-2000:]
    job = await door.house.jobs.row(first.headers["location"].split("/")[-1])
    assert job.member_id == "p-dan"
