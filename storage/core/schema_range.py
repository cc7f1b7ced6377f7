"""Which schemas this program works with: the one place.

A program needs every migration it knows, except contract steps at the end of the line; and it works with any later
schema in which no contract step was done that it does not know. So the release before goes on beside this one, and
can be started again after it, until a contract step takes away what it reads or writes.

A migration only adds. One that removes, renames or narrows something is a contract step: its module says
`contract = "why"`, and it is done by `allin db upgrade --contract` once every part runs a release that knows it.
The database keeps which migrations were done in it, and which of them are contract steps: an older program has no
other way to learn what a newer one did.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Column, Connection, String, Table, Text, delete, insert, inspect, select

from domain.errors import AllInclusiveError
from engine.calendar import wall_clock
from storage.core.tables import UtcDateTime, metadata

SCRIPTS = Path(__file__).parents[1] / "migrations"
RELEASES: dict[str, tuple[str, ...]] = {
    "0.1.0": ("instalments", "shown_content"),
}
"""The last migrations of each release, for `allin db downgrade --to`; the present one has none yet."""
FIRST_RELEASE = "0.1.0"
"""Migrations up to here were made before there was anybody to work beside: they may do anything."""

schema_revisions = Table(
    "schema_revisions",
    metadata,
    Column("revision", String(40), primary_key=True),
    Column("contract", Text),
    Column("done_at", UtcDateTime, nullable=False),
)
"""The migrations that were done here; `contract` says why a program that does not know one stops working."""


class SchemaTooNew(AllInclusiveError):
    """A newer release changed this database so that this program does not work with it."""


@dataclass(frozen=True)
class Schema:
    """What was done in a database, in its own words."""

    heads: tuple[str, ...]
    """The last migrations, none in an empty database."""
    done: frozenset[str] = frozenset()
    contracts: frozenset[str] = field(default=frozenset())
    """Those of `done` after which a program that does not know them stops working."""

    def __str__(self) -> str:
        return "+".join(self.heads)

    @property
    def unknown(self) -> frozenset[str]:
        """What a newer release did here."""
        return (self.done | set(self.heads)) - known()


@cache
def scripts() -> ScriptDirectory:
    """The migrations of this program."""
    return ScriptDirectory(str(SCRIPTS))


@cache
def known() -> frozenset[str]:
    """Every migration this program knows."""
    return frozenset(each.revision for each in scripts().walk_revisions())


@cache
def needed() -> frozenset[str]:
    """What must have been done before this program works: everything but contract steps at the end of the line."""
    after = {each.revision: each.nextrev for each in scripts().walk_revisions()}
    waiting: set[str] = set()
    for each in scripts().walk_revisions():  # from the last to the first
        if contract_of(each) and set(after[each.revision]) <= waiting:
            waiting.add(each.revision)
    return known() - waiting


def contract_of(script: Script) -> str | None:
    """Why programs that do not know this migration stop working; None when it only adds."""
    return getattr(script.module, "contract", None)


def up_to(heads: Collection[str]) -> frozenset[str]:
    """These migrations and everything before them."""
    return frozenset(each.revision for each in scripts().iterate_revisions(tuple(heads), "base"))


def read(connection: Connection) -> Schema:
    """What was done in the database behind a connection."""
    heads = tuple(sorted(MigrationContext.configure(connection).get_current_heads()))
    if inspect(connection).has_table(schema_revisions.name):
        rows = connection.execute(select(schema_revisions.c.revision, schema_revisions.c.contract)).all()
        done = frozenset(row.revision for row in rows)
        return Schema(heads, done, frozenset(row.revision for row in rows if row.contract))
    return Schema(heads, up_to(heads) if set(heads) <= known() else frozenset())


def note(connection: Connection, heads: Collection[str]) -> None:
    """Write down in the database what was done in it, after a migration forward or back."""
    if not inspect(connection).has_table(schema_revisions.name):
        return
    here = set(connection.scalars(select(schema_revisions.c.revision)))
    done = up_to(heads)
    if gone := here - done:
        connection.execute(delete(schema_revisions).where(schema_revisions.c.revision.in_(gone)))
    rows = [
        {"revision": revision, "contract": contract_of(scripts().get_revision(revision)), "done_at": wall_clock()}
        for revision in sorted(done - here)
    ]
    if rows:
        connection.execute(insert(schema_revisions), rows)


def way_out(schema: Schema) -> str | None:
    """Why this program does not work with a database, and what to do about it; None when it does."""
    strange = set(schema.heads) - known() - schema.done
    if newer := strange or schema.contracts - known():
        return (
            f"the database is newer than this program ({_named(newer)} was done, after which this program does not "
            "work): start the release that did it, or with that one run `allin db downgrade --dry-run` and, where "
            "nothing is lost, `allin db downgrade`, or restore the backup made before"
        )
    missing = needed() - schema.done
    if missing and schema.unknown:
        return (
            f"the database belongs to another line of releases (it has {_named(schema.unknown)} and lacks "
            f"{_named(missing)}): start the release that upgraded it"
        )
    if missing:
        steps = [revision for revision in missing if contract_of(scripts().get_revision(revision))]
        more = " --contract" if steps else ""
        return (
            f"the database is at revision {str(schema) or 'none'}, this program needs {newest()}: "
            f"run `allin db upgrade{more}`"
        )
    return None


def newest() -> str:
    """The last migrations this program knows."""
    return "+".join(sorted(scripts().get_heads()))


def works_with() -> str:
    """The range in words, for people who run an installation."""
    return f"from {newest()} on, until a contract step it does not know"


def _named(revisions: Collection[str]) -> str:
    return ", ".join(sorted(revisions))
