"""A move that waits for its yes, as people read it: old beside new, whom it waits for, and until when."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from api.wording.diffs import of_line
from domain.job import JobFile, StepState
from domain.people import Language
from engine.words import say

STILL_ASKED = frozenset({"waiting", "trying", "parked"})


class ChangeTold(BaseModel):
    """One thing that a move would make different."""

    label: str
    before: str
    after: str


class PendingMove(BaseModel):
    """A move that waits; until everybody says yes, what was agreed stays in force."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    operation_id: str
    by: str
    until_at: datetime
    """Without a yes by then the plan in force stays."""
    changes: list[ChangeTold]
    waits_for: list[str]
    """`client`, `advisor`; empty when all have said yes and the new plan is just coming into force."""
    waits_for_text: list[str]
    """The same in the reader's language."""
    taken_back: bool = False
    """Somebody took it back; it is about to be gone."""


def pending_move(file: JobFile, steps: Mapping[str, StepState], lang: Language) -> PendingMove | None:
    """The move that waits; None when none does, or the job is being stopped."""
    proposal = file.proposal
    if proposal is None or file.stopping:
        return None
    asked = steps.get("agreement")
    waits = ["client"] if proposal.asks_client and asked is not None and asked.state in STILL_ASKED else []
    waits += ["advisor"] if any(one.granted is None for one in file.approvals.values()) else []
    return PendingMove(
        operation_id=proposal.operation_id,
        by=proposal.by,
        until_at=proposal.until_at,
        changes=[
            ChangeTold(label=one.label, before=one.before, after=one.after)
            for one in of_line(proposal.changes, lang, with_names=False)
        ],
        waits_for=waits,
        waits_for_text=[say(lang, f"value.who.{who}") for who in waits],
        taken_back=proposal.taken_back_by is not None,
    )
