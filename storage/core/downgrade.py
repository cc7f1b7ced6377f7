"""Takes migrations back, where that loses nothing."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import ModuleType

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.operations.ops import AddColumnOp
from alembic.runtime.migration import MigrationStep, RevisionStep
from sqlalchemy import Connection, text

from domain.errors import AllInclusiveError
from storage.core.migrate import PATIENCE, alone, connected, current, patiently, schema
from storage.core.schema_range import RELEASES, SchemaTooNew, contract_of, known, note, scripts, up_to, way_out
from storage.migrations.reading import BACK, FORWARD, lost, operations


class NoWayBack(AllInclusiveError):
    """Going back would lose something, or nobody wrote down how."""


@dataclass(frozen=True)
class StepBack:
    """One migration taken back, and what is in what it takes away."""

    revision: str
    about: str
    loses: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.revision} ({self.about}): {'; '.join(self.loses) or 'nothing is lost'}"


async def steps_back(url: str, to: str) -> list[StepBack]:
    """What going back to a release or a migration would undo and lose, the newest first; nothing is changed."""
    steps = []
    for revision in await _undone_by(url, to):
        async with alone(), connected(url) as connection:
            steps.append(await connection.run_sync(_step, revision, False))
    return steps


async def downgrade(url: str, to: str, *, patience: timedelta = PATIENCE) -> str:
    """Take back what was done after a release or a migration, and return the revision reached.

    Each migration whole, and only while nothing is in what it takes away: NoWayBack says what would be lost, and
    leaves the schema where it is by then. TablesInUse as when upgrading.
    """
    if losing := [str(step) for step in await steps_back(url, to) if step.loses]:
        raise NoWayBack(f"would be lost: {'; '.join(losing)}")
    give_up = time.monotonic() + patience.total_seconds()
    for revision in await _undone_by(url, to):
        await patiently(partial(_taken_back, url, revision), url, revision, give_up)
    return await current(url)


async def _undone_by(url: str, to: str) -> list[str]:
    here = await schema(url)
    if why := way_out(here):
        raise SchemaTooNew(why)
    if here.unknown:
        raise NoWayBack(f"only the release that did {', '.join(sorted(here.unknown))} can take it back")
    target = RELEASES.get(to, tuple(to.split("+")))
    if not set(target) <= known():
        raise NoWayBack(f"nothing is called {to}: give a release ({', '.join(RELEASES)}) or a migration")
    gone = here.done - up_to(target)
    return [each.revision for each in scripts().walk_revisions() if each.revision in gone]


async def _taken_back(url: str, revision: str) -> None:
    async with alone(), connected(url) as connection:
        step = await connection.run_sync(_step, revision, True)
        if step.loses:  # written since it was looked at
            raise NoWayBack(f"would be lost: {step}")
        await connection.run_sync(_undo, revision)


def _step(connection: Connection, revision: str, alone_here: bool) -> StepBack:
    """What one migration takes away; with `alone_here` nobody writes in it until the transaction ends."""
    script = scripts().get_revision(revision)
    about = " ".join((script.doc or "").partition(":")[2].split())
    if why := contract_of(script):
        return StepBack(revision, about, (f"it took something away that cannot come back ({why})",))
    tables, columns = lost(operations(script.module, BACK, connection.dialect.name))
    rebuilt = getattr(script.module, "rebuilt", ())
    for table in {*tables, *(table for table, _ in columns)} if alone_here else ():
        _nobody_writes(connection, table)
    found = [
        *(_rows(connection, table) for table in tables if table not in rebuilt),
        *(_values(connection, script.module, *each) for each in columns if ".".join(each) not in rebuilt),
    ]
    return StepBack(revision, about, tuple(filter(None, found)))


def _rows(connection: Connection, table: str) -> str:
    count = connection.scalar(text(f'SELECT count(*) FROM "{table}"'))  # noqa: S608  # a name from our migrations
    return f"{count} rows of {table}" if count else ""


def _values(connection: Connection, module: ModuleType, table: str, column: str) -> str:
    """How many rows say something there; the value an added column has by itself says nothing."""
    wanted = f'SELECT count(*) FROM "{table}" WHERE "{column}" IS NOT NULL'  # noqa: S608  # a name from our migrations
    if (default := _default(connection, module, table, column)) is not None:
        wanted += f' AND "{column}" <> {default}'
    count = connection.scalar(text(wanted))
    return f"{count} values of {table}.{column}" if count else ""


def _default(connection: Connection, module: ModuleType, table: str, column: str) -> str | None:
    for each in operations(module, FORWARD, connection.dialect.name):
        if isinstance(each, AddColumnOp) and (each.table_name, each.column.name) == (table, column):
            default = getattr(each.column.server_default, "arg", None)
            return f"'{default}'" if isinstance(default, str) else default and str(default)
    return None


def _nobody_writes(connection: Connection, table: str) -> None:
    """SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE'))


def _undo(connection: Connection, revision: str) -> None:
    def steps(*_: object) -> Sequence[RevisionStep]:
        return [MigrationStep.downgrade_from_script(scripts().revision_map, scripts().get_revision(revision))]

    context = MigrationContext.configure(
        connection,
        opts={
            "fn": steps,
            "transactional_ddl": True,
            "on_version_apply": (lambda *, ctx, heads, **_: note(ctx.connection, heads),),
        },
    )
    with Operations.context(context):
        context.run_migrations()
