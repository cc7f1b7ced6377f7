"""What the declaration page has to know of a field besides its name, type, limits and docstring.

It stands in the field's annotation, so that a field is described in one place and no list beside the model can
drift away from it. The texts of the labels are in engine/locale/declaration.yaml, under the field's name.
"""

from dataclasses import dataclass
from typing import Literal

Part = Literal[
    "first",
    "crew",
    "van_rental",
    "equipment",
    "travel",
    "expenses",
    "workspace",
    "insurance",
    "special_request",
    "vat",
    "terms",
    "fund",
    "rules",
]
"""The parts of the page in their order: the first is always open, the others unfold."""
Control = Literal["", "lines", "email", "tel", "country", "person", "people", "days", "article"]
"""How a value is typed where its type does not say it: several lines of text, an address, a country, one or
several people of the crew by name, some of the job's days, an article of the catalogue."""


@dataclass(frozen=True)
class FormField:
    """How the declaration page asks one field."""

    part: Part | None = None
    """Where a field of the declaration itself stands; left out, the part that has the field's name."""
    control: Control = ""
    seldom: bool = False
    """Few people need it: it stands under "more choices" of its part."""
    way: str = ""
    """One of several ways to say one thing: the page asks for the way, then once for the value."""
    clients: tuple[str, ...] = ()
    """The kinds of client it is asked of; left out, all of them."""
    opens: bool = False
    """To choose it is to speak of the whole part: until then nothing is preselected, and the part says nothing."""
    usual: str = ""
    """What a choice shows before anybody chose, where the field has no default."""
    moves: bool = False
    """Whether the page that moves a job changes it; everything else stays as it was declared."""
    instead: str = ""
    """Why the page does not ask it. The value still travels along, so that nothing is lost by looking at it."""


PLAIN_FIELD = FormField()
"""What holds for a field that says nothing about itself."""
