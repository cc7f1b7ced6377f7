"""The figures of fund and debts as pictures, each with its table beside: every value already in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, format_decimal
from markupsafe import Markup

from api.pages.office.plots import Bar, Group, largest, line, lying, ticks, vertical_bars
from domain.money import ZERO
from domain.people import Language
from engine.words import LOCALES, day, money, say
from storage.money.figures_debts import Aged, Loss, Month, PaysIn
from storage.money.figures_fund import Held, Week

Labels = Mapping[str, str]
"""Names of clients, members and entities by their reference."""
NEAR = Decimal("0.8")
"""House rule: from four fifths of a limit on, a bar warns."""


@dataclass(frozen=True)
class Cell:
    """One value of a table, and where it leads."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class ChartWithTable:
    """A picture with its table."""

    name: str
    title: str
    lead: str
    plot: Markup | None
    head: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    legend: tuple[str, ...] = ()
    """The names of the series, in their order."""


def euros(lang: Language, amount: Decimal) -> str:
    """An amount in whole euros, for an axis."""
    pattern = Locale.parse(LOCALES[lang]).currency_formats["standard"].pattern.replace(".00", "")
    return format_currency(amount, "EUR", format=pattern, locale=LOCALES[lang], currency_digits=False)


def percent(lang: Language, value: Decimal) -> str:
    """A percentage with one decimal."""
    return f"{format_decimal(round(value, 1), locale=LOCALES[lang])} %"


def held(
    name: str,
    lang: Language,
    found: Sequence[Held],
    limit: Decimal | None,
    labels: Labels,
    search: str = "",
) -> ChartWithTable:
    """For whom the fund holds how much, against what it may hold for one of them."""
    bars = [
        Bar(
            labels.get(one.whose, one.whose),
            one.held_eur,
            money(lang, one.held_eur),
            limit,
            tone(one.held_eur, limit),
        )
        for one in found
    ]
    rows = [
        (
            Cell(bar.label, search.format(one.whose) if search else ""),
            Cell(str(one.jobs)),
            Cell(bar.written),
            Cell(percent(lang, one.held_eur * 100 / limit) if limit else "–"),
        )
        for one, bar in zip(found, bars, strict=True)
    ]
    title = say(lang, f"office.fund.{name}")
    lead = say(lang, "office.fund.limit_each", limit=limit) if limit else ""
    head = (title, *(say(lang, f"office.head.{one}") for one in ("jobs", "held", "of_limit")))
    return ChartWithTable(name, title, lead, lying(name, title, lead, bars) if bars else None, head, rows)


def tone(value: Decimal, limit: Decimal | None) -> str:
    """How near a limit something is."""
    if limit is None or value < limit * NEAR:
        return ""
    return "warn" if value <= limit else "bad"


def flows(lang: Language, weeks: Sequence[Week]) -> ChartWithTable:
    """Money in and out, week by week."""
    groups = [Group(day(lang, one.monday, "d MMM"), (one.came_in_eur, one.went_out_eur)) for one in weeks]
    moved = any(one.came_in_eur or one.went_out_eur for one in weeks)
    rows = [
        tuple(
            Cell(text)
            for text in (
                day(lang, one.monday, "d MMM y"),
                money(lang, one.came_in_eur),
                money(lang, one.went_out_eur),
                money(lang, one.net_eur),
            )
        )
        for one in reversed(weeks)
    ]
    title, lead = say(lang, "office.fund.flows"), say(lang, "office.fund.flows.lead")
    drawn = vertical_bars("flows", title, lead, groups, _euro_ticks(lang, groups)) if moved else None
    names = ("week_of", "came_in", "went_out", "net")
    legend = (say(lang, "office.head.came_in"), say(lang, "office.head.went_out"))
    return ChartWithTable("flows", title, lead, drawn, _heads(lang, names), rows if moved else [], legend)


def aged(lang: Language, bands: Sequence[Aged]) -> ChartWithTable:
    """What clients owe, by how late they are."""
    groups = [Group(say(lang, f"office.band.{one.band}"), (one.open_eur,)) for one in bands]
    total = sum((one.open_eur for one in bands), ZERO)
    count = sum(one.invoices for one in bands)
    rows = [
        (Cell(group.label), Cell(str(one.invoices)), Cell(money(lang, one.open_eur)))
        for one, group in zip(bands, groups, strict=True)
    ]
    rows.append((Cell(say(lang, "office.head.total")), Cell(str(count)), Cell(money(lang, total))))
    title, lead = say(lang, "office.fund.aged"), say(lang, "office.fund.aged.lead")
    drawn = vertical_bars("aged", title, lead, groups, _euro_ticks(lang, groups)) if count else None
    head = _heads(lang, ("days_late", "invoices", "open"))
    return ChartWithTable("aged", title, lead, drawn, head, rows if count else [])


def pays_in(lang: Language, found: Sequence[PaysIn], labels: Labels) -> ChartWithTable:
    """How long each client takes to pay."""
    days = [say(lang, "office.days", n=str(one.days)) for one in found]
    bars = [
        Bar(labels.get(one.client_id, one.client_id), Decimal(one.days), text, tone="warn" if one.late_days else "")
        for one, text in zip(found, days, strict=True)
    ]
    rows = [
        (
            Cell(bar.label, f"/debtors/{one.client_id}"),
            Cell(str(one.invoices)),
            Cell(bar.written),
            Cell(say(lang, "office.days", n=str(one.late_days)) if one.late_days else say(lang, "office.in_time")),
        )
        for one, bar in zip(found, bars, strict=True)
    ]
    title, lead = say(lang, "office.fund.pays_in"), say(lang, "office.fund.pays_in.lead")
    drawn = lying("pays-in", title, lead, bars) if bars else None
    return ChartWithTable(
        "pays-in", title, lead, drawn, _heads(lang, ("client", "invoices", "pays_in", "late")), rows
    )


def losses(lang: Language, months: Sequence[Month]) -> ChartWithTable:
    """Which part of what was asked for is lost, by the month in which the collection ended."""
    groups = [Group(day(lang, one.first_on, "MMM y"), (one.percent,)) for one in months]
    rows = [
        tuple(
            Cell(text)
            for text in (
                day(lang, one.first_on, "MMMM y"),
                money(lang, one.asked_eur),
                money(lang, one.lost_eur),
                percent(lang, one.percent),
            )
        )
        for one in reversed(months)
    ]
    title, lead = say(lang, "office.fund.losses"), say(lang, "office.fund.losses.lead")
    steps = [percent(lang, step) for step in ticks(largest(groups))]
    drawn = line("losses", title, lead, groups, steps) if len(months) > 1 else None
    return ChartWithTable("losses", title, lead, drawn, _heads(lang, ("month", "asked", "lost", "loss_rate")), rows)


def given_up(lang: Language, found: Iterable[Loss], labels: Labels) -> list[tuple[Cell, ...]]:
    """The invoices given up: which, whose, when, how much, and who bears it."""
    return [
        (
            Cell(one.number, f"/jobs/{one.job_id}"),
            Cell(labels.get(one.client_id, one.client_id)),
            Cell(written_on(lang, one.on)),
            Cell(say(lang, f"office.bearer.{one.borne_by}") if one.borne_by else "–"),
            Cell(money(lang, one.lost_eur)),
        )
        for one in found
    ]


def written_on(lang: Language, on: date) -> str:
    """A day in a table."""
    return day(lang, on, "d MMM y")


def _heads(lang: Language, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(say(lang, f"office.head.{name}") for name in names)


def _euro_ticks(lang: Language, groups: Sequence[Group]) -> list[str]:
    return [euros(lang, step) for step in ticks(largest(groups))]
