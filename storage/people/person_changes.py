"""Changes of what is known of a person: told to the old address, and cooling before money follows them."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Row, String, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.message import Message
from storage.core.database import Database
from storage.core.tables import Encrypted, Json, UtcDateTime, in_row, metadata
from storage.security.audit import AuditEntry, record

person_changes = Table(
    "person_changes",
    metadata,
    Column("change_id", String(40), primary_key=True),
    Column("person_id", ForeignKey("people.person_id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("fields", Json, nullable=False),
    Column("told_to", Encrypted("person_changes.told_to")),
    Column("used_from_at", UtcDateTime),
    Column("done_at", UtcDateTime),
    Index(None, "done_at", "at"),
    Index(None, "person_id"),
)


class PersonChange(Message):
    """One change of what is known of a person."""

    change_id: str
    person_id: str
    at: datetime
    fields: tuple[str, ...]
    """Which fields; what stood in them and stands there now is told to nobody."""
    told_to: str | None = None
    """The address that was known before the change."""
    used_from_at: datetime | None = None
    """From when payments go to a new account."""


async def note(
    connection: AsyncConnection,
    before: Row[Any],
    changes: Mapping[str, Any],
    at: datetime,
    *,
    cools: timedelta,
    role: str,
    by: str | None = None,
) -> dict[str, Any]:
    """Write a change down, in the caller's transaction: for the audit, for the old address, and for payments.

    `by` is who entered it for the person. What is returned is kept with the person: the account payments go to
    until the new one has cooled.
    """
    differs = [name for name, value in changes.items() if value != before._mapping[name]]
    if not differs:
        return {}
    known = [name for name in differs if before._mapping[name] is not None]
    what, fields = ("person.changed" if known else "person.entered"), ", ".join(sorted(differs))
    await record(
        connection, AuditEntry(at=at, who=by or before.person_id, role=role, what=what, job_id=None, why=fields)
    )
    cooling: dict[str, Any] = {}
    if "iban" in known and cools:
        still = before.iban_cools_until_at is not None and before.iban_cools_until_at > at
        paid_to = before.iban_before if still else before.iban
        cooling = {"iban_before": paid_to, "iban_cools_until_at": at + cools}
    if known:
        row = {"change_id": secrets.token_hex(10), "person_id": before.person_id, "at": at, "fields": sorted(known)}
        until = cooling.get("iban_cools_until_at")
        row |= {"told_to": before.email, "used_from_at": until}
        await connection.execute(insert(person_changes).values(in_row(person_changes, row)))
    return cooling


def mail_key(change_id: str) -> str:
    """Under which key the mail about a change is sent, once."""
    return f"person-change/{change_id}"


class PersonChanges:
    """Reads the changes that were not told yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, limit: int = 50) -> Sequence[PersonChange]:
        """What is not told yet, the oldest first."""
        wanted = select(person_changes).where(person_changes.c.done_at.is_(None)).order_by(person_changes.c.at)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.limit(limit))
            return [PersonChange.model_validate(dict(row._mapping)) for row in rows]

    async def done(self, change_id: str, at: datetime) -> None:
        """It was told, or there is no address to tell it to."""
        this = update(person_changes).where(person_changes.c.change_id == change_id)
        async with self._database.writing() as connection:
            await connection.execute(this.values(done_at=at))
