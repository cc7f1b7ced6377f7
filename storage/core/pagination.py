"""Pages of long lists: a cursor names the last row seen, so page one thousand costs what page one does."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

R = TypeVar("R")


class BadCursor(ValueError):
    """The cursor was not made by us."""


@dataclass(frozen=True)
class Page(Generic[R]):
    """Some rows, and where the next ones begin; `next` is None on the last page."""

    rows: Sequence[R]
    next: str | None


def cursor(at: datetime, *ids: str) -> str:
    """An opaque name for one row of a list ordered by an instant and then by ids."""
    return base64.urlsafe_b64encode("|".join((at.isoformat(), *ids)).encode()).decode().rstrip("=")


def after(text: str, ids: int = 1) -> tuple[datetime, list[str]]:
    """The instant and the ids a cursor names."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        at, *rest = plain.split("|")
        instant = datetime.fromisoformat(at)
    except (binascii.Error, ValueError) as error:
        raise BadCursor(f"not a cursor: {text[:40]}") from error
    if len(rest) != ids or instant.tzinfo is None:
        raise BadCursor(f"not a cursor of this list: {text[:40]}")
    return instant, rest
