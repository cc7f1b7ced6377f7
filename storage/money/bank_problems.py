"""What could not be done at the bank: listed for finance people with its reason until it is mended."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Boolean, Column, Integer, String, Table, UniqueConstraint, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import BankProblem, Duty, ListedProblem
from storage.core.database import Database, insert_once
from storage.core.tables import UtcDateTime, metadata

bank_problems = Table(
    "bank_problems",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("duty", String(10), nullable=False),
    Column("about", String(160), nullable=False),
    Column("why", String(500), nullable=False),
    Column("passing", Boolean, nullable=False),
    Column("since_at", UtcDateTime, nullable=False),
    UniqueConstraint("duty", "about"),
)


class BankProblems:
    """Keeps the list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def found(self, duty: Duty, problems: Iterable[BankProblem], at: datetime) -> None:
        """All that is wrong with this duty now; what was listed before and is not among it is mended."""
        now = list(problems)
        if not now and not await self._has(duty):
            return  # as on most mornings: nothing to write
        gone = bank_problems.c.duty == duty, bank_problems.c.about.not_in([one.about[:160] for one in now])
        async with self._database.writing() as connection:
            await connection.execute(delete(bank_problems).where(*gone))
            await _listed(connection, duty, now, at)

    async def _has(self, duty: Duty) -> bool:
        wanted = select(bank_problems.c.number).where(bank_problems.c.duty == duty).limit(1)
        async with self._database.reading() as connection:
            return await connection.scalar(wanted) is not None

    async def more(self, duty: Duty, problems: Iterable[BankProblem], at: datetime) -> None:
        """These beside what is listed already."""
        async with self._database.writing() as connection:
            await _listed(connection, duty, problems, at)

    async def mended(self, duty: Duty, about: str) -> None:
        """This one is no more."""
        this = bank_problems.c.duty == duty, bank_problems.c.about == about[:160]
        async with self._database.writing() as connection:
            await connection.execute(delete(bank_problems).where(*this))

    async def seen(self, number: int) -> None:
        """Somebody has seen to it; what is still so comes back with the next round."""
        async with self._database.writing() as connection:
            await connection.execute(delete(bank_problems).where(bank_problems.c.number == number))

    async def open(self) -> list[ListedProblem]:
        """Everything that waits for somebody, the oldest first."""
        wanted = select(bank_problems).order_by(bank_problems.c.since_at, bank_problems.c.number)
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).all()
        return [ListedProblem.model_validate(dict(row._mapping)) for row in rows]


async def _listed(connection: AsyncConnection, duty: Duty, problems: Iterable[BankProblem], at: datetime) -> None:
    """One line each; a known one keeps its day and takes the newest reason."""
    for one in problems:
        row = {"duty": duty, "about": one.about[:160], "why": one.why[:500], "passing": one.passing}
        if not await insert_once(connection, bank_problems, row | {"since_at": at}, key=("duty", "about")):
            this = bank_problems.c.duty == duty, bank_problems.c.about == row["about"]
            await connection.execute(update(bank_problems).where(*this).values(why=row["why"], passing=one.passing))
