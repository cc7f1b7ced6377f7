"""What a member types is read exactly, or told line by line what to correct."""

from datetime import date, time
from decimal import Decimal

import pytest

from domain.declaration import DeclarationUnreadable, JobDeclaration, load_declaration

CONCERT = """
title: Concert
price_eur: 2400.10
days:
  - {date: 2026-03-20, starts: 19:30, ends: 01:00, place: Liège}
crew:
  - item: ann
    member: true
  - item: bob
    gross_eur: 300.00
van_rental: {driver: bob, kilometres: 220}
"""


def flaws(text: str) -> list[str]:
    with pytest.raises(DeclarationUnreadable) as caught:
        load_declaration(text)
    return str(caught.value).splitlines()


def test_a_price_typed_without_quotes_stays_exact() -> None:
    assert load_declaration(CONCERT).price_eur == Decimal("2400.10")


def test_a_time_typed_without_quotes_is_no_number_of_minutes() -> None:
    (day,) = load_declaration(CONCERT).days

    assert (day.starts, day.ends, day.ends_on) == (time(19, 30), time(1, 0), date(2026, 3, 21))


def test_the_country_norway_is_not_a_no() -> None:
    declared = load_declaration("days: [{date: 2026-03-20, starts: 10:00, ends: 12:00, country: NO}]")

    assert declared.days[0].country == "NO"


def test_one_van_may_be_written_without_a_list() -> None:
    (van,) = load_declaration(CONCERT).van_rental

    assert (van.item, van.driver, van.kilometres) == ("van", "bob", 220)


def test_json_is_read_as_well() -> None:
    assert load_declaration('{"title": "Concert", "price_eur": "12.30"}').price_eur == Decimal("12.30")


def test_half_a_declaration_is_one() -> None:
    assert load_declaration("title: Concert") == JobDeclaration(title="Concert")


def test_a_float_from_a_program_is_refused() -> None:
    with pytest.raises(ValueError, match="write amounts as text"):
        JobDeclaration.model_validate({"price_eur": 12.3})


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("pricee_eur: 3", "line 2: pricee_eur: this word is not known here: correct it or leave it out"),
        ("price_eur: 24.123", "line 2: price_eur: an amount has at most two decimals"),
        ("price_eur: 2 400", "line 2: price_eur: write the amount as 1250.00, without signs or spaces"),
        ("vat: 21", "line 2: vat: write the fields of this part below each other, indented"),
        (
            "crew: [{item: Ann}]",
            "line 2: crew.0.item: a crew name has small letters, digits and hyphens, at most 31, such as ann-2",
        ),
        (
            "days: [{date: 20-03-2026, starts: 10:00, ends: 12:00}]",
            "line 2: days.0.date: write the date as 2026-03-20",
        ),
        (
            "days: [{date: 2026-03-20, starts: 10h, ends: 12:00}]",
            'line 2: days.0.starts: write the time as "19:30"',
        ),
        (
            "van_rental: {from_at: 2026-03-20T10:00}",
            "line 2: van_rental.0.from_at: add the time zone: 2026-03-20T19:30+01:00",
        ),
        ("all_inclusive: perhaps", "line 2: all_inclusive: answer true or false"),
        ("title: Again", "line 2: title is written twice: keep one"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_to_do(line: str, told: str) -> None:
    assert flaws(f"title: Concert\n{line}\n") == [told]


def test_every_mistake_is_told_at_once() -> None:
    told = flaws("title: Concert\nprice_eur: x\ncrew:\n  - gross_eur: 1\n    share: 1\n")

    assert told == [
        "line 2: price_eur: write the amount as 1250.00, without signs or spaces",
        "line 4: crew.0.item: is needed here",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "- a list",
        "just words",
        "",
        "title: [unclosed",
        "a: &x [1]\nb: *x",
        "? {a: 1}\n: b",
        "title: \x00",
        "a: " + "[" * 40 + "]" * 40,
    ],
)
def test_what_is_no_declaration_is_one_clear_error(text: str) -> None:
    (told,) = flaws(text)

    assert told


def test_nobody_is_paid_in_two_ways() -> None:
    (told,) = flaws("crew: [{item: ann, gross_eur: 1.00, share: 1}]")

    assert told.endswith("choose one of gross_eur, net_wished_eur, budget_eur or share")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("crew: [{item: ann}, {item: ann}]", "crew: ann is there twice"),
        ("crew: [{item: ann}]\nvan_rental: {driver: bob}", "van_rental.driver: bob is not on the crew"),
        (
            "crew: [{item: ann}]\ntravel: {travellers: [bob], from_place: A, to_place: B}",
            "travel.travellers: bob is not on the crew",
        ),
        ("crew: [{item: ann, days: [2026-03-20]}]", "crew ann: 2026-03-20 is not a day of this job"),
        ("crew: [{item: ann, member: true}, {item: bob, member: true}]", "only one person can be the member"),
        ("van_rental: [{kilometres: 1}, {kilometres: 2}]", "van_rental: van is there twice"),
    ],
)
def test_names_fit_together_across_the_declaration(text: str, told: str) -> None:
    assert told in "\n".join(flaws(text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("client: {country: FR, enterprise_number: '1000000021'}", "give vat_number instead"),
        ("client: {enterprise_number: '1000000022'}", "not a Belgian enterprise number"),
        ("agreement: {how: later}", "say in why_later why the client's yes comes later"),
        ("agreement: {how: signed_file}", "name the signed file"),
        ("prefinancing: {cap_eur: 100.00}", "cap_eur goes with mode"),
        ("crew: [{item: ann, status: self_employed}]", "give budget_eur"),
        ("vat: {override_percent: 6}", "override_percent and override_reason go together"),
        (
            "vat: {override_percent: 5, override_reason: because I say so, override_ground: art_44_2_8}",
            "the rate is 0",
        ),
        ("expenses: {lines: [{crew: ann, kind: kilometres, label: Home}]}", "say how many kilometres"),
        ("expenses: {lines: [{crew: ann, kind: receipt, label: Strings}]}", "what the receipt will be"),
    ],
)
def test_a_wish_says_what_it_needs(text: str, told: str) -> None:
    assert told in "\n".join(flaws(text))


def test_private_data_has_no_place_in_a_declaration() -> None:
    (told,) = flaws("crew: [{item: ann, national_number: '88022999990'}]")

    assert told == "line 1: crew.0.national_number: this word is not known here: correct it or leave it out"


def test_every_field_is_explained_in_the_schema() -> None:
    fields = JobDeclaration.model_json_schema()["properties"]
    unexplained = [
        name
        for name in ("entity", "profile", "price_eur", "crew", "all_inclusive", "note")
        if "description" not in fields[name]
    ]

    assert unexplained == []
