"""The form is the declaration: nothing said is lost on the way through a page, and people type as they please."""

import pytest

from api.declaring.example import text
from api.pages.member.declaration_form import declared, filled, from_text, read, sent
from api.pages.member.form_settled import settled
from api.pages.member.form_words import amount, country_code, short_name
from domain.declaration import load_declaration


def test_the_example_comes_back_from_the_form_as_it_went_in() -> None:
    assert read(sent(filled(from_text(text())))) == load_declaration(text())


def test_a_field_emptied_on_the_page_is_gone_and_its_neighbour_stays() -> None:
    form = filled(from_text(text()))
    del form["client.purchase_order"]
    client = declared(form)["client"]
    assert "purchase_order" not in client
    assert client["contact"] == "Nora Claes"


def test_one_place_holds_for_all_days() -> None:
    form = {"title": "Workshop", "place": "Gent", "days.0.date": "2026-03-20", "days.1.date": "2026-03-21"}
    assert [(day.date.day, day.place) for day in read(form).days] == [(20, "Gent"), (21, "Gent")]


def notes(form: dict[str, str]) -> dict[str, dict[str, object]]:
    return {note.code: note.values for note in settled(form).notes}


def test_blank_times_are_those_of_the_first_day_and_it_is_said() -> None:
    form = {
        "days.0.date": "2026-03-20",
        "days.0.starts": "14:00",
        "days.0.ends": "22:00",
        "days.1.date": "2026-03-21",
    }
    assert [(f"{day.starts:%H:%M}", f"{day.ends:%H:%M}") for day in read(form).days] == [("14:00", "22:00")] * 2
    assert notes(form) == {"times_first": {"count": 1, "starts": "14:00", "ends": "22:00"}}


def test_a_day_without_times_is_from_nine_to_five_and_it_is_said() -> None:
    form = {"days.0.date": "2026-03-20"}
    (day,) = read(form).days
    assert (f"{day.starts:%H:%M}", f"{day.ends:%H:%M}") == ("09:00", "17:00")
    assert notes(form) == {"times_usual": {"starts": "09:00", "ends": "17:00"}}


def test_every_wednesday_until_the_last_one_included() -> None:
    form = {"days.0.date": "2026-03-04", "days.0.repeat": "week", "days.0.until_on": "2026-03-25"}
    form |= {"days.0.starts": "13:30", "days.0.ends": "15:30"}
    assert [day.date.isoformat() for day in read(form).days] == [
        "2026-03-04", "2026-03-11", "2026-03-18", "2026-03-25",
    ]  # fmt: skip


def test_three_weeks_of_working_days_leave_out_the_weekends_and_easter_monday() -> None:
    form = {"days.0.date": "2026-03-30", "days.0.repeat": "workday", "days.0.until_on": "2026-04-17"}
    days = [day.date.day for day in read(form).days]
    assert days == [30, 31, 1, 2, 3, 7, 8, 9, 10, 13, 14, 15, 16, 17]
    assert [f"{on:%d/%m}" for on in notes(form)["holidays"]["dates"]] == ["06/04"]  # type: ignore[attr-defined]


def test_a_night_until_three_ends_on_the_next_day_and_it_is_said() -> None:
    form = {"days.0.date": "2026-03-21", "days.0.starts": "22:00", "days.0.ends": "03:00"}
    (night,) = read(form).days
    assert f"{night.ends_at:%d/%m %H:%M}" == "22/03 02:00"
    assert f"{notes(form)['night']['on']:%d/%m}" == "22/03"


def test_a_range_whose_last_day_is_not_said_says_so() -> None:
    form = {"days.0.date": "2026-03-04", "days.0.repeat": "week"}
    assert list(notes(form)) == ["until_missing", "times_usual"]


def test_work_without_a_fixed_place_has_none() -> None:
    (day,) = read({"days.0.date": "2026-03-04", "anywhere": "yes"}).days
    assert (day.anywhere, day.place) == (True, "")


@pytest.mark.parametrize(
    ("typed", "code"), [("Pays-Bas", "NL"), ("frankrijk", "FR"), ("Finland", "FI"), ("nl", "NL")]
)
def test_a_country_is_typed_in_any_language(typed: str, code: str) -> None:
    assert country_code(typed) == code


def test_people_are_named_as_they_are_called() -> None:
    form = {
        "crew.0.member": "yes", "crew.0.item": "me", "crew.1.name": "Chloé Janssens", "crew.1.email": "c@c.example",
        "van_rental.0.driver": "Chloé", "travel.0.travellers": "me, chloé janssens", "travel.0.from_place": "Namur",
        "travel.0.to_place": "Gent",
    }  # fmt: skip
    made = read(form)
    assert made.van_rental[0].driver == "chloe"
    assert made.travel[0].travellers == ("me", "chloe")


def test_whoever_works_on_a_day_that_is_corrected_works_on_the_right_day() -> None:
    form = {
        "days.0.date": "2026-03-20", "days.0.was": "2026-03-20", "days.1.date": "2026-03-22",
        "days.1.was": "2026-03-21", "crew.0.member": "yes", "crew.0.item": "me", "crew.0.days.2026-03-21": "1",
    }  # fmt: skip
    assert [on.isoformat() for on in read(form).crew[0].days or ()] == ["2026-03-22"]


def test_a_row_taken_out_between_two_leaves_no_hole() -> None:
    form = {
        "crew.0.member": "yes",
        "crew.0.item": "me",
        "crew.2.name": "Bob Lambert",
        "crew.2.email": "b@crew.example",
    }
    assert settled(form).form["crew.1.name"] == "Bob Lambert"


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
        "title": "Reading", "expenses.lines.0.kind": "receipt", "equipment.choice": "",
        "equipment.items.0.how": "rent", "travel.0.choice": "", "van_rental.0.choice": "",
        "workspace.choice": "", "special_request.0.choice": "", "insurance.choice": "",
        "agreement.how": "link", "crew.1.status": "employee", "crew.1.pay": "share",
    }  # fmt: skip
    made = read(sent(always))
    assert (made.expenses, made.equipment, made.workspace, made.insurance) == (None, None, None, None)
    assert (made.travel, made.van_rental, made.special_request) == ((), (), ())
    assert [person.item for person in made.crew] == ["me"]
