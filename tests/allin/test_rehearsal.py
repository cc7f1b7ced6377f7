"""The parts of the rehearsed night that need no night: a backup restored, and the schema back and forth."""

import sqlite3
from pathlib import Path

import pytest

from allin.operations.backup import back_up
from allin.operations.rehearsal import KEYS, back_and_forth, restored
from engine.keys import MasterKeys
from engine.settings import load_settings
from storage.core.database import Database
from storage.core.migrate import upgrade
from storage.core.schema_range import RELEASES, newest
from tests.databases import a_job


@pytest.fixture
async def place(tmp_path: Path) -> Path:
    """An installation with one job, and its backup."""
    settings = load_settings(data=tmp_path / "data")
    settings.data.mkdir()
    keys = MasterKeys.in_folder(settings.data)
    await upgrade(settings.database)
    database = Database(settings.database, keys)
    await a_job(database)
    await database.close()
    back_up(settings, tmp_path / "backup")
    return tmp_path


async def test_a_backup_is_restored_whole(place: Path) -> None:
    stage = await restored(place, [], lives=1)
    (only,) = stage.broken  # the job was declared and never begun
    assert only.endswith("waits for nobody")
    assert stage.outcome.startswith("1 jobs,")
    assert (place / "restored" / KEYS).exists()


async def test_a_backup_that_lost_something_is_noticed(place: Path) -> None:
    copy = sqlite3.connect(place / "backup" / "allin.db")
    copy.execute("PRAGMA foreign_keys=OFF")
    copy.execute("DROP TABLE quotes")
    copy.commit()
    copy.close()
    assert any("quotes" in one for one in (await restored(place, [], lives=1)).broken)


async def test_the_schema_goes_to_the_last_release_and_back(place: Path) -> None:
    await restored(place, [], lives=1)
    stage = await back_and_forth(place / "restored")
    assert stage.broken == ()
    before = "+".join(sorted(list(RELEASES.values())[-1]))
    assert stage.outcome == f"{newest()} -> {before} -> {newest()}"
