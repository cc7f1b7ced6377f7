"""Whole jobs, from declared to closed, through every room of the house."""

from datetime import UTC, datetime, timedelta

from temporalio.worker import Replayer

from engine.connection import data_converter
from storage.data_keys import DataKeys
from storage.ledger import LedgerStore
from tests.process.world import World
from workers.isolation import workflow_runner
from workflows.debt_collection import DebtCollectionWorkflow
from workflows.job import JobWorkflow

DAY = timedelta(days=1)
CONCERT = datetime(2026, 3, 20, 14, 0, tzinfo=UTC)
"""15:00 in Liège."""
CLIENT = "nora.claes@client.example"
BOB = "bob.lambert@crew.example"


async def replays(here: World, job_id: str) -> None:
    """The history is accepted by today's code."""
    ring = DataKeys(here.site.database, here.site.settings.keys(), here.site.clock)
    replayer = Replayer(
        workflows=[JobWorkflow, DebtCollectionWorkflow],
        data_converter=data_converter(ring),
        workflow_runner=workflow_runner(),
    )
    await replayer.replay_workflow(await here.handle(job_id).fetch_history())


async def test_a_concert_goes_from_declared_to_closed_with_a_client_who_pays_late(house: World) -> None:
    await house.person(CLIENT, role="client", behaviour="answers", pays_after_days=12)
    job_id = await house.declare("concert")
    job = await house.live_until(job_id, lambda job: job.state in ("closed", "written_off"), step=DAY)
    assert job.state == "closed"
    kinds = await house.kinds(job_id)
    order = [
        "job.agreeing", "agreement.accept", "job.ready", "employment_contract.sign", "employment_contract.declare",
        "job.engaged", "job.taking_place", "job.performed", "invoicing.issue", "job.paid_out", "job.collecting",
        "debt_collection.remind", "job.collection.paid", "job.closed",
    ]  # fmt: skip
    assert [kinds.index(kind) for kind in order] == sorted(kinds.index(kind) for kind in order)

    assert len([e for e in await house.effects("dimona") if e["kind"] == "declaration"]) == 3
    balances = await LedgerStore(house.site.database).balances(job_id)
    assert balances.open == {}
    await replays(house, job_id)
