"""What comes back: answers to invoices over Peppol, names on accounts, and who decides about them."""

from datetime import datetime, timedelta

from sqlalchemy import select

from allin.lives.dice import Dice
from allin.lives.life import Life
from allin.lives.replies import answer_to, holder_of
from sandbox.people_papers import iban
from storage.services.debt_collection import collections
from storage.services.invoicing import invoices
from tests.lives.alive import Alive, Door
from tests.process.world import World

FINANCE, ADVISER = "fatima", "iris"
SETTLED_AFTER_DAYS = (1, 5, 20, 40)


async def holders(world: World, life: Life) -> None:
    """Whose accounts they are, as the bank knows it."""
    for one in life.course.holders:
        known = (await world.partners("GET", f"/admin/people/{one.email}"))["identity"]
        await world.partners("POST", "/admin/bank/holders", json=holder_of(one, known))


async def reply(world: World, door: Door, alive: Alive, now: datetime) -> None:
    """Answers come in; disputes are settled, and payments to another name are decided about."""
    if alive.life.course.answers:
        await _answers(world, alive, now)
    await _disputes(world, door, alive, now)
    if alive.life.course.holders:
        await _held(door, alive, now)


async def _answers(world: World, alive: Alive, now: datetime) -> None:
    wanted = select(invoices).where(
        invoices.c.job_id == alive.job_id, invoices.c.sent_by == "peppol", invoices.c.message_id.is_not(None)
    )
    async with world.site.database.reading() as connection:
        sent = (await connection.execute(wanted.order_by(invoices.c.issued_on, invoices.c.invoice_id))).all()
    for row in sent:
        alive.sent.setdefault(row.number, now)
    for n, one in enumerate(alive.life.course.answers):
        if one.document >= len(alive.sent):
            continue
        number, since = list(alive.sent.items())[one.document]
        if alive.has_come(f"answer {n}", since + timedelta(hours=one.after_hours), now):
            await world.partners("POST", "/admin/peppol/answers", json=answer_to(number, one))


async def _disputes(world: World, door: Door, alive: Alive, now: datetime) -> None:
    """Somebody speaks with the client after some days, and the collection goes on."""
    wanted = select(collections.c.invoice_id, collections.c.disputed_at).where(
        collections.c.job_id == alive.job_id, collections.c.state == "disputed", collections.c.closed_at.is_(None)
    )
    async with world.site.database.reading() as connection:
        rows = (await connection.execute(wanted)).all()
    for row in rows:
        about = f"settles {row.invoice_id} {row.disputed_at}"
        dice = Dice(alive.life.seed, alive.life.n, f"settles {row.invoice_id}")
        at = alive.seen.setdefault(about, now) + timedelta(days=dice.one(*SETTLED_AFTER_DAYS))
        if not alive.has_come(about, at, now):
            continue
        path = f"/api/debts/{row.invoice_id}/dispute/settle"
        answer = await door.ask(dice.one(FINANCE, ADVISER), "POST", path, json={"reason": "spoke with the client"})
        if not answer.is_success:
            alive.complain(f"settles a dispute: {answer.status_code} {answer.text[:300]}")


async def _held(door: Door, alive: Alive, now: datetime) -> None:
    """What waits because the account bears another name: given back as often as drawn, then paid."""
    for one in (await door.glance(FINANCE, "/api/bank/payees"))["held"]:
        if one["job_id"] != alive.job_id:
            continue
        about = f"payee {one['payment_id']} {one['checked_at']}"
        dice = Dice(alive.life.seed, alive.life.n, f"payee {one['person_id']} {alive.given_back}")
        if not alive.has_come(about, alive.seen.setdefault(about, now) + timedelta(hours=dice.hours()), now):
            continue
        back = alive.given_back < max(holding.given_back for holding in alive.life.course.holders)
        alive.given_back += back
        body = {"decision": "give_back" if back else "pay", "reason": "asked the person"}
        answer = await door.ask(FINANCE, "POST", f"/api/bank/payees/{one['payment_id']}", json=body)
        if not answer.is_success:
            alive.complain(f"decides about a payee: {answer.status_code} {answer.text[:300]}")
        if back:
            alive.seen.setdefault("asked for another account", now)
    member = alive.life.member
    for holding in alive.life.course.holders:
        asked = alive.seen.get("asked for another account")
        if asked is None or holding.email != member.email or holding.new_account_after_hours is None:
            continue
        at = asked + timedelta(hours=holding.new_account_after_hours)
        if alive.has_come("the account that bears the name", at, now):
            body = {"iban": iban(f"named-{member.email}")}
            answer = await door.ask(member.slug, "POST", "/api/me", json=body)
            if not answer.is_success:
                alive.complain(f"another account: {answer.status_code} {answer.text[:300]}")
