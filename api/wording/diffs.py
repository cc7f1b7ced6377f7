"""What a person changed in a request, as people read it."""

from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict

from domain.held_fields import HeldElsewhere
from domain.people import Language
from engine.words import dressed, knows, say
from storage.execution.operations import Operation

ARROW = " → "


class Difference(BaseModel):
    """One value a person changed."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    label: str
    before: str
    after: str
    name: str | None = None
    """The field's own name; for ops."""


def field_label(name: str, lang: Language) -> str:
    """A field of a request or a result in the reader's language; a test sees that each has a text.

    `history.field.` names what everybody may read, `field.` what only operations do.
    """
    known = (word for word in (f"history.field.{name}", f"field.{name}") if knows(word))
    return say(lang, word) if (word := next(known, None)) else name.replace("_", " ")


def of_line(changes: str, lang: Language, *, with_names: bool) -> list[Difference]:
    """The changes as a story's line keeps them: `to_place: Liège → Namur; seats: 3 → 5`."""
    return [_difference(name, old, new, lang, with_names) for name, old, new in _parts(changes)]


def of_operation(operation: Operation, lang: Language, *, with_names: bool) -> list[Difference]:
    """The changes as the decision's own record keeps them."""
    return [_difference(one.field, _text(one.old), _text(one.new), lang, with_names) for one in operation.changes]


def in_one_line(found: Iterable[Difference]) -> str:
    """Every change in one line."""
    return "; ".join(f"{one.label}: {one.before}{ARROW}{one.after}" for one in found)


def _parts(changes: str) -> Iterator[tuple[str, str, str]]:
    for part in changes.split("; "):
        name, colon, values = part.partition(": ")
        old, arrow, new = values.partition(ARROW)
        if colon and arrow:
            yield name, old, new


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _difference(name: str, old: str, new: str, lang: Language, with_names: bool) -> Difference:
    written = [_written(name, value, lang) or "–" for value in (old, new)]
    return Difference(
        label=field_label(name, lang), before=written[0], after=written[1], name=name if with_names else None
    )


def _written(name: str, value: str, lang: Language) -> str:
    """A value as people write it, or several with commas between: days, and the people of a crew."""
    return ", ".join(dressed(lang, {name: one})[name] for one in value.split(", "))


def held_told(held: HeldElsewhere, lang: Language) -> str:
    """Why fields stay what they are, and what to do instead, in the reader's language."""
    fields = ", ".join(field_label(one, lang) for one in held.fields)
    stands = say(lang, f"held.{held.paper}", fields=fields)
    return f"{stands} {say(lang, f'held.instead.{held.instead}')}"
