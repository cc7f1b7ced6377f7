"""The guarantee fund's rules: how much it may reserve, for whom, and in what order it is paid back."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from domain.figures import Figure, figure
from domain.message import Message
from domain.money import ZERO, Eur
from domain.rates import rate

Whose = Literal["member", "client", "entity", "fund"]
WHOSE: Final[tuple[Whose, ...]] = ("member", "client", "entity", "fund")
LIFTED_BY_AN_ADVISER: Final[frozenset[Whose]] = frozenset({"member", "client"})
"""The limits an adviser may lift for one job; those of an entity and of the fund protect everybody's money."""


class Exposure(Message):
    """What the fund already holds or has paid, not yet given back."""

    member_eur: Eur = ZERO
    client_eur: Eur = ZERO
    entity_eur: Eur = ZERO
    fund_eur: Eur = ZERO

    def of(self, whose: Whose) -> Decimal:
        """The part that counts for one limit."""
        return {
            "member": self.member_eur,
            "client": self.client_eur,
            "entity": self.entity_eur,
            "fund": self.fund_eur,
        }[whose]


class LimitReached(Message):
    """A limit that a reservation would pass: an adviser may lift one of a member or a client, nobody another."""

    whose: Whose
    limit_eur: Eur
    left_eur: Eur
    rate_id: str


class Owed(Message):
    """What a client's payment still has to repay, in the cooperative's order."""

    vat_eur: Eur = ZERO
    fund_eur: Eur = ZERO
    fee_eur: Eur = ZERO


class Repayment(Message):
    """Where a payment goes."""

    vat_eur: Eur
    fund_eur: Eur
    fee_eur: Eur
    activity_eur: Eur


def to_reserve(
    ceilings: Sequence[Figure], wages_cost: Decimal, vat: Decimal, *, deposit_eur: Decimal = ZERO
) -> list[Figure]:
    """What must be paid before the client pays: services at their ceilings, wage cost, VAT; less a paid deposit.

    The last line is the sum; it is never below zero.
    """
    services = sum((ceiling.amount_eur for ceiling in ceilings), ZERO)
    total = max(services + wages_cost + vat - deposit_eur, ZERO)
    places = {"services": services, "wages": wages_cost, "vat": vat, "deposit": deposit_eur}
    return [
        figure("services", "Services at their ceilings", services, "each as quoted, at most its ceiling"),
        figure("wages", "Pay and its charges", wages_cost, "gross x coefficient for everybody"),
        figure("vat", "VAT", vat, "owed to the State whether or not the client pays"),
        figure("prefinanced", "Reserved by the fund", total, "{services} + {wages} + {vat} - {deposit}", **places),
    ]


def capped(wanted: Decimal, services: Decimal, cap: Decimal | None) -> Decimal:
    """The reservation with a cap on costs: the cap holds for services only, pay and VAT are never cut."""
    return wanted if cap is None or services <= cap else wanted - (services - cap)


def limits_reached(amount: Decimal, exposure: Exposure, on: date) -> list[LimitReached]:
    """The limits a reservation would pass; reaching one exactly is allowed."""
    reached = []
    for whose in WHOSE:
        row = rate(f"fund_limit_{whose}", on)
        left = row.value - exposure.of(whose)
        if amount > left:
            reached.append(LimitReached(whose=whose, limit_eur=row.value, left_eur=max(left, ZERO), rate_id=row.id))
    return reached


def not_needed(to_pay: Decimal, deposit_paid: Decimal, activity_balance: Decimal) -> bool:
    """Whether a job can do without the fund: the paid deposit and the activity's balance carry all of it."""
    return deposit_paid + max(activity_balance, ZERO) >= to_pay


def repay(paid: Decimal, owed: Owed) -> Repayment:
    """Split what came in: VAT, then fund, then fee, then activity account; principal before interest.

    Nothing is ever taken back from anybody's wage: wages are no part of this split.
    """
    if paid < 0:
        raise ValueError("a payment is not below zero; a refund is booked as one")
    vat = min(paid, owed.vat_eur)
    fund = min(paid - vat, owed.fund_eur)
    fee = min(paid - vat - fund, owed.fee_eur)
    return Repayment(vat_eur=vat, fund_eur=fund, fee_eur=fee, activity_eur=paid - vat - fund - fee)
