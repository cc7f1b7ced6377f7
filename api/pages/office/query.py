"""What a form of the office asks for in an address: a field left empty does not matter."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field


def _left_empty(value: object) -> object:
    return None if value == "" else value


Choice = Annotated[Annotated[str, Field(max_length=80)] | None, BeforeValidator(_left_empty)]
Day = Annotated[date | None, BeforeValidator(_left_empty)]
Number = Annotated[Annotated[int, Field(ge=1, le=2**31 - 1)] | None, BeforeValidator(_left_empty)]
