"""schema_revisions: which migrations were done here, for programs that do not know them all"""

import sqlalchemy as sa
from alembic import op

revision = "schema_revisions"
down_revision = ("instalments", "shown_content")
branch_labels = None
depends_on = None
rebuilt = ("schema_revisions",)


def upgrade() -> None:
    op.create_table(
        "schema_revisions",
        sa.Column("revision", sa.String(length=40), nullable=False),
        sa.Column("contract", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_revisions")),
    )


def downgrade() -> None:
    op.drop_table("schema_revisions")
