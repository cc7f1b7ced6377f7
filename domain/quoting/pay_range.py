"""Between what and what the pay lies while the declaration is only half filled."""

from dataclasses import replace
from typing import Final

from domain.declaration import JobDeclaration, VatQuestions
from domain.parties import CrewMember
from domain.quoting.models import Pay, Range
from domain.quoting.sheet import QuoteInput
from domain.quoting.work import Work

ONE: Final = CrewMember(item="me", member=True, function="worker", share=1)
"""Who is assumed to work when nobody is named, to show between what the pay lies."""


def pay_range(sheet: QuoteInput) -> Range | None:
    """Between what and what the member's pay lies, with what is known so far."""
    declared = sheet.declaration
    if not declared.crew:
        declared = declared.model_copy(update={"crew": (ONE,)})
    low, high = (
        _mine(replace(sheet, declaration=declared.model_copy(update={"vat": _answered(declared, reduced)})))
        for reduced in (False, True)
    )
    if low is None or high is None:
        return None
    why = "with what is known so far; still missing: the fields listed"
    return Range(low=low.net_low, high=high.net_high, why=why)


def _answered(declared: JobDeclaration, reduced: bool) -> VatQuestions:
    """The VAT answers, those still open taken as the one or the other."""
    vat = declared.vat
    performance = reduced if vat.performance_or_licence is None else vat.performance_or_licence
    advertising = (not reduced) if vat.advertising is None else vat.advertising
    return vat.model_copy(update={"performance_or_licence": performance, "advertising": advertising})


def _mine(sheet: QuoteInput) -> Pay | None:
    people = Work(sheet).people
    return next((pay for pay in people if pay.member), people[0] if people else None)
