"""A client cancels an accepted order by the link: the cost is read first, and what was not shown is not owed."""

from datetime import timedelta
from typing import Any

from domain.job import JobFile, News, Remembered, StepState, Withdrawal
from tests.api.conftest import Door
from tests.api.jobs import ORDER
from tests.api.test_client_place import read
from tests.databases import MONDAY, a_declaration, a_plan

STARTS = "2026-02-12T18:00:00Z"
"""Ten days after the Monday on which these tests happen: half of the price is owed."""
INVOICE = {
    "kind": "invoice", "client_id": "c-hall", "client_version": 1, "issue_on": "2026-02-12", "due_on": "2026-03-14",
    "delivered_on": "2026-02-12", "vat_category": "S", "vat_rate_percent": "21.00",
    "lines": [{"label": "Concert", "unit_price_eur": "1800.00", "net_eur": "1800.00"}],
    "net_eur": "1800.00", "vat_eur": "378.00", "total_eur": "2178.00",
}  # fmt: skip


async def accepted(door: Door, **asked: Any) -> tuple[str, str]:
    """A job whose order of 1,800.00 the client accepted this morning; its id and the client's link."""
    order = ORDER | {"starts_at": STARTS, "answer_by": "2026-02-10T18:00:00Z"} | asked
    plan = a_plan(member_id="p-ann", agreement=order, invoicing={"invoice": INVOICE}, first_start_at=STARTS)
    job_id = (await door.house.jobs.declare(a_declaration(plan=plan, caller="p-ann"))).job_id
    made = await door.house.links.link(
        order_key=f"{job_id}/agreement/-/1", job_id=job_id, step="agreement", audience="client",
        subject_id="c-hall", expires_at=MONDAY + timedelta(days=8),
    )  # fmt: skip
    path = made.url.removeprefix(door.house.settings.public_url)
    client = await door.asking()
    assert (await client.post(path, json={"answer": "accept", "name": "Nora", "begin_now": True})).is_success
    booking = {"accepted_at": MONDAY.isoformat(), "accepted_how": "link"}
    yes = StepState(service="agreement", state="done", attempt=1, request=order, booking=booking)
    file = JobFile(job_id=job_id, state="ready", version=1, steps={"agreement": yes})
    news = (News(n=1, at=MONDAY, kind="job.ready"),)
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file, news=news))
    return job_id, path


async def test_the_client_reads_what_cancelling_costs_and_cancels_at_that_price(door: Door) -> None:
    job_id, path = await accepted(door)
    client = await door.asking()
    assert (await client.get(path)).json()["cancelling"] == {"owed_eur": "900.00", "free_until": None}
    page = await (await door.asking(accept="text/html")).get(f"{path}?lang=en")
    assert "the accepted table says that €900.00 are owed" in read(page.text)

    late = await client.post(f"{path}/cancel", json={"owed_eur": "540.00", "reason": "the hall is closed"})
    assert (late.status_code, late.json()["owed_eur"]) == (409, "900.00")
    assert (await client.post(f"{path}/cancel", json={"owed_eur": "900.00", "reason": ""})).status_code == 422
    told = {"owed_eur": "900.00", "reason": "the hall is closed", "name": "Nora Claes"}
    said = await client.post(f"{path}/cancel", json=told)
    assert (said.status_code, said.json()["owed_eur"]) == (200, "900.00")

    (wish,) = [one for _, one in door.process.told.values() if isinstance(one, Withdrawal)]
    assert (wish.by, wish.role, wish.by_client) == ("c-hall", "client", True)
    assert wish.fee is not None
    assert wish.fee.cancellation is not None
    assert (wish.fee.kind, str(wish.fee.total_eur), wish.fee.claimed_as) == ("debit_note", "900.00", None)
    assert (wish.fee.due_on - wish.fee.issue_on).days == 30
    kept = await door.house.links.answer(f"{job_id}/agreement/-/1", "cancelled")
    assert kept is not None
    assert (kept.by_name, kept.reason) == ("Nora Claes", "the hall is closed")


async def test_a_private_person_steps_back_for_nothing_within_fourteen_days(door: Door) -> None:
    _, path = await accepted(door, withdrawal="fourteen_days")
    client = await door.asking()
    assert (await client.get(path)).json()["cancelling"] == {"owed_eur": "0.00", "free_until": "2026-02-16"}
    page = await (await door.asking(accept="text/html")).get(f"{path}?lang=nl")
    assert "2026 herroepen zonder iets verschuldigd te zijn." in read(page.text)
    assert (await client.post(f"{path}/cancel", json={"owed_eur": "0", "reason": "on second thoughts"})).is_success
    assert [one.fee for _, one in door.process.told.values() if isinstance(one, Withdrawal)] == [None]


async def test_an_order_without_a_table_costs_nothing_and_shows_none(door: Door) -> None:
    _, path = await accepted(door, cancellation_terms="none")
    shown = (await (await door.asking()).get(path)).json()
    assert (shown["cancellation"], shown["cancelling"]["owed_eur"]) == ([], "0.00")


async def test_the_member_says_that_the_client_cancelled_and_reads_what_is_owed(door: Door) -> None:
    job_id, _ = await accepted(door)
    ann = await door.asking("ann")
    body = {"reason": "the hall is closed", "cancelled_by": "client"}
    shown = (await ann.post(f"/api/jobs/{job_id}/withdraw?dry_run=true", json=body)).json()
    assert shown["client_owes"]["amount_eur"] == "900.00"
    page = await (await door.asking("ann", accept="text/html")).get(f"/jobs/{job_id}/withdraw?lang=en")
    assert "By the accepted table the client owes €900.00 before VAT." in read(page.text)
    assert (await ann.post(f"/api/jobs/{job_id}/withdraw", json=body)).is_success
    (wish,) = [one for _, one in door.process.told.values() if isinstance(one, Withdrawal)]
    assert (wish.by, wish.by_client, wish.fee is not None) == ("p-ann", True, True)


async def test_after_the_performance_the_preview_says_no_as_the_withdrawal_would(door: Door) -> None:
    # seen: the preview promised a credit note, and the call answered 409
    job_id, path = await accepted(door)
    over = JobFile(job_id=job_id, state="collecting", version=2)
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=over, news=()))
    ann = await door.asking("ann")
    answer = await ann.post(f"/api/jobs/{job_id}/withdraw?dry_run=true", json={"reason": "nobody came"})
    assert answer.status_code == 409
    assert (await (await door.asking()).get(path)).json()["cancelling"] is None
