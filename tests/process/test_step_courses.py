"""Courses that the machine of every course found, each as it was found: short, and with what must come of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from domain.job import Decision, Remembered
from tests.process.play import Change, Got, Order, Play, PlayInput, Wish
from tests.process.stage import BEGINS, Errand, Stage, TaskFailed
from workflows.revising import Revising

WANTED = Wish(colour="red", answer_by=BEGINS + timedelta(days=5))
BLUE = WANTED.model_copy(update={"colour": "blue"})


class Course:
    """A process in a test's hand."""

    def __init__(self) -> None:
        self.stage = Stage(Play, PlayInput(job_id="J"))
        self.tried: list[str] = []
        self.told: list[str] = []

    def say(self, name: str, *arguments: Any) -> str | None:
        """An update, and the tables are told."""
        why = self.stage.say(name, *arguments)
        self.notes()
        return why

    def wish(self, service: str, wish: Wish | None = WANTED) -> None:
        """A service is wanted, otherwise, or not at all."""
        assert self.say("change", Change(service=service, wish=wish)) is None

    def decide(self, step: str, kind: str, attempt: int = 1, **more: Any) -> str | None:
        """A person decides."""
        told = {"operation_id": "1", "step": step, "kind": kind, "expected_attempt": attempt}
        said = told | {"by": "olga", "role": "ops", "reason": "because"} | more
        return self.say("decide", Decision.model_validate(said))

    def notes(self) -> None:
        """The tables are told."""
        while notes := [each for each in self.stage.errands.values() if each.kind == "remember"]:
            told: Remembered = notes[0].argument(Remembered)
            self.told += [f"{each.kind} {each.step}" for each in told.news]
            self.stage.answer(notes[0])

    def next(self, verb: str) -> Errand:
        """What is tried now; AssertionError when it is something else."""
        (errand,) = self.stage.errands.values()
        order = errand.argument(Order)
        self.tried.append(f"{errand.kind} {order.revision}")
        assert errand.kind == verb
        return errand

    def redo(self, step: str, attempt: int = 1) -> str | None:
        """A person finds that what is done is wrong."""
        told = {"operation_id": "2", "step": step, "kind": "replay", "expected_attempt": attempt}
        why = {"by": "olga", "role": "ops", "reason": "a wrong name"}
        return self.say("redo", Decision.model_validate(told | why))

    def signed_by_person(self) -> None:
        """A contract: offered, signed by the person, and the cooperative is to sign."""
        self.wish("contract")
        self.done("contract.offer")
        self.stage.signal("answered", "contract")
        self.done("contract.signs")
        self.say("go")

    def signed(self, upto: str = "contract.declare") -> None:
        """A contract: offered, signed by the person and by the cooperative, declared."""
        self.signed_by_person()
        self.done("contract.sign")
        if upto == "contract.declare":
            self.done(upto)

    def done(self, verb: str) -> None:
        """It succeeds."""
        self.stage.answer(self.next(verb), Got(thing="it"))
        self.notes()

    def refused(self, verb: str, why: str = "NoneLeft") -> None:
        """It is refused."""
        self.stage.refuse(self.next(verb), why)
        self.notes()

    def lost(self, verb: str) -> None:
        """Perhaps it happened; nobody here knows."""
        self.stage.lose(self.next(verb))
        self.notes()

    def problem(self, step: str) -> str | None:
        """What a parked step asks."""
        problem = self.stage.workflow.states()[step].problem
        return problem.type if problem else None

    def state(self, step: str) -> tuple[str, int]:
        """A step's state and revision."""
        found = self.stage.workflow.states()[step]
        return found.state, found.revision


@pytest.fixture
def course() -> Iterator[Course]:
    """An empty process."""
    made = Course()
    yield made
    made.stage.close()


def test_a_parked_step_that_is_wanted_otherwise_starts_over_and_asks_nobody_again(course: Course) -> None:
    course.wish("booking")
    course.refused("booking.hold")
    course.wish("booking", BLUE)
    course.done("booking.hold")
    course.done("booking.give_back")
    assert course.state("booking") == ("held", 2)
    assert course.told == ["step.parked booking", "step.changed booking"]
    assert course.decide("booking", "replay") == "NotParked"


def test_a_mistake_that_goes_in_circles_fails_in_words_and_does_not_hang(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version of November 2026 took the wish up only after the wait that the wish itself interrupts."""

    def never(self: Revising, state: object) -> None:
        return None

    monkeypatch.setattr(Revising, "_take_up", never)
    course.wish("booking")
    course.refused("booking.hold")
    with pytest.raises(TaskFailed, match=r"rounds without anything new; wishes and nudges: booking"):
        course.wish("booking", BLUE)


def test_done_by_hand_instead_gives_back_what_the_earlier_request_took(course: Course) -> None:
    course.wish("booking")
    course.done("booking.hold")
    course.wish("booking", BLUE)
    course.refused("booking.hold")
    assert course.decide("booking", "by_hand", evidence="letter.pdf", result={"thing": "lent"}) is None
    course.done("booking.give_back")
    assert course.tried[-1] == "booking.give_back 1"
    assert course.state("booking") == ("done", 2)


def test_who_sees_to_an_old_order_by_hand_has_not_bought_the_new_one(course: Course) -> None:
    course.wish("booking")
    course.done("booking.hold")
    course.say("go")
    course.done("booking.pay")
    course.done("booking.buy")
    course.wish("booking", BLUE)
    course.done("booking.hold")
    course.refused("booking.give_back")
    assert course.decide("booking", "by_hand", evidence="they confirmed on the telephone.pdf") is None
    course.done("booking.pay")
    course.done("booking.buy")
    assert course.tried[-1] == "booking.buy 2"
    assert course.state("booking") == ("done", 2)


def test_what_was_done_by_hand_may_still_have_been_taken_by_a_lost_answer(course: Course) -> None:
    course.wish("booking")
    course.stage.lose(course.next("booking.hold"))
    course.notes()
    course.decide("booking", "by_hand", evidence="letter.pdf", result={"thing": "lent"})
    course.say("stop")
    assert course.decide("booking", "replay", attempt=2) is None
    course.done("booking.give_back")
    assert course.state("booking") == ("undone", 1)


def test_stopping_twice_does_not_stop_what_is_being_given_back(course: Course) -> None:
    course.wish("booking")
    course.done("booking.hold")
    course.say("stop")
    course.say("stop")
    assert not course.next("booking.give_back").cancelled
    course.done("booking.give_back")
    assert course.stage.ended


def test_who_signs_while_being_let_go_stays_signed_and_is_declared(course: Course) -> None:
    course.wish("contract")
    course.done("contract.offer")
    course.stage.signal("answered", "contract")
    course.done("contract.signs")
    course.say("go")
    signing = course.next("contract.sign")
    course.wish("contract", None)
    course.stage.answer(signing, Got(thing="signed"))
    course.notes()
    course.done("contract.declare")
    assert course.state("contract") == ("done", 1)
    assert "contract.withdraw 1" not in course.tried


def test_what_is_given_back_and_wanted_again_is_a_new_order(course: Course) -> None:
    course.wish("booking")
    course.done("booking.hold")
    course.wish("booking", None)
    course.done("booking.give_back")
    assert course.state("booking") == ("undone", 1)
    course.wish("booking")
    course.done("booking.hold")
    assert course.tried[-1] == "booking.hold 2"


def test_a_change_taken_back_before_it_began_leaves_everything_as_it_was(course: Course) -> None:
    course.wish("booking")
    holding = course.next("booking.hold")
    course.wish("booking", BLUE)
    course.wish("booking")
    course.stage.answer(holding, Got(thing="it"))
    course.notes()
    assert course.state("booking") == ("held", 1)


def test_a_question_put_to_a_person_is_not_answered_by_a_move(course: Course) -> None:
    """Whether what was agreed is right is asked, and the job is moved meanwhile: the answer first."""
    course.wish("asking")
    course.done("asking.ask")
    course.stage.signal("answered", "asking")
    course.done("asking.accept")
    again = {"operation_id": "2", "step": "asking", "kind": "replay", "expected_attempt": 1}
    course.say("redo", Decision.model_validate(again | {"by": "olga", "role": "ops", "reason": "a wrong name"}))
    assert course.state("asking") == ("parked", 1)
    course.wish("asking", BLUE)
    assert course.state("asking") == ("parked", 1)
    assert course.decide("asking", "skip", attempt=1) is None
    course.done("asking.ask")
    assert course.state("asking")[1] == 2


def test_an_answer_to_a_later_question_is_no_repetition_of_an_earlier_decision(course: Course) -> None:
    """Done by hand, then stopped: the same words and the same proof are a second decision."""
    course.wish("booking")
    course.refused("booking.hold")
    assert course.decide("booking", "by_hand", attempt=1, evidence="paper.pdf", result={"thing": "lent"}) is None
    course.say("stop")
    assert course.state("booking") == ("parked", 1)
    assert course.decide("booking", "by_hand", attempt=1, evidence="paper.pdf") == "StaleAttempt"
    assert course.decide("booking", "by_hand", attempt=2, evidence="paper.pdf") is None
    course.done("booking.give_back")
    assert course.state("booking")[0] == "undone"


def test_a_decision_that_is_put_off_and_taken_again_is_another_attempt_only_when_it_is_asked_again(
    course: Course,
) -> None:
    course.wish("booking")
    course.refused("booking.hold")
    course.decide("booking", "postpone", until_at=BEGINS + timedelta(days=9))
    assert course.decide("booking", "by_hand", attempt=1, evidence="p.pdf", result={"thing": "lent"}) is None


def test_a_postponed_step_that_ends_otherwise_is_postponed_no_more(course: Course) -> None:
    course.wish("booking")
    course.refused("booking.hold")
    course.decide("booking", "postpone", until_at=BEGINS + timedelta(days=9), until_partner="them")
    course.decide("booking", "skip")
    state = course.stage.workflow.states()["booking"]
    assert (state.state, state.postponed_until_at, state.until_partner) == ("skipped", None, None)


def test_a_paper_that_may_be_wrong_is_asked_about_and_the_job_is_moved_meanwhile(course: Course) -> None:
    """The newer wish is asked about instead; both questions ended the whole process before."""
    course.signed()
    assert course.redo("contract") is None
    assert course.problem("contract") == "SignedPaperWrong"
    course.wish("contract", BLUE)
    assert course.problem("contract") == "SignedContractChanges"
    settled = [one for one in course.told if one.startswith("step.settled")]
    assert settled == ["step.settled.replaced contract"], "nobody decided that it stays"
    assert course.decide("contract", "keep", attempt=course.stage.workflow.states()["contract"].attempt) is None
    assert course.state("contract") == ("done", 1)


def test_let_go_and_wanted_again_on_other_days_is_asked_instead(course: Course) -> None:
    course.signed()
    course.wish("contract", None)
    assert course.problem("contract") == "SignedContract"
    course.wish("contract", BLUE)
    assert course.problem("contract") == "SignedContractChanges"
    course.decide("contract", "keep", attempt=course.stage.workflow.states()["contract"].attempt)
    assert course.state("contract") == ("done", 1)
    assert "contract.terminate 1" not in course.tried


def test_let_go_undeclared_and_wanted_again_is_declared_after_the_answer(course: Course) -> None:
    course.signed(upto="contract.sign")
    course.refused("contract.declare")
    course.wish("contract", None)
    course.wish("contract", BLUE)
    course.decide("contract", "keep", attempt=course.stage.workflow.states()["contract"].attempt)
    course.done("contract.sign")  # the same order: it was signed
    course.done("contract.declare")
    assert course.state("contract") == ("done", 1)


def test_a_declaration_under_way_is_stopped_when_the_days_change(course: Course) -> None:
    course.signed(upto="contract.sign")
    assert not course.next("contract.declare").cancelled
    course.wish("contract", BLUE)
    assert course.next("contract.declare").cancelled


def test_done_by_hand_and_moved_in_the_same_breath_is_not_offered_anew(course: Course) -> None:
    """What a person did by hand binds; whether it changes is asked."""
    course.wish("contract")
    course.refused("contract.offer")
    told = {"operation_id": "1", "step": "contract", "kind": "by_hand", "expected_attempt": 1}
    why = {
        "by": "olga",
        "role": "ops",
        "reason": "signed on paper",
        "evidence": "scan.pdf",
        "result": {"thing": "it"},
    }
    by_hand = course.stage.said("decide", Decision.model_validate(told | why))
    course.stage.play(by_hand, course.stage.said("change", Change(service="contract", wish=BLUE)))
    course.notes()
    assert course.tried == ["contract.offer 1"]
    assert course.stage.errands == {}
    assert course.problem("contract") == "SignedContractChanges"


def test_what_is_not_written_down_any_more_fails_the_task_in_words(course: Course) -> None:
    course.wish("booking")
    holding = course.next("booking.hold")
    course.stage.answer(holding, Got(thing="it"))
    (note,) = course.stage.errands.values()
    with pytest.raises(TaskFailed, match="the file is not written down any more"):
        course.stage.refuse(note, "TablesDoNotFit")


def test_an_edited_request_is_taken_up_once(course: Course) -> None:
    course.wish("booking")
    course.refused("booking.hold")
    request = BLUE.model_dump(mode="json")
    assert course.decide("booking", "replay", request=request) is None
    course.done("booking.give_back")
    course.done("booking.hold")
    assert course.state("booking") == ("held", 2)
    course.say("go")
    course.done("booking.pay")
    course.done("booking.buy")
    assert course.state("booking") == ("done", 2)
    assert course.told.count("step.changed booking") == 1


def test_giving_back_an_old_order_is_not_giving_up_the_new_one(course: Course) -> None:
    """A question about the old order is open; afterwards the step is tried, and may be moved, as any other."""
    course.wish("booking")
    course.done("booking.hold")
    course.wish("booking", BLUE)
    course.done("booking.hold")
    course.refused("booking.give_back")
    assert course.stage.workflow.states()["booking"].undoing
    assert course.decide("booking", "skip") is None
    state = course.stage.workflow.states()["booking"]
    assert (state.state, state.revision, state.undoing, state.given_up) == ("held", 2, False, {})


def test_a_hold_that_cannot_be_prolonged_lapses_once_and_stays_held(course: Course) -> None:
    course.wish("booking")
    ends = BEGINS + timedelta(days=1)
    course.stage.answer(course.next("booking.hold"), Got(thing="it", expires_at=ends))
    course.notes()
    course.say("extend")
    course.refused("booking.extend")
    state = course.stage.workflow.states()["booking"]
    assert (state.state, state.booking) == ("held", {"thing": "it", "expires_at": None, "signed": False})
    assert "step.hold_lapsed booking" in course.told
    course.say("extend")
    assert course.stage.errands == {}


def test_what_was_done_by_hand_is_not_done_anew_and_given_back_by_a_person(course: Course) -> None:
    course.wish("booking")
    course.refused("booking.hold")
    assert course.decide("booking", "by_hand", evidence="letter.pdf", result={"thing": "lent"}) is None
    assert course.redo("booking") == "DoneByHand"
    course.say("stop")
    assert course.problem("booking") == "DoneByHand"
    assert course.redo("booking") == "NotDone"
    assert course.decide("booking", "fail", attempt=2) == "AlreadyUndoing"


@pytest.mark.parametrize(("answer", "told"), [("by_hand", "given_back"), ("keep", "unchanged")])
def test_what_becomes_of_what_was_done_by_hand_is_told_once(course: Course, answer: str, told: str) -> None:
    course.wish("booking")
    course.refused("booking.hold")
    course.decide("booking", "by_hand", evidence="letter.pdf", result={"thing": "lent"})
    course.say("stop")
    assert course.problem("booking") == "DoneByHand"
    assert course.decide("booking", answer, attempt=2, evidence="receipt.pdf") is None
    course.notes()
    assert [line for line in course.told if "step.settled" in line] == [f"step.settled.{told} booking"]


def test_after_the_last_moment_a_replay_gives_eight_days_to_answer(course: Course) -> None:
    course.wish("asking")
    course.done("asking.ask")
    while course.state("asking")[0] != "parked":
        if course.stage.errands:
            course.stage.refuse(course.next("asking.accept"), "NotYet")
        else:
            course.stage.ring(min(course.stage.timers, key=lambda seq: course.stage.timers[seq]))
        course.notes()
    assert course.stage.now == BEGINS + timedelta(days=5)
    assert course.decide("asking", "replay", attempt=7) == "StaleAttempt"
    assert course.decide("asking", "replay") is None
    course.stage.refuse(course.next("asking.accept"), "NotYet")
    course.notes()
    waiting = course.stage.workflow.states()["asking"].waiting
    assert waiting.until_at == BEGINS + timedelta(days=13)


def test_signed_on_paper_and_moved_while_the_old_offer_goes_back_is_asked_about(course: Course) -> None:
    """It ended the whole process before."""
    course.wish("contract")
    course.done("contract.offer")
    course.wish("contract", BLUE)
    course.refused("contract.offer")
    assert course.decide("contract", "by_hand", evidence="scan.pdf", result={"thing": "it"}) is None
    course.next("contract.withdraw")
    course.wish("contract", WANTED.model_copy(update={"colour": "green"}))
    course.refused("contract.withdraw")
    course.done("contract.withdraw")
    assert course.problem("contract") == "SignedContractChanges"


def signing_lost(course: Course) -> None:
    """Both have signed, and nobody here heard of it."""
    course.signed_by_person()
    course.lost("contract.sign")


def test_a_signature_whose_answer_got_lost_is_asked_about_when_the_job_stops(course: Course) -> None:
    """It was refused to give back for ever, and then left: nobody was asked, nobody paid."""
    signing_lost(course)
    course.say("stop")
    course.refused("contract.withdraw", "AlreadySigned")
    assert course.problem("contract") == "SignedContract"
    assert course.stage.workflow.file().undo == []
    assert course.decide("contract", "replay", attempt=1) is None
    course.done("contract.terminate")
    assert (course.state("contract"), course.stage.ended) == (("undone", 1), True)


def test_a_signature_whose_answer_got_lost_stays_when_the_job_is_moved_and_people_are_asked(course: Course) -> None:
    signing_lost(course)
    course.wish("contract", BLUE)
    course.refused("contract.offer", "AlreadySigned")
    course.done("contract.withdraw")  # the order of the new request, which asked nobody
    assert course.tried[-1] == "contract.withdraw 2"
    assert (course.problem("contract"), course.state("contract")) == ("SignedContractChanges", ("parked", 1))
    course.decide("contract", "keep", attempt=course.stage.workflow.states()["contract"].attempt)
    course.done("contract.sign")
    course.done("contract.declare")
    assert course.state("contract") == ("done", 1)
    assert "step.found_signed contract" in course.told


def test_a_signature_whose_answer_got_lost_is_asked_about_when_the_person_is_let_go(course: Course) -> None:
    signing_lost(course)
    course.wish("contract", None)
    course.refused("contract.withdraw", "AlreadySigned")
    assert course.problem("contract") == "SignedContract"
    assert course.decide("contract", "skip", attempt=1) is None
    course.done("contract.sign")
    course.done("contract.declare")
    assert course.state("contract") == ("done", 1)


def test_what_is_signed_and_kept_when_the_job_stops_is_declared(course: Course) -> None:
    course.signed(upto="contract.sign")
    course.refused("contract.declare")
    course.say("stop")
    assert course.problem("contract") == "SignedContract"
    assert course.decide("contract", "skip", attempt=1) is None
    course.done("contract.sign")  # the same order: it was signed
    course.done("contract.declare")
    assert (course.state("contract"), course.stage.ended) == (("done", 1), True)


def test_what_was_signed_by_hand_is_asked_about_once_when_the_job_stops(course: Course) -> None:
    course.wish("contract")
    course.refused("contract.offer")
    assert course.decide("contract", "by_hand", evidence="scan.pdf", result={"thing": "it"}) is None
    course.say("stop")
    assert course.problem("contract") == "SignedContract"
    assert course.decide("contract", "skip", attempt=2) is None
    assert (course.state("contract"), course.stage.ended) == (("done", 1), True)


def test_an_old_offer_taken_back_by_hand_binds_nobody_to_the_new_one(course: Course) -> None:
    course.wish("contract")
    course.done("contract.offer")
    course.wish("contract", BLUE)
    course.done("contract.offer")
    course.refused("contract.withdraw")
    assert course.decide("contract", "by_hand", evidence="they know.pdf") is None
    assert course.stage.workflow.file().bound == []
    course.wish("contract", WANTED.model_copy(update={"colour": "green"}))
    course.done("contract.offer")
    assert course.tried[-1] == "contract.offer 3"


def test_what_was_done_by_hand_stays_so_when_the_question_about_it_is_asked_anew(course: Course) -> None:
    course.wish("contract")
    course.refused("contract.offer")
    assert course.decide("contract", "by_hand", evidence="scan.pdf", result={"thing": "it"}) is None
    course.wish("contract", BLUE)
    course.wish("contract", WANTED.model_copy(update={"colour": "green"}))
    course.decide("contract", "keep", attempt=course.stage.workflow.states()["contract"].attempt)
    assert course.stage.workflow.states()["contract"].by_hand
    assert course.state("contract") == ("done", 1)


def test_a_step_that_nobody_runs_any_more_is_not_told_to_be_trying(course: Course) -> None:
    """What else is asked may take weeks."""
    course.signed()
    course.wish("invoice")
    course.next("invoice.issue")
    assert course.state("invoice") == ("trying", 1)
    course.say("stop")
    assert not course.next("invoice.issue").cancelled
    course.refused("invoice.issue")
    assert course.state("contract")[0] == "parked"
    assert course.state("invoice") == ("superseded", 1)


def test_an_invoice_that_is_numbered_while_the_job_stops_is_known_and_asked_about(course: Course) -> None:
    course.wish("invoice")
    course.say("go")
    numbering = course.next("invoice.issue")
    course.say("stop")
    course.stage.answer(numbering, Got(thing="2026/0001"))
    course.notes()
    assert course.problem("invoice") == "SignedContract"


def test_what_is_wanted_after_it_was_given_back_is_not_forgotten_with_it(course: Course) -> None:
    """Given back, wanted again and changed while the first giving back is still under way."""
    green = WANTED.model_copy(update={"colour": "green"})
    course.wish("booking")
    course.done("booking.hold")
    course.wish("booking", None)
    course.wish("booking", BLUE)
    course.wish("booking", None)
    course.wish("booking")
    course.wish("booking", green)
    while course.stage.errands:
        (errand,) = course.stage.errands.values()
        course.done(errand.kind)
    assert course.stage.workflow.states()["booking"].request["colour"] == "green"
    assert course.state("booking")[0] == "held"


def test_what_was_done_by_hand_for_an_earlier_request_is_done_for_the_new_one(course: Course) -> None:
    course.wish("booking")
    course.done("booking.hold")
    course.say("go")
    course.refused("booking.pay")
    assert course.decide("booking", "by_hand", evidence="receipt.pdf", result={"thing": "paid"}) is None
    course.refused("booking.buy")
    course.wish("booking", BLUE)
    course.done("booking.hold")
    course.done("booking.give_back")
    course.done("booking.pay")
    course.done("booking.buy")
    assert course.tried[-2:] == ["booking.pay 2", "booking.buy 2"]
    assert course.state("booking") == ("done", 2)


@pytest.mark.parametrize(("then", "state"), [("by_hand", "undone"), ("skip", "done")])
def test_ended_by_agreement_and_refused_a_person_sees_to_it_or_it_stays(
    course: Course, then: str, state: str
) -> None:
    """Asked about another wish: the termination is refused on the way, and the process goes on all the same."""
    course.signed()
    course.wish("contract", BLUE)
    assert course.problem("contract") == "SignedContractChanges"
    assert course.decide("contract", "end", attempt=course.stage.workflow.states()["contract"].attempt) is None
    course.refused("contract.terminate")
    attempt = course.stage.workflow.states()["contract"].attempt
    more = {"evidence": "they signed it.pdf"} if then == "by_hand" else {}
    assert course.decide("contract", then, attempt=attempt, **more) is None
    assert course.state("contract")[0] == state


def asked_until_it_rests(course: Course) -> tuple[str, str]:
    """Everything that is tried succeeds; how the question ends, and in which colour."""
    for _ in range(20):
        if not course.stage.errands:
            course.stage.signal("answered", "asking")
            course.notes()
        for errand in list(course.stage.errands.values())[:1]:
            course.stage.answer(errand, Got(thing="it"))
            course.notes()
    found = course.stage.workflow.states()["asking"]
    return found.state, found.request["colour"]


@pytest.mark.parametrize(
    ("wishes", "ends"),
    [
        ((None, "blue", "red"), ("done", "red")),
        ((None, "blue", "green"), ("done", "green")),
        ((None, "blue", "green", "red"), ("done", "red")),
        ((None, "blue", None, "green", "red"), ("done", "red")),
        ((None, "blue", "red", None), ("undone", "red")),
        (("blue", "red"), ("done", "red")),
    ],
)
def test_left_out_wanted_otherwise_and_wanted_as_before_in_one_breath_the_last_counts(
    course: Course, wishes: tuple[str | None, ...], ends: tuple[str, str]
) -> None:
    """Found by seed 106: wanted in red, not wanted, wanted in blue, and in red after all. It was done in blue: the
    last wish was thought to be fulfilled."""
    course.wish("asking")
    for colour in wishes:
        course.wish("asking", colour and WANTED.model_copy(update={"colour": colour}))
    assert asked_until_it_rests(course) == ends
