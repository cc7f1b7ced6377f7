"""What people do in a life when their moment has come: the member, the adviser, the client's bank."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx2
from sqlalchemy import select

from allin.lives.life import Manner, Payment
from storage.services.invoicing import invoices
from tests.lives import deciding
from tests.lives.alive import Alive, Door
from tests.process.world import World

NO = frozenset({400, 403, 404, 409, 410, 422})
"""A no in words; anything else that is no success is a complaint."""


async def act(world: World, door: Door, alive: Alive) -> None:
    """Everything whose moment has come by now."""
    assert alive.job_id is not None
    now, alive.due = world.calendar.now(), []
    job = alive.job = await world.job(alive.job_id)
    alive.seen.setdefault(job.state, now)
    if job.parked:
        alive.seen.setdefault("parked", now)
    await _minds(world, alive, now)
    await _approve(door, alive, now)
    await _member(door, alive, now)
    await deciding.decide(world, door, alive, now)
    await _pay(world, alive, now)
    alive.job = await world.job(alive.job_id)


def heard(alive: Alive, what: str, answer: httpx2.Response) -> None:
    """Keep what a door answered, when it was no yes."""
    if answer.is_success:
        return
    told = f"{what}: {answer.status_code} {answer.text[:400]}"
    (alive.turned_down if answer.status_code in NO else alive.complaints).append(told)


async def _minds(world: World, alive: Alive, now: datetime) -> None:
    for n, change in enumerate(alive.life.course.changes_of_mind):
        if alive.is_due(f"mind {n}", change.at, now):
            await _told(world, alive, change.manner)


async def _told(world: World, alive: Alive, manner: Manner) -> None:
    told = manner.model_dump(mode="json")
    if manner.role == "client" and alive.life.course.payments:
        told["pays_after_days"] = None
    await world.partners("POST", "/admin/people", json=told)


async def _approve(door: Door, alive: Alive, now: datetime) -> None:
    """The adviser's yes or no, some hours after it was asked."""
    assert alive.job is not None
    drawn = alive.life.course.approving
    for rule, approval in alive.job.file.approvals.items():
        if approval.granted is not None or drawn.granted is None:
            continue
        asked = alive.seen.setdefault(f"approval {rule}", now)
        at = asked + timedelta(hours=drawn.after_hours)
        if at > now:
            alive.due.append(at)
        elif f"approval {rule}" not in alive.done:
            alive.done.add(f"approval {rule}")
            body = {"granted": drawn.granted, "reason": "looked at it"}
            path = f"/api/jobs/{alive.job_id}/approvals/{rule}"
            heard(alive, f"approve {rule}", await door.ask("iris", "POST", path, json=body))


async def _member(door: Door, alive: Alive, now: datetime) -> None:
    """Moves, the withdrawal and the answer to "everything as declared?"."""
    course, who, path = alive.life.course, alive.life.member.slug, f"/api/jobs/{alive.job_id}"
    for n, move in enumerate(course.moves):
        if alive.is_due(f"move {n}", move.at, now):
            wanted = {**alive.declaration, **move.changes}
            wanted = {name: value for name, value in wanted.items() if value is not None}
            body = {"declaration": wanted, "reason": f"drawn move {n}"}
            answer = await door.ask(who, "POST", f"{path}/move", json=body)
            heard(alive, f"move {n}", answer)
            alive.declaration = wanted if answer.is_success else alive.declaration
    if course.report is not None and alive.is_due("report", course.report.at, now):
        body = {"outcome": course.report.outcome, "note": "drawn"}
        heard(alive, "report", await door.ask("iris", "POST", f"{path}/report", json=body))
    if course.withdraw is not None and alive.is_due("withdraw", course.withdraw.at, now):
        heard(alive, "withdraw", await door.ask(who, "POST", f"{path}/withdraw", json={"reason": "drawn"}))


# -- the client's money ------------------------------------------------------------------------------------------


async def _pay(world: World, alive: Alive, now: datetime) -> None:
    """Money for each invoice as it was drawn, exactly on the due day when nothing was."""
    drawn = alive.life.course.payments
    if not drawn:
        return
    wanted = select(invoices).where(invoices.c.job_id == alive.job_id, invoices.c.credits.is_(None))
    async with world.site.database.reading() as connection:
        issued = (await connection.execute(wanted.order_by(invoices.c.invoice_id))).all()
    for n, row in enumerate(sorted(issued, key=lambda one: (one.issued_on, one.in_series))):
        how = drawn[n] if n < len(drawn) else Payment()
        on = row.due_on + timedelta(days=how.days_after_due)
        name = f"pays {row.number}"
        if name not in alive.done and on <= now.date():
            alive.done.add(name)
            await _transfers(world, row, how)


async def _transfers(world: World, row: Any, how: Payment) -> None:
    due = Decimal(row.payable_eur)
    amounts = {
        "part": [due / 2],
        "too_much": [due + 100],
        "twice": [due, due],
        "never": [],
        "unrelated": [due],
    }.get(how.how, [due])
    iban = await _iban(world, row.entity)
    for amount in amounts:
        if amount <= 0:
            continue
        body: dict[str, Any] = {"iban": iban, "amount_eur": f"{amount:.2f}", "payer_email": "payer@client.example"}
        if how.how == "unrelated":
            body["text"] = "for the music, thank you"
        else:
            body["structured_communication"] = row.payment_reference
        await world.partners("POST", "/admin/bank/credits", json=body)


async def _iban(world: World, entity: str) -> str:
    return (await world.house.entities.entity(entity)).iban
