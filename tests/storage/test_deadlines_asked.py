"""A deadline is met only by what it asks for: the days, the person and the employer."""

from datetime import date, timedelta

import pytest

from domain.planning import Deadline
from domain.rules.asked_work import AskedWork
from storage.core.database import Database
from storage.jobs.deadlines import Deadlines, StoredDeadline, write
from tests.databases import MONDAY, a_job

TENTH, ELEVENTH, TWELFTH = (date(2026, 3, day) for day in (10, 11, 12))
START = MONDAY + timedelta(days=8, hours=5)
"""The same start, whatever days follow."""
ANN = AskedWork(entity="liege", person_id="p-ann", days=(TENTH,))
MORE = ANN.model_copy(update={"days": (TENTH, ELEVENTH)})


def asked(about: AskedWork | None, *kinds: str) -> list[StoredDeadline]:
    """What one person's work asks for."""
    return [
        StoredDeadline(kind=kind, item="ann", due_at=START, basis="a law", about=about)
        for kind in kinds or ("dimona",)
    ]


async def moved(database: Database, job_id: str, about: AskedWork | None, minutes: int, *kinds: str) -> None:
    async with database.writing() as connection:
        await write(connection, job_id, asked(about, *kinds), MONDAY + timedelta(minutes=minutes))


async def unmet(database: Database, job_id: str) -> set[str]:
    return {one.kind for one in await Deadlines(database).of_job(job_id) if one.met_at is None}


async def done(database: Database, job_id: str, work: AskedWork, minutes: int, kind: str = "dimona") -> None:
    at = MONDAY + timedelta(minutes=minutes)
    await Deadlines(database).met(job_id, kind, "ann", at, START, work)


@pytest.mark.parametrize(
    "other",
    [
        ANN.model_copy(update={"days": (ELEVENTH,)}),
        MORE,
        ANN.model_copy(update={"person_id": "p-bob"}),
        ANN.model_copy(update={"entity": "gent"}),
    ],
)
async def test_what_was_done_for_other_days_or_somebody_else_meets_nothing(
    database: Database, other: AskedWork
) -> None:
    job_id = await a_job(database, deadlines=asked(ANN, "dimona", "contract_signed"))
    for kind in ("dimona", "contract_signed"):
        await done(database, job_id, other, 1, kind)
    assert await unmet(database, job_id) == {"dimona", "contract_signed"}
    for kind in ("dimona", "contract_signed"):
        await done(database, job_id, ANN, 2, kind)
    assert await unmet(database, job_id) == set()


async def test_a_day_more_with_the_same_start_is_asked_anew_and_what_was_met_is_kept_as_past(
    database: Database,
) -> None:
    store, job_id = Deadlines(database), await a_job(database, deadlines=asked(ANN))
    await done(database, job_id, ANN, 1)
    await moved(database, job_id, MORE, 2)
    assert await unmet(database, job_id) == {"dimona"}
    (past,) = await store.past(job_id)
    assert (past.about, past.met_at) == (ANN, MONDAY + timedelta(minutes=1))
    await done(database, job_id, ANN, 3)
    assert await unmet(database, job_id) == {"dimona"}
    await done(database, job_id, MORE, 4)
    assert await unmet(database, job_id) == set()


async def test_a_day_between_the_first_and_the_last_asks_for_a_contract_and_no_declaration(
    database: Database,
) -> None:
    apart = ANN.model_copy(update={"days": (TENTH, TWELFTH)})
    through = ANN.model_copy(update={"days": (TENTH, ELEVENTH, TWELFTH)})
    kinds = ("dimona", "contract_signed", "remind")
    job_id = await a_job(database, deadlines=asked(apart, *kinds))
    for kind in kinds:
        await Deadlines(database).met(job_id, kind, "ann", MONDAY, None, apart)
    await moved(database, job_id, through, 1, *kinds)
    assert await unmet(database, job_id) == {"contract_signed"}


async def test_somebody_else_under_the_same_name_in_the_crew_is_asked_for_everything(database: Database) -> None:
    kinds = ("dimona", "contract_signed", "remind")
    job_id = await a_job(database, deadlines=asked(ANN, *kinds))
    for kind in kinds:
        await Deadlines(database).met(job_id, kind, "ann", MONDAY, None, ANN)
    await moved(database, job_id, ANN.model_copy(update={"person_id": "p-eve"}), 1, *kinds)
    assert await unmet(database, job_id) == set(kinds)


async def test_moved_back_before_anything_was_done_it_is_met_as_it_was(database: Database) -> None:
    store, job_id = Deadlines(database), await a_job(database, deadlines=asked(ANN))
    await done(database, job_id, ANN, 1)
    for minutes, about in enumerate((MORE, ANN.model_copy(update={"days": (TENTH, TWELFTH)}), ANN), start=2):
        await moved(database, job_id, about, minutes)
    (row,) = await store.of_job(job_id)
    assert (row.about, row.met_at) == (ANN, MONDAY + timedelta(minutes=1))


async def test_moved_back_after_the_change_was_declared_the_old_days_are_declared_no_more(
    database: Database,
) -> None:
    job_id = await a_job(database, deadlines=asked(ANN))
    await done(database, job_id, ANN, 1)
    await moved(database, job_id, MORE, 2)
    await done(database, job_id, MORE, 3)
    await moved(database, job_id, ANN, 4)
    assert await unmet(database, job_id) == {"dimona"}
    await moved(database, job_id, MORE, 5)
    assert await unmet(database, job_id) == set()


async def test_a_contract_that_stays_as_signed_is_met_again(database: Database) -> None:
    store, job_id = Deadlines(database), await a_job(database, deadlines=asked(ANN))
    await done(database, job_id, ANN, 1)
    await moved(database, job_id, MORE, 2)
    stays = [Deadline(kind="dimona", item="ann", due_at=START, basis="a law")]
    await store.stand(job_id, "ann", stays, MONDAY + timedelta(minutes=3), ANN)
    (row,) = await store.of_job(job_id)
    assert (row.about, row.met_at) == (ANN, MONDAY + timedelta(minutes=1))


async def test_what_was_written_without_its_days_is_judged_by_its_start_alone(database: Database) -> None:
    job_id = await a_job(database, deadlines=asked(None))
    await done(database, job_id, MORE, 1)
    assert await unmet(database, job_id) == set()
    await moved(database, job_id, ANN, 2)
    assert await unmet(database, job_id) == set()


async def test_of_several_met_by_one_thing_each_is_judged_by_itself_and_the_unwritten_is_kept(
    database: Database,
) -> None:
    about_others = asked(ANN.model_copy(update={"person_id": "p-bob"}), "contract_signed")
    job_id = await a_job(database, deadlines=[*asked(ANN, "dimona", "wages_paid"), *about_others])
    at = MONDAY + timedelta(minutes=1)
    kinds = ("dimona", "wages_paid", "contract_signed", "loud")
    await Deadlines(database).all_met(job_id, kinds, "ann", at, START, ANN)
    met = {one.kind: one.met_at for one in await Deadlines(database).of_job(job_id)}
    assert met == {"dimona": at, "wages_paid": at, "contract_signed": None, "loud": at}
    await Deadlines(database).all_met(job_id, kinds, "ann", at + timedelta(minutes=1), START, ANN)
    assert {one.kind: one.met_at for one in await Deadlines(database).of_job(job_id)} == met


async def test_who_was_let_go_and_is_kept_after_all_is_declared_late_and_not_in_time(database: Database) -> None:
    job_id = await a_job(database, deadlines=[])
    late = START + timedelta(hours=11)
    await Deadlines(database).all_met(job_id, ("dimona", "loud"), "ann", late, START, ANN)
    kept = {one.kind: (one.due_at, one.met_at) for one in await Deadlines(database).of_job(job_id)}
    assert kept == {"dimona": (START, late), "loud": (START - timedelta(hours=4), late)}
