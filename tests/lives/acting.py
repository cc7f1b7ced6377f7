"""What people do in a life when their moment has come: the member, the adviser, the client and its bank."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx2
from sqlalchemy import select

from allin.lives.life import Manner, Move, Payment
from domain.questions import is_question
from storage.services.invoicing import invoices
from tests.lives import deciding, desk, replying
from tests.lives.alive import Alive, Door
from tests.process.world import World

RECALLED_AFTER = timedelta(days=3)
REFUNDED_WITHIN = timedelta(days=15)
"""Until the bank has booked what was decided, and its statement came."""
NO = frozenset({400, 403, 404, 409, 410, 422})
"""A no in words; anything else that is no success is a complaint."""


async def act(world: World, door: Door, alive: Alive) -> None:
    """Everything whose moment has come by now."""
    assert alive.job_id is not None
    now, alive.due = world.calendar.now(), []
    alive.job = await world.job(alive.job_id)
    await _landmarks(world, alive, now)
    for n, kill in enumerate(alive.life.course.kills):
        if alive.is_due(f"kill {n}", kill.at, now):
            world.working.cut(kill.after_seconds)
    await _minds(world, alive, now)
    await _approve(door, alive, now)
    await _member(world, door, alive, now)
    await deciding.decide(world, door, alive, now)
    await _pay(world, alive, now)
    await desk.settle(world, door, alive, now)
    await replying.reply(world, door, alive, now)
    alive.job = await world.job(alive.job_id)


async def afterwards(world: World, door: Door, alive: Alive, now: datetime, long: timedelta) -> None:
    """A job that has ended: its money may still move, and nobody can change it any more."""
    alive.due, alive.lingers = [], False
    if alive.job is None or alive.hung or alive.dead:
        return
    alive.job = await world.job(alive.job.job_id)
    if alive.open:  # the bank took money back: the job is open again
        alive.seen.pop("the end", None)
        return
    alive.seen.setdefault("the end", now)
    if alive.once("too late"):
        await _too_late(door, alive)
    course = alive.life.course
    money = course.returns or any(one.how in ("recalled", "twice", "too_much") for one in course.payments)
    owed = await desk.is_owed_back(door, alive)  # whatever was still under way when the job ended
    until = alive.seen["the end"] + (3 if owed else 1 if money or course.answers else 0) * long
    until = max(until, alive.seen["refunded"] + REFUNDED_WITHIN) if alive.refunds else until
    until = max(until, alive.seen["the end"] + _still_pays(alive) + long) if _still_pays(alive) else until
    claimed = await _is_claimed(world, alive)
    alive.lingers = now < until or claimed
    if claimed:
        await deciding.decide(world, door, alive, now)
    if alive.lingers:
        await _pay(world, alive, now)
        await desk.settle(world, door, alive, now)
        await replying.reply(world, door, alive, now)


async def _is_claimed(world: World, alive: Alive) -> bool:
    """Whether an insurer's word or money, or a bearer, is awaited for something that happened on this job."""
    found = await world.house.insurance_claims.of_job(str(alive.job_id))
    return any(one.incident_id is not None and one.ended_at is None for one in found)


def _still_pays(alive: Alive) -> timedelta:
    """How much later a client pays what was credited by hand: whoever made the note outside tells the client, and a
    drawn client is not told."""
    if not any(answer == ("IssuedInvoice", "by_hand") for answer in alive.answered):
        return timedelta(0)
    return timedelta(days=max((one.pays_after_days or 0 for one in alive.life.course.people), default=0))


async def _too_late(door: Door, alive: Alive) -> None:
    """Whoever wants to change an ended job hears a no in words."""
    who, path = alive.life.member.slug, f"/api/jobs/{alive.job_id}"
    wanted = {
        "move": {"declaration": alive.declaration, "reason": "too late"},
        "withdraw": {"reason": "too late"},
        "move/take-back": {"reason": "too late"},
    }
    for what, body in wanted.items():
        answer = await door.ask(who, "POST", f"{path}/{what}", json=body)
        if answer.status_code not in NO:
            alive.complain(f"{what} of an ended job: {answer.status_code} {answer.text[:200]}")


async def _landmarks(world: World, alive: Alive, now: datetime) -> None:
    assert alive.job is not None
    file, named = alive.job.file, [alive.job.state]
    if alive.job.parked:
        steps = await world.house.steps.of_job(alive.job.job_id)
        named += ["parked", *("asked" for row in steps if is_question(row.file))]
        named += ["came back" for row in steps if row.error_type == "PaymentReturned"]
    named += ["proposed"] if file.proposal is not None else []
    named += ["stopping"] if file.stopping is not None else []
    for landmark in named:
        alive.seen.setdefault(landmark, now)


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
        if approval.granted is not None:
            continue
        asked = alive.seen.setdefault(f"approval {rule} {approval.why}", now)
        at = asked + timedelta(hours=drawn.after_hours)
        if drawn.granted is None:  # silent until its time is over; if it still waits then, somebody answers
            at = max(asked, approval.answer_by) + timedelta(days=2)
        if at > now:
            alive.due.append(at)
        elif f"approval {rule} {approval.why}" not in alive.done:
            alive.done.add(f"approval {rule} {approval.why}")
            body = {"granted": drawn.granted is not False, "reason": "looked at it"}
            path = f"/api/jobs/{alive.job_id}/approvals/{rule}"
            heard(alive, f"approve {rule}", await door.ask("iris", "POST", path, json=body))


CLIENT_SAYS = {"yes": "answers", "no": "refuses", "changes": "asks_for_changes", "silence": "silent"}


async def _member(world: World, door: Door, alive: Alive, now: datetime) -> None:
    """Moves, the withdrawal and the answer to "everything as declared?"."""
    course, who, path = alive.life.course, alive.life.member.slug, f"/api/jobs/{alive.job_id}"
    for n, move in enumerate(course.moves):
        if alive.is_due(f"move {n}", move.at, now):
            await _client_says(world, alive, move)
            wanted = {**alive.declaration, **move.changes}
            wanted = {name: value for name, value in wanted.items() if value is not None}
            body = {"declaration": wanted, "reason": f"drawn move {n}"}
            answer = await door.ask(who, "POST", f"{path}/move", json=body)
            heard(alive, f"move {n}", answer)
            if answer.is_success:
                alive.declaration, alive.seen[f"moved {n}"] = wanted, now
        if move.answer == "taken_back":
            await _taken_back(door, alive, n, move, now)
    for n, one in enumerate(course.incidents):
        if alive.is_due(f"incident {n}", one.at, now):
            on = (world.house.today() - timedelta(days=one.days_ago)).isoformat()
            body = {"kind": one.kind, "about": one.about, "happened_on": on, "text": f"drawn {n}", "who": "Dan"}
            heard(alive, f"incident {n}", await door.ask(who, "POST", f"{path}/incidents", json=body))
    if course.report is not None and alive.is_due("report", course.report.at, now):
        body = {"outcome": course.report.outcome, "note": "drawn"}
        heard(alive, "report", await door.ask("iris", "POST", f"{path}/report", json=body))
    if course.withdraw is not None and alive.is_due("withdraw", course.withdraw.at, now):
        heard(alive, "withdraw", await door.ask(who, "POST", f"{path}/withdraw", json={"reason": "drawn"}))


async def _client_says(world: World, alive: Alive, move: Move) -> None:
    """From now on the client answers as this move is to be answered."""
    for manner in alive.life.course.people:
        if manner.role == "client" and move.answer in CLIENT_SAYS:
            says = {"behaviour": CLIENT_SAYS[move.answer], "after_hours": move.answered_after_hours}
            await _told(world, alive, manner.model_copy(update=says))


async def _taken_back(door: Door, alive: Alive, n: int, move: Move, now: datetime) -> None:
    """The member does not want the move any more, some hours after asking for it."""
    assert alive.job is not None
    asked = alive.seen.get(f"moved {n}")
    if asked is None or f"taken back {n}" in alive.done:
        return
    at = asked + timedelta(hours=move.answered_after_hours)
    if at > now:
        alive.due.append(at)
        return
    alive.done.add(f"taken back {n}")
    path = f"/api/jobs/{alive.job_id}/move/take-back"
    answer = await door.ask(alive.life.member.slug, "POST", path, json={"reason": "not wanted any more"})
    heard(alive, f"take back move {n}", answer)


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
        if on <= now.date() and alive.once(f"pays {row.number}"):
            await _transfers(world, alive, row, how)
            alive.seen[f"paid {row.number}"] = now
        await _afterwards(world, alive, row, how, now)


async def _afterwards(world: World, alive: Alive, row: Any, how: Payment, now: datetime) -> None:
    """What was paid is taken back by the bank, and what is still owed comes after all."""
    paid_at = alive.seen.get(f"paid {row.number}")
    if paid_at is None:
        return
    due = Decimal(row.payable_eur)
    if how.how == "recalled" and alive.has_come(f"recalls {row.number}", paid_at + RECALLED_AFTER, now):
        for id in alive.credits.get(row.number, []):
            await world.partners("POST", "/admin/bank/recalls", json={"id": id})
    left = {"part": due - _half(due), "never": due, "recalled": due}.get(how.how)
    if left is None or left <= 0 or how.rest_after_days is None:
        return
    later = paid_at + RECALLED_AFTER + timedelta(days=how.rest_after_days)
    if alive.has_come(f"pays the rest of {row.number}", later, now):
        await _transfer(world, alive, row, left)


def _half(due: Decimal) -> Decimal:
    return (due / 2).quantize(Decimal("0.01"))


async def _transfers(world: World, alive: Alive, row: Any, how: Payment) -> None:
    due = Decimal(row.payable_eur)
    amounts = {
        "part": [_half(due)],
        "too_much": [due + 100],
        "twice": [due, due],
        "never": [],
        "with_zero_line": [due, Decimal(0)],
    }.get(how.how, [due])
    for amount in amounts:
        if amount > 0 or how.how == "with_zero_line":
            await _transfer(world, alive, row, amount, unrelated=how.how == "unrelated")
    if how.refund_comes_back:
        payer = (await world.partners("GET", f"/admin/people/{_payer(alive)}"))["identity"]["iban"]
        await world.partners("POST", "/admin/bank/returns", json={"iban": payer, "times": 1})


async def _transfer(world: World, alive: Alive, row: Any, amount: Decimal, *, unrelated: bool = False) -> None:
    iban = (await world.house.entities.entity(row.entity)).iban
    body: dict[str, Any] = {"iban": iban, "amount_eur": f"{amount:.2f}", "payer_email": _payer(alive)}
    if unrelated:
        body["text"] = desk.unrelated(alive)
    else:
        body["structured_communication"] = row.payment_reference
    made = await world.partners("POST", "/admin/bank/credits", json=body)
    alive.credits.setdefault(row.number, []).append(made["id"])


def _payer(alive: Alive) -> str:
    return f"payer-{alive.life.name}@client.example"
