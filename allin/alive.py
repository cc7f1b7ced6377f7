"""Whether the part that a container runs is well: `python -m allin.alive`, for the container's health check.

Asks the program's first process what it serves; the API and the simulated partners answer by HTTP, a worker by
its metrics where it serves any. A part that ends is seen by whoever runs the container.
"""

import itertools
import sys
import urllib.request
from collections.abc import Sequence
from os import environ
from pathlib import Path

FIRST = Path("/proc/1/cmdline")
PATIENCE_SECONDS = 3
PATHS = {"api": "/api/health/ready", "sandbox": "/admin/partners"}
PORTS = {"api": "8000", "sandbox": "8090"}


def question(command: Sequence[str], metrics_address: str) -> str | None:
    """The address to ask about a part that was started like this; None when there is nothing to ask."""
    part = next((word for word in command if word in (*PATHS, "worker")), None)
    if part == "worker":
        return f"http://127.0.0.1:{metrics_address.rpartition(':')[2]}/metrics" if metrics_address else None
    if part is None:
        return None
    after = dict(itertools.pairwise(command))
    return f"http://127.0.0.1:{after.get('--port', PORTS[part])}{PATHS[part]}"


def main(command: Sequence[str]) -> int:
    """0 when the part is well, 1 when it is not."""
    address = question(command, environ.get("ALLIN_METRICS_ADDRESS", ""))
    if address is None:
        return 0
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310  # always loopback
            return 0 if answer.status == 200 else 1
    except OSError as error:
        sys.stderr.write(f"{address}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(FIRST.read_bytes().decode(errors="replace").split("\0")))
