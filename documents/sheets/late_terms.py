"""What a private client owes who pays late, in words: the amounts come from the dated rates."""

from collections.abc import Iterator
from datetime import date

from documents.language import TopicWords, money, percent
from domain.money import CENT
from domain.papers import InvoicePaper, OrderFormPaper
from domain.rules.consumer import lump_sum_scale


def penalty_clause(paper: OrderFormPaper | InvoicePaper, on: date) -> Iterator[str]:
    """The clauses as agreed, and that they bind both sides. Source: CDE/WER art. VI.83, 17°, and XIX.4."""
    language, lump_sum, yearly = paper.language, paper.penalty_clause, paper.penalty_interest_percent
    words = TopicWords("invoicing", language)
    if lump_sum:
        scale = lump_sum_scale(on)
        yield words.say(
            "late_clause",
            first=money(scale.first_eur, language),
            up_to=money(scale.first_up_to_eur, language),
            second=money(scale.second_eur, language),
            second_percent=percent(scale.second_percent, language),
            above=money(scale.first_up_to_eur + CENT, language),
            second_up_to=money(scale.second_up_to_eur, language),
            third=money(scale.third_eur, language),
            third_percent=percent(scale.third_percent, language),
            most=money(scale.most_eur, language),
        )
    if yearly is not None:
        yield words.say("late_interest", percent=percent(yearly, language))
    if lump_sum or yearly is not None:
        yield words["late_mirrored"]
