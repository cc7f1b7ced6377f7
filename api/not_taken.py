"""Why a process does not take a decision, as the problem that is told."""

import re
from collections.abc import Mapping

NOT_TAKEN: Mapping[str, str] = {
    "UnknownStep": "not-found",
    "UnknownApproval": "not-found",
    "NotParked": "not-parked",
    "StaleAttempt": "stale",
    "SomeoneElseDecides": "someone-else-decides",
    "AlreadyAnswered": "already-answered",
    "ReasonMissing": "invalid",
    "EvidenceMissing": "evidence-missing",
    "NeverSkipped": "never-skipped",
    "NeverGivenUp": "invalid",
    "StillOwed": "invalid",
    "WrongForThisJob": "invalid",
    "QuestionNeedsAnswer": "question-needs-answer",
    "WorkHasBegun": "work-has-begun",
    "NoQuestion": "question-needs-answer",
    "SignedPaper": "signed-paper",
    "HeldElsewhere": "held-elsewhere",
    "ResultIncomplete": "invalid",
    "DateMissing": "invalid",
    "NotEditable": "invalid",
    "WrongForm": "invalid",
    "AnotherPerson": "person-unclear",
    "ApprovalNeeded": "adviser-makes-move",
    "AgainstTheDeposit": "against-deposit",
}
"""Why a process does not take a decision, as a problem; anything else is not possible now."""
FIELD_NAMED = frozenset({"WrongForThisJob", "WrongForm"})
"""The reasons that begin with the field they are about."""
NAMED = re.compile(r"([a-z][a-z_.0-9]*(?:, [a-z][a-z_.0-9]*)*): (.+)", re.S)
"""How a flaw begins that is about fields: their names, then why."""


def named_fields(text: str) -> list[tuple[str, str]]:
    """The fields a flaw begins with, each with why; nothing when it is about no field."""
    found = NAMED.fullmatch(text)
    return [(name, found[2]) for name in found[1].split(", ")] if found else []
