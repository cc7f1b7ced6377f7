"""Pay statement and expense note."""

from decimal import Decimal

from documents.language import (
    TopicWords,
    day,
    enterprise_number,
    figure,
    money,
    national_number,
    number,
    percent,
    short_day,
    spaced,
    span,
)
from documents.sheets.base import Json, TemplateInput, hours, pairs, person_lines, sheet
from domain.papers import ExpenseNotePaper, PayLine, PayStatementPaper, PrintedExpenseLine

INFORMS = ("base", "taxable", "expenses")
"""Lines that show a basis and add nothing to the net."""


def _label(line: PayLine, words: TopicWords) -> str:
    """The words for a line; a base says its own percentage."""
    if line.kind == "base":
        return words.say("line_base", percent=percent(line.rate_percent or Decimal(100), words.language))
    return words[f"line_{line.kind}"]


def _pay_line(line: PayLine, words: TopicWords) -> Json:
    language = words.language
    return {
        "label": line.label or _label(line, words),
        "basis": figure(line.basis_eur, language) if line.basis_eur is not None else "",
        "rate": percent(line.rate_percent, language) if line.rate_percent is not None else "",
        "amount": figure(line.amount_eur, language),
        "informs": line.kind in INFORMS,
    }


@sheet.register
def _(paper: PayStatementPaper) -> TemplateInput:
    language = paper.language
    words, common = TopicWords("wages", language), TopicWords("common", language)
    worked = hours(int(paper.hours_worked * 60), language) if paper.hours_worked else None
    national = paper.person.national_number
    employer = paper.employer_contribution_eur
    data: Json = {
        "number": paper.number,
        "person": {"name": paper.person.name, "lines": person_lines(paper.person, language)},
        "facts": pairs(
            (words["employer_number"], enterprise_number(paper.entity.enterprise_number)),
            (words["nsso_number"], paper.employer_nsso_number),
            (words["person_number"], paper.person_number),
            (words["national_number"], national_number(national) if national else None),
            (common["period"], span(paper.period_from, paper.period_until, language)),
            (common["job"], paper.job_title),
            (common["function"], paper.function),
            (common["joint_committee"], paper.joint_committee),
            (words["days_worked"], number(paper.days_worked, language)),
            (words["hours_worked"], worked),
            (words["paid_on"], day(paper.paid_on, language)),
            (words["account"], spaced(paper.person.iban) if paper.person.iban else None),
        ),
        "lines": [_pay_line(line, words) for line in paper.lines],
        "net": money(paper.net_eur, language),
        "expenses": money(paper.expenses_eur, language) if paper.expenses_eur else "",
        "paid": money(paper.paid_eur, language),
        "employer": words.say("employer_contribution", amount=money(employer, language)) if employer else "",
        "provisional": words["provisional"] if paper.provisional else "",
    }
    topics = ("common", "wages")
    return TemplateInput("wages/pay_statement.typ", f"{words['title']} {paper.number}", paper.entity, topics, data)


def _calculation(line: PrintedExpenseLine, words: TopicWords) -> str:
    if line.kind == "receipt" or line.quantity is None or line.rate_eur is None:
        return ""
    quantity, rate = (number(value, words.language) for value in (line.quantity, line.rate_eur))
    return words.say(f"calculation_{line.kind}", quantity=quantity, rate=rate)


@sheet.register
def _(paper: ExpenseNotePaper) -> TemplateInput:
    language = paper.language
    words, common = TopicWords("expenses", language), TopicWords("common", language)
    data: Json = {
        "number": paper.number,
        "person": {"name": paper.person.name, "lines": person_lines(paper.person, language)},
        "facts": pairs(
            (common["job"], paper.job_title),
            (words["paid_on"], day(paper.paid_on, language) if paper.paid_on else None),
        ),
        "lines": [
            {
                "on": short_day(line.on, language),
                "description": line.description,
                "kind": words[f"kind_{line.kind}"],
                "calculation": _calculation(line, words),
                "receipt": line.receipt or "",
                "amount": figure(line.amount_eur, language),
            }
            for line in paper.lines
        ],
        "total_amount": money(paper.total_eur, language),
    }
    topics = ("common", "expenses")
    return TemplateInput(
        "expenses/expense_note.typ", f"{words['title']} {paper.number}", paper.entity, topics, data
    )
