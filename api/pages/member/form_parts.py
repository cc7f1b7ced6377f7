"""What a page draws of a form: one field, fields that belong together, and what the page knows besides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from api.pages.member.form_shape import TICKED, Kind
from domain.people import Language

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FieldView:
    """One field to draw."""

    name: str
    label: str
    kind: Kind
    value: str = ""
    hint: str = ""
    placeholder: str = " "
    options: Options = ()
    longest: int = 60
    error: str = ""
    notice: str = ""
    asked_of: str = ""
    """The kinds of client it is asked of, with blanks between; empty: all."""
    list: str = ""
    """The suggestions a typed value may be chosen from."""
    ticked: Mapping[str, str] = field(default_factory=dict)
    """Of boxes: the value each ticked one has."""


@dataclass(frozen=True)
class GroupView:
    """Fields that belong together: a part, one row of a list, or a whole list of rows."""

    name: str
    label: str = ""
    hint: str = ""
    kind: Kind = "part"
    own: bool = False
    """Whether it is the row of the member who declares."""
    fields: tuple["FieldView | GroupView", ...] = ()
    seldom: tuple["FieldView | GroupView", ...] = ()
    asked_of: str = ""
    removable: bool = False
    headed: bool = True
    """Whether its label is shown: the fold around it may say it already."""

    @property
    def at(self) -> Mapping[str, "FieldView | GroupView"]:
        """Its fields by their last word."""
        return {one.name.rpartition(".")[2]: one for one in (*self.fields, *self.seldom)}

    @property
    def names(self) -> Iterable[str]:
        """Every field inside."""
        for one in (*self.fields, *self.seldom):
            if isinstance(one, GroupView):
                yield from one.names
            elif one.kind in TICKED:
                yield from (f"{one.name}.{box}" for box, _ in one.options)
            else:
                yield one.name


@dataclass(frozen=True)
class Look:
    """What a page knows besides the form: what is wrong where, what is good to know, which entities there are."""

    lang: Language
    errors: Mapping[str, str] = field(default_factory=dict)
    notices: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    """How a trade asks a field in its own words, by the field's place."""
    entities: Options = ()
