"""payees: whom a payment goes to that is not to a person of ours"""

import sqlalchemy as sa
from alembic import op

revision = "payees"
down_revision = "bank_problems"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("payments") as batch:
        batch.add_column(sa.Column("payee_name", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("payee_iban", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("payments") as batch:
        batch.drop_column("payee_iban")
        batch.drop_column("payee_name")
