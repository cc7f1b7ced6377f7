"""Following a job live, over a real socket; resuming misses nothing and repeats nothing."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.api.jobs import parked_van
from tests.api.served import Served, serve
from tests.databases import MONDAY, sqlite_template, sqlite_url
from tests.patience import PATIENCE

__all__ = ["sqlite_template", "sqlite_url"]


@pytest.fixture
def served(sqlite_url: str, tmp_path: Path) -> Iterator[Served]:
    """The application with one parked job."""
    with serve(sqlite_url, tmp_path, parked_van) as running:
        yield running


def ids(answer: httpx2.Response, count: int) -> list[int]:
    """The ids of the first events of a stream."""
    seen: list[int] = []
    for line in answer.iter_lines():
        if line.startswith("id:"):
            seen.append(int(line.removeprefix("id:")))
        if len(seen) == count:
            break
    return seen


def test_the_story_comes_as_it_happens_and_resumes_where_it_was_left(served: Served) -> None:
    with httpx2.Client(base_url=served.url, headers=served.bearer, timeout=PATIENCE) as reader:
        job_id = reader.get("/api/jobs").json()["jobs"][0]["job_id"]
        address = f"/api/jobs/{job_id}/events"
        with reader.stream("GET", address) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert ids(answer, 4) == [1, 2, 3, 4]
        with reader.stream("GET", address, headers={"Last-Event-ID": "4"}) as answer:
            served.run(served.house.events.append(job_id, "job.ready", MONDAY))
            assert ids(answer, 1) == [5]


def test_a_stranger_gets_an_answer_and_no_stream(served: Served) -> None:
    answer = httpx2.get(f"{served.url}/api/jobs/0000000000/events", headers=served.bearer)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
