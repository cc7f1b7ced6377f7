"""replays: many steps decided at once; which rates a quote rests on"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "replays"
down_revision = "bank_parts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('replays',
    sa.Column('replay_id', sa.String(length=20), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('wanted', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('canary', sa.Integer(), nullable=False),
    sa.Column('rate_per_minute', sa.Integer(), nullable=False),
    sa.Column('at_once', sa.Integer(), nullable=False),
    sa.Column('safe', sa.Boolean(), nullable=False),
    sa.Column('by_itself', sa.Boolean(), nullable=False),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('why', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('replay_id', name=op.f('pk_replays')),
    sa.UniqueConstraint('token', name=op.f('uq_replays_token'))
    )
    with op.batch_alter_table('replays', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_replays_frozen_at_replay_id'), ['frozen_at', 'replay_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_replays_state_frozen_at'), ['state', 'frozen_at'], unique=False)
    op.create_table('quote_rates',
    sa.Column('rate_id', sa.String(length=80), nullable=False),
    sa.Column('quote_id', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['quote_id'], ['quotes.quote_id'], name=op.f('fk_quote_rates_quote_id_quotes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('rate_id', 'quote_id', name=op.f('pk_quote_rates'))
    )
    op.create_table('replay_items',
    sa.Column('replay_id', sa.String(length=20), nullable=False),
    sa.Column('n', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('job_id', sa.String(length=20), nullable=False),
    sa.Column('step', sa.String(length=80), nullable=False),
    sa.Column('workflow_id', sa.String(length=80), nullable=False),
    sa.Column('service', sa.String(length=40), nullable=False),
    sa.Column('partner', sa.String(length=40), nullable=True),
    sa.Column('error_type', sa.String(length=80), nullable=True),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(length=40), nullable=True),
    sa.Column('rule', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('told_by', sa.Integer(), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.job_id'], name=op.f('fk_replay_items_job_id_jobs')),
    sa.ForeignKeyConstraint(['replay_id'], ['replays.replay_id'], name=op.f('fk_replay_items_replay_id_replays')),
    sa.PrimaryKeyConstraint('replay_id', 'n', name=op.f('pk_replay_items'))
    )
    with op.batch_alter_table('replay_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_replay_items_job_id_step'), ['job_id', 'step'], unique=False)
        batch_op.create_index(batch_op.f('ix_replay_items_replay_id_state_n'), ['replay_id', 'state', 'n'], unique=False)
    _index_rates()


def _index_rates() -> None:
    """Quotes given before are found by their rates too."""
    quotes = sa.table("quotes", sa.column("quote_id"), sa.column("quote", sa.JSON()))
    rates = sa.table("quote_rates", sa.column("rate_id"), sa.column("quote_id"))
    for row in op.get_bind().execute(sa.select(quotes.c.quote_id, quotes.c.quote)).all():
        found = [{"rate_id": rate, "quote_id": row.quote_id} for rate in sorted(_rates_of(row.quote))]
        if found:
            op.get_bind().execute(rates.insert(), found)


def _rates_of(part: Any) -> set[str]:
    if isinstance(part, dict):
        return {str(rate) for rate in part.get("rate_ids") or ()}.union(*map(_rates_of, part.values()))
    return set().union(*map(_rates_of, part)) if isinstance(part, list) else set()


def downgrade() -> None:
    op.drop_table("replay_items")
    op.drop_table("quote_rates")
    op.drop_table("replays")
