"""The first people of an installation, before anybody can sign in to write them down."""

from contextlib import suppress
from typing import NamedTuple, get_args

from pydantic import TypeAdapter, ValidationError

from allin.client.terminal import Stop
from allin.installation import opened
from api.security.passwords import WeakPassword, accepted
from domain.people import Person
from engine.settings import Settings
from storage.people.members import Member, Members
from storage.people.people import People
from storage.security.accounts import Accounts, Role, SignInAccount


class Newcomer(NamedTuple):
    """Somebody who gets an account."""

    login: str
    name: str
    email: str
    roles: tuple[str, ...]
    entity: str | None
    adviser: str | None


async def keep_account(settings: Settings, newcomer: Newcomer, password: str) -> str:
    """Write a person with their account down; what they entered about themselves stays."""
    roles = _roles(newcomer)
    try:
        hashed = accepted(password, newcomer.login, newcomer.name, newcomer.email)
    except WeakPassword as weak:
        raise Stop(str(weak)) from None
    async with opened(settings) as here:
        people = People(here.database)
        given, _, family = newcomer.name.strip().partition(" ")
        named = {"given_name": given, "family_name": family, "email": newcomer.email}
        try:
            person = (await people.person(newcomer.login)).model_copy(update=named)
        except KeyError:
            person = Person.model_validate({"person_id": newcomer.login, **named})
        await people.save(person, here.calendar.now())
        if "member" in roles:
            await Members(here.database).save(_member(newcomer))
        account = SignInAccount(person_id=newcomer.login, login=newcomer.login, roles=roles)
        accounts = Accounts(here.database)
        with suppress(KeyError):  # somebody new
            account = (await accounts.account(newcomer.login)).model_copy(update={"roles": roles, "active": True})
        await accounts.save(account)
        await accounts.set_password(newcomer.login, hashed)
    return f"{newcomer.login}: {', '.join(roles)}"


def _roles(newcomer: Newcomer) -> tuple[Role, ...]:
    try:
        return TypeAdapter(tuple[Role, ...]).validate_python(newcomer.roles)
    except ValidationError:
        raise Stop(f"--role is one of {', '.join(get_args(Role))}") from None


def _member(newcomer: Newcomer) -> Member:
    if newcomer.entity is None:
        raise Stop("a member has a home entity: give --entity")
    return Member(person_id=newcomer.login, entity=newcomer.entity, adviser_id=newcomer.adviser)
