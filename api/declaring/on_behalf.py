"""For whom a job is declared: members for themselves, an adviser for a member who is named."""

from dataclasses import dataclass

from api.container import Container
from api.errors import Wrong
from api.security.permissions import Asker

SHOWN = 12
"""Members offered at once; who looks for another one types the name."""


@dataclass(frozen=True)
class Named:
    """A member by name."""

    person_id: str
    name: str


async def member_for(home: Container, asker: Asker, wanted: str | None) -> str:
    """The member a job is declared for: oneself, or for an adviser the member named by reference or login.

    not-allowed for anybody else; not-found when there is no such member, or their account is closed.
    """
    if wanted is None or wanted == asker.person_id:
        asker.must("declare")
        return asker.person_id
    asker.must("declare_for")
    member_id = await _member(home, wanted)
    if member_id is None:
        raise Wrong("not-found", "there is no member of that name")
    return member_id


async def member_by_id(home: Container, member_id: str) -> Named:
    """One member with the name."""
    return Named(member_id, (await home.people.names([member_id])).get(member_id, member_id))


async def offered(home: Container, asker: Asker, text: str = "") -> list[Named]:
    """The members whose name contains this; without a name the adviser's own, or the first of all."""
    if text.strip():
        found = [one for one in await home.people.search(text.strip(), SHOWN * 4) if await _member(home, one)]
    else:
        own = await home.members.advised_by(asker.person_id) or await home.members.all()
        found = [one.person_id for one in own[: SHOWN * 4] if await _member(home, one.person_id)]
    names = await home.people.names(found[:SHOWN])
    return sorted((Named(one, names[one]) for one in found[:SHOWN]), key=lambda one: one.name)


async def _member(home: Container, wanted: str) -> str | None:
    account = await home.accounts.by_login(wanted)
    person_id = account.person_id if account else wanted
    try:
        await home.members.member(person_id)
    except KeyError:
        return None
    try:
        return person_id if (await home.accounts.account(person_id)).active else None
    except KeyError:
        return person_id
