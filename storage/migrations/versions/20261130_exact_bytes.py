"""exact_bytes: a yes to a payment file is to its bytes"""

import sqlalchemy as sa
from alembic import op

revision = "exact_bytes"
down_revision = "sign_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment_batches", sa.Column("file_sha256", sa.String(length=64), nullable=True))
    op.add_column("batch_approvals", sa.Column("file_sha256", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("batch_approvals") as batch:
        batch.drop_column("file_sha256")
    with op.batch_alter_table("payment_batches") as batch:
        batch.drop_column("file_sha256")
