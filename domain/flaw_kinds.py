"""A value that does not fit, said in a form that each reader's language can tell.

The English sentence is what programs read; the kind names the text `flaw.<kind>` in the catalogs.
"""

from typing import NamedTuple

from pydantic_core import PydanticCustomError


class Misfit(NamedTuple):
    """One thing that does not go with the rest: its kind, where it is asked, and the English sentence."""

    kind: str
    field: str
    text: str
    values: dict[str, str] = {}


def misfit(kind: str, field: str, text: str, **values: str) -> PydanticCustomError:
    """The error a model raises about one of its own fields."""
    return PydanticCustomError(kind, "{english}", {"english": text, "field": field, **values})


def misfits(found: list[Misfit]) -> PydanticCustomError:
    """The error a model raises about several things at once, each told apart where that is possible."""
    english = "; ".join(one.text for one in found)
    return PydanticCustomError("several", "{english}", {"english": english, "misfits": found})
