"""Waiting for the client's money, and what the law lets us do when it does not come."""

from datetime import date, datetime
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.message import Message
from domain.money import ZERO, Eur

StageKind = Literal[
    "friendly_reminder",
    "first_reminder",
    "formal_notice",
    "lawyer",
    "bailiff",
    "plan",
    "court",
    "seizure",
    "insolvency",
    "unseen_payment",
    "late_costs",
    "late_costs_left",
    "write_off",
]
LateCostsChoice = Literal["claim", "keep", "waive"]
"""What becomes of interest and costs when the principal is paid: asked by letter now, kept for when money comes, or
given up."""
Office = Literal["lawyer", "bailiff"]
OFFICES: dict[StageKind, Office] = {
    "lawyer": "lawyer",
    "bailiff": "bailiff",
    "court": "lawyer",
    "seizure": "bailiff",
    "insolvency": "lawyer",
}
"""Whom a dossier goes to at each stage with which one is handed over."""

LossBearer = Literal["activity", "sector", "community"]
"""Who may bear a loss; a person's wage is not among them."""


ChargedWhen = Literal["never", "with_title", "at_once"]
"""Whether and when the debtor is asked for what a stage costs us."""


class PostedLetter(Message):
    """A registered letter the postal operator took."""

    tracking: str
    cost_eur: Eur = ZERO


class CollectionCost(Message):
    """What one stage of a collection has cost so far."""

    job_id: str
    invoice_id: str
    number: str
    stage: StageKind
    total_eur: Eur
    """All of it until now: only what is new is booked."""
    at: datetime
    borne_by: LossBearer
    """Who bears it until the debtor has paid it, and for good what the law does not let us ask."""
    charged: ChargedWhen
    titled: bool = False
    """There is an enforceable title by now."""


class ClosedStage(Message):
    """A stage the process will not try again: carried out, done by hand, or given up."""

    kind: StageKind
    by_hand: bool = False
    borne_by: LossBearer | None = None
    """Who bears what was written off by hand."""


class DebtCollectionRequest(Message):
    """One invoice whose money is awaited."""

    invoice_id: str
    number: str
    client_id: str
    client_version: int
    member_id: str
    payable_eur: Eur
    due_on: date
    consumer: bool
    language: Literal["fr", "nl", "en"] = "fr"
    closed: tuple[ClosedStage, ...] = ()
    """What the process knows to be over, so that it is not planned again."""
    reminded: bool = True
    """Whether we remind and claim; when the member does that, the money is only awaited, and asked about last."""
    give_up: bool = False
    """A person wants to give it up: the decision who bears the loss is asked first."""


class DunningStage(Message):
    """One dated stage, planned by an activity: workflow code computes no rule."""

    kind: StageKind
    at: datetime
    basis: str
    """The law or the terms this stage rests on."""
    on_answer: bool = False
    """An answer of lawyer or bailiff asks for it: whatever else was asked is over."""


class Instalment(Message):
    """One part of a debt, and its day."""

    on: date
    amount_eur: Eur


class CounselAnswer(Message):
    """One thing lawyer or bailiff said about a dossier."""

    stage: StageKind
    """The stage with which the dossier was handed over."""
    status: str
    on: date
    plan: tuple[Instalment, ...] = ()
    """The instalments the debtor asks for."""
    reason: str = ""
    title: str | None = None
    """The number of an enforceable title."""


class OpenBalance(Message):
    """What is still owed on a day, and what comes next."""

    open_eur: Eur
    paid_eur: Eur = ZERO
    interest_eur: Eur = ZERO
    costs_eur: Eur = ZERO
    rate_missing: bool = False
    """Interest is not known because nobody has entered the rate of these days: none is claimed until then."""
    disputed: bool = False
    last_payment_on: date | None = None
    next_stage: DunningStage | None = None
    with_counsel: bool = False
    """A lawyer or a bailiff holds a dossier: they are asked how far it is."""
    resting: bool = False
    """An agreed plan of instalments is kept, which is looked at again then:"""
    look_at: datetime | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing is owed of the principal any more, nor to be decided about interest and costs."""
        return self.open_eur <= 0 and self.next_stage is None


class StageRequest(Message):
    """One stage of one collection, to be carried out."""

    collection: DebtCollectionRequest
    stage: DunningStage
    decided: bool = False
    """A person said yes: what goes to a bailiff or is written off is never decided by a clock."""
    mandate: str | None = None
    """The lawyer's number, when a person got it outside this process."""
    borne_by: LossBearer = "community"
    """Who bears what is written off, and what the stage costs as far as the debtor does not pay it."""
    late_costs: LateCostsChoice | None = None
    """What becomes of interest and costs that are left when the principal is paid."""


class Dossier(Message):
    """What lawyer and bailiff are given: never part of a history, for it names people and holds papers."""

    reference: str
    route: Literal["administrative_recovery", "amicable", "court", "european_order", "enforcement", "insolvency"]
    mandate: str | None = None
    """The lawyer's number, which the bailiff needs for the administrative route."""
    title: str | None = None
    """The enforceable title that is carried out."""
    creditor_name: str
    creditor_number: str
    debtor_name: str
    debtor_number: str | None = None
    debtor_email: str | None = None
    debtor_country: str = "BE"
    principal_eur: Eur
    interest_eur: Eur
    costs_eur: Eur
    due_on: date
    calculated_on: date
    iban: str
    payment_reference: str
    documents: tuple[tuple[str, bytes], ...] = ()


class DossierStep(Message):
    """One dated thing that happened to a dossier."""

    status: str
    at: datetime
    plan: tuple[Instalment, ...] = ()
    reason: str = ""
    title: str | None = None


class DossierState(Message):
    """How far a dossier is."""

    dossier_id: str
    status: str
    mandate: str | None = None
    history: tuple[DossierStep, ...] = ()
    """Everything that happened to it, the earliest first."""
    principal_eur: Eur = ZERO
    """What the office takes to be owed of the principal."""
    costs_eur: Eur = ZERO
    """What the office's own acts cost so far."""


class Heard(Message):
    """What asking lawyer and bailiff brought."""

    answers: int = 0
    """How many answers were new."""


class StageDone(Message):
    """What was sent or handed over."""

    kind: StageKind
    document: str | None = None
    reference: str | None = None
    claimed_eur: Eur = ZERO
    costs_eur: Eur | None = None
    """What it has cost in all, said by whoever did it by hand: letters, a lawyer's or a bailiff's bill."""
    borne_by: LossBearer | None = None
    """Who bears that, or what was written off, as far as the client does not pay it."""

    def story_values(self) -> dict[str, str]:
        """The stage and what was claimed."""
        return {"stage": self.kind, "claimed": str(self.claimed_eur), "reference": self.reference or "-"}


class WriteOffNeedsDecision(Refusal):
    """All lawful ways are tried: two persons decide whether the rest is written off."""

    text = "Every lawful way has been tried; {open} EUR remain. Write off?"
    decided_by: ClassVar[Decider] = "finance"


class BailiffNeedsDecision(Refusal):
    """The dossier goes to lawyer and bailiff only when a person says so."""

    text = "Reminders did not help; {open} EUR remain. Hand the dossier over to lawyer and bailiff?"
    decided_by: ClassVar[Decider] = "finance"


class CounselSilent(Refusal):
    """An office has said nothing for months: two persons decide whether to go on waiting or to give up."""

    text = "{counsel} has said nothing about {open} EUR since {since}. Give the rest up, or ask and wait?"
    decided_by: ClassVar[Decider] = "finance"


class NothingToBeHad(Refusal):
    """Lawyer or bailiff say that nothing comes of it: two persons decide whether the rest is written off."""

    text = "{counsel}: {heard}. {open} EUR remain. Write off?"
    decided_by: ClassVar[Decider] = "finance"


class ContestedNeedsDecision(Refusal):
    """The client contests before lawyer or bailiff: two persons decide whether a judge is asked."""

    text = "The client contests invoice {number} ({reason}); {open} EUR remain. Go to court, or credit it?"
    decided_by: ClassVar[Decider] = "finance"


class SeizureNeedsDecision(Refusal):
    """There is an enforceable title: two persons decide whether it is carried out."""

    text = "The title {title} for {open} EUR is enforceable. Have the bailiff seize?"
    decided_by: ClassVar[Decider] = "finance"


class PlanNeedsDecision(Refusal):
    """The client asks lawyer or bailiff for instalments."""

    text = "The client asks to pay {parts} parts until {until}; {open} EUR remain. Agree?"
    decided_by: ClassVar[Decider] = "finance"


class InsolvencyNeedsDecision(Refusal):
    """The client is insolvent: two persons decide that the claim is filed."""

    text = "The client of invoice {number} is insolvent; {open} EUR remain. File the claim?"
    decided_by: ClassVar[Decider] = "finance"


class PaymentNotSeen(Refusal):
    """Lawyer or bailiff say it is paid, and no statement shows it."""

    text = "{counsel} says that invoice {number} is paid; no statement shows {open} EUR. Ask where it is."
    decided_by: ClassVar[Decider] = "finance"


class LateCostsNeedDecision(Refusal):
    """The principal is paid, interest and costs that were asked are not."""

    text = "Invoice {number} is paid; {left} EUR of interest and costs are not. Claim, keep or waive them?"
    decided_by: ClassVar[Decider] = "finance"


class LateCostsStillUnpaid(Refusal):
    """Interest and costs were claimed and did not come."""

    text = "The {left} EUR of interest and costs of invoice {number} did not come. Keep or waive them?"
    decided_by: ClassVar[Decider] = "finance"


class MandateMissing(Refusal):
    """The bailiff acts at a lawyer's request only, and no lawyer's mandate is known."""

    text = "The bailiff needs the mandate of the lawyer for invoice {number}: enter its number."
    decided_by: ClassVar[Decider] = "finance"


class InvoiceDisputed(Refusal):
    """The client contests the invoice: nothing more is sent until a person has settled it."""

    text = "The client disputes invoice {number}: nothing is sent until that is settled."
    decided_by: ClassVar[Decider] = "advisor"


class ClientNotReachable(Refusal):
    """A reminder has nowhere to go."""

    text = "The client's {field} is missing: nothing can be sent about invoice {number}."
    decided_by: ClassVar[Decider] = "advisor"
