"""A moved job: what changes, what it costs more or less, and who is asked again."""

from typing import Final, Literal

from domain.message import Message
from domain.money import ZERO, Eur
from domain.orders import split_step
from domain.plan import JobPlan
from domain.plans.orders import most_it_costs, orders_of
from domain.questions import TIMING

BINDING: Final = frozenset({"employment_contract", "wages", "expenses", "invoicing"})
"""What binds, once done, is amended by a paper both sides sign, or corrected by a person: never silently."""


class Change(Message):
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


class MoveConsequences(Message):
    """What a move changes and costs, shown before anybody decides."""

    changes: tuple[Change, ...]
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
    """The crew members whose contract changes: each signs an amendment."""
    taken_off: tuple[str, ...]
    """The crew members who are no longer on the job: termination signed by both, or the pay stays owed."""
    days_move: bool
    """The first start or the last end is another instant."""


def consequences(old_plan: JobPlan, new_plan: JobPlan) -> MoveConsequences:
    """What becomes different, step by step; an unchanged step is not named."""
    changes = _changes(old_plan, new_plan)
    contracts = [change for change in changes if split_step(change.step)[0] == "employment_contract"]
    return MoveConsequences(
        changes=changes,
        client_was_eur=_client_total(old_plan),
        client_becomes_eur=_client_total(new_plan),
        gross_was_eur=_gross(old_plan),
        gross_becomes_eur=_gross(new_plan),
        costs_were_eur=_costs(old_plan),
        costs_become_eur=_costs(new_plan),
        client_is_asked_again=_is_client_asked(old_plan, new_plan),
        asked_again=tuple(
            split_step(change.step)[1]
            for change in contracts
            if change.what == "added" or (change.what == "changed" and not change.only_timing)
        ),
        taken_off=tuple(split_step(change.step)[1] for change in contracts if change.what == "removed"),
        days_move=(old_plan.first_start_at, old_plan.last_end_at)
        != (new_plan.first_start_at, new_plan.last_end_at),
    )


def _is_client_asked(old: JobPlan, new: JobPlan) -> bool:
    return new.agreement is not None and new.agreement.asks_anew(old.agreement)


def _changes(old_plan: JobPlan, new_plan: JobPlan) -> tuple[Change, ...]:
    old, new = orders_of(old_plan), orders_of(new_plan)
    steps = [*old, *(step for step in new if step not in old)]
    return tuple(_change(step, old.get(step), new.get(step)) for step in steps if old.get(step) != new.get(step))


def _change(step: str, before: Message | None, after: Message | None) -> Change:
    what: Literal["added", "removed", "changed"] = "changed"
    if before is None or after is None:
        what = "added" if before is None else "removed"
    return Change(
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
