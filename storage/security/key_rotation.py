"""Sealing anew what an older master key sealed, so that the older key can be retired."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Table,
    and_,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
    update,
)

from engine.keys import MasterKeys, bound_head, loose_head
from storage.core.all_tables import metadata
from storage.core.database import Clock, Database
from storage.core.tables import EncryptedColumn, in_row
from storage.security.data_keys import DataKeys, data_keys

LEANED_ON = ("people", "links", "audit")
"""What goes on after a key is retired: who a person is, the links people have in their mail, and the
signed heads of the audit."""
BATCH = 200  # rows per transaction: other writers get their turn


async def reseal(database: Database, keys: MasterKeys) -> int:
    """Seal every encrypted value with the current key, bound to its row where the key binds; how many rows it was.

    May be stopped and started again; zero means that nothing is left under an older key,
    or open to any row. The data keys of
    processes are wrapped anew by `DataKeys.rewrap`.
    """
    touched = 0
    for table in metadata.sorted_tables:
        while done := await _batch(database, table, keys):
            touched += done
    return touched


async def sealed_with(database: Database, key_id: str) -> dict[str, int]:
    """How many values each table still holds under one master key; tables with none are left out."""
    found: dict[str, int] = {}
    async with database.reading() as connection:
        for table in metadata.sorted_tables:
            sealed = [column for column in table.c if isinstance(column.type, EncryptedColumn)]
            if sealed:
                theirs = or_(*(_sealed_by(column, key_id) for column in sealed))
                found[table.name] = await connection.scalar(select(func.count()).where(theirs)) or 0
        wrapped = select(func.count()).where(data_keys.c.master_key_id == key_id, data_keys.c.wrapped.is_not(None))
        found[data_keys.name] = await connection.scalar(wrapped) or 0
    return {name: count for name, count in found.items() if count}


async def retire(database: Database, keys: MasterKeys, key_id: str, clock: Clock) -> dict[str, int]:
    """Seal and wrap everything anew with the current key, and keep what people's names and links lean on.

    May be stopped and started again at any moment. What is returned still lies under the old key: somebody seals
    with it, and it cannot be retired yet; nothing: it may be taken out of the settings.
    """
    ring = DataKeys(database, keys, clock)
    for purpose in LEANED_ON:
        await ring.keep_past(purpose, key_id)
    await reseal(database, keys)
    while await ring.rewrap():
        pass
    return await sealed_with(database, key_id)


async def _batch(database: Database, table: Table, keys: MasterKeys) -> int:
    sealed = [column for column in table.c if isinstance(column.type, EncryptedColumn)]
    if not sealed:
        return 0
    async with database.writing() as connection:
        older = or_(*(_sealed_otherwise(column, keys) for column in sealed))
        identity = list(table.primary_key.columns)
        wanted = select(*identity, *sealed).where(older).limit(BATCH).with_for_update(key_share=True)
        rows = (await connection.execute(wanted)).all()
        for row in rows:
            this = update(table).where(_is(identity, row))
            kept = {column.name: row._mapping[column] for column in sealed}
            await connection.execute(this.values(in_row(table, kept, of=_named(identity, row))))
    return len(rows)


def _sealed_otherwise(column: Column[Any], keys: MasterKeys) -> Any:
    """With another key, or, where the current one binds, so that it opens in any row."""
    good = _begins(column, bound_head(keys.current)) if keys.binds else _sealed_by(column, keys.current)
    return and_(column.is_not(None), not_(good))


def _sealed_by(column: Column[Any], key_id: str) -> ColumnElement[bool]:
    """A sealed value begins with the length and the id of its key."""
    return or_(_begins(column, bound_head(key_id)), _begins(column, loose_head(key_id)))


def _begins(column: Column[Any], head: bytes) -> ColumnElement[bool]:
    begin = func.substr(type_coerce(column, LargeBinary), 1, len(head), type_=LargeBinary)
    return begin == literal(head, LargeBinary)


def _named(identity: Sequence[Column[Any]], row: Any) -> dict[str, Any]:
    return {column.name: row._mapping[column] for column in identity}


def _is(identity: Sequence[Column[Any]], row: Any) -> Any:
    return and_(*(column == row._mapping[column] for column in identity))
