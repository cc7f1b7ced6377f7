"""Every question has answers, and every answer one outcome that the story tells in three languages."""

import pytest

from domain.questions import ANSWERS, OUTCOMES
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
