"""A job that is withdrawn: what is given back for nothing, what stays owed, and what a person must decide."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from domain.figures import Figure
from domain.job import JobFile, StepState
from domain.message import Message
from domain.money import ZERO, Eur
from domain.orders import split_step
from domain.plan import JobPlan
from domain.plans.cancellation import client_owes
from domain.plans.orders import BOUGHT, most_it_costs, orders_of
from domain.rules.cancellation import Withdrawn, owed_to_person

Outcome = Literal["nothing", "released", "given_back", "terminate_or_owed", "credit_note", "stays", "claimed"]
"""Never taken; let go without cost; given back, perhaps at a price; a person decides; corrected by a credit note;
stays as it is; claimed on the cancellation cover."""
CLAIM: Final = "insurance:cancellation-claim"

NOT_TAKEN: Final = frozenset({"waiting", "missed", "skipped", "undone", "failed", "superseded"})


class StopEffect(Message):
    """What a withdrawal does to one step."""

    step: str
    outcome: Outcome
    at_most_eur: Eur = ZERO
    """What it may still cost."""
    why: str
    source: str = ""


class WithdrawalConsequences(Message):
    """What stopping the job means today."""

    on: date
    effects: tuple[StopEffect, ...]
    client_owes: Figure | None
    """When the client cancels an agreed order: by the agreed table, outside VAT, by debit note."""
    total: Withdrawn
    free: bool
    """Nobody is bound yet: everything is let go and nothing is owed."""

    @property
    def decisions(self) -> tuple[str, ...]:
        """The steps a person must decide about: nothing that binds is undone by itself."""
        return tuple(effect.step for effect in self.effects if effect.outcome == "terminate_or_owed")


def withdrawal_consequences(
    plan: JobPlan,
    job_file: JobFile,
    on: date,
    *,
    cancelled_by_client: bool = False,
) -> WithdrawalConsequences:
    """What is let go, what stays owed and what the client owes, were the job withdrawn on this day."""
    effects = tuple(
        _effect(step, most_it_costs(request), job_file.steps.get(step)) for step, request in orders_of(plan).items()
    )
    effects += tuple(_claims(plan, job_file))
    owed = client_owes(plan, job_file, on) if cancelled_by_client else None
    people = sum((effect.at_most_eur for effect in effects if effect.outcome == "terminate_or_owed"), ZERO)
    return WithdrawalConsequences(
        on=on,
        effects=effects,
        client_owes=owed,
        total=Withdrawn(client_eur=owed.amount_eur if owed else ZERO, people_eur=people),
        free=owed is None and all(effect.outcome in ("nothing", "released") for effect in effects),
    )


def _effect(step: str, cost: Decimal, state: StepState | None) -> StopEffect:
    service = split_step(step)[0]
    if state is None or state.state in NOT_TAKEN:
        return StopEffect(step=step, outcome="nothing", why="not taken")
    if service == "employment_contract" and _is_signed(state):
        owed = owed_to_person(cost, None)
        why = "signed by both: termination by agreement of both, or the pay stays owed"
        return StopEffect(
            step=step, outcome="terminate_or_owed", at_most_eur=owed.amount_eur, why=why, source=owed.source
        )
    if state.state != "done":
        return StopEffect(step=step, outcome="released", why="only held: nobody is bound")
    return _of_done(step, service, cost)


def _claims(plan: JobPlan, job_file: JobFile) -> Iterator[StopEffect]:
    """A bound cancellation cover is not given back: a claim is made on it."""
    cover = job_file.steps.get("insurance")
    if plan.claim_terms is None or cover is None or cover.state != "done":
        return
    if "cancellation" in cover.request.get("covers", ()):
        why = (
            f"declared to the insurer within {plan.claim_terms.declare_within_days} days; until it decides the "
            "guarantee fund carries the costs, and what it does not pay gets a named bearer"
        )
        yield StopEffect(step=CLAIM, outcome="claimed", why=why, source=plan.claim_terms.source)


def _is_signed(state: StepState) -> bool:
    """Whether the cooperative has signed: the point of no return."""
    booking = state.booking or {}
    return state.state == "done" or state.signed is not None or bool(booking.get("cooperative_signed_at"))


def _of_done(step: str, service: str, cost: Decimal) -> StopEffect:
    if service in BOUGHT:
        why = "given back; the partner may keep a part, at most its price"
        return StopEffect(step=step, outcome="given_back", at_most_eur=cost, why=why)
    if service == "invoicing":
        source = "VAT code art. 53 § 2: an invoice is only corrected by a document that names it"
        return StopEffect(
            step=step, outcome="credit_note", why="invoiced: a credit note corrects it", source=source
        )
    if service == "prefinancing":
        return StopEffect(step=step, outcome="released", why="what is reserved and not posted is given back")
    return StopEffect(step=step, outcome="stays", why="done: it stays as it is")
