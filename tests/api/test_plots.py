"""Pictures of figures: round ticks, nothing outside the frame, named for those who do not see them."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from api.pages.office.plots import Bar, Group, line, lying, ticks, vertical_bars


@pytest.mark.parametrize(
    ("largest", "top"), [("0", "1"), ("7", "8"), ("100", "100"), ("101", "150"), ("2178", "3000"), ("5.4", "6")]
)
def test_the_axis_ends_at_a_round_value_above_the_largest(largest: str, top: str) -> None:
    assert ticks(Decimal(largest))[-1] == Decimal(top)
    assert ticks(Decimal(largest))[0] == 0


def test_a_picture_has_a_name_a_description_and_its_bars_stay_inside() -> None:
    groups = [Group(f"w{n}", (Decimal(n), Decimal(3))) for n in range(16)]
    drawn = ElementTree.fromstring(
        vertical_bars("weeks", "In & out", "16 weeks", groups, ["0", "5", "10", "15", "20"])
    )
    assert (drawn.get("role"), drawn.get("aria-labelledby")) == ("img", "weeks-title weeks-told")
    assert drawn.findtext("title") == "In & out"
    bars = drawn.findall("rect")
    assert len(bars) == 32
    assert all(int(bar.get("y", "")) >= 0 for bar in bars)
    assert all(float((bar.get("x") or "").rstrip("%")) < 100 for bar in bars)
    assert len([text for text in drawn.findall("text") if (text.text or "").startswith("w")]) <= 6


def test_a_lying_bar_shows_its_limit() -> None:
    bars = [Bar("Zaal <Kadans>", Decimal(25), "€ 25.00", limit=Decimal(100), tone="warn")]
    drawn = ElementTree.fromstring(lying("clients", "Clients", "one", bars))
    widths = [rect.get("width") for rect in drawn.findall("rect")]
    assert widths == ["100%", "25.00%"]
    limit = drawn.find("line")
    assert limit is not None
    assert limit.get("x1") == "100.00%"


def test_nothing_to_show_is_still_a_picture() -> None:
    assert "<svg" in lying("none", "Nobody", "", [])
    assert "<svg" in line("none", "Nothing", "", [Group("jan", (Decimal(0),))], ["0", "1"])
