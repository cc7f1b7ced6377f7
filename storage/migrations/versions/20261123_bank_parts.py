"""bank parts: what people said unrecognised movements are"""

import sqlalchemy as sa
from alembic import op

revision = "bank_parts"
down_revision = "search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_parts",
        sa.Column("statement", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("amount_eur", sa.BigInteger(), nullable=False),
        sa.Column("operation_id", sa.String(length=80), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement", "position"],
            ["bank_entries.statement", "bank_entries.position"],
            name=op.f("fk_bank_parts_statement_position_bank_entries"),
        ),
        sa.PrimaryKeyConstraint("statement", "position", "n", name=op.f("pk_bank_parts")),
    )
    op.create_index(op.f("ix_bank_parts_kind_subject_id"), "bank_parts", ["kind", "subject_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_bank_parts_kind_subject_id"), table_name="bank_parts")
    op.drop_table("bank_parts")
