"""What is under way, replayed with this release before it goes out, or with an older one before going back."""

import json
import sys
from collections import Counter
from importlib.metadata import version

from temporalio.service import RPCError

from allin.client.terminal import REFUSED, Stop, one_line
from allin.installation import opened
from engine.settings import Settings
from workers.open_processes import ReplayedProcess, replayed_now

TOLD_EVERY = 100
"""Processes between two signs of life on standard error."""
SHOWN = 20
"""Processes that are named; their number is told in any case."""


async def replay_open(settings: Settings, *, limit: int | None, as_json: bool) -> str:
    """What this release would do with each process under way; Stop, and exit code 1, when one would stand still.

    The database may be at any schema: only the keys of the histories are read from it.
    """
    done: list[ReplayedProcess] = []
    async with opened(settings, any_schema=True) as here:
        client = await here.temporal()
        try:
            async for each in replayed_now(client, settings.task_queue, limit):
                done.append(each)
                if len(done) % TOLD_EVERY == 0:
                    print(f"{len(done)} replayed", file=sys.stderr)
        except RPCError as error:
            raise Stop(f"Temporal does not answer: {error}") from error
    text = _as_json(done) if as_json else in_words(done)
    if not any(each.why_not for each in done):
        return text
    print(text)
    raise Stop("with this release jobs under way would stand still", REFUSED)


def _as_json(done: list[ReplayedProcess]) -> str:
    stuck = [each for each in done if each.why_not]
    kept = [{"workflow_id": each.workflow_id, "why": one_line(each.why_not)} for each in stuck]
    return json.dumps({"release": version("all-inclusive"), "replayed": len(done), "would_stand_still": kept})


def in_words(done: list[ReplayedProcess]) -> str:
    """How many of each kind, and which would stand still, and why."""
    stuck = [each for each in done if each.why_not]
    kinds = Counter(each.workflow_id.partition("-")[0] for each in done)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing is under way"
    what = f"release {version('all-inclusive')}, {len(done)} replayed ({told})"
    if not stuck:
        return f"{what}: each would go on"
    named = [f"  {each.workflow_id}: {one_line(each.why_not)}" for each in stuck[:SHOWN]]
    more = [f"  and {len(stuck) - SHOWN} more"] if len(stuck) > SHOWN else []
    return "\n".join([f"{what}: {len(stuck)} would stand still", *named, *more])
