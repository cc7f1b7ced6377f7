"""What all partners remember, in one SQLite file that survives kill -9."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, partner TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
  reference TEXT, topic TEXT, data TEXT NOT NULL, UNIQUE (partner, kind, id));
CREATE INDEX IF NOT EXISTS records_reference ON records (partner, kind, reference);
CREATE INDEX IF NOT EXISTS records_topic ON records (partner, kind, topic);
CREATE TABLE IF NOT EXISTS spans (
  partner TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, starts_at TEXT NOT NULL, ends_at TEXT NOT NULL,
  PRIMARY KEY (partner, kind, id));
CREATE INDEX IF NOT EXISTS spans_overlap ON spans (partner, kind, ends_at, starts_at);
CREATE TABLE IF NOT EXISTS answers (
  partner TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, operation TEXT NOT NULL,
  at TEXT NOT NULL, status INTEGER NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (partner, key));
CREATE TABLE IF NOT EXISTS effects (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, partner TEXT NOT NULL, kind TEXT NOT NULL,
  subject TEXT NOT NULL, key TEXT, reference TEXT);
CREATE TABLE IF NOT EXISTS calls (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, partner TEXT NOT NULL, operation TEXT NOT NULL,
  method TEXT NOT NULL, path TEXT NOT NULL, key TEXT, status INTEGER NOT NULL, effect INTEGER, fault TEXT,
  replayed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS faults (
  id INTEGER PRIMARY KEY AUTOINCREMENT, partner TEXT NOT NULL, operation TEXT NOT NULL, fault TEXT NOT NULL,
  times INTEGER, seen INTEGER NOT NULL DEFAULT 0, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, partner TEXT NOT NULL, due_at TEXT NOT NULL, body TEXT NOT NULL,
  sent_at TEXT, tries INTEGER NOT NULL DEFAULT 0, delayed INTEGER NOT NULL DEFAULT 0, error TEXT);
CREATE INDEX IF NOT EXISTS events_waiting ON events (due_at) WHERE sent_at IS NULL;
"""


class Store:
    """One connection; whoever uses it holds the desk's turn, so transactions never interleave."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
            self.db.execute(f"PRAGMA {pragma}")
        self.db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: an effect and the answer that tells of it are written together."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def rows(self, sql: str, *values: object) -> list[Json]:
        """The rows of a question."""
        return [dict(row) for row in self.db.execute(sql, values)]

    def put(
        self,
        partner: str,
        kind: str,
        id: str,
        data: Json,
        *,
        reference: str | None = None,
        topic: str | None = None,
    ) -> None:
        """Remember a thing, or what became of it; reference and topic stay when not said again."""
        self.db.execute(
            "INSERT INTO records (partner, kind, id, reference, topic, data) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (partner, kind, id) DO UPDATE SET data = excluded.data, "
            "reference = coalesce(excluded.reference, reference), topic = coalesce(excluded.topic, topic)",
            (partner, kind, id, reference, topic, json.dumps(data)),
        )

    def get(self, partner: str, kind: str, id: str) -> Json | None:
        """The thing with this number."""
        found = self.rows("SELECT data FROM records WHERE partner=? AND kind=? AND id=?", partner, kind, id)
        return _data(found[0]) if found else None

    def find(
        self, partner: str, kind: str, *, reference: str | None = None, topic: str | None = None
    ) -> list[Json]:
        """All things of a kind, oldest first, with this reference and topic when given."""
        sql, values = "SELECT data FROM records WHERE partner=? AND kind=?", [partner, kind]
        for column, value in (("reference", reference), ("topic", topic)):
            if value is not None:
                sql, values = f"{sql} AND {column}=?", [*values, value]
        return [_data(row) for row in self.rows(sql + " ORDER BY seq", *values)]

    def occupy(self, partner: str, kind: str, id: str, starts_at: str, ends_at: str) -> None:
        """When a thing is in use."""
        self.db.execute(
            "INSERT OR REPLACE INTO spans (partner, kind, id, starts_at, ends_at) VALUES (?, ?, ?, ?, ?)",
            (partner, kind, id, starts_at, ends_at),
        )

    def overlapping(self, partner: str, kind: str, starts_at: str, ends_at: str) -> list[Json]:
        """The things of a kind in use at any moment of these hours; touching is not overlapping."""
        found = self.rows(
            "SELECT r.data FROM spans s JOIN records r USING (partner, kind, id) "
            "WHERE partner=? AND kind=? AND s.ends_at > ? AND s.starts_at < ? ORDER BY r.seq",
            partner,
            kind,
            starts_at,
            ends_at,
        )
        return [_data(row) for row in found]

    def drop(self, partner: str, kind: str, id: str) -> None:
        """Forget a thing."""
        self.db.execute("DELETE FROM records WHERE partner=? AND kind=? AND id=?", (partner, kind, id))

    def count(self, partner: str, kind: str) -> int:
        """How many things of a kind there are."""
        return int(self.rows("SELECT count(*) n FROM records WHERE partner=? AND kind=?", partner, kind)[0]["n"])

    def effect(self, at: str, partner: str, kind: str, subject: str, key: str | None, reference: str | None) -> int:
        """Write down that something really happened."""
        done = self.db.execute(
            "INSERT INTO effects (at, partner, kind, subject, key, reference) VALUES (?, ?, ?, ?, ?, ?)",
            (at, partner, kind, subject, key, reference),
        )
        return int(done.lastrowid or 0)

    def event(self, partner: str, due_at: str, body: Json) -> None:
        """Something the caller will be told by webhook when its time has come."""
        self.db.execute(
            "INSERT INTO events (partner, due_at, body) VALUES (?, ?, ?)", (partner, due_at, json.dumps(body))
        )

    def forget_events(self, partner: str, subject: str) -> None:
        """Drop what was not yet told of something."""
        self.db.execute(
            "DELETE FROM events WHERE sent_at IS NULL AND partner = ? AND json_extract(body, '$.subject') = ?",
            (partner, subject),
        )


def _data(row: Json) -> Json:
    data: Json = json.loads(row["data"])
    return data


def new_id(prefix: str) -> str:
    """A number that says what it numbers."""
    return f"{prefix}_{secrets.token_hex(6)}"
