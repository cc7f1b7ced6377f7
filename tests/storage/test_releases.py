"""Releases side by side: which schemas a program works with, and the way forward and back."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from allin.__main__ import run
from storage.core import migrate, schema_range
from storage.core.database import Database
from storage.core.downgrade import NoWayBack, downgrade, steps_back
from storage.core.schema_range import (
    FIRST_RELEASE,
    RELEASES,
    SchemaTooNew,
    contract_of,
    newest,
    scripts,
    up_to,
    way_out,
)
from storage.migrations.reading import BACK, FORWARD, lost, narrows, operations

NEXT = '''"""{name}: of the next release"""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "{name}", {after!r}, None, None
{more}
def upgrade() -> None:
    {forward}
def downgrade() -> None:
    {back}
'''
FUEL = {
    "forward": 'op.add_column("vans", sa.Column("fuel", sa.String(20), nullable=False, server_default="diesel"))',
    "back": 'op.drop_column("vans", "fuel")',
}
NO_FUEL = {
    "forward": 'op.drop_column("vans", "name")',
    "back": 'op.add_column("vans", sa.Column("name", sa.String(80)))',
    "more": 'contract = "vans are called by their plate"',
}
Adding = Callable[..., None]


def forget() -> None:
    """Another release has other migrations."""
    for each in (schema_range.scripts, schema_range.known, schema_range.needed):
        each.cache_clear()


class Release:
    """Switches this process between the program as it is and the one of the next release."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._today, self._next, self._patch = schema_range.SCRIPTS, folder / "migrations", monkeypatch
        shutil.copytree(self._today, self._next, ignore=shutil.ignore_patterns("__pycache__"))

    def adds(self, name: str, after: tuple[str, ...], **texts: str) -> None:
        text = NEXT.format(name=name, after=after, **{"more": "", **texts})
        (self._next / "versions" / f"next_{name}.py").write_text(text)

    def runs_next(self) -> None:
        self._patch.setattr(schema_range, "SCRIPTS", self._next)
        forget()

    def runs_today(self) -> None:
        self._patch.setattr(schema_range, "SCRIPTS", self._today)
        forget()


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Release]:
    yield Release(tmp_path, monkeypatch)
    monkeypatch.undo()
    forget()


def heads() -> tuple[str, ...]:
    return tuple(newest().split("+"))


async def do(url: str, *statements: str) -> None:
    database = Database(url)
    async with database.writing() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)
    await database.close()


VAN = """INSERT INTO vans (plate, name, seats, load_kg, handover_minutes, in_service{more})
VALUES ('1-ABC-123', 'Ducato', 3, 1200, 30, true{values})"""


async def test_a_program_works_with_what_the_next_release_adds_and_leaves_it_alone(
    empty_url: str, release: Release
) -> None:
    release.adds("fuel", heads(), **FUEL)
    release.runs_next()
    assert await migrate.upgrade(empty_url) == "fuel"
    release.runs_today()
    here = await migrate.schema(empty_url)
    assert way_out(here) is None
    assert here.unknown == {"fuel"}
    assert await migrate.check(empty_url) == [], "what a newer release added is no difference"
    assert await migrate.upgrade(empty_url) == "fuel", "an older program's upgrade changes nothing"
    await do(empty_url, VAN.format(more="", values=""))


async def test_a_contract_step_waits_until_it_is_asked_for_and_then_ends_the_older_programs(
    empty_url: str, release: Release
) -> None:
    await migrate.upgrade(empty_url)
    release.adds("fuel", heads(), **FUEL)
    release.adds("no_label", ("fuel",), **NO_FUEL)
    release.runs_next()
    assert await migrate.upgrade(empty_url) == "fuel"
    assert await migrate.waiting_contracts(empty_url) == {"no_label": "vans are called by their plate"}
    assert way_out(await migrate.schema(empty_url)) is None, "the new release works before its contract step"
    release.runs_today()
    assert way_out(await migrate.schema(empty_url)) is None
    release.runs_next()
    assert await migrate.upgrade(empty_url, contract=True) == "no_label"
    with pytest.raises(NoWayBack, match="vans are called by their plate"):
        await downgrade(empty_url, "fuel")
    release.runs_today()
    why = way_out(await migrate.schema(empty_url)) or ""
    assert why.startswith("the database is newer than this program (no_label was done, after which")
    with pytest.raises(SchemaTooNew, match="start the release that did it"):
        await migrate.upgrade(empty_url)


async def test_what_builds_on_a_contract_step_says_how_to_get_there(empty_url: str, release: Release) -> None:
    await migrate.upgrade(empty_url)
    release.adds("no_label", heads(), **NO_FUEL)
    release.adds("fuel", ("no_label",), **FUEL)
    release.runs_next()
    assert await migrate.upgrade(empty_url) == "+".join(heads_today(release))
    assert "run `allin db upgrade --contract`" in (way_out(await migrate.schema(empty_url)) or "")


def heads_today(release: Release) -> tuple[str, ...]:
    release.runs_today()
    found = heads()
    release.runs_next()
    return found


async def test_going_back_is_refused_while_something_would_be_lost_and_done_when_nothing_is(
    empty_url: str, release: Release
) -> None:
    before = newest()
    release.adds("fuel", heads(), **FUEL)
    release.runs_next()
    await migrate.upgrade(empty_url)
    await do(empty_url, VAN.format(more=", fuel", values=", 'electric'"))
    (step,) = await steps_back(empty_url, before)
    assert str(step) == "fuel (of the next release): 1 values of vans.fuel"
    with pytest.raises(NoWayBack, match=r"would be lost: fuel .* 1 values of vans\.fuel"):
        await downgrade(empty_url, before)
    assert await migrate.current(empty_url) == "fuel"
    await do(empty_url, "UPDATE vans SET fuel = 'diesel'")  # what it is by itself
    assert await downgrade(empty_url, before) == before
    release.runs_today()
    assert await migrate.check(empty_url) == []
    assert way_out(await migrate.schema(empty_url)) is None
    await do(empty_url, "DELETE FROM vans", VAN.format(more="", values=""))


async def test_a_release_before_the_last_is_reached_and_left_again(empty_url: str) -> None:
    await migrate.upgrade(empty_url)
    assert await downgrade(empty_url, "0.1.0") == "instalments+shown_content"
    assert "run `allin db upgrade`" in (way_out(await migrate.schema(empty_url)) or "")
    await migrate.upgrade(empty_url)
    assert await migrate.check(empty_url) == []
    with pytest.raises(NoWayBack, match=r"nothing is called 0\.0\.9: give a release \(0\.1\.0"):
        await downgrade(empty_url, "0.0.9")


def test_every_migration_only_adds_or_says_why_it_is_a_contract_step() -> None:
    """The release before works beside this one; see storage/core/schema_range.py."""
    for script in scripts().walk_revisions():
        if script.revision in up_to(RELEASES[FIRST_RELEASE]):
            continue
        for dialect in ("sqlite", "postgresql"):
            found = narrows(operations(script.module, FORWARD, dialect))
            assert not found or contract_of(script), f"{script.revision} {'; '.join(found)}"
            assert operations(script.module, BACK, dialect), f"{script.revision} has no way back"


@pytest.mark.parametrize(
    ("forward", "found"),
    [
        ('op.drop_table("vans")', "drops the table vans"),
        ('op.rename_table("vans", "cars")', "renames the table vans"),
        ('op.drop_column("vans", "label")', "drops vans.label"),
        ('op.alter_column("vans", "label", new_column_name="name")', "renames vans.label"),
        ('op.alter_column("vans", "label", type_=sa.String(9))', "changes the type of vans.label"),
        ('op.alter_column("vans", "label", nullable=False)', "makes vans.label not null"),
        (
            'op.add_column("vans", sa.Column("fuel", sa.String(9), nullable=False))',
            "adds vans.fuel, not null and without a server default",
        ),
        (
            'op.create_index("x", "vans", ["label"], unique=True)',
            "refuses rows of vans that were good before (label)",
        ),
        ('op.execute("ALTER TABLE vans DROP COLUMN label")', "by hand: ALTER TABLE vans DROP COLUMN label"),
        (
            'with op.batch_alter_table("vans") as batch:\n        batch.drop_column("label")',
            "drops vans.label",
        ),
    ],
)
def test_what_takes_something_away_is_found(release: Release, forward: str, found: str) -> None:
    release.adds("bad", heads(), forward=forward, back="pass")
    release.runs_next()
    assert narrows(operations(scripts().get_revision("bad").module, FORWARD, "postgresql")) == [found]


def test_what_only_adds_is_found_good(release: Release) -> None:
    forward = """op.create_table("trips", sa.Column("n", sa.Integer(), nullable=False))
    op.create_index("ix", "trips", ["n"], unique=True)
    op.add_column("vans", sa.Column("trip", sa.Integer()))
    op.create_index("ix_vans_trip", "vans", ["trip"], unique=True)
    op.execute("UPDATE vans SET trip = 1")"""
    release.adds("good", heads(), forward=forward, back='op.drop_column("vans", "trip"); op.drop_table("trips")')
    release.runs_next()
    module = scripts().get_revision("good").module
    assert narrows(operations(module, FORWARD, "sqlite")) == []
    assert lost(operations(module, BACK, "sqlite")) == (["trips"], [("vans", "trip")])


def test_the_command_says_what_going_back_undoes_and_how_wide_the_range_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ("--data", str(tmp_path))
    assert run(["db", "check", *data]) == 2
    assert run(["db", "upgrade", *data]) == 0
    capsys.readouterr()
    assert run(["db", "check", *data]) == 0
    assert f"this program works from {newest()} on" in capsys.readouterr().out
    assert run(["db", "downgrade", "--to", "0.1.0", "--dry-run", *data]) == 0
    told = capsys.readouterr().out
    assert (
        "schema_revisions (which migrations were done here, for programs that do not know them all): nothing"
        in told
    )
    assert told.endswith("nothing would be lost\n")
    assert run(["db", "downgrade", "--to", "0.0.9", *data]) == 1
    assert "nothing is called 0.0.9" in capsys.readouterr().err
