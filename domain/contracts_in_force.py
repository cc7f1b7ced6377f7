"""What binds each crew member now, and what a change would make of it: one place for everybody who shows it.

A moved job has its new plan at once; what somebody signed stays in force until both have signed something else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from domain.job import JobFile, StepState
from domain.orders import crew_of, order_key, step_name
from domain.plan import JobPlan
from domain.questions import same_substance
from domain.services.employment_contract import EmploymentContractRequest
from domain.services.wages import WagesRequest

CONTRACT: Final = "employment_contract"


@dataclass(frozen=True)
class Terms:
    """The contract of one crew member."""

    in_force: EmploymentContractRequest
    """What is signed; as long as nothing is, what is offered."""
    proposed: EmploymentContractRequest | None = None
    """What it would become, while people are asked about it or the amendment waits to be signed."""
    signing: bool = False
    """The proposal is with the person, to be signed; otherwise people are still asked what is to be done."""


@dataclass(frozen=True)
class Asked:
    """What the link of one order asks a person to sign."""

    terms: EmploymentContractRequest
    instead_of: EmploymentContractRequest | None = None
    """What is signed, when this would change it."""


def requests_of(state: StepState) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """What binds in a step or is asked for, and what it would become; None when nothing is to change."""
    if state.signed is not None:
        return state.signed.request, state.request
    changes = state.wanted is not None and not same_substance(state.request, state.wanted)
    return state.request, state.wanted if changes else None


def terms(file: JobFile, plan: JobPlan, item: str) -> Terms | None:
    """What binds this crew member; None when the job has no contract under this item."""
    state = file.steps.get(step_name(CONTRACT, item))
    if state is None or state.step not in file.bound:
        offered = plan.employment_contract.get(item)
        return None if offered is None else Terms(offered)
    now, then = requests_of(state)
    proposed = None if then is None else EmploymentContractRequest.model_validate(then)
    return Terms(EmploymentContractRequest.model_validate(now), proposed, signing=state.signed is not None)


def in_force(file: JobFile, plan: JobPlan) -> JobPlan:
    """The plan as it binds people: contract and pay of whoever signed are what was signed."""
    contracts: dict[str, EmploymentContractRequest] = {}
    for item, offered in plan.employment_contract.items():
        now = terms(file, plan, item)
        contracts[item] = now.in_force if now else offered
    return plan.model_copy(update={"employment_contract": contracts, "wages": _pay_in_force(file, plan)})


def _pay_in_force(file: JobFile, plan: JobPlan) -> dict[str, WagesRequest]:
    """By item every pay; of whoever signed, all of it is as signed, also when a move would pay other months."""
    signed = {item: pay for item, pay in file.signed_pay.items() if crew_of(item) in plan.wages}
    of = {crew_of(item) for item in signed}
    return {item: pay for item, pay in plan.wages.items() if crew_of(item) not in of} | signed


def proposals(file: JobFile, plan: JobPlan) -> dict[str, Terms]:
    """Whose signed contract would change, by item."""
    found = {item: terms(file, plan, item) for item in plan.employment_contract}
    return {item: one for item, one in found.items() if one is not None and one.proposed is not None}


def asked_by(state: StepState, job_id: str, key: str) -> Asked | None:
    """What the order behind a link asks for; None when the step does not keep that order any more."""
    if state.service != CONTRACT:
        return None
    kept = {revision: Asked(_offer(request)) for revision, request in state.given_up.items()}
    if state.signed is not None:
        kept[state.signed.revision] = Asked(_offer(state.signed.request))
    before = _offer(state.signed.request) if state.signed is not None else None
    kept[state.revision] = Asked(_offer(state.request), before)
    return next(
        (one for n, one in kept.items() if order_key(job_id, state.service, state.item, n) == key),
        None,
    )


def _offer(request: Mapping[str, Any]) -> EmploymentContractRequest:
    return EmploymentContractRequest.model_validate(request)
