"""shown_content: what two persons said yes to, by its hash"""

import sqlalchemy as sa
from alembic import op

revision = "shown_content"
down_revision = ("late_costs", "paid_by_hand", "password_requests")
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proposals", sa.Column("shown_sha256", sa.String(length=64), nullable=True))
    op.add_column("audit", sa.Column("shown_sha256", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("audit", "shown_sha256")
    op.drop_column("proposals", "shown_sha256")
