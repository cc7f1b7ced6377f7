"""What two persons say yes to: one hash of all that is shown of it, compared when the second one answers."""

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.job import Decision
from domain.ledger import Account
from domain.money import ZERO
from storage.core.database import Database
from storage.jobs.documents import documents
from storage.jobs.steps import StepRow
from storage.money.ledger import balances_of
from storage.security.audit import hash_of

OF_MONEY: dict[str, tuple[Account, ...]] = {
    "debt_collection": (Account.RECEIVABLE, Account.LATE_COSTS, Account.CLIENT_CREDIT),
    "invoicing": (Account.RECEIVABLE, Account.CLIENT_CREDIT),
    "prefinancing": (Account.PREFINANCED, Account.RESULT, Account.RECEIVABLE),
}
"""What a decision about money is about: an amount that has changed since the first yes is another decision."""
DOSSIER = "debt_collection"
"""What goes to lawyer and bailiff is every paper that the client has."""


async def shown_sha256(database: Database, row: StepRow, decision: Decision) -> str:
    """The hash of a decision with everything it stands on: the step's request, question and result as they are,
    what would become of them, each paper of it by its content, and the amounts in the books."""
    async with database.reading() as connection:
        papers = await _papers(connection, row, decision)
        amounts = await _amounts(connection, row)
    return hash_of(
        {
            "decision": decision.model_dump(mode="json", exclude={"confirmed_by"}),
            "job": row.job_id,
            "attempt": row.attempt,
            "revision": row.revision,
            "request": row.file.request,
            "booking": row.file.booking,
            "question": row.file.problem.model_dump(mode="json") if row.file.problem else None,
            "papers": papers,
            "amounts": amounts,
        }
    )


async def _papers(connection: AsyncConnection, row: StepRow, decision: Decision) -> dict[str, str]:
    wanted = select(documents.c.name, documents.c.sha256, documents.c.audience).where(
        documents.c.job_id == row.job_id
    )
    if row.service != DOSSIER:
        wanted = wanted.where(or_(documents.c.step == row.step, documents.c.name == (decision.evidence or "")))
    found = await connection.execute(wanted)
    if row.service == DOSSIER:
        return {one.name: one.sha256 for one in found if "client" in one.audience or one.name == decision.evidence}
    return {one.name: one.sha256 for one in found}


async def _amounts(connection: AsyncConnection, row: StepRow) -> dict[str, str]:
    accounts = OF_MONEY.get(row.service, ())
    if not accounts:
        return {}
    balances = (await balances_of(connection, row.job_id)).amounts
    return {account.value: f"{balances.get(account, ZERO):.2f}" for account in accounts}
