"""Legal deadlines as they are kept: those that count, and those that counted before something moved."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from storage.core.tables import Json, UtcDateTime, metadata

deadlines = Table(
    "deadlines",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("kind", String(60), primary_key=True),
    Column("item", String(40), primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("basis", String(300), nullable=False),
    Column("met_at", UtcDateTime),
    Column("alarmed_at", UtcDateTime),
    Column("about", Json),
    Index(None, "met_at", "due_at"),
)
past_deadlines = Table(
    "past_deadlines",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("kind", String(60), primary_key=True),
    Column("item", String(40), primary_key=True),
    Column("due_at", UtcDateTime, primary_key=True),
    Column("basis", String(300), nullable=False),
    Column("met_at", UtcDateTime),
    Column("alarmed_at", UtcDateTime),
    Column("superseded_at", UtcDateTime, nullable=False),
    Column("about", Json),
)
"""What was to be done by an instant that no longer counts, because the job or the contract moved."""
