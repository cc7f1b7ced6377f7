"""Clients and collaborators answer through links, without an account."""

from datetime import timedelta

import pytest

from api.container import Container
from api.links.client_place import _buyer
from domain.people import Address, Client
from domain.services.agreement import LateTerms
from tests.api.conftest import Door
from tests.api.jobs import concert, the_plan
from tests.databases import MONDAY, a_declaration

BOB = {"answer": "accept", "national_number": "85.07.30-033.28", "iban": "BE71 0961 2345 6769"}
HOME = {"street": "Rue Neuve", "house_number": "3", "postal_code": "4000", "city": "Liège", "country": "BE"}


async def without_account(house: Container) -> None:
    """Dan is invited, and has no way in of his own."""
    account = await house.accounts.account("p-dan")
    await house.accounts.save(account.model_copy(update={"active": False}))


async def link(house: Container, step: str, subject_id: str) -> tuple[str, str]:
    """The path of a link, and the job."""
    job_id = await concert(house)
    made = await house.links.link(
        order_key=f"{job_id}/{step.replace(':', '/')}/1",
        job_id=job_id,
        step=step,
        audience="client" if step == "agreement" else "collaborator",
        subject_id=subject_id,
        expires_at=MONDAY + timedelta(days=20),
    )
    return made.url.removeprefix(house.settings.public_url), job_id


async def contract_of(house: Container, job_id: str) -> None:
    """The contract is drawn up."""
    await house.documents.file(
        job_id=job_id,
        step="employment_contract:bob",
        name="contract-bob.pdf",
        kind="contract",
        media_type="application/pdf",
        content=b"%PDF-1.7",
        audience=("crew", "advisor"),
        subject_id="p-dan",
        order_key=f"{job_id}/employment_contract/bob/1",
    )


async def test_a_client_accepts_and_the_process_is_nudged(door: Door) -> None:
    path, job_id = await link(door.house, "agreement", "c-hall")
    client = await door.asking()
    shown = (await client.get(path)).json()
    assert (shown["title"], shown["total_eur"]) == ("Concert in Liège", "2178.00")
    for _ in range(2):
        answer = await client.post(path, json={"answer": "accept"})
        assert (answer.status_code, answer.json()["answered"]) == (200, "accepted")
    kept = await door.house.links.answer(f"{job_id}/agreement/1", "accepted")
    assert kept is not None
    assert door.process.nudges == [(f"job-{job_id}", "agreement")] * 2  # the first nudge may have been lost


async def private_order(door: Door, **asked: object) -> str:
    """The path of a question to a private person; the work begins on 14 March, the answer is due on 28 February."""
    plan = the_plan()
    order = plan.agreement.model_copy(update={"withdrawal": "fourteen_days", **asked})
    declared = await door.house.jobs.declare(a_declaration(plan=plan.model_copy(update={"agreement": order})))
    made = await door.house.links.link(
        order_key=f"{declared.job_id}/agreement/-/1", job_id=declared.job_id, step="agreement", audience="client",
        subject_id="c-hall", expires_at=MONDAY + timedelta(days=60),
    )  # fmt: skip
    return made.url.removeprefix(door.house.settings.public_url)


async def test_a_private_person_whose_work_begins_within_fourteen_days_asks_for_that_or_has_not_accepted(
    door: Door,
) -> None:
    path = await private_order(door, starts_at=MONDAY + timedelta(days=10))
    client = await door.asking()
    without = await client.post(path, json={"answer": "accept", "name": "Marie Peeters"})
    assert (without.status_code, without.json()["errors"][0]["where"]) == (422, "begin_now")
    assert (await client.get(path)).json()["answered"] is None
    asked = await client.post(path, json={"answer": "accept", "name": "Marie Peeters", "begin_now": True})
    assert (asked.status_code, asked.json()["answered"]) == (200, "accepted")


async def test_work_that_begins_after_the_fourteen_days_needs_no_such_wish_and_a_refusal_never_does(
    door: Door,
) -> None:
    client = await door.asking()
    later = await private_order(door, starts_at=MONDAY + timedelta(days=14))
    assert (await client.post(later, json={"answer": "accept"})).status_code == 200
    soon = await private_order(door, starts_at=MONDAY + timedelta(days=3))
    refused = await client.post(soon, json={"answer": "refuse", "reason": "we marry elsewhere"})
    assert refused.status_code == 200


async def test_a_private_person_reads_where_to_complain_before_accepting_and_a_company_does_not(door: Door) -> None:
    client = await door.asking()
    path = await private_order(door)
    page = (await client.get(f"{path}?lang=en", headers={"accept": "text/html"})).text
    seller = (await client.get(path)).json()["seller"]
    assert f"A complaint? Write to {seller['email']}." in page
    assert "@" in seller["email"]
    company = await private_order(door, withdrawal=None)
    assert "A complaint?" not in (await client.get(f"{company}?lang=en", headers={"accept": "text/html"})).text


async def test_the_page_of_a_private_person_says_what_is_agreed_about_paying_late(door: Door) -> None:
    client = await door.asking()
    agreed = LateTerms(lump_sum_clause=True, interest_clause_percent="8")
    path = await private_order(door, starts_at=MONDAY + timedelta(days=10), late_terms=agreed)
    page = (await client.get(path, headers={"accept": "text/html"})).text
    for text in ("20,00", "150,00", "65,00", "2.000,00", "8 %", "XIX.4"):
        assert text in page.replace("\u202f", ".").replace("\xa0", " "), text
    bare = (await client.get(await private_order(door), headers={"accept": "text/html"})).text
    assert "XIX.2" in bare
    assert "XIX.4" not in bare


async def test_another_answer_later_is_refused(door: Door) -> None:
    path, _ = await link(door.house, "agreement", "c-hall")
    client = await door.asking()
    await client.post(path, json={"answer": "accept"})
    second = await client.post(path, json={"answer": "refuse", "reason": "too dear"})
    assert (second.status_code, second.json()["type"].split("/")[-1]) == (409, "already-answered")


async def test_a_refusal_needs_a_reason(door: Door) -> None:
    path, _ = await link(door.house, "agreement", "c-hall")
    client = await door.asking()
    answer = await client.post(path, json={"answer": "refuse"})
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "reason")


async def test_a_collaborator_enters_own_data_and_signs_on_the_phone(door: Door) -> None:
    path, job_id = await link(door.house, "employment_contract:bob", "p-dan")
    bob = await door.asking()
    early = await bob.post(f"{path}/sign", json={})
    assert (early.status_code, early.json()["type"].split("/")[-1]) == (409, "not-yet")
    entered = await bob.post(path, json=BOB | HOME)
    assert (entered.json()["complete"], entered.json()["readable"]) == (True, False)
    unread = await bob.post(f"{path}/sign", json={})
    assert (unread.status_code, unread.json()["type"].split("/")[-1]) == (409, "not-yet")
    await contract_of(door.house, job_id)
    assert (await bob.post(f"{path}/sign", json={})).json()["answered"] == "signed"
    person = await door.house.people.person("p-dan")
    assert (person.national_number, str(person.birth_on)) == ("85073003328", "1985-07-30")
    assert door.process.nudges == [(f"job-{job_id}", "employment_contract:bob")] * 3  # data, too early, signed


async def test_a_wrong_national_number_is_told_and_changes_nothing(door: Door) -> None:
    path, _ = await link(door.house, "employment_contract:bob", "p-dan")
    bob = await door.asking()
    answer = await bob.post(path, json=BOB | HOME | {"national_number": "85.07.30-033.29"})
    assert [one["where"] for one in answer.json()["errors"]] == ["national_number"]
    assert (await door.house.people.person("p-dan")).iban is None


async def test_a_form_with_a_flaw_comes_back_as_typed_with_the_flaw_at_its_field(door: Door) -> None:
    await without_account(door.house)
    path, _ = await link(door.house, "employment_contract:bob", "p-dan")
    bob = await door.asking(accept="text/html")
    typed = BOB | HOME | {"iban": "BE71 0961 2345 6760", "given_name": "Robert"}
    page = await bob.post(f"{path}?lang=en", data=typed)
    assert page.status_code == 422
    assert 'value="BE71 0961 2345 6760"' in page.text
    assert 'value="Robert"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert (await door.house.people.person("p-dan")).given_name == "Dan"


@pytest.mark.parametrize("field", ["given_name", "family_name", "street", "house_number", "postal_code", "city"])
async def test_a_sign_that_no_paper_can_print_is_told_where_it_is_entered(door: Door, field: str) -> None:
    await without_account(door.house)
    path, _ = await link(door.house, "employment_contract:bob", "p-dan")
    bob = await door.asking(accept="text/html")
    said = {
        "en": "A sign in it cannot be printed on a contract",
        "fr": "Un signe ne peut pas être imprimé sur un contrat",
        "nl": "Een teken kan niet op een contract worden gedrukt",
    }
    for lang, words in said.items():
        page = await bob.post(f"{path}?lang={lang}", data=BOB | HOME | {field: "9 🎷"})
        assert (page.status_code, words in page.text) == (422, True)
    assert (await door.house.people.person("p-dan")).iban is None
    assert (await bob.post(path, data=BOB | HOME | {field: "9 Žižka"})).status_code == 303


async def test_the_contract_is_waited_for_on_the_page_and_then_read_and_signed(door: Door) -> None:
    await without_account(door.house)
    path, job_id = await link(door.house, "employment_contract:bob", "p-dan")
    bob = await door.asking(accept="text/html")
    assert (
        await bob.post(path, data=BOB | HOME | {"given_name": "Robert", "family_name": "Maes"})
    ).status_code == 303
    person = await door.house.people.person("p-dan")
    assert (person.given_name, person.family_name) == ("Robert", "Maes")
    waiting = (await bob.get(f"{path}?lang=en")).text
    assert "Your contract is being drawn up." in waiting
    assert 'data-again="papers answer"' in waiting
    assert f'action="{path}/sign"' not in waiting
    await contract_of(door.house, job_id)
    ready = (await bob.get(f"{path}?lang=en")).text
    assert f"{path}/papers/contract-bob.pdf" in ready
    assert f'action="{path}/sign"' in ready
    assert (await bob.post(f"{path}/sign")).status_code == 303
    assert "Thank you, it is signed." in (await bob.get(f"{path}?lang=en")).text


async def test_a_calendar_program_reads_the_dates_until_its_address_is_stopped(door: Door) -> None:
    job_id = await concert(door.house)
    ann, program = await door.asking("ann", accept="text/html"), await door.asking()
    assert "webcal:" not in (await ann.get(f"/jobs/{job_id}")).text
    assert (await ann.post(f"/jobs/{job_id}/calendar")).status_code == 303
    first = address_of((await ann.get(f"/jobs/{job_id}")).text, door.house)
    read = await program.get(first)
    assert (read.status_code, read.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert "SUMMARY:Concert in Liège" in read.text
    assert "STATUS:CONFIRMED" in read.text
    assert (await program.get(first.replace("/c/", "/i/").removesuffix("/job.ics"))).status_code == 404
    await ann.post(f"/jobs/{job_id}/calendar")
    second = address_of((await ann.get(f"/jobs/{job_id}")).text, door.house)
    assert [(await program.get(one)).status_code for one in (first, second)] == [410, 200]
    await ann.post(f"/jobs/{job_id}/calendar", data={"stop": "true"})
    assert (await program.get(second)).status_code == 410
    assert (await (await door.asking("dan")).post(f"/jobs/{job_id}/calendar")).status_code == 404


def address_of(page: str, house: Container) -> str:
    """The private address a page shows, below our own."""
    return (
        page.split('id="calendar-address" readonly value="')[1]
        .split('"')[0]
        .removeprefix(house.settings.public_url)
    )


async def test_a_form_without_script_does_the_same(door: Door) -> None:
    path, _ = await link(door.house, "agreement", "c-hall")
    client = await door.asking(accept="text/html")
    page = await client.get(path)
    assert "Uw akkoord met deze opdracht" in page.text
    answer = await client.post(path, data={"answer": "accept", "name": "J. Peeters"})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert "de opdracht is aanvaard" in (await client.get(path)).text


async def test_an_expired_or_forged_link_opens_nothing(door: Door) -> None:
    path, _ = await link(door.house, "agreement", "c-hall")
    client = await door.asking()
    assert (await client.get(f"{path}x")).status_code == 404
    assert (await client.get(path.replace("/a/", "/i/"))).status_code == 404
    door.clock.at = MONDAY + timedelta(days=21)
    assert (await client.get(path)).status_code == 410
    assert (await client.post(path, json={"answer": "accept"})).status_code == 410


async def test_nobodys_data_or_papers_stand_behind_an_offer_that_has_lapsed(door: Door) -> None:
    path, job_id = await link(door.house, "employment_contract:bob", "p-dan")
    bob = await door.asking(accept="text/html")
    await bob.post(path, data=BOB | HOME)
    await contract_of(door.house, job_id)
    paper = f"{path}/papers/contract-bob.pdf"
    door.clock.at = MONDAY + timedelta(days=21)
    assert [(await bob.get(place)).status_code for place in (path, paper)] == [410, 410]
    door.clock.at = MONDAY
    await bob.post(f"{path}/sign")
    door.clock.at = MONDAY + timedelta(days=400)
    assert [(await bob.get(place)).status_code for place in (path, paper)] == [200, 200]


async def test_the_link_to_a_pay_statement_asks_for_nothing_any_more(door: Door) -> None:
    path, job_id = await link(door.house, "wages:bob", "p-dan")
    await contract_of(door.house, job_id)
    page = (await (await door.asking(accept="text/html")).get(f"{path}?lang=en")).text
    assert f"{path}/papers/contract-bob.pdf" in page
    assert f'action="{path}' not in page


def test_a_client_abroad_reads_its_own_number_as_it_is_written_there_and_its_country() -> None:
    home = Address(street="Kade", house_number="1", postal_code="1011", city="Amsterdam", country="NL")
    told = {"client_id": "c", "version": 1, "kind": "company", "name": "Museum", "address": home}
    dutch = _buyer(Client(**told, country="NL", enterprise_number="NL004495445B01"))
    assert (dutch.number, dutch.address) == ("NL004495445B01", "Kade 1, 1011 Amsterdam, NL")
    belgian = _buyer(Client(**told, enterprise_number="1000000021"))
    assert (belgian.number, belgian.address) == ("1000.000.021", "Kade 1, 1011 Amsterdam")
