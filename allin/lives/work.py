"""Drawing the work: the days on which it takes place, and the people who do it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from allin.lives import texts
from allin.lives.dice import Dice
from allin.lives.eras import TURNING

SHIFTS = (
    ("09:00", "17:00"),
    ("15:00", "22:30"),
    ("10:00", "12:00"),
    ("22:00", "03:00"),
    ("22:00", "02:30"),
    ("20:00", "05:45"),
    ("08:00", "18:30"),
    ("00:00", "00:30"),
    ("23:30", "00:30"),
    ("01:30", "03:15"),
)
DAYTIME = SHIFTS[:2]
FUNCTIONS = ("musician", "singer", "technician", "sound-recordist", "teacher", "consultant", "worker", "fire-eater")
STATUSES = ("employee",) * 9 + ("standing_contract", "student", "self_employed", "ask")


@dataclass(frozen=True)
class Work:
    """When the job takes place and who works."""

    begins_on: date
    days: list[dict[str, Any]]
    crew: list[dict[str, Any]]

    @property
    def dates(self) -> list[str]:
        """The days as written."""
        return [day["date"] for day in self.days]

    @property
    def last_on(self) -> date:
        """The last day."""
        return date.fromisoformat(max(self.dates))

    @property
    def slugs(self) -> list[str]:
        """The crew's short names."""
        return [person["item"] for person in self.crew]

    @property
    def person_days(self) -> int:
        """How many days are paid, all persons together."""
        return sum(len(person.get("days") or self.days) for person in self.crew)


MONTHS_OF_WEEKS = 9
"""Weeks of a job that is paid by the month."""


def days(dice: Dice, begins_on: date) -> list[dict[str, Any]]:
    """One day, several, every week, or weeks on end; near, far, or on a day that calendars get wrong."""
    first = begins_on + timedelta(days=dice.one(1, 3, 5, 7, 10, 14, 14, 18, 25, 45))
    if dice.chance(0.4):
        first = dice.one(*TURNING[begins_on])
    if dice.chance(0.005):
        first = begins_on - timedelta(days=1)
    if dice.chance(0.04):
        first = begins_on
    chosen = [first + timedelta(days=n) for n in _spread(dice)]
    shift = dice.one(*DAYTIME * 6, *SHIFTS)
    where = _where(dice)
    if shift in DAYTIME and dice.chance(0.3):
        where["break_minutes"] = dice.one(15, 30, 60)
    return [{"date": on.isoformat(), "starts": shift[0], "ends": shift[1], **where} for on in chosen]


def _spread(dice: Dice) -> list[int]:
    how = dice.one("one", "one", "one", "one", "few", "few", "weekly", "weeks")
    if how == "one":
        return [0]
    if how == "few":
        return list(range(dice.number(2, 4)))
    if how == "weekly":
        weeks = dice.number(2, 4)
        return [7 * n for n in range(weeks if weeks < 4 else MONTHS_OF_WEEKS)]
    return [n for n in range(dice.number(6, 19)) if n % 7 < 5]


def _where(dice: Dice) -> dict[str, Any]:
    if dice.chance(0.1):
        place, country, zone = dice.one(*texts.ABROAD)
        return {"place": place, "country": country, "timezone": zone}
    return {"place": dice.one(*texts.PLACES)} if dice.chance(0.995) else {}


def crew(dice: Dice, days_of_job: list[dict[str, Any]], name: str, language: str) -> list[dict[str, Any]]:
    """The member and others; sometimes only others."""
    people: list[dict[str, Any]] = []
    if dice.chance(0.93):
        people.append({"item": "me", "member": True, "language": language})
    for number in range(dice.one(0, 0, 0, 1, 1, 2, 2, 4) or (0 if people else 1)):
        given, family = texts.full_name(dice)
        mail = f"crew{number}-{name}@crew.example"
        people.append({"item": f"p{number}", "name": f"{given} {family}", **_reached(dice, mail)})
    return [person | _working(dice, person, days_of_job) for person in people]


def _reached(dice: Dice, mail: str) -> dict[str, str]:
    drawn = {"email": mail, "language": dice.one("fr", "nl", "en")}
    return drawn | ({"phone": "+32 470 00 00 03"} if dice.chance(0.2) else {})


def _working(dice: Dice, person: dict[str, Any], days_of_job: list[dict[str, Any]]) -> dict[str, Any]:
    drawn: dict[str, Any] = {"function": dice.one(*FUNCTIONS), "status": dice.one(*STATUSES)}
    if dice.chance(0.3):
        drawn["artistic"] = dice.chance(0.5)
    elif dice.chance(0.1):
        drawn["manual"] = dice.chance(0.5)
    if dice.chance(0.2):
        drawn["fixed_term_reason"] = "the last dates of the spring tour"
    if len(days_of_job) > 1 and dice.chance(0.3):
        drawn["days"] = [day["date"] for day in dice.some(days_of_job, least=1)]
    drawn |= _paid(dice, drawn["status"], len(drawn.get("days") or days_of_job))
    return drawn | ({"fixed_term_reason": "One production, with its own dates"} if dice.chance(0.1) else {})


def _paid(dice: Dice, status: str, worked: int) -> dict[str, Any]:
    """One way to be paid, rarely too little."""
    a_day = dice.one(60, *(150, 170, 200, 220, 250) * 6)
    if status == "self_employed":
        return {"budget_eur": dice.eur(a_day * worked, a_day * worked + 300)}
    way = dice.one(*("share",) * 5, "gross_eur", "gross_eur", "net_wished_eur", "budget_eur", "nothing")
    if way == "nothing":
        return {}
    if way == "share":
        return {"share": dice.one(*(1,) * 80, *(2,) * 12, 3, 3, 7, 1000)}
    least = a_day * worked * (2 if way == "budget_eur" else 1)
    return {way: dice.eur(least, least + 200)}
