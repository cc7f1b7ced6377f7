"""A job that is called off claims on its cancellation cover instead of giving the cover back."""

from datetime import datetime, timedelta
from typing import Final

from activities.insurance import STEP as INSURANCE
from activities.insurance_claim import CLAIM, ITEM
from domain.job import JobFile
from domain.orders import order_key
from domain.periods import day_in_brussels
from domain.plan import JobPlan
from domain.services.insurance import ClaimRequest
from workflows.redo import RedoableSteps

COVER: Final = "cancellation"


def claim_of(plan: JobPlan, file: JobFile, now: datetime) -> ClaimRequest | None:
    """The claim of a job that is called off now; None when no cancellation cover is bound for it."""
    cover, terms = file.steps.get(INSURANCE.name), plan.claim_terms
    if cover is None or terms is None or cover.state != "done" or COVER not in cover.request.get("covers", ()):
        return None
    return ClaimRequest(
        policy_reference=f"{order_key(file.job_id, INSURANCE.name, cover.item, cover.revision)}/{COVER}",
        called_off_on=day_in_brussels(now),
        cause=file.stopping or "-",
        declare_by=now + timedelta(days=terms.declare_within_days),
        answer_within_days=terms.answer_within_days,
        terms_source=terms.source,
    )


async def declare(steps: RedoableSteps, claim: ClaimRequest) -> None:
    """Declare it at once, while everything else is still given back."""
    await steps.take(CLAIM, claim, ITEM)


async def settle(steps: RedoableSteps) -> None:
    """State the loss now that every cost is known, and wait for what the insurer decides."""
    await steps.confirm(CLAIM, ITEM)
