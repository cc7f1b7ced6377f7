"""Record the histories that every later version of the processes must still be able to replay.

`python -m tests.histories.record` plays each story on a real server and writes its histories to this folder;
`python -m tests.histories.record refused withdrawn` only those. See docs/recorded-histories.md for when.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from engine.codec import EncryptionCodec
from engine.temporal_server import TemporalServer
from storage.core.migrate import upgrade
from storage.security.data_keys import DataKeys
from tests.histories.reading import keep
from tests.process.small import CLIENT, DAY, HOUR, alone, declare, engaged, played
from tests.process.world import World, world

Story = Callable[[World], Awaitable[dict[str, str]]]
"""Plays a job; the workflow id to keep under each name."""


async def closed(house: World) -> dict[str, str]:
    """A concert with everything, whose client pays late, from declared to closed."""
    await house.person(CLIENT, role="client", pays_after_days=12)
    job_id = await declare(house)
    await played(house, job_id)
    await house.live_until(job_id, lambda job: job.state == "closed", step=2 * DAY, days=60)
    return {"concert-closed": f"job-{job_id}"}


async def refused(house: World) -> dict[str, str]:
    """The client says no and the member ends it."""
    await house.person(CLIENT, role="client", behaviour="refuses")
    job_id = await declare(house, travel=None)
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, "agreement", "parked")
    await house.decide(job_id, "agreement", "fail", who="ann")
    await house.until(job_id, lambda job: job.state == "refused")
    return {"concert-refused": f"job-{job_id}"}


async def withdrawn(house: World) -> dict[str, str]:
    """Withdrawn after everybody signed: two contracts are ended by agreement, one stays owed."""
    job_id = await declare(house, expenses=None, van_rental=None, equipment=None)
    await engaged(house, job_id)
    await house.until(job_id, lambda job: job.state == "engaged")
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    for slug, decision in (("ann", "replay"), ("bob", "skip"), ("chloe", "replay")):
        await house.until_step(job_id, f"employment_contract:{slug}", "parked")
        await house.decide(job_id, f"employment_contract:{slug}", decision, who="iris")
    await house.live_until(job_id, lambda job: job.parked, step=2 * DAY, days=30)
    loss = await house.until_step(job_id, "prefinancing", "parked")
    request = loss.request | {"loss_borne_by": "community"}
    await house.decide(job_id, "prefinancing", "replay", who="fatima", request=request)
    await house.until(job_id, lambda job: job.state == "withdrawn")
    return {"concert-withdrawn": f"job-{job_id}"}


async def never_paid(house: World) -> dict[str, str]:
    """Reminded, given notice, handed to lawyer and bailiff, written off."""
    await house.person(CLIENT, role="client", pays_after_days=None, on_summons="silent")
    job_id = await alone(house)
    await played(house, job_id)
    await house.live_until(job_id, lambda job: job.state == "collecting", step=4 * DAY, days=20)
    for kind in ("lawyer", "bailiff", "write-off"):
        await house.live_until(job_id, lambda job: job.parked, step=15 * DAY, days=150)
        steps = [row for row in await house.house.steps.of_job(job_id) if row.step.endswith(f"-{kind}")]
        request = steps[0].file.request | {"decided": True}
        await house.decide(job_id, steps[0].step, "replay", who="fatima", request=request)
        await house.until_step(job_id, steps[0].step, "done")
    job = await house.until(job_id, lambda job: job.state == "written_off")
    (invoice_id,) = job.file.collections
    return {"solo-never-paid": f"job-{job_id}", "solo-never-paid-collection": f"collection-{invoice_id}"}


STORIES: dict[str, Story] = {story.__name__: story for story in (closed, refused, withdrawn, never_paid)}


async def record(address: str, folder: Path, story: Story) -> list[Path]:
    """Play one story in a cooperative of its own and keep its histories."""
    url = f"sqlite:///{folder / 'allin.db'}"
    await upgrade(url)
    async with world(address, url, folder) as house:
        wanted = await story(house)
        ring = DataKeys(house.site.database, house.site.settings.keys(), house.site.clock)
        found = {
            name: await house.client.get_workflow_handle(workflow_id).fetch_history()
            for name, workflow_id in wanted.items()
        }
        return [await keep(name, history, EncryptionCodec(ring)) for name, history in found.items()]


async def main(names: list[str]) -> None:
    """Record the named stories, or all."""
    with tempfile.TemporaryDirectory() as root:
        server = TemporalServer(Path(root) / "temporal.db")
        await server.start()
        try:
            for name in names or STORIES:
                folder = Path(root) / name
                folder.mkdir()
                for path in await record(server.address, folder, STORIES[name]):
                    sys.stdout.write(f"{path.name}: {path.read_text().count(chr(10)) - 2} events\n")
        finally:
            await server.stop()


if __name__ == "__main__":
    if unknown := set(sys.argv[1:]) - set(STORIES):
        sys.exit(f"no such story: {', '.join(sorted(unknown))}; there are {', '.join(STORIES)}")
    asyncio.run(main(sys.argv[1:]))
    sys.stdout.flush()
    os._exit(0)  # short-lived programs that used the Temporal client can hang at exit (sdk-python issue 300)
