"""The money of claims: what an insurer pays is recognised by its number, and what nobody pays is its bearer's."""

import re
from datetime import date
from decimal import Decimal

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import Nudge
from domain.entries import incident_borne, insurer_pays, recovery
from domain.incident_claims import Bearer
from domain.ledger import Account, Entry
from domain.matching import NoSuchSubject, PartWish, WrongDirection
from domain.money import ZERO
from domain.statements import StatementEntry
from storage.core.database import Database
from storage.money.ledger import balances_of, book, entries_of, fact_in_force, one_at_a_time, take_back
from storage.services.insurance_claims import (
    CANCELLATION,
    KeptClaim,
    awaiting,
    by_subject,
    claims_of,
    insurance_claims,
    not_by_hand,
    numbered,
    subject_of,
)

NUMBER = re.compile(r"[A-Z0-9][A-Z0-9./-]{4,59}")
"""What may be an insurer's number in the text of a transfer."""


class ClaimMoney:
    """Books what is left of a claim; satisfies the activities' ClaimMoney."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bear(self, job_id: str, item: str, by: Bearer, on: date) -> None:
        """Name who bears what no insurer paid, and book it: later money is theirs. The first name stays."""
        this = insurance_claims.c.job_id == job_id, insurance_claims.c.item == item
        async with self._database.writing() as connection:
            await one_at_a_time(connection, job_id)
            first = update(insurance_claims).where(*this, insurance_claims.c.borne_by.is_(None))
            await connection.execute(first.values(borne_by=by))
            (claim,) = await claims_of(connection, *this)
            await _borne(connection, claim, on)


async def named(connection: AsyncConnection, entry: StatementEntry) -> str | None:
    """What stands for the one claim whose number a transfer names; none when it names several."""
    texts = (entry.structured or "", *(entry.texts or (entry.text,)))
    words = {word.strip("./-") for text in texts for word in NUMBER.findall(text.upper())}
    found = await numbered(connection, sorted(words))
    return subject_of(found[0].job_id, found[0].item) if len(found) == 1 else None


async def of_part(
    connection: AsyncConnection, part: PartWish, place: str, on: date, moved: Decimal
) -> tuple[str, Entry, Nudge | None]:
    """What a person says is an insurer's money for a claim: the claim, its entry and who looks again."""
    found = await numbered(connection, [part.subject_id])
    if moved < ZERO:
        raise WrongDirection(amount=str(moved), kind="claim")
    if not found:
        raise NoSuchSubject(kind="claim", subject=part.subject_id)
    claim = found[0]
    await one_at_a_time(connection, claim.job_id)
    key = paid_key(claim, place.removeprefix("matched/"))
    made = insurer_pays(key, claim.job_id, on, part.amount_eur)
    if claim.kind == CANCELLATION:
        before = await balances_of(connection, claim.job_id)
        made = recovery(key, claim.job_id, on, part.amount_eur, before)
    return subject_of(claim.job_id, claim.item), made, awaiting(claim)


async def after(connection: AsyncConnection, subject: str, on: date, paid_eur: Decimal) -> None:
    """Money came in for a claim and is booked: where the rest was borne already, it is the bearer's. What a person
    had said came in is that very money."""
    claim = await by_subject(connection, subject)
    by_hand = subject_key(claim) if claim.kind == CANCELLATION else f"{subject_key(claim)}/paid-by-hand"
    said = await fact_in_force(connection, by_hand)
    if said is not None and said.on_account(Account.BANK) == paid_eur:
        await take_back(connection, said, f"{said.key}:replaced", on)
        await not_by_hand(connection, claim)
    if claim.kind != CANCELLATION and (claim.borne_by is not None or claim.ended_at is not None):
        await one_at_a_time(connection, claim.job_id)
        await _borne(connection, claim, on)


async def _borne(connection: AsyncConnection, claim: KeptClaim, on: date) -> None:
    """What stands apart for a claim goes to its bearer; with nobody named, to the whole cooperative."""
    prefix = f"{subject_key(claim)}/"
    its = [one for one in await entries_of(connection, claim.job_id) if one.key.startswith(prefix)]
    left = sum((one.on_account(Account.CLAIMS) for one in its), ZERO)
    earlier = sum(one.key.startswith(f"{prefix}borne/") for one in its)
    if left != ZERO:
        bearer = Account.called(claim.borne_by or "community")
        await book(
            connection, incident_borne(f"{prefix}borne/{earlier + 1}", claim.job_id, on, Decimal(left), bearer)
        )


def subject_key(claim: KeptClaim) -> str:
    """What the keys of a claim's entries begin with."""
    return f"{claim.job_id}/claim/{claim.item}"


def paid_key(claim: KeptClaim, place: str) -> str:
    """What books one movement for a claim once; `place` is where the movement stands."""
    return f"{subject_key(claim)}/paid/{place}"
