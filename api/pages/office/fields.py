"""A step's request as a form: made from its JSON Schema, filled with what is asked for now, read back exactly.

A value nobody touched comes back as it was kept, to the letter: only what a person changed is a change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from api.wording.diffs import field_label
from domain.people import Language
from engine.words import BRUSSELS, say, value_word

FieldKind = Literal["text", "amount", "whole", "day", "instant", "yes_no", "pick", "lines", "rows"]
Schema = Mapping[str, Any]
LOCAL = "%Y-%m-%dT%H:%M"
"""How a browser writes a date and time; people mean the clock in Brussels."""
EMPTY: Mapping[FieldKind, Any] = {"lines": [], "rows": []}


@dataclass(frozen=True)
class Field:
    """One thing to fill in."""

    name: str
    label: str
    kind: FieldKind
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    required: bool = False
    error: str = ""
    hint: str = ""
    rows: tuple[tuple["Field", ...], ...] = ()
    """For a list of things: one row each, and an empty one to add another."""


@dataclass(frozen=True)
class Shape:
    """One property of a schema, with what stands behind its references."""

    kind: FieldKind
    required: bool = False
    nullable: bool = False
    options: tuple[str, ...] = ()
    inner: Mapping[str, "Shape"] = field(default_factory=dict)
    times: bool = False
    """Whether the lines are instants."""


def fields(schema: Schema, names: Sequence[str], present: Mapping[str, Any], lang: Language) -> list[Field]:
    """What to fill in for these properties, in the order of the schema, with the present values in it."""
    shapes = _shapes(schema, schema)
    return [
        _field(name, shapes[name], present.get(name), f"request.{name}", lang) for name in names if name in shapes
    ]


def read(
    schema: Schema, names: Sequence[str], present: Mapping[str, Any], form: Mapping[str, str]
) -> dict[str, Any]:
    """The request a form says: the present one, with what was changed in it."""
    shapes = _shapes(schema, schema)
    asked = {key.split(".")[1] for key in form if key.startswith("request.")}
    said = {
        name: _typed_value(shapes[name], present.get(name), f"request.{name}", form)
        for name in names
        if name in shapes and name in asked
    }
    return dict(present) | _without_unchanged_blanks(said, present)


def _without_unchanged_blanks(said: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, without what was left empty and never was there."""
    return {name: value for name, value in said.items() if value is not None or name in before}


def with_typed_values(found: Sequence[Field], form: Mapping[str, str], errors: Mapping[str, str]) -> list[Field]:
    """The same fields with what was just typed in them, and what is wrong with it."""
    return [
        replace(
            one,
            value=form.get(one.name, "" if one.kind == "yes_no" else one.value),
            error=errors.get(one.name, ""),
            rows=tuple(tuple(with_typed_values(row, form, errors)) for row in one.rows),
        )
        for one in found
    ]


def _shapes(schema: Schema, root: Schema) -> dict[str, Shape]:
    required = set(schema.get("required", ()))
    return {name: _shape(one, root, name in required) for name, one in schema.get("properties", {}).items()}


def _shape(given: Schema, root: Schema, required: bool) -> Shape:
    schema = _resolved(given, root)
    choices = [_resolved(one, root) for one in schema.get("anyOf", ())]
    real = [one for one in choices if one.get("type") != "null"]
    if choices and {one.get("type") for one in real} <= {"number", "string"} and len(real) > 1:
        return Shape("amount", required, len(real) < len(choices))
    if choices:
        return replace(_shape(real[0] if real else {}, root, required), nullable=len(real) < len(choices))
    options = tuple(str(one) for one in schema.get("enum", [schema["const"]] if "const" in schema else []))
    if options:
        return Shape("pick", required, options=options)
    if schema.get("type") == "array":
        return _list_shape(_resolved(schema.get("items", {}), root), root, required)
    plain: Mapping[str, FieldKind] = {"date-time": "instant", "date": "day"}
    by_type: Mapping[str, FieldKind] = {"integer": "whole", "number": "amount", "boolean": "yes_no"}
    kind = plain.get(str(schema.get("format"))) or by_type.get(str(schema.get("type")), "text")
    return Shape(kind, required)


def _list_shape(items: Schema, root: Schema, required: bool) -> Shape:
    if items.get("type") == "object":
        return Shape("rows", required, inner=_shapes(items, root))
    return Shape("lines", required, times=items.get("format") == "date-time")


def _resolved(schema: Schema, root: Schema) -> Schema:
    reference = str(schema.get("$ref", ""))
    return root.get("$defs", {}).get(reference.rpartition("/")[2], {}) if reference else schema


def _field(name: str, shape: Shape, value: Any, address: str, lang: Language) -> Field:
    label = _capital(field_label(name, lang))
    options = tuple((one, _option(name, one, lang)) for one in shape.options)
    if shape.nullable and options:
        options = (("", "–"), *options)
    hint = say(lang, f"office.field.{shape.kind}") if shape.kind in ("instant", "lines") else ""
    rows: tuple[tuple[Field, ...], ...] = ()
    if shape.kind == "rows":
        there = [*(value or []), {}]
        rows = tuple(
            tuple(
                _field(part, inner, one.get(part), f"{address}.{n}.{part}", lang)
                for part, inner in shape.inner.items()
            )
            for n, one in enumerate(there)
        )
    required = shape.required and not shape.nullable and ".0." not in address and shape.kind != "rows"
    return Field(address, label, shape.kind, _text(shape, value), options, required and address.count(".") == 1,
                 hint=hint, rows=rows)  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _option(name: str, code: str, lang: Language) -> str:
    word = value_word(name, code)
    return say(lang, word) if word else code.replace("_", " ")


def _text(shape: Shape, value: Any) -> str:
    """A value as the field of a form holds it."""
    if value is None or shape.kind == "rows":
        return ""
    if shape.kind == "instant" or (shape.times and isinstance(value, str)):
        return _local(str(value))
    if shape.kind == "lines":
        return "\n".join(_local(str(one)) if shape.times else str(one) for one in value)
    if shape.kind == "yes_no":
        return "yes" if value else ""
    return str(value)


def _local(text: str) -> str:
    try:
        return datetime.fromisoformat(text).astimezone(BRUSSELS).strftime(LOCAL)
    except ValueError:
        return text


def _typed_value(shape: Shape, present: Any, address: str, form: Mapping[str, str]) -> Any:
    if shape.kind == "rows":
        return _rows(shape, present or [], address, form)
    typed = form.get(address, "").strip().replace("\r\n", "\n")
    if typed == _text(shape, present):
        return present
    if not typed and shape.kind != "yes_no":
        return EMPTY.get(shape.kind)
    if shape.kind == "lines":
        return [_instant(one) if shape.times else one for one in typed.split("\n") if one.strip()]
    return _value(shape.kind, typed)


def _value(kind: FieldKind, typed: str) -> Any:
    """What was typed, in the type it stands for; what cannot be read is left for the check to refuse."""
    if kind == "yes_no":
        return bool(typed)
    if kind == "whole" and typed.lstrip("-").isdigit():
        return int(typed)
    if kind == "amount":
        return typed.replace(" ", "").replace(",", ".")
    return _instant(typed) if kind == "instant" else typed


def _instant(typed: str) -> str:
    try:
        return datetime.strptime(typed.strip(), LOCAL).replace(tzinfo=BRUSSELS).astimezone(UTC).isoformat()
    except ValueError:
        return typed


def _rows(shape: Shape, present: Sequence[Any], address: str, form: Mapping[str, str]) -> list[Any]:
    """One thing per row; a row in which nothing is typed is taken out."""
    found: list[Any] = []
    typed = [part for part, inner in shape.inner.items() if inner.kind not in ("pick", "yes_no")]
    for n in range(len(present) + 1):
        before = present[n] if n < len(present) else {}
        if not any(form.get(f"{address}.{n}.{part}", "").strip() for part in typed):
            continue
        said = {part: _typed_value(inner, before.get(part), f"{address}.{n}.{part}", form)
                for part, inner in shape.inner.items()}  # fmt: skip
        found.append(dict(before) | _without_unchanged_blanks(said, before))
    return found
