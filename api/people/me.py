"""One's own private data: entered, seen and changed by the person only, and kept encrypted."""

from datetime import date

from fastapi import APIRouter

from api.container import Home
from api.errors import responses
from api.jobs.schemas import Answered
from api.links.service import OwnData
from api.people import own_data
from api.security.permissions import Known
from domain.people import Address, Language, Person

router = APIRouter(tags=["own data"])


class OwnDataShown(Answered):
    """What is known of a person, shown to that person."""

    person_id: str
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: Language
    national_number: str | None
    birth_on: date | None
    iban: str | None
    address: Address | None
    complete: bool
    """Whether everything a contract needs is known."""


def own(person: Person) -> OwnDataShown:
    """A person's data for that person."""
    return OwnDataShown(**dict(person), complete=person.complete)


@router.get("/api/me", responses=responses("signed-out"))
async def show(home: Home, asker: Known) -> OwnDataShown:
    """What is known of you."""
    return own(await home.people.person(asker.person_id))


@router.post("/api/me", responses=responses("signed-out"))
async def change(home: Home, asker: Known, given: OwnData) -> OwnDataShown:
    """Enter or change your own data; what is left out stays."""
    return own(await own_data.enter(home, asker.person_id, given, asker.role))
