"""What can be done about a "no" from outside, in the words of the one whose job it is.

A client who wants another day is an answer to be accepted or not, no step to be replayed: most ways lead to
changing or stopping the job, the others to one decision about the step.
"""

from collections.abc import Mapping
from typing import Final

from api.decisions import forms as decision_forms
from api.security.permissions import Asker, Doing
from domain.job import StepState
from domain.people import Language
from engine.words import say

MOVE: Final = "move"
WITHDRAW: Final = "withdraw"
WAYS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "ClientAsksForChanges": (("accept", MOVE), ("other", MOVE), ("again", "replay"), ("leave", WITHDRAW)),
    "ClientRefused": (("other", MOVE), ("again", "replay"), ("leave", WITHDRAW)),
    "NoAnswerFromClient": (("again", "replay"), ("elsewhere", "by_hand"), ("leave", WITHDRAW)),
    "PersonRefused": (("replace", MOVE), ("without", MOVE), ("again", "replay")),
    "NoVanLeft": (("edit", "replay"), ("myself", "by_hand"), ("without", "skip")),
    "NoRoomLeft": (("edit", "replay"), ("myself", "by_hand"), ("without", "skip")),
    "NoTrainInTime": (("edit", "replay"), ("myself", "by_hand"), ("without", "skip")),
    "EquipmentNotAvailable": (("edit", "replay"), ("myself", "by_hand"), ("without", "skip")),
}
"""By the problem's type: what it is called, and where it leads: a change of the job, or a decision on the step."""
OF_THE_JOB: Final[Mapping[str, Doing]] = {MOVE: "move", WITHDRAW: "withdraw"}
"""What leads to a page of the whole job, and which role's right it asks for."""


def ways(job_id: str, state: StepState, asker: Asker, lang: Language) -> list[tuple[str, str, str]]:
    """The ways out of a parked step: label, what follows, and where it is done. Only what this person may do."""
    problem = state.problem
    if problem is None or state.state != "parked":
        return []
    never = decision_forms.not_offered(state)
    found = []
    for name, leads in WAYS.get(problem.type, ()):
        if leads in never or (leads in OF_THE_JOB and not asker.may(OF_THE_JOB[leads])):
            continue
        words = f"way.{problem.type}.{name}" if name != "edit" else "way.edit"
        if leads == "by_hand" and asker.audience == "member":  # a member vouches for nothing
            found.append((say(lang, words), say(lang, "way.by_adviser.about"), f"/jobs/{job_id}#talk"))
            continue
        there = leads if leads in OF_THE_JOB else f"steps/{state.step}?do={leads}#what"
        found.append((say(lang, words), say(lang, f"{words}.about"), f"/jobs/{job_id}/{there}"))
    return found
