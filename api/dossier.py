"""The dossier: everything about one job that the reader may see, in one zip."""

import io
import json
import zipfile
from typing import Any

from api import reading
from api.house import House
from api.who import Asker
from storage.jobs import KeptJob

EARLIEST_IN_ZIP = (1980, 1, 1, 0, 0, 0)
"""A fixed date inside the zip, so that the same dossier has the same bytes."""


async def dossier(home: House, asker: Asker, job: KeptJob) -> bytes:
    """Papers, story, decisions, deadlines, and the job as declared."""
    lines = await reading.told(home, job.job_id, asker.audience, asker.language)
    audit = await home.audit.page(job_id=job.job_id, limit=1000)
    deadlines = await home.deadlines.of_job(job.job_id)
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "story.txt", "\n".join(f"{one.at:%Y-%m-%d %H:%M} {one.title}: {one.text}" for one in lines))
        _add(archive, "story.json", _json([one.model_dump(mode="json") for one in lines]))
        _add(archive, "declaration.json", _json(job.declaration))
        _add(archive, "plan.json", _json(job.plan.model_dump(mode="json")))
        _add(archive, "decisions.json", _json([one.model_dump(mode="json") for one in reversed(audit)]))
        _add(archive, "deadlines.json", _json([one.model_dump(mode="json") for one in deadlines]))
        for paper in await reading.papers(home, asker, job.job_id):
            _add(archive, f"papers/{paper.name}", await home.documents.read(job.job_id, paper.name))
    return box.getvalue()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _add(archive: zipfile.ZipFile, name: str, content: str | bytes) -> None:
    entry = zipfile.ZipInfo(name, EARLIEST_IN_ZIP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
