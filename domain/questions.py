"""Questions to people about what binds: each has its own answers, and trying again is none of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from domain.decisions import DecisionKind
from domain.job import JobFile, StepState

AMENDMENT: Final[tuple[DecisionKind, ...]] = ("amend", "by_hand", "keep", "end", "postpone")
ANSWERS: Final[Mapping[str, tuple[DecisionKind, ...]]] = {
    "SignedContractChanges": AMENDMENT,
    "AmendmentRefused": AMENDMENT,
    "AmendmentUnanswered": AMENDMENT,
    "SignedContract": ("end", "by_hand", "keep", "postpone"),
    "IssuedInvoice": ("credit", "by_hand", "keep", "postpone"),
    "DoneByHand": ("by_hand", "keep", "postpone"),
    "SignedPaperWrong": ("by_hand", "keep", "postpone"),
}
"""By the problem's type: what closes the question, the answer that takes the least by hand first.

`amend`: we draw up the amendment, and the person signs it by a link. `by_hand`: it was done outside, with proof.
`keep`: it stays as it is, and is paid or billed as it is. `end`: ended by agreement. `credit`: a credit note.
"""
AMENDED: Final = frozenset(name for name, answers in ANSWERS.items() if "amend" in answers)
"""Problems that ask whether a signed contract is amended."""
CORRECTED: Final = frozenset(name for name, answers in ANSWERS.items() if {"end", "credit"} & {*answers}) - AMENDED
"""Problems that ask whether what binds is corrected: the decision is about the verb that corrects."""
Outcome = Literal[
    "amended", "kept", "ended", "dropped", "credited", "billed", "given_back", "corrected", "unchanged"
]
"""What became of a question, told once in the story; `dropped`: it answered itself, because nothing changes."""
_AMENDED: Final[Mapping[DecisionKind, Outcome]] = {
    "amend": "amended",
    "by_hand": "amended",
    "keep": "kept",
    "end": "ended",
}
OUTCOMES: Final[Mapping[str, Mapping[DecisionKind, Outcome]]] = {
    "SignedContractChanges": _AMENDED,
    "AmendmentRefused": _AMENDED,
    "AmendmentUnanswered": _AMENDED,
    "SignedContract": {"end": "ended", "by_hand": "ended", "keep": "kept"},
    "IssuedInvoice": {"credit": "credited", "by_hand": "credited", "keep": "billed"},
    "DoneByHand": {"by_hand": "given_back", "keep": "unchanged"},
    "SignedPaperWrong": {"by_hand": "corrected", "keep": "unchanged"},
}
"""By the problem's type and the answer; postponing is no answer."""
OWN_ANSWERS: Final[frozenset[DecisionKind]] = frozenset({"amend", "keep", "end", "credit"})
"""Decisions that only ever answer a question."""


TIMING: Final = frozenset({"answer_by", "remind_at", "hold_until_at", "pay_days"})
"""Fields that follow from the others: nobody is asked again because of them."""


def same_substance(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two requests ask for the same, whenever it is answered."""
    return {name: value for name, value in one.items() if name not in TIMING} == {
        name: value for name, value in other.items() if name not in TIMING
    }


def is_question(state: StepState) -> bool:
    """Whether a parked step asks people something, and is not a step that failed."""
    asked = state.problem.type if state.state == "parked" and state.problem else ""
    return state.undoing and asked in ANSWERS


def answers(state: StepState) -> tuple[DecisionKind, ...]:
    """What may be answered; nothing when it is no question. What nothing is to become is only corrected by hand."""
    if not is_question(state) or state.problem is None:
        return ()
    possible = ANSWERS[state.problem.type]
    if possible is AMENDMENT and state.wanted is None:
        return tuple(one for one in possible if one not in ("amend", "end"))
    return possible


def worked_already(file: JobFile, state: StepState, kind: DecisionKind, now: datetime) -> tuple[str, str] | None:
    """Why a contract does not end by agreement any more: work under it has begun, and what is worked is paid.

    Then it stays as signed, or an amendment that both sign says what is left of it. Who was told not to start, and
    everybody of a job that did not happen, has not worked; nor has anybody on days that the job has left.
    """
    asked = state.problem.type if is_question(state) and state.problem else ""
    if asked not in {*AMENDED, "SignedContract"} or kind not in ("amend", "end", "by_hand"):
        return None
    if file.report == "did_not_happen" or state.item in file.off_the_job:
        return None
    signed = _days(state.signed.request if state.signed else state.request)
    wanted = signed if state.wanted is None else _days(state.wanted)
    worked = [
        one for one in signed if one[0] <= now and any(one[0] < end and start < one[1] for start, end in wanted)
    ]
    ends = kind == "end" or asked == "SignedContract"
    over = bool(worked) and max(end for _, end in signed) <= now
    if not worked or not (ends or over):
        return None
    return "WorkHasBegun", (
        f"work under {state.step} began on {min(worked)[0]:%d-%m-%Y}: it stays as signed and is paid; while days "
        "of it lie ahead, an amendment that both sign may say what is left"
    )


def _days(request: Mapping[str, Any]) -> list[tuple[datetime, datetime]]:
    days = request.get("days", ())
    return [tuple(datetime.fromisoformat(str(day[name])) for name in ("starts_at", "ends_at")) for day in days]  # type: ignore[misc]


def misplaced(state: StepState, kind: DecisionKind) -> tuple[str, str] | None:
    """Why this kind of decision does not fit: the name of the flaw, and a sentence. None when it fits."""
    possible = answers(state)
    if possible and kind not in possible:
        named = ", ".join(_NAMES[one] for one in possible)
        return "QuestionNeedsAnswer", f"{state.step} asks a question, it did not fail: it is answered by {named}"
    if not possible and kind in OWN_ANSWERS:
        return "NoQuestion", f"{state.step} asks no question: {_NAMES[kind]} is no decision about it"
    return None


_NAMES: Final[Mapping[DecisionKind, str]] = {
    "amend": "amend (we draw up the amendment, the person signs it by a link)",
    "by_hand": "complete (it was done by hand, here is the signed paper)",
    "keep": "keep (it stays as it is, and is paid or billed as it is)",
    "end": "end (ended by agreement)",
    "credit": "credit (a credit note)",
    "postpone": "postpone (decided later)",
}
