"""The declaration's fields as the page asks them: read from the model, its types, limits and `FormField`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, cached_property
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Le, MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from domain.declaration import JobDeclaration
from domain.form_field import PLAIN_FIELD, FormField

Kind = Literal[
    "text",
    "lines",
    "email",
    "tel",
    "country",
    "person",
    "people",
    "days",
    "article",
    "amount",
    "whole",
    "day",
    "clock",
    "instant",
    "yes_no",
    "maybe",
    "pick",
    "picks",
    "part",
    "rows",
]
"""How a value is typed and read; `part` and `rows` hold fields of their own."""
Form = dict[str, str]
Given = Mapping[str, Any]
"""What one part of a form holds: texts, or the parts and numbered rows within."""
CHOSEN: frozenset[Kind] = frozenset({"yes_no", "pick"})
"""What always has a value on a page; it says something only when it differs from the value it had."""
TICKED: frozenset[Kind] = frozenset({"picks", "days"})
"""Several boxes, each with a name of its own behind the field's."""
LONGEST, LONGEST_AMOUNT = 60, 17
"""Signs of a text without a limit of its own (numbers of companies, names of zones), and of a typed amount."""
BY_TYPE: Mapping[type, Kind] = {
    bool: "yes_no",
    int: "whole",
    Decimal: "amount",
    datetime: "instant",
    date: "day",
    time: "clock",
    str: "text",
}


@dataclass(frozen=True)
class Shape:
    """One field."""

    name: str
    place: str
    """Its place in the declaration, with a star for the number of a row."""
    kind: Kind
    field: FormField
    required: bool
    optional: bool
    """Whether None is one of its values."""
    default: Any
    longest: int = LONGEST
    options: tuple[str, ...] = ()
    inner: tuple["Shape", ...] = ()

    @cached_property
    def preselected(self) -> str:
        """What a choice shows before anybody chose: the default, or nothing where that is to be said."""
        if self.kind == "yes_no":
            return "yes" if self.default else "no"
        if self.kind != "pick" or self.optional or self.field.opens:
            return ""
        return self.field.usual if self.default is None else str(self.default)

    def part(self, name: str) -> "Shape":
        """One of its inner fields; KeyError when there is none."""
        return {one.name: one for one in self.inner}[name]


@cache
def declaration() -> Shape:
    """The whole declaration."""
    return Shape("", "", "part", PLAIN_FIELD, True, False, None, inner=_fields(JobDeclaration, ""))


@cache
def by_place() -> Mapping[str, Shape]:
    """Every field by its place."""
    return {one.place: one for one in _all(declaration())}


@cache
def moved_by_hand() -> frozenset[str]:
    """The fields of the declaration that the page for moving a job changes."""
    return frozenset(one.name for one in declaration().inner if one.field.moves)


def _all(shape: Shape) -> Iterator[Shape]:
    for one in shape.inner:
        yield one
        yield from _all(one)


def _fields(model: type[BaseModel], place: str) -> tuple[Shape, ...]:
    return tuple(_shape(name, field, f"{place}.{name}".lstrip(".")) for name, field in model.model_fields.items())


def _shape(name: str, field: FieldInfo, place: str) -> Shape:
    told, marks, optional = _opened(field.annotation)
    marks = (*field.metadata, *marks)
    form_field = next((one for one in marks if isinstance(one, FormField)), PLAIN_FIELD)
    many = get_origin(told) is tuple
    if many:
        told, inner_marks, _ = _opened(get_args(told)[0])
        marks = (*marks, *inner_marks)
    default = None if field.default is PydanticUndefined else field.default
    return Shape(
        name=name,
        place=place,
        kind=_kind(told, form_field, many=many, optional=optional),
        field=form_field,
        required=field.is_required(),
        optional=optional,
        default=default,
        longest=_longest(told, marks),
        options=tuple(str(one) for one in get_args(told)) if get_origin(told) is Literal else (),
        inner=_fields(told, f"{place}.*" if many else place) if _is_model(told) else (),
    )


def _is_model(told: Any) -> bool:
    return isinstance(told, type) and issubclass(told, BaseModel)


def _kind(told: Any, form_field: FormField, *, many: bool, optional: bool) -> Kind:
    if _is_model(told):
        return "rows" if many else "part"
    if form_field.control:
        return form_field.control
    if get_origin(told) is Literal:
        return "picks" if many else "pick"
    kind = next(kind for base, kind in BY_TYPE.items() if issubclass(_plain(told), base))
    return "maybe" if kind == "yes_no" and optional else kind


def _plain(told: Any) -> type:
    """The type behind a type of pydantic's, such as an instant with its zone."""
    return datetime if getattr(told, "__name__", "") == "AwareDatetime" else told


def _opened(told: Any) -> tuple[Any, tuple[Any, ...], bool]:
    """A type without what is wrapped around it: its marks, and whether None is one of its values."""
    marks: list[Any] = []
    optional = False
    while True:
        if get_origin(told) is Annotated:
            told, *more = get_args(told)
            marks += more
        elif get_origin(told) in (Union, UnionType):
            optional = True
            told = next(one for one in get_args(told) if one is not type(None))
        else:
            return told, tuple(marks), optional


def _limits(marks: tuple[Any, ...]) -> list[Any]:
    return [inner for one in marks for inner in (one.metadata if isinstance(one, FieldInfo) else (one,))]


def _longest(told: Any, marks: tuple[Any, ...]) -> int:
    """The most signs somebody may type."""
    for one in _limits(marks):
        if isinstance(one, MaxLen) and get_origin(told) is not tuple:
            return one.max_length
        if isinstance(one, Le) and told is int:
            return len(str(one.le))
    return LONGEST_AMOUNT if told is Decimal else LONGEST


def tells(shape: Shape, given: Given) -> bool:
    """Whether anything in a part was said: typed, ticked, or chosen otherwise than it stood there."""
    told = any(_tells(one, given.get(one.name)) for one in shape.inner)
    return told or (shape.place == "crew" and bool(given.get("member") == "yes" or given.get("amount")))


def _tells(shape: Shape, given: Any) -> bool:
    if given is None or shape.field.instead:
        return False
    if isinstance(given, dict):
        if shape.kind in TICKED:
            return bool(given)
        inner = [given[key] for key in given if key.isdigit()] if shape.kind == "rows" else [given]
        return any(isinstance(one, dict) and tells(shape, one) for one in inner)
    return bool(given != shape.preselected) if shape.kind in CHOSEN else bool(given)
