"""A release forward and back: the wheel of the release before and today's, real parts, jobs under way, PostgreSQL.

`make roll` (`python -m tests.production.roll`) does what docs/operations/production.md says under "Releases": it
builds both wheels from git, lets the old parts take jobs, upgrades the schema under them, lets new parts take over
and the old ones come back, and goes forward again. Every job has to go on each time. `--from REF` names another
release than the last one.
"""

import argparse
import asyncio
import atexit
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from engine.temporal_server import TemporalServer
from storage.core.schema_range import newest
from tests.allin.stack import CONCERT, ROOT, free_port
from tests.databases import postgres_database
from tests.production.test_by_hand import Parts, _as_in_february, answers

WITHIN = 180.0
"""Seconds for one thing to happen on a busy machine."""
SECRET = (
    "k1:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="  # no mark behind it: made before values were bound to rows
)


def last_release() -> str:
    """The newest tag of a version; before there is one, the program as it was before the newest migration."""
    tag = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0", "--match", "v*"], cwd=ROOT, capture_output=True, text=True
    )
    if tag.returncode == 0:
        return tag.stdout.strip()
    added = _git("log", "-1", "--format=%H", "--diff-filter=A", "--", "storage/migrations/versions")
    return f"{added}^"


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def program(ref: str, folder: Path) -> Path:
    """A release, built as a wheel from git and unpacked into a folder of its own."""
    source, target = folder / "source", folder / "program"
    source.mkdir(parents=True)
    packed = subprocess.run(["git", "archive", ref], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(source)], input=packed, check=True)
    uv = (sys.executable, "-m", "uv")
    built = (*uv, "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable)
    subprocess.run([*built, "--out-dir", str(folder), str(source)], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*uv, "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)], check=True)
    return target


class Release:
    """The commands and parts of one release on the shared installation."""

    def __init__(self, name: str, program: Path, environment: dict[str, str], folder: Path) -> None:
        self.name = name
        self.api = free_port()
        folder.mkdir(exist_ok=True)
        here = {"PYTHONPATH": str(program), "ALLIN_API": f"http://127.0.0.1:{self.api}"}
        self.parts = Parts({**environment, **here}, folder)
        self.parts.cwd = folder

    def run(self, *command: str, code: int = 0) -> str:
        """A command's output; its exit code is as expected."""
        ran = self.parts.run(*command, within=WITHIN)
        assert ran.returncode == code, f"{self.name}: allin {' '.join(command)}: {ran.stdout}{ran.stderr}"
        return ran.stdout + ran.stderr

    @contextmanager
    def serving(self) -> Iterator[None]:
        """API and worker, ready."""
        with self.parts.part("api", "--port", str(self.api)), self.parts.part("worker"):
            until("its API", lambda: answers(f"http://127.0.0.1:{self.api}/api/health/ready"))
            yield

    def declares(self, key: str) -> str:
        """A new job, followed until everybody agreed."""
        job_id = json.loads(self.run("declare", str(CONCERT), "--key", key, "--as", "ann", "--json"))["job_id"]
        self.until_step(job_id, "agreement", {"waiting", "done"})
        return str(job_id)

    def until_step(self, job_id: str, step: str, states: set[str]) -> None:
        """The step is in one of these states."""
        until(f"{step} of {job_id} {sorted(states)}", lambda: self.state(job_id, step) in states or None)

    def state(self, job_id: str, step: str) -> str:
        """How far a step is."""
        job = json.loads(self.run("job", job_id, "--json", "--as", "ann"))
        return str({each["step"]: each["state"] for each in job["steps"]}.get(step, ""))

    def job_state(self, job_id: str) -> str:
        """How far a job is."""
        return str(json.loads(self.run("job", job_id, "--json", "--as", "ann"))["state"])

    def withdraws(self, job_id: str) -> None:
        """The whole process answers: what is held is given back and the job ends."""
        self.run("withdraw", job_id, "--reason", "a release was rolled", "--as", "ann")
        until(f"{job_id} withdrawn", lambda: self.job_state(job_id) == "withdrawn" or None)


def until(what: str, ready: Callable[[], Any]) -> None:
    """Wait for it; AssertionError when it does not come."""
    end = time.monotonic() + WITHIN
    while not ready():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.5)


def roll(ref: str, folder: Path) -> None:
    """Forward, back, forward; a line for each thing that was seen."""
    old_program, new_program = program(ref, folder / "old"), program("HEAD", folder / "new")
    tell(f"built {ref} ({_git('rev-parse', '--short', ref)}) and HEAD ({_git('rev-parse', '--short', 'HEAD')})")
    with ExitStack() as rooms:
        url = rooms.enter_context(postgres_database())
        temporal = TemporalServer(None, log=folder / "temporal.log")
        asyncio.run(temporal.start())
        rooms.callback(lambda: asyncio.run(temporal.stop()))
        partners = free_port()
        shared = {
            "ALLIN_DATA": str(folder),
            "ALLIN_DATABASE_URL": url,
            "ALLIN_TEMPORAL_ADDRESS": temporal.address,
            "ALLIN_TEMPORAL_NAMESPACE": "default",
            "ALLIN_MASTER_KEYS": SECRET,
            "ALLIN_SANDBOX_URL": f"http://127.0.0.1:{partners}",
        }
        old = Release("the old release", old_program, shared, folder / "run-old")
        new = Release("the new release", new_program, shared, folder / "run-new")
        old.run("db", "upgrade")
        asyncio.run(_as_in_february(url))
        old.run("db", "demo")
        rooms.enter_context(new.parts.part("sandbox", "--port", str(partners), "--every", "0"))
        forward_and_back(old, new)


def forward_and_back(old: Release, new: Release) -> None:
    """The order of docs/operations/production.md."""
    with old.serving():
        first, second, third = (old.declares(key) for key in ("roll-job-1", "roll-job-2", "roll-job-3"))
        before = old.run("db", "check").partition(";")[0].strip()
        tell(f"old: three jobs under way at schema {before}")
        tell(f"new: {new.run('replay-open').strip()}")
        tell(f"new: db upgrade under the old parts: {new.run('db', 'upgrade').strip()}")
        assert old.state(first, "agreement"), "the old parts go on"
        with new.serving():
            fourth = old.declares("roll-job-4")
            tell("both: the old API declared a job beside the new parts")
            fifth = new.declares("roll-job-5")
    with new.serving():
        new.withdraws(first)
        tell("new: alone, it carried on and ended a job the old one began")
    back(old, new, before)
    with old.serving():
        for job_id in (second, fifth):
            old.withdraws(job_id)
        sixth = old.declares("roll-job-6")
        tell("old: alone again, it ended a job of its own and one the new release began, and took another")
    new.run("db", "upgrade")
    with new.serving():
        for job_id in (third, fourth, sixth):
            new.withdraws(job_id)
        assert new.run("audit", "verify").startswith("unbroken: ")
    tell("new: forward again, every job ended")


def back(old: Release, new: Release, before: str) -> None:
    """The old release works with the schema as it is, or the new one takes it back first."""
    replayed = old.parts.run("replay-open", within=WITHIN)
    if "No such command" not in replayed.stderr:
        assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    refused = old.parts.run("db", "check", within=WITHIN)
    if refused.returncode == 0:
        tell(f"old: works with {newest()}; its own db upgrade: {old.run('db', 'upgrade').strip()}")
        return
    tell(f"old: refuses {newest()}: {refused.stderr.strip()}")
    tell(f"new: db downgrade --dry-run: {new.run('db', 'downgrade', '--to', before, '--dry-run').strip()}")
    tell(f"new: db downgrade: {new.run('db', 'downgrade', '--to', before).strip()}")
    old.run("db", "check")


def tell(line: str) -> None:
    """One line of the report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Build, roll, report."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--from", dest="ref", help="The release before; else the last tag.")
    ref = arguments.parse_args().ref or last_release()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="allin-roll-") as folder:
        roll(ref, Path(folder))
    tell(f"a release forward and back in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    atexit._run_exitfuncs()  # the database server of this run ends with it
    os._exit(0)  # programs that held a Temporal client can hang at exit (sdk-python issue 300)
