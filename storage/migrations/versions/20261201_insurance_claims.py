"""insurance_claims: what happened on a job, put to an insurer and followed to its money"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "insurance_claims"
down_revision = "dimona_parts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "insurance_claims",
        sa.Column("job_id", sa.String(length=20), nullable=False),
        sa.Column("item", sa.String(length=31), nullable=False),
        sa.Column("incident_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("claim", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loss_eur", sa.BigInteger(), nullable=True),
        sa.Column("granted_eur", sa.BigInteger(), nullable=True),
        sa.Column("excess_eur", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("to_person", sa.Boolean(), nullable=False),
        sa.Column("by_hand_eur", sa.BigInteger(), nullable=False),
        sa.Column("borne_by", sa.String(length=10), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"], name=op.f("fk_insurance_claims_job_id_jobs")),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["happenings.happening_id"],
            name=op.f("fk_insurance_claims_incident_id_happenings"),
        ),
        sa.PrimaryKeyConstraint("job_id", "item", name=op.f("pk_insurance_claims")),
        sa.UniqueConstraint("incident_id", name=op.f("uq_insurance_claims_incident_id")),
    )
    op.create_index(op.f("ix_insurance_claims_number"), "insurance_claims", ["number"])
    op.create_index(op.f("ix_insurance_claims_started_at"), "insurance_claims", ["started_at"])


def downgrade() -> None:
    op.drop_table("insurance_claims")
