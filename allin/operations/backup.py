"""A copy of an embedded installation that fits together, taken while it runs."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from allin.client.terminal import Stop
from engine.settings import Settings

IN_ORDER = ("temporal.db", "sandbox.sqlite", "allin.db")
"""Temporal's first: a process that is older than our tables does its last work again and finds it done; one that
is newer would believe in work our tables have never seen."""
BESIDE = ("temporal.version",)


def back_up(settings: Settings, to: Path) -> list[str]:
    """Copy each database, SQLite by its own online backup; what was copied. The master key stays where it is."""
    if make_url(settings.database).get_backend_name() != "sqlite":
        from allin.operations.backup_postgres import dump

        return dump(make_url(settings.database), to)
    try:
        to.mkdir(parents=True)
    except FileExistsError:
        raise Stop(f"{to} exists: a backup never overwrites another one") from None
    told = [_copied(settings.data / name, to / name) for name in IN_ORDER if (settings.data / name).exists()]
    for name in BESIDE:
        if (settings.data / name).exists():
            shutil.copy2(settings.data / name, to / name)
    if not told:
        raise Stop(f"{settings.data} holds no database")
    return [*told, f"not copied: {settings.data / 'master.keys'}; keep it apart, without it nothing can be read"]


def _copied(source: Path, target: Path) -> str:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        (state,) = new.execute("PRAGMA integrity_check").fetchone()
    if state != "ok":
        raise Stop(f"the copy of {source} is damaged: {state}")
    return f"{source} -> {target} ({target.stat().st_size:,} bytes)"
