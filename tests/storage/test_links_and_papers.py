"""Links expire by the instant given, papers keep their first version, deadlines ring once."""

import asyncio
from datetime import timedelta

import pytest

from domain.job import JobFile, JobState, Remembered, StepState, StepStateName
from domain.people import Link
from storage.core.database import Database
from storage.jobs.deadlines import Deadlines, StoredDeadline, write
from storage.jobs.documents import Documents
from storage.jobs.jobs import Jobs
from storage.security.links import LinkClosed, LinkExpired, Links, LinkUnknown
from tests.databases import KEYS, MONDAY, StillClock, a_job

DUE = MONDAY + timedelta(days=7)


def doors(database: Database, clock: StillClock) -> Links:
    return Links(database, KEYS.derive_all("links"), "https://allin.example/", clock)


async def agreement(links: Links, job_id: str, audience: str = "client") -> Link:
    return await links.link(
        order_key=f"{job_id}/agreement/{audience}/1",
        job_id=job_id,
        step="agreement",
        audience="client" if audience == "client" else "collaborator",
        subject_id="c-hall",
        expires_at=DUE,
    )


async def test_an_order_has_one_link_however_often_it_is_asked_for(database: Database, clock: StillClock) -> None:
    links, job_id = doors(database, clock), await a_job(database)
    made = await asyncio.gather(*(agreement(links, job_id) for _ in range(20)))
    assert len({(link.token_id, link.url) for link in made}) == 1
    assert made[0].url.startswith("https://allin.example/a/")
    assert (await agreement(links, job_id, "ben")).url.startswith("https://allin.example/i/")


async def test_a_link_opens_until_its_time_and_not_after(database: Database, clock: StillClock) -> None:
    links = doors(database, clock)
    link = await agreement(links, await a_job(database))
    token = link.url.rsplit("/", 1)[1]
    row = (await links.find(token)).opens(DUE - timedelta(seconds=1))
    assert (row.token_id, row.subject_id, row.made_at) == (link.token_id, "c-hall", MONDAY)
    with pytest.raises(LinkExpired):
        (await links.find(token)).opens(DUE)
    assert (await links.find(token)).step == "agreement"


async def test_a_closed_or_forged_link_opens_nothing(database: Database, clock: StillClock) -> None:
    links = doors(database, clock)
    link = await agreement(links, await a_job(database))
    token = link.url.rsplit("/", 1)[1]
    changed = (
        token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    )  # the last letter has bits that do not count
    for forged in (link.token_id, changed, "", "é.x"):
        with pytest.raises(LinkUnknown):
            await links.find(forged)
    stranger = Links(database, [b"other"], "https://allin.example", clock)
    with pytest.raises(LinkUnknown):
        await stranger.find(token)
    rotated = Links(database, [*KEYS.derive_all("links"), b"new"], "https://allin.example", clock)
    assert (await rotated.find(token)).opens(MONDAY).token_id == link.token_id
    await links.close((await links.find(token)).order_key)
    with pytest.raises(LinkClosed):
        (await links.find(token)).opens(MONDAY)


async def test_an_answer_counts_once_per_kind_and_the_latest_is_read(database: Database, clock: StillClock) -> None:
    links, job_id = doors(database, clock), await a_job(database)
    link = await agreement(links, job_id)
    key = f"{job_id}/agreement/client/1"
    assert await links.answer(key, "accepted", "changes") is None
    assert await links.give_answer(link.token_id, "changes", MONDAY, reason="één dag later")
    later = MONDAY + timedelta(hours=1)
    given = await asyncio.gather(
        *(links.give_answer(link.token_id, "accepted", later, circumstances={"ip": "::1"}) for _ in range(10))
    )
    assert given.count(True) == 1
    latest = await links.answer(key, "accepted", "changes", "refused")
    assert latest is not None
    assert (latest.kind, latest.at_iso) == ("accepted", "2026-02-02T08:00:00+00:00")
    changes = await links.answer(key, "changes")
    assert changes is not None
    assert changes.reason == "één dag later"
    assert [row.token_id for row in await links.of_job(job_id)] == [link.token_id]


async def file(papers: Documents, job_id: str, revision: int, content: bytes, name: str = "contract.pdf") -> str:
    return await papers.file(
        job_id=job_id,
        step="employment_contract:ann",
        name=name,
        kind="contract",
        media_type="application/pdf",
        content=content,
        audience=("crew", "advisor"),
        subject_id="p-ann",
        order_key=f"{job_id}/employment_contract/ann/{revision}",
    )


async def test_the_first_paper_of_an_order_stays_and_another_gets_another_name(
    database: Database, clock: StillClock
) -> None:
    papers, job_id = Documents(database, clock), await a_job(database)
    names = await asyncio.gather(*(file(papers, job_id, 1, f"try {n}".encode()) for n in range(10)))
    assert set(names) == {"contract.pdf"}
    assert await file(papers, job_id, 2, b"the amended one") == "contract-2.pdf"
    assert await papers.read(job_id, "contract-2.pdf") == b"the amended one"
    assert [paper.name for paper in await papers.of_job(job_id)] == ["contract-2.pdf", "contract.pdf"]
    paper = await papers.document(job_id, "contract-2.pdf")
    assert (paper.size, paper.audience, paper.subject_id, paper.filed_at) == (
        15,
        ("crew", "advisor"),
        "p-ann",
        MONDAY,
    )
    for asked in (papers.read(job_id, "none.pdf"), papers.document("NONE", "contract.pdf")):
        with pytest.raises(KeyError):
            await asked


async def test_papers_are_unreadable_in_the_database(database: Database, clock: StillClock) -> None:
    job_id = await a_job(database)
    await file(Documents(database, clock), job_id, 1, b"%PDF national number 85073003328")
    async with database.reading() as connection:
        stored = (await connection.exec_driver_sql("SELECT content FROM documents")).scalar_one()
    assert b"85073003328" not in bytes(stored)


async def test_a_deadline_unmet_is_due_until_it_is_met(database: Database) -> None:
    store, job_id = Deadlines(database), await a_job(database)
    start = MONDAY + timedelta(days=40, hours=11)
    assert await store.due_unmet(start - timedelta(seconds=1)) == []
    (due,) = await store.due_unmet(start)
    assert (due.job_id, due.kind, due.item) == (job_id, "dimona", "ann")
    assert [await store.alarmed(job_id, "dimona", "ann", start) for _ in range(2)] == [True, False]
    await store.met(job_id, "dimona", "ann", start + timedelta(hours=1))
    await store.met(job_id, "dimona", "ann", start + timedelta(hours=2))
    assert await store.due_unmet(start + timedelta(days=9)) == []
    (kept,) = await store.of_job(job_id)
    assert (kept.met_at, kept.alarmed_at) == (start + timedelta(hours=1), start)


async def test_a_deadline_nobody_wrote_down_is_kept_as_met(database: Database) -> None:
    store, job_id = Deadlines(database), await a_job(database)
    await store.met(job_id, "dimona", "zoe", MONDAY)
    assert [one.item for one in await store.of_job(job_id) if one.met_at] == ["zoe"]


async def test_a_moved_job_keeps_what_is_met_and_rings_anew_for_a_new_instant(database: Database) -> None:
    store, job_id = Deadlines(database), await a_job(database)
    await store.alarmed(job_id, "dimona", "ann", MONDAY)
    moved = StoredDeadline(
        kind="dimona", item="ann", due_at=DUE, basis="Royal Decree of 5 November 2002, article 4"
    )
    other = StoredDeadline(kind="wages_paid", item="ann", due_at=DUE, basis="the cooperative's promise")
    async with database.writing() as connection:
        await write(connection, job_id, [moved, other])
    assert {(one.kind, one.due_at, one.alarmed_at) for one in await store.of_job(job_id)} == {
        ("dimona", DUE, None),
        ("wages_paid", DUE, None),
    }
    await store.met(job_id, "dimona", "ann", MONDAY)
    async with database.writing() as connection:
        await write(connection, job_id, [])
    assert [one.kind for one in await store.of_job(job_id)] == ["dimona"]


def stopped(job_id: str, version: int, state: JobState, **steps: StepStateName) -> Remembered:
    """A withdrawn job of Ann, with what became of her contract and her pay."""
    of_ann = [StepState(service=service, item="ann", state=became) for service, became in steps.items()]
    file = JobFile(job_id=job_id, version=version, state=state, stopping="the client is ill")
    file.steps = {one.step: one for one in of_ann}
    return Remembered(workflow_id=f"job-{job_id}", file=file)


OF_ANN = tuple(
    StoredDeadline(kind=kind, item=item, due_at=DUE, basis="a law")
    for kind, item in (("dimona", "ann"), ("wages_paid", "ann"), ("invoice_issued", "-"))
)


async def test_a_withdrawn_job_nobody_signed_has_nothing_due_any_more(database: Database) -> None:
    job_id = await a_job(database, deadlines=OF_ANN)
    await Jobs(database).remember(stopped(job_id, 1, "agreeing", employment_contract="undone"))
    assert await Deadlines(database).due_unmet(DUE) == []  # what is being stopped owes no invoice
    await Jobs(database).remember(stopped(job_id, 2, "withdrawn", employment_contract="undone"))
    assert await Deadlines(database).due_unmet(DUE) == []


async def test_pay_a_signed_person_is_owed_stays_due_after_a_withdrawal(database: Database) -> None:
    job_id = await a_job(database, deadlines=OF_ANN)
    store = Deadlines(database)
    await Jobs(database).remember(stopped(job_id, 1, "agreeing", employment_contract="done", wages="trying"))
    assert sorted(one.kind for one in await store.due_unmet(DUE)) == ["dimona", "wages_paid"]
    await store.met(job_id, "dimona", "ann", MONDAY)
    await Jobs(database).remember(stopped(job_id, 2, "withdrawn", employment_contract="done", wages="failed"))
    assert [one.kind for one in await store.due_unmet(DUE)] == ["wages_paid"]
    assert [one.kind for one in await store.of_job(job_id) if one.met_at] == ["dimona"]


async def test_an_accident_stays_due_when_its_job_is_moved_or_withdrawn(database: Database) -> None:
    job_id = await a_job(database, deadlines=OF_ANN)
    async with database.writing() as connection:
        await write(
            connection, job_id, [*OF_ANN, StoredDeadline(kind="accident_report", due_at=DUE, basis="a law")]
        )
        await write(connection, job_id, [])
    await Jobs(database).remember(stopped(job_id, 1, "withdrawn", employment_contract="undone"))
    assert [one.kind for one in await Deadlines(database).due_unmet(DUE)] == ["accident_report"]
