"""A client rejects an invoice on the Peppol network: people are paid, two decide about a credit note."""

from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select

from domain.job import StepState
from storage.services.debt_collection import Collections
from storage.services.prefinancing import fund_reservations
from tests.process.small import DAY, alone, played
from tests.process.test_answers_told import again
from tests.process.test_reopened_while_open import issued, pays
from tests.process.world import World

INVOICE = "invoicing:invoice"


async def rejected(house: World) -> tuple[str, str]:
    """Ann has sung, the invoice went out, and the client says no to the price; its number."""
    await house.person("nora.claes@client.example", role="client", pays_after_days=None)
    job_id = await alone(house)
    await played(house, job_id)
    await house.live_until(job_id, lambda job: job.state in ("performed", "paid_out", "collecting"), step=DAY)
    issued = await house.until_step(job_id, INVOICE, "done")
    assert issued.booking is not None
    told = {"document": issued.booking["number"], "code": "RE", "reasons": ["PRI"], "note": "agreed was 2,000.00"}
    await house.partners("POST", "/admin/peppol/answers", json=told)
    await house.pass_time(DAY)
    return job_id, issued.booking["number"]


async def texts(house: World, job_id: str, lang: str) -> list[str]:
    told: list[dict[str, Any]] = await house.ask("ann", "GET", f"/api/jobs/{job_id}/history?lang={lang}")
    return [line["text"] for line in told]


async def test_a_rejected_invoice_is_credited_by_two_while_the_wage_is_paid(house: World) -> None:
    job_id, number = await rejected(house)
    asked = await house.until_step(job_id, INVOICE, "parked")
    assert asked.problem is not None
    assert (asked.problem.type, asked.undoing) == ("IssuedInvoice", True)
    (collection,) = await Collections(house.site.database).of_job(job_id)
    assert collection.state == "disputed"
    assert (
        f"The client rejects {number} (the price): agreed was 2,000.00. No reminder leaves; people decide "
        "whether a credit note takes it back. Wages do not wait for that." in await texts(house, job_id, "en")
    )

    await house.live_until(job_id, lambda job: job.state == "collecting", step=DAY, days=20)
    wage = await house.step(job_id, "wages:ann")
    assert wage is not None
    assert wage.state == "done"
    assert "debt_collection.remind" not in await house.kinds(job_id)

    await house.decide(job_id, INVOICE, "answer", who="iris", answer="credit")
    loss = await house.until_step(job_id, "prefinancing", "parked")
    assert loss.problem is not None
    assert loss.problem.params["accounts"] == "result 2244.00"  # 2,400.00 less the fee of 156.00, all paid out
    (collection,) = await Collections(house.site.database).of_job(job_id)
    assert collection.state == "credited"
    borne = loss.request | {"loss_borne_by": "community"}
    await house.decide(job_id, "prefinancing", "replay", who="fatima", request=borne)
    await house.until(job_id, lambda job: job.state == "closed")
    assert (await house.house.ledger.balances(job_id)).open == {}


async def credited(house: World) -> tuple[str, StepState]:
    """Everybody is paid, the invoice is credited: the books miss 2,244.00, and finance is asked who bears them."""
    job_id, _ = await rejected(house)
    await house.until_step(job_id, INVOICE, "parked")
    await house.live_until(job_id, lambda job: job.state == "collecting", step=DAY, days=20)
    await house.decide(job_id, INVOICE, "answer", who="iris", answer="credit")
    return job_id, await house.until_step(job_id, "prefinancing", "parked")


async def test_a_loss_gets_its_bearer_although_the_fund_has_nothing_left_for_anybody(house: World) -> None:
    job_id, loss = await credited(house)
    kept = select(fund_reservations.c.order_key, fund_reservations.c.reserved_eur, fund_reservations.c.state)
    async with house.site.database.writing() as connection:
        (mine,) = (await connection.execute(select(fund_reservations))).mappings().all()
        other = {"order_key": "OTHER/prefinancing/-/1", "job_id": "OTHER", "reserved_eur": Decimal(1_000_000_000)}
        await connection.execute(insert(fund_reservations).values({**mine, **other, "state": "reserved"}))
        (before,) = (await connection.execute(kept.where(fund_reservations.c.job_id == job_id))).all()
    named = loss.request | {"loss_borne_by": "community"}
    path = f"/api/jobs/{job_id}/steps/prefinancing/replay?dry_run=true"
    wish = {"reason": "nobody else can", "expected_attempt": loss.attempt, "request": named}
    shown = await house.ask("fatima", "POST", path, json=wish)
    assert (shown["operation"], shown["releases"]) == ("settle", [])
    await house.decide(job_id, "prefinancing", "replay", who="fatima", request=named)
    await house.until(job_id, lambda job: job.state == "closed")
    assert (await house.kinds(job_id)).count("prefinancing.reserve") == 1
    async with house.site.database.reading() as connection:
        rows = (await connection.execute(kept.where(fund_reservations.c.job_id == job_id))).all()
    assert [tuple(row) for row in rows] == [(before.order_key, before.reserved_eur, "settled")]
    assert (await house.house.ledger.balances(job_id)).open == {}


async def test_books_that_stand_open_say_what_is_true_after_a_credit_note(house: World) -> None:
    await house.person("nora.claes@client.example", role="client", pays_after_days=None)
    job_id = await alone(house)
    await played(house, job_id)
    await house.live_until(job_id, lambda job: job.state == "collecting", step=2 * DAY, days=20)
    (invoice,) = await issued(house, job_id)
    await pays(house, invoice, "2600.00")
    await house.live_until(job_id, lambda job: job.parked, step=DAY, days=10)
    too_much = await house.until_step(job_id, "prefinancing", "parked")
    assert too_much.problem is not None
    assert too_much.problem.params["accounts"] == "client_credit -56.00"  # of 2,544.00
    await again(house, job_id, INVOICE, 1)
    await house.decide(job_id, INVOICE, "answer", who="iris", answer="credit")
    await house.until_step(job_id, INVOICE, "undone")
    await house.settle()
    now = await house.until_step(job_id, "prefinancing", "parked")
    assert now.problem is not None
    assert now.problem.params["accounts"] == "client_credit -2600.00; result 2244.00"


async def test_an_invoice_that_stays_is_collected_once_the_dispute_is_settled(house: World) -> None:
    job_id, _ = await rejected(house)
    await house.until_step(job_id, INVOICE, "parked")
    await house.decide(job_id, INVOICE, "answer", who="iris", answer="keep")
    assert (await house.until_step(job_id, INVOICE, "done")).undoing is False
    (collection,) = await Collections(house.site.database).of_job(job_id)
    assert collection.state == "disputed"
    because = {"reason": "the order says 2,400.00"}
    await house.ask("iris", "POST", f"/api/debts/{collection.invoice_id}/dispute/settle", json=because)
    await house.live_until(
        job_id, lambda job: job.state in ("closed", "written_off", "collecting"), step=DAY, days=20
    )
    for _ in range(20):
        await house.pass_time(DAY)
        if "debt_collection.remind" in await house.kinds(job_id):
            return
    raise AssertionError(await house.kinds(job_id))
