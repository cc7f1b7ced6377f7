"""Following a job live, over a real socket; resuming misses nothing and repeats nothing."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import httpx2
import pytest

from api.security import streams
from tests.api.jobs import parked_van
from tests.api.served import Served, serve
from tests.databases import MONDAY, sqlite_url
from tests.patience import PATIENCE

__all__ = ["sqlite_url"]


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


def test_a_stream_ends_with_the_session_it_was_opened_with(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LOOKED_EVERY", 0.0)
    with httpx2.Client(base_url=served.url, headers=served.bearer, timeout=PATIENCE) as reader:
        job_id = reader.get("/api/jobs").json()["jobs"][0]["job_id"]
        with reader.stream("GET", f"/api/jobs/{job_id}/events") as answer:
            for line in answer.iter_lines():  # to its end
                if line == "id: 4":
                    served.run(served.house.sessions.close_all("p-ann"))
        assert reader.get(f"/api/jobs/{job_id}/events").status_code == 401


def test_a_person_holds_a_dozen_streams_open_and_not_one_more(served: Served) -> None:
    with (
        httpx2.Client(base_url=served.url, headers=served.bearer, timeout=PATIENCE) as reader,
        ExitStack() as open_,
    ):
        address = f"/api/jobs/{reader.get('/api/jobs').json()['jobs'][0]['job_id']}/events"
        for _ in range(12):
            assert open_.enter_context(reader.stream("GET", address)).status_code == 200
        assert reader.get(address).status_code == 429
        open_.close()
        until(lambda: reader.stream("GET", address), 200)


def until(asked: Callable[[], AbstractContextManager[httpx2.Response]], status: int) -> None:
    """Ask again until this is the answer: a stream that was left is noticed a moment later."""
    left = time.monotonic() + PATIENCE
    while time.monotonic() < left:
        with asked() as answer:
            if answer.status_code == status:
                return
        time.sleep(0.1)
    raise AssertionError(f"never answered with {status}")
