"""What a decision about a step brings with it, and the message it becomes."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from api.decisions import forms as decision_forms
from api.errors import FieldProblem, Wrong
from api.security.permissions import Asker
from domain.decisions import DecisionKind
from domain.flaw_kinds import misfit
from domain.job import Decision
from storage.jobs.steps import StepRow
from storage.security.audit import hash_of

Kind = DecisionKind
MADE_HERE = re.compile(r"^[a-z]-[0-9a-f]{32}$")
"""How the ids look that are made from what is decided (`api.auditing.operation`): nobody takes one in advance, or
the decision it belongs to would count as taken already."""
Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


class Given(BaseModel):
    """A decision, and why."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"reason": "The railway is back", "expected_attempt": 1}]},
    )

    reason: Reason
    expected_attempt: Annotated[int, Field(ge=0, le=10_000)]
    """The attempt you have seen; 409 when the step has moved on since."""
    operation_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")] | None = None
    """Sent again with the same id it is the same decision; left out, it is made from what is decided."""


class ReplayGiven(Given):
    """Try again, with the request as it is or corrected."""

    request: dict[str, Any] | None = None
    """The corrected request; only its editable fields may differ."""


class CompleteGiven(Given):
    """Done by hand."""

    evidence: Annotated[str, Field(min_length=1, max_length=200)]
    """The name of the paper that proves it, as it was uploaded to the step's `evidence`."""
    reference: Annotated[str, Field(max_length=200)] | None = None
    """A number of the partner's or an administration's under which it can be found."""
    result: dict[str, Any] | None = None
    """What was done, in the form of the step's booking; what is left out stays as it is known."""


class PostponeGiven(Given):
    """Decide later."""

    until_at: AwareDatetime | None = None
    """When the step is tried again by itself."""
    until: Literal["partner"] | None = None
    """`partner`: as soon as the partner it waits for answers again; at the latest at `until_at`."""

    @model_validator(mode="after")
    def _until_when(self) -> Self:
        if self.until_at is None and self.until is None:
            raise misfit("until_when", "until_at", "say until when: until_at, or until: partner")
        return self


class AnswerGiven(Given):
    """The answer to a question about what binds."""

    answer: Literal["amend", "keep", "end", "credit"]
    """`amend`: we draw up the amendment and the person signs it by a link. `keep`: it stays as signed, issued or
    done, and is paid or billed so. `end`: ended by agreement. `credit`: a credit note. What was done by hand goes
    to `complete`, with its proof."""


def decision(kind: Kind, row: StepRow, given: Given, asker: Asker) -> Decision:
    """The message for the process; the same content has the same operation id."""
    content = given.model_dump(mode="json", exclude={"operation_id"})
    seed = hash_of({"job": row.job_id, "step": row.step, "kind": kind, "by": asker.person_id, **content})
    own = f"d-{seed[:32]}"
    if given.operation_id and MADE_HERE.match(given.operation_id) and given.operation_id != own:
        raise Wrong("key-reused", f"{given.operation_id} has the form of an id made here: choose another one")
    return Decision(
        operation_id=given.operation_id or own,
        content_hash=seed,
        step=row.step,
        kind=kind,
        expected_attempt=given.expected_attempt,
        by=asker.person_id,
        role=asker.role,
        reason=given.reason.strip(),
        request=_signed_for(getattr(given, "request", None), row, asker),
        result=_result(row, given),
        evidence=getattr(given, "evidence", None),
        reference=getattr(given, "reference", None),
        until_at=getattr(given, "until_at", None),
        until_partner=_partner(row) if getattr(given, "until", None) else None,
    )


def _signed_for(request: dict[str, Any] | None, row: StepRow, asker: Asker) -> dict[str, Any] | None:
    """Who lifts a limit is who decides, whatever name the form brings."""
    lifted = request and request.get("approved_by")
    if not request or not lifted or lifted == row.file.request.get("approved_by"):
        return request
    return {**request, "approved_by": asker.person_id}


def _result(row: StepRow, given: Given) -> dict[str, Any] | None:
    """The typed result; what the step itself offers where nothing else is said."""
    typed: dict[str, Any] | None = getattr(given, "result", None)
    if not isinstance(given, CompleteGiven):
        return typed
    if row.file.undoing and (offered := decision_forms.drafted(row.file)):
        return offered | (typed or {})
    if typed is not None or row.file.booking is not None:
        return typed
    return decision_forms.drafted(row.file)


def _partner(row: StepRow) -> str:
    if row.partner is None:
        raise Wrong("invalid", errors=[FieldProblem(where="body.until", why="no partner is named in its problem")])
    return row.partner
