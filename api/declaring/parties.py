"""Who a declaration names, client and crew: kept apart from the job, so that orders carry references only."""

import hashlib
import hmac

from api.container import Container
from domain.declaration import JobDeclaration
from domain.parties import CrewMember, DeclaredClient
from domain.people import Client, Person
from domain.planning import declared_client

DEFAULT_PAYMENT_DAYS = 30
"""Source: Law of 2 August 2002 on late payment, article 4, when nothing is agreed."""


async def keep_client(home: Container, declared: DeclaredClient) -> Client:
    """The client's row: a new version when something changed."""
    return await home.clients.declare(
        declared_client(declared, client_id="", version=0, payment_days=DEFAULT_PAYMENT_DAYS)
    )


async def keep_people(home: Container, member_id: str, declaration: JobDeclaration) -> dict[str, str]:
    """The person behind each crew slug; whoever is already known keeps what they entered themselves."""
    known = people_of(home, member_id, declaration)
    for person in declaration.crew:
        await _keep(home, known[person.item], person)
    return known


def people_of(home: Container, member_id: str, declaration: JobDeclaration) -> dict[str, str]:
    """The reference of each crew slug; nothing is written."""
    return {
        person.item: member_id if person.member else person_reference(home, member_id, person)
        for person in declaration.crew
    }


async def _keep(home: Container, person_id: str, declared: CrewMember) -> None:
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


def person_reference(home: Container, member_id: str, declared: CrewMember) -> str:
    """A reference that is the same for the same e-mail address and tells nothing about it.

    Without an address somebody is known by name to this member only.
    """
    secret = home.settings.keys().derive("people")
    who = (declared.email or f"{member_id}|{declared.name or declared.item}").strip().lower()
    return f"p-{hmac.new(secret, who.encode(), hashlib.sha256).hexdigest()[:16]}"
