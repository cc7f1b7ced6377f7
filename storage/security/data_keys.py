"""The data key of each process, wrapped by the master key; erasing it makes a history unreadable for good."""

import os
import time
from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, String, Table, or_, select, update

from domain import workflow_ids
from engine.keys import MasterKeys
from storage.core.database import Clock, Database, insert_once
from storage.core.tables import UtcDateTime, metadata
from storage.jobs.tables import job_workflows

KEY_BYTES = 32  # AES-256
REMEMBERED = 10_000  # keys in memory, about 1 MB
FORGOTTEN_AFTER_SECONDS = 600  # an erasure by another process is felt here at the latest after ten minutes
PAST = "past"
"""Begins the name of a secret that followed from a master key retired since."""

data_keys = Table(
    "data_keys",
    metadata,
    Column("workflow_id", String(80), primary_key=True),
    Column("wrapped", LargeBinary),
    Column("master_key_id", String(80), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("erased_at", UtcDateTime),
    Index(None, "master_key_id"),
)


class DataKeys:
    """Makes, gives and erases data keys; satisfies the engine's KeyRing."""

    def __init__(self, database: Database, keys: MasterKeys, clock: Clock, *, making: bool = True) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._making = making
        self._known: dict[str, tuple[float, bytes]] = {}
        self._past: dict[str, tuple[float, list[bytes]]] = {}

    async def data_key(self, name: str) -> bytes:
        """The 32-byte key of one workflow, made on first use; KeyError when it was erased."""
        since, key = self._known.get(name, (0.0, b""))
        if not key or time.monotonic() - since > FORGOTTEN_AFTER_SECONDS:
            key = self._keys.open(await self._wrapped(name), name.encode())
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[name] = (time.monotonic(), key)
        return key

    async def _wrapped(self, name: str) -> bytes:
        wanted = select(data_keys.c.wrapped, data_keys.c.erased_at).where(data_keys.c.workflow_id == name)
        async with self._database.reading() as connection:
            row = (await connection.execute(wanted)).one_or_none()
        if row is None and not self._making:
            raise KeyError(f"{name}: there is no such key")
        if row is None:
            async with self._database.writing() as connection:
                await insert_once(connection, data_keys, self._new(name), key=["workflow_id"])
                row = (await connection.execute(wanted)).one()
        if row.wrapped is None:
            raise KeyError(f"{name}: erased on {row.erased_at:%Y-%m-%d}")
        return bytes(row.wrapped)

    def _new(self, name: str) -> dict[str, object]:
        wrapped = self._keys.seal(os.urandom(KEY_BYTES), name.encode())
        return {
            "workflow_id": name,
            "wrapped": wrapped,
            "master_key_id": self._keys.current,
            "made_at": self._clock.now(),
        }

    async def past(self, purpose: str) -> list[bytes]:
        """The secrets for one purpose that followed from master keys retired since, the oldest first."""
        since, kept = self._past.get(purpose, (0.0, []))
        if since and time.monotonic() - since <= FORGOTTEN_AFTER_SECONDS:
            return kept
        named = data_keys.c.workflow_id.startswith(f"{PAST}/{purpose}/", autoescape=True)
        wanted = select(data_keys.c.workflow_id, data_keys.c.wrapped).where(named, data_keys.c.wrapped.is_not(None))
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(data_keys.c.made_at, data_keys.c.workflow_id))).all()
        kept = [self._keys.open(bytes(row.wrapped), row.workflow_id.encode()) for row in rows]
        self._past[purpose] = (time.monotonic(), kept)
        return kept

    async def keep_past(self, purpose: str, key_id: str) -> None:
        """Keep, under the current key, the secret for one purpose that follows from an older one; once."""
        name = f"{PAST}/{purpose}/{key_id}"
        row = self._new(name) | {"wrapped": self._keys.seal(self._keys.derive(purpose, key_id), name.encode())}
        async with self._database.writing() as connection:
            await insert_once(connection, data_keys, row, key=["workflow_id"])
        self._past.clear()

    async def retired(self) -> set[str]:
        """The ids of master keys that were retired."""
        named = data_keys.c.workflow_id.startswith(f"{PAST}/", autoescape=True)
        async with self._database.reading() as connection:
            names = await connection.scalars(select(data_keys.c.workflow_id).where(named))
        return {name.rsplit("/", 1)[-1] for name in names}

    async def erase_job(self, job_id: str, at: datetime) -> int:
        """Erase the keys of a job and of its collections; how many."""
        of_job = select(job_workflows.c.workflow_id).where(job_workflows.c.job_id == job_id)
        its_own = or_(data_keys.c.workflow_id == workflow_ids.of_job(job_id), data_keys.c.workflow_id.in_(of_job))
        gone = update(data_keys).where(its_own, data_keys.c.erased_at.is_(None))
        async with self._database.writing() as connection:
            erased = (await connection.execute(gone.values(wrapped=None, erased_at=at))).rowcount
        self._known.clear()
        return erased

    async def rewrap(self, limit: int = 1000) -> int:
        """Wrap keys anew that an older master key wrapped; how many. Zero: the older one may be retired."""
        older = data_keys.c.master_key_id != self._keys.current
        wanted = select(data_keys.c.workflow_id, data_keys.c.wrapped).where(older, data_keys.c.wrapped.is_not(None))
        async with self._database.writing() as connection:
            rows = (await connection.execute(wanted.limit(limit))).all()
            for name, wrapped in rows:
                fresh = self._keys.seal(self._keys.open(bytes(wrapped), name.encode()), name.encode())
                this = update(data_keys).where(data_keys.c.workflow_id == name)
                await connection.execute(this.values(wrapped=fresh, master_key_id=self._keys.current))
        return len(rows)
