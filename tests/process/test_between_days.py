"""Whole lives of a series whose days lie around another job of the same person: every day is declared, once."""

from allin.operations.reconcile_parts import other_parts
from tests.process.small import HOUR, crew, declare, engaged
from tests.process.test_second_job import SMALL, STEP, called_off, open_deadlines
from tests.process.test_second_job_lived import agrees, ended_by_agreement, over, paid
from tests.process.world import World
from workers.order_lookups import Lookups

SERIES = [
    {"date": on, "starts": "20:00", "ends": "23:00", "place": "Gent"}
    for on in ("2026-02-09", "2026-02-11", "2026-02-16")
]


async def single_and_series(house: World) -> tuple[str, str]:
    """Bob plays on Tuesday the 10th; the evenings of the 9th, 11th and 16th are declared after that."""
    single = await declare(house, **SMALL, crew=crew("ann", "bob"))
    await engaged(house, single)
    await house.until_step(single, STEP, "done")
    series = await declare(house, **SMALL, crew=crew("bob"), days=SERIES)
    await engaged(house, series)
    state = await house.until_step(series, STEP, "done")
    assert state.booking is not None
    assert not state.booking["assignment_note"]
    return single, series


async def test_a_series_around_another_job_is_lived_from_declared_to_closed(house: World) -> None:
    single, series = await single_and_series(house)
    assert await open_deadlines(house, series) == set()
    told = [line["text"] for line in await house.ask("ann", "GET", f"/api/jobs/{series}/history?lang=en")]
    (declared,) = [line for line in told if "Dimona" in line]
    assert " + " in declared
    assert await other_parts(house.site.database, Lookups(house.site)) == []
    for job_id in (single, series):
        await over(house, job_id)
    assert [await paid(house, job_id) for job_id in (single, series)] == ["done", "done"]
    await agrees(house)


async def test_the_other_job_is_withdrawn_and_the_series_is_lived_to_its_end(house: World) -> None:
    single, series = await single_and_series(house)
    await called_off(house, single)
    await ended_by_agreement(house, single, "ann")
    await over(house, single, "withdrawn")
    await over(house, series)
    assert await paid(house, series) == "done"
    await agrees(house)
    assert await other_parts(house.site.database, Lookups(house.site)) == []


async def test_the_series_is_withdrawn_and_nothing_of_it_stays_declared(house: World) -> None:
    single, series = await single_and_series(house)
    await called_off(house, series)
    await over(house, series, "withdrawn")
    assert await open_deadlines(house, single) == set()
    await over(house, single)
    await agrees(house)


async def test_a_series_that_is_moved_is_declared_around_the_same_day(house: World) -> None:
    single, series = await single_and_series(house)
    moved = [
        {**day, "date": on} for day, on in zip(SERIES, ("2026-02-09", "2026-02-12", "2026-02-17"), strict=True)
    ]
    job = await house.job(series)
    told = {name: value for name, value in job.declaration.items() if value is not None}
    body = {"declaration": told | {"days": moved}, "reason": "the hall is free then"}
    await house.ask("ann", "POST", f"/api/jobs/{series}/move", json=body)
    await house.pass_time(4 * HOUR)
    await house.until_step(series, STEP, "parked")
    await house.decide(series, STEP, "answer", answer="amend", who="iris")
    await house.pass_time(4 * HOUR)
    await house.until_step(series, STEP, "done")
    assert await open_deadlines(house, series) == set()
    assert await other_parts(house.site.database, Lookups(house.site)) == []
    for job_id in (single, series):
        await over(house, job_id)
    await agrees(house)
