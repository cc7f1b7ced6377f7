"""ledger_entries.entity, other_entity: whose books an entry stands in, and with whom something is owed"""

import sqlalchemy as sa
from alembic import op

revision = "books_of_entities"
down_revision = "payee_checks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ledger_entries") as batch:
        batch.add_column(sa.Column("entity", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("other_entity", sa.String(length=40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ledger_entries") as batch:
        batch.drop_column("other_entity")
        batch.drop_column("entity")
