"""Every service can be told: its name, its verbs, every field of its request and result, in every language."""

from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from activities.catalog import stated, step_of
from api.wording.diffs import field_label
from api.wording.timeline import item_title, refusal
from domain.people import Language
from domain.services.debt_collection import StageRequest
from engine.words import LANGUAGES, catalog, filled, lasting, value_word

WHOLE = [(service, forms) for service, forms in stated().items() if "" in forms]
FORMS = sorted((service, f"x{ending}") for service, forms in WHOLE for ending in forms)
"""Every kind of step: what a service states about its own, and about the others it has."""


@pytest.mark.parametrize(("service", "item"), FORMS)
def test_a_service_has_a_name_and_a_sentence_for_each_verb(service: str, item: str) -> None:
    step = step_of(service, item)
    assert step is not None
    wanted = {f"service.{service}", *(f"story.{service}.{verb.name}" for verb in step.verbs)}
    for lang in LANGUAGES:
        assert wanted <= catalog(lang).keys()


def parts(annotation: Any, name: str = "") -> Iterator[tuple[str, str | None]]:
    """Each field below a model, and each code that can stand in it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for field, info in annotation.model_fields.items():
            yield field, None
            yield from parts(info.annotation, field)
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from ((name, str(one.value)) for one in annotation)
    elif get_origin(annotation) is Literal:
        yield from ((name, str(one)) for one in get_args(annotation))
    else:
        for inner in get_args(annotation):
            yield from parts(inner, name)


@pytest.mark.parametrize(("service", "item"), FORMS)
def test_every_field_and_every_code_of_a_step_has_its_words(service: str, item: str) -> None:
    step = step_of(service, item)
    assert step is not None
    told = {*parts(step.request), *parts(step.booking)}
    fields = {name for name, code in told if code is None}
    silent = [
        name for name in sorted(fields) if not {f"history.field.{name}", f"field.{name}"} & catalog("nl").keys()
    ]
    codes = sorted((name, code) for name, code in told if code is not None)
    silent += [f"{name}={code}" for name, code in codes if value_word(name, code) is None]
    assert silent == [], "a text `field.<name>` or `value.<field>.<code>` is missing in engine/locale"


def test_a_field_only_operations_read_is_named_too() -> None:
    assert field_label("dimona_declaration", "nl") == "Dimona-aangifte"
    assert field_label("price_ex_vat_eur", "fr") == "Prix hors TVA"
    for name in StageRequest.model_fields:
        assert {f"history.field.{name}", f"field.{name}"} & catalog("nl").keys(), name


@pytest.mark.parametrize(
    ("lang", "name", "said"),
    [
        ("en", "per_diem_belgium", "Not known yet for Sat 28 Feb 2026: the daily allowance in Belgium;"),
        ("fr", "per_diem_belgium", "l'indemnité journalière en Belgique"),
        ("nl", "pc304_choir", "een bedrag dat de wet bepaalt"),
    ],
)
def test_a_rate_nobody_entered_is_called_by_its_name(lang: Language, name: str, said: str) -> None:
    told = refusal({"problem": "RateNotKnownYet", "name": name, "on": "2026-02-28"}, lang)
    assert said in told
    assert name not in told


@pytest.mark.parametrize(
    ("lang", "count", "unit", "words"),
    [
        ("nl", 13, "day", "13 dagen"), ("nl", 1, "day", "1 dag"), ("nl", 2, "hour", "2 uur"),
        ("nl", 3, "month", "3 maanden"), ("fr", 1, "hour", "1 heure"), ("fr", 2, "month", "2 mois"),
        ("en", 1, "minute", "1 minute"), ("en", 5, "week", "5 weeks"),
    ],
)  # fmt: skip
def test_lengths_of_time_are_words_in_every_language(lang: Any, count: int, unit: str, words: str) -> None:
    assert lasting(lang, count, unit) == words


def test_a_noun_takes_the_form_its_number_asks_for() -> None:
    jobs = "{n} {n:job|jobs}"
    assert [filled("en", jobs, {"n": n}) for n in ("0", "1", "1.0", "2")] == [
        "0 jobs",
        "1 job",
        "1.0 job",
        "2 jobs",
    ]
    assert [filled("fr", jobs, {"n": n}) for n in ("0", "1", "1,5", "2")] == ["0 job", "1 job", "1,5 job", "2 jobs"]
    assert filled("en", jobs, {"n": "no"}) == "no jobs"


def test_the_stages_of_a_second_collection_are_decided_and_named_like_those_of_the_first() -> None:
    for item in ("inv000000001-write-off", "inv000000001-write-off2"):
        asked = step_of("debt_collection", item)
        assert asked is not None
        assert set(asked.editable) == {"borne_by", "decided"}
        assert item_title(item, "en") == item_title("inv000000001-write-off", "en")
    reminder = step_of("debt_collection", "inv000000001-friendly-reminder3")
    assert reminder is not None
    assert not set(reminder.editable)
