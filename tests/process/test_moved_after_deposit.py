"""A deposit that is invoiced stays as it is when the job is moved: the client owes the price once, to the cent."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from storage.jobs.deadlines import Deadlines
from tests.process.small import CLIENT, DAY, HOUR, START, alone, engaged
from tests.process.test_reopened_while_open import issued
from tests.process.world import World

HALF = {"deposit_percent": 50, "deposit_on": "2026-02-03"}


async def with_deposit(house: World, **invoicing: Any) -> str:
    """A job of 2,400.00 whose deposit the client has."""
    await house.person(CLIENT, role="client", pays_after_days=None)
    job_id = await alone(house, invoicing=HALF | invoicing)
    await engaged(house, job_id)
    await house.pass_time(DAY)
    await house.until_step(job_id, "invoicing:deposit", "done")
    return job_id


async def move(house: World, job_id: str, *, dry: bool = False, without: str = "", **changes: Any) -> Any:
    """The member changes the declaration."""
    told = (await house.job(job_id)).declaration | changes
    told = {name: value for name, value in told.items() if value is not None and name != without}
    body = {"declaration": told, "reason": "as we said on the phone"}
    return await house.ask("ann", "POST", f"/api/jobs/{job_id}/move{'?dry_run=true' if dry else ''}", json=body)


async def invoiced_on(house: World, job_id: str) -> list[date | None]:
    """The day the deadline of the last invoice counts as met."""
    rows = await Deadlines(house.site.database).of_job(job_id)
    return [row.met_at.date() if row.met_at else None for row in rows if row.kind == "invoice_issued"]


async def billed(house: World, job_id: str) -> list[tuple[str, Decimal, Decimal]]:
    """Kind, net and amount to pay of each document once all are out."""
    contract = await house.step(job_id, "employment_contract:ann")
    if contract and contract.state == "parked":
        await house.decide(job_id, "employment_contract:ann", "answer", answer="amend", who="iris")
    await house.reach(START + 2 * DAY, step=8 * DAY)
    await house.live_until(job_id, lambda job: job.state == "collecting", step=2 * DAY, days=20)
    return [(one.kind, one.net_eur, one.payable_eur) for one in await issued(house, job_id)]


async def test_a_declaration_that_forgets_the_deposit_asks_no_cent_twice(house: World) -> None:
    job_id = await with_deposit(house)
    await move(house, job_id, without="invoicing", title="A concert of another name")
    assert await billed(house, job_id) == [
        ("deposit", Decimal("1200.00"), Decimal("1272.00")),
        ("balance", Decimal("1200.00"), Decimal("1272.00")),
    ]


async def test_a_price_that_grows_after_a_deposit_of_everything_is_asked_for_too(house: World) -> None:
    job_id = await with_deposit(house, deposit_percent=100)
    assert [one.net_eur for one in await issued(house, job_id)] == [Decimal("2400.00")]
    assert await invoiced_on(house, job_id) == [date(2026, 2, 3)]
    await move(house, job_id, note="the blue folder, please")
    await house.until(job_id, lambda job: job.declaration.get("note") == "the blue folder, please")
    assert await invoiced_on(house, job_id) == [date(2026, 2, 3)]
    await move(house, job_id, price_eur="2450.00")
    await house.pass_time(8 * HOUR)
    await house.until(job_id, lambda job: "balance" in job.plan.invoicing)
    assert await invoiced_on(house, job_id) == [None]
    assert await billed(house, job_id) == [
        ("deposit", Decimal("2400.00"), Decimal("2544.00")),
        ("balance", Decimal("50.00"), Decimal("53.00")),
    ]
    assert await invoiced_on(house, job_id) == [date(2026, 2, 12)]


@pytest.mark.parametrize("dry", [True, False])
async def test_what_the_deposit_does_not_allow_is_refused_in_words_and_changes_nothing(
    house: World, dry: bool
) -> None:
    job_id = await with_deposit(house)
    before = await house.job(job_id)
    with pytest.raises(AssertionError, match=r"against-deposit.*new price must be above it"):
        await move(house, job_id, dry=dry, price_eur="1200.00")
    other = {**before.declaration["client"], "name": "Salle Neuve SA", "enterprise_number": "0403170701"}
    with pytest.raises(AssertionError, match=r"against-deposit.*cannot pass to another client"):
        await move(house, job_id, dry=dry, client=other)
    after = await house.job(job_id)
    assert (after.plan, after.declaration, after.file.proposal) == (before.plan, before.declaration, None)
    assert await house.house.clients.by_number("0403170701") is None


async def test_a_deposit_that_falls_due_while_the_client_is_asked_follows_the_answer(house: World) -> None:
    await house.person(CLIENT, role="client", pays_after_days=None)
    job_id = await alone(house, invoicing=HALF)
    await engaged(house, job_id)
    await house.person(CLIENT, role="client", behaviour="silent", pays_after_days=None)
    await move(house, job_id, price_eur="2000.00")
    await house.pass_time(2 * DAY)
    assert await house.step(job_id, "invoicing:deposit") is None
    await house.person(CLIENT, role="client", behaviour="answers", pays_after_days=None)
    await house.pass_time(8 * HOUR)
    await house.until(job_id, lambda job: job.file.proposal is None)
    await house.pass_time(DAY)
    await house.until_step(job_id, "invoicing:deposit", "done")
    assert [(one.kind, one.net_eur) for one in await issued(house, job_id)] == [("deposit", Decimal("1000.00"))]


async def test_a_private_client_stays_who_they_are_when_the_job_is_moved(house: World) -> None:
    await house.person(CLIENT, role="client", pays_after_days=None)
    declared = (await house.job(await alone(house))).declaration["client"]
    address = declared["address"]
    private = {"kind": "private_person", "name": "Léa Simon", "email": CLIENT, "language": "fr", "address": address}
    job_id = await alone(house, client=private, invoicing=HALF, key="wedding-1")
    who = (await house.job(job_id)).client_id
    await engaged(house, job_id)
    await house.pass_time(DAY)
    await house.until_step(job_id, "invoicing:deposit", "done")
    await move(house, job_id, client=private | {"name": "Léa Simon-Petit"}, title="A wedding of another name")
    assert (await house.job(job_id)).client_id == who
