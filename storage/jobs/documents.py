"""The papers of a job, encrypted at rest."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import PurePosixPath
from typing import Any, Literal

from sqlalchemy import Column, ForeignKey, Integer, Row, String, Table, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.message import Message
from storage.core.database import Clock, Database, insert_once
from storage.core.read_once import in_one_glance
from storage.core.tables import EncryptedBytes, Json, UtcDateTime, metadata

Audience = Literal["client", "member", "crew", "advisor", "ops"]

documents = Table(
    "documents",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("step", String(80), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("audience", Json, nullable=False),
    Column("subject_id", String(40)),
    Column("order_key", String(200), nullable=False),
    Column("filed_at", UtcDateTime, nullable=False),
    Column("content", EncryptedBytes("documents.content"), nullable=False),
    UniqueConstraint("order_key", "kind"),
)
_LIGHT = [column for column in documents.c if column.name != "content"]


class StoredDocument(Message):
    """A paper as lists show it."""

    job_id: str
    name: str
    step: str
    kind: str
    media_type: str
    size: int
    sha256: str
    audience: tuple[Audience, ...]
    subject_id: str | None = None
    """Whose paper it is: nobody else of the same audience sees it."""
    order_key: str
    filed_at: datetime


class Documents:
    """Keeps and reads papers; satisfies the activities' Papers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def file(
        self,
        *,
        job_id: str,
        step: str,
        name: str,
        kind: str,
        media_type: str,
        content: bytes,
        audience: tuple[Audience, ...],
        subject_id: str | None = None,
        order_key: str,
    ) -> str:
        """Keep a paper and return its name; the same order key and kind keep the first one.

        A name another paper of the job already has gets a number: `contract-2.pdf`.
        """
        row = {
            "job_id": job_id,
            "step": step,
            "kind": kind,
            "media_type": media_type,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "audience": list(audience),
            "subject_id": subject_id,
            "order_key": order_key,
            "filed_at": self._clock.now(),
            "content": content,
        }
        async with self._database.writing() as connection:
            for free in _names(name):
                if await insert_once(connection, documents, row | {"name": free}):
                    return free
                if kept := await _filed(connection, order_key, kind):
                    return kept
        raise AssertionError("names never run out")

    async def filed(self, order_key: str, kind: str) -> str | None:
        """The name of the paper of this kind that an order filed; None when it filed none."""
        async with self._database.reading() as connection:
            return await _filed(connection, order_key, kind)

    async def read(self, job_id: str, name: str) -> bytes:
        """The content of one paper; KeyError when unknown."""
        async with self._database.reading() as connection:
            content = await connection.scalar(select(documents.c.content).where(*_is(job_id, name)))
        if content is None:
            raise KeyError(f"{job_id} {name}")
        return bytes(content)

    async def kind(self, job_id: str, name: str) -> str:
        """What kind of paper this is; KeyError when unknown."""
        return (await self.document(job_id, name)).kind

    async def document(self, job_id: str, name: str) -> StoredDocument:
        """What is known of one paper; KeyError when unknown."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(*_LIGHT).where(*_is(job_id, name)))).one_or_none()
        if row is None:
            raise KeyError(f"{job_id} {name}")
        return _document(row)

    async def of_job(self, job_id: str) -> list[StoredDocument]:
        """The papers of one job, the oldest first, without their content."""
        return list(await in_one_glance((self._database, "papers", job_id), lambda: self._of_job(job_id)))

    async def _of_job(self, job_id: str) -> list[StoredDocument]:
        wanted = select(*_LIGHT).where(documents.c.job_id == job_id)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(documents.c.filed_at, documents.c.name))
            return [_document(row) for row in rows]


def _names(name: str) -> Iterator[str]:
    yield name
    path = PurePosixPath(name)
    for number in count(2):
        yield f"{path.stem}-{number}{path.suffix}"


async def _filed(connection: AsyncConnection, order_key: str, kind: str) -> str | None:
    wanted = select(documents.c.name).where(documents.c.order_key == order_key, documents.c.kind == kind)
    return await connection.scalar(wanted)


def _is(job_id: str, name: str) -> tuple[Any, ...]:
    return documents.c.job_id == job_id, documents.c.name == name


def _document(row: Row[Any]) -> StoredDocument:
    return StoredDocument.model_validate(dict(row._mapping))
