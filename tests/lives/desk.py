"""What finance people and members do about money that went astray: paid too much, unknown, or come back."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from allin.lives.dice import Dice
from allin.lives.life import Returning
from domain.periods import day_in_brussels
from sandbox.people_papers import iban
from storage.jobs.jobs import KeptJob
from storage.money import takings
from storage.services.invoicing import invoices
from tests.lives.alive import Alive, Door
from tests.process.world import World

FINANCE = "fatima"
NOBODY_ANSWERS = timedelta(days=25)
"""Who has no other account by then is paid outside."""


def unrelated(alive: Alive) -> str:
    """What a client writes who forgets the reference: finance people can tell who it is."""
    return f"for the music, thank you, {alive.life.name}"


def _dice(alive: Alive, about: str) -> Dice:
    return Dice(alive.life.seed, alive.life.n, about)


async def settle(world: World, door: Door, alive: Alive, now: datetime) -> None:
    """Whatever lies on the desk of finance people about this job."""
    await _owed_back(door, alive, now)
    await _takings(world, alive, now)
    if any(payment.how == "unrelated" for payment in alive.life.course.payments):
        await _unknown(world, door, alive, now)
    if any(payment.how == "recalled" for payment in alive.life.course.payments):
        await _owed_again(door, alive, now)
    for returning in alive.life.course.returns:
        await _new_account(door, alive, returning, now)
        await _paid_again(door, alive, now)


async def is_owed_back(door: Door, alive: Alive) -> bool:
    """Whether money of this job waits to be given back to the client."""
    listed = (await door.glance(FINANCE, "/api/bank/credits"))["owed"]
    return any(one["job_id"] == alive.job_id and float(one["owed_eur"]) > 0 for one in listed)


async def _owed_back(door: Door, alive: Alive, now: datetime) -> None:
    """What the client paid too much is given back, or stays because the client agrees."""
    for owed in (await door.glance(FINANCE, "/api/bank/credits"))["owed"]:
        if owed["job_id"] != alive.job_id or float(owed["owed_eur"]) <= 0:
            continue
        about = f"owed back {owed['owed_eur']} after {alive.refunds}"
        dice = _dice(alive, about)
        at = alive.seen.setdefault(about, now) + timedelta(hours=dice.hours())
        if not alive.has_come(about, at, now):
            continue
        alive.refunds += 1
        alive.seen["refunded"] = now
        kind = "keep" if dice.chance(0.25) else "refund"
        body = {"kind": kind, "amount_eur": owed["owed_eur"], "reason": f"drawn {kind} {alive.refunds}"}
        if owed["payee_iban"] is None and kind == "refund":
            body |= {"payee_name": "The client", "iban": iban(f"payer-{alive.life.name}@client.example")}
        answer = await door.ask(FINANCE, "POST", f"/api/bank/credits/{alive.job_id}", json=body)
        if not answer.is_success:
            alive.complain(f"{kind} of what is owed back: {answer.status_code} {answer.text[:300]}")


async def _owed_again(door: Door, alive: Alive, now: datetime) -> None:
    """Money that the bank took back when all was over is collected again, or somebody is to bear the loss."""
    for debt in (await door.glance(FINANCE, "/api/debts/reopened"))["reopened"]:
        if debt["job_id"] != alive.job_id:
            continue
        about = f"owed again {debt['invoice_id']} {debt['turn']}"
        dice = _dice(alive, about)
        at = alive.seen.setdefault(about, now) + timedelta(hours=dice.hours())
        if not alive.has_come(about, at, now):
            continue
        body = {"how": "give_up" if dice.chance(0.3) else "collect", "reason": "the bank took it back"}
        answer = await door.ask(FINANCE, "POST", f"/api/debts/{debt['invoice_id']}/again", json=body)
        if not answer.is_success and answer.status_code != 409:  # paid after all since the list was read
            alive.complain(f"{body['how']} of what is owed again: {answer.status_code} {answer.text[:300]}")


async def _takings(world: World, alive: Alive, now: datetime) -> None:
    """The member pays own takings in: at once, in two parts, late, or never."""
    job = alive.job
    if job is None or job.plan.uninvoiced is None or job.plan.uninvoiced.paid_in_by is None:
        return
    if job.state != "collecting" or job.file.stopping:
        return
    dice = _dice(alive, "takings")
    after, parts = dice.one(0, 1, 3, 9, 20, 30, None), dice.one(1, 1, 2)
    if after is None:
        return
    at = alive.seen.setdefault("takings", now) + timedelta(days=after)
    for n in range(parts):
        if alive.has_come(f"takings {n}", at + timedelta(days=4 * n), now):
            await _paid_in(world, job, last=n == parts - 1)


async def _paid_in(world: World, job: KeptJob, *, last: bool) -> None:
    async with world.site.database.reading() as connection:
        left = await takings.to_pay_in(connection, job.job_id)
    if left is None:
        return
    amount = left.amount_eur if last else (left.amount_eur / 3).quantize(Decimal("0.01"))
    paid = {"iban": left.iban, "amount_eur": f"{amount:.2f}", "payer_email": "member@bank.example"}
    await world.partners("POST", "/admin/bank/credits", json=paid | {"text": f"takings {left.reference}"})


async def _unknown(world: World, door: Door, alive: Alive, now: datetime) -> None:
    """Money without our reference: somebody recognises it after some days."""
    movements = (await door.glance(FINANCE, "/api/bank/movements?state=unknown"))["movements"]
    for one in movements:
        if unrelated(alive) not in one["text"]:
            continue
        about = f"unknown {one['movement']}"
        at = alive.seen.setdefault(about, now) + timedelta(days=_dice(alive, about).one(1, 5, 20))
        if alive.has_come(about, at, now):
            await _match(world, door, alive, one)


async def _match(world: World, door: Door, alive: Alive, movement: dict[str, Any]) -> None:
    wanted = select(invoices.c.number).where(
        invoices.c.job_id == alive.job_id, invoices.c.payable_eur == Decimal(movement["amount_eur"])
    )
    async with world.site.database.reading() as connection:
        number = await connection.scalar(wanted.limit(1))
    part = {"kind": "invoice", "subject_id": number, "amount_eur": movement["amount_eur"]}
    path = f"/api/bank/movements/{movement['movement']}/match"
    answer = await door.ask(FINANCE, "POST", path, json={"parts": [part], "reason": "the client says so"})
    if answer.status_code == 422:  # paid in another way meanwhile: it is money for the job
        part = {"kind": "job", "subject_id": str(alive.job_id), "amount_eur": movement["amount_eur"]}
        answer = await door.ask(FINANCE, "POST", path, json={"parts": [part], "reason": "for the job"})
    if not answer.is_success:
        alive.complain(f"money that was recognised: {answer.status_code} {answer.text[:300]}")


async def _new_account(door: Door, alive: Alive, returning: Returning, now: datetime) -> None:
    """The member hears that the pay came back and enters another account."""
    member = alive.life.member
    if returning.email != member.email or returning.new_account_after_hours is None or alive.job is None:
        return
    if "came back" not in alive.seen:
        return
    at = alive.seen["came back"] + timedelta(hours=returning.new_account_after_hours)
    if alive.has_come("another account", at, now):
        answer = await door.ask(member.slug, "POST", "/api/me", json={"iban": iban(f"new-{member.email}")})
        if not answer.is_success:
            alive.complain(f"another account: {answer.status_code} {answer.text[:300]}")


async def _paid_again(door: Door, alive: Alive, now: datetime) -> None:
    """What came back when its step was over is paid again, once there is another account."""
    for one in (await door.glance(FINANCE, "/api/bank/returned"))["returned"]:
        if one["job_id"] != alive.job_id:
            continue
        alive.seen.setdefault("came back", now)
        path = f"/api/bank/returned/{one['payment_id']}"
        about = f"again {one['payment_id']} {'another account' in alive.done}"
        if alive.has_come(about, alive.seen["came back"] + timedelta(hours=80), now):
            await door.ask(FINANCE, "POST", f"{path}/again", json={"reason": "there is another account"})
        waited = alive.seen.setdefault(f"owed {one['payment_id']}", now) + NOBODY_ANSWERS
        if alive.has_come(f"outside {one['payment_id']}", waited, now):
            told = {"reason": "paid outside, as they ask", "paid_on": day_in_brussels(now).isoformat()}
            answer = await door.ask(FINANCE, "POST", f"{path}/by-hand", json=told)
            if not answer.is_success and answer.status_code != 404:  # paid again since the list was read
                alive.complain(f"paid outside: {answer.status_code} {answer.text[:300]}")
