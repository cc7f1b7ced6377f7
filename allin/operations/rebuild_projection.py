"""A job's row and steps written anew from what its processes know; the tables are only what people see."""

from datetime import timedelta

from sqlalchemy import select
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from allin.client.terminal import Stop
from allin.embedded.data_folder import DataFolder
from allin.installation import Installation, opened
from domain import workflow_ids
from domain.job import JobFile, Remembered
from domain.message import Message
from engine.settings import Settings
from storage.execution.events import append
from storage.execution.projection import known_version, rewrite
from storage.jobs.tables import job_workflows, jobs

PATIENCE = timedelta(seconds=20)
"""A long history is replayed before a process that left the memory of its worker can answer."""
TRIES = 5
"""A process that changes at this very moment is asked again; it writes by itself meanwhile."""
STORY_LINE = "job.rebuilt"


class Rebuilt(Message):
    """What was written anew from one process."""

    workflow_id: str
    state: str
    steps: int


async def rebuild(settings: Settings, folder: DataFolder, job_id: str) -> list[Rebuilt]:
    """Ask the processes of one job for all they know and write it down; Stop when there is nobody to ask."""
    running = folder.running()
    if running is not None:
        address = {"temporal_address": f"127.0.0.1:{running.temporal_port}"}
        settings = settings.model_copy(update=address)
    async with opened(settings) as here:
        return await rebuild_job(here, await here.temporal(), job_id.upper())


async def rebuild_job(here: Installation, client: Client, job_id: str) -> list[Rebuilt]:
    """The job's own process first: it knows its collections. The story says that it was done."""
    async with here.database.reading() as connection:
        if await connection.scalar(select(jobs.c.job_id).where(jobs.c.job_id == job_id)) is None:
            raise Stop(f"there is no job {job_id}")
    own, file = await _rebuilt(here, client, job_id, workflow_ids.of_job(job_id))
    collections = [(await _rebuilt(here, client, job_id, each))[0] for each in await _collections(here, file)]
    done = [own, *collections]
    async with here.database.writing() as connection:
        steps = str(sum(each.steps for each in done))
        await append(
            connection, job_id, STORY_LINE, here.calendar.now(), by="allin doctor", params={"steps": steps}
        )
    return done


async def _collections(here: Installation, file: JobFile) -> list[str]:
    """The collections of the job's invoices, by the job's own knowledge and by the tables'."""
    wanted = select(job_workflows.c.workflow_id).where(job_workflows.c.job_id == file.job_id)
    async with here.database.reading() as connection:
        known = [row.workflow_id for row in await connection.execute(wanted)]
    named = [workflow_ids.of_collection(invoice_id) for invoice_id in file.collections]
    return [each for each in dict.fromkeys([*named, *known]) if each != workflow_ids.of_job(file.job_id)]


async def _rebuilt(here: Installation, client: Client, job_id: str, workflow_id: str) -> tuple[Rebuilt, JobFile]:
    for _ in range(TRIES):
        async with here.database.reading() as connection:
            known = await known_version(connection, workflow_id)
        file = await _query_file(client, workflow_id)
        if file.job_id != job_id:
            raise Stop(f"{workflow_id} belongs to the job {file.job_id}, not to {job_id}; nothing was changed")
        async with here.database.writing() as connection:
            if await rewrite(connection, Remembered(workflow_id=workflow_id, file=file), known):
                return Rebuilt(workflow_id=workflow_id, state=file.state, steps=len(file.steps)), file
    raise Stop(f"{workflow_id} changes too fast to be copied; it writes its own file: try again in a minute")


async def _query_file(client: Client, workflow_id: str) -> JobFile:
    handle = client.get_workflow_handle(workflow_id)
    try:
        file: JobFile = await handle.query("file", result_type=JobFile, rpc_timeout=PATIENCE)
    except WorkflowQueryFailedError as error:
        raise Stop(f"{workflow_id} runs on a release that cannot be asked: {error}") from error
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise Stop(f"Temporal no longer has {workflow_id}: its tables stay as they are") from error
        raise Stop(f"{workflow_id} does not answer ({error.message}): is a worker running?") from error
    return file
