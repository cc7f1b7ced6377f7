"""Countries: what they are called, which clock they have, and which of them the name of a place speaks of."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from domain.flaw_kinds import misfit

_CODES: Final = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
CODES: Final = frozenset(_CODES.split())
"""Every country code there is. Source: ISO 3166-1 alpha-2, as invoices must bear it (EN 16931 BR-CL-14)."""
WRITTEN_FOR: Final[Mapping[str, str]] = {"EL": "GR", "XI": "GB", "UK": "GB"}
"""Codes people take for a country's: the VAT prefixes of Greece and Northern Ireland, and "UK".
Source: Directive 2006/112/EC, art. 215; ISO 3166-1 (UK is reserved for GB)."""
VAT_TERRITORY: Final[Mapping[str, str]] = {"MC": "FR", "IM": "GB"}
"""Countries that count as another one for VAT. Source: Directive 2006/112/EC, art. 7."""

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
BELGIAN_CLOCK: Final = frozenset(
    "AD AL AT BA BE CH CZ DE DK ES FR GI HR HU IT LI LU MC ME MK MT NL NO PL RS SE SI SJ SK SM VA".split()  # noqa: SIM905
)
"""Countries whose clock shows the hour of Brussels, in summer and winter; of Spain the mainland's.
Source: IANA time zone database, zone.tab."""
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


def country_code(text: str) -> str:
    """The ISO code of a country, also where its VAT prefix was written.

    Raises ValueError for two letters that are no country: an invoice with them would be refused.
    """
    code = WRITTEN_FOR.get(text, text)
    if code not in CODES:
        raise misfit("no_country", "", "not a country: give its two letters, such as BE or FR (ISO 3166-1)")
    return code


def clock_unknown(country: str) -> bool:
    """Whether nobody can say which clock counts there: it has several, or we do not know its own."""
    return country not in CLOCKS and country not in BELGIAN_CLOCK


def zone_of(country: object) -> str | None:
    """The clock of a country that keeps another hour than Belgium's; None where Belgium's is right or unsure."""
    return CLOCKS.get(WRITTEN_FOR.get(country, country)) if isinstance(country, str) else None


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
