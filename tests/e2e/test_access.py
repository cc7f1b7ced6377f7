"""axe-core finds nothing serious on any page of a member, light and dark; and signing in at an issuer works."""

import pytest
from playwright.sync_api import expect

from tests.allin.stack import UpAndRunning
from tests.e2e.conftest import Opening, grave

PAGES = ("/", "/declare", "/declare?example=yes", "/me", "/jobs/{job}", "/jobs/{job}/move", "/jobs/{job}/withdraw")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_anybodys_way(opening: Opening, declared: str, scheme: str) -> None:
    page = opening("ann", color_scheme=scheme).new_page()
    for path in PAGES:
        page.goto(path.format(job=declared))
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
