"""What the accountant takes over each month: one file per legal entity, debit and credit, and the boxes of VAT."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from api.container import Home
from api.errors import Wrong, responses
from api.pages.sheets import sheet
from api.security.permissions import Asker, may
from domain.money import ZERO
from domain.vat_return import ReturnLine, boxes
from storage.money.figures_books import BookFigures, BookFilter, BookLine
from storage.services.invoicing import Invoices

router = APIRouter(prefix="/api/books", tags=["finance"])
MONTH = r"^20[2-9][0-9]-(0[1-9]|1[0-2])$"
HEAD = ("kind", "day", "entry", "line", "account", "text", "debit_eur", "credit_eur", "job")
AS_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "the file"}
}


@router.get(
    "/month",
    response_class=StreamingResponse,
    responses=AS_CSV | responses("signed-out", "not-allowed", "not-found"),
)
async def month(
    home: Home,
    asker: Annotated[Asker, Depends(may("see_figures"))],
    entity: Annotated[str, Query(max_length=40, examples=["brussels"])],
    month: Annotated[str, Query(pattern=MONTH, examples=["2026-03"], description="year and month")],
) -> StreamingResponse:
    """Every posting of one entity in one month, its totals, and what its documents say for the VAT return.

    Debit and credit are equal in the last line of the postings. Documents count in the month they were issued in.
    """
    try:
        await home.entities.entity(entity)
    except KeyError:
        raise Wrong("not-found") from None
    first_on = date.fromisoformat(f"{month}-01")
    last_on = (first_on + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    documents = await Invoices(home.database).issued_in(entity, first_on, last_on)
    wanted = BookFilter(entity=entity, from_on=first_on, until_on=last_on)
    rows = _rows(BookFigures(home.database).every(wanted), boxes(documents), last_on)
    return sheet(f"books-{entity}-{month}.csv", HEAD, rows)


async def _rows(
    lines: AsyncIterator[BookLine], vat: list[ReturnLine], last_on: date
) -> AsyncIterator[tuple[object, ...]]:
    debit = credit = ZERO
    async for one in lines:
        left, right = max(one.amount_eur, ZERO), max(-one.amount_eur, ZERO)
        debit, credit = debit + left, credit + right
        account = one.account.value
        yield (
            "posting",
            one.on,
            one.key,
            one.n + 1,
            account,
            one.text,
            _or_blank(left),
            _or_blank(right),
            one.job_id,
        )
    yield "total", last_on, "", "", "", "", debit, credit, ""
    for line in vat:
        what = "credit notes" if line.credit_note else "invoices"
        told = f"box {line.box}: {line.documents} {what}"
        base, due = (line.base_eur, ZERO) if line.credit_note else (ZERO, line.base_eur)
        yield "vat_base", last_on, line.box, "", "", told, _or_blank(base), _or_blank(due), ""
        base, due = (line.vat_eur, ZERO) if line.credit_note else (ZERO, line.vat_eur)
        yield "vat", last_on, line.box, "", "", told, _or_blank(base), _or_blank(due), ""


def _or_blank(amount: Decimal) -> object:
    return amount if amount else ""
