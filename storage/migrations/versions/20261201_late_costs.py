"""late_costs: what was decided about interest and costs that are left when the principal is paid"""

import sqlalchemy as sa
from alembic import op

revision = "late_costs"
down_revision = "collection_costs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("collection_stages") as table:
        table.add_column(sa.Column("choice", sa.String(length=10), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("collection_stages") as table:
        table.drop_column("choice")
