"""What the story says when a step waits for a person, and of what the person decides."""

from typing import Any

from activities.step import Step
from domain.decisions import difference, one_line, redacted
from domain.job import Decision, Problem, StepState
from workflows.projection import Projection


def tell_decided(notebook: Projection, step: Step[Any, Any], state: StepState, decision: Decision) -> None:
    """Who decided what and why, and what was edited, in the story."""
    changes = redacted(difference(state.request, decision.request or state.request), step.private)
    more = {
        "operation": decision.operation_id,
        "attempt": str(state.attempt),
        "changes": one_line(changes),
        "second": decision.confirmed_by,
        "evidence": decision.evidence,
        "reference": decision.reference,
        "until": decision.until_at.isoformat() if decision.until_at else None,
        "partner": decision.until_partner,
    }
    notebook.tell(
        f"step.decided.{decision.kind}",
        step=state.step,
        by=decision.by,
        reason=decision.reason,
        **{name: value for name, value in more.items() if value},
    )


def tell_parked(notebook: Projection, state: StepState, problem: Problem) -> None:
    """A step waits for a person; when it asks about a move that waits, the story knows about which."""
    waits, asked = notebook.file.proposal, state.request.get("move")
    about = {"move": waits.operation_id} if waits is not None and waits.operation_id == asked else {}
    notebook.tell("step.parked", step=state.step, problem=problem.type, **problem.params, **about)
