"""From the price a client pays to what is left for pay, and back from wanted pay to the price to ask.

Price ex VAT - fee - services and expenses - reserve = wage budget; gross = budget / coefficient, rounded down.
Source: smartbe.be (fee, budget emploi); blog.smartbe.be article7040 (the way back).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar

from domain.errors import Decider, Refusal
from domain.figures import Figure, figure
from domain.message import Message
from domain.money import CENT, ZERO, Eur, cents, cents_down, cents_up
from domain.rates import rate
from domain.rules.pay import Chain, Withholding, gross_for_net


class NothingLeftForPay(Refusal):
    """The services cost more than the price leaves after the fee."""

    text = (
        "The price of {price} EUR leaves {left} EUR after fee, services and expenses: nothing to pay people with."
    )
    decided_by: ClassVar[Decider] = "member"


class WantedPay(Message):
    """What one person wants to receive on the account."""

    net_eur: Eur
    chain: Chain
    withholding: Withholding = "prudent"


def fee(price: Decimal, on: date) -> Figure:
    """The cooperative's fee on a price without VAT."""
    row = rate("fee", on)
    amount = cents(price * row.fraction)
    return figure(
        "fee", "Fee of the cooperative", amount, "{price} x {percent} %", row, price=price, percent=row.value
    )


def coefficient(on: date) -> Decimal:
    """What one euro of gross costs the job, charges and pool included."""
    return rate("coefficient", on).value


def wage_budget(price: Decimal, costs: Sequence[Figure], on: date, *, reserve: Decimal = ZERO) -> list[Figure]:
    """What a price leaves for pay, line by line; the last line is the budget.

    `costs` are services and expenses without deductible VAT, as positive amounts. Refuses when nothing is left.
    """
    fee_line = fee(price, on)
    spent = sum((cost.amount_eur for cost in costs), ZERO)
    left = price - fee_line.amount_eur - spent - reserve
    if left < 0:
        raise NothingLeftForPay(price=str(price), left=str(left))
    lines = [figure("price", "Price without VAT", price, "as declared"), fee_line, *costs]
    if reserve:
        lines.append(figure("reserve", "Reserve", reserve, "kept aside in the job, as declared"))
    why = "{price} - {fee} - {costs} - {reserve}"
    places = {"price": price, "fee": fee_line.amount_eur, "costs": spent, "reserve": reserve}
    return [*lines, figure("wage_budget", "Budget for pay", left, why, **places)]


def gross_from_budget(budget: Decimal, coefficient: Decimal) -> Decimal:
    """The gross a budget allows, rounded down so that the budget always suffices."""
    return cents_down(budget / coefficient)


def budget_for_gross(gross: Decimal, coefficient: Decimal) -> Decimal:
    """The budget a gross needs, rounded up."""
    return cents_up(gross * coefficient)


def price_for_budget(budget: Decimal, costs: Decimal, on: date, *, reserve: Decimal = ZERO) -> Decimal:
    """The smallest price without VAT that leaves this budget: (pay + costs) / (1 - fee).

    Source: blog.smartbe.be article7040: invoice = (wage cost + expenses) x 1 / (1 - 0.065).
    """
    needed = budget + costs + reserve
    price = max(cents_up(needed / (1 - rate("fee", on).fraction)) - CENT, ZERO)  # the fee's own rounding: one cent
    while price - fee(price, on).amount_eur < needed:
        price += CENT
    return price


def price_for_wanted_pay(
    wanted: Sequence[WantedPay], costs: Decimal, on: date, *, reserve: Decimal = ZERO
) -> Decimal:
    """The price to ask so that everybody receives at least what they want."""
    factor = coefficient(on)
    budgets = (
        budget_for_gross(gross_for_net(one.net_eur, one.chain, on, withholding=one.withholding), factor)
        for one in wanted
    )
    return price_for_budget(sum(budgets, ZERO), costs, on, reserve=reserve)
