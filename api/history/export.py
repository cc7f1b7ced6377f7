"""The dossier: everything about one job that the reader may see, in one zip that needs no program of ours.

The story as paper and as data, the papers, the declaration in force and what it was before, the decisions with the
hashes that prove them, deadlines, money; for ops also every order and try, and the engine's own histories, opened,
which the engine's replay accepts years later.
"""

import io
import json
import zipfile
from collections.abc import AsyncIterator, Sequence
from typing import Any

from pydantic import BaseModel

from api.container import Container
from api.history.export_paper import story_paper
from api.history.service import inspect
from api.jobs import access
from api.security.permissions import Asker
from domain import workflow_ids
from storage.jobs.jobs import KeptJob

EARLIEST_IN_ZIP = (1980, 1, 1, 0, 0, 0)
"""A fixed date inside the zip, so that the same dossier has the same bytes."""
READ_ME = """\
{title} ({job_id}), {at}

story.pdf, story.json   what happened, line by line and step by step
declaration.json        the job as declared, as it is in force; earlier/ has what it was before it was moved
plan.json               every order the declaration led to
decisions.json          who decided what, with the hashes of the chain; `allin audit verify` proves the chain
deadlines.json          what had to be done by when, whether it was, and the law or promise behind it
money.json              every entry in the books
papers/                 every paper the reader may see
orders.json, tries.json what was asked of partners under which key, and every try (ops only)
history/                the engine's own histories, decrypted (ops only); to replay one with the code of then or
                        of now, see docs/recorded-histories.md
"""


async def dossier(home: Container, asker: Asker, job: KeptJob) -> bytes:
    """The zip."""
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        async for name, content in _parts(home, asker, job):
            _add(archive, name, content)
    return box.getvalue()


async def _parts(home: Container, asker: Asker, job: KeptJob) -> AsyncIterator[tuple[str, str | bytes]]:
    job_id = job.job_id
    yield "README.txt", READ_ME.format(title=job.title, job_id=job_id, at=f"{home.now():%Y-%m-%d %H:%M} UTC")
    async for part in _story(home, asker, job):
        yield part
    yield "declaration.json", _json(job.declaration)
    for one in await home.jobs.earlier(job_id):
        yield f"earlier/declaration-{one.n}-until-{one.until_at:%Y-%m-%d}.json", _json(one.declaration)
    yield "plan.json", _json(job.plan.model_dump(mode="json"))
    yield "decisions.json", _rows([*reversed(await home.audit.page(job_id=job_id, limit=1000))])
    yield "deadlines.json", _rows(await home.deadlines.of_job(job_id))
    yield "money.json", _rows(await home.ledger.entries(job_id))
    for paper in await access.papers(home, asker, job_id):
        yield f"papers/{paper.name}", await home.documents.read(job_id, paper.name)
    if asker.audience == "ops":
        async for part in _machinery(home, job_id):
            yield part


async def _story(home: Container, asker: Asker, job: KeptJob) -> AsyncIterator[tuple[str, str | bytes]]:
    told = await inspect(home, asker, job.job_id, asker.audience, asker.language)
    yield "story.json", told.model_dump_json(indent=2)
    if home.printer is None:
        return
    entity = await home.entities.entity(job.entity)
    sandbox = bool(home.settings.sandbox_url)
    yield "story.pdf", await home.printer.pdf(story_paper(told, entity, home.today(), sandbox=sandbox))


async def _machinery(home: Container, job_id: str) -> AsyncIterator[tuple[str, str | bytes]]:
    """What only ops read: orders, tries, and the engine's histories."""
    yield "orders.json", _rows(await home.orders.of_job(job_id))
    yield "tries.json", _rows(await home.attempts.of_job(job_id))
    workflows = {workflow_ids.of_job(job_id), *(row.workflow_id for row in await home.steps.of_job(job_id))}
    for workflow_id in sorted(workflows):
        if (history := await home.process.recorded(workflow_id)) is not None:
            yield f"history/{workflow_id}.json", history


def _rows(rows: Sequence[BaseModel]) -> str:
    return _json([one.model_dump(mode="json") for one in rows])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _add(archive: zipfile.ZipFile, name: str, content: str | bytes) -> None:
    entry = zipfile.ZipInfo(name, EARLIEST_IN_ZIP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
