"""axe-core finds nothing serious on the pages of an office, by day and by night; each of them fits a phone."""

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Opening, grave

PAGES = {
    "iris": ("/advisor", "/jobs/{job}/story"),
    "omar": ("/ops", "/ops/replays", "/jobs/{job}/steps/agreement"),
    "fatima": ("/fund", "/ledger", "/bank"),
    "aude": ("/audit",),
}
"""By who works there."""


@pytest.mark.parametrize("person", PAGES)
def test_nothing_serious_stands_in_the_way_of_an_office(opening: Opening, shown: str, person: str) -> None:
    page = opening(person, color_scheme="light").new_page()
    found = [flaw for path in PAGES[person] for flaw in flaws(page, path.format(job=shown))]
    assert not found, "\n".join(found)


def flaws(page: Page, path: str) -> list[str]:
    """What is wrong with one page, by day and by night."""
    found = []
    answer = page.goto(path)
    assert answer is not None
    assert answer.ok, path
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # two of playwright's words
        found += [f"{path} {scheme}: {flaw}" for flaw in grave(page)]
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        found.append(f"{path} is too wide")
    return found
