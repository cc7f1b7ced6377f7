"""What clients owe: the debts by age, and the ones a client contests."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.container import Container, Home
from api.errors import Wrong, responses
from api.finance.routes import audited_here
from api.jobs import access
from api.jobs.schemas import Answered
from api.partners.nudges import money_moved
from api.security.permissions import Asker, may
from domain.collection_state import CollectionCard, CollectionState, KeptCollection
from storage.services.debt_collection import WAITING, Collections
from storage.services.invoicing import Invoices

router = APIRouter(prefix="/api/debts", tags=["finance"])


InvoiceId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$", examples=["INV000000001"])]


class DebtList(Answered):
    """Debts, the oldest first."""

    debts: list[CollectionCard]
    next: str | None = None
    """Where the next page begins."""


class Because(BaseModel):
    """Why; it stands in the story and in the audit."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    reason: Annotated[str, Field(min_length=5, max_length=500)]


@router.get("", responses=responses("signed-out", "not-allowed", "wrong-cursor"))
async def aged(
    home: Home,
    asker: Annotated[Asker, Depends(may("see_figures"))],
    state: Annotated[list[CollectionState] | None, Query()] = None,
    entity: Annotated[str | None, Query(max_length=40)] = None,
    cursor: Annotated[str | None, Query(max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DebtList:
    """Who owes what since when, with the last letter that was sent; without `state`, whatever is awaited."""
    found = await Collections(home.database).aged(
        home.today(), states=tuple(state or WAITING), entity=entity, after=_after(cursor), limit=limit
    )
    last = found[-1] if len(found) == limit else None
    return DebtList(debts=found, next=f"{last.due_on}_{last.invoice_id}" if last else None)


@router.post("/{invoice_id}/dispute", responses=responses("signed-out", "not-allowed", "not-found", "not-now"))
async def dispute(
    home: Home, asker: Annotated[Asker, Depends(may("dispute"))], invoice_id: InvoiceId, given: Because
) -> KeptCollection:
    """The client contests the invoice: no reminder leaves until somebody has settled it."""
    kept = await of_another(home, asker, await _in_state(home, invoice_id, "open"))
    async with audited_here(home, asker, "debt.dispute", f"{invoice_id}: {given.reason}", kept.job_id):
        await Collections(home.database).dispute(invoice_id, home.now())
        return await _tell_job(home, asker, kept, "debt.disputed", given.reason)


@router.post(
    "/{invoice_id}/dispute/settle", responses=responses("signed-out", "not-allowed", "not-found", "not-now")
)
async def settle(
    home: Home, asker: Annotated[Asker, Depends(may("dispute"))], invoice_id: InvoiceId, given: Because
) -> KeptCollection:
    """The dispute is settled: the reminders go on from where they were."""
    kept = await of_another(home, asker, await _in_state(home, invoice_id, "disputed"))
    async with audited_here(home, asker, "debt.settle", f"{invoice_id}: {given.reason}", kept.job_id):
        await Collections(home.database).dispute_settled(invoice_id)
        return await _tell_job(home, asker, kept, "debt.settled", given.reason)


async def known(home: Container, invoice_id: str) -> KeptCollection:
    """The collection of an invoice; not-found when its money was never awaited."""
    try:
        return await Collections(home.database).collection(invoice_id)
    except KeyError:
        raise Wrong("not-found") from None


async def of_another(home: Container, asker: Asker, kept: KeptCollection) -> KeptCollection:
    """The same collection; not-allowed for the member whose job it is about, in whatever other role."""
    access.another_decides(asker, (await home.jobs.row(kept.job_id)).member_id)
    return kept


async def _in_state(home: Container, invoice_id: str, state: CollectionState) -> KeptCollection:
    kept = await known(home, invoice_id)
    if kept.state != state:
        raise Wrong("not-now", f"this invoice is {kept.state}")
    return kept


async def _tell_job(home: Container, asker: Asker, kept: KeptCollection, kind: str, reason: str) -> KeptCollection:
    """The job's story says so, and the collection looks again, or as soon as it can be told."""
    number = (await Invoices(home.database).invoice(kept.invoice_id)).number
    await home.events.append(
        kept.job_id, kind, home.now(), by=asker.person_id, params={"number": number, "reason": reason}
    )
    await money_moved(home, kept.process)
    return await Collections(home.database).collection(kept.invoice_id)


def _after(cursor: str | None) -> tuple[date, str] | None:
    if cursor is None:
        return None
    on, _, invoice_id = cursor.partition("_")
    try:
        return date.fromisoformat(on), invoice_id
    except ValueError:
        raise Wrong("wrong-cursor") from None
