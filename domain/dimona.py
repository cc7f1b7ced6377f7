"""What is told to social security about one person, and what it answers. Source: Dimona REST v2 of the ONSS/RSZ."""

from datetime import date, datetime
from typing import Literal

from domain.message import Message


class DimonaPart(Message):
    """One declaration of several that a contract needs: a stretch of its days."""

    first_on: date
    last_on: date
    turn: int = 1
    """How often it was declared: a refused declaration is declared anew, not repeated."""
    declaration: str | None = None
    declared_at: datetime | None = None
    period: str | None = None
    result: Literal["A", "W", "B", "S"] | None = None


class DimonaDeclaration(Message):
    """What is told to social security about one person."""

    action: Literal["IN", "UPDATE", "OUT", "CANCEL"]
    enterprise_number: str
    national_number: str
    start_on: date | None = None
    end_on: date | None = None
    start_hour: str | None = None
    """HHMM, Belgian time."""
    end_hour: str | None = None
    planned_hours: int | None = None
    """Only for students, whose hours count against a yearly quota."""
    worker_type: str = "OTH"
    joint_committee: str = ""
    period: str | None = None
    """For UPDATE, OUT and CANCEL: the period they change."""


class DimonaPeriod(Message):
    """An employment as social security has it, after everything that was declared about it."""

    period: str
    enterprise_number: str
    national_number: str
    start_on: date
    end_on: date
    start_hour: str | None = None
    end_hour: str | None = None
    planned_hours: int | None = None
    cancelled: bool = False

    def covers(self, told: DimonaDeclaration) -> bool:
        """Whether this very employment is declared: employer, person and days; hours where both know them."""
        hours = ((self.start_hour, told.start_hour), (self.end_hour, told.end_hour))
        return (
            not self.cancelled
            and (self.enterprise_number, self.national_number) == (told.enterprise_number, told.national_number)
            and (self.start_on, self.end_on) == (told.start_on, told.end_on)
            and all(None in pair or pair[0] == pair[1] for pair in hours)
            and self.planned_hours == told.planned_hours
        )


class DimonaAnswer(Message):
    """What social security answered."""

    declaration: str
    result: Literal["A", "W", "B", "S"]
    period: str | None = None
    anomalies: tuple[str, ...] = ()
    """Code and explanation."""
