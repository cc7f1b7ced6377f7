"""A claim for something that happened on a job: an accident, damage, a theft, somebody who did not come.

It is reported to the insurer of the cover it falls under, the loss is stated, the insurer decides, its money is
awaited on the bank account, and what it does not pay gets a named bearer.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Final, Literal, NamedTuple, get_args

from domain.errors import Decider, Refusal
from domain.frame import Flaw, JobFrame, not_below
from domain.message import Message
from domain.money import ZERO, Eur
from domain.orders import order_key

IncidentKind = Literal["accident", "damage", "theft", "no_show"]
"""What happened and may be claimed on a cover; a job that is called off claims by itself when it stops."""
HitThing = Literal["equipment", "vehicle", "others"]
"""What was damaged or stolen: rented or own equipment, a vehicle, or something of somebody else."""
ClaimCover = Literal[
    "work_accident", "liability", "mobility", "equipment_all_risk", "abroad", "tour", "cancellation"
]
COLLECTIVE: Final[frozenset[str]] = frozenset({"work_accident", "liability", "mobility"})
"""Covers of the cooperative itself, in force for everybody; the others are bound for one job."""
ClaimStage = Literal["report", "loss", "outcome", "money", "bearer"]
CLAIM_STAGES: Final[tuple[ClaimStage, ...]] = get_args(ClaimStage)
Bearer = Literal["activity", "sector", "community"]


class IncidentClaim(Message):
    """One thing that happened, put to an insurer. What happened and to whom stands in the job's own record, by its
    id: no name is in it."""

    incident_id: str
    item: str
    """The claim's short name on its job: `damage-1`."""
    kind: IncidentKind
    cover: ClaimCover
    """The cover it falls under."""
    happened_on: date
    policy_reference: str | None = None
    """The reference under which this job's own cover was bound; None for a collective cover, and where none is."""
    country: str = "BE"
    report_by: datetime | None = None
    answer_within_days: int = 30
    """After that many days a person asks the insurer."""
    pay_within_days: int = 30
    """The same for money that was promised."""
    loss_eur: Eur | None = None
    """What it costs the cooperative, without VAT it deducts: a repair, what stands in for something lost."""
    paid_to: str = ""
    """Who was paid, or is owed, that amount."""
    documents: tuple[str, ...] = ()
    """More papers of the job, by their names, that go to the insurer beside those told with the incident."""
    borne_by: Bearer | None = None
    """Who bears what no insurer pays."""


class ClaimStanding(Message):
    """A claim as it stands, and the result of each of its steps."""

    claim_number: str | None = None
    """The insurer's."""
    loss_eur: Eur | None = None
    granted_eur: Eur | None = None
    """What the insurer decided to pay; 0.00 when nothing; None while it has not decided."""
    excess_eur: Eur = ZERO
    """The part of the loss that the policy leaves with us."""
    paid_eur: Eur = ZERO
    """What came in on the bank account."""
    borne_by: Bearer | None = None
    to_person: bool = False
    """The insurer pays the person who had the accident, not the cooperative."""

    @property
    def left_eur(self) -> Decimal:
        """What nobody has paid of the loss; below zero when an insurer paid more than was lost."""
        return (self.loss_eur or ZERO) - self.paid_eur

    def story_values(self) -> dict[str, str]:
        """The claim and its amounts."""
        told = {
            "number": self.claim_number or "–",
            "loss": str(self.loss_eur or ZERO),
            "granted": str(self.granted_eur or ZERO),
            "excess": str(self.excess_eur),
            "paid": str(self.paid_eur),
            "left": str(max(self.left_eur, ZERO)),
        }
        if self.to_person:
            return told | {"about": "person"}
        return told | ({"about": self.borne_by} if self.borne_by else {})


class ClaimInput(Message):
    """What the process of one claim starts from."""

    job_id: str
    entity: str
    claim: IncidentClaim
    shift: timedelta = timedelta(0)
    """Business time = engine time + shift; zero in production."""
    carried: dict[str, Any] | None = None
    """The file so far, when a long history was cut."""
    longest_history: int = 0


class EvidenceFile(NamedTuple):
    """A paper that goes to the insurer."""

    name: str
    media_type: str
    content: bytes


class IncidentReport(Message):
    """What is told to the insurer."""

    reference: str
    kind: IncidentKind
    policy_number: str
    happened_on: date
    description: str
    person: str | None = None
    pay_to_iban: str


class InsurersIncident(Message):
    """A claim as the insurer has it in its books."""

    incident_id: str
    number: str
    state: Literal["declared", "documents_asked", "assessing", "settled", "refused"]
    reported_in_time: bool = True
    documents_asked: str = ""
    evidence: tuple[str, ...] = ()
    """The names of the papers it has."""
    loss_eur: Eur | None = None
    granted_eur: Eur | None = None
    excess_eur: Eur = ZERO
    pays_person: bool = False
    refused_because: str = ""
    asked_at: datetime | None = None
    """Since when it is the insurer's turn to decide."""


class NotCovered(Refusal):
    """No cover that is in force covers it."""

    text = "No cover of this job that is in force on {on} covers what happened."
    decided_by: ClassVar[Decider] = "advisor"


class ReportedOutside(Refusal):
    """A person reported it in another way: nobody hears of it here."""

    text = "Claim {number} was reported by hand: enter what the insurer decided."
    decided_by: ClassVar[Decider] = "advisor"


class LossNotSaid(Refusal):
    """Nobody has said yet what it costs."""

    text = "Say what it costs, without VAT, and who is paid; 0.00 when nothing is lost."
    decided_by: ClassVar[Decider] = "advisor"


class DocumentsAsked(Refusal):
    """The insurer wants to see more before it decides."""

    text = "The insurer asks for documents for claim {number}: {what}. Add them to what happened, then try again."
    decided_by: ClassVar[Decider] = "advisor"


class InsurerPaysNothingYet(Refusal):
    """The insurer promised to pay, and nothing came."""

    text = "The insurer has not paid the {amount} EUR of claim {number} within {days} days."
    decided_by: ClassVar[Decider] = "finance"


class RestNeedsBearer(Refusal):
    """Part of the loss is paid by nobody."""

    text = "{left} EUR of claim {number} are paid by no insurer: say who bears them."
    decided_by: ClassVar[Decider] = "advisor"


def step_item(item: str, stage: ClaimStage) -> str:
    """The short name of one step of a claim: `damage-1-report`."""
    return f"{item}-{stage}"


def reference_of(job_id: str, item: str) -> str:
    """What the insurer is asked about, whatever is edited: the order of the step that waits for its answer."""
    return order_key(job_id, "insurance", step_item(item, "outcome"), 1)


def sound_claim(request: IncidentClaim, job: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited claim."""
    yield from not_below(0, loss_eur=request.loss_eur)


def lacking_of_claim(stage: ClaimStage, done: ClaimStanding) -> str | None:
    """What a step of a claim done by hand does not say."""
    if stage == "report" and not (done.claim_number or "").strip():
        return "claim_number: say under which number the insurer has it; skip when nothing is claimed"
    if stage == "loss" and (done.loss_eur is None or done.loss_eur < ZERO):
        return "loss_eur: say what it costs, 0.00 when nothing is lost"
    if stage == "outcome" and (done.granted_eur is None or done.granted_eur < ZERO):
        return "granted_eur: say what the insurer pays, 0.00 when it pays nothing; until it has decided, postpone"
    if stage == "money" and done.paid_eur <= ZERO:
        return "paid_eur: say what the insurer has paid; as long as nothing came, postpone"
    if stage == "bearer" and done.borne_by is None:
        return "borne_by: say who bears what no insurer pays"
    return None
