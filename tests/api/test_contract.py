"""The published contract is what the API does: every answer is documented, whatever is sent."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from api.container import Container
from engine.calendar import wall_clock
from sandbox.app import create_app as sandbox_app
from sandbox.settings import SandboxSettings
from tests.api.jobs import parked_van
from tests.api.served import Served, serve
from tests.api.test_bank import a_desk
from tests.databases import sqlite_url
from tests.patience import PATIENCE

__all__ = ["sqlite_url"]

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.fixture
def served(sqlite_url: str, tmp_path: Path) -> Iterator[Served]:
    """The application with one parked job, and a bank."""

    async def prepare(house: Container) -> None:
        sandbox = sandbox_app(tmp_path / "sandbox.sqlite", SandboxSettings())
        house.desk = a_desk(house, httpx2.ASGITransport(app=sandbox))
        await parked_van(house)

    with serve(sqlite_url, tmp_path, prepare) as running:
        yield running


@pytest.mark.parametrize("mode", list(GenerationMode), ids=["as documented", "anything else"])
def test_every_answer_is_documented(served: Served, mode: GenerationMode) -> None:
    whole = schemathesis.openapi.from_url(f"{served.url}/openapi.json", timeout=PATIENCE)
    for found in whole.exclude(path_regex="/events$").get_all_operations():
        strategy = found.ok().as_strategy(generation_mode=mode)

        @given(case=strategy)
        @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        def answers_as_documented(case: Case) -> None:
            case.call_and_validate(headers=served.bearer, checks=list(CHECKS))

        try:
            answers_as_documented()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # nothing can be wrong about such a request


EXAMPLES = int(os.environ.get("FUZZ", "1"))
"""Of each route for each role; `make fuzz` tries many."""


@pytest.mark.parametrize("login", ["dan", "eve", "otto", "fay", "ada", ""])
def test_no_role_finds_a_question_that_breaks_us(served: Served, login: str) -> None:
    whole = schemathesis.openapi.from_url(f"{served.url}/openapi.json")
    sessions = served.house.sessions
    for found in whole.exclude(path_regex="/events$|/api/session$").get_all_operations():
        token = served.run(sessions.open(f"p-{login}", wall_clock(), timedelta(hours=1))) if login else ""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        strategy = found.ok().as_strategy(generation_mode=GenerationMode.POSITIVE)

        @given(case=strategy)
        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        def never_breaks(case: Case) -> None:
            answer = case.call(headers=headers)  # noqa: B023  # called before the next turn
            assert answer.status_code < 500 or answer.status_code == 503, (
                f"{case.method} {case.path}: {answer.text}"
            )

        never_breaks()
