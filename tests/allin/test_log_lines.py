"""Whatever writes in a process writes a line that machines read, and an outage does not drown the rest."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from allin.embedded.data_folder import DataFolder
from allin.operations.doctor import Checkup
from engine.logs import EVERY_SECONDS, MOST, Sparing
from engine.settings import load_settings
from storage.core.database import Database
from tests.databases import migrated, postgres_database

NOISY = """
import logging, sys, threading, warnings
from pathlib import Path
import structlog
from engine import logs
from engine.settings import load_settings
settings = load_settings(data=Path(sys.argv[1]), log_json=sys.argv[2] == "json")
logs.set_up(settings, Path(sys.argv[3]) if sys.argv[3:] else None)
logs.started("api", address="http://127.0.0.1:1")
try:
    raise ValueError("paid to BE71 0961 2345 6769")
except ValueError:
    structlog.get_logger().exception("request_failed")
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
logging.getLogger("temporalio.core").warning("worker could not poll")
for n in range(5000):
    logging.getLogger("temporalio.worker").error("Completing activity as failed %s", n)
    structlog.get_logger().error("sweep failed", n=n)
warnings.warn("old", stacklevel=1)
threading.Thread(target=lambda: 1 / 0).start()
raise KeyError("nobody caught this")
"""


def _ran(tmp_path: Path, *how: str) -> tuple[str, str]:
    command = [sys.executable, "-c", NOISY, str(tmp_path), *how]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return told.stdout, told.stderr


def test_everything_that_writes_writes_json_one_line_each_and_an_outage_is_a_few_lines(tmp_path: Path) -> None:
    out, err = _ran(tmp_path, "json")
    assert out == ""
    lines = [json.loads(line) for line in err.splitlines()]
    assert all({"event", "level", "timestamp"} <= set(line) for line in lines)
    said = [line["event"] for line in lines]
    assert (said[0], lines[0]["part"]) == ("started", "api")
    assert "worker could not poll" in said
    assert said.count("sweep failed") == MOST
    assert sum(each.startswith("Completing activity as failed") for each in said) == MOST
    traced = {line["event"]: line["exception"] for line in lines if "exception" in line}
    assert traced["request_failed"].splitlines()[-1] == "ValueError: paid to ***"
    assert traced["Exception in ASGI application"].splitlines()[-1] == "ValueError: paid to ***"
    assert [each for each in said if each == "uncaught"] == ["uncaught"] * 2
    assert len(lines) < 60


def test_where_lines_go_to_a_file_an_error_with_its_trace_is_on_the_terminal_too(tmp_path: Path) -> None:
    _, err = _ran(tmp_path, "people", str(tmp_path / "allin.log"))
    assert "request_failed" in err
    assert "ValueError: paid to ***" in err
    assert "started" not in err
    assert "request_failed" in (tmp_path / "allin.log").read_text()


def test_what_was_left_out_is_counted_and_quiet_lines_are_never_left_out() -> None:
    now = [0.0]
    sparing = Sparing(lambda: now[0])
    for _ in range(MOST):
        sparing(None, "error", {"event": "sweep failed"})
    for _ in range(480):
        with pytest.raises(structlog.DropEvent):
            sparing(None, "error", {"event": "sweep failed"})
    assert sparing(None, "error", {"event": "another"}) == {"event": "another"}
    assert all(sparing(None, "info", {"event": "declared"}) for _ in range(1000))
    now[0] += EVERY_SECONDS
    assert sparing(None, "error", {"event": "sweep failed"})["left_out"] == 480


async def test_the_doctor_counts_connections_by_name_and_warns_before_they_run_out(tmp_path: Path) -> None:
    with postgres_database() as url:
        migrated(url)
        settings = load_settings(data=tmp_path, database_url=url)
        api = Database(url, part="allin-api")
        async with api.reading():
            async for finding in Checkup(settings, DataFolder(tmp_path)).findings():
                if finding.what == "database":
                    break
        await api.close()
    assert finding.state == "ok"
    assert "allin-api 1" in finding.said
    assert "connections used" in finding.said
