"""switches: the switch of each partner, and parked steps found by partner"""

import sqlalchemy as sa
from alembic import op

revision = "switches"
down_revision = "workspace"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partner_switches",
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rate_per_minute", sa.Integer(), nullable=True),
        sa.Column("replay_by_itself", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_call_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_partner_switches")),
    )
    with op.batch_alter_table("job_steps", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_job_steps_state_partner_error_type_parked_since_at_job_id"),
            ["state", "partner", "error_type", "parked_since_at", "job_id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("job_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_steps_state_partner_error_type_parked_since_at_job_id"))
    op.drop_table("partner_switches")
