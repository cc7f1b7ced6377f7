"""The member's calendar file: holds and bookings of a job."""

from collections.abc import Sequence
from datetime import UTC

from icalendar import Calendar, Event

from documents.language import BRUSSELS
from domain.papers import CalendarEntry


def calendar(entries: Sequence[CalendarEntry]) -> bytes:
    """The entries as one iCalendar file; an entry sent again replaces the one with the same uid.

    Source: RFC 5545, sections 3.6.1 (VEVENT), 3.6.5 (VTIMEZONE) and 3.8.7.4 (SEQUENCE).
    """
    book = Calendar()
    book.add("prodid", "-//All Inclusive//allin//EN")
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    book.add("method", "PUBLISH")
    for entry in entries:
        book.add_component(_event(entry))
    book.add_missing_timezones()
    return bytes(book.to_ical())


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("sequence", entry.revision)
    event.add("summary", entry.title)
    event.add("dtstart", entry.starts_at.astimezone(BRUSSELS))
    event.add("dtend", entry.ends_at.astimezone(BRUSSELS))
    event.add("status", entry.state.upper())
    for name, value in (("location", entry.place), ("description", entry.description), ("url", entry.url)):
        if value:
            event.add(name, value)
    return event
