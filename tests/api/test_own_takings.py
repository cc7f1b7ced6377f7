"""Own takings: the quote promises no client's services."""

import re
from html import unescape

from tests.api.browser import Form
from tests.api.conftest import Door
from tests.api.stories import STORIES


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


async def test_the_quote_of_a_cash_concert_speaks_of_no_client(door: Door) -> None:
    ann = await door.asking("ann", accept="text/html")
    empty = Form((await ann.get("/declare?lang=en")).text)
    shown = await ann.post("/declare?lang=en", data=empty.fields | STORIES["cash"] | {"do": "quote"})
    told = words(shown.text.partition('id="quote"')[2].partition("</section>")[0])
    included = told.partition("Included at no cost: ")[2].partition(".")[0]
    assert "Employment contract" in included
    assert not {"Client's agreement", "Invoice", "Debt collection"} & set(included.split(", "))
    assert "The guarantee fund pays until the money is there." in told
    assert "The invoice will say" not in told
