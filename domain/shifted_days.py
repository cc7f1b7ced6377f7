"""The same job on other days: every date of a declaration moves by the same number of days."""

from datetime import date, timedelta
from typing import Any

from domain.declaration import JobDeclaration


def with_first_day(declaration: JobDeclaration, first: date) -> JobDeclaration:
    """The declaration with its earliest day on `first`, and every other date as far from it as before.

    Times of the day, prices and people stay. ValueError when it has no day yet.
    """
    if not declaration.days:
        raise ValueError("the declaration has no day that could be moved")
    by = first - min(day.date for day in declaration.days)
    said = declaration.model_dump(exclude_unset=True) | {"quote_id": None}
    return JobDeclaration.model_validate(_shifted(said, by))


def _shifted(value: Any, by: timedelta) -> Any:
    if isinstance(value, dict):
        return {name: _shifted(each, by) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shifted(each, by) for each in value]
    return value + by if isinstance(value, date) else value
