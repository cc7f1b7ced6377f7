"""The dates of a job for a calendar program: who works when, journeys, handovers, and when money comes.

Source: RFC 5545.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from icalendar import STATUS, Calendar, Event

from api.wording.timeline import title
from domain.orders import NO_ITEM
from domain.people import Language
from domain.promises import CONTRACT, outlook, takes_place
from storage.jobs.jobs import KeptJob

STILL_STANDS = frozenset({"ahead", "behind", "asked"})
ASKED_AGAIN = timedelta(hours=1)
"""How often a calendar program is invited to look; RFC 7986 section 5.7."""


def timetable(job: KeptJob, lang: Language) -> bytes:
    """The calendar of one job; asked again it has the same entries, so that programs update and never double."""
    calendar = Calendar.new(
        prodid="-//All Inclusive//jobs//EN",
        uid=f"{job.job_id}@all-inclusive",
        name=job.title,
        language=lang,
        refresh_interval=ASKED_AGAIN,
    )
    for n, one in enumerate(_entries(job, lang)):
        event = Event.new(
            uid=f"{job.job_id}-{n}@all-inclusive",
            summary=one.summary,
            start=one.start,
            end=one.end,
            location=one.place or None,
            stamp=job.last_change_at,
            sequence=job.file.plan_revision,
            status=STATUS.CONFIRMED if one.stands else STATUS.CANCELLED,
        )
        calendar.add_component(event)
    return bytes(calendar.to_ical())


class Entry(NamedTuple):
    """One date, and whether it still stands: one that never comes is cancelled, so that programs take it out."""

    summary: str
    start: datetime | date
    end: datetime | date
    place: str
    stands: bool


def _entries(job: KeptJob, lang: Language) -> Iterator[Entry]:
    plan, on = job.plan, takes_place(job.file)

    def stands(service: str, item: str = NO_ITEM) -> bool:
        return outlook(job.file, service, item) in STILL_STANDS

    days: dict[tuple[datetime, datetime, str], bool] = {}
    for slug, contract in plan.employment_contract.items():
        works = on and stands(CONTRACT, slug)
        for each in contract.days:
            one = (each.starts_at, each.ends_at, each.place)
            days[one] = days.get(one, False) or works
    for (starts_at, ends_at, place), works in sorted(days.items()):
        yield Entry(job.title, starts_at, ends_at, place, works)
    for slug, van in plan.van_rental.items():
        name = f"{title('van_rental', lang)} · {job.title}"
        yield Entry(name, van.from_at, van.until_at, van.pick_up, on and stands("van_rental", slug))
    if kit := plan.equipment:
        name = f"{title('equipment', lang)} · {job.title}"
        yield Entry(name, kit.from_at, kit.until_at, "", on and stands("equipment"))
    if room := plan.workspace:
        name = f"{title('workspace', lang)} · {job.title}"
        for each_day in room.days:
            booked = on and stands("workspace")
            yield Entry(name, each_day, each_day + timedelta(days=1), room.city, booked)
    for slug, trip in plan.travel.items():
        name = f"{title(f'travel:{slug}', lang)} · {trip.from_place} → {trip.to_place}"
        leaves_at = trip.arrive_by_at - timedelta(hours=2)
        yield Entry(name, leaves_at, trip.arrive_by_at, trip.from_place, on and stands("travel", slug))
    for pay_on in sorted({wage.pay_on for wage in plan.wages.values()}):
        owed = any(stands("wages", slug) for slug, wage in plan.wages.items() if wage.pay_on == pay_on)
        name = f"{title('wages', lang)} · {job.title}"
        yield Entry(name, pay_on, pay_on + timedelta(days=1), "", owed)
