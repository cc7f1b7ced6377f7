"""Who a declaration names, client and crew: kept apart from the job, so that orders carry references only."""

import hashlib
import hmac
from collections.abc import Callable

from api.container import Container
from domain.declaration import JobDeclaration
from domain.parties import CrewMember, DeclaredClient
from domain.people import Client, Person
from domain.planning import declared_client

DEFAULT_PAYMENT_DAYS = 30
"""Source: Law of 2 August 2002 on late payment, article 4, when nothing is agreed."""


async def keep_client(home: Container, declared: DeclaredClient, job_client_id: str = "") -> Client:
    """The client's row: a new version when something changed.

    `job_client_id` is who a moved job's client was: somebody without a number is known by nothing else.
    """
    return await home.clients.declare(await client_as_asked(home, declared, job_client_id))


async def client_as_asked(home: Container, declared: DeclaredClient, job_client_id: str = "") -> Client:
    """The client as declared, under the id it is known by; an empty id is somebody new. Nothing is kept."""
    fresh = declared_client(declared, client_id="", version=0, payment_days=DEFAULT_PAYMENT_DAYS)
    if fresh.enterprise_number:
        known = await home.clients.by_number(fresh.enterprise_number, fresh.country)
    else:
        known = await home.clients.latest(job_client_id) if job_client_id else None
        known = known if known is not None and _the_same(known, fresh) else None
    return fresh.model_copy(update={"client_id": known.client_id}) if known else fresh


def _the_same(known: Client, fresh: Client) -> bool:
    """Whether somebody without a number is who they were: by name, or by address when a name was corrected."""
    mailed = (known.email or "").strip().lower(), (fresh.email or "").strip().lower()
    named = known.name.strip().casefold() == fresh.name.strip().casefold()
    return not known.enterprise_number and known.kind == fresh.kind and (named or (mailed[0] == mailed[1] != ""))


async def keep_people(home: Container, member_id: str, declaration: JobDeclaration) -> dict[str, str]:
    """The person behind each crew slug; whoever is already known keeps what they entered themselves."""
    known = await people_of(home, member_id, declaration)
    for person in declaration.crew:
        await _keep(home, known[person.item], person)
    return known


async def people_of(home: Container, member_id: str, declaration: JobDeclaration) -> dict[str, str]:
    """The reference of each crew slug; nothing is written.

    Whoever was named under an older key keeps that reference: a rotation makes no second person of anybody.
    """
    references = await person_references(home, member_id)
    others = {person.item: references(person) for person in declaration.crew if not person.member}
    known = await home.people.known({one for each in others.values() for one in each})
    found = {item: next((one for one in each if one in known), each[-1]) for item, each in others.items()}
    return {person.item: found.get(person.item, member_id) for person in declaration.crew}


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


async def person_references(home: Container, member_id: str) -> Callable[[CrewMember], list[str]]:
    """A person's reference under every key there ever was, the oldest first and the current one last."""
    secrets = [*await home.data_keys.past("people"), *home.settings.keys().derive_all("people")]
    return lambda person: [person_reference(secret, member_id, person) for secret in secrets]


def person_reference(secret: bytes, member_id: str, declared: CrewMember) -> str:
    """A reference that is the same for the same e-mail address and tells nothing about it.

    Without an address somebody is known by name to this member only.
    """
    who = (declared.email or f"{member_id}|{declared.name or declared.item}").strip().lower()
    return f"p-{hmac.new(secret, who.encode(), hashlib.sha256).hexdigest()[:16]}"
