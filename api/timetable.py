"""The dates of a job for a calendar program: who works when, journeys, handovers, and when money comes.

Source: RFC 5545.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from icalendar import STATUS, Calendar, Event

from api.story import title
from domain.people import Language
from domain.rules.lapsing import STOPPED
from storage.jobs import KeptJob

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
    status = STATUS.CANCELLED if job.state in STOPPED else STATUS.CONFIRMED
    for n, (summary, start, end, place) in enumerate(_entries(job, lang)):
        event = Event.new(
            uid=f"{job.job_id}-{n}@all-inclusive",
            summary=summary,
            start=start,
            end=end,
            location=place or None,
            stamp=job.last_change_at,
            sequence=job.file.plan_revision,
            status=status,
        )
        calendar.add_component(event)
    return bytes(calendar.to_ical())


Entry = tuple[str, datetime | date, datetime | date, str]


def _entries(job: KeptJob, lang: Language) -> Iterator[Entry]:
    plan = job.plan
    days = {(day.starts_at, day.ends_at, day.place) for c in plan.employment_contract.values() for day in c.days}
    for starts_at, ends_at, place in sorted(days):
        yield job.title, starts_at, ends_at, place
    for van in plan.van_rental.values():
        yield f"{title('van_rental', lang)} · {job.title}", van.from_at, van.until_at, van.pick_up
    if plan.equipment:
        yield f"{title('equipment', lang)} · {job.title}", plan.equipment.from_at, plan.equipment.until_at, ""
    if room := plan.workspace:
        for on in room.days:
            yield f"{title('workspace', lang)} · {job.title}", on, on + timedelta(days=1), room.city
    for traveller, journey in plan.travel.items():
        name = f"{title(f'travel:{traveller}', lang)} · {journey.from_place} → {journey.to_place}"
        yield name, journey.arrive_by_at - timedelta(hours=2), journey.arrive_by_at, journey.from_place
    for pay_on in sorted({wage.pay_on for wage in plan.wages.values()}):
        yield f"{title('wages', lang)} · {job.title}", pay_on, pay_on + timedelta(days=1), ""
