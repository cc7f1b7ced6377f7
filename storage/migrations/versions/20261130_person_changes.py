"""person_changes: a change of account or address is told to the old address, and cools before money follows it"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "person_changes"
down_revision = "bound_ids"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("iban_before", sa.LargeBinary(), nullable=True))
    op.add_column("people", sa.Column("iban_cools_until_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "person_changes",
        sa.Column("change_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fields", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("told_to", sa.LargeBinary(), nullable=True),
        sa.Column("used_from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name=op.f("fk_person_changes_person_id_people")
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_person_changes")),
    )
    op.create_index(op.f("ix_person_changes_done_at_at"), "person_changes", ["done_at", "at"])
    op.create_index(op.f("ix_person_changes_person_id"), "person_changes", ["person_id"])


def downgrade() -> None:
    op.drop_table("person_changes")
    op.drop_column("people", "iban_cools_until_at")
    op.drop_column("people", "iban_before")
