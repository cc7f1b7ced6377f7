"""Many lives in this one process: `make lives SEED=1 N=300`. Ends with 1 when something does not hold.

Loopback only, in a new folder that is thrown away.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import structlog

from allin.lives import Life, draw
from allin.lives.courses import calm
from allin.lives.holding import unheld
from allin.lives.possible import declarable
from engine.temporal_server import TemporalServer
from tests.databases import migrated, sqlite_database
from tests.lives.living import world_of
from tests.lives.test_lives import findings

QUOTED = "refused in the quote"
say = partial(print, flush=True)
ANSWERED: Counter[tuple[str, str]] = Counter()
"""Which problem was answered by which decision, all lives together."""
TOGETHER = 24
"""Lives in one cooperative: enough to meet each other, few enough to see who is to blame."""


def groups(lives: Sequence[Life]) -> list[list[Life]]:
    """Lives that begin on the same day, at most so many together."""
    by_day = defaultdict(list)
    for life in lives:
        by_day[life.begins_on].append(life)
    cuts = ((every, n) for _, every in sorted(by_day.items()) for n in range(0, len(every), TOGETHER))
    return [every[n : n + TOGETHER] for every, n in cuts]


async def live(lives: Sequence[Life], server: TemporalServer, folder: Path) -> tuple[Counter[str], list[list[str]]]:
    """Live one group; its endings and what does not hold."""
    url = sqlite_database(folder)
    await asyncio.to_thread(migrated, url)
    async with world_of(lives, server.address, url, folder) as living:
        lived = await living.live()
        found = findings(lived, unheld(await living.seen()))
    ends = Counter(alive.outcome for alive in lived)
    said = {"day": str(lives[0].begins_on), "lives": len(lives), "ends": ends, "seconds": round(living.seconds, 1)}
    say(json.dumps(said | {"passes": living.passes}))
    for name, told in found:
        say(f"  {name}: {told[:400]}")
    for cause in living.causes:
        say(f"  {cause}")
    for alive in lived:
        ANSWERED.update(alive.answered)
    found += [("-", f"bank desk: {problem}") for problem in living.problems]
    return ends, [list(one) for one in found]


async def main(asked: argparse.Namespace) -> int:
    """Draw, live, and tell."""
    lives = [draw(asked.seed, n) for n in range(asked.first, asked.first + asked.n)]
    if asked.calm:
        lives = [life.model_copy(update={"course": calm(life.course)}) for life in lives]
    if asked.only:
        lives = [life for life in lives if str(life.begins_on) == asked.only]
    possible = [life for life in lives if declarable(life)]
    ends, found, began = Counter({QUOTED: len(lives) - len(possible)}), list[list[str]](), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        server = TemporalServer(Path(folder) / "temporal.db", log=Path(folder) / "temporal.log")
        await server.start()
        gate = asyncio.Semaphore(asked.worlds)

        async def one(n: int, together: Sequence[Life]) -> None:
            async with gate:
                ended, told = await live(together, server, _new(Path(folder) / str(n)))
            ends.update(ended)
            found.extend(told)

        worlds = (one(n, together) for n, together in enumerate(groups(possible)))
        broken = [told for told in await asyncio.gather(*worlds, return_exceptions=True) if told is not None]
        for error in broken:
            traceback.print_exception(error)
            found.append(["-", f"world: {error!r}"])
        await server.stop()
    told_by = Counter(one[1].split(":")[0] for one in found)
    say(json.dumps({f"{problem} {kind}": n for (problem, kind), n in sorted(ANSWERED.items())}))
    say(json.dumps({"seed": asked.seed, "ends": ends, "findings": told_by} | _spent(began)))
    return int(bool(found))


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _spent(began: float) -> dict[str, float]:
    """Minutes by the clock, and of this processor; the engine's server is not counted."""
    return {"minutes": round((time.monotonic() - began) / 60, 1), "cpu": round(time.process_time() / 60, 1)}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.lives", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--n", type=int, default=100, help="how many lives")
    parser.add_argument("--first", type=int, default=0, help="the number of the first")
    parser.add_argument("--only", help="only lives that begin on this day, as 2026-02-02")
    parser.add_argument("--worlds", type=int, default=4, help="cooperatives side by side")
    parser.add_argument("--calm", action="store_true", help="without anything that partners do wrong")
    return parser.parse_args()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    import activities.dimona

    activities.dimona.POLLS_SECONDS = (0.1,)
    sys.exit(asyncio.run(main(_arguments())))
