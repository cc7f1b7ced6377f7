"""What partners have against what we think: orphan holds, unknown declarations, effects twice, orders nobody knows.

Simulated partners list everything they ever did. A real partner is asked by the key of each open order of ours.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from sqlalchemy import not_, or_, select

from domain.dimona import DimonaPeriod
from domain.errors import PartnerDown, PartnerRefused
from domain.message import Message
from domain.rules.asked_work import AskedWork
from domain.services.employment_contract import KeptEngagement
from storage.core.database import Database
from storage.execution.orders import order_answers, orders
from storage.jobs.deadlines import KeptDeadline, deadlines
from storage.jobs.due_notices import due_notices
from storage.jobs.tables import job_steps, jobs
from storage.money.payment_tables import payments
from storage.people.entities import Entities
from storage.people.people import People
from storage.people.person_changes import mail_key, person_changes
from storage.security.password_requests import mail_key as password_requests_key
from storage.security.password_requests import password_requests
from storage.services.employment_contract import Engagements, engagements
from workers.order_lookups import Lookup, Lookups, PartnerEffect

NOT_BY_ORDER = frozenset({"credit", "payment", "return", "payment_file", "signature"})
"""Effects that others cause, or that belong to a batch rather than to one order."""
HOLDS = frozenset({"booking", "package", "reservation", "policy"})
ENDED = ("closed", "withdrawn", "refused", "written_off")
AT_ONCE = 8

Kind = Literal[
    "other_days",
    "other_person",
    "twice",
    "orphan_hold",
    "unknown_declaration",
    "unknown",
    "not_there",
    "no_job",
    "not_asked",
]


class Mismatch(Message):
    """One thing on which a partner and we do not agree."""

    kind: Kind
    partner: str
    key: str = ""
    reference: str = ""
    said: str

    def __str__(self) -> str:
        return f"{self.partner}: {self.said}"


async def listed(database: Database, effects: Iterable[Mapping[str, str | None]]) -> list[Mismatch]:
    """Against everything simulated partners did: what is no order of ours, and what happened twice for one key."""
    ours = await _known(database)
    found: list[Mismatch] = []
    seen: Counter[tuple[str, str, str]] = Counter()
    for effect in effects:
        partner, kind, key = effect["partner"] or "?", effect["kind"] or "?", effect["key"] or ""
        if kind in NOT_BY_ORDER or not key:
            continue
        seen[partner, kind, key] += 1
        if not {*_orders_in(key, kind), effect["reference"]} & ours:
            said = f"{kind} {effect['subject']} belongs to no order of ours ({key})"
            found.append(Mismatch(kind=_kind(kind), partner=partner, key=key, said=said))
    doubles = [
        Mismatch(kind="twice", partner=partner, key=key, said=f"{kind} {n} times for {key}")
        for (partner, kind, key), n in seen.items()
        if n > 1
    ]
    return [*doubles, *found, *await _money_without_a_job(database)]


async def looked_up(database: Database, lookups: Lookups) -> list[Mismatch]:
    """Against each partner that can be asked by key: every open order of ours, and what was given back lately."""
    gate, found = asyncio.Semaphore(AT_ONCE), list[Mismatch]()
    away: dict[str, str] = {}

    async def one(key: str, service: str, expected: bool) -> None:
        lookup = lookups.of[service]
        async with gate:
            if lookup.partner in away:
                return
            try:
                found.extend(_judged(key, lookup, await lookup.find(key), expected))
            except (PartnerDown, PartnerRefused) as error:
                away[lookup.partner] = str(error)

    wanted = [each for each in await _open_orders(database) if each[1] in lookups.of]
    await asyncio.gather(*(one(*each) for each in wanted))
    silent = [
        Mismatch(kind="not_asked", partner=partner, said=f"could not be asked: {why}")
        for partner, why in sorted(away.items())
    ]
    return [*silent, *sorted(found, key=lambda each: (each.partner, each.key))]


async def other_days(database: Database, lookups: Lookups) -> list[Mismatch]:
    """Every contract in force, and every declaration that counts as made, against what social security has under
    its number: days, person and employer, and not cancelled."""
    found: list[Mismatch] = []
    kept, met, in_force = Engagements(database), await _declared(database), await contracts_in_force(database)
    newest = {(one.job_id, one.item): one for one in sorted(in_force, key=lambda one: one.offered_at)}
    for mine in in_force:
        behind = await stands_behind(kept, mine)
        if behind.dimona_parts is not None:
            continue  # reconcile_parts looks at these
        number = behind.dimona_period
        if number is None:
            continue
        try:
            there = await lookups.period(number)
        except (PartnerDown, PartnerRefused):
            return found  # that it could not be asked is told beside
        place = (mine.job_id, mine.item)
        leans, counts = mine.assigned_to is not None, place in met and newest[place] is mine
        signed = AskedWork(entity=mine.entity, person_id=mine.person_id, days=(mine.first_on, mine.last_on))
        sides = {"contract says": signed} if counts or not leans else {}
        about = met[place] if counts else None
        if about is not None and not about.met_by("dimona", signed):
            sides["deadline counts as met for"] = about
        for what, work in sides.items():
            differs = await _differs(database, work, there, within=leans)
            for kind, has in differs.items():
                said = f"has {has} for {mine.order_key}, whose {what} {work.days[0]} to {work.days[-1]}"
                told = {"partner": "dimona", "key": mine.order_key, "reference": number}
                found.append(Mismatch(kind=kind, said=said, **told))
    return found


async def _differs(
    database: Database, work: AskedWork, there: DimonaPeriod | None, *, within: bool
) -> dict[Kind, str]:
    """What social security has instead of somebody's work; what leans on another contract falls within its days."""
    if there is None or there.cancelled:
        return {"other_days": "nothing"}
    first, last, found = work.days[0], work.days[-1], dict[Kind, str]()
    held = there.start_on <= first and last <= there.end_on
    if not held or not (within or (there.start_on, there.end_on) == (first, last)):
        found["other_days"] = f"{there.start_on} to {there.end_on}"
    if who := await _somebody_else(database, work, there):
        found["other_person"] = f"{who} under {there.period}"
    return found


async def contracts_in_force(database: Database) -> list[KeptEngagement]:
    """Every contract and assignment note that binds in a job under way."""
    ended = or_(
        engagements.c.withdrawn_at.is_not(None),
        engagements.c.taken_off_at.is_not(None),
        engagements.c.terminated_on.is_not(None),
        engagements.c.amended_by.is_not(None),
    )
    declared = or_(
        engagements.c.dimona_period.is_not(None),
        engagements.c.dimona_parts.is_not(None),
        engagements.c.assigned_to.is_not(None),
    )
    wanted = (
        select(engagements)
        .join(jobs, jobs.c.job_id == engagements.c.job_id)
        .where(declared, not_(ended), jobs.c.state.not_in(ENDED))
    )
    async with database.reading() as connection:
        rows = await connection.execute(wanted.order_by(engagements.c.order_key))
        return [KeptEngagement.model_validate(dict(row._mapping)) for row in rows]


async def _declared(database: Database) -> dict[tuple[str, str], AskedWork | None]:
    """By job and person the work for which the declaration counts as made; None where its days were not kept."""
    wanted = select(deadlines).where(deadlines.c.kind == "dimona", deadlines.c.met_at.is_not(None))
    async with database.reading() as connection:
        rows = [KeptDeadline.model_validate(dict(row._mapping)) for row in await connection.execute(wanted)]
        return {(row.job_id, row.item): row.about for row in rows}


async def stands_behind(kept: Engagements, mine: KeptEngagement) -> KeptEngagement:
    """The contract that was declared: its own, or of an assignment note the one it leans on, as amended since."""
    contract = mine
    while (behind := contract.assigned_to or (contract.amended_by if contract is not mine else None)) is not None:
        following = await kept.of_order(behind)
        if following is None:
            return contract
        contract = following
    return contract


async def _somebody_else(database: Database, work: AskedWork, there: DimonaPeriod) -> str:
    """Whom social security has instead of the two who signed; no national number is ever told."""
    employer = (await Entities(database).entity(work.entity)).enterprise_number
    person = (await People(database).person(work.person_id)).national_number
    others = [f"employer {there.enterprise_number}"] if there.enterprise_number != employer else []
    if person is not None and there.national_number != person:  # erased, there is nothing left to compare
        others.append("another person")
    return " and ".join(others)


def _judged(key: str, lookup: Lookup, there: Sequence[PartnerEffect], expected: bool) -> list[Mismatch]:
    """One order against what its partner has under its key."""
    kept = [one.reference for one in there if one.kept]
    if len(kept) > 1:
        said = f"{len(kept)} times for {key}: {', '.join(kept)}"
        return [Mismatch(kind="twice", partner=lookup.partner, key=key, reference=kept[0], said=said)]
    if expected and not kept:
        return [Mismatch(kind="not_there", partner=lookup.partner, key=key, said=f"does not know our order {key}")]
    if kept and not expected:
        said = f"still keeps {kept[0]}, which we gave back ({key})"
        return [Mismatch(kind="orphan_hold", partner=lookup.partner, key=key, reference=kept[0], said=said)]
    return []


async def _open_orders(database: Database) -> list[tuple[str, str, bool]]:
    """Key, service, and whether the partner must have something: answered, not given back, not of our own fleet."""
    answered = select(order_answers.c.order_key, order_answers.c.operation, order_answers.c.answer).where(
        order_answers.c.state == "answered"
    )
    here = (job_steps.c.job_id == orders.c.job_id) & (job_steps.c.step == orders.c.step)
    wanted = (
        select(orders.c.order_key, orders.c.service, job_steps.c.revision, orders.c.revision.label("asked"))
        .select_from(orders.join(jobs, jobs.c.job_id == orders.c.job_id).outerjoin(job_steps, here))
        .where(jobs.c.state.not_in(ENDED))
    )
    verbs: dict[str, dict[str, Mapping[str, object]]] = defaultdict(dict)
    async with database.reading() as connection:
        for row in await connection.execute(answered):
            verbs[row.order_key][row.operation] = row.answer or {}
        rows = (await connection.execute(wanted)).all()
    return [
        (row.order_key, row.service, expected)
        for row in rows
        if (expected := _expected(row.service, verbs.get(row.order_key, {}))) is not None
    ]


def _expected(service: str, done: Mapping[str, Mapping[str, object]]) -> bool | None:
    """Whether a partner must have this order; None where nobody outside was asked, or nobody knows yet."""
    if service == "employment_contract" and (done.get("declare") or {}).get("amendment"):
        return None  # of an amendment the days are compared: where they stayed, nothing was declared anew
    if service == "employment_contract":
        declared = done.get("declare")
        if declared is None or (declared.get("assignment_note") and declared.get("covered_by_dimona")):
            return None  # under another job's contract: that job's own order is the one that is declared
        return True
    if not done.keys() & {"hold", "confirm", "release"}:
        return None
    last = done.get("confirm") or done.get("hold") or {}
    if last.get("source") == "own_fleet" or (service == "equipment" and "supplier" not in str(last)):
        return None
    return "release" not in done


async def _money_without_a_job(database: Database) -> list[Mismatch]:
    """Money that goes out for a job that is not there, as after an older database was restored."""
    async with database.reading() as connection:
        gone = select(payments.c.order_key).where(payments.c.job_id.not_in(select(jobs.c.job_id)))
        return [
            Mismatch(kind="no_job", partner="bank", key=row[0], said=f"the payment of {row[0]} has no job")
            for row in await connection.execute(gone)
        ]


def _kind(effect: str) -> Kind:
    if effect in HOLDS:
        return "orphan_hold"
    return "unknown_declaration" if effect == "declaration" else "unknown"


def _orders_in(key: str, kind: str) -> set[str]:
    """A key of a partner with what each part of an order adds taken off: `ORDER:credit:send` is of `ORDER`.

    A mail may be about a wish that never became an order: it is of the step, whatever the revision.
    """
    parts = key.split(":")
    orders_there = {":".join(parts[:n]) for n in range(1, len(parts) + 1)}
    return orders_there | {parts[0].rpartition("/")[0]} if kind == "mail" else orders_there


async def _known(database: Database) -> set[str]:
    """What we asked partners for: the keys of orders and their short names, and those of mails about news."""
    async with database.reading() as connection:
        rows = (await connection.execute(select(orders.c.order_key, orders.c.short))).all()
        owed = await connection.scalars(select(due_notices.c.key))
        changed = await connection.scalars(select(person_changes.c.change_id))
        asked = await connection.scalars(select(password_requests.c.request_id))
        told = {mail_key(change) for change in changed} | {password_requests_key(one) for one in asked}
        steps = {row.order_key.rpartition("/")[0] for row in rows}
        return {name for row in rows for name in row} | steps | set(owed) | told
