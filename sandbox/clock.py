"""What day it is for a partner: the caller's HTTP `Date`, else the wall clock. Nobody else reads a clock."""

from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


def now_of(date_header: str | None) -> datetime:
    """The instant at which a request is judged. Source: RFC 9110, section 6.6.1 (Date)."""
    if date_header:
        try:
            told = parsedate_to_datetime(date_header)
        except ValueError:
            return datetime.now(UTC)
        return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    return datetime.now(UTC)


def text(moment: datetime) -> str:
    """An instant as partners write it: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(written: str) -> datetime:
    """An instant as somebody wrote it; without an offset it is Belgian time."""
    moment = datetime.fromisoformat(written)
    return (moment.replace(tzinfo=BRUSSELS) if moment.tzinfo is None else moment).astimezone(UTC)


def day_of(moment: datetime) -> date:
    """The calendar day in Belgium."""
    return moment.astimezone(BRUSSELS).date()


def http_date(moment: datetime) -> str:
    """An instant as an HTTP header."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
