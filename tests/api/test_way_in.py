"""How people come in: told apart behind a proxy, counted by person, and shown nothing that is not theirs."""

import httpx2
import pytest
from fastapi import FastAPI
from limits import parse
from pwdlib import PasswordHash

from allin.operations.doctor import Checkup
from api.app import create_app
from api.security.person_limits import GUESSES, GUESSES_ANYWHERE, PER_PERSON, PersonLimits
from api.security.request_checks import PER_ADDRESS
from domain.people import Address, Client
from domain.plan import JobPlan
from engine.settings import Settings, WrongSetting, load_settings
from storage.security.accounts import SignInAccount
from tests.api.conftest import Door
from tests.databases import a_job, a_plan

PROXY, STRANGER = "10.1.2.3", "203.0.113.9"


def behind(door: Door, trusted: str = "10.0.0.0/8", **more: object) -> httpx2.ASGITransport:
    """The application as it is set up behind a proxy; `more` are further settings."""
    return httpx2.ASGITransport(app=_app(door, trusted, **more), client=(PROXY, 4711))


def _app(door: Door, trusted: str = "", **more: object) -> FastAPI:
    house = door.house
    given = house.settings.model_dump() | {"trusted_proxies": trusted, **more}
    settings = Settings.model_validate(given)
    return create_app(settings, house.database, door.process, door.clock, sweeping=False, limits=PER_ADDRESS)


async def tries(transport: httpx2.ASGITransport, forwarded: list[str]) -> list[int]:
    """The answers to one sign-in of nobody for each of these headers."""
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as http:
        return [
            (
                await http.post("/api/session", json={"person": f"n{n}"}, headers={"x-forwarded-for": one})
            ).status_code
            for n, one in enumerate(forwarded)
        ]


async def test_behind_a_trusted_proxy_each_address_has_its_own_limit(door: Door) -> None:
    answers = await tries(behind(door), [f"198.51.100.{n}" for n in range(30)])
    assert set(answers) == {401}


async def test_a_client_that_writes_its_own_header_is_counted_by_what_the_proxy_saw(door: Door) -> None:
    answers = await tries(behind(door), [f"192.0.2.{n}, {STRANGER}" for n in range(21)])
    assert answers[20] == 429


async def test_without_trust_the_header_is_worth_nothing_also_from_this_machine(door: Door) -> None:
    for address in ("127.0.0.1", STRANGER):
        transport = httpx2.ASGITransport(app=_app(door, "10.0.0.0/8"), client=(address, 4711))
        assert (await tries(transport, [f"198.51.100.{n}" for n in range(21)]))[20] == 429


async def test_a_network_of_the_sixth_version_is_one_address(door: Door) -> None:
    answers = await tries(behind(door), [f"2001:db8:1:2::{n:x}" for n in range(1, 22)])
    assert answers[20] == 429


@pytest.mark.parametrize("wrong", ["*", "0.0.0.0/0", "::/0", "proxy.example", "10.0.0.0/8,nobody"])
def test_a_proxy_is_named_by_its_address_and_never_everybody(wrong: str) -> None:
    with pytest.raises(WrongSetting, match="ALLIN_TRUSTED_PROXIES"):
        load_settings(trusted_proxies=wrong, _env_file=None)


async def test_the_checkup_says_when_nobody_is_told_apart(door: Door) -> None:
    for given, state in (
        ({"public_url": "http://jobs.example", "production": True}, "wrong"),
        ({"public_url": "https://jobs.example"}, "warning"),
        ({"public_url": "https://jobs.example", "trusted_proxies": "10.0.0.0/8"}, "ok"),
        ({}, "ok"),
    ):
        checkup = Checkup.__new__(Checkup)
        checkup._settings = door.house.settings.model_copy(update=given)
        assert (await checkup._way_in())[0] == state


async def test_a_password_is_guessed_ten_times_and_not_an_eleventh_from_anywhere(door: Door) -> None:
    await door.house.accounts.save(SignInAccount(person_id="p-dan", login="dan", roles=("member",)))
    await door.house.accounts.set_password("p-dan", PasswordHash.recommended().hash("another"))
    door.app.state.person_limits = PersonLimits({GUESSES: parse("10/15minute")})
    anybody = await door.asking()
    asked = [await anybody.post("/api/session", json={"person": " DAN", "password": "x"}) for _ in range(11)]
    assert [one.status_code for one in asked] == [401] * 10 + [429]
    other = await anybody.post("/api/session", json={"person": "ann"})
    assert other.status_code == 200


async def test_a_stranger_locks_nobody_out_who_comes_from_elsewhere(door: Door) -> None:
    await door.house.accounts.save(SignInAccount(person_id="p-dan", login="dan", roles=("member",)))
    await door.house.accounts.set_password("p-dan", PasswordHash.recommended().hash("another"))
    door.app.state.person_limits = PersonLimits(
        {GUESSES: parse("10/15minute"), GUESSES_ANYWHERE: parse("25/15minute")}
    )
    said: list[list[int]] = []
    for network in ("203.0.113.7", "198.51.100.1", "192.0.2.1"):
        transport = httpx2.ASGITransport(app=door.app, client=(network, 4711))
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as one:
            wrong = [await one.post("/api/session", json={"person": "dan", "password": "x"}) for _ in range(11)]
            right = await one.post("/api/session", json={"person": "dan", "password": "another"})
            said.append([wrong[9].status_code, wrong[10].status_code, right.status_code])
    assert said == [[401, 429, 429], [401, 429, 429], [429, 429, 429]]  # 25 wrong ones are too many from anywhere
    door.app.state.person_limits = PersonLimits(PER_PERSON)
    first = httpx2.ASGITransport(app=door.app, client=("203.0.113.7", 1))
    async with httpx2.AsyncClient(transport=first, base_url="http://test") as stranger:
        for _ in range(11):
            await stranger.post("/api/session", json={"person": "dan", "password": "x"})
    dan = await (await door.asking()).post("/api/session", json={"person": "dan", "password": "another"})
    assert dan.status_code == 200


async def test_no_answer_leads_to_a_host_the_question_named(door: Door) -> None:
    nobody = await door.asking()
    for method, path in (("POST", "/sign-in/"), ("GET", "/help/"), ("GET", "/jobs"), ("GET", "/sign-in//")):
        answer = await nobody.request(method, path, headers={"host": "evil.example"}, data=None)
        assert "evil.example" not in answer.headers.get("location", "") + answer.text, path


async def test_where_a_hole_is_reported_is_told_where_it_is_set(door: Door) -> None:
    anybody, path = await door.asking(), "/.well-known/security.txt"
    assert (await anybody.get(path)).status_code == 404
    settings = load_settings(security_contact="mailto:security@coop.example", _env_file=None)
    door.house.settings = door.house.settings.model_copy(update={"security_contact": settings.security_contact})
    lines = (await anybody.get(path)).text.splitlines()
    assert lines[0] == "Contact: mailto:security@coop.example"
    assert lines[1].startswith("Expires: 20")
    assert lines[1].endswith("Z")
    with pytest.raises(WrongSetting, match="ALLIN_SECURITY_CONTACT"):
        load_settings(security_contact="security@coop.example", _env_file=None)


async def test_a_person_is_counted_over_all_addresses(door: Door) -> None:
    door.app.state.person_limits = PersonLimits({"": parse("3/minute")})
    first, second = await door.asking("ann"), await door.asking("ann")
    answers = [await one.get("/api/me") for one in (first, second, first, second)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert (await (await door.asking("dan")).get("/api/me")).status_code == 200


async def test_over_tls_browsers_are_told_to_stay_there(door: Door) -> None:
    for public, told in (
        ("https://jobs.example", "max-age=31536000; includeSubDomains"),
        ("http://x.example", None),
    ):
        async with httpx2.AsyncClient(transport=behind(door, public_url=public), base_url="http://test") as http:
            assert (await http.get("/sign-in")).headers.get("strict-transport-security") == told


async def test_in_production_figures_and_schema_are_not_for_everybody(door: Door) -> None:
    house = door.house
    settings = house.settings.model_copy(update={"production": True, "metrics_token": "gathers"})
    app = create_app(settings, house.database, door.process, door.clock, sweeping=False)
    await house.accounts.save(SignInAccount(person_id="p-otto", login="otto", roles=("ops",)))
    people = Door(app, app.state.container, door.process, door.clock)
    nobody, ann, otto = await people.asking(), await people.asking("ann"), await people.asking("otto")
    for one in (nobody, ann):
        for path in ("/api/health/metrics", "/openapi.json", "/docs"):
            assert (await one.get(path)).status_code == 404, path
    assert (await otto.get("/api/health/metrics")).status_code == 200
    gathered = await nobody.get("/api/health/metrics", headers={"authorization": "Bearer gathers"})
    assert (gathered.status_code, b"python_info" in gathered.content) == (200, True)
    assert (await nobody.get("/api/health/live")).json() == {"status": "ok", "checks": {}}


async def test_a_private_client_is_known_to_who_worked_for_them_and_to_nobody_else(door: Door) -> None:
    home = Address(street="Rue Cachée", house_number="7", postal_code="1000", city="Bruxelles")
    known = await door.house.clients.declare(
        Client(client_id="", version=0, kind="private_person", name="Zoé Privée", language="fr", address=home)
    )
    await a_job(door.house.database, plan=_for(known))
    form = {"title": "x", "do": f"client:{known.client_id}"}
    mine = await (await door.asking("ann", accept="text/html")).post("/declare", data=form)
    theirs = await (await door.asking("dan", accept="text/html")).post("/declare", data=form)
    assert (mine.status_code, "Rue Cachée" in mine.text) == (200, True)
    assert (theirs.status_code, "Rue Cachée" in theirs.text) == (404, False)
    gone = await (await door.asking("dan", accept="text/html")).post("/declare", data={"do": "client:c-nobody"})
    assert gone.status_code == 404


def _for(client: Client) -> JobPlan:
    return a_plan().model_copy(update={"client_id": client.client_id, "client_version": client.version})
