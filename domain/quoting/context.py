"""What a quote must know that is not in the declaration: the entity, the member, the client's past, the fund.

Every value has a prudent default, so that a quote can be made on paper, without a server.
"""

from datetime import date
from typing import Literal

from domain.message import Message
from domain.money import ZERO, Eur
from domain.profiles import PriceList, demonstration_prices
from domain.rules.deadlines import PayDayPolicy
from domain.rules.language import Seat
from domain.rules.overlaps import WorkElsewhere
from domain.rules.pay import Withholding
from domain.rules.prefinancing import Exposure

Autonomy = Literal["accompanied", "standard", "autonomous"]


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

    name: str = ""
    """How sentences call them; empty as long as nobody has said who declares."""
    autonomy: Autonomy = "standard"
    activity_balance_eur: Eur = ZERO
    """What the activity account holds."""
    elsewhere: tuple[WorkElsewhere, ...] = ()
    """Hours on other jobs around the days of this one."""


class ClientRecord(Message):
    """What the cooperative has lived through with this client."""

    known: bool = False
    """Whether an earlier invoice was paid."""
    open_eur: Eur = ZERO
    """What is still owed, due or not."""
    overdue_eur: Eur = ZERO
    """The part of it that is past its day."""
    risky: bool = False
    """Whether an invoice had to be given up: deposit first."""
    paid_invoices: int = 0
    late_days: int | None = None
    """How many days after its day this client usually pays: the median; 0 in time, None when nothing was paid."""


class CrewRecord(Message):
    """What is known of somebody on the crew."""

    covered: bool | None = None
    """Whether a contract with the entity that binds covers all their days; None: not looked up."""
    withholding: Withholding | None = None
    """What the adviser set for this person; None: nobody has, the prudent one is withheld and both are shown."""
    student_hours: int = 0
    """Hours that count against this person's student quota already, in the year of the job, at the cooperative."""
    earlier_contracts: int = 0
    """Fixed-term contracts with the entity before this one; a gap between them does not break the chain."""
    earlier_since_on: date | None = None
    """The first day of the first of them."""
    last_gross_eur: Eur | None = None
    """What this person earned the last time the same member engaged them."""
    last_days: int = 0
    last_on: date | None = None
    elsewhere: tuple[WorkElsewhere, ...] = ()
    """Hours on other jobs around the days of this one; of the member they stand in MemberRecord."""


class QuoteContext(Message):
    """Everything a quote leans on besides the declaration, the date and the rates."""

    entity: EntityTerms = EntityTerms()
    member: MemberRecord = MemberRecord()
    client: ClientRecord = ClientRecord()
    exposure: Exposure = Exposure()
    """What the guarantee fund already holds or has paid, by each of its limits."""
    paid_eur: Eur = ZERO
    """What the client has paid for this job, when it is moved; a deposit that nobody has paid carries nothing."""
    pay_days: PayDayPolicy = PayDayPolicy()
    crew: dict[str, CrewRecord] = {}
    """By crew slug; whoever is not in it is new."""
    price_list: PriceList | None = None
    """Left out, the demonstration price list."""

    @property
    def prices(self) -> PriceList:
        """The price list in force."""
        return self.price_list or demonstration_prices()
