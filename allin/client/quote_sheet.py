"""A quote as a person reads it in a terminal: every euro with its reason, and the rules it rests on."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from textwrap import wrap

from domain.figures import Figure
from domain.people import Language
from domain.quote import Notice, Obstacle, Pay, Quote, Sentence, ServiceLine
from engine.wording import number, worded
from engine.words import day, moment, money, say

WIDTH = 100
LABEL, AMOUNT = 34, 13
UNVERIFIED = " *"
"""Marks a figure that rests on a rate not verified at its source."""


def sheet(quote: Quote, title: str | None, lang: Language) -> list[str]:
    """The whole quote, line by line."""
    return QuoteText(quote, lang).lines(title)


class QuoteText:
    """One quote in one language."""

    def __init__(self, quote: Quote, lang: Language) -> None:
        together = quote.model_copy(update={"warnings": tuple(_together(quote.warnings))})
        self._quote = worded(together, lang)
        self._lang: Language = lang
        self._sources: dict[str, int] = {}

    def lines(self, title: str | None) -> list[str]:
        """The figures first, then what to know, then where it all comes from."""
        parts = (
            self._head(title),
            self._client(),
            self._costs(),
            self._people(),
            self._obstacles(),
            self._notices("page.quote.approvals", self._quote.approvals),
            self._notices("page.quote.filled_in", self._quote.filled_in),
            self._notices("page.quote.warnings", self._quote.warnings),
            self._deadlines(),
            self._origins(),
        )
        told = [list(part) for part in parts]
        return [line for part in told if part for line in (*part, "")][:-1]

    def _head(self, title: str | None) -> Iterator[str]:
        quote = self._quote
        yield title or say(self._lang, "page.quote.title")
        if quote.headline:
            yield quote.headline.text
        elif quote.range:
            low = self._money(quote.range.low.amount_eur)
            high = self._money(quote.range.high.amount_eur) if quote.range.high else "…"
            yield f"{say(self._lang, 'page.quote.range', low=low, high=high)} ({quote.range.text})"
        ids = {"id": quote.quote_id, "on": self._day(quote.made_on), "until": self._day(quote.valid_until)}
        yield say(self._lang, "quote.made", **ids)
        if quote.provisional:
            yield say(self._lang, "page.quote.provisional")

    def _client(self) -> Iterator[str]:
        client = self._quote.client
        if client is None:
            return
        yield from self._figure(say(self._lang, "page.quote.price"), client.net)
        vat = say(self._lang, "page.quote.vat", rate=number(self._lang, f"{client.vat_percent.normalize():f}"))
        yield from self._figure(vat, client.vat, why=str(client.vat_reason or client.vat_why))
        yield from self._figure(say(self._lang, "page.quote.total"), client.total)

    def _costs(self) -> Iterator[str]:
        quote = self._quote
        if quote.fee:
            yield from self._figure(say(self._lang, "page.quote.fee"), quote.fee)
        for line in quote.services:
            if line.price.amount_eur:
                yield from self._figure(self._service(line), line.price, why=self._cost(line))
        for planned in quote.expenses:
            label = f"{say(self._lang, 'service.expenses')} · {planned.item}: {planned.label}"
            yield from self._figure(label, planned.amount)
        yield from self._figure(say(self._lang, "page.quote.reserve"), quote.reserve)
        if quote.wage_budget:
            yield from self._figure(say(self._lang, "page.quote.wages"), quote.wage_budget)
        free = dict.fromkeys(self._service(line) for line in quote.services if not line.price.amount_eur)
        if free:
            yield from _paragraph(f"{say(self._lang, 'quote.included')}: {', '.join(free)}", 2)

    def _service(self, line: ServiceLine) -> str:
        name = say(self._lang, f"service.{line.service}")
        about = "" if line.label == line.service else f": {line.name}"
        return f"{name}{'' if line.item == '-' else f' · {line.item}'}{about}"

    def _cost(self, line: ServiceLine) -> str:
        upto = say(self._lang, "page.quote.upto", ceiling=self._money(line.ceiling.amount_eur))
        return f"{line.price.text}; {upto}; {line.text}"

    def _people(self) -> Iterator[str]:
        for person in self._quote.people:
            yield from self._person(person)
        if self._quote.left_over and self._quote.left_over.amount_eur:
            yield from self._figure(self._quote.left_over.name, self._quote.left_over)
        yield "  " + say(
            self._lang, "page.quote.prefinanced", amount=self._money(self._quote.prefinanced.amount_eur)
        )

    def _person(self, person: Pay) -> Iterator[str]:
        name = f"{person.item} ({person.function_name})"
        yield from self._figure(name, person.cost)
        yield from self._figure(f"  {person.gross.name}", person.gross)
        low = person.net_low
        net = f"{self._money(low.amount_eur)} – {self._money(person.net_high.amount_eur)}"
        note = self._note(low, person.net_high)
        told = ", ".join(map(self._day, person.paid_on))
        on = f" ({told})" if told else ""
        yield f"    {low.name}: {net}{on}{note}"

    def _obstacles(self) -> Iterator[str]:
        yield from self._notices("page.quote.missing", self._quote.missing)
        if self._quote.refusals:
            yield say(self._lang, "page.quote.refusals") + ":"
        for obstacle in self._quote.refusals:
            yield from self._obstacle(obstacle)

    def _obstacle(self, obstacle: Obstacle) -> Iterator[str]:
        yield from _paragraph(f"- {obstacle} [{obstacle.rule}: {obstacle.source}]", 2)
        for way in obstacle.ways_out:
            yield from _paragraph(f"→ {way}", 6)

    def _notices(self, heading: str, notices: Iterable[Sentence]) -> Iterator[str]:
        told = list(notices)
        if told:
            yield say(self._lang, heading) + ":"
        for notice in told:
            source = getattr(notice, "source", None)
            yield from _paragraph(f"- {notice}{f' [{source}]' if source else ''}", 2)

    def _deadlines(self) -> Iterator[str]:
        by_time: dict[tuple[datetime, str, str], list[str]] = {}
        for one in self._quote.deadlines:
            if one.legal:
                by_time.setdefault((one.due_at, one.name, one.text), []).append(one.item)
        if by_time:
            yield say(self._lang, "quote.legal") + ":"
        for (due_at, name, text), items in by_time.items():
            who = ", ".join(item for item in items if item != "-")
            about = f"{name}{f' ({who})' if who else ''}"
            yield from _paragraph(f"- {moment(self._lang, due_at)}: {about} [{text}]", 2)

    def _origins(self) -> Iterator[str]:
        if self._sources:
            yield say(self._lang, "quote.sources") + ":"
        for source, mark in self._sources.items():
            yield from _paragraph(f"[{mark}] {source}", 2)
        yield "  " + say(self._lang, "quote.notes")

    def _figure(self, label: str, figure: Figure, why: str | None = None) -> Iterator[str]:
        """Label, amount, reason; a long label or reason goes on below."""
        reason = f"{why or figure.text}{self._note(figure)}"
        room = WIDTH - LABEL - AMOUNT - 4
        indent = " " * (len(label) - len(label.lstrip()))
        left, right = wrap(label, LABEL - 2, subsequent_indent=indent) or [""], wrap(reason, room) or [""]
        for n in range(max(len(left), len(right))):
            start = left[n] if n < len(left) else ""
            amount = self._money(figure.amount_eur) if n == 0 else ""
            yield f"  {start:{LABEL - 2}}{amount:>{AMOUNT}}    {right[n] if n < len(right) else ''}".rstrip()

    def _note(self, *figures: Figure) -> str:
        """The numbers of the sources a figure rests on."""
        sources = [figure.source for figure in figures if figure.source]
        found = [self._sources.setdefault(source, len(self._sources) + 1) for source in sources]
        numbers = f" [{','.join(str(n) for n in dict.fromkeys(found))}]" if found else ""
        return numbers + ("" if all(figure.verified for figure in figures) else UNVERIFIED)

    def _money(self, amount: Decimal) -> str:
        return money(self._lang, amount)

    def _day(self, on: date) -> str:
        return day(self._lang, on)


def _paragraph(text: str, indent: int) -> list[str]:
    pad = " " * indent
    return wrap(text, WIDTH, initial_indent=pad, subsequent_indent=pad + "  ") or [pad]


def _together(notices: Iterable[Notice]) -> list[Notice]:
    """The same notice about several people once, with all their names."""
    grouped: dict[tuple[str, str], Notice] = {}
    for notice in notices:
        rest = {name: value for name, value in notice.params.items() if name != "item"}
        key = (notice.code, repr(sorted(rest.items())))
        known = grouped.get(key)
        if known is None or "item" not in notice.params:
            grouped.setdefault(key, notice)
        elif known.params["item"] != notice.params["item"]:
            names = f"{known.params['item']}, {notice.params['item']}"
            grouped[key] = known.model_copy(update={"params": known.params | {"item": names}})
    return list(grouped.values())
