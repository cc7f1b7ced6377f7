"""Whole jobs through every service, against no-op activities in the same order and at the same times."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from temporalio.worker import Worker

from api.declaring.start_sweeper import start_job
from bench import noop
from bench.clock import STRIDE, Days, forward, until
from bench.counting import Asked, counted
from bench.figures import Figure
from bench.history import Left, left_behind
from bench.jobs import concert
from bench.load import Cost
from bench.noop import Floor, Wave, nothing
from bench.rows import growth, kept
from bench.stage import Stage, login_of
from domain import workflow_ids
from engine.calendar import Calendar
from workers.isolation import plain_runner
from workers.wiring import ACTIVITIES_AT_ONCE, EAGER, build_worker

JOBS = 6
LONGEST = 100
"""Strides after which a job should long be collecting."""
GOAL = 0.6
THERE = ("collecting", "closed")
EVENTS, EVENTS_A_CALL, PAYLOAD_KIB = 250, 9, 40
STATEMENTS, COMMITS, REQUESTS = 600, 150, 80
MARGIN = 120.0
"""Seconds by which a floor's timer is due before its stride, whatever the run itself takes."""


@dataclass(frozen=True)
class Run:
    """What one run of several jobs cost, and what it left."""

    job_ids: tuple[str, ...]
    cost: Cost
    strides: int
    requests: int
    sql: Asked
    left: tuple[Left, ...]
    """Per job."""
    waves: tuple[Wave, ...]
    """One job's activities, in the order and at the strides they were asked for."""


async def whole_jobs(here: Stage) -> list[Figure]:
    """Real jobs, then the floor, then the same floor without any activity: the price of moving time."""
    before = await kept(here.database)
    run = await _real(here)
    left = await kept(here.database) - before
    floor = await _floor(here, run, list(run.waves))
    idle = await _floor(here, run, [Wave(wave.after_seconds, 0) for wave in run.waves])
    return [*_figures(run, floor, idle), *_history(run), *growth(left, JOBS)]


async def one_job(here: Stage) -> str:
    """The id of a real job, lived until its money is collected."""
    return (await _real(here, first=JOBS, jobs=1)).job_ids[0]


async def _real(here: Stage, first: int = 0, jobs: int = JOBS) -> Run:
    members = [await here.asking(login_of(first + number), here.doors) for number in range(jobs)]
    days, today = Days(here), here.house.today()
    async with build_worker(here.client, here.site), AsyncExitStack() as counting:
        sql = counting.enter_context(counted(here.database))
        before, asked = here.meter.read(), here.calls.requests
        answers = await asyncio.gather(
            *(
                member.post("/api/jobs", json=concert(number, today), headers={"idempotency-key": uuid.uuid4().hex})
                for number, member in enumerate(members, first)
            )
        )
        job_ids = tuple(str(answer.raise_for_status().json()["job_id"]) for answer in answers)
        await _started(here, job_ids)
        await days.quiet()
        while not await _all_collecting(here, job_ids):
            if len(days.instants) == LONGEST:
                raise RuntimeError(f"not collecting after {LONGEST} strides: {await _where(here, job_ids)}")
            await days.pass_one()
        spent = here.meter.read() - before
    for member in members:
        await member.aclose()
    left = tuple([await left_behind(here.client, await _processes(here, job_id)) for job_id in job_ids])
    cost = Cost(spent.wall - days.waited, spent.ours, spent.partners, spent.engine)
    requests = here.calls.requests - asked
    return Run(job_ids, cost, len(days.instants), requests, sql, left, _waves(left[0], days))


async def _all_collecting(here: Stage, job_ids: Sequence[str]) -> bool:
    rows = list((await here.house.jobs.rows(job_ids)).values())
    if parked := [row.job_id for row in rows if row.parked]:
        raise RuntimeError(f"a step is parked: {await _where(here, parked)}")
    return all(row.state in THERE for row in rows)


async def _started(here: Stage, job_ids: Sequence[str]) -> None:
    """On a busy machine a start may take longer than the request waits for; a sweep does it then, as always."""
    for job in await here.house.jobs.unstarted(limit=1000):
        if job.job_id in job_ids:
            await start_job(here.house, job)


async def _where(here: Stage, job_ids: Sequence[str]) -> str:
    told = []
    for job_id in job_ids:
        steps = await here.house.steps.of_job(job_id)
        state = (await here.house.jobs.row(job_id)).state
        told.append(f"{job_id} {state} {[(s.step, s.state, s.file.problem) for s in steps if s.state != 'done']}")
    return "; ".join(told)


async def _processes(here: Stage, job_id: str) -> list[str]:
    file = (await here.house.jobs.job(job_id)).file
    return [workflow_ids.of_job(job_id), *(workflow_ids.of_collection(invoice) for invoice in file.collections)]


def _waves(left: Left, days: Days) -> tuple[Wave, ...]:
    """Activities one decision asked for are one wave; it is due a margin before the stride it happened in."""
    sizes = Counter(one.decision for one in left.activities)
    asked = sorted({one.decision: one.at for one in reversed(left.activities)}.items(), key=lambda item: item[1])
    passed = [at.replace(tzinfo=None) - timedelta(seconds=MARGIN) for at in days.instants]
    strides = [sum(border <= at for border in passed) for _, at in asked]
    due = [max(stride * STRIDE.total_seconds() - MARGIN, 0.0) for stride in strides]
    return tuple(Wave(after, sizes[decision]) for (decision, _), after in zip(asked, due, strict=True))


async def _floor(here: Stage, run: Run, waves: list[Wave]) -> Cost:
    """The same number of no-op activities, with the worker's own settings and nothing around them."""
    calendar, queue = Calendar(), f"floor-{uuid.uuid4().hex[:6]}"
    async with _bare_worker(here, queue):
        before, served = here.meter.read(), noop.done
        for number in range(JOBS):
            await here.bare.start_workflow(Floor.run, waves, id=f"{queue}-{number}", task_queue=queue)
        for stride in range(run.strides + 1):
            if stride:
                await forward(here.bare, calendar, queue)
            await until(served + JOBS * _due(waves, stride))
        return here.meter.read() - before


def _due(waves: Sequence[Wave], stride: int) -> int:
    return sum(wave.size for wave in waves if wave.after_seconds <= stride * STRIDE.total_seconds())


@asynccontextmanager
async def _bare_worker(here: Stage, queue: str) -> AsyncIterator[None]:
    worker = Worker(
        here.bare,
        task_queue=queue,
        workflows=[Floor],
        activities=[nothing],
        workflow_runner=plain_runner(),
        max_concurrent_activities=ACTIVITIES_AT_ONCE,
        max_eager_activity_reservations_per_workflow_task=EAGER,
    )
    async with worker:
        yield


def _figures(run: Run, floor: Cost, idle: Cost) -> list[Figure]:
    own, bare = run.cost - idle, floor - idle
    rate, floor_rate = JOBS / own.wall, JOBS / bare.wall
    size = sum(wave.size for wave in run.waves)
    return [
        Figure(
            "whole jobs per second",
            rate,
            "/s",
            floor_rate,
            f"{GOAL} x",
            rate >= GOAL * floor_rate,
            f"{JOBS} jobs at once, {size} activities each; moving time ({idle.wall:.1f} s) is taken off both",
        ),
        Figure(
            "the same, moving time included",
            JOBS / run.cost.wall,
            "/s",
            JOBS / floor.wall,
            note=f"{run.strides} strides of {STRIDE.total_seconds() / 3600:.0f} h; ours {run.cost.wall:.1f} s",
        ),
        Figure("processor time per whole job", 1000 * own.cpu / JOBS, "ms", 1000 * bare.cpu / JOBS),
        Figure("... of our process", 1000 * own.ours / JOBS, "ms", 1000 * bare.ours / JOBS),
        Figure("... of the engine", 1000 * own.engine / JOBS, "ms", 1000 * bare.engine / JOBS),
        Figure("... of the simulated partners", 1000 * own.partners / JOBS, "ms"),
    ]


def _history(run: Run) -> list[Figure]:
    job = run.left[0]
    calls = len(job.activities)
    at_hand = sum(one.at_hand for one in job.activities)
    each = f"per step ({calls}, {at_hand} of them at hand; {run.requests / JOBS:.0f} HTTP requests a job)"
    shared = f"{JOBS} jobs share {run.strides} mornings"
    return [
        _at_most("SQL statements per job", run.sql.statements / JOBS, STATEMENTS, note=shared),
        _at_most("commits that write per job", run.sql.commits / JOBS, COMMITS, note=shared),
        Figure("transactions that only read, per job", run.sql.reads / JOBS, "", note=shared),
        _at_most("partner requests per job", run.requests / JOBS, REQUESTS, note=shared),
        Figure(
            "history events of the example job", job.events, "", goal=f"under {EVENTS}", met=job.events < EVENTS
        ),
        Figure(
            "history events",
            job.events / calls,
            each,
            goal=f"at most {EVENTS_A_CALL}",
            met=job.events / calls <= EVENTS_A_CALL,
        ),
        Figure("billable actions of the example job", job.actions, ""),
        Figure("billable actions", job.actions / calls, "per step"),
        _at_most("payload bytes of the example job", job.payload_bytes / 1024, PAYLOAD_KIB, "KiB"),
        Figure("payload bytes", job.payload_bytes / calls, "bytes per step"),
    ]


def _at_most(name: str, value: float, goal: int, unit: str = "", note: str = "") -> Figure:
    return Figure(name, value, unit, goal=f"at most {goal}", met=value <= goal, note=note)
