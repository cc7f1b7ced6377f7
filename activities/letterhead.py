"""Who speaks on a paper: entities, clients and persons turned into what is printed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

from domain.papers import ClientParty, EntityParty, Language, PersonParty, PrintedAddress
from domain.people import Address as KeptAddress
from domain.people import Client, Entity, Person

FULL_TIME_HOURS = Decimal(38)
"""Source: law of 10 August 2001, art. 2: 38 hours a week on average since 1 January 2003."""


class MailHead(TypedDict):
    """What every mail says of its sender and its reader."""

    language: Language
    sandbox: bool
    entity_name: str
    entity_email: str
    entity_enterprise_number: str
    to_name: str
    job_title: str


@dataclass(frozen=True)
class Letterhead:
    """What this installation prints on its papers beside the entity itself."""

    sandbox: bool
    """Whether papers carry the watermark of simulated partners."""
    accident_insurer: str
    accident_policy: str
    work_regulations: str
    """Where the work regulations can be read."""
    website: str | None = None
    weekly_hours: Decimal = FULL_TIME_HOURS

    def entity(self, entity: Entity) -> EntityParty:
        """The entity with what company law wants on its papers. Source: CSA art. 2:20."""
        return EntityParty(
            name=entity.name,
            legal_form=entity.legal_form,
            enterprise_number=entity.enterprise_number,
            address=printed_address(entity.address),
            iban=entity.iban,
            bic=entity.bic,
            court=entity.court.removeprefix("RPM ").removeprefix("RPR "),  # papers print the word themselves
            email=entity.email,
            website=self.website,
        )

    def mail(self, entity: Entity, *, language: Language, to: str, job_title: str) -> MailHead:
        """The head of a mail."""
        return MailHead(
            language=language,
            sandbox=self.sandbox,
            entity_name=entity.name,
            entity_email=entity.email,
            entity_enterprise_number=entity.enterprise_number,
            to_name=to,
            job_title=job_title,
        )


def printed_address(address: KeptAddress) -> PrintedAddress:
    """An address as printed: street and number on one line."""
    return PrintedAddress(
        street=f"{address.street} {address.house_number}".strip(),
        postal_code=address.postal_code,
        city=address.city,
        country=address.country,
    )


def client_party(client: Client, address: KeptAddress) -> ClientParty:
    """The client as printed; foreign numbers are VAT numbers, Belgian ones enterprise numbers."""
    belgian = client.country == "BE"
    return ClientParty(
        name=client.name,
        kind=client.kind if client.kind in ("company", "public_body") else "private_person",
        address=printed_address(address),
        email=client.email,
        enterprise_number=client.enterprise_number if belgian else None,
        vat_number=None if belgian else client.enterprise_number,
        registration_number=client.registration_number,
        contact=client.contact,
        peppol_id=client.peppol_id,
    )


def person_party(person: Person, *, private: bool = False) -> PersonParty:
    """A person as printed; `private` adds what only they, the cooperative and the administration read."""
    return PersonParty(
        name=person.name,
        address=printed_address(person.address) if private and person.address else None,
        national_number=person.national_number if private else None,
        birth_on=person.birth_on if private else None,
        iban=person.iban if private else None,
        email=person.email,
    )
