"""A moved job: what changes, what it costs more or less, and who is asked again."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Literal

from domain.job import JobFile
from domain.message import Message
from domain.money import ZERO, Eur
from domain.orders import split_step, step_name
from domain.plan import JobPlan
from domain.plans.orders import most_it_costs, orders_of
from domain.questions import TIMING

BINDING: Final = frozenset({"employment_contract", "wages", "expenses", "invoicing"})
"""What binds, once done, is amended by a paper both sides sign, or corrected by a person: never silently."""


class StepChange(Message):
    """One step that is added, taken away or changed."""

    step: str
    what: Literal["added", "removed", "changed"]
    fields: tuple[str, ...] = ()
    """What changes in the request."""
    was_eur: Eur
    becomes_eur: Eur
    """What the step may cost at most: its ceiling, its gross, its expenses."""
    binding: bool
    """Once done, only a person's decision or a signed amendment changes it."""

    @property
    def only_timing(self) -> bool:
        """Whether nothing changes but reminders and deadlines."""
        return self.what == "changed" and set(self.fields) <= TIMING


class Leaving(Message):
    """Somebody who is no longer on the crew."""

    item: str
    name: str = ""
    contract: Literal["none", "offered", "signed", "declared"]
    """How far the contract is: an offer is withdrawn; what is signed ends by agreement, or is paid as signed."""
    gross_eur: Eur
    """What stays owed when a signed contract does not end by agreement."""


class Coming(Message):
    """Somebody who was not on the crew: offered a contract, signs it, and is declared before it begins."""

    item: str
    name: str = ""
    contract: Literal["offer", "covered", "signed"] = "offer"
    """`covered`: under contract with the entity on those days, so an assignment note; `signed`: comes back to a
    contract that still stands."""
    by_at: datetime
    """Signed and declared to social security by then: the first start of this person."""
    gross_eur: Eur


class MoveConsequences(Message):
    """What a move changes and costs, shown before anybody decides."""

    changes: tuple[StepChange, ...]
    client_was_eur: Eur
    client_becomes_eur: Eur
    """What the client pays with VAT."""
    gross_was_eur: Eur
    gross_becomes_eur: Eur
    costs_were_eur: Eur
    costs_become_eur: Eur
    """Services and expenses, at most."""
    client_is_asked_again: bool
    asked_again: tuple[str, ...]
    """The crew members whose signed contract changes: each signs an amendment."""
    offered_again: tuple[str, ...] = ()
    """The crew members who have not signed yet: each gets a new offer in the place of the earlier one."""
    taken_off: tuple[str, ...]
    """The crew members who are no longer on the job."""
    leaving: tuple[Leaving, ...] = ()
    """The same people with what becomes of their contract."""
    coming: tuple[Coming, ...] = ()
    """The crew members who were not on the job before."""
    people: tuple[str, ...] = ()
    """Who leaves and who comes, in sentences of the reader's language."""
    adviser_because: tuple[str, ...] = ()
    """Why the member's adviser makes this move, in sentences of the reader's language; empty when nobody must."""
    overlaps: tuple[str, ...] = ()
    """Who works on another job at the same hours, in sentences of the reader's language."""
    days_move: bool
    """The first start or the last end is another instant."""


def consequences(old_plan: JobPlan, new_plan: JobPlan, file: JobFile | None = None) -> MoveConsequences:
    """What becomes different, step by step; an unchanged step is not named.

    `file` says who has signed; without it everybody counts as signed who has a contract in the old plan.
    """
    changes = _changes(old_plan, new_plan)
    contracts = [change for change in changes if split_step(change.step)[0] == "employment_contract"]
    other = [split_step(one.step)[1] for one in contracts if one.what == "changed" and not one.only_timing]
    signed = {item for item in other if _stands(file, item) in ("signed", "declared")}
    return MoveConsequences(
        changes=changes,
        client_was_eur=_client_total(old_plan),
        client_becomes_eur=_client_total(new_plan),
        gross_was_eur=_gross(old_plan),
        gross_becomes_eur=_gross(new_plan),
        costs_were_eur=_costs(old_plan),
        costs_become_eur=_costs(new_plan),
        client_is_asked_again=_is_client_asked(old_plan, new_plan),
        asked_again=tuple(item for item in other if item in signed),
        offered_again=tuple(item for item in other if item not in signed),
        taken_off=tuple(split_step(change.step)[1] for change in contracts if change.what == "removed"),
        leaving=tuple(_leaving(old_plan, new_plan, file)),
        coming=tuple(_coming(old_plan, new_plan, file)),
        days_move=(old_plan.first_start_at, old_plan.last_end_at)
        != (new_plan.first_start_at, new_plan.last_end_at),
    )


def _leaving(old: JobPlan, new: JobPlan, file: JobFile | None) -> Iterator[Leaving]:
    for item, contract in old.employment_contract.items():
        if item not in new.employment_contract:
            yield Leaving(item=item, contract=_stands(file, item), gross_eur=contract.gross_eur)


def _coming(old: JobPlan, new: JobPlan, file: JobFile | None) -> Iterator[Coming]:
    for item, contract in new.employment_contract.items():
        if item in old.employment_contract:
            continue
        standing = file is not None and step_name("employment_contract", item) in file.bound
        covered = contract.status == "standing_contract"
        yield Coming(
            item=item,
            contract="signed" if standing else "covered" if covered else "offer",
            by_at=contract.starts_at,
            gross_eur=contract.gross_eur,
        )


def _stands(file: JobFile | None, item: str) -> Literal["none", "offered", "signed", "declared"]:
    """How far somebody's contract is."""
    if file is None:
        return "signed"
    step = step_name("employment_contract", item)
    state = file.steps.get(step)
    if state is None:
        return "none"
    if step not in file.bound:
        return "offered" if state.booking else "none"
    binding = (state.signed.booking if state.signed else state.booking) or {}
    return "declared" if binding.get("dimona_result") in ("A", "W") else "signed"


def _is_client_asked(old: JobPlan, new: JobPlan) -> bool:
    return new.agreement is not None and new.agreement.asks_anew(old.agreement)


def _changes(old_plan: JobPlan, new_plan: JobPlan) -> tuple[StepChange, ...]:
    old, new = orders_of(old_plan), orders_of(new_plan)
    steps = [*old, *(step for step in new if step not in old)]
    return tuple(_change(step, old.get(step), new.get(step)) for step in steps if old.get(step) != new.get(step))


def _change(step: str, before: Message | None, after: Message | None) -> StepChange:
    what: Literal["added", "removed", "changed"] = "changed"
    if before is None or after is None:
        what = "added" if before is None else "removed"
    return StepChange(
        step=step,
        what=what,
        fields=_fields(before, after),
        was_eur=most_it_costs(before),
        becomes_eur=most_it_costs(after),
        binding=split_step(step)[0] in BINDING,
    )


def _fields(before: Message | None, after: Message | None) -> tuple[str, ...]:
    if before is None or after is None:
        return ()
    return tuple(name for name in type(after).model_fields if getattr(before, name) != getattr(after, name))


def _client_total(plan: JobPlan) -> Eur:
    """What the client pays: a balance shows the whole price, so the deposit is not counted beside it."""
    return sum((request.total_eur for request in plan.invoicing.values() if request.ends_the_schedule), ZERO)


def _gross(plan: JobPlan) -> Eur:
    return sum((contract.gross_eur for contract in plan.employment_contract.values()), ZERO)


def _costs(plan: JobPlan) -> Eur:
    paid_to_people = ("employment_contract", "wages")
    found = orders_of(plan).items()
    return sum((most_it_costs(one) for step, one in found if split_step(step)[0] not in paid_to_people), ZERO)
