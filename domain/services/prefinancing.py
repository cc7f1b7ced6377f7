"""The guarantee fund: what must be paid before the client pays, reserved, posted, voided."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.frame import Flaw, JobFrame, not_below
from domain.message import Message
from domain.money import Eur


class PrefinancingRequest(Message):
    """What the fund is asked to reserve: services at their ceilings, wage cost and VAT until the client pays."""

    member_id: str
    client_id: str
    choice: Literal["automatic", "not_needed", "capped"] = "automatic"
    services_eur: Eur
    wages_eur: Eur
    vat_eur: Eur
    cap_eur: Eur | None = None
    recovered_from: Literal["client", "subsidy", "insurer"] = "client"
    """Who pays the fund back; never anybody's wage."""
    subsidy_document: str | None = None
    """The signed promise of a subsidy an advance leans on."""
    approved_by: str | None = None
    """The adviser who lifts the limits of this member and client; those of entity and fund stay."""
    loss_borne_by: Literal["activity", "sector", "community"] | None = None
    """Who bears what is missing when the job closes; finance names it, and it is never anybody's wage."""


class FundReservation(Message):
    """What the fund holds for the job, and what became of it."""

    reserved_eur: Eur
    posted_eur: Eur
    voided_eur: Eur

    def story_values(self) -> dict[str, str]:
        """The amounts."""
        return {"reserved": str(self.reserved_eur), "posted": str(self.posted_eur)}


class PrefinancingNeeded(Refusal):
    """The job was to do without the fund, and cannot."""

    text = "Without prefinancing the job lacks {missing} EUR: neither a paid deposit nor the activity covers it."
    decided_by: ClassVar[Decider] = "member"


class SubsidyNotProven(Refusal):
    """An advance on a subsidy leans on its signed promise."""

    text = "An advance on a subsidy needs its signed promise among the job's papers."
    decided_by: ClassVar[Decider] = "member"


class FundLimitReached(Refusal):
    """A limit of the guarantee fund stands in the way."""

    text = "The guarantee fund cannot reserve {wanted} EUR: the limit of the {whose} leaves {left} EUR."
    decided_by: ClassVar[Decider] = "advisor"


class FundIsFull(Refusal):
    """The limit of an entity or of the fund itself stands in the way: it protects everybody's money."""

    text = (
        "The guarantee fund cannot reserve {wanted} EUR: the limit of the {whose} leaves {left} EUR, and nobody "
        "lifts that limit. Wait until clients have paid, cap the costs, or ask the client for a deposit."
    )
    decided_by: ClassVar[Decider] = "finance"


class AccountsNotSettled(Refusal):
    """The job cannot close: accounts of it are not at zero."""

    text = (
        "The books of the job cannot be closed yet: {accounts}. What is awaited is waited for; finance says who "
        "bears what is missing."
    )
    decided_by: ClassVar[Decider] = "finance"

    @classmethod
    def of(cls, open_accounts: Mapping[str, Decimal]) -> "AccountsNotSettled":
        """Every account that is not at zero, by its short name; the first one also by itself."""
        account, balance = next(iter(open_accounts.items()))
        told = "; ".join(f"{name} {amount}" for name, amount in open_accounts.items())
        return cls(accounts=told, account=account, balance=str(balance))


class DebtAwaited(Refusal):
    """The job cannot close: a debt of its client is being collected, and whatever is to be decided about it is
    asked there."""

    text = "The books are closed once the collection that is under way is over."
    decided_by: ClassVar[Decider] = "finance"


class TakingsAwaited(Refusal):
    """The job cannot close: the member has not paid in all of the own takings, and there is time for it still."""

    text = "The takings are to be paid in by {by_on}: {amount} EUR to {iban}, with the reference {reference}."
    decided_by: ClassVar[Decider] = "member"


def sound(request: PrefinancingRequest, _: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited request, by this service's own rules and the job it belongs to."""
    yield from not_below(0, cap_eur=request.cap_eur)
    if request.choice == "capped" and request.cap_eur is None:
        yield Flaw(("choice", "cap_eur"), "a cap needs its amount; say cap_eur")
