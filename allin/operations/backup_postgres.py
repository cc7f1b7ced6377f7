"""A copy of the PostgreSQL databases of an installation, by PostgreSQL's own tools, in an order that fits."""

import os
import shutil
import subprocess
from pathlib import Path

import psycopg
from sqlalchemy import URL

from allin.client.terminal import Stop, one_line

TEMPORALS = ("temporal", "temporal_visibility")
"""Temporal's databases, where they live on the same server: saved first, so that a restored process is older than
our tables and finds its last work done."""
NO_TOOL = (
    "pg_dump is missing: install PostgreSQL's client programs (the version of the server or newer), or run "
    "`pg_dump -Fc` where they are, Temporal's databases first; see docs/operations/production.md"
)


def dump(url: URL, to: Path) -> list[str]:
    """Dump Temporal's databases that are beside ours, then ours; what was saved."""
    tool = shutil.which("pg_dump")
    if tool is None:
        raise Stop(NO_TOOL)
    beside = _there(url)
    try:
        to.mkdir(parents=True)
    except FileExistsError:
        raise Stop(f"{to} exists: a backup never overwrites another one") from None
    wanted = [*(name for name in TEMPORALS if name in beside and name != url.database), str(url.database)]
    told = [_dumped(tool, url.set(database=name), to / f"{name}.dump") for name in wanted]
    away = "" if len(wanted) > 1 else "Temporal's databases are not on this server: save them before this"
    return [*told, *([away] if away else []), "not saved: the master keys; without them nothing can be read"]


def _there(url: URL) -> set[str]:
    try:
        with psycopg.connect(_plain(url), connect_timeout=5) as connection:
            return {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}
    except psycopg.Error as error:
        shown = url.render_as_string(hide_password=True)
        raise Stop(f"{shown} cannot be reached: {one_line(str(error))}") from error


def _dumped(tool: str, url: URL, to: Path) -> str:
    """One database; the password goes through the environment, where other users of the machine cannot read it."""
    without = _plain(url.set(password=None))
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    command = [tool, "--format=custom", "--no-password", f"--file={to}", f"--dbname={without}"]
    ran = subprocess.run(command, env=os.environ | secret, capture_output=True, text=True)  # noqa: S603  # found above
    if ran.returncode:
        raise Stop(f"{url.database} could not be saved: {one_line(ran.stderr)}")
    return f"{url.database} -> {to} ({to.stat().st_size:,} bytes)"


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
