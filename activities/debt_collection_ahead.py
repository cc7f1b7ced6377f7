"""Where a collection stands today: what is owed, and which stage lies ahead."""

from decimal import Decimal

from activities.debt_collection_instalments import looked_at
from activities.debt_collection_late_costs import late_costs_asked
from activities.debt_collection_papers import Position
from domain.money import ZERO
from domain.periods import start_of_day
from domain.rates import RateNotKnownYet
from domain.rules import debt_collection
from domain.rules.debt_collection import Route
from domain.services.debt_collection import DebtCollectionRequest, DunningStage, OpenBalance, StageKind


def balance_of(position: Position, request: DebtCollectionRequest) -> OpenBalance:
    """What is owed today, and what comes next."""
    paid = sum((payment.amount_eur for payment in position.facts.payments), ZERO)
    last = max((payment.on for payment in position.facts.payments), default=None)
    if position.collection.state == "written_off":
        return OpenBalance(open_eur=ZERO, paid_eur=paid, last_payment_on=last)
    if position.open_eur <= 0:
        asked = late_costs_asked(position)
        held = bool(position.collection.dossiers)
        return OpenBalance(open_eur=ZERO, paid_eur=paid, last_payment_on=last, next_stage=asked, with_counsel=held)
    interest_eur, costs_eur, rate_missing = _allowed(position)
    return OpenBalance(
        open_eur=position.open_eur,
        paid_eur=paid,
        interest_eur=interest_eur,
        costs_eur=costs_eur,
        rate_missing=rate_missing,
        disputed=position.facts.disputed,
        last_payment_on=last,
        with_counsel=bool(position.collection.dossiers),
        resting=position.facts.instalments_until is not None,
        look_at=looked_at(position.plan_standing),
        next_stage=_given_up(position) if request.give_up else _next_stage(position, request.reminded),
    )


def _allowed(position: Position) -> tuple[Decimal, Decimal, bool]:
    """Interest and costs as of today; a missing rate stops a claim, but not the waiting."""
    try:
        claim = debt_collection.claim(position.facts, position.on)
    except RateNotKnownYet:
        return ZERO, ZERO, True
    return claim.amount_of("late_interest"), claim.amount_of("lump_sum"), False


def _next_stage(position: Position, reminded: bool = True) -> DunningStage | None:
    """The next stage; who reminds alone is only asked, when all would have been tried, whether it is given up."""
    planned = debt_collection.plan(position.facts, position.on)
    stage = next((one for one in planned if reminded or one.kind == "write_off"), None)
    return DunningStage.model_validate(stage.model_dump()) if stage else None


def _given_up(position: Position) -> DunningStage | None:
    """Who bears the loss is asked at once; refused once, the stages go on."""
    if any(stage.kind == "write_off" for stage in position.facts.done):
        return _next_stage(position)
    at = start_of_day(position.on)
    return DunningStage(kind="write_off", at=at, basis="decision of finance: not collected again")


def route_ahead(position: Position, kind: StageKind) -> Route:
    """The route of a stage still to come; a court is open to everybody."""
    planned = debt_collection.plan(position.facts, position.on)
    return next((stage.route for stage in planned if stage.kind == kind and stage.route), "court")
