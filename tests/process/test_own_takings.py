"""A concert with cash at the door: the member is told where to pay the takings in, and the job closes on them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.ledger import Account
from domain.remittance import job_reference
from tests.process.small import ANN, DAY, alone, states
from tests.process.test_notices import mails
from tests.process.test_questions import answered
from tests.process.world import World

ENTRY = {"kind": "own_takings"}


async def played(house: World, **more: Any) -> str:
    """Ann sang on the 10th, 1,060.00 at the door: 1,000.00 and 6 % of VAT."""
    job_id = await alone(house, client=ENTRY, price_eur="1000.00", agreement=None, **more)
    await house.live_until(job_id, lambda job: job.state == "collecting", step=DAY, days=20)
    return job_id


async def paid_in(house: World, job_id: str, amount: str, reference: str) -> None:
    iban = (await house.house.entities.entity((await house.job(job_id)).entity)).iban
    paid = {"iban": iban, "amount_eur": amount, "payer_email": "ann@bank.example", "text": reference}
    await house.partners("POST", "/admin/bank/credits", json=paid)


async def parked(house: World, job_id: str) -> list[str]:
    return [step for step, state in (await states(house, job_id)).items() if state == "parked"]


async def test_takings_paid_in_under_the_jobs_reference_close_it_by_themselves(house: World) -> None:
    job_id = await played(house)
    told = [line["text"] for line in await house.ask("ann", "GET", f"/api/jobs/{job_id}/history?lang=en")]
    reference = job_reference(job_id)
    (asked,) = [line for line in told if reference in line]
    assert "€1,060.00" in asked
    assert "Tue 3 Mar 2026" in asked
    step = await house.step(job_id, "prefinancing")
    assert step is not None
    assert (step.state, step.waiting and step.waiting.who) == ("waiting", "member")
    await paid_in(house, job_id, "560.00", f"first part {reference}")
    await house.pass_time(2 * DAY)
    assert (await house.job(job_id)).state == "collecting"
    await paid_in(house, job_id, "500.00", f"second part {reference[:4]} {reference[4:8]} {reference[8:]}")
    await house.live_until(job_id, lambda job: job.state == "closed", step=DAY, days=4)
    books = await house.house.ledger.balances(job_id)
    assert books.open == {}
    assert books.of(Account.VAT_DUE) == Decimal("-60.00"), "it is the State's"
    news = [text for _, text in await mails(house, ANN) if reference in text]
    assert len(news) == 1
    assert await parked(house, job_id) == []


async def test_takings_nobody_paid_in_ask_finance_when_their_time_is_over(house: World) -> None:
    job_id = await played(house)
    await house.reach(datetime(2026, 3, 3, 12, tzinfo=UTC), step=DAY)
    assert await parked(house, job_id) == []
    await house.reach(datetime(2026, 3, 5, 12, tzinfo=UTC), step=DAY)
    assert await parked(house, job_id) == ["prefinancing"]
    await paid_in(house, job_id, "1060.00", job_reference(job_id))
    await house.live_until(job_id, lambda job: job.state == "closed", step=DAY, days=4)


async def test_another_references_money_is_no_takings_and_the_page_says_where_to_pay(house: World) -> None:
    job_id = await played(house)
    await paid_in(house, job_id, "1060.00", "RF31ABCDEFGHJK for the concert")
    await house.pass_time(2 * DAY)
    assert (await house.job(job_id)).state == "collecting"
    (unknown,) = (await house.ask("fatima", "GET", "/api/bank/movements?state=unknown"))["movements"]
    assert unknown["amount_eur"] == "1060.00"
    page = (await answered(house, "ann", "GET", f"/jobs/{job_id}?lang=en")).text
    assert "The takings are still to be paid in" in page
    for shown in (
        "Pay your takings in by Tuesday 3 March",
        "€1,060.00",
        "BE71 0961 2345 6769",
        job_reference(job_id),
    ):
        assert shown in page
