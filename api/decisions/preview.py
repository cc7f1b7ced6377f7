"""What a decision would do, shown before it is taken: nothing is written and no partner is asked to do anything."""

from collections.abc import Mapping, Sequence
from typing import Any

from activities.catalog import step_of
from api.container import Container
from api.decisions import approval_policy
from api.decisions import forms as decision_forms
from api.jobs.schemas import Answered
from domain.decision_preview import DeadlineTouched, Effect, Foreseen, Outcome, StepAsked
from domain.decisions import DecisionKind, FieldChange, Rule, difference
from domain.errors import AllInclusiveError
from domain.job import Decision
from domain.orders import order_key
from domain.questions import misplaced
from storage.jobs.steps import StepRow

LOOKED = frozenset({"replay", "end", "credit"})
"""Decisions that call a verb which the partner may have answered before."""


class Preview(Answered):
    """What a decision would do; nothing was done."""

    step: str
    kind: DecisionKind
    outcome: Outcome
    """`adopt`: it exists and is taken over; `repeat`: it would be tried; `cannot`; `not_parked` any more."""
    why: str = ""
    operation: str | None
    """The verb that would be called."""
    order_key: str
    """The key it would be called with; the same key never has a second effect."""
    new_order: bool
    """Whether an edited request makes it a new order."""
    changes: dict[str, Any]
    """The edited fields, with their new values."""
    difference: list[FieldChange] = []
    """The edited fields, from what to what."""
    rule: Rule
    """`alone`, `reviewed` by another person within 24 hours, or decided by `two` persons."""
    rule_why: str
    effects: list[Effect] = []
    """Everything it would do, in its order."""
    releases: list[str] = []
    """The keys of earlier orders that are given back first."""
    then: list[str] = []
    """The verbs that come later, when their time has come."""
    deadlines: list[DeadlineTouched] = []
    """The legal deadlines it meets or touches."""
    looked: bool = False
    """Whether the partner was really asked what exists already."""
    claimed_by: str | None = None
    """Somebody else is busy with this step."""
    already: list[str]
    """What was asked of the partner before, and whether it answered."""


async def preview(home: Container, row: StepRow, taken: Decision, *, look: bool = True) -> Preview:
    """What a decision would do. With `look` the partner is asked by the order's key what exists already.

    A step that has moved on since is `not_parked`; nothing is raised for it, so that many can be counted at once.
    """
    shown = await _drawn(home, row, taken)
    if row.state != "parked" or taken.expected_attempt != row.attempt:
        why = f"{row.step} is {row.state}, at attempt {row.attempt}"
        return shown.model_copy(update={"outcome": "not_parked", "why": why})
    if wrong := misplaced(row.file, taken.kind):
        return shown.model_copy(update={"outcome": "cannot", "why": wrong[1]})
    if taken.kind not in LOOKED or shown.operation is None:
        return shown
    return await _foreseen(home, row, taken, shown, look)


async def _drawn(home: Container, row: StepRow, taken: Decision) -> Preview:
    """What the tables alone can say."""
    changes = difference(row.file.request, _becomes(row, taken))
    verb = decision_forms.next_verb(row.file)
    revision = max(row.revision, row.file.last_revision) + 1 if changes else row.revision
    rule = approval_policy.guarded(row.service, taken.kind, verb, [one.field for one in changes])
    claims = await home.claims.of_steps([(row.job_id, row.step)], home.now())
    claim = claims.get((row.job_id, row.step))
    known = [order for order in await home.orders.of_job(row.job_id) if order.step == row.step]
    operation = decision_forms.tried(row.file, taken) if taken.kind in {*LOOKED, "amend"} else None
    return Preview(
        step=row.step,
        kind=taken.kind,
        outcome="repeat",
        operation=operation,
        order_key=order_key(row.job_id, row.service, row.item, revision),
        new_order=bool(changes),
        changes={one.field: one.new for one in changes},
        difference=list(changes),
        rule=rule.rule,
        rule_why=rule.why,
        releases=_releases(row, changes, taken.request or {}) if taken.kind == "replay" else [],
        then=decision_forms.following(row.file, operation, amending=taken.kind == "amend"),
        claimed_by=claim.by if claim and claim.by != taken.by else None,
        already=[f"{order.order_key}:{order.operation} {order.state}" for order in known],
    )


def _becomes(row: StepRow, taken: Decision) -> dict[str, Any]:
    """What the request would be: edited, or amended as the moved job asks."""
    wanted = row.file.wanted if taken.kind == "amend" else taken.request
    return row.file.request if wanted is None else wanted


async def _foreseen(home: Container, row: StepRow, taken: Decision, shown: Preview, look: bool) -> Preview:
    """The same with what the service would do."""
    found, why = Foreseen(), ""
    outcome: Outcome = "repeat"
    answered = await home.orders.answered(shown.order_key, shown.operation or "")
    if look and home.foresight is not None:
        try:
            found = await home.foresight.foresee(await _planned_call(home, row, taken, shown))
            outcome, why = found.outcome, found.why
        except AllInclusiveError as error:  # the look failed, the decision may still be taken
            outcome, why = "repeat", f"what exists already could not be looked at: {error}"
    if answered is not None and not decision_forms.is_answer(row.service, row.item, shown.operation):
        outcome, why = "adopt", "its answer is known: it would only be taken over"
    deadlines = [one for one in await home.deadlines.of_job(row.job_id) if one.item in (row.item, "-")]
    touched = [DeadlineTouched(**dict(one)) for one in deadlines if one.kind in found.meets]
    return shown.model_copy(
        update={
            "outcome": outcome,
            "why": why,
            "effects": list(found.effects),
            "looked": found.looked,
            "deadlines": touched,
        }
    )


async def _planned_call(home: Container, row: StepRow, taken: Decision, shown: Preview) -> StepAsked:
    job = await home.jobs.row(row.job_id)
    given_up = [*row.file.given_up, *([row.revision] if shown.new_order else [])]
    return StepAsked(
        job_id=row.job_id,
        entity=job.entity,
        service=row.service,
        item=row.item,
        revision=row.revision + shown.new_order,
        keeps=row.file.keeps,
        replaces=order_key(row.job_id, row.service, row.item, max(given_up)) if given_up else None,
        request=taken.request or row.file.request,
        booking=row.file.booking,
        verb=shown.operation or "",
    )


def _releases(row: StepRow, changed: Sequence[FieldChange], request: Mapping[str, Any]) -> list[str]:
    """The orders an edited request leaves behind, which are given back before the new one is made."""
    step = step_of(row.service, row.item)
    if step is None or step.release is None or step.goes_on_with(row.file, request):
        return []
    revisions = sorted({*row.file.given_up, *([row.revision] if changed else [])})
    return [order_key(row.job_id, row.service, row.item, revision) for revision in revisions]
