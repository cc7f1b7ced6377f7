"""sign_in: devices of sessions, second factors, and links that set a new password"""

import sqlalchemy as sa
from alembic import op

revision = "sign_in"
down_revision = "person_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("device", sa.String(length=120), nullable=True))
    op.add_column("sessions", sa.Column("proof", sa.String(length=20), nullable=True))
    op.add_column("accounts", sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column("accounts", sa.Column("totp_step", sa.Integer(), nullable=True))
    op.add_column("accounts", sa.Column("recovery", sa.LargeBinary(), nullable=True))
    op.create_table(
        "password_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_password_links")),
    )
    with op.batch_alter_table("password_links") as batch:
        batch.create_index(batch.f("ix_password_links_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("password_links")
    with op.batch_alter_table("accounts") as batch:
        batch.drop_column("recovery")
        batch.drop_column("totp_step")
        batch.drop_column("totp_secret")
    with op.batch_alter_table("sessions") as batch:
        batch.drop_column("proof")
        batch.drop_column("device")
