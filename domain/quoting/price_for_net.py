"""The pay calculator backwards: from the net somebody wants to the price to ask the client."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from domain.declaration import JobDeclaration
from domain.money import CENT, ZERO, cents
from domain.profiles import profile, profile_names
from domain.quoting import defaults
from domain.quoting.context import QuoteContext
from domain.quoting.sheet import QuoteInput
from domain.quoting.work import Work

HIGHEST: Final = Decimal("10000000.00")
"""No price is looked for above ten million: whoever wants more has mistyped."""
NEARBY: Final = 5
"""Sharing by largest remainder may move one person's part by a cent against the price: so far is looked below."""


def price_for_net(
    declaration: JobDeclaration, wanted_net: Decimal, on: date, context: QuoteContext | None = None
) -> Decimal | None:
    """The smallest price that leaves the member at least this net, prudently withheld; to the cent.

    In the terms of the declaration: with VAT when it says so. None when no price does: nobody works, the
    member's pay is fixed and does not follow the price, or the wish is out of reach.
    """
    name = declaration.profile if declaration.profile in profile_names() else "general"
    asked = QuoteInput(
        declaration.model_copy(update={"profile": name}), profile(name), context or QuoteContext(), on
    )
    sheet, _ = defaults.complete(asked)
    return _smallest(lambda price: _net(sheet, price), wanted_net)


def _net(sheet: QuoteInput, price: Decimal) -> Decimal:
    """What the member receives at this price; nothing while the price does not pay for what is promised."""
    work = Work(replace(sheet, declaration=sheet.declaration.model_copy(update={"price_eur": price})))
    mine = next((pay for pay in work.people if pay.member), None)
    if mine is None or work.sums is None or work.sums.left < ZERO:
        return ZERO
    return mine.net_low.amount_eur


def _smallest(net: Callable[[Decimal], Decimal], wanted: Decimal) -> Decimal | None:
    """The smallest price whose net suffices, by halving; the net never falls while the price rises."""
    if wanted <= ZERO:
        return None
    high = cents(wanted * 2)
    while net(high) < wanted:
        high *= 4
        if high > HIGHEST:
            return None
    low = ZERO
    while high - low > CENT:
        middle = cents((low + high) / 2)
        low, high = (low, middle) if net(middle) >= wanted else (middle, high)
    near = (high - n * CENT for n in range(NEARBY, 0, -1) if high > n * CENT)
    return next((price for price in near if net(price) >= wanted), high)
