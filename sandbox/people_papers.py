"""The papers of simulated people: identity, national number and account follow from the e-mail address."""

import hashlib
from datetime import date, timedelta

from schwifty import IBAN

from .store import Json

FIRST_NAMES = (
    "Ana",
    "Bilal",
    "Chloé",
    "Dirk",
    "Elif",
    "Femke",
    "Gilles",
    "Hanne",
    "Imane",
    "Jonas",
    "Karim",
    "Lotte",
)
LAST_NAMES = (
    "Peeters",
    "Dubois",
    "Janssens",
    "Lambert",
    "El Amrani",
    "Maes",
    "Simon",
    "Claes",
    "Laurent",
    "Wouters",
)
STREETS = ("Rue de la Loi", "Kerkstraat", "Rue Neuve", "Stationsstraat", "Rue du Pont", "Molenstraat")
CITIES = (
    ("1000", "Bruxelles"),
    ("4000", "Liège"),
    ("9000", "Gent"),
    ("5000", "Namur"),
    ("2000", "Antwerpen"),
)
BANK_CODES = ("001", "063", "103", "310", "523", "734", "979")
"""Allocated codes of Belgian banks, so that the check digits and the bank itself are right."""


def _draw(email: str, what: str, size: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{what}:{email.lower()}".encode()).digest()[:6]) % size


def check_digits(first_nine: str, *, born_from_2000: bool) -> int:
    """97 minus the rest of the nine digits, with a 2 before them for who was born from 2000 on.

    Source: Royal Decree of 3 April 1984 on the national number, article 5; its use since 2000.
    """
    return 97 - int(("2" if born_from_2000 else "") + first_nine) % 97


def national_number(email: str, born_on: date) -> str:
    """A fictive but valid national number: birth date, serial, check digits."""
    first_nine = f"{born_on:%y%m%d}{_draw(email, 'serial', 997) + 1:03d}"
    return f"{first_nine}{check_digits(first_nine, born_from_2000=born_on.year >= 2000):02d}"


def valid_national_number(written: str) -> bool:
    """Whether the check digits fit one of the two centuries."""
    if len(written) != 11 or not written.isdigit():
        return False
    return any(check_digits(written[:9], born_from_2000=late) == int(written[9:]) for late in (False, True))


def iban(email: str) -> str:
    """A fictive account at a bank that exists."""
    bank = BANK_CODES[_draw(email, "bank", len(BANK_CODES))]
    account = f"{_draw(email, 'account', 10_000_000):07d}"
    return str(IBAN.generate("BE", bank_code=bank, account_code=account))


def identity(email: str, told: Json) -> Json:
    """What this person would fill in; what was told about them comes first."""
    postal_code, city = CITIES[_draw(email, "city", len(CITIES))]
    born_on = date.fromisoformat(told["birth_date"]) if told.get("birth_date") else _birthday(email)
    drawn = {
        "given_name": FIRST_NAMES[_draw(email, "first", len(FIRST_NAMES))],
        "family_name": LAST_NAMES[_draw(email, "last", len(LAST_NAMES))],
        "birth_date": str(born_on),
        "national_number": national_number(email, born_on),
        "iban": iban(email),
        "street": STREETS[_draw(email, "street", len(STREETS))],
        "house_number": str(_draw(email, "house", 180) + 1),
        "postal_code": postal_code,
        "city": city,
        "country": "BE",
        "language": "fr",
    }
    return drawn | {name: told[name] for name in drawn if told.get(name)}


def _birthday(email: str) -> date:
    return date(1965, 1, 1) + timedelta(days=_draw(email, "birth", 14_000))
