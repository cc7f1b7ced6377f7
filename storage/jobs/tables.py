"""Jobs, their steps and the processes that carry them: the tables every list and page is made from."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from storage.core.tables import EncryptedJson, Json, MoneyCents, UtcDateTime, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("job_id", String(20), primary_key=True),
    Column("quote_id", String(40), nullable=False),
    Column("entity", String(40), nullable=False),
    Column("member_id", String(40), nullable=False),
    Column("client_id", String(40), nullable=False),
    Column("client_name", String(200), nullable=False),
    Column("title", String(300), nullable=False),
    Column("state", String(20), nullable=False),
    Column("parked", Boolean, nullable=False),
    Column("amount_eur", MoneyCents, nullable=False),
    Column("declared_at", UtcDateTime, nullable=False),
    Column("first_start_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime),
    Column("last_change_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("seq", Integer, nullable=False),
    Column("declaration", EncryptedJson("jobs.declaration"), nullable=False),
    Column("plan", Json, nullable=False),
    Column("file", Json, nullable=False),
    Index(None, "declared_at", "job_id"),
    Index(None, "member_id", "declared_at", "job_id"),
    Index(None, "client_id", "declared_at", "job_id"),
    Index(None, "state", "declared_at", "job_id"),
    Index(None, "parked", "declared_at", "job_id"),
    Index(None, "started_at", "declared_at"),
    Index(None, "amount_eur", "job_id"),
    Index(None, "first_start_at", "job_id"),
    Index(None, "quote_id"),
)
"""`file` is the process's JobFile without its steps, which have rows of their own."""

earlier_declarations = Table(
    "earlier_declarations",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("declaration", EncryptedJson("earlier_declarations.declaration"), nullable=False),
    Column("until_at", UtcDateTime, nullable=False),
)
"""What a moved job was declared as before, the first time with 1; `jobs` has what is in force."""

proposed_moves = Table(
    "proposed_moves",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("operation_id", String(80), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("declaration", EncryptedJson("proposed_moves.declaration"), nullable=False),
    Column("plan", Json, nullable=False),
    Column("amount_eur", MoneyCents, nullable=False),
    Column("deadlines", Json, nullable=False),
    Column("applied", Boolean, nullable=False, default=False),
    Column("others", Json),
)
"""Every move as it was asked for; `applied` once its plan came into force."""

job_keys = Table(
    "job_keys",
    metadata,
    Column("caller", String(80), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("job_id", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""The Idempotency-Keys of declarations, per caller."""

job_workflows = Table(
    "job_workflows",
    metadata,
    Column("workflow_id", String(80), primary_key=True),
    Column("job_id", ForeignKey("jobs.job_id"), nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "job_id"),
)
"""The processes of a job: its own, and one per invoice while it is collected."""

job_steps = Table(
    "job_steps",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("step", String(80), primary_key=True),
    Column("workflow_id", String(80), nullable=False),
    Column("position", Integer, nullable=False),
    Column("service", String(40), nullable=False),
    Column("item", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("error_type", String(80)),
    Column("parked_since_at", UtcDateTime),
    Column("decided_by", String(20)),
    Column("decide_by", UtcDateTime),
    Column("partner", String(40)),
    Column("file", Json, nullable=False),
    Index(None, "state", "parked_since_at", "job_id", "step"),
    Index(None, "service", "state", "error_type"),
    Index(None, "state", "partner", "error_type", "parked_since_at", "job_id"),
    Index(None, "job_id", "service", "state"),
    Index(None, "state", "error_type", "job_id"),
    Index(None, "state", "service", "job_id"),
)
"""`file` is the whole StepState (request, booking, problem, ...); the columns are what is searched by."""
