"""The embedded stack as a newcomer runs it: a process of its own, asked through the command line."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import httpx2

from tests.patience import PATIENCE, wait_for

ROOT = Path(__file__).parent.parent.parent
CONCERT = ROOT / "examples" / "concert.yaml"


WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw") or 0)
_ports = count(20_000 + 1_000 * (WORKER % 12))
"""Below the ports a system hands out by itself, and another thousand for each process of a run."""


def free_port() -> int:
    """A port nobody listens on and nobody else is given between now and its use."""
    for port in _ports:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is left")


def alive(pid: int) -> bool:
    """Whether a process still runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class UpAndRunning:
    """One data folder, and the stack on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, day: float, *more: str) -> None:
        command = [sys.executable, "-m", "allin", "up", "--demo", "--day", str(day), "--port", str(self.port)]
        self.out = self.data.parent / f"{self.data.name}.out"
        out = self.out.open("ab")
        self.process = subprocess.Popen(
            [*command, "--data", str(self.data), *more], cwd=ROOT, stdout=out, stderr=out
        )
        wait_for("the first page", self._ready)

    def _ready(self) -> bool | None:
        assert self.process is not None
        assert self.process.poll() is None, f"the stack ended at once: {self.out.read_text()[-2000:]}"
        if not (self.data / "running.json").exists() or self.running["pid"] != self.process.pid:
            return None
        try:
            ready = httpx2.get(f"{self.address}/api/health/ready", timeout=PATIENCE)
            return True if ready.status_code == 200 else None
        except httpx2.TransportError:
            return None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.data / "running.json").read_text())
        return found

    def family(self) -> list[int]:
        """The stack's own process and everything it started."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def kill(self) -> None:
        """kill -9 of the one process; what it started goes with it."""
        assert self.process is not None
        family = self.family()
        self.process.kill()
        self.process.wait()
        wait_for("the end of all", lambda: None if any(map(alive, family)) else True)

    def stop(self) -> int:
        """Ctrl-C; the exit code, once nothing is left."""
        assert self.process is not None
        family = self.family()
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=PATIENCE)
        wait_for("the end of all", lambda: None if any(map(alive, family)) else True)
        return code

    def allin(self, *arguments: str, within: float = PATIENCE) -> subprocess.CompletedProcess[str]:
        """One command of the command line, on this data folder."""
        return subprocess.run(
            [sys.executable, "-m", "allin", *arguments, "--data", str(self.data)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=within,
            env=os.environ | {"LANG": "en_GB.UTF-8", "LC_ALL": ""},
        )

    def shell(self, line: str, within: float = PATIENCE) -> subprocess.CompletedProcess[str]:
        """One line as a newcomer types it, with `allin` found in .venv/bin, on this data folder."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        given = {"PATH": path, "ALLIN_DATA": str(self.data), "LANG": "C.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""}
        return subprocess.run(
            ["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=within, env=os.environ | given
        )

    def effects(self) -> list[dict[str, Any]]:
        """What really happened at the partners."""
        address = f"http://127.0.0.1:{self.running['sandbox_port']}/admin/effects"
        found: list[dict[str, Any]] = httpx2.get(address).json()["effects"]
        return found

    def told(self, job_id: str) -> set[str]:
        """The kinds of lines in a job's story so far; none while the installation is too busy to answer."""
        answer = self.allin("history", job_id, "--json", "--audience", "ops", "--as", "omar")
        return {line["kind"] for line in json.loads(answer.stdout)} if answer.returncode == 0 else set()
