"""Reading a declaration a person typed: amounts stay exact, and every flaw is told with its line."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.errors import AllInclusiveError

LONGEST = 200_000
"""Characters; a declaration of a large crew has some 20,000."""
DEEPEST = 12
"""Levels of indentation; a declaration has five."""

M = TypeVar("M", bound=BaseModel)
Path = tuple[str | int, ...]


class Flaw(NamedTuple):
    """One thing that is wrong in what was typed."""

    line: int | None
    field: str
    text: str
    kind: str = ""
    """The text `flaw.<kind>` of the catalogs, for readers of any language."""
    values: Mapping[str, object] = {}

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.field}: {self.text}" if self.field else f"{where}{self.text}"


class DeclarationUnreadable(AllInclusiveError):
    """What was typed is no declaration; each flaw says where and what to do."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        self.flaws = flaws
        super().__init__("\n".join(str(flaw) for flaw in flaws))


TOLD: dict[str, str] = {
    "extra_forbidden": "this word is not known here: correct it or leave it out",
    "missing": "is needed here",
    "date_from_datetime_parsing": "write the date as 2026-03-20",
    "date_parsing": "write the date as 2026-03-20",
    "time_parsing": 'write the time as "19:30"',
    "datetime_from_date_parsing": "write the instant as 2026-03-20T19:30+01:00",
    "datetime_parsing": "write the instant as 2026-03-20T19:30+01:00",
    "timezone_aware": "add the time zone: 2026-03-20T19:30+01:00",
    "decimal_parsing": "write the amount as 1250.00, without signs or spaces",
    "decimal_max_places": "an amount has at most two decimals",
    "bool_parsing": "answer true or false",
    "int_parsing": "write a whole number",
    "model_type": "write the fields of this part below each other, indented",
    "model_attributes_type": "write the fields of this part below each other, indented",
    "too_long": "at most {max_length} here: make it several jobs",
    "tuple_type": "write a list: one line with a dash for each",
}
"""What to do, by pydantic's name of the error; the others are told in pydantic's own words."""


class _Place(NamedTuple):
    """What a piece of the text says, and the line of each part of it."""

    value: object
    lines: dict[Path, int]


def _scalar(node: yaml.ScalarNode) -> object:
    """Plain true, false and null are read as such; everything else stays text, so 12.30 stays exact."""
    if node.style is None:
        plain: dict[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}
        return plain.get(node.value, node.value)
    return node.value


def _flaw(node: yaml.Node, text: str) -> DeclarationUnreadable:
    return DeclarationUnreadable((Flaw(node.start_mark.line + 1, "", text),))


def _construct(node: yaml.Node, path: Path, lines: dict[Path, int]) -> object:
    lines[path] = node.start_mark.line + 1
    if len(path) > DEEPEST:
        raise _flaw(node, "this is nested too deeply")
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_construct(part, (*path, n), lines) for n, part in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    raise _flaw(node, "this cannot be read")


def _mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int]) -> dict[str, object]:
    made: dict[str, object] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _flaw(key, "a field's name is one word")
        if key.value in made:
            raise _flaw(key, f"{key.value} is written twice: keep one")
        made[key.value] = _construct(value, (*path, key.value), lines)
        lines[(*path, key.value)] = key.start_mark.line + 1
    return made


def _parse(text: str) -> _Place:
    if len(text) > LONGEST:
        raise DeclarationUnreadable((Flaw(None, "", f"the text is longer than {LONGEST} characters"),))
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise DeclarationUnreadable((Flaw(None, "", "anchors and aliases (& and *) are not used here"),))
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise DeclarationUnreadable(
            (Flaw(mark.line + 1 if mark else None, "", f"the text cannot be read: {error.problem}"),)
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise DeclarationUnreadable((Flaw(None, "", "the text cannot be read: is it YAML or JSON?"),)) from error
    if not isinstance(node, yaml.MappingNode):
        raise DeclarationUnreadable((Flaw(1, "", "a declaration is a list of fields, such as `title: Concert`"),))
    lines: dict[Path, int] = {}
    return _Place(_construct(node, (), lines), lines)


def _line(path: Path, lines: dict[Path, int]) -> int | None:
    """The line of the nearest part that was written."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)


def _error_text(error: ErrorDetails) -> str:
    known = TOLD.get(error["type"])
    text = known.format(**error.get("ctx", {})) if known else error["msg"].removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _flaws(error: ValidationError, lines: dict[Path, int]) -> Iterator[Flaw]:
    for one in error.errors(include_url=False, include_input=False):
        path, told = tuple(one["loc"]), one.get("ctx", {})
        for each in told.get("misfits", ()):
            yield Flaw(_line(path, lines), each.field, each.text, each.kind, each.values)
        if "misfits" in told:
            continue
        field = ".".join(str(part) for part in (*path, told.get("field")) if part not in (None, ""))
        yield Flaw(_line(path, lines), field, _error_text(one), one["type"], told)


def read(text: str, model: type[M]) -> M:
    """Read one model from YAML or JSON; raises DeclarationUnreadable."""
    place = _parse(text)
    return from_values(place.value, model, place.lines)


def from_values(values: object, model: type[M], lines: dict[Path, int] | None = None) -> M:
    """Read one model from plain values; raises DeclarationUnreadable, with the lines where they are known."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise DeclarationUnreadable(tuple(_flaws(error, lines or {}))) from error
