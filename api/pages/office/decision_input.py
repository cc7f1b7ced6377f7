"""A decision as a form of the page says it: read field by field, refused at the field that is wrong."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from activities.catalog import step_of
from api.decisions import forms as decision_forms
from api.decisions.service import CompleteGiven, Given, PostponeGiven, ReplayGiven, decision
from api.errors import FieldProblem, Wrong
from api.pages.office import fields
from api.security.permissions import Asker
from domain.decisions import DecisionKind
from domain.job import Decision
from domain.questions import OWN_ANSWERS
from engine.words import BRUSSELS
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


def decision_of(kind: DecisionKind, row: StepRow, form: Mapping[str, str], asker: Asker, *, sure: bool) -> Decision:
    """The decision; Flawed when a field is wrong. While it is not `sure`, no reason is needed yet."""
    model = FORMS.get(kind, Given)
    content: dict[str, Any] = {
        name: value for name, value in form.items() if name in model.model_fields and value.strip()
    }
    if not sure:
        content["reason"] = content.get("reason") or UNSAID
    content |= _brought(kind, row, form)
    try:
        return decision(kind, row, model.model_validate(content), asker)
    except ValidationError as error:
        raise Flawed(_by_field(error, "")) from None


def _brought(kind: DecisionKind, row: StepRow, form: Mapping[str, str]) -> dict[str, Any]:
    """What a kind of decision brings besides its reason."""
    if kind == "replay":
        return {"request": request} if (request := _request(row, form)) != row.file.request else {}
    if kind == "by_hand":
        return {"result": result} if (result := _result(row, form)) else {}
    if kind == "postpone" and form.get("until_at", "").strip():
        return {"until_at": _instant(form["until_at"])}
    return {}


def _request(row: StepRow, form: Mapping[str, str]) -> dict[str, Any]:
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
            raise Flawed(_by_field(error, "request.")) from None
    return request


def _result(row: StepRow, form: Mapping[str, str]) -> dict[str, Any]:
    if form.get("result", "").strip():
        return _json("result", form["result"])
    schema = decision_forms.result_schema(row.file)
    renamed = {f"request.{name[7:]}": value for name, value in form.items() if name.startswith("result.")}
    present = decision_forms.present(row.file)
    result = fields.read(schema, list(schema.get("properties", {})), present, renamed)
    return {} if result == present else result


def _instant(typed: str) -> datetime:
    try:
        at = datetime.fromisoformat(typed)
    except ValueError as error:
        raise Flawed({"until_at": str(error)}) from None
    return at if at.tzinfo else at.replace(tzinfo=BRUSSELS).astimezone(UTC)


def _json(name: str, text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise Wrong("invalid", errors=[FieldProblem(where=name, why=str(error))]) from None
    return found


def _by_field(error: ValidationError, prefix: str) -> dict[str, str]:
    return {prefix + ".".join(str(part) for part in one["loc"]): one["msg"] for one in error.errors()}


def preview_token(taken: Decision) -> str:
    """What stands for a decision that was shown: confirmed with anything else in it, it is shown again."""
    return hash_of(taken.model_dump(mode="json", exclude={"operation_id", "reason", "content_hash"}))[:20]
