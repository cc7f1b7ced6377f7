"""invoice_answers: what clients answer to invoices on the Peppol network"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "invoice_answers"
down_revision = "debts_reopened"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invoice_answers",
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("layer", sa.String(length=10)),
        sa.Column("code", sa.String(length=2)),
        sa.Column("part_paid", sa.Boolean(), nullable=False),
        sa.Column("document", sa.String(length=200)),
        sa.Column("sender", sa.String(length=60)),
        sa.Column("receiver", sa.String(length=60)),
        sa.Column("said_on", sa.Date()),
        sa.Column("reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("note", sa.LargeBinary()),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invoice_id", sa.String(length=40)),
        sa.Column("effect", sa.String(length=12)),
        sa.Column("contests", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.invoice_id"], name=op.f("fk_invoice_answers_invoice_id_invoices")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_invoice_answers")),
    )
    op.create_index(op.f("ix_invoice_answers_position"), "invoice_answers", ["position"])
    op.create_index(op.f("ix_invoice_answers_invoice_id"), "invoice_answers", ["invoice_id"])


def downgrade() -> None:
    op.drop_table("invoice_answers")
