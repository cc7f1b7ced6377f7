"""What is kept of a collection over the months: its state, the stages already over, and how old the debt is."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from domain import workflow_ids
from domain.instalments import InstalmentPlan, in_force
from domain.message import Message
from domain.money import ZERO, Eur
from domain.rules import counsel
from domain.rules.consumer import Channel, ConsumerTerms
from domain.rules.debt_collection import SentStage
from domain.services.debt_collection import (
    OFFICES,
    CounselAnswer,
    LateCostsChoice,
    LossBearer,
    StageDone,
    StageKind,
)

CollectionState = Literal["open", "disputed", "paid", "credited", "written_off"]
StageEnd = Literal["sent", "by_hand", "skipped"]
AgeBand = Literal["not_due", "1-30", "31-60", "61-90", "90+"]
BANDS: tuple[tuple[int, AgeBand], ...] = ((0, "not_due"), (30, "1-30"), (60, "31-60"), (90, "61-90"))
"""The last day late of each band of an aged list of debtors."""


def is_stage(item: str, kind: str) -> bool:
    """Whether a collection's step is this stage: `inv1-write-off`, or `inv1-write-off2` when its money is awaited
    for the second time."""
    ending = f"-{kind.replace('_', '-')}"
    return item.endswith(ending) or item[:-1].endswith(ending)


class NewCollection(Message):
    """An invoice whose money begins to be awaited."""

    invoice_id: str
    job_id: str
    entity: str
    client_id: str
    client_version: int
    payable_eur: Eur
    due_on: date
    terms: ConsumerTerms
    """What the terms say about late payment on this day; later terms never reach back."""
    opened_at: datetime


class KeptStage(Message):
    """One stage of a collection, begun once and ended once."""

    kind: StageKind
    order_key: str
    """The first order that began it: what partners are asked about, whatever is edited afterwards."""
    begun_at: datetime
    ended: StageEnd | None = None
    ended_on: date | None = None
    channel: Channel = "electronic"
    document: str | None = None
    reference: str | None = None
    """The tracking number, the dossier's or the mail's id."""
    claimed_eur: Eur = ZERO
    costs_eur: Eur = ZERO
    """Interest and costs within what was claimed."""
    choice: LateCostsChoice | None = None
    """What was decided about interest and costs that were left."""

    @property
    def over(self) -> bool:
        """Whether it has ended. A write-off that was given up has not: nothing comes after it."""
        return self.ended is not None and (self.kind, self.ended) != ("write_off", "skipped")

    def sent(self) -> SentStage | None:
        """The stage as the rules count it; None while it has not ended."""
        if self.ended_on is None or not self.over:
            return None
        skipped = self.ended == "skipped"
        return SentStage(kind=self.kind, on=self.ended_on, channel=self.channel, skipped=skipped)

    def result(self) -> StageDone:
        """The same as the step's result."""
        return StageDone(
            kind=self.kind, document=self.document, reference=self.reference, claimed_eur=self.claimed_eur
        )


class KeptCost(Message):
    """One cost of collecting, as it was booked."""

    stage: StageKind
    on: date
    amount_eur: Eur
    borne_by: LossBearer
    charged_on: date | None = None
    """Since when the debtor is asked for it."""


class StageEnding(Message):
    """How a stage ended."""

    ended: StageEnd = "sent"
    ended_on: date
    channel: Channel = "electronic"
    document: str | None = None
    reference: str | None = None
    claimed_eur: Eur = ZERO
    costs_eur: Eur = ZERO
    choice: LateCostsChoice | None = None


class KeptCollection(NewCollection):
    """A collection as it stands."""

    state: CollectionState = "open"
    disputed_at: datetime | None = None
    closed_at: datetime | None = None
    borne_by: LossBearer | None = None
    """Who bears the loss, once it is written off."""
    stages: tuple[KeptStage, ...] = ()
    heard: tuple[CounselAnswer, ...] = ()
    """What lawyer and bailiff answered, the earliest first."""
    spent: tuple[KeptCost, ...] = ()
    """What collecting has cost so far."""
    plans: tuple[InstalmentPlan, ...] = ()
    """The instalments that were proposed or asked for, the earliest first."""
    turn: int = 1
    """How often it is awaited: once more each time the bank took the money back after the end."""

    @property
    def plan(self) -> InstalmentPlan | None:
        """The plan of instalments both sides agreed to and that is not broken."""
        return in_force(self.plans)

    @property
    def process(self) -> str:
        """The process that awaits it now."""
        return workflow_ids.of_collection(self.invoice_id, self.turn)

    @property
    def over(self) -> tuple[SentStage, ...]:
        """The stages that are not planned again."""
        return tuple(sent for stage in self.stages if (sent := stage.sent()))

    @property
    def asked_costs_eur(self) -> Decimal:
        """The most that was lawfully asked beside the principal."""
        return max((stage.costs_eur for stage in self.stages if stage.ended == "sent"), default=ZERO)

    @property
    def charged_eur(self) -> Decimal:
        """Costs of collecting that the debtor is asked for."""
        return sum((one.amount_eur for one in self.spent if one.charged_on), ZERO)

    @property
    def dossiers(self) -> tuple[KeptStage, ...]:
        """The dossiers a lawyer or a bailiff holds and may still say something about."""
        last = {one.stage: one.status for one in self.heard if one.status not in counsel.SAYS_NOTHING}
        handed = [one for one in self.stages if one.kind in OFFICES and one.ended == "sent" and one.reference]
        return tuple(one for one in handed if last.get(one.kind) not in counsel.OVER)

    def stage(self, kind: StageKind) -> KeptStage | None:
        """One stage, when it was begun."""
        return next((stage for stage in self.stages if stage.kind == kind), None)


class ReopenedDebt(Message):
    """An invoice that is owed again after its collection had ended, and about which nobody has decided yet."""

    invoice_id: str
    number: str
    job_id: str
    entity: str
    client_id: str
    client_version: int
    payable_eur: Eur
    open_eur: Eur
    due_on: date
    turn: int
    since_at: datetime


class CollectionCard(Message):
    """One line of the aged list of debtors."""

    invoice_id: str
    number: str
    job_id: str
    entity: str
    client_id: str
    client_version: int
    payable_eur: Eur
    open_eur: Eur
    due_on: date
    state: CollectionState
    last_stage: StageKind | None = None
    last_stage_on: date | None = None
    days_late: int
    """Zero while it is not due."""

    @property
    def band(self) -> AgeBand:
        """How old the debt is."""
        return next((band for last, band in BANDS if self.days_late <= last), "90+")


def days_late(due_on: date, on: date) -> int:
    """Days since the due day, which itself is in time."""
    return max((on - due_on) // timedelta(days=1), 0)
