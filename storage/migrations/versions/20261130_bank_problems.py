"""bank_problems: what could not be done at the bank, until it is mended"""

import sqlalchemy as sa
from alembic import op

revision = "bank_problems"
down_revision = "ledger_facts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_problems",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=10), nullable=False),
        sa.Column("about", sa.String(length=160), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("passing", sa.Boolean(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_bank_problems")),
        sa.UniqueConstraint("duty", "about", name=op.f("uq_bank_problems_duty_about")),
    )


def downgrade() -> None:
    op.drop_table("bank_problems")
