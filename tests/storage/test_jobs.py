"""Jobs are declared once, listed by page, and follow what their process says."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.job import JobFile, News, Problem, Remembered, StepState
from storage.core.database import Database
from storage.core.pagination import BadCursor
from storage.execution.events import Events
from storage.jobs.deadlines import Deadlines
from storage.jobs.jobs import CROCKFORD, JobFilter, Jobs, KeyInFlight, KeyReused, Moved
from storage.jobs.steps import ParkedFilter, StepRows
from storage.jobs.tables import job_keys
from tests.databases import MONDAY, a_declaration, a_job, a_plan


async def test_fifty_declarations_with_the_same_key_are_one_job(database: Database) -> None:
    store = Jobs(database)
    declared = await asyncio.gather(*(store.declare(a_declaration(key="click")) for _ in range(50)))
    assert len({one.job_id for one in declared}) == 1
    assert [one.fresh for one in declared].count(True) == 1
    assert len((await store.page(JobFilter())).rows) == 1


async def test_a_key_used_for_another_body_is_refused(database: Database) -> None:
    store = Jobs(database)
    first = await store.declare(a_declaration(key="click"))
    with pytest.raises(KeyReused):
        await store.declare(a_declaration(key="click", body_hash="c" * 64))
    assert await store.declared("p-ann", "click", "b" * 64) == first.job_id
    assert await store.declared("p-ben", "click", "b" * 64) is None
    other = await store.declare(a_declaration(key="click", caller="p-ben"))
    assert other.job_id != first.job_id


async def test_a_twin_that_takes_long_is_told_of_as_in_flight(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("one writer at a time: a twin waits its turn")
    store = Jobs(database)
    async with database.writing() as connection:
        claim = {"caller": "p-ann", "key": "slow", "body_hash": "b" * 64, "job_id": "X", "at": MONDAY}
        await connection.execute(job_keys.insert().values(claim))
        with pytest.raises(KeyInFlight):
            await store.declare(a_declaration(key="slow"))


async def test_a_declared_job_is_kept_with_its_plan_deadlines_and_first_line(database: Database) -> None:
    job_id = await a_job(database)
    assert len(job_id) == 10
    assert set(job_id) <= set(CROCKFORD)
    job = await Jobs(database).job(job_id)
    assert job.title == "Concert in Liège"
    assert job.amount_eur == Decimal("1800.00")
    assert job.declaration["note_to_adviser"] == "first time abroad"
    assert job.plan == a_plan()
    assert job.file == JobFile(job_id=job_id)
    assert [deadline.kind for deadline in await Deadlines(database).of_job(job_id)] == ["dimona"]
    (line,) = await Events(database).since(job_id)
    assert (line.seq, line.kind, line.by, line.at) == (1, "job.declared", "p-ann", MONDAY)


async def test_a_declared_job_waits_to_be_started_until_it_is(database: Database) -> None:
    store = Jobs(database)
    job_id = await a_job(database)
    (waiting,) = await store.unstarted()
    assert (waiting.job_id, waiting.quote_id, waiting.plan.title) == (job_id, "q-1", "Concert in Liège")
    await store.mark_started(job_id, MONDAY)
    await store.mark_started(job_id, MONDAY + timedelta(days=1))
    assert await store.unstarted() == []
    assert (await store.row(job_id)).started_at == MONDAY


async def test_a_moved_job_has_its_new_plan_and_deadlines(database: Database) -> None:
    store = Jobs(database)
    job_id = await a_job(database)
    later = a_plan("Concert in Namur", first_start_at=MONDAY + timedelta(days=90))
    now = Moved(
        operation_id="m-1", at=MONDAY, declaration={"title": "Later"}, plan=later, amount_eur=Decimal("1900.00")
    )
    for _ in range(2):
        await store.moved(job_id, now)
    assert (await store.job(job_id)).declaration == {"title": "Later"}
    (before,) = await store.earlier(job_id)
    assert (before.n, before.declaration["title"], before.until_at) == (1, "Concert in Liège", MONDAY)
    job = await store.job(job_id)
    assert (job.title, job.amount_eur, job.first_start_at) == (
        "Concert in Namur",
        Decimal("1900.00"),
        MONDAY + timedelta(days=90),
    )
    assert await Deadlines(database).of_job(job_id) == []


async def test_pages_show_every_job_once_the_latest_first(database: Database) -> None:
    declared = [await a_job(database, at=MONDAY + timedelta(minutes=n // 2)) for n in range(7)]
    store, seen, cursor = Jobs(database), [], None
    while True:
        page = await store.page(JobFilter(), cursor, limit=3)
        seen += [row.job_id for row in page.rows]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == 7
    assert set(seen) == set(declared)
    assert set(seen[-2:]) == set(declared[:2])
    with pytest.raises(BadCursor):
        await store.page(JobFilter(), "nonsense")


async def test_lists_are_filtered_by_what_is_asked(database: Database) -> None:
    mine = await a_job(database)
    other = await a_job(
        database, plan=a_plan("Atelier", member_id="p-ben", client_id="c-school"), client_name="École 100%"
    )
    store = Jobs(database)

    async def found(wanted: JobFilter) -> list[str]:
        return [row.job_id for row in (await store.page(wanted)).rows]

    assert await found(JobFilter(member_id="p-ann")) == [mine]
    assert await found(JobFilter(members=["p-ben"])) == [other]
    assert await found(JobFilter(members=[])) == []
    assert await found(JobFilter(client_id="c-school")) == [other]
    assert await found(JobFilter(text="100%")) == [other]
    assert await found(JobFilter(text="kadans")) == [mine]
    assert await found(JobFilter(text=mine.lower())) == [mine]
    assert await found(JobFilter(state="engaged")) == []
    assert await found(JobFilter(parked=True)) == []


def parked_van(job_id: str, version: int, state: str = "parked") -> Remembered:
    """The process says that the van could not be had."""
    problem = Problem(type="NoVanLeft", text="No van left", params={"partner": "vans"}, since_at=MONDAY)
    van = StepState(service="van_rental", item="van1", state="parked", attempt=1, problem=problem)
    if state == "done":
        van = StepState(service="van_rental", item="van1", state="done", attempt=2, booking={"reference": "V-9"})
    signing = StepState(service="employment_contract", item="ann", state="waiting", essential=True)
    file = JobFile(
        job_id=job_id,
        state="engaged",
        version=version,
        steps={signing.step: signing, van.step: van},
        next_at=MONDAY + timedelta(hours=version),
        off_the_job=["ben"],
    )
    news = News(n=version, at=MONDAY, kind="step.parked", step=van.step, params={"why": "NoVanLeft"})
    return Remembered(workflow_id=f"job-{job_id}", file=file, news=(news,))


async def test_what_the_process_tells_is_what_lists_show(database: Database) -> None:
    job_id = await a_job(database)
    store, steps = Jobs(database), StepRows(database)
    told = parked_van(job_id, 1)
    await store.remember(told)
    await store.remember(told)
    job = await store.job(job_id)
    assert (job.state, job.parked, job.next_at) == ("engaged", True, MONDAY + timedelta(hours=1))
    assert job.file == told.file
    assert [event.kind for event in await Events(database).since(job_id)] == ["job.declared", "step.parked"]
    van = await steps.step(job_id, "van_rental:van1")
    assert (van.error_type, van.decided_by, van.partner, van.attempt) == ("NoVanLeft", "ops", "vans", 1)
    assert [row.step for row in await steps.of_job(job_id)] == ["employment_contract:ann", "van_rental:van1"]
    for wanted in (JobFilter(parked=True), JobFilter(service="van_rental", parked=True)):
        assert [row.job_id for row in (await store.page(wanted)).rows] == [job_id]
    assert (await store.page(JobFilter(service="employment_contract", parked=True))).rows == []


async def test_an_older_file_never_overwrites_a_newer_one(database: Database) -> None:
    job_id = await a_job(database)
    store = Jobs(database)
    await store.remember(parked_van(job_id, 5, "done"))
    await store.remember(parked_van(job_id, 4))
    job = await store.job(job_id)
    assert (job.file.version, job.parked) == (5, False)
    assert job.file.steps["van_rental:van1"].booking == {"reference": "V-9"}
    assert len(await Events(database).since(job_id)) == 3


async def test_twenty_files_at_once_leave_the_newest(database: Database) -> None:
    job_id = await a_job(database)
    store = Jobs(database)
    await asyncio.gather(*(store.remember(parked_van(job_id, version)) for version in range(1, 21)))
    job = await store.job(job_id)
    assert job.file.version == 20
    assert [event.seq for event in await Events(database).since(job_id)] == list(range(1, 22))


async def test_a_collection_tells_its_own_steps_and_not_the_jobs_state(database: Database) -> None:
    job_id = await a_job(database)
    store = Jobs(database)
    await store.remember(parked_van(job_id, 3, "done"))
    problem = Problem(type="Disputed", text="The client disputes", since_at=MONDAY, decided_by="advisor")
    reminder = StepState(service="debt_collection", item="balance", state="parked", problem=problem)
    file = JobFile(job_id=job_id, state="collecting", version=1, steps={reminder.step: reminder})
    await store.remember(Remembered(workflow_id="collection-2026-7", file=file))
    job = await store.job(job_id)
    assert (job.state, job.parked, list(job.file.steps)) == (
        "engaged",
        True,
        ["employment_contract:ann", "van_rental:van1"],
    )
    steps = await StepRows(database).of_job(job_id)
    assert [(row.step, row.workflow_id) for row in steps][-1] == (
        "debt_collection:balance",
        "collection-2026-7",
    )


async def test_parked_steps_stand_in_the_order_in_which_to_decide(database: Database) -> None:
    """What becomes unlawful within two days, then by decide-by, then the longest parked; page by page alike."""
    store, steps = Jobs(database), StepRows(database)
    hour, day = timedelta(hours=1), timedelta(days=1)
    wanted = (
        ("van_rental", 2 * hour, MONDAY - day),
        ("wages", day, MONDAY),
        ("employment_contract", 27 * day, MONDAY - 9 * day),
        ("travel", None, MONDAY - 3 * day),
        ("equipment", None, MONDAY - 5 * day),
        ("employment_contract", 40 * hour, MONDAY),
    )
    for service, left, since in wanted:
        job_id = await a_job(database)
        why = Problem(type="PartnerDown", text="away", since_at=since)
        until = None if left is None else MONDAY + left
        step = StepState(service=service, item="x", state="parked", attempt=1, problem=why, decide_by=until)
        file = JobFile(job_id=job_id, state="engaged", version=1, steps={step.step: step})
        await store.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    told, after = [], None
    while True:
        page = await steps.parked(ParkedFilter(), after, limit=2, now=MONDAY)
        told += [(row.service, row.decide_by) for row in page.rows]
        after = page.next
        if after is None:
            break
    assert told == [
        ("wages", MONDAY + day),
        ("employment_contract", MONDAY + 40 * hour),
        ("van_rental", MONDAY + 2 * hour),
        ("employment_contract", MONDAY + 27 * day),
        ("equipment", None),
        ("travel", None),
    ]
    with pytest.raises(BadCursor):
        await steps.parked(ParkedFilter(), "bm9uc2Vuc2U", now=MONDAY)


async def test_parked_steps_are_found_by_words_of_the_job_or_its_id(database: Database) -> None:
    store, steps = Jobs(database), StepRows(database)
    job_id = await a_job(database)
    await store.remember(parked_van(job_id, 1))
    for text in ("concert", job_id, job_id.lower()):
        assert [row.job_id for row in (await steps.parked(ParkedFilter(text=text))).rows] == [job_id]
    assert (await steps.parked(ParkedFilter(text="wedding"))).rows == []


async def test_parked_steps_are_listed_by_page_and_counted_by_reason(database: Database) -> None:
    store, steps = Jobs(database), StepRows(database)
    for _ in range(5):
        await store.remember(parked_van(await a_job(database), 1))
    first = await steps.parked(ParkedFilter(service="van_rental", error_type="NoVanLeft"), limit=3)
    rest = await steps.parked(ParkedFilter(partner="vans", since_at=MONDAY), first.next, limit=3)
    assert len({row.job_id for row in [*first.rows, *rest.rows]}) == 5
    assert rest.next is None
    (group,) = await steps.parked_groups()
    assert (group.service, group.error_type, group.partner, group.count, group.oldest_at) == (
        "van_rental",
        "NoVanLeft",
        "vans",
        5,
        MONDAY,
    )
    assert (await steps.parked(ParkedFilter(decided_by="member"))).rows == []


async def test_an_unknown_job_is_a_key_error(database: Database) -> None:
    store = Jobs(database)
    now = Moved(operation_id="m-1", at=MONDAY, declaration={}, plan=a_plan(), amount_eur=Decimal(1))
    for asked in (store.job("NONE"), store.row("NONE"), store.moved("NONE", now)):
        with pytest.raises(KeyError):
            await asked
