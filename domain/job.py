"""A job as the process keeps it: its state, its steps, and what just changed."""

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.decisions import DecisionKind
from domain.errors import Decider
from domain.message import Message
from domain.plan import JobPlan
from domain.proposed_move import Proposal
from domain.services.debt_collection import DebtCollectionRequest
from domain.services.invoicing import InvoiceRequest
from domain.services.wages import WagesRequest
from domain.withdrawal import Withdrawal as Withdrawal

JobState = Literal[
    "quoted",
    "agreeing",
    "ready",
    "engaged",
    "taking_place",
    "performed",
    "paid_out",
    "collecting",
    "disputed",
    "closed",
    "withdrawn",
    "refused",
    "written_off",
    "stopping",
]
"""`stopping` is what people are told while a job is being stopped; the process itself keeps where it had got to."""
StepStateName = Literal[
    "waiting", "trying", "held", "done", "parked", "missed", "skipped", "undone", "failed", "superseded"
]
OPEN_STATES: frozenset[str] = frozenset({"waiting", "trying", "held", "parked"})


class Problem(Message):
    """Why a step is parked, in words a member can be told, and who decides."""

    type: str
    """The refusal's name, or the kind of failure."""
    text: str
    params: dict[str, str] = {}
    decided_by: Decider = "ops"
    since_at: datetime
    technical: str | None = None
    """The cause behind it, for ops only."""


class RefusalDetails(Message):
    """What travels with a failed activity beside its type and message."""

    params: dict[str, str] = {}
    decided_by: Decider = "ops"
    technical: str | None = None


INFRASTRUCTURE_DOWN = "InfrastructureDown"
"""The kind of a problem that is nobody's no: our database, keys, papers or engine are in trouble."""


class Waiting(Message):
    """Whom or what a step waits for, and until when."""

    who: Literal["client", "collaborator", "member", "advisor", "bank", "partner", "date"]
    until_at: datetime | None = None
    partner: str | None = None
    """The partner whose calls are paused."""


class Binding(BaseModel):
    """A signed request as it stands: its revision, and what it brought."""

    model_config = ConfigDict(extra="ignore")

    revision: int
    request: dict[str, Any]
    booking: dict[str, Any] | None = None


class StepState(BaseModel):
    """One service at work in one job."""

    model_config = ConfigDict(extra="ignore", use_attribute_docstrings=True)

    service: str
    item: str = "-"
    state: StepStateName = "waiting"
    operation: str | None = None
    """The verb under way or last tried."""
    attempt: int = 0
    """How often the step was taken: the first time 1, each replay one more."""
    decided: int | None = None
    """The attempt about which somebody decided last: what is asked after that is another attempt."""
    revision: int = 1
    """Grows when the request changes."""
    request: dict[str, Any] = {}
    latest: int = 0
    """The highest revision any request of it had, also one that was given up: no number is used twice."""
    proposed: dict[int, dict[str, Any]] = {}
    """Requests of a plan that waits for its yes, by revision: held beside, never confirmed."""
    given_up: dict[int, dict[str, Any]] = {}
    """Earlier requests by revision: their orders are given back once a newer one is held, or with the step."""
    by_hand_given_up: dict[int, str] = {}
    """Earlier requests that a person had done by hand, with the evidence: a person gives them back."""
    booking: dict[str, Any] | None = None
    problem: Problem | None = None
    ended_with: str | None = None
    """The kind of problem it had when its time was over."""
    waiting: Waiting | None = None
    essential: bool = False
    skippable: bool = True
    decide_by: datetime | None = None
    postponed_until_at: datetime | None = None
    until_partner: str | None = None
    """Postponed until this partner answers again."""
    by_hand: bool = False
    recorded: bool = False
    """What was done by hand is in the books."""
    evidence: str | None = None
    evidence_reference: str | None = None
    said_back: dict[str, Any] | None = None
    """What a person said who gave it back by hand, until it is in the books."""
    by_hand_verbs: list[str] = []
    """Verbs of this request a person did by hand, while the others go on."""
    keeps: tuple[str, ...] = ()
    """What of it stays although the rest is given back: a cover there is a claim on."""
    undoing: bool = False
    """What was taken is given back, or people are asked about what binds."""
    wanted: dict[str, Any] | None = None
    """What a signed request would become, while people are asked about it or sign an amendment to it."""
    signed: Binding | None = None
    """What binds while an amendment to it is under way: `request` and `revision` are then the amendment's."""
    last_revision: int = 0
    """The highest revision an order was made under; an amendment that came to nothing leaves a gap behind."""
    held_up_since_at: datetime | None = None
    """Our own infrastructure is in trouble since then: it is tried again and again, and nobody has to decide."""

    @property
    def step(self) -> str:
        """Its name in addresses and pages."""
        return self.service if self.item == "-" else f"{self.service}:{self.item}"


class Approval(BaseModel):
    """An adviser's yes or no to one rule."""

    model_config = ConfigDict(extra="ignore")

    rule: str
    why: str
    answer_by: datetime
    params: dict[str, str] = {}
    """The values of the sentence that says why; `why` is that sentence in English."""
    granted: bool | None = None
    by: str | None = None
    reason: str | None = None


class JobFile(BaseModel):
    """Everything the process knows of one job; what lists and pages are made from."""

    model_config = ConfigDict(extra="ignore", use_attribute_docstrings=True)

    job_id: str
    state: JobState = "quoted"
    version: int = 0
    """Grows with every change; an older file never overwrites a newer one."""
    plan_revision: int = 1
    moves: int = 0
    """How many moves were asked for, whatever became of them."""
    in_force: str | None = None
    """The operation id of the move whose plan is in force; None while it is the plan as declared."""
    proposal: Proposal | None = None
    steps: dict[str, StepState] = Field(default_factory=dict)
    approvals: dict[str, Approval] = Field(default_factory=dict)
    off_the_job: list[str] = Field(default_factory=list)
    """Crew slugs told not to start."""
    signed_pay: dict[str, WagesRequest] = Field(default_factory=dict)
    """By crew slug the pay that belongs to what is signed, once a move asked for another contract."""
    next_at: datetime | None = None
    """When the process wakes up by itself."""
    next_why: str | None = None
    report: Literal["as_declared", "changed", "did_not_happen"] | None = None
    reported_by: str | None = None
    stopping: str | None = None
    """The reason of a withdrawal under way."""
    cancellation: InvoiceRequest | None = None
    """The fee a client owes who cancelled."""
    refused: bool = False
    """The job ends because an essential yes or hold is missing, not because the member withdrew."""
    collections: dict[str, str] = Field(default_factory=dict)
    """Outcome by invoice id; `open` while money is awaited."""
    undo: list[str] = Field(default_factory=list)
    """What must be given back, in the order it was first attempted; undone last first."""
    bound: list[str] = Field(default_factory=list)
    """What is signed, issued or paid: never undone by itself, only corrected by a person's decision."""
    told: int = 0
    """How many pieces of news the process has given out."""

    @property
    def parked(self) -> list[StepState]:
        """The steps that wait for a person's decision."""
        return [step for step in self.steps.values() if step.state == "parked"]


class News(Message):
    """One change only the process knows; a line of the story."""

    n: int
    """The process's own count, so that telling twice is telling once."""
    at: datetime
    kind: str
    """`job.agreeing`, `step.parked`, `step.decided`, ...: the key of the story's sentence."""
    step: str | None = None
    by: str | None = None
    params: dict[str, str] = {}


class Remembered(Message):
    """What the process writes down: the file as it is now, and the news since last time."""

    workflow_id: str
    file: JobFile
    news: tuple[News, ...] = ()


class JobInput(Message):
    """What the process of one job starts from."""

    job_id: str
    quote_id: str
    plan: JobPlan
    shift: timedelta = timedelta(0)
    """Business time = engine time + shift; zero in production."""
    carried: JobFile | None = None
    """The file so far, when a long history was cut."""
    longest_history: int = 0
    """Events after which the history is cut; 0 follows the server's own suggestion."""


class Decision(Message):
    """What a person decides about a parked step."""

    operation_id: str
    """Sent again with the same id, it is the same decision."""
    step: str
    kind: DecisionKind
    expected_attempt: int
    by: str
    role: str
    reason: str
    request: dict[str, Any] | None = None
    """An edited request, for a replay."""
    result: dict[str, Any] | None = None
    """What was done by hand, in the step's own form."""
    evidence: str | None = None
    """The name of the evidence file or its reference."""
    reference: str | None = None
    """Where it was done: a number of the partner's or an administration's."""
    until_at: datetime | None = None
    """Until when a decision is postponed."""
    until_partner: str | None = None
    """Postponed until this partner answers again, at the latest until `until_at`."""
    confirmed_by: str | None = None
    """The second person, where two decide."""
    content_hash: str | None = None
    """What was decided, by whom and about which step: an operation id never stands for anything else."""


class Move(Message):
    """Changed days, crew, place or price, as a new plan."""

    operation_id: str
    by: str
    role: str
    reason: str
    plan: JobPlan
    changes: str = ""
    """From what to what, in one line (`domain.plans.telling`); for the story."""


class ApprovalGiven(Message):
    """An adviser's answer to one rule."""

    operation_id: str
    rule: str
    granted: bool
    by: str
    role: str
    reason: str


class Report(Message):
    """The member's answer to "everything as declared?"."""

    operation_id: str
    by: str
    outcome: Literal["as_declared", "changed", "did_not_happen"]
    note: str = ""


class CollectionInput(Message):
    """What the collection of one invoice starts from."""

    job_id: str
    entity: str
    request: DebtCollectionRequest
    shift: timedelta = timedelta(0)
    carried: JobFile | None = None
    longest_history: int = 0
    turn: int = 1
    """How often this invoice's money is awaited; its orders and steps have names of their own each time."""


class CollectionEnded(Message):
    """How the collection of one invoice ended, told to its job."""

    invoice_id: str
    number: str
    outcome: Literal["paid", "credited", "written_off"]


class Taken(Message):
    """A decision was taken; the step itself goes on from there."""

    step: str | None = None
    state: str
    attempt: int = 0
    pending: bool = False
    """The move waits for a yes; until then the job stays as it is."""
    operation_id: str | None = None
    """Ask `/api/ops/operations/{operation_id}` what became of it."""
