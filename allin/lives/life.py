"""A drawn life: what a member declares, and everything that then happens to the job, written down beforehand."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.people import Language

Behaviour = Literal["answers", "refuses", "asks_for_changes", "silent"]
DecisionKind = Literal[
    "replay", "edited", "by_hand", "skip", "fail", "postpone", "postpone_partner", "silent",
    "amend", "keep", "end", "credit",
]  # fmt: skip
"""`edited` is a replay with a changed request; `silent`: nobody decides; the last ones answer questions."""
Paying = Literal[
    "exact", "part", "too_much", "twice", "late", "never", "unrelated", "recalled", "with_zero_line",
]  # fmt: skip
"""`unrelated`: without our reference; `recalled`: the bank takes it back three days later; `with_zero_line`: a line
of 0.00 under the same reference comes beside it."""
FaultKind = Literal[
    "delay",
    "409",
    "422",
    "500",
    "503",
    "cut",
    "execute_then_fail",
    "duplicate_webhook",
    "late_webhook",
    "expire_hold",
]
Outcome = Literal["as_declared", "changed", "did_not_happen"]
Landmark = Literal[
    "declared", "agreeing", "ready", "engaged", "taking_place", "performed", "paid_out", "collecting", "disputed",
    "parked", "asked", "proposed", "stopping",
]  # fmt: skip
"""A state of the job, or first: a step is parked, a question is open, a move waits for its yes, it is stopped."""
AnswerToMove = Literal["as_they_are", "yes", "no", "changes", "silence", "taken_back"]
"""What the client says to a move; `taken_back`: the member does not want it any more. Nobody answers a move that
needs no yes."""


class Drawn(BaseModel):
    """A part of a life; it can be written down as JSON and read back."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Who(Drawn):
    """The member who declares: one of their own for each life, so that lives side by side share no limit."""

    slug: str
    given_name: str
    family_name: str
    email: str
    language: Language
    autonomy: Literal["accompanied", "standard", "autonomous"]
    entity: str
    profile: str | None


class Manner(Drawn):
    """How somebody behaves from a moment on; what is None follows from the role."""

    email: str
    role: Literal["client", "collaborator", "member"]
    behaviour: Behaviour = "answers"
    after_hours: float | None = None
    pays_after_days: int | None = 0
    on_lawyer: Literal["silent", "pays", "contests", "asks_plan", "insolvent"] = "silent"
    on_summons: Literal["pays", "contests", "silent", "asks_plan", "insolvent"] = "pays"
    on_court: Literal["silent", "pays", "contests", "dismissed", "insolvent"] = "silent"
    on_seizure: Literal["nothing", "pays", "insolvent"] = "nothing"
    keeps_plan: bool = True
    dividend_percent: int = 0
    given_name: str | None = None
    family_name: str | None = None


class Moment(Drawn):
    """When something happens: so many hours after the job is first seen at a landmark."""

    landmark: Landmark = "declared"
    hours: float = 0


class Move(Drawn):
    """The member changes the job; every part is laid over the declaration."""

    at: Moment
    changes: dict[str, Any]
    """Fields of the declaration with their new values; None leaves a field out."""
    answer: AnswerToMove = "as_they_are"
    answered_after_hours: float = 3


class Withdraw(Drawn):
    """The member stops the job."""

    at: Moment


class Reporting(Drawn):
    """The member answers "everything as declared?"."""

    at: Moment = Moment(landmark="taking_place", hours=12)
    outcome: Outcome = "as_declared"


class ChangeOfMind(Drawn):
    """Somebody behaves in another way from a moment on."""

    at: Moment
    manner: Manner


class Approving(Drawn):
    """What the adviser answers to a rule that asks; None: nothing."""

    granted: bool | None = True
    after_hours: float = 4


class Deciding(Drawn):
    """How the next parked step is answered, and how long after it parked."""

    kind: DecisionKind
    after_hours: float = 6
    factor: float = 1
    """With `edited`: what an editable amount or number is multiplied with."""


class Fault(Drawn):
    """A partner misbehaves towards this job."""

    partner: str
    operation: str = "*"
    fault: FaultKind
    times: int = 1
    seconds: float = 0.05
    retry_after: int | None = None
    answer: Literal["504", "cut"] = "504"


class Payment(Drawn):
    """How the client's money comes in for one invoice."""

    how: Paying = "exact"
    days_after_due: int = 0
    rest_after_days: int | None = None
    """When what was not paid, or was taken back, comes after all; None: never."""
    refund_comes_back: bool = False
    """The account that money is given back to is closed the first time."""


class DimonaResult(Drawn):
    """What social security answers to the next declarations about somebody, whatever they say."""

    email: str
    result: Literal["W", "B", "S"]
    times: int = 1


class Claiming(Drawn):
    """What the insurer does with the next claim; without one it follows its conditions."""

    outcome: Literal["settled", "refused", "silent", "part", "asks_documents", "unpaid"]


class Happening(Drawn):
    """When something happens on a job: people are engaged, and something may happen to them or to things."""

    landmark: Literal["engaged", "taking_place", "performed", "collecting"] = "taking_place"
    hours: float = 0


class Incident(Drawn):
    """Something happens on the job, and the member tells it."""

    at: Happening = Happening(hours=2)
    kind: Literal["accident", "damage", "theft", "no_show"] = "damage"
    about: Literal["equipment", "vehicle", "others"] = "others"
    days_ago: int = 0
    """How late it is told; after eight days the insurer need not take it."""


class Returning(Drawn):
    """Money to somebody's account comes back."""

    email: str
    times: int = 1
    first: Literal["debit", "return"] = "debit"
    """Which of the two lines the bank lists first."""
    new_account_after_hours: float | None = 20
    """When the member enters another account; None, and for collaborators: never."""


class Answering(Drawn):
    """What comes back over Peppol to a document that was sent: the word of client, network or service provider."""

    document: int = 0
    """Which one, in the order in which they left: invoices and credit notes alike."""
    layer: Literal["client", "network", "provider"] = "client"
    code: Literal["AB", "IP", "UQ", "CA", "RE", "AP", "PD"]
    reason: Literal["NON", "PRI", "QTY", "PPD", "SV"] = "NON"
    """`PPD` beside `PD` says paid in part; `SV` is the network's."""
    after_hours: float = 24


class Holding(Drawn):
    """Whose account somebody's money goes to, as the bank knows it when it is asked."""

    email: str
    holder: Literal["close", "other", "unanswered"]
    given_back: int = 0
    """How often finance people give such a payment back before they say that the account is right."""
    new_account_after_hours: float | None = 20
    """When the member, once asked, enters another account; None, and for collaborators: never."""


class Kill(Drawn):
    """The worker dies at this moment and another one takes over."""

    at: Moment
    after_seconds: float = 0
    """How long after the moment came, in real time: something may be under way by then."""


class Course(Drawn):
    """What everybody does, and when."""

    people: tuple[Manner, ...] = ()
    changes_of_mind: tuple[ChangeOfMind, ...] = ()
    approving: Approving = Approving()
    moves: tuple[Move, ...] = ()
    withdraw: Withdraw | None = None
    report: Reporting | None = Reporting()
    """None: the member does not answer."""
    decisions: tuple[Deciding, ...] = ()
    """One after the other for the steps as they park; afterwards somebody sensible decides."""
    payments: tuple[Payment, ...] = ()
    """One for each invoice in its order; afterwards the client pays exactly."""
    faults: tuple[Fault, ...] = ()
    kills: tuple[Kill, ...] = ()
    dimona: tuple[DimonaResult, ...] = ()
    returns: tuple[Returning, ...] = ()
    claims: tuple[Claiming, ...] = ()
    incidents: tuple[Incident, ...] = ()
    answers: tuple[Answering, ...] = ()
    holders: tuple[Holding, ...] = ()
    second_says_no: int = 0
    """How many of the decisions that need two people the second one refuses at first."""


class Life(Drawn):
    """One job and its course. The same seed and number give the same life."""

    seed: int
    n: int
    begins_on: date
    """The business day on which it is declared: installations are born on it."""
    member: Who
    declaration: dict[str, Any] = Field(default_factory=dict)
    """The body of POST /api/jobs."""
    course: Course = Course()

    @property
    def name(self) -> str:
        """How reports call it."""
        return f"{self.seed}-{self.n}"
