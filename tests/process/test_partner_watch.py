"""The watch over a partner hears everybody who is told to wait, also while it looks."""

import uuid

from temporalio import activity
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from workflows.partner_watch import LOOK, PartnerWatchWorkflow, WatchLook


async def test_somebody_told_to_wait_during_the_last_look_is_looked_for_again(temporal_address: str) -> None:
    client = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    watch_id, looks = f"watch-{uuid.uuid4().hex}", 0

    @activity.defn(name=LOOK)
    async def look(partner: str) -> WatchLook:
        nonlocal looks
        looks += 1
        if looks == 1:
            await client.get_workflow_handle(watch_id).signal("look_again")
        return WatchLook(needed=False)

    async with Worker(client, task_queue=watch_id, workflows=[PartnerWatchWorkflow], activities=[look]):
        await client.execute_workflow("PartnerWatch", "railway", id=watch_id, task_queue=watch_id)
    assert looks == 2, "nobody waited at the first look; somebody came to wait during it"
