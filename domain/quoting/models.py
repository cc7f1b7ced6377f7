"""The quote: what a job costs and pays, each figure with the rule and the source behind it.

`name` and `text` are filled in when somebody reads the quote, in their language; they are empty in what is kept.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from domain.errors import Decider
from domain.figures import Figure
from domain.message import Message
from domain.rules.deadlines import Deadline
from domain.rules.pay_periods import PayDay
from domain.sentences import Sentence
from domain.wish import Bearer, Choice


class Notice(Sentence):
    """Something to know before clicking; it stands in nobody's way."""

    field: str | None = None
    """The part of the declaration it is about."""
    source: str | None = None


class Obstacle(Sentence):
    """Why this job cannot be declared like this, who says so, and what can be done."""

    rule: str
    """A short stable name of the rule."""
    source: str
    field: str
    ways_out: tuple[Sentence, ...]
    decided_by: Decider = "member"


class Missing(Sentence):
    """Something the quote still needs to know."""

    field: str


class NeededApproval(Sentence):
    """A rule that asks for an adviser's yes before anybody is bound."""

    rule: str
    source: str


class FilledIn(Sentence):
    """Something the rules filled in because the member pressed All inclusive."""

    field: str
    cost: Figure | None = None
    """What it takes from the wage budget, when it does."""


class ClientSide(Message):
    """What the client pays."""

    net: Figure
    """The price ex VAT, with what the client bears on top."""
    on_top: Figure
    """The part of it that covers costs the client bears."""
    vat_category: Literal["S", "AE", "G", "O", "E", "Z"]
    vat_percent: Decimal
    vat: Figure
    total: Figure
    mention: str | None = None
    """The key of the legal mention on the invoice."""
    vat_why: str
    vat_reason: Sentence | None = None
    """Why this rate, as a sentence that can be told in every language."""
    vat_source: str
    invoiced: bool = True
    """False for own takings and internal activities: no invoice is made."""


class ServiceLine(Message):
    """One service of the job: what it costs, how far it may go, and who bears it."""

    service: str
    item: str = "-"
    label: str
    """What exactly, in a few words."""
    choice: Choice = "wanted"
    price: Figure
    """The list price, ex deductible VAT."""
    ceiling: Figure
    """The real price may go up to here without the member being asked."""
    borne_by: Bearer
    why: str
    """Why it is there and why it is borne like this."""
    about: Sentence | None = None
    """The label as a sentence that can be told in every language; none when it is the member's own words."""
    reason: Sentence | None = None
    """The same of why."""
    name: str = ""
    text: str = ""

    @property
    def on_the_job(self) -> bool:
        """Whether the job's price pays for it: directly, or with what the client adds for it."""
        return self.borne_by in ("job", "client")


class ExpensePlanned(Message):
    """One expected expense of one crew member."""

    item: str
    kind: Literal["kilometres", "bike", "per_diem", "receipt"]
    label: str
    on: date
    amount: Figure


class Pay(Message):
    """What one crew member earns on this job."""

    item: str
    name: str = ""
    """As declared."""
    member: bool
    function: str
    function_name: str = ""
    """The function as people of the trade say it, in the reader's language."""
    artistic: bool
    manual: bool = False
    """Whether the work is mainly done with the hands: a blue-collar contract."""
    status: Literal["employee", "standing_contract", "student", "self_employed", "ask"]
    agreed_as: Literal["gross", "net_wished", "budget", "share"]
    chain: Literal["artist", "manual", "employee", "student"] | None
    """How the pay is computed; none for the self-employed."""
    withholding: Literal["prudent", "flat"] = "prudent"
    """What is withheld from this person: as their adviser set it, else prudently."""
    joint_committee: str
    language: Literal["fr", "nl"]
    """The language of the contract, as the law wants it."""
    courtesy_translation: Literal["en"] | None = None
    days: int
    budget: Figure
    """This person's part of the wage budget."""
    gross: Figure
    cost: Figure
    """What the gross costs the job: gross times coefficient, within the budget."""
    net_low: Figure
    net_high: Figure
    """The estimated net, between the prudent and the flat withholding."""
    last_day_on: date | None = None
    pay_on: date | None = None
    """The promised day, counted from this person's last day."""
    pay_days: tuple[PayDay, ...] = ()
    """By when how much of the gross is paid, when the contract is paid by the month."""

    @property
    def paid_on(self) -> tuple[date, ...]:
        """Every day on which this person is paid."""
        return tuple(one.pay_on for one in self.pay_days) or ((self.pay_on,) if self.pay_on else ())


class Headline(Message):
    """The one sentence people come for: about so much on your account by this day, whatever the client does."""

    item: str
    low: Figure
    high: Figure
    pay_on: date
    text: str = ""

    def __str__(self) -> str:
        about = self.low.amount_eur.quantize(Decimal(1))
        return f"about {about} on your account by {self.pay_on.isoformat()}, whatever the client does"


class Range(Message):
    """Between what and what the member's pay lies, while something is still missing."""

    low: Figure
    high: Figure | None
    """None: no upper end can be said yet."""
    why: str
    text: str = ""


class Quote(Message):
    """What a job will cost and pay, and what stands in its way."""

    quote_id: str
    """Made from the fingerprint and the declaration: the same of both have the same id."""
    fingerprint: str
    """A digest of every figure, date and rate: it changes when, and only when, one of them does."""
    made_on: date
    valid_until: date
    entity: str
    profile: str
    """Name and version of the sector profile."""
    price_list: str
    """Name and version of the price list."""
    provisional: bool
    """A rate is missing or not verified: the figures may still change."""

    headline: Headline | None
    client: ClientSide | None
    subsidy: Figure
    """A signed subsidy that pays part of the job; 0 when there is none."""
    fee: Figure | None
    services: tuple[ServiceLine, ...]
    expenses: tuple[ExpensePlanned, ...]
    expenses_total: Figure
    expenses_borne_by: Bearer
    reserve: Figure
    """Kept until the real prices are known: from the list prices up to the ceilings, and what the member put
    aside. What is left goes to the activity account."""
    wage_budget: Figure | None
    people: tuple[Pay, ...]
    left_over: Figure | None
    """Cents that rounding leaves and what nobody was given: it goes to the activity account."""
    prefinanced: Figure
    """The most the guarantee fund lays out before the client pays."""

    first_start_at: datetime | None
    last_end_at: datetime | None
    short_notice: bool
    deadlines: tuple[Deadline, ...]
    earliest_deadline: Deadline | None
    """The first thing that must be done, by law."""

    approvals: tuple[NeededApproval, ...]
    warnings: tuple[Notice, ...]
    refusals: tuple[Obstacle, ...]
    missing: tuple[Missing, ...]
    range: Range | None
    """While something is missing."""
    filled_in: tuple[FilledIn, ...]

    @property
    def declarable(self) -> bool:
        """Whether this job can be declared as it is."""
        return not self.refusals and not self.missing

    def pay_of(self, item: str) -> Pay:
        """One crew member's pay; KeyError when not on the crew."""
        found = {person.item: person for person in self.people}
        return found[item]

    def service(self, service: str, item: str = "-") -> ServiceLine:
        """One service's line; KeyError when the job has none."""
        return {(line.service, line.item): line for line in self.services}[service, item]
