"""A new master key, and the end of the old one: nobody becomes a second person, and no link in a mail dies."""

import asyncio
import base64
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from allin.__main__ import run
from api.app import create_app
from api.container import Container
from api.declaring.parties import keep_people, people_of
from domain.declaration import JobDeclaration
from domain.parties import CrewMember
from engine.keys import MasterKeys, WrongKey
from storage.core.all_tables import metadata
from storage.core.database import Database
from storage.security import key_rotation
from storage.security.audit import Audit, AuditEntry
from storage.security.data_keys import DataKeys
from storage.security.key_rotation import BATCH, reseal, retire, sealed_with
from storage.security.links import LinkUnknown
from tests.api.conftest import Door
from tests.api.test_links import link as a_link
from tests.databases import MONDAY, StillClock

OLD, NEW = {"k1": b"1" * 32}, {"k2": b"2" * 32}
BEFORE, DURING, AFTER = MasterKeys("k1", OLD), MasterKeys("k2", NEW | OLD), MasterKeys("k2", NEW)
CREW = JobDeclaration(
    title="x",
    crew=(
        CrewMember(item="ann", member=True),
        CrewMember(item="bob", name="Bob", email="bob@crew.example"),
        CrewMember(item="cleo", name="Cleo Namur"),
    ),
)


@pytest.fixture
async def doors(door: Door, sqlite_url: str) -> AsyncIterator[list[Door]]:
    """The same installation before, during and after."""
    made: list[Door] = []
    for keys in (BEFORE, DURING, AFTER):
        database = Database(sqlite_url, keys)
        settings = door.house.settings.model_copy(update={"master_keys": keys.text()})
        app = create_app(settings, database, door.process, door.clock, sweeping=False)
        made.append(Door(app, app.state.container, door.process, door.clock))
    yield made
    for one in made:
        await one.house.database.close()


async def named(house: Container) -> dict[str, str]:
    return await people_of(house, "p-ann", CREW)


async def test_a_rotation_makes_no_second_person_of_anybody_and_neither_does_its_end(doors: list[Door]) -> None:
    before, during, after = (one.house for one in doors)
    known = await keep_people(before, "p-ann", CREW)
    assert await named(during) == known
    eva = JobDeclaration(title="x", crew=(CrewMember(item="eva", email="eva@crew.example"),))
    newer = await keep_people(during, "p-ann", eva)
    assert await retire(during.database, DURING, "k1", during.clock) == {}
    assert await named(after) == known
    assert await people_of(after, "p-ann", eva) == newer
    assert (await after.people.person(known["bob"])).email == "bob@crew.example"


async def test_a_link_in_a_mail_outlives_the_key_it_was_signed_with(doors: list[Door]) -> None:
    before, during, after = (one.house for one in doors)
    url, _ = await a_link(before, "agreement", "c-hall")
    token = url.rsplit("/", 1)[-1]
    await during.links.find(token)
    with pytest.raises(LinkUnknown):
        await after.links.find(token)  # taken away without being retired
    await retire(during.database, DURING, "k1", during.clock)
    after.data_keys._past.clear()
    assert (await after.links.find(token)).subject_id == "c-hall"
    with pytest.raises(LinkUnknown):
        await after.links.find(token[:-1] + ("A" if token[-1] != "A" else "B"))


async def test_after_the_end_of_a_key_nothing_lies_under_it_and_it_opens_nothing(doors: list[Door]) -> None:
    before, during, after = (one.house for one in doors)
    await keep_people(before, "p-ann", CREW)
    ring = DataKeys(before.database, BEFORE, StillClock())
    secret = await ring.data_key("job-1")
    assert sum((await sealed_with(before.database, "k1")).values()) >= 2
    assert await retire(during.database, DURING, "k1", during.clock) == {}
    assert await sealed_with(during.database, "k1") == {}
    assert await DataKeys(after.database, AFTER, StillClock()).data_key("job-1") == secret
    with pytest.raises(WrongKey):
        await DataKeys(before.database, BEFORE, StillClock()).data_key("job-1")
    assert await DataKeys(after.database, AFTER, StillClock()).retired() == {"k1"}


async def test_stopped_in_the_middle_it_goes_on_and_what_is_sealed_meanwhile_is_named(doors: list[Door]) -> None:
    before, during, after = (one.house for one in doors)
    for n in range(BATCH + 5):
        one = JobDeclaration(title="x", crew=(CrewMember(item="bob", email=f"b{n}@crew.example"),))
        await keep_people(before, "p-ann", one)
    database = during.database
    done = await key_rotation._batch(database, metadata.tables["people"], DURING)
    assert done == BATCH
    assert await retire(database, DURING, "k1", during.clock) == {}
    assert await reseal(database, DURING) == 0
    await keep_people(before, "p-ann", CREW)  # a part that was not started again
    assert await sealed_with(database, "k1") == {"people": 1}
    assert await retire(database, DURING, "k1", during.clock) == {}
    assert set((await named(after)).values()) == set((await named(during)).values())


def test_a_new_key_seals_and_the_older_ones_open() -> None:
    keys = BEFORE.and_a_new_one()
    assert (keys.current, [*keys.keys]) == ("k2", ["k2", "k1"])
    assert keys.open(BEFORE.seal(b"x", b"a"), b"a") == b"x"
    assert MasterKeys.parse(keys.text()) == keys
    assert base64.b64encode(b"1" * 32).decode() in keys.text()


def test_the_commands_do_it_in_a_data_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*arguments: str) -> tuple[int, str]:
        code = run([*arguments, "--data", str(tmp_path)])
        told = capsys.readouterr()
        return code, told.out + told.err

    async def lived_with() -> None:
        database = Database(f"sqlite:///{tmp_path / 'allin.db'}", MasterKeys.in_folder(tmp_path))
        await DataKeys(database, MasterKeys.in_folder(tmp_path), StillClock()).data_key("shared")
        await database.close()

    assert said("db", "upgrade")[0] == 0
    asyncio.run(lived_with())
    assert said("keys", "retire", "k1")[0] == 1
    assert "k2 seals" in said("keys", "new")[1]
    assert "k1  opens  1 values" in said("keys", "list")[1]
    code, told = said("keys", "retire", "k1")
    assert (code, "k1 is gone from the data folder" in told) == (0, True), told
    assert [*MasterKeys.in_folder(tmp_path).keys] == ["k2"]
    assert (tmp_path / "master.keys").stat().st_mode & 0o077 == 0


def test_a_head_noted_outside_is_checked_also_after_its_key_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = tmp_path / "heads.txt"

    def said(*arguments: str) -> tuple[int, str]:
        code = run([*arguments, "--data", str(tmp_path)])
        told = capsys.readouterr()
        return code, told.out + told.err

    async def decided(n: int) -> None:
        database = Database(f"sqlite:///{tmp_path / 'allin.db'}", MasterKeys.in_folder(tmp_path))
        line = AuditEntry(at=MONDAY, who="p-ann", role="member", what="job.withdraw", why=str(n))
        await Audit(database).record(line)
        await database.close()

    said("db", "upgrade")
    asyncio.run(decided(1))
    assert said("audit", "note", "--to", str(notes))[0] == 0
    said("keys", "new")
    assert said("keys", "retire", "k1")[0] == 0
    said("audit", "note", "--to", str(notes))
    assert said("audit", "verify", "--notes", str(notes))[0] == 0
    kept = notes.read_text()
    notes.write_text(kept + kept.splitlines()[0].replace(" 1 ", " 9 ") + "\n")
    assert "line 3 was not signed" in said("audit", "verify", "--notes", str(notes))[1]
    notes.write_text(kept)
    rewritten = sqlite3.connect(tmp_path / "allin.db")
    for name in ("audit_is_not_removed", "audit_head_stays"):
        rewritten.execute(f"DROP TRIGGER {name}")
    for table in ("audit", "audit_head"):
        rewritten.execute(f"DELETE FROM {table}")
    rewritten.commit()
    rewritten.close()
    assert said("audit", "verify")[0] == 0  # an empty chain is a whole one
    code, told = said("audit", "verify", "--notes", str(notes))
    assert (code, "which was noted, is missing" in told) == (1, True), told
