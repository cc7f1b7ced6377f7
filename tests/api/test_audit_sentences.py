"""What the audit keeps as a code is told as a sentence in three languages."""

import pytest

from api.wording.audit_sentences import did
from engine.words import LANGUAGES


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("step.replay", "decides about Wage · Ann Peeters: Try again"),
        ("step.skip.proposed", "proposes for Wage · Ann Peeters: Go on without; it takes a second person"),
        ("step.by_hand.refused", "does not agree about Wage · Ann Peeters: Done by hand"),
        ("step.a_kind_of_tomorrow", "decides about Wage · Ann Peeters: steps"),
        ("job.report.as_declared", "says that all went as declared"),
        ("job.declare_for", "declares the job for Milo Verbeke"),
        ("review.objection", "has looked again: objection"),
        ("person.changed", "changes personal data"),
        ("account.password", "chooses a new password"),
        ("batch.approve", "approves a payment file"),
        ("something.new", "acts"),
    ],
)
def test_a_code_is_a_sentence(what: str, told: str) -> None:
    assert did(what, "Wage · Ann Peeters", "Milo Verbeke", "en") == told
    for lang in LANGUAGES:
        assert what not in did(what, "Wage · Ann Peeters", "Milo Verbeke", lang)
