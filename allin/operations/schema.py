"""The database's schema: forward, back, and whether it is what this program works with."""

import json

from allin.client.terminal import REFUSED, Stop
from engine.settings import Settings
from storage.core.downgrade import NoWayBack, StepBack, downgrade, steps_back
from storage.core.migrate import TablesInUse, check, current, schema, upgrade, waiting_contracts
from storage.core.schema_range import SchemaTooNew, way_out, works_with


async def upgraded(settings: Settings, *, contract: bool = False) -> str:
    """Bring the database to the newest schema; from where to where, and which contract steps wait."""
    settings.data.mkdir(parents=True, exist_ok=True)
    try:
        before = await schema(settings.database)
        after = await upgrade(settings.database, contract=contract)
        waiting = {} if before.unknown else await waiting_contracts(settings.database)
    except (SchemaTooNew, TablesInUse) as error:
        raise Stop(str(error)) from error
    if before.unknown:
        return f"{after} (newer than this program, which works with it: nothing to do)"
    told = f"{after} (nothing to do)" if str(before) == after else f"{str(before) or 'empty'} -> {after}"
    steps = (f"{revision} ({why})" for revision, why in waiting.items())
    later = f"{told}; once every part runs this release: allin db upgrade --contract does {', '.join(steps)}"
    return later if waiting else told


async def checked(settings: Settings, *, as_json: bool = False) -> str:
    """The database's revision and the range this program works with; Stop when they do not fit."""
    here = await schema(settings.database) if settings.data.exists() else None
    if here is None or (why := way_out(here)):
        raise Stop("the database is not there yet: run `allin db upgrade`" if here is None else str(why))
    if found := await check(settings.database):
        raise Stop(f"the database differs from the program: {'; '.join(found)}")
    newer = f", newer: {', '.join(sorted(here.unknown))}" if here.unknown else ""
    if as_json:
        return json.dumps({"at": list(here.heads), "works_with": works_with(), "newer": sorted(here.unknown)})
    return f"{here}{newer}; this program works {works_with()}"


async def downgraded(settings: Settings, to: str, *, dry_run: bool) -> str:
    """Take back what was done after a release; with `dry_run` only say what that undoes and loses."""
    try:
        steps = await steps_back(settings.database, to)
        if dry_run:
            return _in_words(steps)
        before = await current(settings.database)
        after = await downgrade(settings.database, to)
    except NoWayBack as error:
        raise Stop(str(error), REFUSED) from error
    except (SchemaTooNew, TablesInUse) as error:
        raise Stop(str(error)) from error
    return f"{after} (nothing to do)" if before == after else f"{before} -> {after}"


def _in_words(steps: list[StepBack]) -> str:
    if not steps:
        return "nothing to take back"
    refused = any(step.loses for step in steps)
    end = "refused: something would be lost" if refused else "nothing would be lost"
    return "\n".join([*map(str, steps), end])
