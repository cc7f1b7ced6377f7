"""The employment of one crew member: offered, signed by the person, signed by the cooperative, declared."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar, Literal, TypedDict

from domain.dimona import DimonaPart
from domain.errors import Decider, Refusal
from domain.frame import Flaw, JobFrame, in_order
from domain.message import Message
from domain.money import Eur
from domain.rules.pay_periods import PayDay
from domain.work_day import WorkDay as WorkDay


class EmploymentContractRequest(Message):
    """The employment offered to one crew member."""

    person_id: str
    member: bool
    """Whether this person is the member who declared the job."""
    function: str
    artistic: bool
    manual: bool = False
    """Mainly manual work: a blue-collar contract, holiday pay through the ONVA."""
    status: Literal["employee", "student", "standing_contract", "self_employed"] = "employee"
    days: tuple[WorkDay, ...]
    gross_eur: Eur
    joint_committee: str
    language: Literal["fr", "nl"]
    courtesy_translation: Literal["en"] | None = None
    fixed_term_reason: str | None = None
    """Why a further fixed term is justified. Source: law of 3 July 1978, art. 10."""
    starts_at: datetime
    """The first start of this person: without signature and declaration by then, nobody works."""
    answer_by: datetime
    remind_at: tuple[datetime, ...] = ()
    """T-48 h remind, T-24 h the adviser's call list, T-4 h loud."""
    pay_days: tuple[PayDay, ...] = ()
    """By when how much of the gross is paid, where the contract is paid by the month."""


def first_start_without(signed: EmploymentContractRequest, wanted: EmploymentContractRequest) -> datetime | None:
    """The first start of the wanted work that the signed contract does not hold: another day or place, or hours
    outside the signed ones. None when every day is held, as when only the pay would change."""
    starts = sorted(day.starts_at for day in wanted.days if not any(_holds(one, day) for one in signed.days))
    return starts[0] if starts else None


def _holds(signed: WorkDay, wanted: WorkDay) -> bool:
    hours = signed.starts_at <= wanted.starts_at and wanted.ends_at <= signed.ends_at
    return hours and signed.place == wanted.place


class Engagement(Message):
    """What binds one crew member and the cooperative."""

    token_id: str | None = None
    contract: str | None = None
    """The name of the contract among the job's papers."""
    person_signed_at: datetime | None = None
    cooperative_signed_at: datetime | None = None
    dimona_declaration: str | None = None
    dimona_period: str | None = None
    dimona_result: Literal["A", "W", "B", "S"] | None = None
    dimona_periods: tuple[str, ...] = ()
    """Its periods, where one declaration did not say it all."""
    declared_at: datetime | None = None
    assignment_note: bool = False
    """Already under contract with the entity on those days: a note, no second contract and no second Dimona."""
    covered_by_job: str | None = None
    """The job whose contract and declaration an assignment note leans on."""
    covered_by_dimona: str | None = None
    """The number of that declaration, once it is accepted."""
    terminated_on: date | None = None
    amendment: bool = False
    """An amendment to a contract that was signed before."""

    def story_values(self) -> dict[str, str]:
        """The numbers of the declaration; of an assignment note, whose they are; an amendment is named."""
        if self.assignment_note:
            return {"assigned": self.covered_by_job or "-", "covering": self.covered_by_dimona or "-"}
        return {
            "dimona": " + ".join(self.dimona_periods) or self.dimona_period or self.dimona_declaration or "-",
            "contract": self.contract or "-",
            **({"about": "amendment"} if self.amendment else {}),
        }


class EndedByHand(Message):
    """A contract that both ended outside: the agreement they signed is the proof."""

    terminated_on: date
    """The last day of the contract; the first day on which it does not hold is the next one."""


class EngagementOffer(Message):
    """An employment as it was offered, in the cooperative's own register."""

    order_key: str
    job_id: str
    item: str
    entity: str
    person_id: str
    first_on: date
    last_on: date
    starts_at: datetime
    offered_at: datetime
    amends: str | None = None
    """The order key of the signed contract this is an amendment to."""
    student_hours: int | None = None
    """Hours that count against a student's quota; none for everybody else."""
    student_hours_next_year: int | None = None
    """Those of them worked in the year after the first day's."""


class KeptEngagement(EngagementOffer):
    """An employment as it stands."""

    contract_number: str | None = None
    contract: str | None = None
    """The name of the paper: a contract, or an assignment note."""
    person_signed_at: datetime | None = None
    binding_at: datetime | None = None
    """When the cooperative began to sign: from then on no second contract for these days."""
    cooperative_signed_at: datetime | None = None
    assigned_to: str | None = None
    """The order key of the contract that already covers these days."""
    dimona_turn: int = 1
    """How often it was declared: a refused declaration is declared anew, not repeated."""
    dimona_declaration: str | None = None
    dimona_period: str | None = None
    dimona_result: Literal["A", "W", "B", "S"] | None = None
    dimona_parts: tuple[DimonaPart, ...] | None = None
    """Where one declaration from the first to the last day is not what social security takes: around the periods of
    other contracts, and for each quarter of a student. None where one declaration says it all."""
    declared_at: datetime | None = None
    withdrawn_at: datetime | None = None
    taken_off_at: datetime | None = None
    terminated_on: date | None = None
    amended_by: str | None = None
    """The order key of the amendment both signed: from then on that one says what was agreed."""

    @property
    def dimona_numbers(self) -> tuple[str, ...]:
        """The numbers of its own periods at social security."""
        if self.dimona_parts is None:
            return () if self.dimona_period is None else (self.dimona_period,)
        return tuple(part.period for part in self.dimona_parts if part.period is not None)

    def engagement(self) -> Engagement:
        """The same as the step's result."""
        return Engagement(
            dimona_periods=self.dimona_numbers if self.dimona_parts is not None else (),
            contract=self.contract,
            person_signed_at=self.person_signed_at,
            cooperative_signed_at=self.cooperative_signed_at,
            dimona_declaration=self.dimona_declaration,
            dimona_period=self.dimona_period,
            dimona_result=self.dimona_result,
            declared_at=self.declared_at,
            assignment_note=self.assigned_to is not None,
            terminated_on=self.terminated_on,
            amendment=self.amends is not None,
        )


def covers(contract: KeptEngagement, work: EngagementOffer) -> bool:
    """Whether work falls under a contract with the same person that holds for all its days."""
    return contract.order_key != work.order_key and holds_for(contract, work.first_on, work.last_on)


def holds_for(contract: KeptEngagement, first_on: date, last_on: date) -> bool:
    """Whether a contract binds on all these days, the first and the last included, and has not ended by then. An
    amended contract has its amendment speak for it."""
    ended = contract.withdrawn_at or contract.taken_off_at or contract.amended_by
    over = contract.terminated_on is not None and contract.terminated_on < last_on
    return (
        contract.binding_at is not None
        and not ended
        and not over
        and contract.first_on <= first_on
        and last_on <= contract.last_on
    )


class EngagementNote(TypedDict, total=False):
    """What may be written down about an engagement afterwards."""

    contract_number: str
    contract: str
    assigned_to: str
    amended_by: str
    binding_at: datetime
    person_signed_at: datetime
    cooperative_signed_at: datetime
    dimona_turn: int
    dimona_declaration: str | None
    dimona_period: str | None
    dimona_result: Literal["A", "W", "B", "S"] | None
    dimona_parts: tuple[DimonaPart, ...]
    declared_at: datetime
    withdrawn_at: datetime
    taken_off_at: datetime
    terminated_on: date


class Seal(Message):
    """The cooperative's electronic seal on one document, checked when it was made."""

    document_sha256: str
    """Base64."""
    signature: str
    """Base64 of the DER signature."""
    certificates: tuple[str, ...]
    """Base64 DER, the seal's own first."""
    algorithm: str = "ecdsa-with-SHA256"


class PersonRefused(Refusal):
    """The person does not accept the offer."""

    text = "The person does not accept the offer: {reason}"
    decided_by: ClassVar[Decider] = "member"


class CoverGone(Refusal):
    """The contract of another job, under which this work fell, has ended or is for other days now."""

    text = "The contract of another job, under which this work fell, does not cover these days any more."
    decided_by: ClassVar[Decider] = "advisor"


class DimonaNotThere(Refusal):
    """What was declared by hand is not what social security has."""

    text = (
        "Social security has nothing under number {number} for this person, this employer and these days: enter "
        "the right number, or declare it."
    )
    decided_by: ClassVar[Decider] = "ops"


class NotSignedInTime(Refusal):
    """The person has not signed before work was to start."""

    text = "Not signed before the start: this person was told not to start and is taken off the job."
    decided_by: ClassVar[Decider] = "advisor"


class TooYoung(Refusal):
    """Somebody is too young to be employed. Source: law of 16 March 1971, art. 6 and 7."""

    text = (
        "This person is under {youngest} on a day of work and may not be employed. Let somebody else come, or have "
        "the adviser ask the inspectorate for the permission that artistic activities of children need."
    )
    decided_by: ClassVar[Decider] = "advisor"


class YoungWorkerHours(Refusal):
    """Somebody under eighteen would work at night or without the breaks that are due."""

    text = (
        "Somebody under 18 would work at night or without the breaks of young workers on {days}. Move the hours, "
        "give longer breaks, let somebody else come, or sign outside with the proof that an exception holds."
    )
    decided_by: ClassVar[Decider] = "advisor"


class DimonaRefused(Refusal):
    """Social security refused the declaration."""

    text = "Social security refused the declaration: {anomalies}"
    decided_by: ClassVar[Decider] = "ops"


class LanguageNeedsAdviser(Refusal):
    """The seat's language is one the cooperative has no contract text for."""

    text = "The contract must be in {language}: the adviser prepares it."
    decided_by: ClassVar[Decider] = "advisor"


class ContractAlreadyBinds(Refusal):
    """The cooperative has signed: nothing takes that back by itself."""

    text = "The contract is signed by both: it ends only by an agreement of both, which the adviser prepares."
    decided_by: ClassVar[Decider] = "advisor"


class NoRunningContract(Refusal):
    """Somebody declared under contract is not: without a contract and a declaration nobody may start."""

    text = "No running contract of this person covers these days: a contract and a declaration are needed."
    decided_by: ClassVar[Decider] = "advisor"


def sound(request: EmploymentContractRequest, _: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited request, by this service's own rules and the job it belongs to."""
    yield from in_order(answer_by=request.answer_by, starts_at=request.starts_at)
    for at in request.remind_at:
        yield from in_order(remind_at=at, answer_by=request.answer_by)
