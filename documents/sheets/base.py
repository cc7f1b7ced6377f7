"""From a paper to the values a template prints: everything already in words, nothing left to compute."""

from collections.abc import Mapping
from functools import singledispatch
from types import MappingProxyType
from typing import NamedTuple

from documents.language import (
    TopicWords,
    country,
    enterprise_number,
    hour,
    spaced,
    weekday,
)
from domain.papers import ClientParty, EntityParty, Language, Paper, PersonParty, PrintedAddress, PrintedWorkDay

Text = dict[str, str]
Json = dict[str, object]


class TemplateInput(NamedTuple):
    """A template with its title and values."""

    template: str
    title: str
    entity: EntityParty
    words: tuple[str, ...]
    """Topics whose words the template may use."""
    data: Json
    files: Mapping[str, str] = MappingProxyType({})
    language: Language | None = None
    """The language the page is set in, when it is not the paper's own."""


@singledispatch
def sheet(paper: Paper) -> TemplateInput:
    """The sheet of a paper; every kind of paper registers its own."""
    raise TypeError(f"nobody knows how to print {type(paper).__name__}")


def address_lines(address: PrintedAddress | None, language: Language) -> list[str]:
    """An address as on an envelope; the country only abroad."""
    if address is None:
        return []
    abroad = [country(address.country, language)] if address.country != "BE" else []
    return [address.street, f"{address.postal_code} {address.city}", *abroad]


def client_lines(client: ClientParty, language: Language) -> list[str]:
    """Who the paper is addressed to, below each other."""
    words = TopicWords("common", language)
    contact = [client.contact] if client.contact else []
    vat = vat_number(client)
    number_line = [f"{words['vat_prefix']} {vat_spaced(vat)}"] if vat else []
    if not vat and client.enterprise_number:
        number_line = [f"{words['enterprise_number']} {enterprise_number(client.enterprise_number)}"]
    return [*contact, *address_lines(client.address, language), *number_line]


def vat_number(client: ClientParty) -> str | None:
    """The client's VAT number; a Belgian company's is BE and its enterprise number."""
    if client.vat_number or client.kind != "company" or not client.enterprise_number:
        return client.vat_number
    return f"BE{client.enterprise_number}"


def vat_spaced(vat: str) -> str:
    """A VAT number as printed: BE 1000.000.021."""
    return f"BE {enterprise_number(vat[2:])}" if vat.startswith("BE") and len(vat) == 12 else vat


def person_lines(person: PersonParty, language: Language) -> list[str]:
    """A person's address below the name."""
    return address_lines(person.address, language)


def letterhead(entity: EntityParty, language: Language) -> Json:
    """The sender, and the mentions a legal entity owes on each paper.

    Source: Companies and Associations Code art. 2:20: name, legal form, seat, enterprise number, RPM/RPR and
    court, e-mail and website, "in liquidation" (consulted 23-11-2026).
    """
    words = TopicWords("common", language)
    name = f"{entity.name} {entity.legal_form}"
    if entity.in_liquidation:
        name = f"{name} ({words['in_liquidation']})"
    seat = ", ".join(address_lines(entity.address, language))
    legal = [
        f"{words['vat_prefix']} BE {enterprise_number(entity.enterprise_number)}",
        f"{words['register']} {entity.court}",
        f"IBAN {spaced(entity.iban)}",
        f"BIC {entity.bic}",
    ]
    reach = [entity.email, *(part for part in (entity.website, entity.phone) if part)]
    return {"name": entity.name, "legal_name": name, "seat": seat, "legal": legal, "reach": reach}


def work_days(days: tuple[PrintedWorkDay, ...], language: Language) -> list[Text]:
    """The days of work, one row each."""
    words = TopicWords("common", language)
    return [
        {
            "day": weekday(one.on, language),
            "hours": f"{hour(one.starts, language)} – {hour(one.ends, language)}"
            + (f" {words['overnight']}" if one.ends <= one.starts else "")
            + (f" {words['local_time']}" if one.local else ""),
            "place": one.place or words["free_place"],
        }
        for one in days
    ]


def hours(minutes: int, language: Language) -> str:
    """A duration as people write it: 16 h 30, in Dutch 16 u 30."""
    whole, rest = divmod(minutes, 60)
    return TopicWords("common", language).say("duration", hours=str(whole), minutes=f"{rest:02d}")


def pairs(*rows: tuple[str, str | None]) -> list[list[str]]:
    """Label and value; what is unknown leaves no empty line behind."""
    return [[label, value] for label, value in rows if value]
