"""What a process tells of its job, written where people look: newer over older, each piece of news once."""

from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import workflow_ids
from domain.job import JobFile, JobState, Remembered, StepState
from domain.promises import as_told, told_job_state
from domain.rules.lapsing import may_lapse
from storage.core.database import upsert, upsert_all
from storage.execution import events, operations
from storage.jobs import deadlines, due_notices, proposed_moves
from storage.jobs.tables import job_steps, job_workflows, jobs
from storage.services.debt_collection import ENDED, awaited


async def remember(connection: AsyncConnection, told: Remembered) -> None:
    """Write the file down when it is newer than the one kept, and the news not told yet.

    A collection tells of its own steps; only the job's own process says in which state the job is.
    """
    job_id = told.file.job_id
    version = {"workflow_id": told.workflow_id, "job_id": job_id, "version": told.file.version}
    if await upsert(connection, job_workflows, version, key=["workflow_id"], if_newer="version"):
        await _steps(connection, told)
        await _job(connection, told)
    for news in told.news:
        fresh = await events.append(
            connection,
            job_id,
            news.kind,
            news.at,
            step=news.step,
            by=news.by,
            params=news.params,
            source=f"{told.workflow_id}#{news.n}",
        )
        if fresh is not None:
            await due_notices.write(connection, told.file, news)


async def known_version(connection: AsyncConnection, workflow_id: str) -> int | None:
    """How new the file is that one process told last; None when it never told anything."""
    known: int | None = await connection.scalar(
        select(job_workflows.c.version).where(job_workflows.c.workflow_id == workflow_id)
    )
    return known


async def rewrite(connection: AsyncConnection, told: Remembered, known: int | None) -> bool:
    """Write what a process told over whatever is kept, also over something that calls itself newer.

    False, and nothing is changed, when the process told something else since `known` was read.
    """
    if await known_version(connection, told.workflow_id) != known:
        return False
    await connection.execute(delete(job_workflows).where(job_workflows.c.workflow_id == told.workflow_id))
    gone = delete(job_steps).where(
        job_steps.c.job_id == told.file.job_id,
        job_steps.c.workflow_id == told.workflow_id,
        job_steps.c.step.not_in(list(told.file.steps)),
    )
    await connection.execute(gone)
    await remember(connection, told)
    return True


async def _steps(connection: AsyncConnection, told: Remembered) -> None:
    """Those that changed. No process drops a step: what is not wanted any more stays, as undone or superseded."""
    whose = {"job_id": told.file.job_id, "workflow_id": told.workflow_id}
    steps = [as_told(told.file, step) for step in told.file.steps.values()]
    rows = [_row(step) | whose | {"position": position} for position, step in enumerate(steps)]
    await upsert_all(connection, job_steps, rows, key=["job_id", "step"], if_other=("file", "position"))
    if over := [step.step for step in steps if step.state == "superseded"]:
        await operations.answered_themselves(connection, told.file.job_id, over)


async def _job(connection: AsyncConnection, told: Remembered) -> None:
    file = told.file
    parked = exists().where(job_steps.c.job_id == file.job_id, job_steps.c.state == "parked")
    values: dict[str, Any] = {"parked": parked}
    if told.workflow_id == workflow_ids.of_job(file.job_id):
        kept = file.model_dump(mode="json", exclude={"steps"})
        values |= {"state": await _told_state(connection, file), "next_at": file.next_at, "file": kept}
        if file.in_force is not None:
            await proposed_moves.follow(connection, file.job_id, file.in_force)
        await deadlines.claimed(connection, file)
        if may_lapse(file):
            await deadlines.lapse(connection, file)
    done = await connection.execute(update(jobs).where(jobs.c.job_id == file.job_id).values(values))
    if done.rowcount != 1:
        raise KeyError(file.job_id)


async def _told_state(connection: AsyncConnection, file: JobFile) -> JobState:
    """As the process tells it; over, but open again, while money is awaited that the bank took back."""
    state = told_job_state(file)
    return "collecting" if state in ENDED and await awaited(connection, file.job_id) else state


def _row(step: StepState) -> dict[str, Any]:
    problem = step.problem if step.state == "parked" else None
    return {
        "step": step.step,
        "service": step.service,
        "item": step.item,
        "state": step.state,
        "attempt": step.attempt,
        "revision": step.revision,
        "error_type": problem.type if problem else None,
        "parked_since_at": problem.since_at if problem else None,
        "decided_by": problem.decided_by if problem else None,
        "decide_by": step.decide_by,
        "partner": _partner(step),
        "file": step,
    }


def _partner(step: StepState) -> str | None:
    """The partner because of whom a step is parked, or for whom it waits."""
    if step.state == "parked" and step.problem:
        return step.problem.params.get("partner")
    return step.waiting.partner if step.state == "waiting" and step.waiting else None


async def own_steps(connection: AsyncConnection, job_id: str) -> dict[str, Any]:
    """The steps of the job's own process, in its order, as they were told."""
    wanted = select(job_steps.c.step, job_steps.c.file).where(
        job_steps.c.job_id == job_id, job_steps.c.workflow_id == workflow_ids.of_job(job_id)
    )
    rows = await connection.execute(wanted.order_by(job_steps.c.position))
    return {row.step: row.file for row in rows}
