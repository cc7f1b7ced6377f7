"""Double entry for one job: every posting balances, is booked once, and the job ends at zero.

One business fact (a document issued, a person's wage) has at most one entry that stands: the storage refuses a
second one, and what changes is replaced by one verb. A job's own accounts (`Account.of_job`) are at zero when it is
closed; the cooperative's accounts keep the sum of all jobs. Amounts are signed: above zero is debit, below zero
credit. The guarantee fund is paid back by the client, a subsidy or an insurer, never from anybody's wage: no entry
here takes from a wage.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final

from pydantic import Field, model_validator

from domain.errors import Decider, Refusal
from domain.message import Message
from domain.money import ZERO, Eur


class Account(StrEnum):
    """Where amounts stand."""

    RESERVED = ("reserved", True, "Set aside by the guarantee fund for this job and not yet used")
    PREFINANCED = ("prefinanced", True, "Paid by the fund for this job and to be given back to it")
    RECEIVABLE = ("receivable", True, "Invoiced to the client and not yet paid")
    LATE_COSTS = ("late_costs", True, "Interest and costs asked of the client and not yet paid")
    CLIENT_CREDIT = ("client_credit", True, "Paid by the client above what is owed, to be given back")
    VAT_TO_COLLECT = ("vat_to_collect", True, "VAT on invoices that the client has not paid yet")
    FEE_TO_COLLECT = ("fee_to_collect", True, "Fee on invoices that the client has not paid yet")
    WAGES_DUE = ("wages_due", True, "Net pay owed to people and not yet booked by the bank")
    EXPENSES_DUE = ("expenses_due", True, "Expenses owed to people and not yet booked by the bank")
    RESULT = ("result", True, "What the job earned less what it cost")
    FUND = ("fund", False, "The guarantee fund, free to be reserved")
    FUND_CLAIMS = ("fund_claims", False, "What jobs owe the guarantee fund")
    BANK = ("bank", False, "The cooperative's bank account")
    VAT_DUE = ("vat_due", False, "VAT owed to the State")
    FEES = ("fees", False, "The cooperative's fee, earned")
    CHARGES_DUE = ("charges_due", False, "Contributions, withholding tax and holiday pay owed for people")
    POOL = ("pool", False, "What the coefficient holds above a person's own cost: covers, medicine, early payment")
    LATE_INCOME = ("late_income", False, "Interest and costs paid by late clients")
    CLAIMS = ("claims", False, "Spent because of what happened on jobs, until an insurer pays or a bearer is named")
    SUSPENSE = ("suspense", False, "Moved on the bank account and not recognised yet: it belongs to no job so far")
    BETWEEN = ("between", False, "Owed between the legal entities: money one holds on its account for another")
    ACTIVITY = ("activity", False, "The member's activity account")
    SECTOR = ("sector", False, "Losses and costs borne by the sector")
    COMMUNITY = ("community", False, "Losses and costs borne by the whole cooperative")

    of_job: bool
    """Whether a closed job must have nothing here."""
    explanation: str

    def __new__(cls, code: str, of_job: bool, explanation: str) -> "Account":
        account = str.__new__(cls, code)
        account._value_ = code
        account.of_job = of_job
        account.explanation = explanation
        return account

    @classmethod
    def called(cls, code: str) -> "Account":
        """The account with this short name; KeyError when there is none."""
        return cls[code.upper()]


ONCE_PER_STEP: Final = re.compile(r"(?P<step>[^/]+/(invoicing|wages|expenses)/[^/:]+)/[0-9]+(?P<what>:.*)")
"""The keys of what binds: another revision of the order is the same wage, note or document, told differently."""


class AlreadyInTheBooks(Refusal):
    """One business fact would be booked a second time."""

    text = "This stands in the books already, as {entry}: it is replaced, never booked a second time."
    decided_by: ClassVar[Decider] = "finance"


BEARERS = (Account.ACTIVITY, Account.SECTOR, Account.COMMUNITY)
"""Who may bear a loss; a person's wage is not among them."""


class Posting(Message):
    """One amount on one account."""

    account: Account
    amount_eur: Eur
    """Above zero debit, below zero credit; never zero."""


class Entry(Message):
    """One thing that happened to a job's money: at least two postings that add up to zero, or none at all.

    An entry without postings moves nothing: it is never booked.
    """

    key: str = Field(min_length=1, max_length=160)
    """Books the entry once: the order key and what is done, `7K3QZ9A1BC/wages:ann/1:post`."""
    job_id: str
    on: date
    text: str
    """English sentence, key of its translations."""
    postings: tuple[Posting, ...]
    entity: str | None = None
    """Whose books it stands in; None: the entity of its job."""
    other_entity: str | None = None
    """With which entity something is owed, when it touches the account between them."""
    fact: str | None = Field(default=None, max_length=200)
    """What it states, whichever order brought it: one entry of a fact stands at a time (`business_fact`)."""

    @model_validator(mode="after")
    def _balances(self) -> "Entry":
        if len(self.postings) == 1 or any(posting.amount_eur == 0 for posting in self.postings):
            raise ValueError("an entry has at least two postings and none of zero")
        if sum(posting.amount_eur for posting in self.postings) != 0:
            raise ValueError("an entry's postings add up to zero")
        return self

    @property
    def business_fact(self) -> str | None:
        """The fact it states, also when whoever made it did not name it; None for what may happen again."""
        if self.fact is not None:
            return self.fact
        bound = ONCE_PER_STEP.fullmatch(self.key)
        return f"{bound['step']}{bound['what']}" if bound else None

    @property
    def moved_eur(self) -> Decimal:
        """What it moved, counted once: what only changes its place beside it (VAT and fee that become due, the fund
        that gets its own back out of the same money) is not added to it."""
        left = {posting.account: ZERO for posting in self.postings}
        for posting in self.postings:
            left[posting.account] += posting.amount_eur
        fund = left.pop(Account.PREFINANCED, ZERO)
        left.pop(Account.FUND_CLAIMS, None)
        if fund > 0:
            left[Account.BANK] = left.get(Account.BANK, ZERO) + fund
            left[Account.FUND] = left.get(Account.FUND, ZERO) - fund
        for owed, due in ((Account.VAT_TO_COLLECT, Account.VAT_DUE), (Account.FEE_TO_COLLECT, Account.FEES)):
            beside = min(max(left.get(owed, ZERO), ZERO), max(-left.get(due, ZERO), ZERO))
            left |= {owed: left.get(owed, ZERO) - beside, due: left.get(due, ZERO) + beside}
        return sum((amount for amount in left.values() if amount > 0), ZERO) or abs(fund)

    def mirrored(self, key: str, on: date) -> "Entry":
        """The entry that takes this one back."""
        postings = tuple(one.model_copy(update={"amount_eur": -one.amount_eur}) for one in self.postings)
        whose = {"entity": self.entity, "other_entity": self.other_entity}
        text = "An entry is taken back"
        return Entry(key=key, job_id=self.job_id, on=on, text=text, postings=postings, **whose)

    def on_account(self, account: Account) -> Decimal:
        """What it moves on one account."""
        return sum((one.amount_eur for one in self.postings if one.account is account), ZERO)


class Balances(Message):
    """What stands on each account of one job."""

    amounts: dict[Account, Eur] = {}

    def of(self, account: Account) -> Decimal:
        """The balance of one account: debit above zero."""
        return self.amounts.get(account, ZERO)

    def owed(self, account: Account) -> Decimal:
        """The credit on an account, as an amount above zero; zero when it is in debit."""
        return max(-self.of(account), ZERO)

    def after(self, *entries: Entry) -> "Balances":
        """The balances once these entries are booked."""
        amounts = dict(self.amounts)
        for entry in entries:
            for posting in entry.postings:
                amounts[posting.account] = amounts.get(posting.account, ZERO) + posting.amount_eur
        return Balances(amounts=amounts)

    @property
    def open(self) -> dict[Account, Decimal]:
        """The job's own accounts that are not at zero."""
        return {account: amount for account, amount in self.amounts.items() if account.of_job and amount}


def balances(entries: Iterable[Entry]) -> Balances:
    """The balances after these entries; an entry given twice counts once."""
    return Balances().after(*{entry.key: entry for entry in entries}.values())


def entry(
    key: str, job_id: str, on: date, text: str, amounts: Mapping[Account, Decimal], fact: str | None = None
) -> Entry:
    """An entry from amounts by account; accounts that stay untouched are left out, so it may move nothing."""
    postings = tuple(Posting(account=a, amount_eur=amount) for a, amount in amounts.items() if amount)
    return Entry(key=key, job_id=job_id, on=on, text=text, postings=postings, fact=fact)


def document_fact(entity: str, number: str) -> str:
    """The fact that a numbered document was issued: one posting per number, whichever order printed it."""
    return f"document/{entity}/{number}"


def paid_fact(payment_id: str) -> str:
    """The fact that one payment left the account: a person's word for it, until the bank's own line replaces it."""
    return f"paid/{payment_id}"


def nets(*moves: tuple[Account, Decimal]) -> dict[Account, Decimal]:
    """Several moves on the same account as one amount."""
    amounts: dict[Account, Decimal] = {}
    for account, amount in moves:
        amounts[account] = amounts.get(account, ZERO) + amount
    return amounts
