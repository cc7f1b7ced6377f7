"""The bank takes a client's money back when all is over: the job is open again, finance is told and decides."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from domain.job import JobFile, JobState, Remembered
from domain.ledger import Account
from domain.statements import StatementEntry
from storage.jobs.tables import jobs
from storage.services.debt_collection import Collections
from storage.services.invoicing import Invoices
from tests.api.bank_morning import morning_with
from tests.api.conftest import Door
from tests.api.test_bank import door
from tests.api.test_debts import owed

__all__ = ["door"]
REASON = {"reason": "the client says it was a mistake"}


async def bank(door: Door, amount: str, day: int, opening: str, name: str = "CLIENT-1") -> None:
    """One movement of the client, taken over, booked and told as every morning."""
    invoice, moved = await Invoices(door.house.database).invoice("I-1"), Decimal(amount)
    entry = StatementEntry(
        reference="R", amount_eur=moved, booked_on=date(2026, 2, day), structured=invoice.payment_reference,
        end_to_end=name, return_reason="AM09" if moved < 0 else None,
    )  # fmt: skip
    await morning_with(door, entry, opening)


async def recalled_after_the_end(door: Door, ended: JobState = "closed") -> str:
    """1,590.00 paid, the collection and the job over, and then 1,590.00 taken back."""
    job_id = await owed(door, date(2026, 1, 15))
    await bank(door, "1590.00", 3, "0.00")
    await Collections(door.house.database).close("I-1", "paid", door.clock.now())
    file = JobFile(job_id=job_id, state=ended, version=9)
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    await bank(door, "-1590.00", 4, "1590.00")
    return job_id


async def state_of(door: Door, job_id: str) -> str:
    async with door.house.database.reading() as connection:
        return str(await connection.scalar(select(jobs.c.state).where(jobs.c.job_id == job_id)))


async def kinds(door: Door, job_id: str) -> list[str]:
    return [one.kind for one in await door.house.events.since(job_id)]


async def due(door: Door) -> list[str]:
    return [one.kind for one in await door.house.deadlines.due_unmet(door.clock.now())]


async def test_money_taken_back_after_the_end_opens_the_job_and_tells_finance(door: Door) -> None:
    job_id = await recalled_after_the_end(door)
    fay = await door.asking("fay")
    (debt,) = (await fay.get("/api/debts/reopened")).json()["reopened"]
    assert (debt["number"], debt["open_eur"], debt["job_id"]) == ("B-2026-000001", "1590.00", job_id)
    assert (await fay.get(f"/api/jobs/{job_id}")).json()["state"] == "collecting"
    lines = [one for one in await door.house.events.since(job_id) if one.kind == "debt.reopened"]
    assert [one.params for one in lines] == [{"number": "B-2026-000001", "amount": "1590.00", "open": "1590.00"}]
    assert "collected_again" in await due(door)
    assert [one["state"] for one in (await fay.get("/api/debts")).json()["debts"]] == ["open"]


async def test_a_late_note_of_the_ended_process_does_not_close_it(door: Door) -> None:
    job_id = await recalled_after_the_end(door)
    file = JobFile(job_id=job_id, state="closed", version=10)
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    assert await state_of(door, job_id) == "collecting"


@pytest.mark.parametrize("ended", ["withdrawn", "refused"])
async def test_a_kept_invoice_of_a_job_that_did_not_happen_is_collected_again_too(
    door: Door, ended: JobState
) -> None:
    """Its client paid what stayed owed, and the bank takes it back: until it is paid again the job says so."""
    job_id = await recalled_after_the_end(door, ended)
    assert await state_of(door, job_id) == "collecting"
    file = JobFile(job_id=job_id, state=ended, version=10)
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    assert await state_of(door, job_id) == "collecting"
    await bank(door, "1590.00", 6, "0.00", "CLIENT-2")
    assert (await state_of(door, job_id), (await kinds(door, job_id))[-1]) == (ended, f"job.{ended}_again")


@pytest.mark.parametrize("how", ["collect", "give_up"])
async def test_a_person_decides_once_and_a_process_of_its_own_goes_on(door: Door, how: str) -> None:
    job_id = await recalled_after_the_end(door)
    fay = await door.asking("fay")
    door.process.away = True
    assert (await fay.post("/api/debts/I-1/again", json=REASON | {"how": how})).status_code == 503
    assert "collected_again" in await due(door)
    door.process.away = False
    assert (await fay.post("/api/debts/I-1/again", json=REASON | {"how": how})).status_code == 200
    assert (await fay.post("/api/debts/I-1/again", json=REASON | {"how": how})).status_code == 409
    ((workflow, begun),) = door.process.collections.items()
    assert (workflow, begun.turn, begun.request.give_up) == ("collection-I-1-2", 2, how == "give_up")
    assert (begun.request.number, begun.request.payable_eur) == ("B-2026-000001", Decimal("1590.00"))
    assert (await kinds(door, job_id))[-1] == f"debt.again_{how}"
    assert "collected_again" not in await due(door)
    assert (await fay.get("/api/debts/reopened")).json() == {"reopened": []}
    await bank(door, "1590.00", 6, "0.00", "CLIENT-2")
    assert await state_of(door, job_id) == "collecting"  # its process sees the money and closes it
    await Collections(door.house.database).close("I-1", "paid", door.clock.now())
    assert await state_of(door, job_id) == "closed"


async def test_given_up_the_job_is_written_off(door: Door) -> None:
    job_id = await recalled_after_the_end(door)
    await Collections(door.house.database).write_off("I-1", "community")
    await Collections(door.house.database).close("I-1", "written_off", door.clock.now())
    assert (await state_of(door, job_id), (await kinds(door, job_id))[-1]) == (
        "written_off",
        "job.written_off_again",
    )


async def test_paid_before_anybody_decided_it_is_over_by_itself(door: Door) -> None:
    job_id = await recalled_after_the_end(door)
    await bank(door, "590.00", 6, "0.00", "CLIENT-2")
    assert await state_of(door, job_id) == "collecting"
    await bank(door, "1000.00", 9, "590.00", "CLIENT-3")
    assert await state_of(door, job_id) == "closed"
    assert (await kinds(door, job_id))[-2:] == ["debt.paid_after_all", "job.closed_again"]
    assert (await door.house.ledger.balances(job_id)).of(Account.RECEIVABLE) == Decimal("0.00")
    assert "collected_again" not in await due(door)
    await bank(door, "-1000.00", 10, "1590.00", "CLIENT-3")  # taken back once more: asked once more
    (debt,) = (await (await door.asking("fay")).get("/api/debts/reopened")).json()["reopened"]
    assert (debt["turn"], debt["open_eur"]) == (3, "1000.00")


async def test_while_the_collection_runs_a_recall_is_its_own_matter(door: Door) -> None:
    job_id = await owed(door, date(2026, 1, 15))
    await bank(door, "1590.00", 3, "0.00")
    await bank(door, "-1590.00", 4, "1590.00")
    assert "debt.reopened" not in await kinds(door, job_id)
    assert (await (await door.asking("fay")).get("/api/debts/reopened")).json() == {"reopened": []}


async def test_a_job_that_still_runs_keeps_its_state(door: Door) -> None:
    job_id = await owed(door, date(2026, 1, 15))
    async with door.house.database.writing() as connection:
        await connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(state="paid_out"))
    await bank(door, "1590.00", 3, "0.00")
    await Collections(door.house.database).close("I-1", "paid", door.clock.now())
    await bank(door, "-1590.00", 4, "1590.00")
    assert await state_of(door, job_id) == "paid_out"
    assert "collected_again" in await due(door)


@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
async def test_finance_decides_on_the_page_of_the_bank(door: Door, lang: str) -> None:
    await recalled_after_the_end(door)
    fay, ada = await door.asking("fay", accept="text/html"), await door.asking("ada", accept="text/html")
    page = (await fay.get(f"/bank?lang={lang}")).text
    assert "B-2026-000001" in page
    assert 'action="/bank/debts/I-1"' in page
    assert 'action="/bank/debts/I-1"' not in (await ada.get(f"/bank?lang={lang}")).text
    assert (await fay.post("/bank/debts/I-1", data=REASON | {"how": "collect"})).status_code == 303
    assert 'action="/bank/debts/I-1"' not in (await fay.get(f"/bank?lang={lang}")).text
