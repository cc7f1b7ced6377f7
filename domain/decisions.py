"""What a decision changes in a request: field by field, and what of it everybody may read."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

from pydantic_core import to_jsonable_python

from domain.message import Message

DecisionKind = Literal["replay", "by_hand", "skip", "fail", "postpone", "amend", "keep", "end", "credit"]
"""The last four answer a question (domain.questions): they are no decision about a step that failed."""
Rule = Literal["alone", "reviewed", "two"]
"""Decided by one person; by one person and looked at by another within a day; by two persons."""
HIDDEN = "•••"
"""Stands for a value that concerns one person's money or private life."""
LONGEST_TOLD = 300
"""Characters of a difference in a sentence of the story; the whole of it stands in the operation's record."""


class FieldChange(Message):
    """One field of a request that a person edited."""

    field: str
    old: Any = None
    new: Any = None


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """The fields in which two requests differ, by name."""
    return tuple(
        FieldChange(field=name, old=old.get(name), new=new.get(name))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    )


def redacted(changes: Iterable[FieldChange], private: Collection[str]) -> tuple[FieldChange, ...]:
    """The same, without the values of private fields: that they changed may be known, not from what to what."""
    return tuple(
        FieldChange(field=one.field, old=HIDDEN, new=HIDDEN) if one.field in private else one for one in changes
    )


def one_line(changes: Iterable[FieldChange]) -> str:
    """The difference in one line: `to_place: Liège → Namur`."""
    line = "; ".join(f"{one.field}: {_short(one.old)} → {_short(one.new)}" for one in changes)
    return line if len(line) <= LONGEST_TOLD else f"{line[: LONGEST_TOLD - 1]}…"


def _short(value: Any) -> str:
    if value is None or value == "":
        return "–"
    return value if isinstance(value, str) else json.dumps(to_jsonable_python(value), ensure_ascii=False)
