"""payee_checks: whether an account bears the name we know, and what was decided"""

import sqlalchemy as sa
from alembic import op

revision = "payee_checks"
down_revision = "invoice_answers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payee_checks",
        sa.Column("payment_id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("iban", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("holder", sa.LargeBinary()),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=10)),
        sa.Column("decided_by", sa.String(length=40)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String(length=500)),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.payment_id"], name=op.f("fk_payee_checks_payment_id_payments")
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_payee_checks")),
    )


def downgrade() -> None:
    op.drop_table("payee_checks")
