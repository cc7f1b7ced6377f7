"""What a bank tells: statements of account, and what became of the payments it was given."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar, Literal

from domain import workflow_ids
from domain.errors import AllInclusiveError, Decider, Refusal
from domain.matching import MatchedPart
from domain.message import Message
from domain.money import ZERO, Eur
from domain.orders import step_name


class PaymentVerdict(Message):
    """What the bank says of one payment."""

    end_to_end: str
    status: str
    """ISO 20022 status code: ACSP, ACSC, RJCT, ..."""
    reason: str | None = None

    @property
    def rejected(self) -> bool:
        """Whether it will not be carried out."""
        return self.status in ("RJCT", "CANC")


class PaymentReport(Message):
    """What the bank says of one payment file. Source: ISO 20022 pain.002."""

    message_id: str
    """The id of our own file."""
    status: str
    """ACCP, PART, RJCT, ACSC, ...; PART when only the single payments are judged."""
    reason: str | None = None
    payments: tuple[PaymentVerdict, ...] = ()


class SecondPersonNeeded(Refusal):
    """Four eyes: the second yes is another person's."""

    text = "You have approved batch {batch} already: the second approval is another person's."
    decided_by: ClassVar[Decider] = "finance"


class BatchIsApproved(Refusal):
    """Two people have said yes, or the bank has it already."""

    text = "Batch {batch} is {state}: it needs no further approval."
    decided_by: ClassVar[Decider] = "finance"


class BatchNotApproved(Refusal):
    """A file leaves the house only when two people have said yes."""

    text = "Batch {batch} is not approved by two people yet."
    decided_by: ClassVar[Decider] = "finance"


class BatchFileChanged(Refusal):
    """What was approved, or made, is not what lies there now."""

    text = "The file of batch {batch} is not the one that was made and approved: make it anew."
    decided_by: ClassVar[Decider] = "finance"


class PaymentInFile(Refusal):
    """A payment made by hand would be a second one: a file on its way to the bank holds it."""

    text = "Payment file {batch} pays this and has not gone to the bank yet: hand it over, or stop it there first."
    decided_by: ClassVar[Decider] = "finance"


class BatchOutdated(AllInclusiveError):
    """Another batch took one of the payments meanwhile: make the list anew."""


class Nudge(Message):
    """A process that should look again because money moved."""

    workflow_id: str
    step: str | None = None
    """The step that waits for a payment; none for a collection, which waits for money itself."""

    @property
    def signal(self) -> Literal["answered", "money_moved"]:
        """What the process is told: a step of a job that somebody answered, a collection that money moved."""
        return "answered" if self.step else "money_moved"


def by_process(nudges: Iterable[Nudge]) -> list[tuple[Nudge, ...]]:
    """The nudges of each process together: looking once for all of them costs it one waking."""
    gathered: dict[str, list[Nudge]] = {}
    for nudge in nudges:
        gathered.setdefault(nudge.workflow_id, []).append(nudge)
    return [tuple(each) for each in gathered.values()]


def asking(order_key: str) -> Nudge:
    """The step that waits for an order's payment, as its order key names it."""
    job_id, service, item, _ = order_key.split("/")
    if service == "refund":  # no step waits for it: the closing of the job's books does
        return Nudge(workflow_id=workflow_ids.of_job(job_id), step="prefinancing")
    return Nudge(workflow_id=workflow_ids.of_job(job_id), step=step_name(service, item))


class DuePayment(Message):
    """A payment on the list, waiting for a batch."""

    payment_id: str
    order_key: str
    kind: Literal["wage", "expense", "refund", "supplier"]
    entity: str
    person_id: str
    amount_eur: Eur
    pay_on: date
    end_to_end: str
    remittance: str
    payee_name: str | None = None
    payee_iban: str | None = None
    """Who gets it, when it is no person of ours: a client."""


class BatchCard(Message):
    """One payment batch as finance people see it."""

    batch_id: str
    entity: str
    execute_on: date
    count: int
    total_eur: Eur
    state: Literal["made", "approved", "sent", "accepted", "rejected", "booked"]
    approved_by: tuple[str, ...] = ()
    bank_reference: str | None = None
    reason: str | None = None
    file_sha256: str | None = None
    """The file that is approved, to the byte; None for batches made before this was written down."""
    unchecked: int = 0
    """Payments whose payee no bank could verify; told where batches are listed."""


class EntryCard(Message):
    """One movement of a statement and what it was recognised as."""

    movement: str = ""
    """Its name: the number of the statement and the position in it, `12-3`."""
    iban: str
    on: date
    reference: str
    amount_eur: Eur
    state: Literal["matched", "partly", "unknown"]
    kind: Literal["invoice", "payment", "batch", "claim", "by_hand", "nothing", "taken_back"] | None = None
    """`nothing`: a line of 0.00, information without money; `taken_back`: it and its reversal cancel each other."""
    subject_id: str | None = None
    """The invoice's, the payment's or the batch's id."""
    matched_eur: Eur = ZERO
    text: str = ""
    structured: str | None = None
    counterparty_name: str | None = None
    counterparty_iban: str | None = None
    parts: tuple[MatchedPart, ...] = ()
    """What a person said it is, part by part."""


class MovementMatched(Message):
    """A movement after a person has matched it, and who must look again."""

    movement: EntryCard
    nudges: tuple["Nudge", ...] = ()


class ClientReceipt(Message):
    """Money received for one invoice."""

    on: date
    amount_eur: Eur


MoveKind = Literal[
    "receipt", "recall", "wage", "expense", "refund", "supplier", "insurer", "insurer_of_job", "unknown"
]


class MoneyMove(Message):
    """One thing a movement did to the money of one job."""

    key: str
    """Books it once."""
    job_id: str
    kind: MoveKind
    came_back: bool = False
    """A payment of ours that the bank gave back; of an unknown movement, that money came in."""
    on: date
    amount_eur: Eur
    """Above zero, whichever way it went."""
    payment_id: str | None = None
    """The payment of ours it was."""
    invoice_id: str | None = None
    """The invoice a client's money was for."""
    claim: str | None = None
    """The claim an insurer's money was for: its job and its short name."""
    holder: str | None = None
    """The entity whose account it moved on; None when nobody knows."""
    owner: str | None = None
    """The entity whose money it is, when that is known."""
    movement: str | None = None
    for_job: str | None = None
    """An unknown movement, and the job without an invoice that its reference names."""

    @property
    def over_another(self) -> bool:
        """Whether it moved on the account of another entity than the one whose money it is."""
        return self.holder is not None and self.owner is not None and self.holder != self.owner


class TakenStatement(Message):
    """A statement that was taken over and is not settled yet: to be booked, and told to those who wait."""

    number: int
    about: str = ""
    """How finance people find it."""
    movements: int
    unrecognised: int
    whole: bool = True
    """Whether all of it could be booked; what could not keeps it open."""
    moves: tuple[MoneyMove, ...] = ()
    nudges: tuple[Nudge, ...] = ()


Duty = Literal["statements", "import", "booking", "payments", "answers"]
"""What was under way: fetching statements, taking a file over, entering into the books, handing payments over,
reading what clients answer to invoices."""


class BankProblem(Message):
    """What could not be done with one account, statement or batch; the others went on."""

    about: str
    why: str
    passing: bool
    """Whether it may heal by itself: the bank could not be reached."""
    duty: Duty = "statements"


class ListedProblem(BankProblem):
    """The same as finance people see it until it is mended."""

    number: int
    since_at: datetime


class Nudges(Message):
    """Who must look again, and which statements are settled once they were told."""

    nudges: tuple[Nudge, ...] = ()
    statements: tuple[int, ...] = ()
    problems: tuple[BankProblem, ...] = ()


class BatchesMade(Message):
    """The batches of one morning."""

    batch_ids: tuple[str, ...] = ()
    nudges: tuple[Nudge, ...] = ()
    """The steps whose payment could not be put into any batch."""


FileKind = Literal["statement", "report"]


class ImportResult(Message):
    """What a file of the bank brought."""

    kind: FileKind
    statements: int = 0
    """Taken over now."""
    known: int = 0
    """Taken over before; nothing is booked twice."""
    movements: int = 0
    unrecognised: int = 0
    """Movements nobody has recognised: they stay visible."""
    rejected: int = 0
    """Payments the bank will not carry out."""
    refused: int = 0
    """Statements of the file that were not taken over; each is listed with its reason."""
    news: Nudges = Nudges()
