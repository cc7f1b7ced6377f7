"""Changing the master key while everything goes on."""

import os

from allin.client.terminal import REFUSED, Stop, columns
from allin.installation import opened
from engine.keys import MasterKeys
from engine.settings import Settings
from storage.security.audit import Audit, AuditEntry
from storage.security.data_keys import DataKeys
from storage.security.key_rotation import reseal, retire, sealed_with


async def listed(settings: Settings) -> str:
    """One line for each key: what it does, and how many values lie under it."""
    known = settings.keys()
    async with opened(settings) as here:
        gone = await DataKeys(here.database, known, here.calendar).retired()
        rows = []
        for key_id in known.keys:
            count = sum((await sealed_with(here.database, key_id)).values())
            role = "retired: take it away" if key_id in gone else "opens"
            seals = "seals" if known.binds else "seals, for any row (allin keys reseal)"
            rows.append((key_id, seals if key_id == known.current else role, f"{count} values"))
    return "\n".join(columns(rows))


def with_a_new_one(settings: Settings) -> str:
    """The setting with a new key first; in the data folder it is put in place at once."""
    keys = settings.keys().and_a_new_one()
    if settings.master_keys:
        return f"ALLIN_MASTER_KEYS={keys.text()}"
    _keep(settings, keys)
    return f"{keys.current} seals from the next start on; after it: allin keys retire {settings_before(keys)}"


def _keep(settings: Settings, keys: MasterKeys) -> None:
    path = settings.data / "master.keys"
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(keys.text() + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)


def settings_before(keys: MasterKeys) -> str:
    """The key that sealed before the current one."""
    return next(key_id for key_id in keys.keys if key_id != keys.current)


async def bound_to_rows(settings: Settings) -> str:
    """Every value sealed for its row; from now on the keys open no other.

    A key that does not bind yet is told to first: every part has to seal so before the old values are sealed anew,
    and no part of an earlier release may be left.
    """
    known = settings.keys()
    if not known.binds:
        return _binding(settings, known.binding())
    async with opened(settings) as here:
        count = await reseal(here.database, known)
        why = f"{count} rows sealed anew"
        line = AuditEntry(at=here.calendar.now(), who="operator", role="ops", what="keys.reseal", why=why)
        await Audit(here.database).record(line)
    keys = known.for_rows_only()
    if settings.master_keys:
        return f"{why}; from the next start on: ALLIN_MASTER_KEYS={keys.text()}"
    _keep(settings, keys)
    return f"{why}; from the next start on nothing else opens"


def _binding(settings: Settings, keys: MasterKeys) -> str:
    if not settings.master_keys:
        _keep(settings, keys)
    new = f" with ALLIN_MASTER_KEYS={keys.text()}" if settings.master_keys else ""
    return f"first of two steps: start every part again{new}, then once more: allin keys reseal"


async def retired(settings: Settings, key_id: str) -> str:
    """Everything anew under the current key; Stop when the old one is unknown, current, or still sealed with."""
    known = settings.keys()
    if key_id == known.current:
        raise Stop(f"{key_id} seals now: make a new one first (allin keys new) and start every part again", REFUSED)
    if key_id not in known.keys:
        raise Stop(f"no key is called {key_id}: known are {', '.join(known.keys)}")
    async with opened(settings) as here:
        left = await retire(here.database, known, key_id, here.calendar)
        if left:
            told = ", ".join(f"{table} {count}" for table, count in left.items())
            raise Stop(
                f"something still seals with {key_id} ({told}): start every part again, then once more", REFUSED
            )
        why = f"everything lies under {known.current}"
        line = AuditEntry(
            at=here.calendar.now(), who="operator", role="ops", what="keys.retire", why=f"{key_id}: {why}"
        )
        await Audit(here.database).record(line)
    if settings.master_keys:
        return f"{why}: take {key_id} out of ALLIN_MASTER_KEYS"
    _keep(settings, known.without(key_id))
    return f"{why}; {key_id} is gone from the data folder"
