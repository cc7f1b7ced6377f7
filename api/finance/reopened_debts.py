"""Invoices that are owed again after the end, because the bank took the money back: a person decides about each."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends

from api.container import Container, Home
from api.errors import Wrong, responses
from api.finance.debts import Because, InvoiceId, known, of_another
from api.finance.routes import HERE, audited_here
from api.jobs.schemas import Answered
from api.partners.nudges import nudge
from api.security.permissions import Asker, may
from domain.collection_state import ReopenedDebt
from domain.job import CollectionInput
from domain.services.debt_collection import DebtCollectionRequest
from storage.money.reopened_debts import ReopenedDebts

FUND = "prefinancing"

router = APIRouter(prefix="/api/debts", tags=["finance"])


class ReopenedList(Answered):
    """Debts that nobody has decided about, the oldest first."""

    reopened: list[ReopenedDebt]


class AgainGiven(Because):
    """How it goes on."""

    how: Literal["collect", "give_up"]
    """`give_up`: the decision who bears the loss is asked at once, of two people."""


@router.get("/reopened", responses=responses("signed-out", "not-allowed"))
async def reopened(home: Home, asker: Annotated[Asker, Depends(may("see_batches"))]) -> ReopenedList:
    """Money the bank took back after its collection had ended."""
    return ReopenedList(reopened=await ReopenedDebts(home.database).open())


@router.post("/{invoice_id}/again", responses=responses(*HERE, "not-found", "not-now", "process-unreachable"))
async def again(
    home: Home, asker: Annotated[Asker, Depends(may("match_movement"))], invoice_id: InvoiceId, given: AgainGiven
) -> ReopenedDebt:
    """Collect it again from the stage it had reached, or ask who bears the loss."""
    kept = await of_another(home, asker, await known(home, invoice_id))
    found = {one.invoice_id: one for one in await ReopenedDebts(home.database).open()}.get(invoice_id)
    if found is None:
        raise Wrong("not-now", f"this invoice is {kept.state}, and nobody is asked about it")
    async with audited_here(home, asker, f"debt.{given.how}", f"{invoice_id}: {given.reason}", found.job_id):
        await home.process.collect(await _begins(home, found, given))
        await ReopenedDebts(home.database).record_decision(
            found, given.how, given.reason, asker.person_id, home.now()
        )
    await nudge(home, found.job_id, FUND)  # the books may wait now instead of asking
    return found


async def _begins(home: Container, debt: ReopenedDebt, given: AgainGiven) -> CollectionInput:
    client = await home.clients.client(debt.client_id, debt.client_version)
    request = DebtCollectionRequest(
        **debt.model_dump(include=set(DebtCollectionRequest.model_fields)),
        member_id=(await home.jobs.row(debt.job_id)).member_id,
        consumer=client.kind == "private_person",
        language=client.language,
        give_up=given.how == "give_up",
    )
    return CollectionInput(
        job_id=debt.job_id, entity=debt.entity, request=request, shift=home.shift, turn=debt.turn
    )
