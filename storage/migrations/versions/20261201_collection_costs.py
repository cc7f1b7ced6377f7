"""collection_costs: what collecting a debt has cost, who bears it, and since when the debtor is asked for it"""

import sqlalchemy as sa
from alembic import op

revision = "collection_costs"
down_revision = "fund_repaid"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collection_costs",
        sa.Column("invoice_id", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("job_id", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount_eur", sa.BigInteger(), nullable=False),
        sa.Column("borne_by", sa.String(length=10), nullable=False),
        sa.Column("charged", sa.String(length=10), nullable=False),
        sa.Column("charged_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["collections.invoice_id"], name=op.f("fk_collection_costs_invoice_id_collections")
        ),
        sa.PrimaryKeyConstraint("invoice_id", "stage", "n", name=op.f("pk_collection_costs")),
    )


def downgrade() -> None:
    op.drop_table("collection_costs")
