"""Members of the cooperative: how much they do alone, who advises them, which entity employs them."""

from datetime import date
from typing import Any, Literal

from sqlalchemy import Column, Date, ForeignKey, Index, Row, String, Table, select

from domain.message import Message
from storage.core.database import Database, upsert
from storage.core.read_once import forget
from storage.core.tables import metadata

Autonomy = Literal["accompanied", "standard", "autonomous"]

members = Table(
    "members",
    metadata,
    Column("person_id", ForeignKey("people.person_id"), primary_key=True),
    Column("autonomy", String(20), nullable=False),
    Column("adviser_id", ForeignKey("people.person_id")),
    Column("entity", ForeignKey("entities.slug"), nullable=False),
    Column("profile", String(40)),
    Column("since_on", Date),
    Index(None, "adviser_id"),
)


class Member(Message):
    """A member as the rules need to know them; the person behind it is in People."""

    person_id: str
    autonomy: Autonomy = "standard"
    adviser_id: str | None = None
    entity: str
    """The home entity: employer and seller unless the declaration says otherwise."""
    profile: str | None = None
    """The sector profile proposed first."""
    since_on: date | None = None


class Members:
    """Reads and keeps members."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def member(self, person_id: str) -> Member:
        """One member; KeyError when unknown."""
        async with self._database.reading() as connection:
            wanted = select(members).where(members.c.person_id == person_id)
            row = (await connection.execute(wanted)).one_or_none()
        if row is None:
            raise KeyError(person_id)
        return _member(row)

    async def advised_by(self, adviser_id: str) -> list[Member]:
        """The members one adviser follows."""
        async with self._database.reading() as connection:
            wanted = select(members).where(members.c.adviser_id == adviser_id)
            return [_member(row) for row in await connection.execute(wanted.order_by(members.c.person_id))]

    async def all(self) -> list[Member]:
        """Every member, by id."""
        async with self._database.reading() as connection:
            return [_member(row) for row in await connection.execute(select(members).order_by("person_id"))]

    async def save(self, member: Member) -> None:
        """Keep a member as given; the person and the entity must be known."""
        async with self._database.writing() as connection:
            await upsert(connection, members, dict(member), key=["person_id"])
        forget()


def _member(row: Row[Any]) -> Member:
    return Member.model_validate(dict(row._mapping))
