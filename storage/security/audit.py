"""The audit: who decided what, in a chain of hashes that shows when a line was changed, added or removed.

Rows hold references, hashes and differences without private values. The database itself refuses to change or remove
a line; whoever gets around that is found by the chain.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.message import Message
from storage.core.database import Database, insert_once
from storage.core.tables import UtcDateTime, metadata

GENESIS = "0" * 64
BATCH = 1000

audit = Table(
    "audit",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(80), nullable=False),
    Column("role", String(20), nullable=False),
    Column("what", String(80), nullable=False),
    Column("job_id", String(20)),
    Column("step", String(80)),
    Column("why", Text, nullable=False),
    Column("before_hash", String(64)),
    Column("after_hash", String(64)),
    Column("outcome", String(40), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("operation_id", String(80)),
    Column("confirmed_by", String(80)),
    Column("difference", Text),
    Column("shown_sha256", String(64)),
    Index(None, "job_id", "n"),
    Index(None, "who", "n"),
    Index(None, "at", "n"),
)
audit_head = Table(
    "audit_head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("n", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)


NEVER_CHANGED = "the audit is only ever added to"
ON_SQLITE = (
    f"CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '{NEVER_CHANGED}'); END",
    f"CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '{NEVER_CHANGED}'); END",
    "CREATE TRIGGER audit_head_goes_on BEFORE UPDATE ON audit_head WHEN NEW.n <> OLD.n + 1 "
    f"BEGIN SELECT RAISE(ABORT, '{NEVER_CHANGED}'); END",
    "CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head "
    f"BEGIN SELECT RAISE(ABORT, '{NEVER_CHANGED}'); END",
)
ON_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{NEVER_CHANGED}'; END $$",
    "CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit()",
    "CREATE TRIGGER audit_head_goes_on BEFORE UPDATE ON audit_head FOR EACH ROW "
    "WHEN (NEW.n <> OLD.n + 1) EXECUTE FUNCTION refuse_change_of_audit()",
    "CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit()",
)
"""The head moves by one line at a time. Whoever owns the database can take the triggers away; the chain remains."""


@event.listens_for(audit_head, "after_create")
def _only_ever_added_to(_: Table, connection: Connection, **__: Any) -> None:
    for statement in ON_SQLITE if connection.dialect.name == "sqlite" else ON_POSTGRESQL:
        connection.exec_driver_sql(statement)


class AuditEntry(Message):
    """Something a person decided or did that may be asked about later."""

    at: datetime
    who: str
    """The person's reference, never a name."""
    role: str
    what: str
    """`step.replay`, `job.withdraw`, `batch.approve`, ..."""
    job_id: str | None = None
    step: str | None = None
    why: str = ""
    before_hash: str | None = None
    after_hash: str | None = None
    outcome: str = "taken"
    operation_id: str | None = None
    """The decision it was; what became of it stands in the story."""
    confirmed_by: str | None = None
    """The second person, where two decide."""
    difference: str | None = None
    """What was edited, from what to what, without private values."""
    shown_sha256: str | None = None
    """The hash of what two persons were shown and said yes to."""


LATER = frozenset({"operation_id", "confirmed_by", "difference", "shown_sha256"})
"""Fields younger than the first lines: absent, they are no part of a line's hash."""


class AuditLine(AuditEntry):
    """A decision in its place in the chain."""

    n: int
    previous: str
    hash: str


class Broken(Message):
    """A place where the chain does not hold."""

    n: int
    why: str


def hash_of(value: BaseModel | Sequence[Any] | dict[str, Any] | str) -> str:
    """The hash that stands for a value in the audit; equal values have equal hashes."""
    plain = json.dumps(to_jsonable_python(value), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


async def record(connection: AsyncConnection, decided: AuditEntry) -> AuditLine:
    """Add a line within the caller's transaction; the chain's head is locked until it ends."""
    await insert_once(connection, audit_head, {"one": 1, "n": 0, "hash": GENESIS}, key=["one"])
    locked = select(audit_head.c.n, audit_head.c.hash).with_for_update(key_share=True)
    last = (await connection.execute(locked)).one()
    line = AuditLine(**dict(decided), n=last.n + 1, previous=last.hash, hash="")
    line = line.model_copy(update={"hash": _chained(line)})
    await connection.execute(insert(audit).values(**dict(line)))
    await connection.execute(update(audit_head).values(n=line.n, hash=line.hash))
    return line


class Audit:
    """Reads, adds to and checks the audit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, decided: AuditEntry) -> AuditLine:
        """Add a line in a transaction of its own."""
        async with self._database.writing() as connection:
            return await record(connection, decided)

    async def page(
        self,
        *,
        before: int | None = None,
        limit: int = 50,
        job_id: str | None = None,
        who: str | None = None,
        what: str | None = None,
        since_at: datetime | None = None,
        until_at: datetime | None = None,
    ) -> list[AuditLine]:
        """The latest lines, the newest first, before the last one seen; `what` may end in `*`."""
        given = {"job_id": job_id, "who": who}
        conditions: list[Any] = [audit.c[name] == value for name, value in given.items() if value is not None]
        if what is not None:
            kind = audit.c.what
            conditions.append(kind.startswith(what[:-1], autoescape=True) if what.endswith("*") else kind == what)
        if since_at is not None:
            conditions.append(audit.c.at >= since_at)
        if until_at is not None:
            conditions.append(audit.c.at < until_at)
        if before is not None:
            conditions.append(audit.c.n < before)
        wanted = select(audit).where(*conditions).order_by(audit.c.n.desc()).limit(limit)
        async with self._database.reading() as connection:
            return [_line(row) for row in await connection.execute(wanted)]

    async def head(self) -> tuple[int, str]:
        """The number and hash of the last line; written down elsewhere, they prove that nothing was rewritten."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(audit_head))).one_or_none()
        return (0, GENESIS) if row is None else (row.n, row.hash)

    async def verify(self, *noted: tuple[int, str] | None) -> list[Broken]:
        """Every place where the chain does not hold; empty when nobody touched it.

        `noted` are heads written down elsewhere: a chain rewritten whole since then does not contain them, and one
        cut short does not reach them.
        """
        heads = dict(one for one in noted if one is not None)
        broken: list[Broken] = []
        n, previous = 0, GENESIS
        async with self._database.reading() as connection:
            while lines := await _following(connection, n):
                for line in lines:
                    broken += _faults(line, n, previous)
                    n, previous = line.n, line.hash
                    if heads.get(n, previous) != previous:
                        broken.append(Broken(n=n, why="it is not the line whose hash was noted"))
            head = (await connection.execute(select(audit_head))).one_or_none()
        if (n, previous) != ((0, GENESIS) if head is None else (head.n, head.hash)):
            broken.append(Broken(n=n, why="the chain does not end where its head says"))
        if heads and n < max(heads):
            broken.append(Broken(n=n, why=f"line {max(heads)}, which was noted, is missing"))
        return broken


async def _following(connection: AsyncConnection, n: int) -> list[AuditLine]:
    wanted = select(audit).where(audit.c.n > n).order_by(audit.c.n).limit(BATCH)
    return [_line(row) for row in await connection.execute(wanted)]


def _faults(line: AuditLine, n: int, previous: str) -> list[Broken]:
    faults = []
    if line.n != n + 1:
        faults.append(Broken(n=line.n, why=f"{line.n - n - 1} lines before it are missing"))
    elif line.previous != previous:
        faults.append(Broken(n=line.n, why="it does not follow the line before it"))
    if line.hash != _chained(line):
        faults.append(Broken(n=line.n, why="it was changed"))
    return faults


def _chained(line: AuditLine) -> str:
    """The hash of a line: over its every value and the hash of the line before it."""
    absent = {name for name in LATER if getattr(line, name) is None}
    return hash_of(line.model_dump(mode="json", exclude={"hash", *absent}))


def _line(row: Row[Any]) -> AuditLine:
    return AuditLine.model_validate(dict(row._mapping))
