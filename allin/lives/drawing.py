"""Drawing a life: the declaration from its parts, the course beside it."""

from datetime import date
from decimal import Decimal
from typing import Any

from allin.lives import clients, texts, wished, work
from allin.lives.courses import course, hoped
from allin.lives.dice import Dice
from allin.lives.eras import ERAS, USUAL
from allin.lives.life import Life, Who
from allin.lives.reactions import reacting
from allin.lives.work import Work

ENTITIES = ("brussels", "wallonia", "flanders")
"""The demonstration's three legal entities: one per region, so that every language of a contract is met."""
GROUNDS = (
    "art_44_2_6",
    "art_44_2_7",
    "art_44_2_8",
    "art_44_2_9",
    "art_44_3_3",
    "reverse_charge",
    "construction",
    "not_due",
    "not_due_licence",
)
PROFILES = ("general", "live-arts", "film", "teaching")


def draw(seed: int, n: int) -> Life:
    """The n-th life of a seed. Pure: the same two numbers give the same life."""
    name = f"{seed}-{n}"
    begins_on = Dice(seed, n, "era").one(*ERAS, *(USUAL,) * 5)
    member = _member(Dice(seed, n, "member"), name)
    drawn = _declaration(seed, n, begins_on, member)
    acts = course(Dice(seed, n, "course"), drawn, member)
    if not hoped(acts):
        acts = reacting(Dice(seed, n, "reactions"), acts)
    return Life(seed=seed, n=n, begins_on=begins_on, member=member, declaration=drawn, course=acts)


def _member(dice: Dice, name: str) -> Who:
    given, family = texts.full_name(dice)
    return Who(
        slug=f"m{name}",
        given_name=given,
        family_name=family,
        email=f"member-{name}@crew.example",
        language=dice.one("fr", "nl", "en"),
        autonomy=dice.one("accompanied", "standard", "standard", "autonomous"),
        entity=dice.one(*ENTITIES),
        profile=dice.one(None, *PROFILES),
    )


def _declaration(seed: int, n: int, begins_on: date, member: Who) -> dict[str, Any]:
    name = f"{seed}-{n}"
    at_work = Dice(seed, n, "work")
    days = work.days(at_work, begins_on)
    done = Work(begins_on, days, work.crew(at_work, days, name, member.language))
    client = clients.client(Dice(seed, n, "client"), done, name)
    drawn: dict[str, Any] = {"client": client, "days": done.days, "crew": done.crew}
    drawn |= _told(Dice(seed, n, "told"))
    drawn |= _vat(Dice(seed, n, "vat"))
    wishes = _services(seed, n, done)
    drawn |= _price(Dice(seed, n, "price"), done, wishes)
    drawn |= wishes
    if wish := clients.schedule(Dice(seed, n, "schedule"), done):
        drawn["invoicing"] = wish
    if "van_rental" not in drawn and Dice(seed, n, "anywhere").chance(0.03):
        drawn["days"] = [_without_place(day) for day in done.days]
    return drawn


def _without_place(day: dict[str, Any]) -> dict[str, Any]:
    """Work that is done wherever one likes."""
    return {name: value for name, value in day.items() if name in ("date", "starts", "ends")} | {"anywhere": True}


def _told(dice: Dice) -> dict[str, Any]:
    """The words, and what is said in passing."""
    drawn: dict[str, Any] = {"title": texts.title(dice), "profile": dice.one(*PROFILES)}
    drawn["all_inclusive"] = dice.chance(0.3)
    if dice.chance(0.995):
        drawn["description"] = dice.one(*texts.DESCRIPTIONS * 40, texts.RARE)
    if dice.chance(0.2):
        drawn["entity"] = dice.one(*ENTITIES)
    if dice.chance(0.05):
        drawn["regulated_trade"] = True
    if dice.chance(0.15):
        drawn["reserve_eur"] = dice.eur(0, 100)
    if dice.chance(0.3):
        drawn["note"] = dice.one("The hall has no lift.", "Fragile ! — à l’étage", "注意")
    return drawn


def _price(dice: Dice, done: Work, wishes: dict[str, Any]) -> dict[str, Any]:
    """Mostly enough for the work and the wishes, rarely far too little or very much, now and then not said."""
    if dice.chance(0.01):
        return {}
    least = dice.one(550, *(750, 850, 1000, 1300, 1600) * 3) * done.person_days + wished.worth(wishes, done)
    price = Decimal(dice.eur(least, least + 600)) + 400
    if dice.chance(0.03):
        price = dice.one(Decimal(0), Decimal("0.01"), *(Decimal("60000.00"), Decimal("250000.00")) * 3)
    return {"price_eur": str(price)} | ({"price_includes_vat": True} if dice.chance(0.2) else {})


def _vat(dice: Dice) -> dict[str, Any]:
    """The two questions, and sometimes another rate with its reason."""
    if dice.chance(0.005):
        return {}
    drawn: dict[str, Any] = {"advertising": dice.chance(0.2)}
    if dice.chance(0.99):
        drawn["performance_or_licence"] = dice.chance(0.5)
    if dice.chance(0.2):
        drawn["live"] = False
    if dice.chance(0.97):
        drawn["nature"] = dice.one("activity", "support", "advice", "hire", "other")
    if dice.chance(0.3):
        drawn["virtual"] = dice.chance(0.2)
    if dice.chance(0.1):
        drawn["override_percent"] = dice.one("0", "6", "12", "21")
        if drawn["override_percent"] == "0" and dice.chance(0.95):
            drawn["override_ground"] = dice.one(*GROUNDS)
        drawn["override_reason"] = "Said so by the tax office in writing"
    return {"vat": drawn}


def _services(seed: int, n: int, done: Work) -> dict[str, Any]:
    """Each service asked for by its own dice, so that leaving one out changes no other."""
    dice = {name: Dice(seed, n, name) for name in HOW_OFTEN}
    made: dict[str, Any] = {
        "agreement": lambda: wished.agreement(dice["agreement"]),
        "prefinancing": lambda: wished.prefinancing(dice["prefinancing"], done),
        "insurance": lambda: wished.insurance(dice["insurance"]),
        "van_rental": lambda: wished.vans(dice["van_rental"], done),
        "equipment": lambda: wished.equipment(dice["equipment"], done),
        "travel": lambda: wished.travel(dice["travel"], done),
        "expenses": lambda: wished.expenses(dice["expenses"], done),
        "workspace": lambda: wished.workspace(dice["workspace"], done),
        "special_request": lambda: wished.special_requests(dice["special_request"]),
        "employment_contract": lambda: wished.common(dice["employment_contract"], essential=True),
        "wages": lambda: wished.common(dice["wages"], essential=True),
        "debt_collection": lambda: wished.common(dice["debt_collection"]),
    }
    return {name: made[name]() for name, often in HOW_OFTEN.items() if dice[name].chance(often)}


HOW_OFTEN = {
    "agreement": 0.6,
    "prefinancing": 0.3,
    "insurance": 0.25,
    "van_rental": 0.25,
    "equipment": 0.25,
    "travel": 0.2,
    "expenses": 0.3,
    "workspace": 0.15,
    "special_request": 0.12,
    "employment_contract": 0.1,
    "wages": 0.1,
    "debt_collection": 0.1,
}
"""How often each service is spoken of; a job with all of them is drawn too, seldom."""
