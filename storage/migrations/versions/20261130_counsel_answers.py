"""counsel_answers: what lawyer and bailiff answered about a dossier"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "counsel_answers"
down_revision = "debts_reopened"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collection_answers",
        sa.Column("invoice_id", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["collections.invoice_id"], name=op.f("fk_collection_answers_invoice_id_collections")
        ),
        sa.PrimaryKeyConstraint("invoice_id", "stage", "n", name=op.f("pk_collection_answers")),
    )


def downgrade() -> None:
    op.drop_table("collection_answers")
