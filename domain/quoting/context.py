"""What a quote must know that is not in the declaration: the entity, the member, the client's past, the room left.

Every value has a prudent default, so that a quote can be made on paper, without a server.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from domain.message import Message
from domain.money import ZERO, Eur
from domain.profiles import PriceList, demonstration_prices
from domain.rules.pay import Withholding

Autonomy = Literal["accompanied", "standard", "autonomous"]
Seat = Literal["wallonia", "flanders", "brussels", "german"]


class EntityTerms(Message):
    """The terms of the legal entity that employs and invoices."""

    slug: str = "coop"
    seat: Seat = "brussels"
    joint_committee: str = "200"
    payment_days: int = 30
    """What a client gets when nothing is agreed."""
    quote_valid_days: int = 14


class MemberRecord(Message):
    """What is known of the member who declares."""

    autonomy: Autonomy = "standard"
    activity_balance_eur: Eur = ZERO
    """What the activity account holds."""
    withholding: Withholding = "prudent"


class ClientRecord(Message):
    """What the cooperative has lived through with this client."""

    known: bool = False
    """Whether an earlier invoice was paid."""
    open_eur: Eur = ZERO
    """What is still owed, due or not."""
    overdue_eur: Eur = ZERO
    """The part of it that is past its day."""
    risky: bool = False
    """Whether finance has marked the client: deposit first."""


class FundRoom(Message):
    """What the guarantee fund may still lay out, by each of its limits."""

    member_eur: Eur = Decimal("15000.00")
    client_eur: Eur = Decimal("50000.00")
    entity_eur: Eur = Decimal("2000000.00")
    fund_eur: Eur = Decimal("3000000.00")


class CrewRecord(Message):
    """What is known of somebody on the crew."""

    under_contract_on: tuple[date, ...] = ()
    """Days on which this person already has a contract with the entity."""
    withholding: Withholding = "prudent"


class QuoteContext(Message):
    """Everything a quote leans on besides the declaration, the date and the rates."""

    entity: EntityTerms = EntityTerms()
    member: MemberRecord = MemberRecord()
    client: ClientRecord = ClientRecord()
    fund: FundRoom = FundRoom()
    crew: dict[str, CrewRecord] = {}
    """By crew slug; whoever is not in it is new."""
    price_list: PriceList | None = None
    """Left out, the demonstration price list."""

    @property
    def prices(self) -> PriceList:
        """The price list in force."""
        return self.price_list or demonstration_prices()
