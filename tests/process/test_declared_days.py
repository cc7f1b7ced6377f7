"""What counts as declared is what social security has: the days, the person and the employer, to the last day."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from allin.operations.reconcile import other_days
from domain.dimona import DimonaPeriod
from storage.jobs.deadlines import KeptDeadline, deadlines
from tests.process.small import HOUR
from tests.process.test_questions import met, moved, numbers, period_of, signed
from tests.process.test_second_job import STEP, two_jobs
from tests.process.world import World
from workers.order_lookups import Lookups

TWO_DAYS = [
    {"date": day, "starts": "15:00", "ends": "22:30", "place": "Liège"} for day in ("2026-02-10", "2026-02-11")
]


async def dimona(house: World, job_id: str) -> KeptDeadline:
    """Bob's declaration, as it is watched."""
    rows = await house.house.deadlines.of_job(job_id)
    (row,) = [one for one in rows if (one.kind, one.item) == ("dimona", "bob")]
    return row


async def test_a_day_more_after_the_same_start_is_declared_only_by_the_update(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    row = await dimona(house, job_id)
    assert row.about is not None
    assert (row.about.entity, [str(day) for day in row.about.days]) == ("brussels", ["2026-02-10"])
    assert row.met_at is not None
    await moved(house, job_id, days=TWO_DAYS)
    await house.until_step(job_id, STEP, "parked")
    now = await met(house, job_id)
    assert (now["dimona"], now["contract_signed"]) == (("10 14:00", False), ("10 14:00", False))
    await house.decide(job_id, STEP, "answer", answer="amend", who="iris")
    await house.until_step(job_id, STEP, "waiting")
    assert (await met(house, job_id))["dimona"] == ("10 14:00", False)
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, STEP, "done")
    row = await dimona(house, job_id)
    assert row.about is not None
    assert [str(day) for day in row.about.days] == ["2026-02-10", "2026-02-11"]
    assert row.met_at is not None
    period = await period_of(house, job_id, "bob")
    assert (period["startDate"], period["endDate"]) == ("2026-02-10", "2026-02-11")
    assert await other_days(house.site.database, Lookups(house.site)) == []
    past = {(one.kind, one.item) for one in await house.house.deadlines.past(job_id) if one.met_at}
    assert {("dimona", "bob"), ("contract_signed", "bob")} <= past


async def test_a_day_more_that_stays_as_signed_leaves_the_declaration_of_the_first_day_met(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    await moved(house, job_id, days=TWO_DAYS)
    await house.until_step(job_id, STEP, "parked")
    assert (await dimona(house, job_id)).met_at is None
    await house.decide(job_id, STEP, "answer", answer="keep", who="iris")
    await house.until_step(job_id, STEP, "done")
    now = await met(house, job_id)
    assert (now["dimona"], now["contract_signed"]) == (("10 14:00", True), ("10 14:00", True))
    assert (await period_of(house, job_id, "bob"))["endDate"] == "2026-02-10"


def instead(lookups: Lookups, number: str, **changes: Any) -> None:
    """Social security has something else under a number."""
    asked = lookups.period

    async def other(wanted: str) -> DimonaPeriod | None:
        found = await asked(wanted)
        return found.model_copy(update=changes) if found and wanted == number else found

    lookups.period = other  # type: ignore[method-assign]  # what social security has is not in our hands


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"end_on": date(2026, 2, 11)}, "other_days", "has 2026-02-10 to 2026-02-11 for"),
        ({"start_on": date(2026, 2, 9)}, "other_days", "has 2026-02-09 to 2026-02-10 for"),
        ({"cancelled": True}, "other_days", "has nothing for"),
        ({"national_number": "85073003328"}, "other_person", "has another person under"),
        ({"enterprise_number": "0999999922"}, "other_person", "has employer 0999999922 under"),
    ],
)
async def test_reconciling_names_other_days_another_person_and_another_employer(
    house: World, changes: dict[str, Any], kind: str, said: str
) -> None:
    job_id = await signed(house, "ann", "bob")
    lookups = Lookups(house.site)
    assert await other_days(house.site.database, lookups) == []
    instead(lookups, (await numbers(house, job_id))["bob"], **changes)
    (found,) = await other_days(house.site.database, lookups)
    assert found.kind == kind
    assert said in found.said
    assert f"{job_id}/employment_contract/bob/1" in found.said
    assert "85073003328" not in found.said


async def test_a_declaration_that_counts_for_other_days_than_those_declared_is_named(house: World) -> None:
    job_id = await signed(house, "bob")
    row = await dimona(house, job_id)
    assert row.about is not None
    more = row.about.model_copy(update={"days": (date(2026, 2, 10), date(2026, 2, 11))})
    async with house.site.database.writing() as connection:
        await connection.execute(update(deadlines).where(deadlines.c.kind == "dimona").values(about=more))
    (found,) = await other_days(house.site.database, Lookups(house.site))
    assert found.kind == "other_days"
    assert "whose deadline counts as met for 2026-02-10 to 2026-02-11" in found.said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"start_on": date(2026, 2, 11), "end_on": date(2026, 2, 11)}, "has 2026-02-11 to 2026-02-11 for"),
        ({"national_number": "85073003328"}, "has another person under"),
        ({"enterprise_number": "0999999922"}, "has employer 0999999922 under"),
    ],
)
async def test_reconciling_holds_an_assignment_note_against_the_period_it_leans_on(
    house: World, changes: dict[str, Any], said: str
) -> None:
    first, second = await two_jobs(house)
    lookups = Lookups(house.site)
    assert await other_days(house.site.database, lookups) == []
    instead(lookups, (await numbers(house, first))["bob"], **changes)
    found = await other_days(house.site.database, lookups)
    assert {each.key.split("/")[0] for each in found} == {first, second}
    assert all(said in each.said for each in found)


async def test_an_assignment_note_that_gets_a_day_more_takes_a_contract_and_a_declaration_of_its_own(
    house: World,
) -> None:
    _, second = await two_jobs(house)
    assert (await dimona(house, second)).met_at is not None
    assert len(await house.effects("dimona")) == 2, "Ann and Bob in the first job: the note asks for none"
    evenings = [
        {"date": day, "starts": "20:00", "ends": "22:00", "place": "Gent"} for day in ("2026-02-10", "2026-02-12")
    ]
    await moved(house, second, days=evenings)
    await house.until_step(second, STEP, "waiting")
    assert (await dimona(house, second)).met_at is None
