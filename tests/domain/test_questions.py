"""Every question has answers, and every answer one outcome that the story tells in three languages."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.job import JobFile, Problem, StepState
from domain.questions import ANSWERS, OUTCOMES, answers, worked_already
from engine.words import knows, say

TOLD = {
    ("SignedContractChanges", "amend"): "amended",
    ("SignedContractChanges", "by_hand"): "amended",
    ("SignedContractChanges", "keep"): "kept",
    ("SignedContractChanges", "end"): "ended",
    ("AmendmentRefused", "amend"): "amended",
    ("AmendmentRefused", "by_hand"): "amended",
    ("AmendmentRefused", "keep"): "kept",
    ("AmendmentRefused", "end"): "ended",
    ("AmendmentUnanswered", "amend"): "amended",
    ("AmendmentUnanswered", "by_hand"): "amended",
    ("AmendmentUnanswered", "keep"): "kept",
    ("AmendmentUnanswered", "end"): "ended",
    ("SignedContract", "end"): "ended",
    ("SignedContract", "by_hand"): "ended",
    ("SignedContract", "keep"): "kept",
    ("IssuedInvoice", "credit"): "credited",
    ("IssuedInvoice", "by_hand"): "credited",
    ("IssuedInvoice", "keep"): "billed",
    ("DoneByHand", "by_hand"): "given_back",
    ("DoneByHand", "keep"): "unchanged",
    ("SignedPaperWrong", "by_hand"): "corrected",
    ("SignedPaperWrong", "keep"): "unchanged",
}


def test_every_answer_of_every_question_has_one_outcome() -> None:
    offered = {(asked, answer) for asked, answers in ANSWERS.items() for answer in answers if answer != "postpone"}
    assert {(asked, one): told for asked, found in OUTCOMES.items() for one, told in found.items()} == TOLD
    assert offered == set(TOLD)


@pytest.mark.parametrize("outcome", sorted({*TOLD.values(), "dropped"}))
def test_every_outcome_is_told_in_three_languages(outcome: str) -> None:
    key = f"story.step.settled.{outcome}"
    assert knows(key)
    assert len({say(lang, key) for lang in ("fr", "nl", "en")} - {key}) == 3


DAY_ONE, DAY_TWO = (
    ("2026-02-10T14:00:00Z", "2026-02-10T21:30:00Z"),
    ("2026-02-20T14:00:00Z", "2026-02-20T21:30:00Z"),
)


def _contract(asked: str, *signed: tuple[str, str], wanted: tuple[tuple[str, str], ...] | None = None) -> StepState:
    def days(of: Iterable[tuple[str, str]]) -> dict[str, Any]:
        return {"days": [{"starts_at": begins, "ends_at": ends, "place": "Liège"} for begins, ends in of]}

    state = StepState(service="employment_contract", item="bob", state="parked", undoing=True, request=days(signed))
    state.problem = Problem(type=asked, text=asked, since_at=datetime(2026, 2, 5, tzinfo=UTC))
    state.wanted = None if wanted is None else days(wanted)
    return state


BEFORE, WORKING, AFTER = (datetime(2026, 2, day, 18, 0, tzinfo=UTC) for day in (9, 10, 21))
CHANGES, STOPPED = "SignedContractChanges", "SignedContract"
BOTH = (DAY_ONE, DAY_TWO)


@pytest.mark.parametrize(
    ("state", "now", "refused"),
    [
        (_contract(CHANGES, *BOTH, wanted=BOTH), BEFORE, set()),
        (_contract(CHANGES, *BOTH, wanted=BOTH), WORKING, {"end"}),
        (_contract(CHANGES, *BOTH, wanted=BOTH), AFTER, {"amend", "by_hand", "end"}),
        (_contract(CHANGES, DAY_ONE, wanted=(DAY_TWO,)), WORKING, set()),
        (_contract(STOPPED, *BOTH), BEFORE, set()),
        (_contract(STOPPED, *BOTH), WORKING, {"end", "by_hand"}),
        (_contract(STOPPED, *BOTH), AFTER, {"end", "by_hand"}),
    ],
)
def test_what_is_worked_is_paid_and_no_answer_ends_it(state: StepState, now: datetime, refused: set[str]) -> None:
    """On 10 February Bob plays, whatever is asked about his contract; on days the job left nobody has worked."""
    file = JobFile(job_id="7ZK4M2Q9XA", steps={state.step: state})
    no = {kind for kind in answers(state) if worked_already(file, state, kind, now)}
    assert no == refused
    for nobody in ({"report": "did_not_happen"}, {"off_the_job": ["bob"]}):
        idle = file.model_copy(update=nobody)
        assert not [kind for kind in answers(state) if worked_already(idle, state, kind, now)]
