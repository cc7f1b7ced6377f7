"""What every test may ask for."""

import gc
from collections.abc import Generator
from datetime import datetime

import pytest
import time_machine
from hypothesis import settings

pytest_plugins = ["tests.databases", "tests.temporal"]
LONG = (
    "tests/lives/test_lives.py",
    "tests/allin/test_up.py",
    "tests/crawling/",
    "tests/production/",
    "tests/process/",
    "tests/api/test_contract.py",
    "tests/e2e/",
)
"""Begun first, so that no process of a run ends with one of them alone."""
OF_ITS_OWN = ("tests/allin/", "tests/e2e/", "tests/production/", "tests/bench/")
"""These start programs of their own, which read the clock of the machine."""


settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """A run at another instant than now."""
    told = "run as if it were this instant, such as 2028-02-29T23:59:30+01:00, and skip what other programs do"
    parser.addoption("--at", type=datetime.fromisoformat, metavar="INSTANT", help=told)


def pytest_configure(config: pytest.Config) -> None:
    """The clock of this process is set before anything is imported, and runs on from there."""
    if at := config.getoption("at"):
        assert at.tzinfo is not None, "--at needs a time zone: 2028-02-29T23:59:30+01:00"
        travelling = time_machine.travel(at, tick=True)
        travelling.start()
        config.add_cleanup(travelling.stop)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """While tests are gathered nothing becomes garbage; what was gathered is not looked through again."""
    gc.disable()
    gathered = yield
    gc.enable()
    gc.freeze()
    return gathered


@pytest.hookimpl(trylast=True)  # after the order was shuffled
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long comes first; at another instant, what another program's clock decides is left out."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    if not config.getoption("at"):
        return
    elsewhere = pytest.mark.skip(reason="--at: asks a program that has the clock of the machine")
    for item in items:
        asks = "temporal_address" in getattr(item, "fixturenames", ())
        if asks or item.nodeid.startswith(OF_ITS_OWN):
            item.add_marker(elsewhere)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Every run has an order of its own; a failed one is repeated in the same order by its seed."""
    seed = config.getoption("randomly_seed", None)
    if seed is not None:
        terminalreporter.write_line(f"the order of these tests: --randomly-seed={seed}")
