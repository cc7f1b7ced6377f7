"""Drawing the client: every kind and country, with the numbers each has, or without them."""

from datetime import date, timedelta
from typing import Any

from allin.lives import texts
from allin.lives.dice import Dice
from allin.lives.wished import common
from allin.lives.work import Work

KINDS = ("company", "company", "company", "company", "public_body", "private_person", "own_takings", "internal")
EU_NUMBERS = {
    "FR": "FR40303265045",
    "DE": "DE136695976",
    "NL": "NL004495445B01",
    "LU": "LU15027442",
    "IT": "IT00743110157",
    "ES": "ESA13585625",
    "GR": "EL094259216",
}
"""Published specimens with right check digits."""
OUTSIDE = ("CH", "GB", "US", "CA", "JP")
ADDRESSES = {
    "BE": ("Quai du Batelage", "12", "1000", "Bruxelles"),
    "FR": ("Rue des Écluses", "5", "59000", "Lille"),
    "DE": ("Königsallee", "7a", "50667", "Köln"),
    "NL": ("Coolsingel", "40", "3011 AD", "Rotterdam"),
}
ELSEWHERE = ("Main Street", "1", "10001", "Elsewhere")


def enterprise_number(dice: Dice) -> str:
    """A fictive Belgian enterprise number: eight digits and 97 minus their rest by 97."""
    base = 10_000_000 + dice.number(1_000, 899_999)
    return f"{base:08d}{97 - base % 97:02d}"


def client(dice: Dice, work: Work, name: str) -> dict[str, Any]:
    """Who ordered the job, as the member writes it down."""
    kind = dice.one(*KINDS)
    if kind == "internal":
        return {"kind": kind, "name": "Another activity"} | ({} if dice.chance(0.5) else _mail(name))
    country = _country(dice, work) if kind != "own_takings" else "BE"
    drawn: dict[str, Any] = {"kind": kind, "name": _name(dice, kind), "country": country, **_mail(name)}
    drawn |= _numbers(dice, kind, country)
    if dice.chance(0.995):
        drawn["address"] = address(country)
    drawn["language"] = dice.one("fr", "nl", "en")
    if kind == "company" and country == "BE" and dice.chance(0.1):
        drawn["vat_identified"] = dice.chance(0.8)
    return drawn | _manners(dice, kind) | _peppol(dice, drawn)


def address(country: str) -> dict[str, str]:
    """A postal address there."""
    street, house_number, postal_code, city = ADDRESSES.get(country, ELSEWHERE)
    parts = {"street": street, "postal_code": postal_code, "city": city, "country": country}
    return parts | {"house_number": house_number}


def _country(dice: Dice, work: Work) -> str:
    if dice.chance(0.7):
        return "BE"
    return dice.one(*EU_NUMBERS, *OUTSIDE, str(work.days[0].get("country", "BE")))


def _mail(name: str) -> dict[str, str]:
    return {"email": f"client-{name}@client.example"}


def _name(dice: Dice, kind: str) -> str:
    return " ".join(texts.full_name(dice)) if kind == "private_person" else dice.one(*texts.COMPANIES)


def _numbers(dice: Dice, kind: str, country: str) -> dict[str, str]:
    """What the law asks of this client in this country; sometimes the member does not have it."""
    if kind in ("private_person", "own_takings") or dice.chance(0.01):
        return {}
    if country == "BE":
        return {"enterprise_number": enterprise_number(dice)}
    if country in EU_NUMBERS and dice.chance(0.85):
        return {"vat_number": EU_NUMBERS[country]}
    if country in OUTSIDE and dice.chance(0.5):
        return {"registration_number": "CHE-123.456.789"}
    return {}


def _manners(dice: Dice, kind: str) -> dict[str, Any]:
    """Terms and papers a client asks for."""
    drawn: dict[str, Any] = {}
    if dice.chance(0.4):
        drawn["payment_days"] = dice.one(*(0, 8, 14, 30, 30, 60, 60) * 3, dice.one(60, 61, 365))
    if dice.chance(0.3):
        drawn["purchase_order"] = dice.one("PO-2026-0147", "Bestelbon 12/b — ß", "4500012345")
    if dice.chance(0.3):
        drawn["contact"] = " ".join(texts.full_name(dice))
    if dice.chance(0.2):
        drawn["phone"] = dice.one("+32 470 00 00 01", "02/555.12.12")
    if dice.chance(0.1):
        drawn["cancellation_terms"] = dice.one("standard", "none", "concert")
    return drawn


def _peppol(dice: Dice, drawn: dict[str, Any]) -> dict[str, Any]:
    """Its Peppol number as people write it; very rarely somebody else's, or of another scheme."""
    number = drawn.get("enterprise_number")
    if number is None or not dice.chance(0.1):
        return {}
    if dice.chance(0.02):
        return {"peppol_id": "0208:1000000021"}
    dotted = f"{number[:4]}.{number[4:7]}.{number[7:]}"
    return {"peppol_id": dice.one(f"0208:{number}", f"9925:be{number}", f"0208: BE {dotted}", "0088:5412345000013")}


def schedule(dice: Dice, work: Work) -> dict[str, Any] | None:
    """When the client is invoiced which part."""
    if dice.chance(0.6):
        return None
    drawn: dict[str, Any] = common(dice, essential=True)
    if dice.chance(0.8):
        drawn["deposit_percent"] = dice.one(1, 10, 30, 33, 50, 70, 99, 100)
        if dice.chance(0.4):
            drawn["deposit_on"] = _before(dice, work).isoformat()
    if dice.chance(0.2):
        drawn["balance_on"] = (work.last_on + timedelta(days=dice.one(0, 1, 5, 30))).isoformat()
    return drawn


def _before(dice: Dice, work: Work) -> date:
    """A day for the deposit: before the work, rarely not."""
    days = [work.begins_on + timedelta(days=n) for n in (1, 2, 3, 7)]
    early = [day for day in days if day.isoformat() < min(work.dates)]
    return dice.one(*(days if not early or dice.chance(0.05) else early))
