"""Drawing the wishes: every service on, off, done by oneself or asked of the adviser, with its edges."""

from datetime import date, datetime, time, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

from allin.lives.dice import Dice
from allin.lives.work import Work
from domain.services.insurance import Cover
from domain.wish import Bearer

CHOICES = ("wanted",) * 12 + ("not_wanted", "myself", "ask_adviser")
ARTICLES = ("par-led", "mixer-16", "mic-vocal", "tripod", "light-desk", "camera-4k", "laptop", "piano-grand")
STATIONS = (
    "Bruxelles-Midi",
    "Liège-Guillemins",
    "Oostende",
    "Gent-Sint-Pieters",
    "Antwerpen-Centraal",
    "Paris-Nord",
)
BRUSSELS = ZoneInfo("Europe/Brussels")


def common(dice: Dice, *, essential: bool = False) -> dict[str, Any]:
    """What every wish can say."""
    drawn: dict[str, Any] = {}
    choice = dice.one(*CHOICES)
    if choice != "wanted" and not (essential and dice.chance(0.85)):
        drawn["choice"] = choice
    if dice.chance(0.15):
        drawn["ceiling_eur"] = dice.one("0", "0.01", "100.00", "450.00", "5000.00")
    if dice.chance(0.15):
        drawn["borne_by"] = dice.one(*get_args(Bearer), *("client", "job", "job", "sector", "community") * 2)
    return drawn


def at(on: date, clock: int) -> str:
    """An hour of a day on a clock in Brussels, as an instant with its offset."""
    return datetime.combine(on, time(clock), tzinfo=BRUSSELS).isoformat()


def first(work: Work) -> date:
    """The first day."""
    return date.fromisoformat(min(work.dates))


def agreement(dice: Dice) -> dict[str, Any]:
    """How the client says yes."""
    how = dice.one("link", "link", "link", "link", "signed_file", "later")
    drawn = common(dice, essential=True) | {"how": how}
    if how == "later":
        drawn["why_later"] = dice.one("The mayor signs on Monday", "de klant is op reis", "он в отпуске")
    if how == "signed_file":
        drawn["evidence_document"] = "order-signed.pdf"
    return drawn


def prefinancing(dice: Dice, work: Work) -> dict[str, Any]:
    """What the fund lays out."""
    mode = dice.one(*("automatic", "automatic", "capped") * 10, "not_needed")
    drawn = common(dice, essential=True) | {"mode": mode}
    if mode == "capped":
        drawn["cap_eur"] = dice.one("0", "50.00", "500.00")
    if dice.chance(0.2):
        drawn["subsidy"] = {"from_name": "Fonds du documentaire (fictive)", "document": "promise.pdf"} | {
            "amount_eur": dice.eur(100, 2000)
        }
        if dice.chance(0.5):
            drawn["subsidy"]["expected_on"] = (work.last_on + timedelta(days=60)).isoformat()
    return drawn


def insurance(dice: Dice) -> dict[str, Any]:
    """Extra covers."""
    drawn = common(dice) | {"covers": dice.some(get_args(Cover))}
    return drawn | ({"declared_value_eur": dice.one("0", "2500.00", "5000.01")} if dice.chance(0.5) else {})


def vans(dice: Dice, work: Work) -> list[dict[str, Any]]:
    """One van or two."""
    return [_van(dice, work, item) for item in (("van",), ("van",), ("van-1", "van-2"))[dice.number(0, 2)]]


def _van(dice: Dice, work: Work, item: str) -> dict[str, Any]:
    drawn = common(dice) | {"item": item, "kilometres": dice.one(0, 1, 200, 201, 330, 1200)}
    if dice.chance(0.97):
        drawn["driver"] = dice.one(*work.slugs)
    if dice.chance(0.8):
        drawn["pick_up"] = dice.one("Bruxelles", "Gent", "Liège")
    if dice.chance(0.4):
        drawn |= {"seats": dice.one(1, 2, 3, 5, 9), "load_kg": dice.one(0, 600, 601, 900, 3500)}
    if dice.chance(0.2):
        drawn |= {"from_at": at(first(work), 6), "until_at": at(work.last_on + timedelta(days=1), 12)}
    return drawn


def equipment(dice: Dice, work: Work) -> dict[str, Any]:
    """Rented, bought and leased things, from stock and from outside."""
    drawn = common(dice) | {"items": [_article(dice, name) for name in dice.some(ARTICLES, least=1)[:3]]}
    if dice.chance(0.2):
        drawn |= {"from_at": at(first(work), 7), "until_at": at(work.last_on + timedelta(days=1), 18)}
    return drawn


def _article(dice: Dice, name: str) -> dict[str, Any]:
    drawn: dict[str, Any] = {"article": name, "quantity": dice.one(1, 1, 1, 2, 4, 24, 25)}
    drawn["how"] = dice.one("rent", "rent", "rent", "buy", "lease")
    if dice.chance(0.3):
        drawn["value_eur"] = dice.eur(50, 900)
    if name in ARTICLES[4:] or dice.chance(0.1):
        drawn["price_eur"] = dice.eur(5, 60)
    return drawn


def travel(dice: Dice, work: Work) -> list[dict[str, Any]]:
    """One journey for everybody or for some."""
    there, back = dice.one(*STATIONS), dice.one(*STATIONS)
    drawn = common(dice) | {"from_place": there, "to_place": back if back != there else "Namur"}
    if dice.chance(0.6):
        drawn["travellers"] = dice.some(work.slugs, least=1)
    drawn |= {"and_back": dice.chance(0.7), "travel_class": dice.one("second", "second", "first")}
    drawn["flexible"] = dice.chance(0.8)
    if dice.chance(0.2):
        drawn["arrive_by_at"] = at(first(work), 8)
        drawn["return_at"] = at(work.last_on + timedelta(days=1), 11)
    if dice.chance(0.2):
        drawn["price_eur"] = dice.eur(5, 60)
    return [drawn]


def expenses(dice: Dice, work: Work) -> dict[str, Any]:
    """What people expect to lay out."""
    return common(dice) | {"lines": [_expense(dice, work) for _ in range(dice.number(1, 3))]}


def _expense(dice: Dice, work: Work) -> dict[str, Any]:
    kind = dice.one("kilometres", "bike", "per_diem", "receipt", "receipt")
    drawn: dict[str, Any] = {"crew": dice.one(*work.slugs), "kind": kind}
    drawn["label"] = dice.one("Strings and batteries", "Parking — Zürich", "電池")
    if dice.chance(0.3):
        drawn["on"] = dice.one(*work.dates)
    if kind in ("kilometres", "bike"):
        return drawn | {"kilometres": dice.one(0, 1, 24, 128, 900)}
    if kind == "per_diem":
        return drawn | {"days": dice.one(*(1,) * 20, 2, len(work.days))}
    return drawn | {"amount_eur": dice.one("0.01", "24.50", "120.00", "0", "999.99")}


def workspace(dice: Dice, work: Work) -> dict[str, Any]:
    """A room."""
    drawn = common(dice) | {"city": dice.one("Bruxelles", "Gent", "Luik", "Brussel", "Ostende")}
    if dice.chance(0.4):
        drawn["days"] = dice.some(work.dates, least=1)
    if dice.chance(0.3):
        drawn["people"] = dice.one(1, 6, 12, 30)
    return drawn


def special_requests(dice: Dice) -> list[dict[str, Any]]:
    """What no service does."""
    asked = common(dice) | {
        "item": "wish",
        "wish": dice.one(*("A piano tuner", "Een boot met schipper", "渡し船の手配") * 12, "🦆🦆🦆"),
    }
    return [asked | ({} if "ceiling_eur" in asked else {"ceiling_eur": "100.00"})]


def worth(wishes: dict[str, Any], work: Work) -> int:
    """A generous guess at what these wishes cost, in euros: a member with such wishes asks the client for more."""
    days, people = len(work.days), len(work.crew)
    articles: int = sum(one["quantity"] for one in wishes.get("equipment", {}).get("items", ()))
    vans: int = sum(150 + one["kilometres"] // 2 + 100 * days for one in wishes.get("van_rental", ()))
    each = {"insurance": 150, "workspace": 120 * days, "travel": 150 * people, "special_request": 450}
    each["expenses"] = 100 + 400 * len(wishes.get("expenses", {}).get("lines", ()))
    return 200 * articles + vans + sum(costs for name, costs in each.items() if name in wishes)
