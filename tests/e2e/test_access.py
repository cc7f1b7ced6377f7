"""axe-core finds nothing serious on any page of a member, light and dark; and signing in at an issuer works."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from allin.embedded.first_people import Newcomer, keep_account
from engine.settings import load_settings
from tests.allin.stack import UpAndRunning
from tests.e2e.conftest import Opening, grave
from tests.issuer import Issuer

PAGES = ("/", "/declare", "/declare?example=yes", "/me", "/jobs/{job}", "/jobs/{job}/move", "/jobs/{job}/withdraw")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_anybodys_way(opening: Opening, shown: str, scheme: str) -> None:
    page = opening("ann", color_scheme=scheme).new_page()
    for path in PAGES:
        page.goto(path.format(job=shown))
        assert grave(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is too wide"


def test_the_way_in_and_the_calculator_are_open_to_everybody(opening: Opening) -> None:
    page = opening().new_page()
    for path in ("/", "/sign-in", "/declare", "/nothing-here"):
        page.goto(path)
        assert grave(page) == [], path


def test_signing_in_at_the_issuer_ends_at_our_door_when_nobody_has_an_account(
    opening: Opening, stack: UpAndRunning
) -> None:
    page = opening().new_page()
    page.goto("/sign-in?lang=en")
    page.get_by_role("link", name="Sign in with my cooperative account").click()
    page.get_by_role("link", name="Allow").click()
    expect(page.get_by_role("heading", name="This person has no account here")).to_be_visible()


def test_somebody_with_an_account_signs_in_at_the_issuer_and_goes_on_to_their_page(
    opening: Opening, stack: UpAndRunning, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    noor = Newcomer("noor@coop.example", "Noor Adam", "noor@coop.example", ("member",), "brussels", None)
    with ThreadPoolExecutor(1) as thread:  # where a browser is open, this thread has a loop already
        settings = load_settings(data=stack.data)
        thread.submit(asyncio.run, keep_account(settings, noor, "a long enough sentence")).result()
    monkeypatch.setattr(issuer, "claims", issuer.claims | {"sub": "noor-3", "email": "noor@coop.example"})
    page = opening().new_page()
    page.goto("/me?lang=en")
    page.get_by_role("link", name="Sign in with my cooperative account").click()
    page.get_by_role("link", name="Allow").click()
    page.wait_for_url("**/me")
    expect(page.locator('[name="given_name"]')).to_have_value("Noor")
