"""Runs migrations on the connection `storage.core.migrate` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from storage.core.all_tables import metadata
from storage.core.schema_range import note
from storage.core.tables import EncryptedColumn, Json, MoneyCents, UtcDateTime
from storage.migrations.compare import differs

PLAIN = {
    MoneyCents: "sa.BigInteger()",
    UtcDateTime: "sa.DateTime(timezone=True)",
    Json: 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")',
    EncryptedColumn: "sa.LargeBinary()",
}


def render(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our column types as the database types under them: a migration never depends on today's code."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    found = next((text for ours, text in PLAIN.items() if isinstance(item, ours)), None)
    if found is None:
        raise TypeError(f"storage/migrations/env.py does not know how to write {type(item).__name__}")
    return found


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=differs,
    render_item=render,
    on_version_apply=lambda *, ctx, heads, **_: note(ctx.connection, heads),
)
with context.begin_transaction():
    context.run_migrations()
