"""Sector profiles: the words, questions and defaults of a trade, written by the people who practise it."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from domain.money import PositiveEur
from domain.people import Language
from domain.wish import Bearer

PRICE_LIST_FILE = "prices.yaml"


class Kept(BaseModel):
    """A part of a profile or price list as it is written in its file."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Translations(Kept):
    """One text in the three languages."""

    fr: str
    nl: str
    en: str

    def in_language(self, language: Language) -> str:
        """The text in one of them."""
        return {"fr": self.fr, "nl": self.nl, "en": self.en}[language]


class Question(Kept):
    """A question this trade asks before anything else."""

    field: str
    """The field of the declaration the answer goes to."""
    ask: Translations


class Function(Kept):
    """A usual function of the trade."""

    name: str
    label: Translations
    artistic: bool = False
    manual: bool = False
    """Mainly done with the hands: a blue-collar contract. Source: law of 3 July 1978, art. 2."""
    joint_committee: str | None = None
    """Left out, the profile's."""
    scale: str | None = None
    """The name of the minimum scale among the rates, where one is known."""


class Defaults(Kept):
    """What holds in this trade when the declaration leaves it open."""

    joint_committee: str | None = None
    """Left out, the employing entity's."""
    artistic: bool = False
    performance_or_licence: bool | None = None
    """The usual answer to the first VAT question; filled in by All inclusive only."""
    advertising: bool | None = None
    deposit_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    """The usual deposit; filled in by All inclusive only."""
    cover_rented_equipment: bool = True
    """Whether All inclusive adds a cover for rented equipment."""
    night_work_usual: bool = False


class Profile(Kept):
    """One sector profile, with the circle that answers for it."""

    name: str
    version: Annotated[int, Field(ge=1)]
    owner: str
    """The circle of members who wrote it and answer for it."""
    reviewed_on: date
    label: Translations
    words: dict[str, Translations]
    """What this trade calls a job, a crew, a day."""
    questions: tuple[Question, ...] = ()
    functions: tuple[Function, ...]
    defaults: Defaults
    borne_by: dict[str, Bearer]
    """Who bears each service's cost when the declaration does not say."""

    @property
    def edition(self) -> str:
        """Name and version, as kept with a job."""
        return f"{self.name}/{self.version}"

    def function(self, name: str | None) -> Function | None:
        """A usual function by its name or label, in any language."""
        if name is None:
            return None
        return self._by_label.get(name.strip().casefold())

    @property
    def _by_label(self) -> Mapping[str, Function]:
        return _labels(self.name)

    def bearer(self, service: str) -> Bearer:
        """Who bears a service's cost in this trade."""
        return self.borne_by.get(service, "job")


class Article(Kept):
    """One article of the equipment catalogue, ex VAT."""

    article: str
    label: Translations
    day_eur: PositiveEur | None = None
    buy_eur: PositiveEur | None = None
    value_eur: PositiveEur


class Fare(Kept):
    """The list price of a return journey by train between two towns, both directions alike, ex VAT."""

    between: tuple[str, str]
    second_eur: PositiveEur
    first_eur: PositiveEur


class CoverPrice(Kept):
    """The list price of an extra cover."""

    cover: Literal["equipment_all_risk", "abroad", "tour", "cancellation"]
    per: Literal["value", "person_day"]
    amount_eur: PositiveEur | None = None
    """Per person and day."""
    percent: Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")] | None = None
    """Of the declared value."""


class PriceList(Kept):
    """What outside services usually cost, and how far above it the real price may go."""

    name: str
    version: Annotated[int, Field(ge=1)]
    valid_from: date
    source: str
    articles: tuple[Article, ...]
    fares: tuple[Fare, ...]
    fare_unknown_second_eur: PositiveEur
    """Per traveller and return journey inside the country, when the list has no fare."""
    fare_unknown_abroad_second_eur: PositiveEur
    covers: tuple[CoverPrice, ...]
    lease_month_percent: Annotated[int, Field(ge=1, le=100)]
    """A month of lease, of the purchase price."""
    headroom_percent: dict[str, Annotated[int, Field(ge=0, le=400)]]
    """From the list price to the default ceiling, by service; what is bought from ourselves needs none."""

    @property
    def edition(self) -> str:
        """Name and version, as kept with a quote."""
        return f"{self.name}/{self.version}"

    def article(self, name: str) -> Article | None:
        """One article of the catalogue."""
        return next((one for one in self.articles if one.article == name), None)

    def fare(self, one: str, other: str) -> Fare | None:
        """The list price between two towns, whichever comes first."""
        towns = {_town(one), _town(other)}
        return next((fare for fare in self.fares if {_town(t) for t in fare.between} == towns), None)


def _town(place: str) -> str:
    """The town of a station: what stands before the hyphen or comma, whatever the capitals."""
    town = place.split(",")[0].split("-")[0].strip().casefold()
    return {"brussel": "bruxelles", "brussels": "bruxelles", "luik": "liège", "parijs": "paris"}.get(town, town)


def _yaml(name: str) -> object:
    return yaml.load(files("domain.profiles").joinpath(name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@lru_cache(maxsize=32)
def profile(name: str) -> Profile:
    """The newest version of a profile. Raises KeyError when there is none of this name."""
    if name not in profile_names():
        raise KeyError(name)
    return Profile.model_validate(_yaml(f"{name}.yaml"))


@lru_cache(maxsize=1)
def profile_names() -> tuple[str, ...]:
    """Every profile there is."""
    listed = (entry.name for entry in files("domain.profiles").iterdir())
    return tuple(sorted(n.removesuffix(".yaml") for n in listed if n.endswith(".yaml") and n != PRICE_LIST_FILE))


@lru_cache(maxsize=1)
def demonstration_prices() -> PriceList:
    """The price list of demonstrations; a cooperative puts its own in its place."""
    return PriceList.model_validate(_yaml(PRICE_LIST_FILE))


@lru_cache(maxsize=32)
def _labels(name: str) -> Mapping[str, Function]:
    return {
        text.casefold(): function
        for function in profile(name).functions
        for text in (function.name, function.label.fr, function.label.nl, function.label.en)
    }
