"""Finance sees what the social secretariat receives of a quarter, and takes the file along."""

import pytest

from tests.api.conftest import Door


@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
async def test_the_page_offers_the_quarter_that_ended_first_and_says_when_there_is_nothing(
    door: Door, lang: str
) -> None:
    fay = await door.asking("fay")
    page = (await fay.get(f"/hand-over?lang={lang}")).text
    assert '<option value="2025-4" selected>Q4 2025</option>' in page
    assert '<option value="2026-1">Q1 2026</option>' in page
    assert "/api/hand-over" not in page
    assert 'href="/hand-over"' in (await fay.get(f"/bank?lang={lang}")).text


async def test_a_quarter_nobody_knows_is_refused_and_an_entity_nobody_knows_is_the_first(door: Door) -> None:
    fay = await door.asking("fay")
    assert (await fay.get("/hand-over?quarter=2026-5")).status_code == 422
    page = (await fay.get("/hand-over?quarter=2026-1&entity=nobody")).text
    assert '<option value="brussels" selected>' in page
