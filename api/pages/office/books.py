"""The books in the form a page shows them: each account in words, each entry with its lines under each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from api.pages.office.figures import written_on
from domain.ledger import Account
from domain.money import ZERO
from domain.people import Language
from engine.words import day, knows, money, say
from storage.money.figures_books import AccountBalance, BookLine, OwedBetween


@dataclass(frozen=True)
class EntryTold:
    """One entry: what happened, when, for which job, and its lines."""

    on: str
    iso: str
    job_id: str
    text: str
    key: str
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    """Account, debit, credit."""


def books_view(lang: Language, balances: Sequence[AccountBalance], lines: Sequence[BookLine]) -> dict[str, Any]:
    """The trial balance and the entries."""
    debit = sum((one.debit_eur for one in balances), ZERO)
    credit = sum((one.credit_eur for one in balances), ZERO)
    booked = [one for one in balances if one.debit_eur or one.credit_eur]
    return {
        "balances": [
            {
                "name": say(lang, f"office.account.{one.account.value}"),
                "why": say(lang, f"office.account.{one.account.value}.why"),
                "account": one.account.value,
                "of_job": one.account.of_job,
                "debit": _amount(lang, one.debit_eur),
                "credit": _amount(lang, one.credit_eur),
                "balance": money(lang, one.balance_eur),
            }
            for one in booked
        ],
        "total": {
            "debit": money(lang, debit),
            "credit": money(lang, credit),
            "balance": money(lang, debit - credit),
        },
        "difference": money(lang, debit - credit),
        "balanced": debit == credit,
        "entries": [_entry(lang, list(its)) for _, its in groupby(lines, key=lambda one: one.key)],
    }


def entities_view(
    lang: Language, names: Mapping[str, str], between: Sequence[OwedBetween]
) -> dict[str, list[tuple[str, ...]]]:
    """The legal entities for a choice, and what each owes another."""
    return {
        "entities": [("", say(lang, "office.ledger.any_entity")), *names.items()],
        "between": [
            (names.get(one.owes, one.owes), names.get(one.to, one.to), money(lang, one.amount_eur))
            for one in between
        ],
    }


def months(lang: Language, entity: str, today: date) -> list[tuple[str, str]]:
    """The accountant's files of one entity: the month that ended last, and the one that runs."""
    this = today.replace(day=1)
    ended = (this - timedelta(days=1)).replace(day=1)
    return [
        (
            say(lang, "office.ledger.month", month=day(lang, one, "MMMM y")),
            address("/api/books/month", {"entity": entity, "month": one.strftime("%Y-%m")}),
        )
        for one in (ended, this)
    ]


def labels(lang: Language) -> list[tuple[str, str]]:
    """Every account for a choice."""
    return [(one.value, say(lang, f"office.account.{one.value}")) for one in Account]


def address(path: str, query: dict[str, Any]) -> str:
    """An address with what was asked for."""
    return f"{path}?{urlencode(query)}" if query else path


def _entry(lang: Language, lines: Sequence[BookLine]) -> EntryTold:
    first = lines[0]
    return EntryTold(
        written_on(lang, first.on),
        first.on.isoformat(),
        first.job_id,
        text(lang, first.text),
        first.key,
        [
            (
                say(lang, f"office.account.{one.account.value}"),
                _amount(lang, max(one.amount_eur, ZERO)),
                _amount(lang, max(-one.amount_eur, ZERO)),
            )
            for one in lines
        ],
    )


def text(lang: Language, sentence: str) -> str:
    """What an entry says; in English when nobody has translated it yet."""
    return say(lang, f"office.entry.{sentence}") if knows(f"office.entry.{sentence}") else sentence


def _amount(lang: Language, amount: Decimal) -> str:
    return money(lang, amount) if amount else ""
