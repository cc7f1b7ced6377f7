"""A client asks to pay an invoice in parts, or answers what was offered; both by the link of the order."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.container import Container
from api.errors import FieldProblem, Wrong
from api.finance import instalments
from api.finance.debts import known
from domain.instalments import answerable
from domain.rules.instalments import MOST_PARTS
from storage.security.links import LinkRow


class PartsAnswer(BaseModel):
    """What a client says about paying in parts."""

    model_config = ConfigDict(
        extra="ignore",
        use_attribute_docstrings=True,
        json_schema_extra={
            "examples": [{"do": "ask", "parts": 3, "first_on": "2026-05-15", "reason": "hard times"}]
        },
    )

    do: Literal["ask", "accept", "refuse"]
    parts: Annotated[int, Field(ge=2, le=MOST_PARTS)] | None = None
    first_on: date | None = None
    pace: Literal["week", "month"] = "month"
    reason: Annotated[str, Field(max_length=500)] = ""
    name: Annotated[str, Field(max_length=120)] = ""
    """Who answers for the client."""


async def say(home: Container, row: LinkRow, invoice_id: str, given: PartsAnswer, seen: dict[str, str]) -> None:
    """Keep what the client says; not-found unless the invoice is theirs."""
    kept = await known(home, invoice_id)
    if (kept.job_id, kept.client_id) != (row.job_id, row.subject_id):
        raise Wrong("not-found")
    if given.do == "ask":
        asked = _plan_wanted(given)
        parts = await instalments.parts_of(home, kept, asked)
        await instalments.keep(home, kept, parts, "asked", asked, "runs", row.subject_id)
    else:
        plan = answerable(kept.plans)
        if plan is None or plan.state != "proposed":
            raise Wrong("not-now", "nothing is offered")
        state: Literal["agreed", "refused"] = "agreed" if given.do == "accept" else "refused"
        said = {**seen, "name": given.name}
        await instalments.become(home, plan, state, ("proposed",), reason=given.reason.strip(), circumstances=said)
    await instalments.looked_at(home, kept)


def _plan_wanted(given: PartsAnswer) -> instalments.PlanAsked:
    lacking = [
        FieldProblem(where=name, why="say it")
        for name in ("parts", "first_on", "reason")
        if not getattr(given, name) or (name == "reason" and len(given.reason.strip()) < 5)
    ]
    if lacking or given.parts is None or given.first_on is None:
        raise Wrong("invalid", errors=lacking)
    return instalments.PlanAsked(
        parts=given.parts, first_on=given.first_on, pace=given.pace, reason=given.reason.strip()
    )
