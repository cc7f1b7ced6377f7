"""What a model can say, and what was said: to see that every field and every choice is really drawn."""

import json
from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


def sayable(model: type[BaseModel], place: str = "") -> Iterator[str]:
    """Every field of a model as `place.field`, and every choice of a field as `place.field=choice`."""
    for name, field in model.model_fields.items():
        here = f"{place}.{name}".lstrip(".")
        yield here
        yield from _choices(field.annotation, here)


def _choices(told: Any, here: str) -> Iterator[str]:
    origin = get_origin(told)
    if told is bool:
        yield from (f"{here}=True", f"{here}=False")
    elif isinstance(told, type) and issubclass(told, BaseModel):
        yield from sayable(told, here)
    elif origin is Literal:
        yield from (f"{here}={choice}" for choice in get_args(told))
    elif origin is Annotated:
        yield from _choices(get_args(told)[0], here)
    elif origin in (tuple, list, Union, UnionType):
        for part in get_args(told):
            if part is not Ellipsis:
                yield from _choices(part, here)


def said(told: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """The same of something that was written: its fields, and the values that may be choices."""
    for name, value in told.items():
        here = f"{place}.{name}".lstrip(".")
        yield here
        yield from _values(value, here)


def _values(value: Any, here: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from said(value, here)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _values(one, here)
    elif isinstance(value, str | bool):
        yield f"{here}={value}"


def unsaid(model: type[BaseModel], written: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the model can say and nobody said. A field must have been written; a choice may be the default."""
    written = list(written)
    heard = {part for one in written for part in said(one)}
    for one in written:
        whole = model.model_validate_json(json.dumps(one)).model_dump(mode="json")
        heard.update(part for part in said(whole) if "=" in part)
    return sorted(part for part in sayable(model) if part not in heard)
