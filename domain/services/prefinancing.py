"""The guarantee fund: what must be paid before the client pays, reserved, posted, voided."""

from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
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


class Reservation(Message):
    """What the fund holds for the job, and what became of it."""

    reserved_eur: Eur
    posted_eur: Eur
    voided_eur: Eur

    def told(self) -> dict[str, str]:
        """The amounts."""
        return {"reserved": str(self.reserved_eur), "posted": str(self.posted_eur)}


class FundLimitReached(Refusal):
    """A limit of the guarantee fund stands in the way."""

    text = "The guarantee fund cannot reserve {wanted} EUR: the limit of the {whose} leaves {left} EUR."
    decided_by: ClassVar[Decider] = "advisor"


class AccountsNotSettled(Refusal):
    """The job cannot close: an account of it is not at zero."""

    text = "The job cannot close yet: the account {account} still shows {balance} EUR."
    decided_by: ClassVar[Decider] = "finance"
