"""The parts of the compose file started by hand, with its settings, against a real PostgreSQL."""

import asyncio
import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from engine.calendar import Calendar
from engine.temporal_server import TemporalServer
from storage.core.calendar_state import CalendarState
from storage.core.database import Database
from tests.allin.stack import CONCERT, ROOT, free_port
from tests.databases import postgres_database
from tests.patience import PATIENCE, wait_for

pytestmark = [pytest.mark.xdist_group("up")]


class Parts:
    """Processes that share one environment."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = {**os.environ, **environment, "LANG": "en_GB.UTF-8"}
        self.folder = folder
        self.cwd = ROOT

    def run(self, *command: str, within: float = PATIENCE) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "allin", *command],
            cwd=self.cwd,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=within,
        )

    @contextmanager
    def part(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        with (self.folder / f"{command[0]}.log").open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "allin", *command],
                cwd=self.cwd,
                env=self.environment,
                stdout=out,
                stderr=out,
            )
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=PATIENCE) == 0, f"allin {command[0]} did not end well"
        finally:
            process.kill()


def answers(url: str) -> bool | None:
    try:
        return True if httpx2.get(url, timeout=PATIENCE).status_code == 200 else None
    except httpx2.TransportError:
        return None


def test_the_parts_on_postgresql_take_a_job_under_way_and_refuse_an_old_schema(tmp_path: Path) -> None:
    api, partners = free_port(), free_port()
    with ExitStack() as rooms:
        url = rooms.enter_context(postgres_database())
        temporal = TemporalServer(None, log=tmp_path / "temporal.log")
        asyncio.run(temporal.start())
        rooms.callback(lambda: asyncio.run(temporal.stop()))
        parts = Parts(
            {
                "ALLIN_DATA": str(tmp_path),
                "ALLIN_DATABASE_URL": url,
                "ALLIN_TEMPORAL_ADDRESS": temporal.address,
                "ALLIN_TEMPORAL_NAMESPACE": "default",
                "ALLIN_MASTER_KEYS": f"k1:{base64.b64encode(b'1' * 32).decode()}",
                "ALLIN_PUBLIC_URL": f"http://127.0.0.1:{api}",
                "ALLIN_SANDBOX_URL": f"http://127.0.0.1:{partners}",
                "ALLIN_API": f"http://127.0.0.1:{api}",
            },
            tmp_path,
        )
        early = parts.run("worker")
        assert early.returncode == 2
        assert early.stderr.startswith("allin: the database is at revision none, this program needs ")

        assert parts.run("db", "upgrade").returncode == 0
        assert parts.run("db", "check").returncode == 0
        asyncio.run(_as_in_february(url))
        assert parts.run("db", "demo").returncode == 0
        rooms.enter_context(parts.part("sandbox", "--port", str(partners), "--every", "1"))
        rooms.enter_context(parts.part("api", "--port", str(api)))
        for _ in range(2):
            rooms.enter_context(parts.part("worker"))
        wait_for("the API", lambda: answers(f"http://127.0.0.1:{api}/api/health/ready"))

        declared = parts.run("declare", str(CONCERT), "--as", "ann", "--wait")
        assert declared.returncode == 0, declared.stderr + declared.stdout
        assert "on we go" in declared.stdout.splitlines()[-1] or "agreed" in declared.stdout.splitlines()[-1]
        assert parts.run("watch", "--once").returncode == 0
        replayed = parts.run("replay-open")
        assert (replayed.returncode, "1 job" in replayed.stdout) == (0, True), replayed.stderr + replayed.stdout
        assert replayed.stdout.endswith("each would go on\n")
        assert parts.run("audit", "verify").stdout.startswith("unbroken: ")
        well = json.loads(parts.run("doctor", "--json").stdout)
        assert {each["state"] for each in well} <= {"ok", "warning"}, well
        new = parts.run(
            "db", "account", "nadia", "--name", "Nadia Roy", "--email", "nadia@coop.example", "--role", "ops"
        )
        assert new.returncode != 0, "without a terminal and without ALLIN_PASSWORD nobody can be asked"
        parts.environment["ALLIN_PASSWORD"] = "a long enough sentence"
        new = parts.run(
            "db", "account", "nadia", "--name", "Nadia Roy", "--email", "nadia@coop.example", "--role", "ops"
        )
        assert new.returncode == 0, new.stderr
        signed = parts.run("login", "nadia")
        assert signed.stdout == "Nadia Roy (ops)\n", signed.stderr


async def _as_in_february(url: str) -> None:
    """The rates of the example's day are known: business time begins on Monday 2 February 2026."""
    database = Database(url)
    await CalendarState(database).born(Calendar.born_for_demo().shift)
    await database.close()
