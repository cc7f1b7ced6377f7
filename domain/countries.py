"""Countries: what they are called, which clock they have, and which of them the name of a place speaks of."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

CLOCKS: Final[Mapping[str, str]] = {
    "GB": "Europe/London",
    "IE": "Europe/Dublin",
    "PT": "Europe/Lisbon",
    "IS": "Atlantic/Reykjavik",
    "FI": "Europe/Helsinki",
    "EE": "Europe/Tallinn",
    "LV": "Europe/Riga",
    "LT": "Europe/Vilnius",
    "GR": "Europe/Athens",
    "RO": "Europe/Bucharest",
    "BG": "Europe/Sofia",
    "CY": "Asia/Nicosia",
    "UA": "Europe/Kiev",
    "MD": "Europe/Chisinau",
    "TR": "Europe/Istanbul",
    "MA": "Africa/Casablanca",
    "DZ": "Africa/Algiers",
    "TN": "Africa/Tunis",
    "EG": "Africa/Cairo",
    "SN": "Africa/Dakar",
    "CI": "Africa/Abidjan",
    "RW": "Africa/Kigali",
    "BI": "Africa/Bujumbura",
    "ZA": "Africa/Johannesburg",
    "IL": "Asia/Jerusalem",
    "LB": "Asia/Beirut",
    "AE": "Asia/Dubai",
    "IN": "Asia/Kolkata",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "CN": "Asia/Shanghai",
}
"""The clock of countries that do not keep Belgium's. Source: IANA time zone database, zone.tab; of Portugal the
mainland's. Countries with the hour of Brussels are left out: their clock shows the same."""
SEVERAL_CLOCKS: Final = frozenset({"US", "CA", "AU", "BR", "MX", "RU", "ID", "CD", "CL", "NZ", "KZ", "MN"})
"""Countries with several clocks: which one counts must be said. Source: IANA time zone database, zone.tab."""
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "BE": ("belgique", "belgie", "belgium", "belgien"),
    "FR": ("france", "frankrijk"),
    "NL": ("pays-bas", "nederland", "netherlands", "the netherlands", "holland", "hollande"),
    "DE": ("allemagne", "duitsland", "germany", "deutschland"),
    "LU": ("luxembourg", "luxemburg"),
    "GB": ("royaume-uni", "verenigd koninkrijk", "united kingdom", "angleterre", "engeland", "england", "uk"),
    "IE": ("irlande", "ierland", "ireland"),
    "ES": ("espagne", "spanje", "spain", "espana"),
    "PT": ("portugal",),
    "IT": ("italie", "italy", "italia"),
    "CH": ("suisse", "zwitserland", "switzerland", "schweiz"),
    "AT": ("autriche", "oostenrijk", "austria", "osterreich"),
    "DK": ("danemark", "denemarken", "denmark"),
    "SE": ("suede", "zweden", "sweden"),
    "NO": ("norvege", "noorwegen", "norway"),
    "FI": ("finlande", "finland"),
    "PL": ("pologne", "polen", "poland"),
    "CZ": ("tchequie", "republique tcheque", "tsjechie", "czechia"),
    "HU": ("hongrie", "hongarije", "hungary"),
    "GR": ("grece", "griekenland", "greece"),
    "RO": ("roumanie", "roemenie", "romania"),
    "HR": ("croatie", "kroatie", "croatia"),
    "MA": ("maroc", "marokko", "morocco"),
    "TN": ("tunisie", "tunesie", "tunisia"),
    "CA": ("canada",),
    "US": ("etats-unis", "verenigde staten", "united states", "usa"),
    "JP": ("japon", "japan"),
}
"""What people call the countries where members work, without accents and capitals."""
CITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "FR": ("paris", "parijs", "lyon", "marseille", "bordeaux", "toulouse", "nantes", "strasbourg", "avignon"),
    "NL": ("amsterdam", "rotterdam", "utrecht", "den haag", "la haye", "maastricht", "eindhoven", "groningen"),
    "DE": ("berlin", "berlijn", "koln", "cologne", "keulen", "hamburg", "munchen", "munich", "aachen"),
    "GB": ("london", "londres", "londen", "manchester", "edinburgh"),
    "CH": ("geneve", "geneva", "zurich", "lausanne", "bern"),
    "ES": ("madrid", "barcelona", "barcelone"),
    "IT": ("roma", "rome", "milano", "milan", "venise", "venezia"),
}
"""Large towns that no Belgian place is called by."""
CONTINUED = re.compile(r"[^a-z-]+")


def zone_of(country: object) -> str | None:
    """The clock of a country that keeps another hour than Belgium's; None where Belgium's is right or unsure."""
    return CLOCKS.get(country) if isinstance(country, str) else None


def spoken_of(place: str) -> str | None:
    """The country a place's name speaks of: by its last part, as in "Lyon, France", or as a large town.

    "Rue de France 3, Liège" speaks of none: only what stands at the end, apart, is read as a country.
    """
    parts = [CONTINUED.sub(" ", part).strip() for part in re.split(r"[,;()/]| - ", plain(place)) if part.strip()]
    if not parts:
        return None
    named = next((code for code, names in NAMES.items() if parts[-1] in names), None)
    return named or _city(parts[-1])


def _city(part: str) -> str | None:
    return next((code for code, towns in CITIES.items() if part in towns), None)


def plain(text: str) -> str:
    """A name without accents and capitals."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold().strip()
