"""What a bank tells of an account: statements and their movements, and why one is not taken over."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.message import Message
from domain.money import ZERO, Eur


class StatementEntry(Message):
    """One movement on an account."""

    reference: str
    """The bank's own reference; with the position in the statement it names the entry."""
    amount_eur: Eur
    """Signed: money that came in is positive."""
    booked_on: date
    value_on: date | None = None
    end_to_end: str | None = None
    """The EndToEndId of a payment of ours."""
    batch: str | None = None
    """The payment-information id, when the bank booked a whole batch as one movement."""
    structured: str | None = None
    """The reference in the bank's own field for it, else the first one in the text: twelve digits, or RF."""
    text: str = ""
    counterparty_name: str | None = None
    counterparty_iban: str | None = None
    return_reason: str | None = None
    """The bank's code when money came back, for instance AC04 (closed account)."""
    returned: bool = False
    """The bank says in some form that this takes an earlier movement back: by reason, reversal mark or code."""
    texts: tuple[str, ...] = ()
    """Every field somebody or the bank wrote into, as it stands: references are looked for in all of them."""
    details: tuple["StatementEntry", ...] = ()
    """What the bank booked together and told apart without amounts; each bears the amount of the whole."""


class Statement(Message):
    """One statement of one account, as delivered."""

    source: Literal["camt.053", "coda"]
    iban: str
    statement_id: str
    on: date
    """The day of its closing balance."""
    opening_eur: Eur
    closing_eur: Eur
    entries: tuple[StatementEntry, ...] = ()

    @property
    def moved_eur(self) -> Decimal:
        """What the entries add up to."""
        return sum((entry.amount_eur for entry in self.entries), ZERO)

    @property
    def balanced(self) -> bool:
        """Whether opening balance and entries give the closing balance."""
        return self.opening_eur + self.moved_eur == self.closing_eur


class BankFileUnreadable(Refusal):
    """A file from the bank cannot be trusted, so nothing of it is taken over."""

    text = "This bank file is not taken over: {why}"
    decided_by: ClassVar[Decider] = "finance"


class StatementDoesNotFollow(Refusal):
    """A statement does not continue the one before."""

    text = (
        "The statement of {on} starts at {opening} EUR, but the one before it ends at {closing} EUR: "
        "a statement is missing."
    )
    decided_by: ClassVar[Decider] = "finance"


class AccountNotOurs(Refusal):
    """A statement of an account that belongs to none of our entities."""

    text = "This file is about account ...{last_signs}, which is none of ours: nothing of it is taken over."
    decided_by: ClassVar[Decider] = "finance"


class StatementChanged(Refusal):
    """A statement comes again under its name with other movements."""

    text = (
        "The statement {name} of {on} was taken over before with other movements: nothing of it is changed. Ask "
        "the bank which one is right."
    )
    decided_by: ClassVar[Decider] = "finance"


class BadStatement(Message):
    """A statement that was not taken over; the others of its file are."""

    about: str
    """Which one: its account's last signs and its name or day."""
    why: str


class Delivery(Message):
    """What one file of a bank holds: each statement by itself."""

    statements: tuple[Statement, ...] = ()
    bad: tuple[BadStatement, ...] = ()


def named(statement: Statement) -> str:
    """How finance people call a statement."""
    return f"...{statement.iban[-4:]} {statement.on.isoformat()} {statement.statement_id}"[:100]


def in_order(statements: Iterable[Statement]) -> list[Statement]:
    """By account and day; those of one day as each continues the one before, however the file lists them."""
    found: list[Statement] = []
    left = sorted(statements, key=lambda one: (one.iban, one.on, one.statement_id))
    while left:
        of_day = [one for one in left if (one.iban, one.on) == (left[0].iban, left[0].on)]
        before = found[-1] if found and found[-1].iban == left[0].iban else None
        following = _following(of_day, before)
        left.remove(following)
        found.append(following)
    return found


def _following(of_day: list[Statement], before: Statement | None) -> Statement:
    """The one that opens where the last one closed; of a first day, one that continues none of the others."""
    if before is not None:
        for one in of_day:
            if one.opening_eur == before.closing_eur:
                return one
    for one in of_day:
        if not any(one.opening_eur == other.closing_eur for other in of_day if other is not one):
            return one
    return of_day[0]
