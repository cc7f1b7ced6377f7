"""What no service does: counted at its ceiling, and the order to the person who arranges it."""

from collections.abc import Iterator

from domain.figures import figure
from domain.money import ZERO
from domain.periods import last_end_at
from domain.plans.context import PlanContext
from domain.quoting.lines import priced_line
from domain.quoting.models import ServiceLine
from domain.quoting.sheet import QuoteInput
from domain.services.special_request import SpecialRequestRequest


def lines(sheet: QuoteInput) -> Iterator[ServiceLine]:
    """What it costs on paper."""
    for wish in sheet.declaration.special_request:
        price = figure("price", "Price", wish.ceiling_eur or ZERO, "counted at its ceiling: a person arranges it")
        yield priced_line(sheet, "special_request", wish.item, wish.wish, wish, price)


def order(desk: PlanContext) -> dict[str, SpecialRequestRequest]:
    """What a person arranges: the wishes, and the orders to self-employed people."""
    lines = [line for line in desk.quote.services if line.service == "special_request"]
    places = ", ".join(dict.fromkeys(day.place for day in desk.sheet.days if day.place)) or None
    return {
        line.item: SpecialRequestRequest(
            wish=line.label,
            ceiling_eur=line.ceiling.amount_eur,
            from_at=desk.first_start_at,
            until_at=last_end_at(desk.sheet.days),
            place=places,
        )
        for line in lines
        if line.choice in ("wanted", "ask_adviser")
    }
