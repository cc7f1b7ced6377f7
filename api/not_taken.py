"""Why a process does not take a decision, as the problem that is told."""

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
