"""What a cancelled job still costs: the client by the agreed table, the employer by the signed contracts."""

from datetime import date
from decimal import Decimal
from typing import Final, Literal

from pydantic import Field, model_validator

from domain.figures import Figure
from domain.flaw_kinds import misfit
from domain.message import Message
from domain.money import Eur, cents

Withdrawal = Literal["fourteen_days", "fixed_date"]
"""A private client's right to step back: fourteen days, or none because the date is agreed."""


class CancellationRow(Message):
    """From this many days before the first start on, this part of the price is owed."""

    days_before: int = Field(ge=0)
    percent: Decimal = Field(ge=0, le=100)


class CancellationTerms(Message):
    """The table both sides accepted with the order; the row nearest to the start that still fits counts."""

    rows: tuple[CancellationRow, ...]
    source: str = "the accepted order"
    verified: bool = True

    @model_validator(mode="after")
    def _complete(self) -> "CancellationTerms":
        days = [row.days_before for row in self.rows]
        if days != sorted(set(days), reverse=True) or not days or days[-1] != 0:
            text = "a cancellation table goes from many days before the start down to 0, each once"
            raise misfit("cancellation_rows", "rows", text)
        return self


DEMONSTRATION_TERMS: Final = CancellationTerms(
    rows=(
        CancellationRow(days_before=30, percent=Decimal(0)),
        CancellationRow(days_before=15, percent=Decimal(30)),
        CancellationRow(days_before=8, percent=Decimal(50)),
        CancellationRow(days_before=0, percent=Decimal(100)),
    ),
    source="demonstration table of this product",
    verified=False,
)


NOTHING_AGREED: Final = "none"


def terms_called(name: str) -> CancellationTerms | None:
    """The table of this name; None where both sides agreed on none: then cancelling costs nothing by the order."""
    return None if name == NOTHING_AGREED else DEMONSTRATION_TERMS


def cancellation_fee(
    price: Decimal, first_start_on: date, cancelled_on: date, terms: CancellationTerms = DEMONSTRATION_TERMS
) -> Figure:
    """What the client owes for cancelling on a day, without VAT; whether it bears VAT an adviser decides.

    At or after the start the last row counts. Source: the accepted order.
    """
    days = max((first_start_on - cancelled_on).days, 0)
    row = next(row for row in terms.rows if days >= row.days_before)
    return Figure(
        key="cancellation_fee",
        label="Compensation for cancelling",
        amount_eur=cents(price * row.percent / 100),
        why="{percent} % of {price} when cancelled {days} days before the start",
        params={"percent": f"{row.percent.normalize():f}", "price": str(price), "days": str(days)},
        source=terms.source,
        verified=terms.verified,
    )


def withdrawal_right(*, leisure_on_fixed_date: bool) -> Withdrawal:
    """Whether a private client may step back for free within fourteen days of a distance contract.

    Not from leisure services on an agreed date; a lesson, a portrait or a website is none.
    Source: CDE/WER art. VI.47 and VI.53, 12°; Consumer Rights Directive art. 9 and 16 l; CJEU C-96/21.
    """
    return "fixed_date" if leisure_on_fixed_date else "fourteen_days"


def owed_to_person(gross_until_term: Decimal, notice_pay: Decimal | None) -> Figure:
    """What the employer owes a person whose signed fixed-term contract is broken, even before its first day.

    The pay until the term, capped at twice the pay of the notice when that is known. Source: law of 3 July 1978,
    art. 40. A termination by agreement, signed by both, replaces it; that is a decision of the two.
    """
    capped = gross_until_term if notice_pay is None else min(gross_until_term, 2 * notice_pay)
    why = "pay until the term" if notice_pay is None else "pay until the term, at most twice the pay of the notice"
    return Figure(
        key="owed_to_person",
        label="Pay that stays owed",
        amount_eur=capped,
        why=why,
        source="law of 3 July 1978, art. 40",
    )


class Withdrawn(Message):
    """What a withdrawal costs, client and people together."""

    client_eur: Eur
    people_eur: Eur

    @property
    def loss_eur(self) -> Decimal:
        """What nobody pays for yet: booked to a named bearer."""
        return max(self.people_eur - self.client_eur, Decimal("0.00"))
