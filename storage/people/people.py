"""Members and collaborators as persons; what only they enter is encrypted."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Boolean, Column, String, Table, func, or_, select, update

from domain.people import Address, Language, Person
from storage.core.database import Database, upsert
from storage.core.read_once import forget, in_one_glance, once
from storage.core.tables import Encrypted, EncryptedJson, UtcDateTime, in_row, metadata
from storage.jobs.search_words import forget_member
from storage.people.person_changes import note
from storage.security.audit import AuditEntry, record

PRIVATE = ("email", "phone", "national_number", "birth_on", "iban", "address", "iban_before")

people = Table(
    "people",
    metadata,
    Column("person_id", String(40), primary_key=True),
    Column("given_name", String(100), nullable=False),
    Column("family_name", String(100), nullable=False),
    Column("language", String(2), nullable=False),
    Column("email", Encrypted("people.email")),
    Column("phone", Encrypted("people.phone")),
    Column("national_number", Encrypted("people.national_number")),
    Column("birth_on", Encrypted("people.birth_on")),
    Column("iban", Encrypted("people.iban")),
    Column("address", EncryptedJson("people.address")),
    Column("demo", Boolean, nullable=False, default=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("erased_at", UtcDateTime),
    Column("iban_before", Encrypted("people.iban_before")),
    Column("iban_cools_until_at", UtcDateTime),
    Column("withholding", String(10)),
)


class People:
    """Reads and keeps persons; satisfies the activities' People."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def person(self, person_id: str) -> Person:
        """One person with private data; KeyError when unknown."""
        return await once((self._database, "person", person_id), lambda: self._person(person_id))

    async def _person(self, person_id: str) -> Person:
        async with self._database.reading() as connection:
            row = (await connection.execute(select(people).where(people.c.person_id == person_id))).one_or_none()
        if row is None:
            raise KeyError(person_id)
        return person_from(row._mapping)

    async def names(self, person_ids: Iterable[str]) -> dict[str, str]:
        """The names of several persons, for lists; nothing private is opened."""
        asked = frozenset(one for one in person_ids if one)
        if not asked:
            return {}
        return dict(await in_one_glance((self._database, "names", asked), lambda: self._names(asked)))

    async def _names(self, asked: Collection[str]) -> dict[str, str]:
        columns = (people.c.person_id, people.c.given_name, people.c.family_name)
        wanted = select(*columns).where(people.c.person_id.in_(sorted(asked)))
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted)
        return {row.person_id: f"{row.given_name} {row.family_name}".strip() for row in rows}

    async def known(self, person_ids: Iterable[str]) -> set[str]:
        """Which of these references stand for somebody."""
        wanted = select(people.c.person_id).where(people.c.person_id.in_(list(person_ids)))
        async with self._database.reading() as connection:
            return set(await connection.scalars(wanted))

    async def search(self, text: str, limit: int = 20) -> list[str]:
        """The ids of persons whose name contains this text."""
        full = func.lower(people.c.given_name + " " + people.c.family_name)
        found = select(people.c.person_id).where(
            or_(full.contains(text.lower(), autoescape=True), people.c.person_id == text)
        )
        async with self._database.reading() as connection:
            return list(await connection.scalars(found.order_by(people.c.family_name).limit(limit)))

    async def save(self, person: Person, at: datetime, *, demo: bool = False) -> None:
        """Keep a person as given, private data included."""
        async with self._database.writing() as connection:
            await upsert(connection, people, _row(person) | {"demo": demo, "changed_at": at}, key=["person_id"])
        forget()

    async def enter(
        self,
        person_id: str,
        at: datetime,
        *,
        given_name: str | None = None,
        family_name: str | None = None,
        national_number: str | None = None,
        birth_on: date | None = None,
        iban: str | None = None,
        address: Address | None = None,
        email: str | None = None,
        phone: str | None = None,
        language: Language | None = None,
        cools: timedelta = timedelta(0),
        role: str = "person",
        by: str | None = None,
        entry: AuditEntry | None = None,
    ) -> Person:
        """What a person enters about themselves; what is not given stays. KeyError when unknown or erased.

        A changed account is paid to once it has cooled for this time. `role` is for the audit; `by` who enters it
        for the person, and `entry` why: in the same transaction.
        """
        given = {
            "given_name": given_name,
            "family_name": family_name,
            "national_number": national_number,
            "birth_on": None if birth_on is None else birth_on.isoformat(),
            "iban": iban,
            "address": address,
            "email": email,
            "phone": phone,
            "language": language,
        }
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        known = update(people).where(people.c.person_id == person_id, people.c.erased_at.is_(None))
        this = select(people).where(people.c.person_id == person_id, people.c.erased_at.is_(None))
        async with self._database.writing() as connection:
            before = (await connection.execute(this.with_for_update())).one_or_none()
            if before is None:
                raise KeyError(person_id)
            cooling = await note(connection, before, _as_kept(changes), at, cools=cools, role=role, by=by)
            if entry is not None:
                await record(connection, entry)
            new = {**changes, **cooling, "changed_at": at}
            await connection.execute(known.values(in_row(people, new, of={"person_id": person_id})))
        forget()
        return await self.person(person_id)

    async def set_withholding(
        self, person_id: str, withholding: Literal["prudent", "flat"] | None, at: datetime, entry: AuditEntry
    ) -> None:
        """Which withholding tax applies to a person, as an adviser says; KeyError when unknown or erased."""
        known = update(people).where(people.c.person_id == person_id, people.c.erased_at.is_(None))
        async with self._database.writing() as connection:
            changed = await connection.execute(known.values(withholding=withholding, changed_at=at))
            if not changed.rowcount:
                raise KeyError(person_id)
            await record(connection, entry)
        forget()

    async def withholding(self, person_ids: Iterable[str]) -> dict[str, Literal["prudent", "flat"]]:
        """What advisers have set, by person; nothing private is opened."""
        columns = (people.c.person_id, people.c.withholding)
        wanted = select(*columns).where(people.c.person_id.in_(list(person_ids)), people.c.withholding.is_not(None))
        async with self._database.reading() as connection:
            return {row.person_id: row.withholding for row in await connection.execute(wanted)}

    async def erase(self, person_id: str, at: datetime) -> None:
        """Forget who this was, once the law no longer asks to keep it; the reference stays in old rows.

        Source: Regulation (EU) 2016/679, article 17.
        """
        nothing = dict.fromkeys(PRIVATE)
        forgotten = update(people).where(people.c.person_id == person_id)
        async with self._database.writing() as connection:
            await connection.execute(
                forgotten.values(**nothing, given_name="", family_name="", erased_at=at, changed_at=at)
            )
            await forget_member(connection, person_id)
        forget()


def _as_kept(changes: dict[str, Any]) -> dict[str, Any]:
    """The changes in the form in which they are read again."""
    return {
        name: value.model_dump(mode="json") if isinstance(value, Address) else value
        for name, value in changes.items()
    }


def _row(person: Person) -> dict[str, Any]:
    kept = {name: getattr(person, name) for name in Person.model_fields}
    return kept | {"birth_on": person.birth_on.isoformat() if person.birth_on else None}


def person_from(row: Mapping[Any, Any]) -> Person:
    """A person from the columns of their row."""
    return Person.model_validate({name: value for name, value in row.items() if value is not None})
