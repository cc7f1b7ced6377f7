"""Eight jobs of people who only read the page: each is declared by the rendered form, and its quote stands."""

import re
from html import unescape

import pytest

from tests.api.browser import Form
from tests.api.conftest import Door
from tests.api.stories import STORIES


def seen(page: str) -> str:
    """What a page says, without its marks and without what stands behind "why?"."""
    page = re.sub(r'<details class="why">.*?</details>', " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


TOLD = {
    "wedding": ("The client pays €1,500.00", "VAT 6 %"),
    "dj_night": ("The night ends at 03:00 the next day, Sun 17 May.", "The client pays €954.00"),
    "translation": (
        "15 days: Mon 2 Mar, Tue 3 Mar, Wed 4 Mar, Thu 5 Mar, …, Fri 20 Mar.",
        "No times given: from 09:00 to 17:00.", "14 days without times: as on the first day, from 09:00 to 17:00.",
    ),
    "four_wednesdays": ("4 days: Wed 4 Mar, Wed 11 Mar, Wed 18 Mar, Wed 25 Mar.", "The client pays €968.00"),
    "french_shoot": (
        "The work is taken to be in France, as the place says: Lyon, France.",
        "Your adviser must say yes A new client", "Work abroad (France): certificates and covers", "VAT 0 %",
    ),
    "school": ("The client pays €423.50", "The invoice will say “Animation lecture”: no description was given."),
    "museum": (
        "Work abroad (Netherlands): certificates and covers are arranged beforehand.", "The client pays €650.00",
    ),
    "cash": ("The client pays €600.00", "VAT 6 %"),
}  # fmt: skip
"""What each is told before the button is pressed; literal figures."""


@pytest.mark.parametrize("story", STORIES)
async def test_the_page_declares_it(door: Door, story: str) -> None:
    ann = await door.asking("ann", accept="text/html")
    empty = Form((await ann.get("/declare?lang=en")).text)
    unknown = STORIES[story].keys() - empty.places
    assert not unknown, f"not on the page: {sorted(unknown)}"
    shown = await ann.post("/declare?lang=en", data=empty.fields | STORIES[story] | {"do": "quote"})
    again = Form(shown.text)
    told = seen(shown.text.partition('id="quote"')[2].partition("</section>")[0])
    done = await ann.post("/declare?lang=en", data=again.fields | {"do": "declare"})
    assert done.status_code == 303, (told, seen(done.text.partition('id="stopped"')[2])[:600])
    for sentence in TOLD[story]:
        assert sentence in told, told


async def test_a_place_that_speaks_of_france_is_never_work_in_belgium_without_a_word(door: Door) -> None:
    """Seen: a Belgian client with the place "Lyon, France" was declared without the adviser's yes."""
    ann = await door.asking("ann", accept="text/html")
    belgian = STORIES["dj_night"] | {"place": "Lyon, France"}
    empty = Form((await ann.get("/declare?lang=en")).text)
    shown = await ann.post("/declare?lang=en", data=empty.fields | belgian | {"do": "quote"})
    assert "Work abroad (France): certificates and covers are arranged beforehand." in seen(shown.text)
    asked = await ann.post("/declare?lang=en", data=empty.fields | belgian | {"do": "quote", "all_inclusive": "no"})
    assert "Say in which country Lyon, France is" in seen(asked.text)
    said = await ann.post("/declare?lang=en", data=Form(asked.text).fields | {"do": "quote", "country": "BE"})
    assert "Say in which country" not in seen(said.text)
