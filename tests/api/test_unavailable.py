"""What people are told while our database is in trouble, and what a fault of ours leaves behind."""

from http.client import HTTPConnection
from pathlib import Path

import pytest
from fastapi import APIRouter
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, ProgrammingError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.testing import capture_logs

from api.container import Home
from engine.keys import WrongKey
from storage.core.unavailable import is_storage_trouble
from tests.api.conftest import Door
from tests.api.served import serve

LOCKED = OperationalError("SELECT secret", {"iban": "BE71096123456769"}, Exception("database is locked"))
NO_KEY = StatementError("reading", "SELECT", {}, WrongKey("no master key b'k2'"))
TROUBLE = (LOCKED, ProgrammingError("SELECT", {}, Exception("no such column")), PoolTimeout("pool"), NO_KEY)
OURS = (
    IntegrityError("INSERT", {}, Exception("twice")),
    DataError("INSERT", {}, Exception("too long")),
    KeyError("x"),
)


@pytest.mark.parametrize("error", TROUBLE, ids=lambda error: type(error).__name__)
def test_what_may_succeed_later_unchanged_is_trouble_of_the_database(error: Exception) -> None:
    assert is_storage_trouble(error)


@pytest.mark.parametrize("error", OURS, ids=lambda error: type(error).__name__)
def test_what_a_constraint_or_our_own_code_refuses_is_none(error: Exception) -> None:
    assert not is_storage_trouble(error)


@pytest.fixture
async def broken(door: Door) -> dict[str, Exception]:
    """Doors at which something breaks, by its name."""
    routes = APIRouter()
    what: dict[str, Exception] = {}

    @routes.get("/break/{name}")
    async def breaks(name: str, _: Home) -> None:
        raise what[name]

    @routes.get("/api/break/{name}")
    async def breaks_for_programs(name: str, _: Home) -> None:
        raise what[name]

    door.app.router.routes[:0] = routes.routes
    return what


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("fr", "Nous ne pouvons rien consulter pour l'instant"),
        ("nl", "Wij kunnen nu even niets opzoeken"),
        ("en", "We cannot look anything up at the moment"),
    ],
)
async def test_trouble_of_the_database_is_503_with_what_still_works_in_every_language(
    door: Door, broken: dict[str, Exception], lang: str, title: str
) -> None:
    broken["locked"] = LOCKED
    async with await door.asking(None, **{"accept-language": lang}) as http:
        told = await http.get("/api/break/locked")
        page = await http.get("/break/locked", headers={"accept": "text/html"})
    assert (told.status_code, told.headers["retry-after"], told.json()["title"]) == (503, "5", title)
    assert told.json()["type"].endswith("problem/storage-unavailable")
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert title.replace("'", "&#39;") in page.text
    assert told.json()["what_to_do"].count(".") == 3


async def test_a_constraint_broken_is_a_fault_of_ours_and_leaves_its_trace_without_its_values(
    door: Door, broken: dict[str, Exception]
) -> None:
    broken["twice"] = IntegrityError("INSERT", {}, Exception("twice"), hide_parameters=True)
    async with await door.asking() as http:
        with capture_logs() as lines:
            told = await http.get("/api/break/twice")
    assert told.status_code == 500
    assert told.headers["x-content-type-options"] == "nosniff"
    (line,) = [each for each in lines if each["event"] == "request_failed"]
    assert line["exc_info"] is True
    assert line["path"] == "/api/break/{name}"


def test_the_next_request_on_the_same_connection_is_answered_after_a_fault(sqlite_url: str, tmp_path: Path) -> None:
    async def breaks(house: object) -> None:
        async def refused(*_: object) -> None:
            raise KeyError("a fault of ours")

        house.accounts.by_login = refused  # type: ignore[attr-defined]

    with serve(sqlite_url, tmp_path, breaks) as served:
        line = HTTPConnection(served.url.removeprefix("http://"))
        used = set()
        for _ in range(4):
            line.request("POST", "/api/session", b'{"person": "ann"}', {"content-type": "application/json"})
            answer = line.getresponse()
            assert (answer.status, b"broken" in answer.read()) == (500, True)
            used.add(id(line.sock))
        assert len(used) == 1
        line.close()
