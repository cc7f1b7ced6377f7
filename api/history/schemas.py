"""The shapes in which the whole of a job is told: its story, and per step all that was tried, awaited and made.

What a level may not know is simply absent: a member never gets a key, an adviser never a technical cause.
"""

from datetime import date, datetime
from typing import Literal

from api.jobs.contract_changes import ContractChange
from api.jobs.schemas import Answered, ApprovalTold, ProblemTold
from api.wording.diffs import Difference
from api.wording.timeline import Audience, Line
from domain.job import JobState, StepStateName
from domain.money import Eur
from domain.people import Language

WaitsFor = Literal["person", "partner", "date"]
UndoState = Literal["nothing", "possible", "bound", "under_way", "asked", "failed", "done"]
"""`asked`: whether what binds is corrected waits for a person's decision; `failed`: giving back did not work."""


class Detail(Answered):
    """One value of what was asked for or answered, as people read it."""

    label: str
    """What it is, in the reader's language."""
    value: str
    name: str | None = None
    """The field's own name; for ops."""


class TryTold(Answered):
    """One try of one thing to do."""

    what: str
    """What was tried, in words: "keep it", "declare"."""
    operation: str
    """The verb, for programs."""
    attempt: int
    """How often the step was taken by then: 1, and one more with each replay."""
    number: int
    """Which try inside that attempt."""
    began_at: datetime
    ended_at: datetime | None = None
    outcome: str
    """`done`, `refused`, `not_yet`, `failed`, `cancelled`, `interrupted` or `under_way`."""
    outcome_text: str
    failure: str | None = None
    """Why it did not work, in plain words."""
    order_key: str | None = None
    """For ops."""
    worker: str | None = None
    """Which machine tried; for ops."""
    error_type: str | None = None
    """For ops."""
    technical: str | None = None
    """The cause behind the failure; for ops."""


class WaitTold(Answered):
    """A time in which nothing could be done: for whom, for which partner, or until which date."""

    waits_for: WaitsFor
    who: str
    """For programs: `client`, `advisor`, `bank`, a partner's name, or `date`."""
    who_text: str
    began_at: datetime
    ended_at: datetime | None = None
    """None while it lasts."""
    until_at: datetime | None = None
    """When it ends by itself."""
    seconds: int
    """How long, so far."""
    text: str
    """"12 days: waiting for the client, until 14 March"."""


class OrderTold(Answered):
    """One order to a partner, for one revision of the request."""

    revision: int
    reference: str | None = None
    """The partner's own number for it."""
    begun_at: datetime
    answered: bool
    order_key: str | None = None
    """What makes it happen once; for ops."""
    short: str | None = None
    """The key where a partner's field is short; for ops."""


class MoneyTold(Answered):
    """Money that moved, to the cent."""

    on: date
    text: str
    amount_eur: Eur
    accounts: list[tuple[str, Eur]] = []
    """Each account with what came (+) or went (-); for advisers and ops."""
    step: str | None = None
    key: str | None = None
    """The entry in the books; for ops."""


class PaperLink(Answered):
    """A paper that was made."""

    name: str
    title: str
    filed_at: datetime
    link: str


class DecisionTold(Answered):
    """What a person decided about a step or the job: who, why, what it changed, and what became of it."""

    at: datetime
    who: str
    role: str
    kind: str
    """For programs: `replay`, `by_hand`, `approve`."""
    text: str
    why: str
    differences: list[Difference] = []
    outcome: str | None = None
    """What became of it, where it is known."""
    second: str | None = None
    """The second person who said yes, where two decide."""
    evidence: str | None = None
    """What proves it, where it was done by hand."""
    reference: str | None = None
    audit: int | None = None
    """The line of the audit that proves it; for ops."""


class UndoTold(Answered):
    """The undo of a step, beside the step it undoes, with a life of its own."""

    state: UndoState
    text: str
    at: datetime | None = None
    problem: ProblemTold | None = None
    """Why giving back did not work: a person must decide."""
    tries: list[TryTold] = []


class DeadlineTold(Answered):
    """An instant by which something must be done, and who says so."""

    kind: str
    title: str
    step: str | None = None
    due_at: datetime
    basis: str
    """The law and article, or the promise."""
    met_at: datetime | None = None
    late: bool = False


class NoteTold(Answered):
    """What somebody wrote beside a step."""

    at: datetime
    who: str
    text: str


class StepStory(Answered):
    """One step from its request to its undo."""

    step: str
    title: str
    service: str
    item: str
    about: str
    """What it is for, in one sentence."""
    state: StepStateName
    state_text: str
    essential: bool
    by_hand: bool
    evidence: str | None = None
    attempt: int
    revision: int
    problem: ProblemTold | None = None
    decide_by: datetime | None = None
    waiting: WaitTold | None = None
    """What it waits for now."""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    asked: list[Detail] = []
    """What was asked for; of a contract, what is signed."""
    proposed: list[Detail] = []
    """What a signed contract would become, while people are asked about it or it waits to be signed."""
    answered: list[Detail] = []
    """What came of it."""
    reference: str | None = None
    """The partner's own number."""
    tries: list[TryTold] = []
    waits: list[WaitTold] = []
    orders: list[OrderTold] = []
    money: list[MoneyTold] = []
    papers: list[PaperLink] = []
    decisions: list[DecisionTold] = []
    notes: list[NoteTold] = []
    deadlines: list[DeadlineTold] = []
    undo: UndoTold
    lines: list[int] = []
    """The lines of the story about it."""
    link: str
    """Where exactly this step can be read."""
    engine_link: str | None = None
    """The same in the engine's own pages; for ops."""


class JobStory(Answered):
    """A whole job: its head, what comes next, its story line by line, and each step."""

    job_id: str
    title: str
    client_name: str
    member_name: str
    audience: Audience
    lang: Language
    state: JobState
    state_text: str
    parked: bool
    amount_eur: Eur
    declared_at: datetime
    first_start_at: datetime
    last_end_at: datetime
    last_change_at: datetime
    last: int
    """The number of the last line: ask again with `since=` this."""
    now: str
    """What is being waited for now, in one sentence."""
    next_deadline: DeadlineTold | None = None
    deadlines: list[DeadlineTold] = []
    alerts: list[str] = []
    """What needs a person first: an undo that failed, a deadline missed."""
    approvals: list[ApprovalTold] = []
    contract_changes: list[ContractChange] = []
    """Signed contracts that would change; until both have signed, what is signed stays in force."""
    lines: list[Line]
    steps: list[StepStory]
    money: list[MoneyTold] = []
    """What moved for the job as a whole, and not for one step."""
    papers: list[PaperLink] = []
    decisions: list[DecisionTold] = []
    link: str
    engine_link: str | None = None
    """The same in the engine's own pages; for ops."""
