"""What every service states about itself, so that the process can try, park, replay and undo it.

Two shapes. A booking is held, confirmed and released: nobody is bound by a hold. What binds is done and only
ever corrected, by a person's decision: it has no `release` and never lands on the automatic undo stack.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, Literal, Protocol, TypeVar

from domain.frame import Flaw, JobFrame
from domain.job import StepState
from domain.message import Message
from domain.orders import StepOrder
from domain.questions import AMENDED, CORRECTED

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)


class Clock(Protocol):
    """Business time for an activity: virtual in demonstrations and tests."""

    def now(self) -> datetime:
        """This instant, in UTC."""
        ...


@dataclass(frozen=True)
class Patience:
    """How long one verb is tried before the step parks."""

    one_try: timedelta = timedelta(seconds=20)
    tries: int = 5
    first_pause: timedelta = timedelta(seconds=1)
    growth: float = 2.0
    longest_pause: timedelta = timedelta(minutes=1)
    at_hand: bool = False
    """Only our own tables and papers, in milliseconds: done by the worker that decides, not sent out."""


AT_ONCE = Patience(tries=3, at_hand=True)
"""Our own store: a mistake of ours that happens three times will not heal by itself. A database that is away is no
such mistake: that is awaited (workflows/infrastructure.py)."""
AT_OUR_DESK = Patience(tries=3)
"""Our own store, and a message to somebody: not awaited by everything else in the job."""
PARTNER = Patience()
"""An outside partner: some seconds of trouble are forgiven, then a person is told."""
ADMINISTRATION = Patience(tries=40, longest_pause=timedelta(hours=6))
"""An administration that may answer hours later; each late answer says when to ask again."""


KEPT_AS_IT_IS = AMENDED | {"SignedPaperWrong"}
"""Questions whose answer by hand takes nothing back."""
HELD = "held by another step, see domain/held_fields.py"


@dataclass(frozen=True)
class Verb(Generic[R, B]):
    """One thing a service does with an order. Its name is the activity's name in every history."""

    call: Callable[[Any, StepOrder[R]], Awaitable[B]]
    patience: Patience = PARTNER

    @property
    def name(self) -> str:
        """The business verb: `hold`, `sign`, `declare`."""
        return self.call.__name__


@dataclass(frozen=True)
class BackByHand(Generic[R, B]):
    """What is asked of a person who gave something back, or took back what binds, by hand; and how it is booked."""

    form: type[Message]
    """What that person says."""
    record: Verb[R, B]
    """Books it, as giving it back here would have done; its order carries the form (`by_hand`)."""
    lacking: Callable[[R, B | None, Any], str | None]
    """What is missing or wrong in it; the booking is None where nobody knows what was booked."""
    drafted: Callable[[R, B], dict[str, Any]] | None = None
    """The fields of the form as it is offered, where the booking says some of them."""


@dataclass(frozen=True)
class Step(Generic[R, B]):
    """One service at work: its verbs, its patience and its limits."""

    name: str
    request: type[R]
    booking: type[B]
    hold: Verb[R, B] | None = None
    """Takes without binding: a hold, a question, an offer. Undone by `release`."""
    answer: Verb[R, B] | None = None
    """Reads a person's or a bank's answer; raises NotYet while there is none. The request then has
    `answer_by` and may have `remind_at`."""
    answers_last: bool = False
    """The answer comes after everything else, instead of between hold and confirm."""
    awaits: Callable[[R, datetime], tuple[datetime, ...]] | None = None
    """When the answer is looked at, in case nobody says that it came; the last instant ends the waiting. Counted
    from the instant it is asked for; otherwise the request says it."""
    answered_by: Literal["client", "collaborator", "bank"] | None = None
    answered: Callable[[B], bool] | None = None
    """Whether the hold already brought the answer: a signed file, a person under contract, nothing to pay."""
    binds: Callable[[B], bool] | None = None
    """Whether the booking says that the cooperative has signed: for whoever lost the answer to the signature."""
    binds_already: str | None = None
    """The refusal by which giving back, or a newer order, says that what it would replace is signed already."""
    leaning: Callable[[B], bool] | None = None
    """Whether it leans on what another job has. When that goes, as the last verb's refusal says, it begins anew."""
    leans_still: Verb[R, B] | None = None
    """Looks whether that is still there, and refuses when it is not."""
    remind: Verb[R, B] | None = None
    confirm: tuple[Verb[R, B], ...] = ()
    """What buys or binds, in order."""
    release: Verb[R, B] | None = None
    """Gives back what was held or bought. Takes the order, not the booking: a lost answer is undoable too."""
    correct: Verb[R, B] | None = None
    """Undoes what binds, only by a person's decision: termination by agreement, credit note."""
    too_late: Verb[R, B] | None = None
    """What must be done when the time has passed: telling a person not to start."""
    holds_for: Callable[[R, R], bool] | None = None
    """Whether what is done for a signed request is what a wanted one needs, too: then it is done to its end before
    people are asked about the wish."""
    stay: Verb[R, B] | None = None
    """What is signed stays as signed, although the job asks for something else: an amendment was not made."""
    amended_by_hand: Verb[R, B] | None = None
    """What is signed was amended outside, with proof."""
    extend: Verb[R, B] | None = None
    """Prolongs a partner's hold."""
    short_hold: bool = False
    """The hold lasts minutes: priced early, taken only after Go."""
    partners: tuple[str, ...] = ()
    """The outside partners where it has something done, as the settings name them. The first one stands behind the
    service when a try does not say whom it asked."""
    on_paper: bool = False
    """Its request is printed on a paper that somebody signs or receives."""
    question: str = "SignedPaperWrong"
    """What people are asked before that is corrected what the step brought; see domain/questions.py."""
    essential: bool = False
    skippable: bool = True
    decide_before_start: timedelta | None = None
    """Counted back from the first start: then a parked step that is not essential is missed, and an
    essential one is loud."""
    editable: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The request fields a replay may change, each with the reason why editing it contradicts no other step, or
    HELD."""
    private: frozenset[str] = frozenset()
    """Request fields that tell of one person's money: what they were is told to ops alone."""
    printed: frozenset[str] = frozenset()
    """Editable fields that stand on a paper which may be signed: then they are read-only."""
    signed: Callable[[B], str | None] | None = None
    """The name of the signed paper, when there is one."""
    lacking: Callable[[R, B], str | None] | None = None
    """What a result entered by hand still lacks, so that later steps can build on it; None when it is whole."""
    drafted: Callable[[R], B] | None = None
    """The result by hand as the form offers it, when nothing else is said."""
    sound: Callable[[R, JobFrame | None], Iterator[Flaw]] | None = None
    """What is wrong with an edited request, by the service's own rules and the job it belongs to."""
    looked_up: Verb[R, B] | None = None
    """Finds what the first verb that binds did although its answer got lost; refuses when it did nothing."""
    read_last: frozenset[str] = frozenset()
    """Fields of the request that only the last verb reads: edited there, nothing done before is done again."""
    never_given_up: frozenset[str] = frozenset()
    """Verbs nobody gives up or does by hand, because only our own books can do them: what stands in their way is
    put right, and they are done."""
    owed: frozenset[str] = frozenset()
    """Verbs with which money waits that is owed to somebody, or to us: never given up, nobody would ask again."""
    costs: Callable[[B], Decimal] | None = None
    """What a booking costs the job without VAT; a result by hand then says it, and who was paid."""
    record: Verb[R, B] | None = None
    """Books what was done by hand, as the step's own booking would have been; its answer is the step's result."""
    recorded_since: str = "by-hand-costs"
    """The change of the process (`workflow.patched`) since which `record` is done: earlier histories replay
    without it."""
    back_by_hand: BackByHand[R, B] | None = None
    """What is asked and booked when what it brought is given back, or corrected, by hand."""
    by_hand_goes_on: frozenset[str] = frozenset()
    """Verbs that may be done by hand alone, because what they need is in our own books: the next ones follow."""

    def goes_on_with(self, state: StepState, wanted: Mapping[str, Any]) -> bool:
        """Whether the last verb stands still and an edited request changes only what that verb reads."""
        last = bool(self.confirm) and not state.undoing and state.operation == self.confirm[-1].name
        changed = {name for name, value in wanted.items() if value != state.request.get(name)}
        return last and bool(changed) and changed <= self.read_last

    @property
    def verbs(self) -> tuple[Verb[R, B], ...]:
        """Every verb a worker must serve."""
        asked = (self.hold, self.answer, self.remind, self.release, self.correct, self.too_late, self.extend)
        amended = (self.stay, self.amended_by_hand, self.leans_still, self.looked_up)
        back = self.back_by_hand.record if self.back_by_hand else None
        return tuple(verb for verb in (*asked, *amended, *self.confirm, self.record, back) if verb)

    @property
    def people_only(self) -> bool:
        """Whether only people do it and give it back: there is something to give back once a person did it."""
        return self.back_by_hand is not None and self.release is None and self.correct is None

    @property
    def goes_back(self) -> bool:
        """Whether what it brought is given back when nobody wants it any more."""
        return self.release is not None or self.people_only

    def asks_back(self, state: StepState) -> "BackByHand[R, B] | None":
        """What a person says who now gives it back, or takes back what binds, by hand; None when nothing is asked.

        An amendment, and the look whether a signed paper is right, give nothing back; an offer that nobody signed
        costs nothing.
        """
        asked = state.problem.type if state.problem else ""
        if not state.undoing or self.back_by_hand is None or asked in KEPT_AS_IT_IS:
            return None
        verbs = {self.back_by_hand.record.name, self.correct.name if self.correct else ""}
        corrects = asked in CORRECTED or state.operation in verbs
        return self.back_by_hand if self.correct is None or corrects else None

    def is_booking(self) -> bool:
        """Whether it is renewed by a move and given back by a withdrawal: it costs, and nobody signs it."""
        return self.costs is not None and not self.essential and self.correct is None and not self.is_asking()

    def is_for_people(self) -> bool:
        """Whether people signed, received or were paid what it brought: corrected by people, never done anew."""
        return self.correct is not None or self.is_asking()

    def is_asking(self) -> bool:
        """Whether the step waits for somebody's answer between hold and confirm."""
        return self.answer is not None
