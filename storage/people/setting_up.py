"""Writes down what a cooperative sets up, a whole list in one transaction; nothing is ever removed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.given_lists import Mistake, WrongList
from domain.message import Message
from domain.people import Entity
from domain.services.equipment import StockArticle
from domain.services.van_rental import OwnVan
from domain.services.workspace import OwnRoom
from domain.setting_up import Change, GivenMember, Kind, compare, merged
from storage.core.database import Database, upsert_all
from storage.core.read_once import forget
from storage.people.entities import entities
from storage.people.members import members
from storage.people.people import people
from storage.security.accounts import accounts
from storage.security.audit import AuditEntry, record
from storage.services.equipment import ALWAYS, articles, lots
from storage.services.van_rental import vans
from storage.services.workspace import rooms

Rows = Sequence[tuple[int, Message]]
_Lack = Literal["entity", "ops", "advisor", "finance", "member", "unadvised"]
APPROVERS = 2
"""Two different people of finance say yes to every payment."""


@dataclass(frozen=True)
class Missing:
    """Something without which no first job can be declared."""

    what: _Lack
    count: int

    def __str__(self) -> str:
        return {
            "entity": "a legal entity: allin setup entities FILE",
            "ops": "somebody of ops: allin db account LOGIN --role ops",
            "advisor": "an adviser: allin db account LOGIN --role advisor",
            "finance": f"{self.count} people of finance, who approve payments together",
            "member": "a member: allin setup members FILE",
            "unadvised": f"an adviser for {self.count} members",
        }[self.what]


class SettingUp:
    """Compares lists with what is known, and takes them over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def preview(self, kind: Kind, given: Rows) -> list[Change]:
        """What a list would change; WrongList when it leans on something that is not there. Nothing is written."""
        async with self._database.reading() as connection:
            return await self._compared(connection, kind, given)

    async def take(self, kind: Kind, given: Rows, at: datetime, entry: AuditEntry) -> list[Change]:
        """Write a list down, all of it or nothing, with its line in the audit; what it changed."""
        async with self._database.writing() as connection:
            changes = await self._compared(connection, kind, given)
            known = await _READERS[kind.name](connection)
            todo = {change.key for change in changes if change.what != "same"}
            rows = {str(getattr(one, kind.key)): one for _, one in given}
            wanted = [merged(known.get(key), one) for key, one in rows.items() if key in todo]
            if wanted:
                await _WRITERS[kind.name](connection, wanted, at)
                await record(connection, entry)
        forget()
        return changes

    async def known(self, kind: Kind) -> dict[str, Message]:
        """What is written down, by its key."""
        async with self._database.reading() as connection:
            return await _READERS[kind.name](connection)

    async def missing(self) -> list[Missing]:
        """What nobody can start without; empty when the first job can be declared."""
        async with self._database.reading() as connection:
            known = await connection.scalar(select(func.count()).select_from(entities)) or 0
            joined = await connection.scalar(select(func.count()).select_from(members)) or 0
            alone = members.c.adviser_id.is_(None)
            unadvised = await connection.scalar(select(func.count()).select_from(members).where(alone)) or 0
            active = list(await connection.scalars(select(accounts.c.roles).where(accounts.c.active)))
        count = Counter(role for roles in active for role in roles)
        lacks: dict[_Lack, bool] = {
            "entity": known == 0,
            "ops": count["ops"] == 0,
            "advisor": count["advisor"] == 0,
            "finance": count["finance"] < APPROVERS,
            "member": joined == 0,
            "unadvised": unadvised > 0,
        }
        counts: dict[_Lack, int] = {"finance": APPROVERS, "unadvised": unadvised}
        return [Missing(what, counts.get(what, 1)) for what, is_so in lacks.items() if is_so]

    async def _compared(self, connection: AsyncConnection, kind: Kind, given: Rows) -> list[Change]:
        if kind.name == "members":
            await _leans(connection, given)
        if kind.name == "entities":
            await _one_number_each(connection, given)
        return compare(kind, await _READERS[kind.name](connection), [one for _, one in given])


async def _leans(connection: AsyncConnection, given: Rows) -> None:
    """A member's entity and adviser are there, and nobody else signs in under the login."""
    known = set(await connection.scalars(select(entities.c.slug)))
    found = (await connection.execute(select(accounts.c.person_id, accounts.c.login, accounts.c.roles))).all()
    advisers = {row.person_id for row in found if "advisor" in row.roles}
    others = {row.login: row.person_id for row in found}
    wrong = []
    for row, one in given:
        assert isinstance(one, GivenMember)
        if one.entity not in known:
            wrong.append(
                Mistake(row, "entity", f"{one.entity} is none of {', '.join(sorted(known)) or 'none yet'}")
            )
        if one.adviser is not None and one.adviser not in advisers:
            wrong.append(Mistake(row, "adviser", f"{one.adviser} is no adviser's login", "leans"))
        if others.get(one.login, one.login) != one.login:
            wrong.append(Mistake(row, "login", f"{one.login} is somebody else's", "leans"))
    if wrong:
        raise WrongList(wrong)


async def _one_number_each(connection: AsyncConnection, given: Rows) -> None:
    rows = (await connection.execute(select(entities.c.slug, entities.c.enterprise_number))).all()
    owner = {row.enterprise_number: row.slug for row in rows}
    wrong = []
    for row, one in given:
        assert isinstance(one, Entity)
        slug = owner.setdefault(one.enterprise_number, one.slug)
        if slug != one.slug:
            wrong.append(
                Mistake(row, "enterprise_number", f"{one.enterprise_number} is the number of {slug}", "leans")
            )
    if wrong:
        raise WrongList(wrong)


async def _entities(connection: AsyncConnection) -> dict[str, Message]:
    rows = await connection.scalars(select(entities.c.entity))
    return {one.slug: one for one in map(Entity.model_validate, rows)}


async def _vans(connection: AsyncConnection) -> dict[str, Message]:
    rows = await connection.execute(select(vans))
    return {row.plate: OwnVan.model_validate(dict(row._mapping)) for row in rows}


async def _rooms(connection: AsyncConnection) -> dict[str, Message]:
    rows = await connection.execute(select(rooms))
    return {row.slug: OwnRoom.model_validate(dict(row._mapping)) for row in rows}


async def _stock(connection: AsyncConnection) -> dict[str, Message]:
    started = articles.join(lots, lots.c.order_key == "start:" + articles.c.article)
    rows = await connection.execute(select(articles, lots.c.quantity).select_from(started))
    return {row.article: StockArticle.model_validate(dict(row._mapping)) for row in rows}


async def _members(connection: AsyncConnection) -> dict[str, Message]:
    columns = (people.c.given_name, people.c.family_name, people.c.email, people.c.language)
    wanted = select(members, *columns).join(people, people.c.person_id == members.c.person_id)
    return {row.person_id: _member(row._mapping) for row in await connection.execute(wanted)}


def _member(row: RowMapping) -> GivenMember:
    """As the list would say it; what was kept before is not checked anew."""
    named = {name: row[name] for name in ("given_name", "family_name", "email", "language", "entity", "autonomy")}
    return GivenMember.model_construct(
        login=row["person_id"], adviser=row["adviser_id"], profile=row["profile"], **named
    )


async def _write_entities(connection: AsyncConnection, given: Sequence[Any], _: datetime) -> None:
    rows = [
        {"slug": one.slug, "name": one.name, "enterprise_number": one.enterprise_number, "entity": one}
        for one in given
    ]
    await upsert_all(connection, entities, rows, key=["slug"])


async def _write_vans(connection: AsyncConnection, given: Sequence[Any], _: datetime) -> None:
    await upsert_all(connection, vans, [dict(one) for one in given], key=["plate"])


async def _write_rooms(connection: AsyncConnection, given: Sequence[Any], _: datetime) -> None:
    await upsert_all(connection, rooms, [dict(one) for one in given], key=["slug"])


async def _write_stock(connection: AsyncConnection, given: Sequence[Any], _: datetime) -> None:
    await upsert_all(connection, articles, [one.model_dump(exclude={"quantity"}) for one in given], key=["article"])
    started = [
        {
            "article": one.article,
            "quantity": one.quantity,
            "available_from_at": ALWAYS,
            "order_key": f"start:{one.article}",
            "line": 0,
        }
        for one in given
    ]
    await upsert_all(connection, lots, started, key=["order_key", "line"])


async def _write_members(connection: AsyncConnection, given: Sequence[Any], at: datetime) -> None:
    """Names, address of mail and membership; whatever a person entered, their roles and their password stay."""
    named = ("given_name", "family_name", "email", "language")
    rows = [
        {"person_id": one.login, "changed_at": at, "demo": False} | {n: getattr(one, n) for n in named}
        for one in given
    ]
    await upsert_all(connection, people, rows, key=["person_id"])
    joined = [
        {
            "person_id": one.login,
            "autonomy": one.autonomy,
            "adviser_id": one.adviser,
            "entity": one.entity,
            "profile": one.profile,
        }
        for one in given
    ]
    await upsert_all(connection, members, joined, key=["person_id"])
    await _let_in(connection, [one.login for one in given])


async def _let_in(connection: AsyncConnection, logins: Sequence[str]) -> None:
    """An account each; whoever has one for other work keeps it, and is a member besides."""
    wanted = select(accounts.c.person_id, accounts.c.roles).where(accounts.c.person_id.in_(logins))
    there = {row.person_id: row.roles for row in await connection.execute(wanted)}
    new = [
        {"person_id": login, "login": login, "roles": ["member"], "active": True, "demo": False}
        for login in logins
        if login not in there
    ]
    await upsert_all(connection, accounts, new, key=["person_id"])
    for login, roles in there.items():
        if "member" not in roles:
            more = update(accounts).where(accounts.c.person_id == login)
            await connection.execute(more.values(roles=[*roles, "member"]))


_READERS = {"entities": _entities, "vans": _vans, "rooms": _rooms, "stock": _stock, "members": _members}
_WRITERS = {
    "entities": _write_entities,
    "vans": _write_vans,
    "rooms": _write_rooms,
    "stock": _write_stock,
    "members": _write_members,
}
