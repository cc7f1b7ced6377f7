"""What finance hands over to the social secretariat each quarter: one file for each legal entity."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from api.container import Home
from api.errors import Wrong, responses
from api.finance.routes import audited_here
from api.jobs.schemas import Answered
from api.security.permissions import Asker, may
from api.security.uploads import file
from domain.hand_over import HandOverLine
from domain.periods import quarter
from storage.people.hand_over import HandOvers

router = APIRouter(prefix="/api/hand-over", tags=["finance"])


class HandOverTold(Answered):
    """One entity and one quarter, with totals to compare and a checksum of the same lines as CSV."""

    entity: str
    first_on: date
    last_on: date
    contracts: int
    totals: dict[str, int]
    """Every amount together, in cents."""
    checksum: str
    """SHA-256 of the CSV file."""
    lines: list[HandOverLine]


AS_CSV: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {"schema": {"type": "string"}}},
        "description": "as JSON, or the same lines as CSV",
    }
}


@router.get("", response_model=HandOverTold, responses=AS_CSV | responses("signed-out", "not-allowed", "not-found"))
async def hand_over(
    home: Home,
    asker: Annotated[Asker, Depends(may("export_batch"))],
    entity: Annotated[str, Query(max_length=40, examples=["brussels"])],
    year: Annotated[int, Query(ge=2020, le=2100)],
    number: Annotated[int, Query(ge=1, le=4, description="the quarter")],
    form: Literal["json", "csv"] = "json",
) -> HandOverTold | Response:
    """Each contract that ended in the quarter: Dimona, days, hours, gross, withholding, contributions, holiday pay.

    The figures are estimates per contract; the secretariat works the quarter out and compares.
    """
    try:
        employer = await home.entities.entity(entity)
    except KeyError:
        raise Wrong("not-found") from None
    period = quarter(date(year, 3 * number, 1))
    async with audited_here(home, asker, "hand_over.export", f"{entity} {year}/{number}"):
        made = await HandOvers(home.database).of(employer, period)
    if form == "csv":
        return file(made.csv, f"{entity}-{year}-{number}.csv", "text/csv", "attachment")
    return HandOverTold(
        entity=made.entity,
        first_on=made.first_on,
        last_on=made.last_on,
        contracts=len(made.lines),
        totals=made.totals,
        checksum=made.checksum,
        lines=list(made.lines),
    )
