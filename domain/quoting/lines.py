"""One line of a quote: a service with its price, its ceiling, who bears it, and the sentences that say so."""

from domain.figures import Figure, figure, plain
from domain.money import ZERO, cents
from domain.quoting.models import ServiceLine
from domain.quoting.sheet import QuoteInput
from domain.sentences import Sentence
from domain.wish import Wish


def priced_line(
    sheet: QuoteInput, service: str, item: str, about: Sentence | str, wish: Wish, price: Figure
) -> ServiceLine:
    """One line, priced when the service really works, with who bears it and how far it may go.

    `about` is a plain string when it is in the member's own words.
    """
    paid = price if wish.taken else price.model_copy(update={"amount_eur": ZERO, "why": "not through us"})
    reason = _borne(sheet, service, wish)
    return ServiceLine(
        service=service,
        item=item,
        label=str(about),
        choice=wish.choice,
        price=paid,
        ceiling=_ceiling(sheet, service, wish, paid),
        borne_by=wish.borne_by or sheet.profile.bearer(service),
        why=reason.said,
        about=None if isinstance(about, str) else about,
        reason=reason,
    )


def _ceiling(sheet: QuoteInput, service: str, wish: Wish, price: Figure) -> Figure:
    """The declared ceiling, else the list price and the room the price list leaves above it."""
    if not wish.taken:
        return figure("ceiling", "Ceiling", ZERO, "not through us")
    if wish.ceiling_eur is not None:
        return figure(
            "ceiling", "Ceiling", max(wish.ceiling_eur, price.amount_eur), "as you said, or the list price"
        )
    percent = sheet.context.prices.headroom_percent.get(service, 0)
    amount = cents(price.amount_eur * (100 + percent) / 100)
    why = "list price {price} + {percent} %, as the price list {list} says"
    places = {"price": price.amount_eur, "percent": percent, "list": sheet.context.prices.edition}
    return figure("ceiling", "Ceiling", amount, why, **places)


def _borne(sheet: QuoteInput, service: str, wish: Wish) -> Sentence:
    """Who bears it, and who says so."""
    if wish.borne_by:
        return words("borne_as_said", "borne by the {bearer}, as you said", bearer=wish.borne_by)
    places = {"bearer": sheet.profile.bearer(service), "profile": sheet.profile.edition}
    return words("borne_by_profile", "borne by the {bearer}, as is usual in this trade", **places)


def words(code: str, text: str, **params: object) -> Sentence:
    """A sentence about a service with its values."""
    return Sentence(code=code, text=text, params={name: plain(value) for name, value in params.items()})


def made_of(terms: tuple[Sentence, ...], made: Figure) -> Figure:
    """The figure with the terms it adds up."""
    parts = " + ".join(term.said for term in terms)
    return made.model_copy(update={"terms": terms, "params": made.params | {"parts": parts}})
