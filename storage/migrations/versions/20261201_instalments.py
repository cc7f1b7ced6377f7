"""instalment_plans: debts that are paid in parts, as proposed, agreed, kept or broken"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "instalments"
down_revision = "late_costs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instalment_plans",
        sa.Column("invoice_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("job_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("parts", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("interest", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("told", sa.String(length=10), nullable=True),
        sa.Column("circumstances", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["collections.invoice_id"], name=op.f("fk_instalment_plans_invoice_id_collections")
        ),
        sa.PrimaryKeyConstraint("invoice_id", "n", name=op.f("pk_instalment_plans")),
    )


def downgrade() -> None:
    op.drop_table("instalment_plans")
