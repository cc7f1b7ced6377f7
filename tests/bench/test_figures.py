"""The measures themselves: copies are jobs like others, and what cannot be measured is told and stops nothing."""

from pathlib import Path

import pytest

from bench.__main__ import measured
from bench.copies import add_copies, client_of
from bench.figures import Figure, markdown, table
from bench.measures import MEASURES
from storage.core.database import Database
from storage.execution.events import Events
from storage.jobs.search import JobFilter, JobSearch
from tests.databases import a_job


async def test_copies_are_found_counted_and_told_like_any_job(sqlite_only: Database) -> None:
    file, job_id = Path(str(sqlite_only.url.database)), await a_job(sqlite_only)
    add_copies(file, job_id, 0, 250)
    add_copies(file, job_id, 250, 300)
    search = JobSearch(sqlite_only)
    counted = await search.facets(JobFilter(text="concert"))
    assert counted.total == 301
    assert len((await search.page(JobFilter(client_id=client_of("c-hall")))).rows) == 3
    assert len((await search.page(JobFilter(parked=True), limit=100)).rows) == 30
    newest = (await search.page(JobFilter(), limit=3)).rows
    assert [row.job_id for row in newest] == [job_id, "COPY000000", "COPY000001"], "whatever its random id is"
    assert len(await Events(sqlite_only).since("COPY000299")) == len(await Events(sqlite_only).since(job_id))


async def test_what_cannot_be_measured_is_a_line_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: object) -> list[Figure]:
        raise ConnectionError("nobody answers")

    async def well(_: object) -> list[Figure]:
        return [Figure("rows kept", 600, "per job", 300, "at most 3 x", met=True)]

    monkeypatch.setitem(MEASURES, "start", broken)
    monkeypatch.setitem(MEASURES, "quote", well)
    figures = await measured(["start", "quote"])
    told = [line.split(" | ") for line in table(figures).splitlines()]
    assert [cell.strip(" |") for cell in told[2]][:2] == ["start", "not measured"]
    assert [cell.strip(" |") for cell in told[3]] == [
        *("rows kept", "600 per job", "300 per job", "2.00 x", "at most 3 x", "met"),
    ]
    assert "- start: ConnectionError: nobody answers" in markdown(figures, 12.0)
