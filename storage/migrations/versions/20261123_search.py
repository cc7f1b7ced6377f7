"""search: the words jobs are found by, saved views, and an index for every question of a list"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.jobs.search_words import plain, words

revision = "search"
down_revision = "drafts_messages"
branch_labels = None
depends_on = None

WORD = sa.String(length=40).with_variant(postgresql.VARCHAR(length=40, collation="C"), "postgresql")
BY_JOB = (
    "SELECT j.job_id, j.title, j.client_name, p.given_name, p.family_name "
    "FROM jobs j LEFT JOIN people p ON p.person_id = j.member_id"
)
BY_INVOICE = "SELECT job_id, number, payment_reference FROM invoices"
BATCH = 5_000


def upgrade() -> None:
    job_words = op.create_table(
        "job_words",
        sa.Column("job_id", sa.String(length=20), nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "word", "source", name=op.f("pk_job_words")),
    )
    op.create_table(
        "job_views",
        sa.Column("view_id", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_job_views")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_job_views_owner_id_name")),
    )
    op.create_index(op.f("ix_job_views_shared_name"), "job_views", ["shared", "name"])
    _fill(job_words)
    op.create_index(op.f("ix_job_words_word_job_id"), "job_words", ["word", "job_id"])
    op.create_index(op.f("ix_jobs_amount_eur_job_id"), "jobs", ["amount_eur", "job_id"])
    op.create_index(op.f("ix_jobs_first_start_at_job_id"), "jobs", ["first_start_at", "job_id"])
    op.create_index(op.f("ix_job_steps_state_error_type_job_id"), "job_steps", ["state", "error_type", "job_id"])
    op.create_index(op.f("ix_job_steps_state_service_job_id"), "job_steps", ["state", "service", "job_id"])
    op.drop_column("jobs", "search")


def _fill(job_words: sa.Table) -> None:
    """The words of every job there is."""
    connection = op.get_bind()
    rows: set[tuple[str, str, str]] = set()
    for job in connection.execute(sa.text(BY_JOB)):
        texts = {
            "title": job.title,
            "client": job.client_name,
            "member": f"{job.given_name or ''} {job.family_name or ''}",
            "job": job.job_id,
        }
        rows |= {(job.job_id, word, source) for source, text in texts.items() for word in words(text)}
    for job_id, *texts_of_invoice in connection.execute(sa.text(BY_INVOICE)):
        rows |= {(job_id, plain(text), "invoice") for text in texts_of_invoice}
    ordered = [dict(zip(("job_id", "word", "source"), row, strict=True)) for row in sorted(rows)]
    for begin in range(0, len(ordered), BATCH):
        connection.execute(job_words.insert(), ordered[begin : begin + BATCH])


def downgrade() -> None:
    op.add_column("jobs", sa.Column("search", sa.String(length=700), nullable=False, server_default=""))
    op.drop_index(op.f("ix_job_steps_state_service_job_id"), table_name="job_steps")
    op.drop_index(op.f("ix_job_steps_state_error_type_job_id"), table_name="job_steps")
    op.drop_index(op.f("ix_jobs_first_start_at_job_id"), table_name="jobs")
    op.drop_index(op.f("ix_jobs_amount_eur_job_id"), table_name="jobs")
    op.drop_table("job_words")
    op.drop_table("job_views")
