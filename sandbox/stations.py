"""The stations the simulated railway serves, and how far apart they are."""

import math
import unicodedata
from dataclasses import dataclass

from .store import Json

PREFIX = "urn:uic:stn:"
ROUTE_FACTOR = 1.15
"""Rails are about this much longer than the straight line."""


@dataclass(frozen=True)
class Station:
    """A place where trains stop; `also` are its names in other languages."""

    code: str
    name: str
    country: str
    latitude: float
    longitude: float
    also: str = ""

    @property
    def urn(self) -> str:
        """Its name in the interface."""
        return PREFIX + self.code

    def as_json(self) -> Json:
        """The station as OSDM writes a place."""
        where = {"latitude": self.latitude, "longitude": self.longitude}
        return {
            "objectType": "StopPlace",
            "id": self.urn,
            "name": self.name,
            "countryCode": self.country,
            "geoPosition": where,
        }


STATIONS = (
    Station("8814001", "Bruxelles-Midi", "BE", 50.8357, 4.3363, "Brussel-Zuid Brussels South"),
    Station("8813003", "Bruxelles-Central", "BE", 50.8455, 4.3571, "Brussel-Centraal Brussels"),
    Station("8812005", "Bruxelles-Nord", "BE", 50.8604, 4.3613, "Brussel-Noord Brussels North"),
    Station("8841004", "Liège-Guillemins", "BE", 50.6247, 5.5667, "Luik-Guillemins"),
    Station("8892007", "Gent-Sint-Pieters", "BE", 51.0357, 3.7108, "Gand-Saint-Pierre Ghent"),
    Station("8821006", "Antwerpen-Centraal", "BE", 51.2172, 4.4211, "Anvers-Central Antwerp"),
    Station("8863008", "Namur", "BE", 50.4689, 4.8625, "Namen"),
    Station("8872009", "Charleroi-Central", "BE", 50.4046, 4.4384, "Charleroi-Sud"),
    Station("8881000", "Mons", "BE", 50.4536, 3.9427, "Bergen"),
    Station("8833001", "Leuven", "BE", 50.8813, 4.7160, "Louvain"),
    Station("8811676", "Louvain-la-Neuve", "BE", 50.6693, 4.6157),
    Station("8811304", "Ottignies", "BE", 50.6736, 4.5695),
    Station("8891009", "Brugge", "BE", 51.1972, 3.2168, "Bruges"),
    Station("8891702", "Oostende", "BE", 51.2282, 2.9253, "Ostende Ostend"),
    Station("8896008", "Kortrijk", "BE", 50.8245, 3.2645, "Courtrai"),
    Station("8884335", "Tournai", "BE", 50.6131, 3.3968, "Doornik"),
    Station("8831005", "Hasselt", "BE", 50.9307, 5.3275),
    Station("8822004", "Mechelen", "BE", 51.0174, 4.4828, "Malines"),
    Station("8844008", "Verviers-Central", "BE", 50.5883, 5.8543),
    Station("8866001", "Arlon", "BE", 49.6800, 5.8098, "Aarlen"),
    Station("8727100", "Paris-Nord", "FR", 48.8809, 2.3553, "Parijs-Noord Gare du Nord"),
    Station("8728600", "Lille-Flandres", "FR", 50.6366, 3.0709, "Rijsel"),
    Station("8400058", "Amsterdam Centraal", "NL", 52.3789, 4.9003),
    Station("8015458", "Köln Hbf", "DE", 50.9431, 6.9589, "Cologne Keulen"),
    Station("8200100", "Luxembourg", "LU", 49.6000, 6.1340, "Luxemburg"),
)
BY_CODE = {station.code: station for station in STATIONS}


def plain(name: str) -> str:
    """A name without accents, capitals and hyphens."""
    bare = unicodedata.normalize("NFD", name.lower().replace("-", " "))
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).strip()


def stations_by_name(name: str) -> list[Station]:
    """The stations whose name, in any language, contains this one."""
    wanted = plain(name)
    return [station for station in STATIONS if wanted in plain(f"{station.name} {station.also}")]


def distance_km(one: Station, other: Station) -> int:
    """Kilometres by rail: the great circle times a factor."""
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    c = math.radians(other.longitude - one.longitude)
    cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(c)
    return round(6371 * math.acos(min(1.0, cosine)) * ROUTE_FACTOR)
