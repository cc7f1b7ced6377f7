"""Our own infrastructure in trouble, as a step lives it: tried again with growing pauses, and nobody is asked."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.process.play import Change
from tests.process.stage import BEGINS
from tests.process.test_step_courses import BLUE, WANTED, Course

DOWN = "InfrastructureDown"


@pytest.fixture
def course() -> Iterator[Course]:
    """An empty process."""
    made = Course()
    yield made
    made.stage.close()


def _down(course: Course, verb: str) -> float:
    """It fails for a reason of our own; the seconds until it is tried again."""
    before = course.stage.now
    course.refused(verb, DOWN)
    (timer,) = course.stage.timers
    course.stage.ring(timer)
    course.notes()
    return (course.stage.now - before).total_seconds()


def test_a_database_away_for_an_hour_parks_nothing_and_is_asked_less_and_less_often(course: Course) -> None:
    course.wish("booking")
    pauses = [_down(course, "booking.hold") for _ in range(16)]
    for expected, pause in zip((5, 10, 20, 40, 80, 160, 300, 300), pauses, strict=False):
        assert expected / 2 <= pause <= expected
    assert sum(pauses) > 1800
    assert course.state("booking") == ("trying", 1)
    assert course.stage.workflow.states()["booking"].held_up_since_at == BEGINS
    course.done("booking.hold")
    assert course.state("booking") == ("held", 1)
    assert course.stage.workflow.states()["booking"].held_up_since_at is None
    assert course.told == ["step.held_up booking"]
    assert course.stage.workflow.states()["booking"].attempt == 1


def test_what_is_repaired_within_a_minute_is_no_line_in_the_story(course: Course) -> None:
    course.wish("booking")
    _down(course, "booking.hold")
    _down(course, "booking.hold")
    course.done("booking.hold")
    assert course.told == []


def test_a_partners_no_after_our_own_trouble_parks_as_ever(course: Course) -> None:
    course.wish("booking")
    _down(course, "booking.hold")
    course.refused("booking.hold")
    assert course.problem("booking") == "NoneLeft"
    assert course.stage.workflow.states()["booking"].held_up_since_at is None


def test_it_is_put_to_a_person_when_its_time_is_up_and_not_before(course: Course) -> None:
    until = BEGINS + timedelta(minutes=2)
    assert course.say("change", Change(service="asking", wish=WANTED, until=until)) is None
    while course.stage.now < until:
        _down(course, "asking.ask")
    course.refused("asking.ask", DOWN)
    assert course.stage.now == until
    assert course.told[0] == "step.held_up asking"
    assert course.state("asking")[0] == "missed"


def test_who_waits_for_the_database_and_is_wanted_otherwise_starts_over_at_once(course: Course) -> None:
    course.wish("booking")
    course.refused("booking.hold", DOWN)
    course.wish("booking", BLUE)
    course.done("booking.hold")
    course.done("booking.give_back")
    assert course.state("booking") == ("held", 2)
    assert course.stage.now == BEGINS


def test_a_stop_ends_the_wait_at_once_and_what_may_have_been_taken_goes_back(course: Course) -> None:
    course.wish("booking")
    course.refused("booking.hold", DOWN)
    course.say("stop")
    assert _down(course, "booking.give_back") <= 5
    course.done("booking.give_back")
    assert course.state("booking") == ("undone", 1)
    assert course.stage.ended


def test_an_answer_that_cannot_be_read_is_read_when_the_database_is_back(course: Course) -> None:
    course.wish("asking")
    course.done("asking.ask")
    course.stage.signal("answered", "asking")
    course.refused("asking.accept", DOWN)
    earliest = min(course.stage.timers, key=course.stage.timers.__getitem__)
    course.stage.ring(earliest)
    course.notes()
    course.done("asking.accept")
    assert course.state("asking") == ("done", 1)
    assert course.told == []


def test_a_reminder_is_sent_when_the_database_is_back(course: Course) -> None:
    remind = WANTED.model_copy(update={"remind_at": (BEGINS + timedelta(days=1),)})
    course.wish("asking", remind)
    course.done("asking.ask")
    (timer,) = course.stage.timers
    course.stage.ring(timer)
    course.refused("asking.accept", "NotYet")
    course.refused("asking.remind", DOWN)
    course.stage.ring(min(course.stage.timers, key=course.stage.timers.__getitem__))
    course.notes()
    course.done("asking.remind")
    assert course.told == ["step.reminded asking"]


def test_a_worker_that_dies_over_and_over_asks_nobody_and_our_own_tables_out_of_time_neither(
    course: Course,
) -> None:
    course.wish("booking")
    course.stage.lose(course.next("booking.hold"), "heartbeat")
    course.stage.ring(*course.stage.timers)
    course.notes()
    course.done("booking.hold")
    course.wish("asking")
    course.done("asking.ask")
    course.stage.signal("answered", "asking")
    course.lost("asking.accept")
    course.stage.ring(min(course.stage.timers, key=course.stage.timers.__getitem__))
    course.notes()
    course.done("asking.accept")
    assert (course.state("booking"), course.state("asking")) == (("held", 1), ("done", 1))


def test_a_partner_that_never_answers_in_time_is_still_told_to_a_person(course: Course) -> None:
    course.wish("booking")
    course.lost("booking.hold")
    assert course.problem("booking") == "NoAnswerInTime"


def test_what_it_did_is_asked_for_again_when_the_same_is_played_again(course: Course) -> None:
    course.wish("booking")
    for _ in range(3):
        _down(course, "booking.hold")
    course.done("booking.hold")
    assert course.stage.played_again() == course.stage.asked
