"""What a cooperative sets up before its first job: entities, own vans, rooms and stock, and its members.

Each comes as a list in a file (domain/given_lists.py); a good example of each stands here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import yaml
from pydantic import ConfigDict, Field, field_validator

from domain.identifiers import EnterpriseNumber, Iban
from domain.message import Message
from domain.money import Eur
from domain.people import Entity, Language
from domain.profiles import profile_names
from domain.services.equipment import StockArticle
from domain.services.van_rental import OwnVan
from domain.services.workspace import OwnRoom

SLUG = r"^[a-z0-9][a-z0-9.@_+-]*$"
STRICT = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
"""A column nobody knows is a mistake in the file, not something to pass over."""


class GivenEntity(Entity):
    """A legal entity, its numbers checked."""

    model_config = STRICT
    slug: str = Field(pattern=SLUG, max_length=40)
    enterprise_number: EnterpriseNumber
    iban: Iban
    bic: str = Field(pattern=r"^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$")
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    invoice_prefix: str = Field(pattern=r"^[A-Z0-9]{1,10}$")
    terms_days: int = Field(default=30, ge=0, le=365)


class GivenVan(OwnVan):
    """A van of the own fleet."""

    model_config = STRICT
    plate: str = Field(min_length=2, max_length=20)
    name: str = Field(min_length=1, max_length=100)
    seats: int = Field(ge=1, le=60)
    load_kg: int = Field(ge=0, le=50_000)
    handover_minutes: int = Field(default=60, ge=0, le=1440)


class GivenRoom(OwnRoom):
    """A room of the cooperative."""

    model_config = STRICT
    slug: str = Field(pattern=SLUG, max_length=40)
    name: str = Field(min_length=1, max_length=100)
    city: str = Field(min_length=1, max_length=100)
    places: int = Field(ge=1, le=100_000)
    day_eur: Eur = Field(ge=Decimal(0))


class GivenArticle(StockArticle):
    """An article of the own stock."""

    model_config = STRICT
    article: str = Field(pattern=SLUG, max_length=40)
    name: str = Field(min_length=1, max_length=100)
    quantity: int = Field(ge=0, le=1_000_000)
    day_eur: Eur = Field(ge=Decimal(0))
    value_eur: Eur = Field(default=Decimal(0), ge=Decimal(0))
    buffer_minutes: int = Field(default=120, ge=0, le=10_080)


class GivenMember(Message):
    """Somebody who becomes a member; private data they enter themselves."""

    model_config = STRICT
    login: str = Field(pattern=SLUG, max_length=40)
    """How this person signs in, in lower case."""
    given_name: str = Field(min_length=1, max_length=100)
    family_name: str = Field(min_length=1, max_length=100)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)
    entity: str
    """The home entity."""
    adviser: str | None = None
    """The login of the adviser."""
    language: Language = "fr"
    autonomy: Literal["accompanied", "standard", "autonomous"] = "standard"
    profile: str | None = None
    """The sector profile proposed first."""

    @field_validator("profile")
    @classmethod
    def _known_profile(cls, name: str | None) -> str | None:
        if name is not None and name not in profile_names():
            raise ValueError(f"one of {', '.join(profile_names())}")
        return name


@dataclass(frozen=True)
class Kind:
    """One kind of list."""

    name: str
    model: type[Message]
    key: str
    """The column that says which one it is; no two rows of a file share it."""
    example: Mapping[str, Any]


KINDS: dict[str, Kind] = {
    each.name: each
    for each in (
        Kind(
            "entities",
            GivenEntity,
            "slug",
            {
                "slug": "brussels",
                "name": "Coop Exemple Bruxelles",
                "legal_form": "SC agréée",
                "enterprise_number": "1000000120",
                "address": {
                    "street": "Rue de la Coopération",
                    "house_number": "7",
                    "postal_code": "1060",
                    "city": "Bruxelles",
                },
                "seat": "brussels",
                "court": "RPM Bruxelles",
                "iban": "BE71096123456769",
                "bic": "GKCCBEBB",
                "email": "bruxelles@coop.example",
                "invoice_prefix": "BXL",
                "joint_committee": "200",
            },
        ),
        Kind("vans", GivenVan, "plate", {"plate": "1-ABC-123", "name": "Kangoo", "seats": 2, "load_kg": 600}),
        Kind(
            "rooms",
            GivenRoom,
            "slug",
            {"slug": "forge", "name": "La Forge", "city": "Bruxelles / Brussel", "places": 6, "day_eur": "45.00"},
        ),
        Kind(
            "stock",
            GivenArticle,
            "article",
            {"article": "mixer-16", "name": "16-channel mixer", "quantity": 2, "day_eur": "22.00"},
        ),
        Kind(
            "members",
            GivenMember,
            "login",
            {
                "login": "ann",
                "given_name": "Ann",
                "family_name": "Peeters",
                "email": "ann@coop.example",
                "entity": "brussels",
                "adviser": "iris",
                "language": "fr",
            },
        ),
    )
}


def example(kind: Kind) -> str:
    """A good list of one, as it is written in YAML."""
    return yaml.safe_dump([dict(kind.example)], sort_keys=False, allow_unicode=True)


@dataclass(frozen=True)
class Change:
    """What a file does to one thing."""

    key: str
    what: Literal["new", "changed", "same"]
    fields: tuple[str, ...] = ()
    """Of a changed one, each as `seats 2 -> 3`."""

    def __str__(self) -> str:
        return f"{self.key}: {self.what}" + (f" ({', '.join(self.fields)})" if self.fields else "")


def compare(kind: Kind, known: Mapping[str, Message], given: Sequence[Message]) -> list[Change]:
    """What a file would do to what is known already; rows and columns it leaves out stay as they are."""
    changes = []
    for one in given:
        key = str(getattr(one, kind.key))
        before = known.get(key)
        if before is None:
            changes.append(Change(key, "new"))
            continue
        named = (name for name in type(one).model_fields if name in one.model_fields_set)
        pairs = ((name, getattr(before, name, None), getattr(one, name)) for name in named)
        fields = tuple(f"{name} {_shown(old)} -> {_shown(new)}" for name, old, new in pairs if old != new)
        changes.append(Change(key, "changed" if fields else "same", fields))
    return changes


def merged(before: Message | None, one: Message) -> Message:
    """One thing as it is to be kept: what the file names, and the rest as it was."""
    if before is None:
        return one
    return before.model_copy(update={name: getattr(one, name) for name in one.model_fields_set})


def _shown(value: Any) -> str:
    return json.dumps(value.model_dump(), ensure_ascii=False) if isinstance(value, Message) else str(value)
