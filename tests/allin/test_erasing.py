"""Somebody is forgotten only when the law no longer asks to keep what was done with them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from allin.client.terminal import Stop
from allin.installation import Installation
from allin.operations.erase_person import erase
from domain.people import Person
from engine.settings import Settings
from storage.core.database import Database
from storage.jobs.tables import jobs
from storage.people.people import People
from storage.security.audit import Audit
from storage.security.data_keys import DataKeys
from tests.databases import MONDAY, StillClock, a_job


async def test_a_person_is_forgotten_ten_years_after_and_not_a_day_before(
    sqlite_only: Database, tmp_path: Path
) -> None:
    clock = StillClock()
    here = Installation(Settings(data=tmp_path, _env_file=None), sqlite_only, clock)  # type: ignore[arg-type]  # a clock that stands still
    job_id = await a_job(sqlite_only)
    async with sqlite_only.reading() as connection:
        who = await connection.scalar(select(jobs.c.member_id))
        first = await connection.scalar(select(jobs.c.first_start_at))
    assert who is not None
    assert first is not None
    assert first.year == 2026
    person = Person(person_id=who, given_name="Ann", family_name="Peeters", iban="BE71096123456769")
    await People(sqlite_only).save(person, MONDAY)
    keys = DataKeys(sqlite_only, here.settings.keys(), clock)
    await keys.data_key(f"job-{job_id}")

    with pytest.raises(Stop, match=f"has a part in the job {job_id}, which is quoted"):
        await erase(here, who, "asked by letter")
    async with sqlite_only.writing() as connection:
        await connection.execute(update(jobs).values(state="closed"))
    clock.at = datetime(2036, 12, 31, 12, tzinfo=UTC)
    with pytest.raises(Stop, match="is kept until 2037-01-01"):
        await erase(here, who, "asked by letter")
    assert (await People(sqlite_only).person(who)).iban == "BE71096123456769"

    clock.at = datetime(2037, 1, 1, 12, tzinfo=UTC)
    with pytest.raises(Stop, match="say why"):
        await erase(here, who, " ")
    await erase(here, who, "asked by letter")
    gone = await People(sqlite_only).person(who)
    assert (gone.name.strip(), gone.iban, gone.email) == ("", None, None)
    with pytest.raises(KeyError, match="erased on 2037-01-01"):
        await DataKeys(sqlite_only, here.settings.keys(), clock).data_key(f"job-{job_id}")
    (line,) = await Audit(sqlite_only).page(what="person.erase")
    assert (line.who, line.why, line.outcome) == (who, "asked by letter", "forgotten")
    with pytest.raises(Stop, match="nobody is called NOBODY here"):
        await erase(here, "NOBODY", "a mistake")
