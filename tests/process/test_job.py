"""Whole jobs, from declared to closed, through every room of the house."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from temporalio.worker import Replayer

from api.wording.timeline import Audience
from bench.counting import Asked, counted
from engine.connection import data_converter
from engine.words import LANGUAGES
from storage.money.ledger import LedgerStore
from storage.security.data_keys import DataKeys
from tests.process.reading_well import dossier, engine_words, replays_without_keys, story
from tests.process.world import World
from workers.isolation import workflow_runner
from workflows.debt_collection import DebtCollectionWorkflow
from workflows.job import JobWorkflow

DAY = timedelta(days=1)
CONCERT = datetime(2026, 3, 20, 14, 0, tzinfo=UTC)
"""15:00 in Liège."""
CALLS = 85
"""Of partners for one concert, but for the morning's looks at accounts and inbox."""
CLIENT = "nora.claes@client.example"
BOB = "bob.lambert@crew.example"
READERS: tuple[tuple[str, Audience], ...] = (("iris", "advisor"), ("ann", "member"))


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
    with counted(house.site.database) as asked:
        job_id = await house.declare("concert")
        job = await house.live_until(job_id, lambda job: job.state in ("closed", "written_off"), step=DAY)
    assert job.state == "closed"
    await costs_no_more_than_it_did(house, asked)
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
    await reads_well(house, job_id)
    await exports_whole(house, job_id)


async def costs_no_more_than_it_did(house: World, asked: Asked) -> None:
    """A whole life, with about ninety mornings of three accounts to itself: what was reached on 1 December 2026.

    Lower a ceiling when less is needed; more needs a reason.
    """
    assert asked.written <= 1850, "statements of writing transactions; 1,770 were counted"
    assert asked.commits <= 1000, "commits that write; 950 were counted"
    calls = (await house.partners("GET", "/admin/calls"))["calls"]
    own = [call for call in calls if call["operation"] not in ("get_statement", "list_inbox")]
    assert len(own) <= CALLS, Counter(f"{call['partner']} {call['operation']}" for call in own)


async def reads_well(house: World, job_id: str) -> None:
    """An adviser reads it in French and Dutch, its member too, and ops see what is behind it."""
    for lang in LANGUAGES:
        for login, level in READERS:
            assert engine_words(await story(house, login, job_id, level, lang)) == [], (login, lang)
    told = await story(house, "omar", job_id, "ops", "fr")
    steps = {one.step: one for one in told.steps}
    van, wage, invoice = steps["van_rental:van"], steps["wages:bob"], steps["invoicing:invoice"]
    assert [(str(one.amount_eur), one.text) for one in van.money] == [("74.00", "Un service est payé")]
    assert (van.tries[0].what, van.tries[0].outcome_text) == ("mettre une option", "fait")
    assert van.tries[0].order_key == f"{job_id}/van_rental/van/1"
    assert [str(one.amount_eur) for one in wage.money] == ["450.00", "198.91"]
    assert [wait.who for wait in wage.waits] == ["bank"]
    assert [str(one.amount_eur) for one in invoice.money][:1] == ["2544.00"]
    assert steps["agreement"].waits[0].text == "1 jour : en attente du client, jusqu'au 3 février, 08:00"
    assert any("en attente du client" in (line.idle or "") for line in told.lines)
    assert (await story(house, "ann", job_id, "member", "nl")).steps[-1].tries == []


async def exports_whole(house: World, job_id: str) -> None:
    """Ops take everything along; both histories replay without a key, and an adviser's has none."""
    taken = await dossier(house, "omar", job_id)
    names = set(taken.namelist())
    assert {"story.pdf", "story.json", "declaration.json", "decisions.json", "orders.json", "tries.json"} <= names
    assert taken.read("story.pdf").startswith(b"%PDF-1.7")
    histories = sorted(name for name in names if name.startswith("history/"))
    assert [name.split("-")[0] for name in histories] == ["history/collection", "history/job"]
    for name in histories:
        await replays_without_keys(taken.read(name).decode())
    theirs = set((await dossier(house, "iris", job_id)).namelist())
    assert not {name for name in theirs if name.startswith(("history/", "tries", "orders"))}
    assert any(name.startswith("papers/") for name in theirs)
