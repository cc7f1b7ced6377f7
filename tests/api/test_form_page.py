"""Every field of a declaration goes through the rendered page and back, in any declaration that is drawn."""

import json
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from allin.lives import draw
from api.declaring import example
from api.pages.member.declaration_form import as_last_time, filled, read, sent
from api.pages.member.form_shape import Shape, by_place
from api.pages.member.query import page_of
from api.pages.render import ENVIRONMENT
from domain.declaration import JobDeclaration, load_declaration
from domain.periods import BRUSSELS
from engine.words import LANGUAGES, catalog
from tests.api.browser import Form
from tests.api.conftest import Door

SEED = 7
SOME = 120
LATER = timedelta(days=77)


def as_typed(told: Any) -> Any:
    """What was written as a browser keeps it: no blanks around it."""
    if isinstance(told, dict):
        return {name: as_typed(one) for name, one in told.items()}
    if isinstance(told, list):
        return [as_typed(one) for one in told]
    return told.strip() if isinstance(told, str) else told


@cache
def declarations() -> tuple[JobDeclaration, ...]:
    drawn = (as_typed(draw(SEED, n).declaration) for n in range(SOME))
    return tuple(JobDeclaration.model_validate_json(json.dumps(one)) for one in drawn)


def rendered(form: dict[str, str]) -> Form:
    """The declare page with this form on it, as a browser has it."""
    data = page_of(form, None, [], False, "en") | {
        "t": lambda name, **_: catalog("en").get(name, name), "static": str, "lang": "en", "languages": LANGUAGES,
        "in_language": str, "asker": None, "places": [], "demo": None, "key": "k", "again": False, "pressed": False,
        "clients": None, "before": [], "record": None, "is_member": True, "acting_for": None, "whose": None,
        "looked_for": "", "has_example": False, "help_at": "",
    }  # fmt: skip
    return Form(ENVIRONMENT.get_template("declare.html").render(data))


def test_any_declaration_comes_back_from_the_rendered_page_as_it_went_in() -> None:
    for n, declared in enumerate(declarations()):
        page = rendered(filled(declared.model_dump(mode="json")))
        assert read(sent(page.fields)) == declared, n


def test_every_field_of_the_declaration_has_a_place_on_the_page_or_a_reason() -> None:
    """A new field is drawn by itself; what is not drawn says why in its `FormField(instead=...)`."""
    seen: set[str] = set()
    for declared in declarations():
        page = rendered(filled(declared.model_dump(mode="json")))
        shown = [name for name in page.places if page.kinds[name] != "hidden"]
        seen.update(place_of(name) for name in shown)
    left = {place for place, shape in by_place().items() if is_leaf(shape) and not shape.field.instead} - seen
    assert sorted(left - WAYS) == []
    assert {"crew.*.pay", "crew.*.amount"} <= seen


WAYS = {place for place, shape in by_place().items() if shape.field.way}
"""How somebody is paid is one choice and one amount on the page."""


def is_leaf(shape: Shape) -> bool:
    return shape.kind not in ("part", "rows")


def place_of(name: str) -> str:
    place = ".".join("*" if part.isdigit() else part for part in name.split("."))
    if place in ("place", "country", "anywhere"):
        return f"days.*.{place}"
    return place if place in by_place() else place.rpartition(".")[0] if place.endswith(boxes()) else place


@cache
def boxes() -> tuple[str, ...]:
    covers = by_place()["insurance.covers"].options
    days = {f"{date(2024, 1, 1) + timedelta(days=n)}" for n in range(1200)}
    return (*(f".{one}" for one in covers), *(f".{one}" for one in days))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_and_choice_is_asked_in_words(lang: Any) -> None:
    texts = catalog(lang)
    for place, shape in by_place().items():
        plain = f"pay.{shape.name}" if shape.field.way else place.replace(".*", "")
        if shape.field.instead:
            continue
        assert f"form.{plain}" in texts or f"form.{shape.name}" in texts, f"{place}: engine/locale/declaration.yaml"
        for code in shape.options:
            ids = (f"form.{plain}.{code}", f"form.{shape.name}.{code}", f"value.{shape.name}.{code}")
            assert any(one in texts for one in ids), f"{place}.{code}: engine/locale/declaration.yaml"


def moved(told: Any, by: timedelta) -> Any:
    """A declaration whose dates are all so many days later, on the clock of Brussels; written without our code."""
    if isinstance(told, dict):
        return {name: moved(one, by) for name, one in told.items()}
    if isinstance(told, list):
        return [moved(one, by) for one in told]
    if isinstance(told, str) and len(told) == 10 and told[4::3] == "--":
        return (date.fromisoformat(told) + by).isoformat()
    if isinstance(told, str) and len(told) >= 20 and told[4:11:3] == "--T":
        local = datetime.fromisoformat(told).astimezone(BRUSSELS).replace(tzinfo=None)
        return (local + by).replace(tzinfo=BRUSSELS).isoformat()
    return told


def test_like_last_time_keeps_everything_but_the_days() -> None:
    """Only the first day is typed again: the others, and every other date, stand as far from it as they did."""
    for n, declared in enumerate(declarations()):
        said = declared.model_dump(mode="json")
        page = rendered(as_last_time(said))
        again = page.fields | {"days.0.date": (declared.days[0].date + LATER).isoformat()}
        assert read(sent(again)) == JobDeclaration.model_validate(moved(said, LATER)), n


async def test_the_example_job_like_last_time_costs_the_same_to_the_cent(door: Door) -> None:
    """The example is declared, copied by the page and quoted again: 2,264.15 stays 2,264.15."""
    ann = await door.asking("ann", accept="text/html")
    said = load_declaration(example.text()).model_dump(mode="json", exclude_unset=True)
    first = await (await door.asking("ann")).post("/api/quotes", json=said)
    declared = await (await door.asking("ann")).post(
        "/api/jobs", json=said, headers={"idempotency-key": "the-first-one"}
    )
    assert declared.status_code == 202, declared.text
    copy = Form((await ann.get(f"/declare?like={declared.json()['job_id']}&lang=en")).text)
    later = (date.fromisoformat(said["days"][0]["date"]) + timedelta(days=28)).isoformat()
    shown = await ann.post("/declare?lang=en", data=copy.fields | {"days.0.date": later, "do": "declare"})
    assert "The figures have changed since you saw them." in shown.text, "nobody has seen the days that came along"
    again = await ann.post("/declare?lang=en", data=Form(shown.text).fields | {"do": "declare"})
    assert again.status_code == 303, again.text.partition('id="stopped"')[2][:900]
    job_id = again.headers["location"].rpartition("/")[2]
    kept = (await door.house.jobs.job(job_id)).declaration
    original = (await door.house.jobs.job(declared.json()["job_id"])).declaration
    assert kept | {"quote_id": None} == moved(original, timedelta(days=28)) | {"quote_id": None}
    second = await (await door.asking("ann")).post("/api/quotes", json=kept | {"quote_id": None})
    figures = [one.json()["client"]["net"]["amount_eur"] for one in (first, second)]
    assert figures[0] == figures[1]
