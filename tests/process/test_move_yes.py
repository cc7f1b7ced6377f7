"""Who must say yes to a move, and what becomes of the job when somebody says no: before Go, at short notice,
with an adviser, with the fund."""

from datetime import date, datetime
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from api.declaring.move_and_withdraw import move_to
from api.declaring.service import ask
from api.security.permissions import Asker
from domain.declaration import JobDeclaration
from tests.process.small import ANN, BOB, CLIENT, DAY, HOUR, READY_OR_LATER, client, crew, declare
from tests.process.test_move_agreed import NEW, OLD, SMALL, agreed, in_force, move, vans
from tests.process.world import World

LONG_TERM = client(payment_days=45)
"""Longer than the 30 days that go without an adviser: rule `payment_term`."""


async def dropped(house: World, job_id: str) -> list[str]:
    """Why moves came to nothing, in the story's order."""
    return [kind for kind in await house.kinds(job_id) if kind.startswith("job.move_dropped")]


async def said_yes_before_go(house: World) -> str:
    """The client has said yes; the adviser has not answered yet, so there is no Go."""
    job_id = await declare(house, date.fromisoformat(OLD), **(SMALL | {"client": LONG_TERM}))
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, "agreement", "done")
    assert (await house.job(job_id)).state == "agreeing"
    return job_id


async def approve(house: World, job_id: str, rule: str, granted: bool = True) -> None:
    """The adviser answers one rule."""
    body = {"granted": granted, "reason": "seen"}
    await house.ask("iris", "POST", f"/api/jobs/{job_id}/approvals/{rule}", json=body)


async def test_a_client_who_said_yes_is_asked_anew_before_go_and_go_waits_for_the_answer(house: World) -> None:
    job_id = await said_yes_before_go(house)
    await house.person(CLIENT, role="client", behaviour="silent")
    taken = await move(house, job_id, NEW, client=LONG_TERM)
    assert taken["pending"]
    await house.until_step(job_id, "agreement", "waiting")
    await approve(house, job_id, "payment_term")
    await house.settle()
    assert (await house.job(job_id)).state == "agreeing"
    await in_force(house, job_id, OLD)

    await house.person(CLIENT, role="client", behaviour="answers")
    await house.live_until(job_id, lambda job: job.state == "engaged", step=4 * HOUR, days=3)
    await in_force(house, job_id, NEW)
    await house.until_step(job_id, "van_rental:van", "done")
    assert await vans(house, job_id) == {"1": "released", "2": "confirmed"}
    kinds = await house.kinds(job_id)
    assert kinds.index("job.moved") < kinds.index("job.ready")


async def test_before_go_a_no_to_the_move_leaves_the_yes_to_the_job_as_it_was(house: World) -> None:
    job_id = await said_yes_before_go(house)
    await house.person(CLIENT, role="client", behaviour="refuses")
    await move(house, job_id, NEW, client=LONG_TERM)
    await house.live_until(job_id, lambda job: job.file.proposal is None, step=4 * HOUR, days=2)
    await house.until_step(job_id, "agreement", "done")
    assert await dropped(house, job_id) == ["job.move_dropped.refused"]
    await approve(house, job_id, "payment_term")
    await house.live_until(job_id, lambda job: job.state == "engaged", step=4 * HOUR, days=3)
    await in_force(house, job_id, OLD)
    await house.until_step(job_id, "van_rental:van", "done")
    assert await vans(house, job_id) == {"1": "confirmed", "2": "released"}


async def test_before_go_silence_about_a_move_keeps_nobody_waiting_longer_than_the_day_of_agreement(
    house: World,
) -> None:
    job_id = await said_yes_before_go(house)
    await house.person(CLIENT, role="client", behaviour="silent")
    await move(house, job_id, NEW, client=LONG_TERM)
    await approve(house, job_id, "payment_term")
    job = await house.live_until(job_id, lambda job: job.state == "engaged", step=DAY, days=16)
    assert await dropped(house, job_id) == ["job.move_dropped.no_answer"]
    assert house.calendar.now() < job.plan.first_start_at
    await in_force(house, job_id, OLD)


async def test_a_member_is_told_at_once_that_the_adviser_makes_such_a_move(house: World) -> None:
    job_id = await agreed(house)
    before = await house.kinds(job_id)
    told = {
        "en": ("Your adviser makes this change", "A payment term of 45 days: longer than 30."),
        "fr": (
            "C'est votre conseiller qui fait ce changement",
            "Un délai de paiement de 45 jours : plus long que 30.",
        ),
        "nl": ("Uw adviseur brengt deze wijziging aan", "Een betaaltermijn van 45 dagen: langer dan 30."),
    }
    declaration = (await house.job(job_id)).declaration | {"days": DAYS, "client": LONG_TERM}
    body = {"declaration": declaration, "reason": "the hall is closed"}
    for lang, (title, why) in told.items():
        with pytest.raises(AssertionError, match="409") as no:
            await house.ask("ann", "POST", f"/api/jobs/{job_id}/move", json=body, headers={"accept-language": lang})
        assert title in str(no.value)
        assert why in str(no.value)
        assert "payment_term" not in str(no.value)
        tried = f"/api/jobs/{job_id}/move?dry_run=true"
        seen = await house.ask("ann", "POST", tried, json=body, headers={"accept-language": lang})
        assert seen["adviser_because"] == [why]
        assert (await house.ask("iris", "POST", tried, json=body))["adviser_because"] == []
    await house.settle()
    assert await house.kinds(job_id) == before
    await in_force(house, job_id, OLD)


async def moved_by(house: World, who: str, job_id: str, **changes: Any) -> Any:
    """Somebody else than the member moves the job."""
    declaration = (await house.job(job_id)).declaration | changes
    body = {"declaration": declaration, "reason": "the hall is closed"}
    return await house.ask(who, "POST", f"/api/jobs/{job_id}/move", json=body)


DAYS = [{"date": NEW, "starts": "15:00", "ends": "22:30", "place": "Liège"}]


async def test_an_adviser_who_makes_the_move_says_yes_by_it_but_not_for_the_client(house: World) -> None:
    job_id = await agreed(house)
    await house.person(CLIENT, role="client", behaviour="silent")
    taken = await moved_by(house, "iris", job_id, days=DAYS, client=LONG_TERM)
    assert taken["pending"]
    await house.until_step(job_id, "agreement", "waiting")
    file = (await house.job(job_id)).file
    assert file.approvals["payment_term"].granted
    assert file.approvals["payment_term"].by == "iris"
    await in_force(house, job_id, OLD)
    await house.person(CLIENT, role="client", behaviour="answers")
    await house.live_until(job_id, lambda job: job.file.plan_revision == 2, step=4 * HOUR, days=2)
    await in_force(house, job_id, NEW)


async def test_a_move_by_operations_waits_for_the_adviser_whose_no_leaves_the_job_as_it_is(house: World) -> None:
    job_id = await agreed(house)
    job = await house.job(job_id)
    declared = JobDeclaration.model_validate({**job.declaration, "client": LONG_TERM})
    operations = Asker(person_id="omar", given_name="Omar", name="Omar", language="fr", roles=("ops",))
    asked = await ask(house.house, declared, job.member_id, moved_job=job_id)
    taken = await move_to(house.house, operations, job, asked, "the client pays later")
    assert taken.pending
    await house.settle()
    assert (await house.job(job_id)).file.proposal is not None
    await approve(house, job_id, "payment_term", granted=False)
    await house.until(job_id, lambda job: job.file.proposal is None)
    await house.settle()
    assert await dropped(house, job_id) == ["job.move_dropped.not_approved"]
    job = await house.job(job_id)
    assert job.state == "engaged"
    assert "payment_term" not in job.file.approvals
    await in_force(house, job_id, OLD)
    assert job.declaration["client"]["payment_days"] == 8


async def test_a_fund_that_has_nothing_left_by_the_time_of_the_yes_leaves_the_job_as_it_is(house: World) -> None:
    job_id = await agreed(house)
    await house.person(CLIENT, role="client", behaviour="silent")
    await move(house, job_id, NEW, price_eur="2450.00")
    await house.until_step(job_id, "agreement", "waiting")
    await house.settle()
    async with house.site.database.writing() as connection:  # another member's large job came in between
        await connection.execute(
            text(
                "INSERT INTO fund_reservations (order_key, job_id, member_id, client_id, entity, reserved_eur,"
                " posted_eur, voided_eur, state) SELECT 'OTHER/prefinancing/-/1', 'OTHER', member_id, client_id,"
                " entity, 1000000000, 0, 0, 'reserved' FROM fund_reservations LIMIT 1"
            )
        )
    await house.person(CLIENT, role="client", behaviour="answers")
    await house.live_until(job_id, lambda job: job.file.proposal is None, step=4 * HOUR, days=2)
    await house.until_step(job_id, "agreement", "done")
    await house.settle()
    assert await dropped(house, job_id) == ["job.move_dropped.no_funds"]
    await in_force(house, job_id, OLD)
    assert await vans(house, job_id) == {"1": "confirmed", "2": "released"}
    assert (await house.step(job_id, "prefinancing")).state in ("held", "done")  # type: ignore[union-attr]


async def test_a_no_at_short_notice_buys_nothing_and_nothing_takes_place(house: World) -> None:
    await house.person(CLIENT, role="client", behaviour="refuses")
    for email in (ANN, BOB):
        await house.person(email, role="collaborator", behaviour="silent")
    tomorrow: dict[str, Any] = {"on": date(2026, 2, 3), "crew": crew("ann", "bob")}
    job_id = await declare(house, **(tomorrow | SMALL))
    job = await house.job(job_id)
    assert job.plan.short_notice
    for rule in job.plan.approvals:
        await house.until(job_id, lambda job, rule=rule.rule: rule in job.file.approvals)  # type: ignore[misc]
        await approve(house, job_id, rule.rule)
    await house.until(job_id, lambda job: job.state in READY_OR_LATER)
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, "agreement", "parked", within=20)
    for email in (ANN, BOB):
        await house.person(email, role="collaborator", behaviour="answers")
    await house.live_until(job_id, lambda job: job.state == "engaged", step=2 * HOUR, days=1)
    await house.settle()
    assert await vans(house, job_id) == {"1": "held"}
    await house.live_until(job_id, lambda job: job.state == "stopping", step=4 * HOUR, days=2)
    await house.settle()
    kinds = await house.kinds(job_id)
    assert "job.essential_missing" in kinds
    assert not {"job.taking_place", "van_rental.confirm", "insurance.bind"} & set(kinds)
    assert await vans(house, job_id) == {"1": "released"}
    assert "employment_contract:bob" in (await house.job(job_id)).file.bound


async def test_a_move_that_is_taken_back_leaves_everything_as_it_was(house: World) -> None:
    job_id = await agreed(house)
    await house.person(CLIENT, role="client", behaviour="silent")
    await move(house, job_id, NEW)
    await house.until_step(job_id, "agreement", "waiting")
    await house.settle()
    body = {"reason": "the hall is open after all"}
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/move/take-back", json=body)
    await house.until(job_id, lambda job: job.file.proposal is None)
    await house.until_step(job_id, "agreement", "done")
    await house.settle()
    assert await dropped(house, job_id) == ["job.move_dropped.withdrawn"]
    await in_force(house, job_id, OLD)
    assert await vans(house, job_id) == {"1": "confirmed", "2": "released"}
    with pytest.raises(AssertionError, match="409"):
        await house.ask("ann", "POST", f"/api/jobs/{job_id}/move/take-back", json=body)


async def page_of(house: World, who: str, path: str) -> str:
    """A page as somebody reads it."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=house.api), base_url="http://allin") as http:
        login = (await http.post("/api/session", json={"person": who})).json()
        told = {"authorization": f"Bearer {login['token']}", "accept": "text/html"}
        answer = await http.get(path, headers=told)
        assert answer.status_code == 200, answer.text[:2000]
        return str(answer.text)


def shown(move: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What a page prints of a move that waits: the name of each thing, as agreed, as asked."""
    return [(one["label"], one["before"], one["after"]) for one in move["changes"]]


async def test_a_move_that_waits_is_shown_with_old_beside_new_whom_it_waits_for_and_until_when(
    house: World,
) -> None:
    job_id = await agreed(house)
    assert (await house.ask("ann", "GET", f"/api/jobs/{job_id}"))["pending_move"] is None
    await house.person(CLIENT, role="client", behaviour="silent")
    await move(house, job_id, NEW, price_eur="2450.00")
    await house.until_step(job_id, "agreement", "waiting")
    await house.settle()
    for reader in ("ann", "iris"):
        pending = (await house.ask(reader, "GET", f"/api/jobs/{job_id}?lang=en"))["pending_move"]
        assert pending["waits_for"] == ["client"]
        proposal = (await house.job(job_id)).file.proposal
        assert proposal is not None
        assert datetime.fromisoformat(pending["until_at"]) == proposal.until_at
        days, price, until = shown(pending)
        assert ("20 Feb" in days[1], "23 Feb" in days[2]) == (True, True)
        assert ("2,400.00" in price[1], "2,450.00" in price[2]) == (True, True)
        assert ("22:30" in until[1], "22:30" in until[2]) == (True, True)

    (link,) = (
        one
        for one in await house.house.links.of_job(job_id)
        if one.audience == "client" and one.order_key.endswith("/2")
    )
    path = house.house.links.url(link).removeprefix("http://allin")
    order = await house.ask("ann", "GET", f"{path}?lang=en", headers={"accept": "application/json"})
    assert order["days"][0][0].startswith(NEW)
    assert order["instead_of"]["days"][0][0].startswith(OLD)
    assert (order["instead_of"]["price_ex_vat_eur"], order["price_ex_vat_eur"]) == ("2400.00", "2450.00")
    page = await page_of(house, "ann", f"{path}?lang=en")
    assert "A change of your order" in page
    assert page.index("20 Feb") < page.index("23 Feb")
    assert "2,400.00" in page
    job_page = await page_of(house, "ann", f"/jobs/{job_id}?lang=en")
    assert "A change waits for a yes" in job_page
    assert "Take the change back" in job_page
