"""Payment files, and the two people who say yes to exactly their bytes."""

from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Row, Select, String, Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import BatchFileChanged
from storage.core.tables import EncryptedBytes, MoneyCents, UtcDateTime, metadata

EYES = 2
"""Four eyes: money leaves only when two different people have said yes."""

payment_batches = Table(
    "payment_batches",
    metadata,
    Column("batch_id", String(35), primary_key=True),
    Column("entity", String(40), nullable=False),
    Column("execute_on", Date, nullable=False),
    Column("count", Integer, nullable=False),
    Column("total_eur", MoneyCents, nullable=False),
    Column("state", String(10), nullable=False),
    Column("file", EncryptedBytes("payment_batches.file"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("bank_reference", String(100)),
    Column("reason", String(200)),
    Column("file_sha256", String(64)),
    Index(None, "state"),
)
batch_approvals = Table(
    "batch_approvals",
    metadata,
    Column("batch_id", ForeignKey("payment_batches.batch_id"), primary_key=True),
    Column("person_id", String(40), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("file_sha256", String(64)),
)


def is_for(yes: Row[Any], batch: Row[Any]) -> bool:
    return bool(yes.batch_id == batch.batch_id and yes.file_sha256 in (None, batch.file_sha256))


def state_of(batch_id: str) -> Select[str]:
    return select(payment_batches.c.state).where(payment_batches.c.batch_id == batch_id)


async def content_of(connection: AsyncConnection, batch_id: str) -> tuple[bytes, str]:
    """The file of a batch with its hash; BatchFileChanged when it is not the one that was made."""
    wanted = select(payment_batches.c.file, payment_batches.c.file_sha256)
    row = (await connection.execute(wanted.where(payment_batches.c.batch_id == batch_id))).one_or_none()
    if row is None:
        raise KeyError(batch_id)
    digest = sha256(row.file).hexdigest()
    if row.file_sha256 not in (None, digest):
        raise BatchFileChanged(batch=batch_id)
    return bytes(row.file), digest


async def yeses(connection: AsyncConnection, batch_id: str, digest: str) -> int:
    """How many people said yes to these bytes; older yeses, without a hash, count."""
    same = or_(batch_approvals.c.file_sha256.is_(None), batch_approvals.c.file_sha256 == digest)
    counted = select(func.count()).where(batch_approvals.c.batch_id == batch_id, same)
    return await connection.scalar(counted) or 0
