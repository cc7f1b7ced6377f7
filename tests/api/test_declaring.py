"""One click or one POST is one job: quoted, seen, kept before the answer, started once."""

from typing import Any

from api.declaring.start_sweeper import sweep
from storage.jobs.jobs import JobFilter
from tests.api.conftest import Door

KEY = {"idempotency-key": "the-concert-of-march"}


def concert(**changes: Any) -> dict[str, Any]:
    """A concert in Liège with one collaborator."""
    return {
        "title": "Concert in Liège",
        "description": "Live concert by a duo, 75 minutes",
        "profile": "live-arts",
        "price_eur": "2400.00",
        "vat": {"performance_or_licence": True, "advertising": False},
        "client": {
            "name": "Brasserie du Canal",
            "enterprise_number": "1000000021",
            "email": "nora@client.example",
            "address": {"street": "Quai", "house_number": "1", "postal_code": "1000", "city": "Bruxelles"},
        },
        "days": [{"date": "2026-03-20", "starts": "15:00", "ends": "23:30", "place": "Liège"}],
        "crew": [
            {"item": "ann", "member": True, "function": "singer"},
            {"item": "bob", "name": "Bob Lambert", "email": "bob@crew.example", "function": "musician",
             "gross_eur": "300.00"},
        ],
    } | changes  # fmt: skip


async def test_half_a_declaration_gets_a_quote_that_says_what_is_missing(door: Door) -> None:
    anybody = await door.asking()
    answer = await anybody.post("/api/quotes", json={"title": "Concert", "price_eur": "1200.00"})
    assert answer.status_code == 200
    assert {"days", "client"} <= {lack["field"].split(".")[0] for lack in answer.json()["missing"]}


async def test_a_declared_job_is_accepted_with_its_address_and_started(door: Door) -> None:
    ann = await door.asking("ann")
    quote = (await ann.post("/api/quotes", json=concert())).json()
    answer = await ann.post("/api/jobs", json=concert(quote_id=quote["quote_id"]), headers=KEY)
    assert answer.status_code == 202, answer.text
    job_id = answer.json()["job_id"]
    assert answer.headers["location"] == f"/api/jobs/{job_id}"
    assert list(door.process.started) == [job_id]
    kept = await door.house.jobs.job(job_id)
    assert kept.started_at is not None
    assert {one.kind for one in await door.house.deadlines.of_job(job_id)} >= {"dimona", "wages_paid"}


async def test_the_orders_of_a_job_name_nobody(door: Door) -> None:
    ann = await door.asking("ann")
    job_id = (await ann.post("/api/jobs", json=concert(), headers=KEY)).json()["job_id"]
    text = door.process.started[job_id].model_dump_json()
    assert not any(name in text for name in ("Lambert", "bob@crew.example", "nora@client.example", "Brasserie"))
    contract = (await door.house.jobs.job(job_id)).plan.employment_contract["bob"]
    person = await door.house.people.person(contract.person_id)
    assert (person.name, person.email) == ("Bob Lambert", "bob@crew.example")


async def test_the_same_key_twice_is_one_job(door: Door) -> None:
    ann = await door.asking("ann")
    ids = [(await ann.post("/api/jobs", json=concert(), headers=KEY)).json()["job_id"] for _ in range(2)]
    assert ids[0] == ids[1]
    assert door.process.starts == 1


async def test_the_same_key_for_another_job_is_refused(door: Door) -> None:
    ann = await door.asking("ann")
    await ann.post("/api/jobs", json=concert(), headers=KEY)
    answer = await ann.post("/api/jobs", json=concert(title="Another"), headers=KEY)
    assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (422, "key-reused")


async def test_two_people_may_choose_the_same_key(door: Door) -> None:
    ann, dan = await door.asking("ann"), await door.asking("dan")
    one = (await ann.post("/api/jobs", json=concert(), headers=KEY)).json()["job_id"]
    two = (await dan.post("/api/jobs", json=concert(), headers=KEY)).json()["job_id"]
    assert one != two


async def test_without_a_key_nothing_is_declared(door: Door) -> None:
    ann = await door.asking("ann")
    answer = await ann.post("/api/jobs", json=concert())
    assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (400, "key-missing")


async def test_other_figures_than_the_member_saw_give_the_new_quote_and_no_job(door: Door) -> None:
    ann = await door.asking("ann")
    seen = (await ann.post("/api/quotes", json=concert(price_eur="2000.00"))).json()["quote_id"]
    answer = await ann.post("/api/jobs", json=concert(quote_id=seen), headers=KEY)
    assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (409, "quote-changed")
    assert answer.json()["quote"]["client"]["net"]["amount_eur"] == "2400.00"
    assert (await ann.get("/api/jobs")).json()["jobs"] == []


async def test_what_cannot_be_quoted_cannot_be_declared(door: Door) -> None:
    ann = await door.asking("ann")
    answer = await ann.post("/api/jobs", json={"title": "Concert"}, headers=KEY)
    assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (422, "quote-refuses")
    assert answer.json()["quote"]["missing"]


async def test_a_job_whose_process_was_away_is_started_by_the_sweep_once(door: Door) -> None:
    ann = await door.asking("ann")
    door.process.away = True
    answer = await ann.post("/api/jobs", json=concert(), headers=KEY)
    assert (answer.status_code, answer.json()["started"]) == (202, False)
    door.process.away = False
    assert [await sweep(door.house), await sweep(door.house)] == [1, 0]
    assert list(door.process.started) == [answer.json()["job_id"]]


async def test_the_page_declares_with_the_button_and_pressing_it_twice_is_one_job(door: Door) -> None:
    ann = await door.asking("ann", accept="text/html")
    form = {
        "do": "declare", "key": "the-page-key", "title": "Lecture", "crew.0.member": "yes",
        "crew.0.function": "speaker", "client.name": "Zaal", "vat.performance_or_licence": "no",
        "client.enterprise_number": "1000000021", "client.email": "zaal@client.example",
        "client.address.street": "Rue Haute", "client.address.house_number": "1",
        "client.address.postal_code": "1000", "client.address.city": "Bruxelles",
        "days.0.date": "2026-03-20", "days.0.starts": "18:00", "days.0.ends": "22:00", "place": "Liège",
        "price_eur": "900,00",
    }  # fmt: skip
    first = await ann.post("/declare", data=form)
    assert first.status_code == 303, first.text[-3000:]
    assert (await ann.post("/declare", data=form)).headers["location"] == first.headers["location"]
    assert door.process.starts == 1


async def test_the_quote_beside_the_form_follows_what_is_typed(door: Door) -> None:
    ann = await door.asking("ann", accept="text/html")
    part = await ann.post("/declare?part=quote", data={"key": "k", "title": "Lecture", "price_eur": "900.00"})
    assert "Still to say" in part.text, part.text[:3000]
    flawed = await ann.post("/declare?part=quote", data={"key": "k", "title": "Lecture", "price_eur": "a lot"})
    assert flawed.status_code == 200
    assert 'href="#price_eur"' in flawed.text
    assert "Write an amount such as 1250.00." in flawed.text
    assert [draft.form["title"] for draft in await door.house.drafts.of("p-ann")] == ["Lecture"]


async def test_anybody_works_out_what_to_ask_for_500_in_hand_and_nothing_is_kept(door: Door) -> None:
    anybody = await door.asking(accept="text/html")
    day = {"days.0.date": "2026-03-20", "days.0.starts": "15:00", "days.0.ends": "22:00"}
    told = await anybody.post("/declare?part=quote&lang=en", data={"goal": "net", "net_each": "500", **day})
    assert "Ask the client" in told.text
    assert "€1,036.30" in told.text
    assert (await anybody.post("/declare", data={"do": "declare"})).headers["location"].startswith("/sign-in?next=")
    assert (await door.house.jobs.page(JobFilter())).rows == []


async def test_a_move_shows_what_it_changes_before_it_is_done(door: Door) -> None:
    ann = await door.asking("ann")
    job_id = (await ann.post("/api/jobs", json=concert(), headers=KEY)).json()["job_id"]
    later = concert(days=[{"date": "2026-03-27", "starts": "15:00", "ends": "23:30", "place": "Namur"}])
    body = {"declaration": later, "reason": "the hall moved"}
    shown = (await ann.post(f"/api/jobs/{job_id}/move?dry_run=true", json=body)).json()
    assert (shown["days_move"], shown["client_is_asked_again"]) == (True, True)
    assert door.process.told == {}
    for _ in range(2):
        assert (await ann.post(f"/api/jobs/{job_id}/move", json=body)).status_code == 200
    assert len(door.process.told) == 1
    kept = await door.house.jobs.job(job_id)
    assert f"{kept.plan.first_start_at:%Y-%m-%d}" == "2026-03-27"


async def test_withdrawing_shows_first_that_nothing_is_owed(door: Door) -> None:
    ann = await door.asking("ann")
    job_id = (await ann.post("/api/jobs", json=concert(), headers=KEY)).json()["job_id"]
    answer = await ann.post(f"/api/jobs/{job_id}/withdraw?dry_run=true", json={"reason": "ill"})
    assert answer.json()["free"] is True
    assert door.process.told == {}


async def test_a_quote_is_told_in_the_readers_language_and_so_is_a_refused_one(door: Door) -> None:
    anybody, ann = await door.asking(), await door.asking("ann")

    french = await anybody.post("/api/quotes", json=concert(), headers={"accept-language": "fr-BE"})
    dutch = await anybody.post("/api/quotes?lang=nl", json=concert(), headers={"accept-language": "fr-BE"})
    refused = await ann.post("/api/jobs", json=concert(price_eur="200.00"), headers=KEY | {"accept-language": "fr"})

    assert french.json()["fee"]["text"].startswith("2\u202f400,00\xa0€ x 6,5 %")
    assert dutch.json()["people"][0]["gross"]["name"] == "Brutoloon"
    assert dutch.json()["quote_id"] == french.json()["quote_id"]
    told = refused.json()["quote"]["refusals"][0]
    assert told["said"].startswith("200,00\xa0€")
    assert told["ways_out"][0]["said"].startswith("Demandez au client")
