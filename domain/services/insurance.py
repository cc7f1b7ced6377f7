"""Collective covers, checked; extra covers, quoted and bound."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.frame import Flaw, JobFrame, covering, in_order, near, not_below, not_empty
from domain.hand import PaidByHand
from domain.message import Message
from domain.money import ZERO, Eur

Cover = Literal["equipment_all_risk", "abroad", "tour", "cancellation"]


class InsuranceRequest(Message):
    """What must be covered: the collective covers always, extra covers when wished."""

    from_on: date
    until_on: date
    country: str
    people: int
    covers: tuple[Cover, ...] = ()
    declared_value_eur: Eur = ZERO
    ceiling_eur: Eur | None = None
    """Above this price the member is asked."""
    place: str = ""
    """Printed on the certificate."""
    language: Literal["fr", "nl", "en"] = "fr"


class Policy(PaidByHand):
    """The covers in force for the job."""

    policy_number: str | None = None
    collective_in_force: bool = False
    covers: tuple[Cover, ...] = ()
    premium_eur: Eur = ZERO
    quote_id: str | None = None
    valid_until_at: datetime | None = None
    certificate: str | None = None
    """The name of the certificate among the job's papers."""
    released: bool = False
    """Cancelled; the collective covers stay in force."""
    kept_premium_eur: Eur = ZERO
    """What the insurer keeps after a late cancellation."""
    claimed_on: tuple[str, ...] = ()
    """Covers that stay although the rest is cancelled, because there is a claim on them."""

    def story_values(self) -> dict[str, str]:
        """The policy and its premium; given back, whether a cover stays."""
        if self.claimed_on:
            return {"about": "claimed"}
        kept = {"kept": str(self.kept_premium_eur)} if self.released else {}
        return {"policy": self.policy_number or "-", "premium": str(self.premium_eur)} | kept


CollectiveCover = Literal["work_accident", "liability", "mobility"]


class InForce(Message):
    """A collective cover of the cooperative on certain days in a country."""

    cover: CollectiveCover
    policy_number: str
    in_force: bool


class CoverQuote(Message):
    """What an extra cover would cost, taxes included."""

    quote_id: str
    cover: Cover
    total_eur: Eur
    valid_until_at: datetime


class BoundCover(Message):
    """An extra cover as the insurer has it in its books."""

    policy_id: str
    policy_number: str
    cover: Cover
    state: Literal["bound", "cancelled"]
    total_eur: Eur
    refund_eur: Eur = ZERO
    certificate: bytes = b""
    """The insurer's own certificate, a PDF."""


class CoverNotInForce(Refusal):
    """A collective cover does not hold for these days or this country."""

    text = "The collective cover does not hold in {country} from {from_on} to {until_on}."
    decided_by: ClassVar[Decider] = "advisor"


class PremiumAboveCeiling(Refusal):
    """The insurer's real price is above what the quote allowed."""

    text = "The premium is {price} EUR, above the ceiling of {ceiling} EUR."
    decided_by: ClassVar[Decider] = "member"


def sound(request: InsuranceRequest, job: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited request, by this service's own rules and the job it belongs to."""
    yield from not_below(max(1, len(job.starts) if job else 1), people=request.people)
    yield from not_below(0, declared_value_eur=request.declared_value_eur, ceiling_eur=request.ceiling_eur)
    yield from not_empty(country=request.country)
    yield from in_order(from_on=request.from_on, until_on=request.until_on)
    yield from covering(job, from_on=request.from_on, until_on=request.until_on)
    yield from near(job, from_on=request.from_on, until_on=request.until_on)


# -- a claim on the cancellation cover ---------------------------------------------------------------------------


class ClaimTerms(Message):
    """What the policy says about claims on the cancellation cover."""

    declare_within_days: int
    """From the day on which the job was called off."""
    answer_within_days: int
    """From the day on which the loss was stated; later, a person asks the insurer."""
    source: str
    verified: bool


class ClaimRequest(Message):
    """A job that was called off, put to the insurer of its cancellation cover."""

    policy_reference: str
    """The reference under which the cover was bound."""
    called_off_on: date
    cause: str
    """Why, as whoever called it off said; the insurer reads it."""
    declare_by: datetime
    answer_within_days: int
    """From the day on which the loss is stated."""
    terms_source: str = ""


class Claim(Message):
    """The claim as it stands."""

    claim_number: str | None = None
    loss_eur: Eur | None = None
    paid_eur: Eur | None = None
    """What the insurer paid; 0.00 when it pays nothing; None while it has not decided."""
    excess_eur: Eur = ZERO
    """The part of the loss that the policy leaves with the job."""

    def story_values(self) -> dict[str, str]:
        """The claim, the loss, what was paid, and what stays."""
        loss, paid = self.loss_eur or ZERO, self.paid_eur or ZERO
        left = max(loss - paid, ZERO)
        return {"number": self.claim_number or "–", "loss": str(loss), "paid": str(paid), "left": str(left)}


class KeptClaim(Message):
    """A claim as the insurer has it in its books."""

    claim_id: str
    claim_number: str
    state: Literal["declared", "assessing", "settled", "refused"]
    loss_eur: Eur | None = None
    loss_stated_at: datetime | None = None
    paid_eur: Eur | None = None
    excess_eur: Eur = ZERO
    refused_because: str = ""


class NoCoverToClaimOn(Refusal):
    """The insurer has no bound cancellation cover under this job's reference."""

    text = "The insurer knows no cancellation cover of this job that is in force."


class ClaimRefused(Refusal):
    """The insurer pays nothing."""

    text = "The insurer refuses claim {number}: {reason}"
    decided_by: ClassVar[Decider] = "advisor"


class ClaimUnanswered(Refusal):
    """The insurer says nothing within the time its policy gives it."""

    text = "The insurer has not answered claim {number} within {days} days."
    decided_by: ClassVar[Decider] = "advisor"


def claim_sound(request: ClaimRequest, job: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited claim."""
    yield from not_empty(cause=request.cause)


def claim_lacking(request: ClaimRequest, done: Claim) -> str | None:
    """What a claim settled by hand does not say."""
    if done.paid_eur is None:
        return (
            "paid_eur: say what the insurer paid, 0.00 when it pays nothing; as long as it has not answered, "
            "postpone the decision"
        )
    if done.paid_eur < ZERO:
        return "paid_eur: an insurer never pays less than nothing"
    return None
