"""What is wrong with a field is told in the reader's language, beside the field."""

import re
from html import unescape
from typing import Any

import pytest

from api.pages.member.declaration_form import read
from api.pages.member.form_shape import Shape, by_place
from api.pages.member.query import unreadable
from domain.declaration import JobDeclaration
from domain.declaration_file import DeclarationUnreadable, Flaw, from_values
from engine.words import LANGUAGES, say
from tests.api.conftest import Door

DAY = {"days.0.date": "2026-03-20", "days.0.starts": "19:00", "days.0.ends": "22:00", "place": "Mons"}
FIRST = {"title": "Concert", "client.kind": "company", "client.name": "Salle", "crew.0.item": "ann"} | DAY
OF_THE_LIBRARY = re.compile(
    r"\b(should|must|Input|valid|have at most|a day starts|goes with|choose|is needed)\b", re.I
)


def beside(form: dict[str, str], lang: Any) -> dict[str, str]:
    """What a page says beside each field."""
    with pytest.raises(DeclarationUnreadable) as unread:
        read(form)
    return {told.at: told.text for told in (unreadable(one, lang) for one in unread.value.flaws)}


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("fr", "Au plus 200 caractères ici : faites plus court."),
        ("nl", "Hoogstens 200 tekens hier: maak het korter."),
        ("en", "At most 200 characters here: make it shorter."),
    ],
)
def test_a_name_that_is_too_long_is_told_so_and_not_that_a_name_is_needed(lang: str, told: str) -> None:
    found = beside(FIRST | {"title": "x" * 300, "client.name": "y" * 300, "place": "z" * 300}, lang)
    assert found["title"] == found["client.name"] == told
    assert found["place"] == told


def test_a_day_that_ends_when_it_starts_is_told_at_the_hour_it_ends() -> None:
    found = beside(FIRST | {"days.0.ends": "19:00"}, "fr")
    assert found == {"days.0.ends": "Le jour commence et finit à la même heure : écrivez l'heure de fin."}


def test_what_does_not_hang_together_is_told_thing_by_thing() -> None:
    said = {"title": "Concert", "days": [], "crew": [{"item": "ann", "days": ["2026-03-21"]}, {"item": "ann"}]}
    with pytest.raises(DeclarationUnreadable) as unread:
        from_values(said, JobDeclaration)
    told = [unreadable(one, "nl").text for one in unread.value.flaws]
    assert told == ["ann staat er twee keer.", "za 21 mrt 2026 is geen dag van deze job (ann)."]


WRONG = {"text": "x" * 5000, "amount": "12.345", "whole": "-7", "day": "yesterday", "clock": "late",
         "instant": "soon", "pick": "none-of-these", "country": "Nowhere", "email": "nobody",
         "lines": "x" * 9000}  # fmt: skip


def leaves() -> list[Shape]:
    return [one for one in by_place().values() if one.kind in WRONG and not one.field.instead]


@pytest.mark.parametrize("lang", [one for one in LANGUAGES if one != "en"])
def test_no_field_of_the_declaration_answers_in_the_librarys_english(lang: Any) -> None:
    seen = set()
    for shape in leaves():
        for wrong in (WRONG[shape.kind], "x" * 9000, "-1", "99999999999999", "1.2345"):
            try:
                read(FIRST | {shape.place.replace("*", "0"): wrong})
            except DeclarationUnreadable as unread:
                for one in unread.flaws:
                    told = unreadable(one, lang).text
                    assert not OF_THE_LIBRARY.search(told), (shape.place, wrong, told)
                    seen.add(one.kind)
    assert len(seen) > 8


def test_an_unknown_kind_is_told_in_general_words() -> None:
    flaw = Flaw(None, "title", "Input should be a Thing", "a_kind_nobody_knows", {})
    assert unreadable(flaw, "fr").text == say("fr", "page.flaw.other")


async def test_the_api_tells_a_french_reader_in_french_and_a_program_as_ever(door: Door) -> None:
    ann = await door.asking("ann")
    body = {"declaration": {"title": "x" * 300}}
    french = (await ann.post("/api/quotes?lang=fr", json=body["declaration"])).json()
    english = (await ann.post("/api/quotes?lang=en", json=body["declaration"])).json()
    assert {one["why"] for one in french["errors"]} == {"Au plus 200 caractères ici : faites plus court."}
    assert "200" in english["errors"][0]["why"]
    assert "caract" not in english["errors"][0]["why"]


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


async def test_the_declare_page_speaks_french_beside_its_field(door: Door) -> None:
    ann = await door.asking("ann", accept="text/html")
    page = await ann.post("/declare?part=quote&lang=fr", data={"key": "k"} | FIRST | {"days.0.ends": "19:00"})
    assert "Le jour commence et finit à la même heure" in words(page.text)
    assert 'href="#days.0.ends"' in page.text
