"""Bulk replays and their items: a frozen selection, and what became of each of it."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.core.tables import Json, UtcDateTime, metadata

replays = Table(
    "replays",
    metadata,
    Column("replay_id", String(20), primary_key=True),
    Column("token", String(64), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("wanted", Json, nullable=False),
    Column("count", Integer, nullable=False),
    Column("by", String(80), nullable=False),
    Column("role", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("canary", Integer, nullable=False),
    Column("rate_per_minute", Integer, nullable=False),
    Column("at_once", Integer, nullable=False),
    Column("safe", Boolean, nullable=False),
    Column("by_itself", Boolean, nullable=False),
    Column("frozen_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("why", Text, nullable=False),
    Index(None, "frozen_at", "replay_id"),
    Index(None, "state", "frozen_at"),
)
replay_items = Table(
    "replay_items",
    metadata,
    Column("replay_id", ForeignKey("replays.replay_id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("job_id", ForeignKey("jobs.job_id"), nullable=False),
    Column("step", String(80), nullable=False),
    Column("workflow_id", String(80), nullable=False),
    Column("service", String(40), nullable=False),
    Column("partner", String(40)),
    Column("error_type", String(80)),
    Column("attempt", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("verb", String(40)),
    Column("rule", String(10), nullable=False),
    Column("state", String(20), nullable=False),
    Column("why", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("told_by", Integer),
    Column("taken_at", UtcDateTime),
    Column("verified_at", UtcDateTime),
    Index(None, "replay_id", "state", "n"),
    Index(None, "job_id", "step"),
)
