"""Equipment: what it costs on paper, and the order for it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from domain.bookable.times import HANDOVER, known
from domain.figures import figure
from domain.money import ZERO, cents
from domain.plans.context import PlanContext
from domain.quoting.lines import made_of, priced_line, words
from domain.quoting.models import ServiceLine
from domain.quoting.sheet import QuoteInput
from domain.rules.own_prices import begun_days
from domain.sentences import Sentence
from domain.services.equipment import EquipmentItem, EquipmentRequest
from domain.wishes import EquipmentLineWish, EquipmentWish


def lines(sheet: QuoteInput) -> Iterator[ServiceLine]:
    """What it costs on paper."""
    wish = sheet.declaration.equipment
    if wish is None:
        return
    times = equipment_times(sheet, wish)
    days = begun_days(*times) if times else 1
    amounts = [cents(line.quantity * (_piece(sheet, line, days) or ZERO)) for line in wish.items]
    why = "{parts}; rent for {days} begun days, price list {list}"
    price = figure("price", "Price", sum(amounts, ZERO), why, days=days, list=sheet.context.prices.edition)
    articles = ", ".join(f"{line.quantity} x {line.article}" for line in wish.items)
    about = words("about_equipment", "{articles}", articles=articles)
    yield priced_line(sheet, "equipment", "-", about, wish, made_of(_articles(wish, amounts), price))


def _articles(wish: EquipmentWish, amounts: Sequence[Decimal]) -> tuple[Sentence, ...]:
    return tuple(
        words(
            "term_article",
            "{quantity} x {article} ({how}) {amount}",
            quantity=line.quantity,
            article=line.article,
            how=line.how,
            amount=amount,
        )
        for line, amount in zip(wish.items, amounts, strict=True)
    )


def _piece(sheet: QuoteInput, line: EquipmentLineWish, days: int) -> Decimal | None:
    """The price of one piece for the whole job; None when nobody knows it."""
    article = sheet.context.prices.article(line.article)
    if line.how == "buy":
        return line.price_eur or (article.buy_eur if article else None)
    if line.how == "lease":
        share = Decimal(sheet.context.prices.lease_month_percent) / 100
        return line.price_eur or (cents(article.buy_eur * share) if article and article.buy_eur else None)
    a_day = line.price_eur or (article.day_eur if article else None)
    return None if a_day is None else a_day * days


def value_of(sheet: QuoteInput, line: EquipmentLineWish) -> Decimal:
    """What one piece is worth: as declared, else as the catalogue says."""
    if line.value_eur is not None:
        return line.value_eur
    article = sheet.context.prices.article(line.article)
    return article.value_eur if article else ZERO


def equipment_times(sheet: QuoteInput, wish: EquipmentWish) -> tuple[datetime, datetime] | None:
    """From when until when the equipment is needed; None while the job has no days."""
    if sheet.first_start_at is None or sheet.last_end_at is None:
        return None
    return wish.from_at or sheet.first_start_at - HANDOVER, wish.until_at or sheet.last_end_at + HANDOVER


def bought_price(sheet: QuoteInput) -> Decimal:
    """What is bought or leased costs: it stays with the cooperative."""
    wish = sheet.declaration.equipment
    lines = wish.items if wish is not None and wish.taken else ()
    bought = (line for line in lines if line.how != "rent")
    return sum((cents(line.quantity * (_piece(sheet, line, 1) or ZERO)) for line in bought), ZERO)


def unpriced(sheet: QuoteInput) -> list[int]:
    """The positions of the equipment lines nobody knows a price of."""
    wish = sheet.declaration.equipment
    lines = wish.items if wish and wish.taken else ()
    return [n for n, line in enumerate(lines) if _piece(sheet, line, 1) is None]


def order(desk: PlanContext) -> EquipmentRequest | None:
    """One order for all the equipment."""
    wish = desk.declaration.equipment
    if wish is None or not wish.taken:
        return None
    from_at, until_at = known(equipment_times(desk.sheet, wish))
    return EquipmentRequest(
        items=tuple(
            EquipmentItem(
                article=line.article,
                quantity=line.quantity,
                how=line.how,
                value_eur=value_of(desk.sheet, line),
            )
            for line in wish.items
        ),
        from_at=from_at,
        until_at=until_at,
        ceiling_eur=desk.ceilings("equipment")["-"],
        hold_until_at=desk.hold_until_at,
    )
