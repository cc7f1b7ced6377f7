"""What a job will cost and pay, worked out before anybody clicks."""

from datetime import date

from domain.declaration import JobDeclaration
from domain.profiles import profile, profile_names
from domain.quoting import defaults, refusals
from domain.quoting.context import QuoteContext
from domain.quoting.fingerprint import fingerprint, quote_id, same_figures
from domain.quoting.models import (
    ClientSide,
    ExpensePlanned,
    FilledIn,
    Headline,
    Missing,
    NeededApproval,
    Notice,
    Obstacle,
    Pay,
    Quote,
    Range,
    ServiceLine,
)
from domain.quoting.pay_range import pay_range
from domain.quoting.sheet import QuoteInput
from domain.quoting.work import Work
from domain.rules.deadlines import Deadline
from domain.sentences import Sentence

__all__ = [
    "ClientSide",
    "Deadline",
    "ExpensePlanned",
    "FilledIn",
    "Headline",
    "Missing",
    "NeededApproval",
    "Notice",
    "Obstacle",
    "Pay",
    "Quote",
    "QuoteContext",
    "Range",
    "Sentence",
    "ServiceLine",
    "quote",
    "same_figures",
]


def quote(declaration: JobDeclaration, on: date, context: QuoteContext | None = None) -> Quote:
    """What this job costs and pays, with the rule and source behind each figure.

    Pure: the same declaration, day and context give the same quote. Works on half a declaration; refuses
    nothing by raising: what stands in the way is in the quote, with the ways out.
    """
    context = context or QuoteContext()
    if declaration.profile not in profile_names():
        fallback = QuoteInput(
            declaration.model_copy(update={"profile": "general"}), profile("general"), context, on
        )
        return _quote(fallback, (refusals.unknown_profile(declaration.profile),))
    return _quote(QuoteInput(declaration, profile(declaration.profile), context, on), ())


def _quote(asked: QuoteInput, refused: tuple[Obstacle, ...]) -> Quote:
    sheet, filled = defaults.complete(asked)
    work = Work(sheet)
    made = work.quote(filled, refused)
    figures = fingerprint(made)
    return made.model_copy(
        update={
            "fingerprint": figures,
            "quote_id": quote_id(figures, asked.declaration),
            "range": pay_range(sheet) if made.missing else None,
        }
    )
