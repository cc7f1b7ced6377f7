"""The form is the declaration: nothing said is lost on the way through a page, and people type as they please."""

import pytest

from api.declaring.example import text
from api.pages.member.declaration_form import amount, declared, filled, from_text, read, sent, short_name
from domain.declaration import load_declaration


def test_the_example_comes_back_from_the_form_as_it_went_in() -> None:
    assert read(sent(filled(from_text(text())))) == load_declaration(text())


def test_a_field_emptied_on_the_page_is_gone_and_what_no_field_asks_for_stays() -> None:
    form = filled(from_text(text()))
    del form["client.purchase_order"]
    client = declared(form)["client"]
    assert "purchase_order" not in client
    assert client["contact"] == "Nora Claes"


def test_one_place_holds_for_all_days_and_the_title_describes_until_something_better_does() -> None:
    form = {"title": "Workshop", "place": "Gent", "days.0.date": "2026-03-20", "days.1.date": "2026-03-21"}
    made = read(form)
    assert [(day.date.day, day.place) for day in made.days] == [(20, "Gent"), (21, "Gent")]
    assert made.description == "Workshop"


def test_somebody_is_added_by_phone_and_500_in_hand_counts_for_each() -> None:
    form = {"goal": "net", "net_each": "500", "crew.1.name": "Chloé Janssens", "crew.1.contact": "+32 470 00 00 03"}
    me, chloe = read(form).crew
    assert (me.member, str(me.net_wished_eur), str(chloe.net_wished_eur)) == (True, "500", "500")
    assert (chloe.item, chloe.phone, chloe.email) == ("chloe", "+32 470 00 00 03", None)


def test_two_people_of_one_first_name_get_two_short_names() -> None:
    assert short_name("Chloé Janssens", {"chloe"}) == "chloe-2"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1.250,50 €", "1250.50"), ("1 250.50", "1250.50"), ("1250,5", "1250.5"), ("2.400", "2400"), ("much", "much")],
)
def test_amounts_are_read_as_people_type_them(typed: str, meant: str) -> None:
    assert amount(typed) == meant


def test_what_a_page_always_sends_asks_for_nothing_by_itself() -> None:
    """Choices and lists have a first value on every page."""
    always = {
        "title": "Reading", "expenses.lines.0.kind": "receipt", "equipment.choice": "not_wanted",
        "equipment.items.0.how": "rent", "travel.0.choice": "not_wanted", "van_rental.0.choice": "not_wanted",
        "workspace.choice": "not_wanted", "special_request.0.choice": "not_wanted", "insurance.choice": "wanted",
        "agreement.how": "link", "crew.1.status": "employee", "crew.1.pay": "share",
    }  # fmt: skip
    made = read(sent(always))
    assert (made.expenses, made.equipment, made.workspace, made.insurance) == (None, None, None, None)
    assert (made.travel, made.van_rental, made.special_request) == ((), (), ())
    assert [person.item for person in made.crew] == ["me"]
