"""Paying in parts, on the debtor's page: shown before it is offered, answered, and taken up again.

The same service as the API: what it refuses is refused here in the same words.
"""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response

from api.container import Home
from api.finance import instalments
from api.finance.debtors import ClientId
from api.finance.debts import Because, InvoiceId, known
from api.jobs import access
from api.links.routes import back
from api.pages.office.debtors import PlanShown, debtor_page
from api.pages.render import Paged
from api.security.permissions import Known
from domain.instalments import Interest, Pace
from domain.rules.instalments import MOST_PARTS

router = APIRouter(include_in_schema=False)
Reason = Annotated[str, Form(min_length=5, max_length=500)]


@router.post("/debtors/{client_id}/plans/{invoice_id}")
async def plan(
    request: Request,
    home: Home,
    page: Paged,
    asker: Known,
    client_id: ClientId,
    invoice_id: InvoiceId,
    parts: Annotated[int, Form(ge=2, le=MOST_PARTS)],
    first_on: Annotated[date, Form()],
    reason: Reason,
    pace: Annotated[Pace, Form()] = "month",
    interest: Annotated[Interest, Form()] = "runs",
    do: Annotated[Literal["show", "offer"], Form()] = "show",
) -> Response:
    """Show the amounts and days of the parts, or offer them to the client."""
    asker.must("propose_instalments")
    asker.must("see_figures")
    kept = await known(home, invoice_id)
    await access.job(home, asker, kept.job_id)
    given = instalments.PlanProposed(parts=parts, first_on=first_on, pace=pace, interest=interest, reason=reason)
    if do == "offer":
        await instalments.propose(home, asker, invoice_id, given)
        return back(request, f"/debtors/{client_id}")
    shown = PlanShown(invoice_id, await instalments.parts_of(home, kept, given), given.model_dump(mode="json"))
    return await debtor_page(request, home, page, asker, client_id, shown)


@router.post("/debtors/{client_id}/plans/{invoice_id}/answer")
async def answer(
    request: Request,
    home: Home,
    asker: Known,
    client_id: ClientId,
    invoice_id: InvoiceId,
    reason: Reason,
    do: Annotated[Literal["yes", "no", "resume"], Form()],
) -> Response:
    """Say yes or no to what the client asked for, take back what was offered, or let a broken plan go on."""
    asker.must("dispute")
    if do == "resume":
        await instalments.resume(home, asker, invoice_id, Because(reason=reason))
    else:
        said = instalments.PlanAnswer(agreed=do == "yes", reason=reason)
        await instalments.answer(home, asker, invoice_id, said)
    return back(request, f"/debtors/{client_id}")
