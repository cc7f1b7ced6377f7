"""What each service of the job costs: its list price, its ceiling, who bears it, and why."""

from collections.abc import Iterator
from typing import Final

from domain.bookable import bookable
from domain.figures import figure
from domain.money import ZERO
from domain.quoting.lines import words
from domain.quoting.models import ServiceLine
from domain.quoting.sheet import QuoteInput
from domain.sentences import Sentence
from domain.wish import Wish

FREE: Final = {
    "agreement": "the client's yes, kept as proof: part of the fee",
    "prefinancing": "the guarantee fund lays out the money: part of the coefficient",
    "employment_contract": "contracts, signatures and declarations: part of the coefficient",
    "wages": "pay slips and payments: part of the coefficient",
    "invoicing": "the invoice: part of the fee",
    "debt_collection": "reminders and what follows: part of the fee",
}


def service_lines(sheet: QuoteInput) -> tuple[ServiceLine, ...]:
    """Every service of the job, free ones included, in the order of the declaration."""
    return (
        *_free(sheet),
        *(line for service in bookable().values() for line in service.lines(sheet)),
        *_self_employed(sheet),
    )


def _free(sheet: QuoteInput) -> Iterator[ServiceLine]:
    for service, why in FREE.items():
        wish: Wish | None = getattr(sheet.declaration, service)
        price = figure("price", "Price", ZERO, why)
        yield ServiceLine(
            service=service,
            label=service,
            choice=wish.choice if wish else "wanted",
            price=price,
            ceiling=price,
            borne_by="community",
            why=why,
            about=Sentence(code=f"about_{service}", text=service),
            reason=Sentence(code=f"free_{service}", text=why),
        )


def _self_employed(sheet: QuoteInput) -> Iterator[ServiceLine]:
    for person in sheet.self_employed:
        price = figure("price", "Price", person.budget_eur or ZERO, "the price of a self-employed person, ex VAT")
        places = {"item": sheet.name_of(person.item), "function": person.function or "self-employed"}
        about = words("about_own_invoice", "invoice of {item}, {function}", **places)
        reason = words("borne_self_employed", "borne by the job: the adviser orders it and checks the invoice")
        yield ServiceLine(
            service="special_request",
            item=person.item,
            label=about.said,
            price=price,
            ceiling=price,
            borne_by="job",
            why=reason.said,
            about=about,
            reason=reason,
        )
