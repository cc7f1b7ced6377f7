"""Money the bank takes back while the job still waits for another invoice: no bearer settles what is awaited."""

from typing import Any

from sqlalchemy import select

from storage.services.invoicing import invoices
from tests.process.small import CLIENT, DAY, alone, played
from tests.process.test_clients import open_balances
from tests.process.world import World


async def issued(house: World, job_id: str) -> list[Any]:
    """Its invoices, the deposit first."""
    wanted = select(invoices).where(invoices.c.job_id == job_id).order_by(invoices.c.in_series)
    async with house.site.database.reading() as connection:
        return list((await connection.execute(wanted)).all())


async def pays(house: World, invoice: Any, amount: str | None = None) -> str:
    """The client pays an invoice, exactly unless an amount is said; the bank's number of the line."""
    iban = (await house.house.entities.entity(invoice.entity)).iban
    paid = {
        "iban": iban,
        "amount_eur": amount or f"{invoice.payable_eur:.2f}",
        "payer_email": "payer@client.example",
    }
    paid |= {"structured_communication": invoice.payment_reference}
    return str((await house.partners("POST", "/admin/bank/credits", json=paid))["id"])


async def taken_back(house: World) -> tuple[str, Any, Any]:
    """A job whose deposit was paid and taken back by the bank while its balance is awaited."""
    await house.person(CLIENT, role="client", pays_after_days=None)
    job_id = await alone(house, invoicing={"deposit_percent": 40})
    await played(house, job_id)
    await house.live_until(job_id, lambda job: job.state == "collecting", step=4 * DAY, days=20)
    deposit, balance = await issued(house, job_id)
    line = await pays(house, deposit)
    for _ in range(3):
        await house.pass_time(DAY)
    await house.partners("POST", "/admin/bank/recalls", json={"id": line})
    for _ in range(3):
        await house.pass_time(DAY)
    return job_id, deposit, balance


async def test_a_receivable_that_finance_is_asked_about_is_not_given_up_by_closing_the_job(house: World) -> None:
    job_id, deposit, balance = await taken_back(house)
    (debt,) = (await house.ask("fatima", "GET", "/api/debts/reopened"))["reopened"]
    await pays(house, balance)
    await house.live_until(job_id, lambda job: job.parked, step=DAY, days=10)
    step = await house.until_step(job_id, "prefinancing", "parked")
    named = step.request | {"loss_borne_by": "community"}
    await house.decide(job_id, "prefinancing", "replay", who="fatima", request=named)
    again = await house.until_step(job_id, "prefinancing", "parked")
    assert again.problem is not None
    assert again.problem.params["accounts"] == f"receivable {deposit.payable_eur}"

    why = {"how": "collect", "reason": "the client says it was a mistake"}
    await house.ask("fatima", "POST", f"/api/debts/{debt['invoice_id']}/again", json=why)
    waits = await house.until_step(job_id, "prefinancing", "waiting")
    assert (waits.problem, waits.waiting is not None and waits.waiting.who) == (None, "client")
    assert again.postponed_until_at is None
    await pays(house, deposit)
    await house.live_until(job_id, lambda job: job.state == "closed", step=DAY, days=20)
    assert await open_balances(house, job_id) == {}


async def test_what_is_collected_for_the_second_time_is_given_up_like_the_first_time(house: World) -> None:
    job_id, deposit, balance = await taken_back(house)
    why = {"how": "give_up", "reason": "nobody is there any more"}
    await house.ask("fatima", "POST", f"/api/debts/{deposit.invoice_id}/again", json=why)
    step = f"debt_collection:{deposit.invoice_id.lower()}-write-off2"
    parked = await house.until_step(job_id, step, "parked")
    told = await house.ask("fatima", "GET", f"/api/jobs/{job_id}/steps/{step}")
    assert {"decided", "borne_by"} <= set(told["editable"])
    yes = parked.request | {"decided": True, "borne_by": "sector"}
    await house.decide(job_id, step, "replay", who="fatima", request=yes)
    await house.until_step(job_id, step, "done")
    await pays(house, balance)
    await house.live_until(job_id, lambda job: job.state in ("closed", "written_off"), step=DAY, days=20)
    assert await open_balances(house, job_id) == {}


async def test_the_books_wait_for_a_debt_that_is_collected_again_and_ask_nobody_meanwhile(house: World) -> None:
    """Seen: for half a year somebody put off, every twenty days, a question there was nothing to decide about."""
    job_id, deposit, balance = await taken_back(house)
    why = {"how": "collect", "reason": "the client says it was a mistake"}
    await house.ask("fatima", "POST", f"/api/debts/{deposit.invoice_id}/again", json=why)
    await pays(house, balance)
    for _ in range(8):
        await house.pass_time(10 * DAY)
    story = await house.house.events.since(job_id, 0, 2000)
    asked = [told.step for told in story if told.kind == "step.parked"]
    assert [step for step in asked if step == "prefinancing"] == []
    assert [told.kind for told in story].count("job.debt_awaited") == 1
    assert (await house.until_step(job_id, "prefinancing", "waiting")).attempt == 1
    await pays(house, deposit)
    await house.pass_time(DAY)
    costs = await house.until_step(job_id, f"debt_collection:{deposit.invoice_id.lower()}-late-costs2", "parked")
    assert (await house.job(job_id)).state == "collecting"
    given_up = costs.request | {"late_costs": "waive"}
    await house.decide(job_id, costs.step, "replay", who="fatima", request=given_up)
    await house.live_until(job_id, lambda job: job.state == "closed", step=DAY, days=20)
    assert await open_balances(house, job_id) == {}
