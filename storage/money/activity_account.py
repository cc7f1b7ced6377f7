"""A member's activity account over all their jobs, and what their clients still owe: read for that member."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from domain.collection_state import CollectionCard
from domain.ledger import Account
from storage.core.database import Database
from storage.jobs.tables import jobs
from storage.money.ledger import ledger_entries, ledger_postings
from storage.services.debt_collection import Collections


@dataclass(frozen=True)
class ActivityLine:
    """One amount that came onto the account or left it."""

    on: date
    job_id: str
    title: str
    text: str
    """What was booked, as the books say it."""
    amount_eur: Decimal
    """Above zero it came in, below zero it went out."""


class ActivityAccount:
    """Reads one member's account; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lines(self, member_id: str) -> list[ActivityLine]:
        """Everything booked on it, the latest first; an entry counts once, with what it moves in all."""
        entry, posting = ledger_entries.c, ledger_postings.c
        amount = func.sum(posting.amount_eur).label("amount_eur")
        wanted = (
            select(entry.on, entry.job_id, jobs.c.title, entry.text, amount)
            .join(ledger_postings, entry.key == posting.entry_key)
            .join(jobs, jobs.c.job_id == entry.job_id)
            .where(posting.account == Account.ACTIVITY.value, jobs.c.member_id == member_id)
            .group_by(entry.key, entry.on, entry.job_id, jobs.c.title, entry.text)
            .order_by(entry.on.desc(), entry.key.desc())
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).all()
        return [ActivityLine(row.on, row.job_id, row.title, row.text, -row.amount_eur) for row in rows]

    async def owed(self, member_id: str, on: date) -> list[CollectionCard]:
        """What the clients of this member's jobs still owe, by due day."""
        return await Collections(self._database).of_member(member_id, on)
