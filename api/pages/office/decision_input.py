"""A decision as a form of the page says it: read field by field, refused at the field that is wrong."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from activities.catalog import step_of
from api.decisions import forms as decision_forms
from api.decisions.field_flaws import by_field, of_result
from api.decisions.service import CompleteGiven, Given, PostponeGiven, ReplayGiven, decision
from api.errors import FieldProblem, Wrong
from api.pages.office import fields
from api.security.permissions import Asker
from domain.decisions import DecisionKind
from domain.job import Decision
from domain.people import Language
from domain.questions import OWN_ANSWERS
from engine.words import BRUSSELS, say
from storage.jobs.steps import StepRow
from storage.security.audit import hash_of

FORMS: Mapping[DecisionKind, type[Given]] = {
    "replay": ReplayGiven,
    "by_hand": CompleteGiven,
    "postpone": PostponeGiven,
    **dict.fromkeys(OWN_ANSWERS, Given),
}
LONGEST_NOTE = 1000
UNSAID = "…"
"""Stands for the reason while only what would happen is shown."""


class Flawed(Exception):
    """What is wrong with a form, by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = errors
        super().__init__(", ".join(errors))


def kind_of(form: Mapping[str, str]) -> DecisionKind:
    """The kind of decision."""
    try:
        kind: DecisionKind = TypeAdapter[DecisionKind](DecisionKind).validate_python(form.get("kind", ""))
    except ValidationError as error:
        raise Wrong("invalid", errors=[FieldProblem(where="kind", why=error.errors()[0]["msg"])]) from None
    return kind


def decision_of(
    kind: DecisionKind, row: StepRow, form: Mapping[str, str], asker: Asker, lang: Language, *, sure: bool
) -> Decision:
    """The decision; Flawed, in the reader's language, when fields are wrong: all of them at once.

    While it is not `sure`, no reason is needed yet.
    """
    model = FORMS.get(kind, Given)
    content: dict[str, Any] = {
        name: value for name, value in form.items() if name in model.model_fields and value.strip()
    }
    if not sure:
        content["reason"] = content.get("reason") or UNSAID
    proven = kind != "by_hand" or bool(content.get("evidence"))
    content |= {} if proven else {"evidence": UNSAID}
    content |= _brought(kind, row, form, lang)
    try:
        taken = decision(kind, row, model.model_validate(content), asker)
    except ValidationError as error:
        raise Flawed(by_field(error, lang)) from None
    flaws = {} if proven else {"file": say(lang, "office.evidence.missing")}
    if kind == "by_hand":
        flaws |= _within("result.", of_result(row.file, taken, lang))
    if flaws:
        raise Flawed(flaws)
    return taken


def _brought(kind: DecisionKind, row: StepRow, form: Mapping[str, str], lang: Language) -> dict[str, Any]:
    """What a kind of decision brings besides its reason."""
    if kind == "replay":
        return {"request": request} if (request := _request(row, form, lang)) != row.file.request else {}
    if kind == "by_hand":
        return {"result": result} if (result := _result(row, form)) else {}
    if kind == "postpone" and form.get("until_at", "").strip():
        return {"until_at": _instant(form["until_at"], lang)}
    return {}


def _request(row: StepRow, form: Mapping[str, str], lang: Language) -> dict[str, Any]:
    if form.get("request", "").strip():
        return _json("request", form["request"])
    step = step_of(row.service, row.item)
    schema, editable = (
        decision_forms.request_schema(row.service, row.item),
        decision_forms.editable(row.service, row.item),
    )
    request = fields.read(schema, editable, row.file.request, form)
    if step is not None and request != row.file.request:
        try:
            step.request.model_validate(request)
        except ValidationError as error:
            raise Flawed(_within("request.", by_field(error, lang))) from None
    return request


def _result(row: StepRow, form: Mapping[str, str]) -> dict[str, Any]:
    if form.get("result", "").strip():
        return _json("result", form["result"])
    schema = decision_forms.result_schema(row.file)
    renamed = {f"request.{name[7:]}": value for name, value in form.items() if name.startswith("result.")}
    present = decision_forms.present(row.file)
    result = fields.read(schema, list(schema.get("properties", {})), present, renamed)
    return {} if result == present else result


def _instant(typed: str, lang: Language) -> datetime:
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        raise Flawed({"until_at": say(lang, "flaw.datetime_parsing")}) from None
    return at if at.tzinfo else at.replace(tzinfo=BRUSSELS).astimezone(UTC)


def _json(name: str, text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise Wrong("invalid", errors=[FieldProblem(where=name, why=str(error))]) from None
    return found


def _within(part: str, flaws: Mapping[str, str]) -> dict[str, str]:
    return {f"{part}{name}": why for name, why in flaws.items()}


def preview_token(taken: Decision) -> str:
    """What stands for a decision that was shown: confirmed with anything else in it, it is shown again."""
    return hash_of(taken.model_dump(mode="json", exclude={"operation_id", "reason", "content_hash"}))[:20]
