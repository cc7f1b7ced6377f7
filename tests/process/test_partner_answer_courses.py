"""A partner that answers later, as a step lives it: asked less and less often, and at once when told to."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.process.play import Change
from tests.process.stage import BEGINS
from tests.process.test_step_courses import BLUE, WANTED, Course

LATER = "NotYet"


@pytest.fixture
def course() -> Iterator[Course]:
    """An empty process."""
    made = Course()
    yield made
    made.stage.close()


def _asks_again(course: Course) -> timedelta:
    """Until it is asked again, when nobody says anything."""
    before = course.stage.now
    (timer,) = course.stage.timers
    course.stage.ring(timer)
    course.notes()
    return course.stage.now - before


def _declaring(course: Course) -> None:
    """A contract, signed by both, that social security has not answered about yet."""
    course.signed_by_person()
    course.done("contract.sign")
    course.refused("contract.declare", LATER)


def test_a_partners_message_wakes_the_step_at_once(course: Course) -> None:
    _declaring(course)
    waiting = course.stage.workflow.states()["contract"]
    assert (waiting.state, waiting.waiting and waiting.waiting.who) == ("waiting", "partner")
    course.stage.signal("answered", "contract")
    course.done("contract.declare")
    assert course.state("contract")[0] == "done"
    assert course.stage.now == BEGINS
    assert "step.parked contract" not in course.told


def test_a_message_that_comes_while_it_is_being_asked_is_not_lost(course: Course) -> None:
    course.signed_by_person()
    course.done("contract.sign")
    course.stage.signal("answered", "contract")  # the answer was read a moment before, and is there now
    course.refused("contract.declare", LATER)
    course.done("contract.declare")
    assert course.stage.now == BEGINS


def test_without_a_message_it_is_asked_less_and_less_often_and_a_person_is_told_when_patience_ends(
    course: Course,
) -> None:
    _declaring(course)
    pauses = [_asks_again(course)]
    course.refused("contract.declare", LATER)
    while course.problem("contract") is None:
        pauses.append(_asks_again(course))
        course.refused("contract.declare", LATER)
    minutes = [pause.total_seconds() / 60 for pause in pauses]
    assert minutes == [15, 30, 60, 120, 240]
    assert course.problem("contract") == LATER  # five looks are this verb's patience


def test_past_its_time_a_person_decides(course: Course) -> None:
    until = BEGINS + timedelta(minutes=20)
    assert course.say("change", Change(service="booking", wish=WANTED, until=until)) is None
    course.refused("booking.hold", LATER)
    _asks_again(course)
    course.refused("booking.hold", LATER)
    _asks_again(course)
    course.refused("booking.hold", LATER)
    assert course.stage.now == until
    assert course.state("booking")[0] == "missed"


def test_who_waits_for_a_partner_and_is_wanted_otherwise_starts_over_at_once(course: Course) -> None:
    course.wish("booking")
    course.refused("booking.hold", LATER)
    course.wish("booking", BLUE)
    course.done("booking.hold")
    course.done("booking.give_back")
    assert (course.state("booking"), course.stage.now) == (("held", 2), BEGINS)


def test_a_stop_ends_the_wait_and_what_may_have_been_taken_goes_back(course: Course) -> None:
    course.wish("booking")
    course.refused("booking.hold", LATER)
    course.say("stop")
    course.done("booking.give_back")
    assert course.state("booking") == ("undone", 1)


def test_a_question_about_what_is_signed_does_not_wait_for_the_declaration(course: Course) -> None:
    _declaring(course)
    course.wish("contract", BLUE)
    assert course.problem("contract") == "SignedContractChanges"
    assert course.stage.now == BEGINS


def test_what_it_did_is_asked_for_again_when_the_same_is_played_again(course: Course) -> None:
    _declaring(course)
    course.stage.signal("answered", "contract")
    course.refused("contract.declare", LATER)
    _asks_again(course)
    course.done("contract.declare")
    assert course.stage.played_again() == course.stage.asked
