"""Claims for what happened on jobs: begun with the word of it, carried by their own process, ended with money."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    func,
    literal,
    select,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import workflow_ids
from domain.bank import Nudge
from domain.incident_claims import Bearer, ClaimInput, ClaimStanding, IncidentClaim, step_item
from domain.message import Message
from domain.money import ZERO, Eur
from domain.orders import step_name
from storage.core.database import Database, insert_once
from storage.core.tables import Json, MoneyCents, UtcDateTime, metadata
from storage.jobs import deadlines
from storage.jobs.tables import jobs
from storage.money.bank_tables import bank_entries, bank_parts

CANCELLATION = "cancellation"
"""The kind of a claim of a job that was called off."""
insurance_claims = Table(
    "insurance_claims",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("item", String(31), primary_key=True),
    Column("incident_id", ForeignKey("happenings.happening_id"), unique=True),
    Column("kind", String(20), nullable=False),
    Column("entity", String(40), nullable=False),
    Column("claim", Json),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("number", String(60)),
    Column("reported_at", UtcDateTime),
    Column("loss_eur", MoneyCents),
    Column("granted_eur", MoneyCents),
    Column("excess_eur", MoneyCents, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("to_person", Boolean, nullable=False),
    Column("by_hand_eur", MoneyCents, nullable=False),
    Column("borne_by", String(10)),
    Column("ended_at", UtcDateTime),
    Index(None, "number"),
    Index(None, "started_at"),
)
"""A job that was called off has a claim too, carried by its own process: nothing happened, and `claim` is empty.
`by_hand_eur`: what a person says the insurer paid outside the bank's statements."""


class KeptClaim(Message):
    """One claim as it is kept."""

    job_id: str
    item: str
    incident_id: str | None = None
    kind: str
    entity: str
    claim: IncidentClaim | None = None
    opened_at: datetime
    number: str | None = None
    """The insurer's; None until it was reported."""
    reported_at: datetime | None = None
    loss_eur: Eur | None = None
    granted_eur: Eur | None = None
    excess_eur: Eur = ZERO
    decided_at: datetime | None = None
    to_person: bool = False
    paid_eur: Eur = ZERO
    borne_by: Bearer | None = None
    ended_at: datetime | None = None

    @property
    def progress(self) -> ClaimStanding:
        """The same as the result of its steps."""
        return ClaimStanding(
            claim_number=self.number,
            loss_eur=self.loss_eur,
            granted_eur=self.granted_eur,
            excess_eur=self.excess_eur,
            paid_eur=self.paid_eur,
            borne_by=self.borne_by,
            to_person=self.to_person,
        )


class InsuranceClaimStore:
    """Keeps claims; satisfies the activities' ClaimRegister."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, job_id: str, item: str) -> KeptClaim:
        """One claim with what came in for it; KeyError when unknown."""
        async with self._database.reading() as connection:
            found = await claims_of(
                connection, insurance_claims.c.job_id == job_id, insurance_claims.c.item == item
            )
        if not found:
            raise KeyError(f"{job_id}/{item}")
        return found[0]

    async def of_job(self, job_id: str) -> list[KeptClaim]:
        """The claims of one job, the first first."""
        async with self._database.reading() as connection:
            return await claims_of(connection, insurance_claims.c.job_id == job_id)

    async def running(self) -> frozenset[str]:
        """What happened whose claim has not ended."""
        wanted = select(insurance_claims.c.incident_id).where(insurance_claims.c.ended_at.is_(None))
        async with self._database.reading() as connection:
            return frozenset((await connection.scalars(wanted)).all())

    async def unstarted(self) -> list[ClaimInput]:
        """Claims for which no process was confirmed."""
        async with self._database.reading() as connection:
            found = await claims_of(connection, insurance_claims.c.started_at.is_(None))
        return [ClaimInput(job_id=one.job_id, entity=one.entity, claim=one.claim) for one in found if one.claim]

    async def called_off(self, job_id: str, item: str, entity: str, number: str, at: datetime) -> None:
        """A job that was called off is claimed on its cover, by its own process; a second time changes nothing."""
        row = {
            "job_id": job_id, "item": item, "kind": CANCELLATION, "entity": entity, "opened_at": at,
            "started_at": at, "number": number, "reported_at": at, "excess_eur": ZERO, "to_person": False,
            "by_hand_eur": ZERO,
        }  # fmt: skip
        async with self._database.writing() as connection:
            await insert_once(connection, insurance_claims, row, key=["job_id", "item"])

    async def came_in(self, job_id: str, item: str) -> Decimal | None:
        """What came in on the bank account for a claim; None for one that is not kept."""
        try:
            return (await self.claim(job_id, item)).paid_eur
        except KeyError:
            return None

    async def mark_started(self, job_id: str, item: str, at: datetime) -> None:
        """Its process was confirmed."""
        await self._write(job_id, item, started_at=at)

    async def reported(self, job_id: str, item: str, number: str, at: datetime) -> None:
        """The insurer has it, under its own number: the clock of the report stops."""
        async with self._database.writing() as connection:
            row = await _change(connection, job_id, item, number=number, reported_at=at)
            await deadlines.met_on(connection, _owed(row), at)

    async def not_claimed(self, job_id: str, item: str, at: datetime) -> None:
        """A person said that no insurer is told: the clock of the report stops."""
        async with self._database.writing() as connection:
            await deadlines.met_on(connection, _owed(await _change(connection, job_id, item)), at)

    async def lost(self, job_id: str, item: str, loss_eur: Decimal) -> None:
        """What it costs."""
        await self._write(job_id, item, loss_eur=loss_eur)

    async def note_outcome(
        self, job_id: str, item: str, granted_eur: Decimal, excess_eur: Decimal, at: datetime, *, to_person: bool
    ) -> None:
        """What the insurer decided."""
        values = {"granted_eur": granted_eur, "excess_eur": excess_eur, "decided_at": at, "to_person": to_person}
        await self._write(job_id, item, **values)

    async def paid_outside(self, job_id: str, item: str, paid_eur: Decimal) -> None:
        """What a person says came in otherwise than on a statement."""
        await self._write(job_id, item, by_hand_eur=paid_eur)

    async def end(self, job_id: str, item: str, at: datetime) -> None:
        """Nothing is awaited any more; the first end stays."""
        this = insurance_claims.c.job_id == job_id, insurance_claims.c.item == item
        async with self._database.writing() as connection:
            first = update(insurance_claims).where(*this, insurance_claims.c.ended_at.is_(None))
            await connection.execute(first.values(ended_at=at))

    async def _write(self, job_id: str, item: str, **values: Any) -> None:
        async with self._database.writing() as connection:
            await _change(connection, job_id, item, **values)


async def begin(
    connection: AsyncConnection, job_id: str, entity: str, claim: IncidentClaim, at: datetime
) -> IncidentClaim:
    """Begin a claim within the caller's transaction, under the next free short name of its job."""
    same = insurance_claims.c.job_id == job_id, insurance_claims.c.kind == claim.kind
    before = await connection.scalar(select(func.count()).select_from(insurance_claims).where(*same)) or 0
    named = claim.model_copy(update={"item": f"{claim.kind.replace('_', '-')}-{before + 1}"})
    row = {
        "job_id": job_id, "item": named.item, "incident_id": claim.incident_id, "kind": claim.kind,
        "entity": entity, "claim": named.model_dump(mode="json"), "opened_at": at, "excess_eur": ZERO,
        "to_person": False, "by_hand_eur": ZERO,
    }  # fmt: skip
    await connection.execute(insurance_claims.insert().values(**row))
    return named


async def claims_of(connection: AsyncConnection, *which: Any) -> list[KeptClaim]:
    """The claims that fit, each with what came in for it."""
    wanted = select(insurance_claims).where(*which).order_by(insurance_claims.c.opened_at, insurance_claims.c.item)
    rows = (await connection.execute(wanted)).all()
    return [await _kept(connection, row) for row in rows]


async def numbered(connection: AsyncConnection, numbers: Sequence[str]) -> list[KeptClaim]:
    """The claims with one of these numbers of the insurer's."""
    return await claims_of(connection, insurance_claims.c.number.in_(numbers)) if numbers else []


def subject_of(job_id: str, item: str) -> str:
    """What stands for a claim where the bank's movements say whose money they are."""
    return f"{job_id}/{item}"


async def by_subject(connection: AsyncConnection, subject: str) -> KeptClaim:
    """The claim a movement is for."""
    job_id, _, item = subject.partition("/")
    which = insurance_claims.c.job_id == job_id, insurance_claims.c.item == item
    return (await claims_of(connection, *which))[0]


def awaiting(claim: KeptClaim) -> Nudge:
    """The step that waits for the insurer's money."""
    if claim.kind == CANCELLATION:
        return Nudge(workflow_id=workflow_ids.of_job(claim.job_id), step=step_name("insurance", claim.item))
    step = step_name("insurance", step_item(claim.item, "money"))
    return Nudge(workflow_id=workflow_ids.of_claim(claim.job_id, claim.item), step=step)


async def not_by_hand(connection: AsyncConnection, claim: KeptClaim) -> None:
    """What a person said came in stands on a statement now."""
    await _change(connection, claim.job_id, claim.item, by_hand_eur=ZERO)


async def _kept(connection: AsyncConnection, row: Row[Any]) -> KeptClaim:
    subject = subject_of(row.job_id, row.item)
    none = literal(ZERO, MoneyCents)
    entry, part = bank_entries.c, bank_parts.c
    told = select(func.coalesce(func.sum(entry.matched_eur), none)).where(
        entry.kind == "claim", entry.subject_id == subject
    )
    said = select(func.coalesce(func.sum(part.amount_eur), none)).where(
        part.kind == "claim", part.subject_id == subject
    )
    came = select(type_coerce(told.scalar_subquery() + said.scalar_subquery(), MoneyCents))
    paid_eur = row.by_hand_eur + (await connection.scalar(came) or ZERO)
    return KeptClaim.model_validate(dict(row._mapping) | {"paid_eur": paid_eur})


async def _change(connection: AsyncConnection, job_id: str, item: str, **values: Any) -> Row[Any]:
    this = insurance_claims.c.job_id == job_id, insurance_claims.c.item == item
    if values:
        await connection.execute(update(insurance_claims).where(*this).values(**values))
    return (await connection.execute(select(insurance_claims).where(*this))).one()


def _owed(row: Row[Any]) -> dict[str, str]:
    """The deadline of its report."""
    return {"job_id": row.job_id, "kind": f"{row.kind}_report", "item": row.incident_id}


async def entity_of_job(connection: AsyncConnection, job_id: str) -> str:
    """The legal entity that acts on a job."""
    return str(await connection.scalar(select(jobs.c.entity).where(jobs.c.job_id == job_id)))
