"""What policies say about claims: by when they are declared and answered, and which cover is for what happened."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from domain.incident_claims import ClaimCover, HitThing, IncidentKind
from domain.periods import end_of_day
from domain.rules.deadlines import accident_report_by_on
from domain.services.insurance import ClaimTerms

DEMONSTRATION_CLAIM_TERMS: Final = ClaimTerms(
    declare_within_days=8,
    answer_within_days=30,
    source="demonstration terms of this product",
    verified=False,
)
"""No general terms of an insurer were found: an installation replaces them by those of its policy."""
PAY_WITHIN_DAYS: Final = 30
"""Demonstration terms: from the insurer's decision to its money."""
OF_THE_LAW: Final = "law of 10 April 1971; fedris.be: within eight days from the day after the accident"
OF_THE_POLICY: Final = f"terms of the policy: {DEMONSTRATION_CLAIM_TERMS.source}"


class ReportBy(NamedTuple):
    """By when something must be told to an insurer, and who says so."""

    at: datetime
    basis: str


def report_by(kind: str, happened_on: date) -> ReportBy:
    """Until when it is reported in time.

    An accident at work: eight days from the day after it. Source: law of 10 April 1971; fedris.be. Everything else:
    the terms of the policy, counted the same way.
    """
    if kind == "accident":
        return ReportBy(end_of_day(accident_report_by_on(happened_on)), OF_THE_LAW)
    last_on = happened_on + timedelta(days=DEMONSTRATION_CLAIM_TERMS.declare_within_days)
    return ReportBy(end_of_day(last_on), OF_THE_POLICY)


def cover_for(kind: IncidentKind, about: HitThing, bound: Collection[str]) -> ClaimCover:
    """The cover under which it falls: of the job's own covers (`bound`) where there is one, else the cooperative's.

    House rule, from what each cover is for: equipment by its all-risk cover, a vehicle by mobility, what belongs to
    others by liability; somebody who did not come by the tour cover, else what the client asks by liability.
    """
    if kind == "accident":
        return "work_accident"
    if kind == "no_show":
        return "tour" if "tour" in bound else "liability"
    if about == "vehicle":
        return "mobility"
    return "equipment_all_risk" if about == "equipment" else "liability"
