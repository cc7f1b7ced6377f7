"""Who a declaration names, client and crew: kept apart from the job, so that orders carry references only."""

import hashlib
import hmac

from api.house import House
from api.who import Asker
from domain.declaration import JobDeclaration
from domain.parties import CrewMember, DeclaredClient
from domain.people import Client, Person
from domain.planning import declared_client

DEFAULT_PAYMENT_DAYS = 30
"""Source: Law of 2 August 2002 on late payment, article 4, when nothing is agreed."""


async def keep_client(home: House, declared: DeclaredClient) -> Client:
    """The client's row: a new version when something changed."""
    return await home.clients.declare(
        declared_client(declared, client_id="", version=0, payment_days=DEFAULT_PAYMENT_DAYS)
    )


async def keep_people(home: House, asker: Asker, declaration: JobDeclaration) -> dict[str, str]:
    """The person behind each crew slug; whoever is already known keeps what they entered themselves."""
    known: dict[str, str] = {}
    for person in declaration.crew:
        known[person.item] = (
            asker.person_id if person.member else await _collaborator(home, asker.person_id, person)
        )
    return known


async def _collaborator(home: House, member_id: str, declared: CrewMember) -> str:
    person_id = person_reference(home, member_id, declared)
    try:
        await home.people.person(person_id)
    except KeyError:
        given, _, family = (declared.name or declared.item).partition(" ")
        await home.people.save(
            Person(
                person_id=person_id,
                given_name=given,
                family_name=family,
                email=declared.email,
                phone=declared.phone,
                language=declared.language or "fr",
            ),
            home.now(),
        )
    return person_id


def person_reference(home: House, member_id: str, declared: CrewMember) -> str:
    """A reference that is the same for the same e-mail address and tells nothing about it.

    Without an address somebody is known by name to this member only.
    """
    secret = home.settings.keys().derive("people")
    who = (declared.email or f"{member_id}|{declared.name or declared.item}").strip().lower()
    return f"p-{hmac.new(secret, who.encode(), hashlib.sha256).hexdigest()[:16]}"
