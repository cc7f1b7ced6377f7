"""bound_ids: an operation id stands for one decision only"""

import sqlalchemy as sa
from alembic import op

revision = "bound_ids"
down_revision = "stuck"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("operations", sa.Column("content_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("operations", "content_hash")
