"""The dates of a job for a calendar program: who works when, journeys, handovers, and when money comes.

Source: RFC 5545.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from icalendar import STATUS, Calendar, Event

from api.wording.timeline import NOBODY, Names, title
from domain.contracts_in_force import proposals
from domain.orders import NO_ITEM
from domain.people import Language
from domain.promises import CONTRACT, outlook, takes_place
from domain.services.employment_contract import EmploymentContractRequest
from engine.words import say
from storage.jobs.jobs import KeptJob

How = Literal["agreed", "signed", "proposed"]
Day = tuple[How, bool]
HOW: tuple[How, ...] = ("agreed", "signed", "proposed")
"""What counts first when several people have the same day."""
STILL_STANDS = frozenset({"ahead", "behind", "asked"})
ASKED_AGAIN = timedelta(hours=1)
"""How often a calendar program is invited to look; RFC 7986 section 5.7."""


def timetable(job: KeptJob, lang: Language, names: Names = NOBODY) -> bytes:
    """The calendar of one job; asked again it has the same entries, so that programs update and never double."""
    calendar = Calendar.new(
        prodid="-//All Inclusive//jobs//EN",
        uid=f"{job.job_id}@all-inclusive",
        name=job.title,
        language=lang,
        refresh_interval=ASKED_AGAIN,
    )
    _add(calendar, job, lang, names)
    return bytes(calendar.to_ical())


def timetables(jobs: Iterable[tuple[KeptJob, Names]], lang: Language) -> bytes:
    """The calendar of several jobs; each entry is the same as in the calendar of its own job."""
    calendar = Calendar.new(prodid="-//All Inclusive//jobs//EN", language=lang, refresh_interval=ASKED_AGAIN)
    for job, names in jobs:
        _add(calendar, job, lang, names)
    return bytes(calendar.to_ical())


def _add(calendar: Calendar, job: KeptJob, lang: Language, names: Names) -> None:
    for n, one in enumerate(_entries(job, lang, names)):
        event = Event.new(
            uid=f"{job.job_id}-{n}@all-inclusive",
            summary=one.summary,
            start=one.start,
            end=one.end,
            location=one.place or None,
            stamp=job.last_change_at,
            sequence=job.file.version,
            status=one.status,
        )
        calendar.add_component(event)


class Entry(NamedTuple):
    """One date, and whether it still stands: one that never comes is cancelled, so that programs take it out; one
    that is only proposed is tentative."""

    summary: str
    start: datetime | date
    end: datetime | date
    place: str
    stands: bool
    proposed: bool = False

    @property
    def status(self) -> STATUS:
        """As calendar programs read it."""
        if not self.stands:
            return STATUS.CANCELLED
        return STATUS.TENTATIVE if self.proposed else STATUS.CONFIRMED


def _days(job: KeptJob, stands: Callable[[str, str], bool]) -> dict[tuple[datetime, datetime, str], Day]:
    """Every day somebody is signed, offered or proposed for, and whether it still comes. A day that only a signed
    contract has, which would change, is told as such; so is one that is only proposed."""
    days: dict[tuple[datetime, datetime, str], Day] = {}
    changing = proposals(job.file, job.plan)

    def add(offer: EmploymentContractRequest, how: How, works: bool) -> None:
        for each in offer.days:
            one = (each.starts_at, each.ends_at, each.place)
            known = days.get(one)
            if known is None or (works and (not known[1] or HOW.index(how) < HOW.index(known[0]))):
                days[one] = (how, works)

    for slug, contract in job.in_force.employment_contract.items():
        found, works = changing.get(slug), stands(CONTRACT, slug)
        moves = found is not None and found.proposed is not None and found.proposed.days != contract.days
        add(contract, "signed" if moves else "agreed", works)
        if found is not None and found.proposed is not None and moves:
            add(found.proposed, "proposed", works)
    return days


def _entries(job: KeptJob, lang: Language, names: Names) -> Iterator[Entry]:
    plan, on = job.in_force, takes_place(job.file)

    def stands(service: str, item: str = NO_ITEM) -> bool:
        return outlook(job.file, service, item) in STILL_STANDS

    for (starts_at, ends_at, place), (how, works) in sorted(_days(job, stands).items()):
        name = job.title if how == "agreed" else say(lang, f"page.contract.day_{how}", title=job.title)
        yield Entry(name, starts_at, ends_at, place, on and works, proposed=how == "proposed")
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
        name = f"{title(f'travel:{slug}', lang, names)} · {trip.from_place} → {trip.to_place}"
        leaves_at = trip.arrive_by_at - timedelta(hours=2)
        yield Entry(name, leaves_at, trip.arrive_by_at, trip.from_place, on and stands("travel", slug))
    for pay_on in sorted({wage.pay_on for wage in plan.wages.values()}):
        owed = any(stands("wages", slug) for slug, wage in plan.wages.items() if wage.pay_on == pay_on)
        name = f"{title('wages', lang)} · {job.title}"
        yield Entry(name, pay_on, pay_on + timedelta(days=1), "", owed)
