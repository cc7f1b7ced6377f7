"""Sealing anew what an older master key sealed, so that the older key can be retired."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, and_, func, literal, or_, select, type_coerce, update

from engine.keys import MasterKeys
from storage.core.all_tables import metadata
from storage.core.database import Database
from storage.core.tables import EncryptedColumn

BATCH = 200  # rows per transaction: other writers get their turn


async def reseal(database: Database, keys: MasterKeys) -> int:
    """Seal every encrypted value with the current key; how many rows were touched.

    May be stopped and started again; zero means that nothing is left under an older key. The data keys of
    processes are wrapped anew by `DataKeys.rewrap`.
    """
    touched = 0
    for table in metadata.sorted_tables:
        while done := await _batch(database, table, keys.current):
            touched += done
    return touched


async def _batch(database: Database, table: Table, current: str) -> int:
    sealed = [column for column in table.c if isinstance(column.type, EncryptedColumn)]
    if not sealed:
        return 0
    async with database.writing() as connection:
        older = or_(*(_sealed_with_another(column, current) for column in sealed))
        identity = list(table.primary_key.columns)
        wanted = select(*identity, *sealed).where(older).limit(BATCH).with_for_update(key_share=True)
        rows = (await connection.execute(wanted)).all()
        for row in rows:
            this = update(table).where(_is(identity, row))
            await connection.execute(this.values({column.name: row._mapping[column] for column in sealed}))
    return len(rows)


def _sealed_with_another(column: Column[Any], current: str) -> Any:
    """A sealed value begins with the length and the id of its key."""
    head = bytes([len(current.encode())]) + current.encode()
    begin = func.substr(type_coerce(column, LargeBinary), 1, len(head), type_=LargeBinary)
    return and_(column.is_not(None), begin != literal(head, LargeBinary))


def _is(identity: Sequence[Column[Any]], row: Any) -> Any:
    return and_(*(column == row._mapping[column] for column in identity))
