"""One real Temporal server for a whole test run, shared by all its processes."""

import asyncio
import fcntl
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.temporal_server import TemporalServer


@pytest.fixture(scope="session")
def temporal_address(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """host:port of the run's server; the first process starts it, the last one stops it."""
    root = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    note, lock = root / "temporal.json", root / "temporal-users.lock"
    with lock.open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        users = json.loads(note.read_text()) if note.exists() else _start(root)
        note.write_text(json.dumps(users | {"count": users["count"] + 1}))
    yield users["address"]
    with lock.open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        users = json.loads(note.read_text())
        note.write_text(json.dumps(users | {"count": users["count"] - 1}))
        if users["count"] == 1:
            note.unlink()
            os.kill(users["pid"], signal.SIGTERM)


def _start(root: Path) -> dict[str, str | int]:
    server = TemporalServer(root / "temporal.db", log=root / "temporal.log", outlives_parent=True)
    asyncio.run(server.start())
    return {"address": server.address, "pid": server.pid, "count": 0}
