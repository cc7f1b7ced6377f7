"""Signing in elsewhere: the code goes with its verifier, and the identity is signed for us and this visit."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from api.security.oidc import Provider, challenge
from domain.people import Person
from storage.security.accounts import SignInAccount
from tests.api.conftest import Door
from tests.databases import MONDAY
from tests.issuer import OTHER_KEY, Issuer, application

ISSUER = "http://issuer.test"
LEA = {"sub": "lea-7", "email": "lea@coop.example", "email_verified": True}


async def at(door: Door, **changes: Any) -> tuple[httpx2.AsyncClient, Issuer]:
    """A browser before the door of an installation that signs in at an issuer."""
    issuer = Issuer(ISSUER, dict(LEA), **changes)
    settings = door.house.settings
    settings.oidc_issuer, settings.oidc_client_id, settings.public_url = ISSUER, "allin", "http://test"
    door.app.state.provider = Provider(settings, httpx2.ASGITransport(app=application(issuer)))
    person = Person(person_id="p-lea", given_name="Lea", family_name="Test", language="fr")
    await door.house.people.save(person, MONDAY)
    await door.house.accounts.save(SignInAccount(person_id="p-lea", login="lea@coop.example", roles=("member",)))
    return await door.asking(accept="text/html"), issuer


async def through(browser: httpx2.AsyncClient, issuer: Issuer, onward: str = "/declare") -> httpx2.Response:
    """Off to the issuer, allowed there, and back."""
    left = await browser.get(f"/sign-in/oidc?next={onward}")
    there = urlsplit(left.headers["location"])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=application(issuer))) as at_issuer:
        page = await at_issuer.get(left.headers["location"])
    assert parse_qs(there.query)["code_challenge_method"] == ["S256"]
    home = page.text.split('href="')[1].split('"')[0].replace("&amp;", "&")
    return await browser.get(home)


async def test_somebody_with_an_account_comes_in_and_goes_on_to_where_they_were_going(door: Door) -> None:
    browser, issuer = await at(door)
    arrived = await through(browser, issuer)
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/declare")
    assert (await browser.get("/api/session")).json()["person_id"] == "p-lea"
    assert (await door.house.accounts.account("p-lea")).subject == "http://issuer.test|lea-7"


async def test_the_second_time_the_subject_counts_and_a_changed_address_does_not_matter(door: Door) -> None:
    browser, issuer = await at(door)
    await through(browser, issuer)
    issuer.claims |= {"email": "other@coop.example"}
    assert (await through(browser, issuer)).status_code == 303


@pytest.mark.parametrize(
    "lie",
    [{"nonce": "another"}, {"aud": "somebody-else"}, {"iss": "http://evil.test"}, {"exp": 1}],
    ids=["replayed", "for another client", "of another issuer", "expired"],
)
async def test_an_identity_that_is_not_for_this_visit_opens_nothing(door: Door, lie: dict[str, Any]) -> None:
    browser, issuer = await at(door, lie=lie)
    assert (await through(browser, issuer)).status_code == 401
    assert (await browser.get("/api/session")).status_code == 401


async def test_a_signature_of_another_key_opens_nothing(door: Door) -> None:
    browser, issuer = await at(door, key=OTHER_KEY)
    assert (await through(browser, issuer)).status_code == 401


async def test_a_stranger_or_an_unverified_address_has_no_account_here(door: Door) -> None:
    browser, issuer = await at(door)
    issuer.claims = {"sub": "x", "email": "lea@coop.example", "email_verified": False}
    assert (await through(browser, issuer)).status_code == 403


async def test_a_way_back_nobody_began_here_ends_at_the_door_and_never_on_another_site(door: Door) -> None:
    browser, issuer = await at(door)
    assert (await browser.get("/sign-in/callback?code=x&state=y")).status_code == 401
    arrived = await through(browser, issuer, onward="//evil.test/")
    assert arrived.headers["location"] == "/"


def test_the_challenge_is_the_one_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    shown = challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert shown == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
