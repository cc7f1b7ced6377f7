"""What a migration would do, without doing it: it is run with a recorder in the place of the database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import BatchOperations, Operations, ops

FORWARD, BACK = "upgrade", "downgrade"
NARROWS = ("DROP ", "RENAME ", "SET NOT NULL", " TYPE ")
"""In a statement written by hand: what takes something away from whoever reads or writes as before."""
GUARDS = ("DROP TRIGGER", "DROP FUNCTION", "DROP INDEX")
"""Dropped by hand without taking anything away."""


def operations(migration: ModuleType, way: str, dialect: str) -> list[ops.MigrateOperation]:
    """The operations of one direction, in their order; rows are found nowhere, so none is copied."""
    recorder = _Recorder(dialect)
    recorder._install_proxy()  # what `alembic.op` stands for while the migration runs
    try:
        getattr(migration, way)()
    finally:
        recorder._remove_proxy()
    return recorder.seen


def narrows(done: Sequence[ops.MigrateOperation]) -> list[str]:
    """What a program of the release before would stumble over, in words; empty when everything only adds."""
    made = {each.table_name for each in done if isinstance(each, ops.CreateTableOp)}
    added = {(each.table_name, each.column.name) for each in done if isinstance(each, ops.AddColumnOp)}
    return [why for each in done if _table(each) not in made for why in _narrows(each, added)]


def _narrows(one: ops.MigrateOperation, added: set[tuple[str, str]]) -> Iterator[str]:
    match one:
        case ops.DropTableOp():
            yield f"drops the table {one.table_name}"
        case ops.RenameTableOp():
            yield f"renames the table {one.table_name}"
        case ops.DropColumnOp():
            yield f"drops {one.table_name}.{one.column_name}"
        case ops.AddColumnOp() if one.column.nullable is False and one.column.server_default is None:
            yield f"adds {one.table_name}.{one.column.name}, not null and without a server default"
        case ops.AlterColumnOp():
            yield from _altered(one)
        case ops.CreateCheckConstraintOp():
            yield f"refuses rows of {one.table_name} that were good before ({one.constraint_name})"
        case ops.CreateUniqueConstraintOp() | ops.CreateForeignKeyOp() | ops.CreateIndexOp():
            columns = one.local_cols if isinstance(one, ops.CreateForeignKeyOp) else one.columns
            new = any((_table(one), column) in added for column in columns)  # an older program leaves it empty
            if not new and getattr(one, "unique", True):
                yield f"refuses rows of {_table(one)} that were good before ({', '.join(map(str, columns))})"
        case ops.ExecuteSQLOp():
            told = " ".join(str(one.sqltext).split())
            if any(word in told.upper() for word in NARROWS) and not told.upper().startswith(GUARDS):
                yield f"by hand: {told[:80]}"


def _table(one: Any) -> str | None:
    return getattr(one, "table_name", None) or getattr(one, "source_table", None)


def _altered(one: ops.AlterColumnOp) -> Iterator[str]:
    where = f"{one.table_name}.{one.column_name}"
    if one.modify_name:
        yield f"renames {where}"
    if one.modify_type is not None:
        yield f"changes the type of {where}"
    if one.modify_nullable is False:
        yield f"makes {where} not null"
    if one.modify_server_default is None:
        yield f"takes the server default of {where} away"


def lost(back: Sequence[ops.MigrateOperation]) -> tuple[list[str], list[tuple[str, str]]]:
    """What going back takes away: whole tables, and single columns of others."""
    tables = [each.table_name for each in back if isinstance(each, ops.DropTableOp)]
    columns = [(each.table_name, each.column_name) for each in back if isinstance(each, ops.DropColumnOp)]
    return tables, [(table, column) for table, column in columns if table not in tables]


class _Nothing:
    """A database without rows, for migrations that look before they copy."""

    def __init__(self, dialect: str) -> None:
        self.dialect = SimpleNamespace(name=dialect)

    def execute(self, *_: object, **__: object) -> "_Nothing":
        return self

    def scalars(self, *_: object, **__: object) -> "_Nothing":
        return self

    def all(self) -> list[object]:
        return []

    def __iter__(self) -> Iterator[object]:
        return iter(())


class _Recorder(Operations):
    """Takes operations down instead of carrying them out."""

    def __init__(self, dialect: str) -> None:
        super().__init__(MigrationContext.configure(dialect_name=dialect))
        self.seen: list[ops.MigrateOperation] = []
        self._nothing = _Nothing(dialect)

    def invoke(self, operation: ops.MigrateOperation) -> Any:
        """Seen, not done."""
        self.seen.append(operation)
        return getattr(operation, "to_table", lambda: None)()

    def get_bind(self) -> Any:
        """Nothing is there."""
        return self._nothing

    @contextmanager
    def batch_alter_table(  # type: ignore[override]  # how a table is rebuilt does not matter here
        self, table_name: str, schema: str | None = None, **_: Any
    ) -> Iterator[BatchOperations]:
        """What is done to one table."""
        yield _BatchRecorder(self, table_name, schema)


_Recorder._setups[_Recorder] = _Recorder._setups[Operations]  # it may stand behind `alembic.op` too


class _BatchRecorder(BatchOperations):
    def __init__(self, all_of_it: _Recorder, table_name: str, schema: str | None) -> None:
        impl = SimpleNamespace(table_name=table_name, schema=schema)
        super().__init__(all_of_it.migration_context, impl=impl)  # type: ignore[arg-type]  # only names are asked
        self._all = all_of_it

    def invoke(self, operation: ops.MigrateOperation) -> Any:
        """Seen, not done."""
        return self._all.invoke(operation)
