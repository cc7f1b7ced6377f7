"""Lines, VAT table and totals, as order forms and invoices show them."""

from decimal import Decimal

from documents.language import TopicWords, figure, money, number, percent
from documents.sheets.base import Json
from domain.papers import Language, Priced, PriceLine, VatCase, VatRow
from domain.vat_mentions import mention_in

BY_CASE: dict[VatCase, str] = {
    "reverse_charge_eu": "reverse_charge",
    "outside_eu": "not_due",
    "exempt_art_44": "exempt_44",
    "outside_scope": "compensation",
}
"""What is printed where an order from before does not say which rule applies."""


def vat_mention(case: VatCase, mention: str | None, language: Language) -> str | None:
    """Why no VAT is charged, in the words the law expects; nothing on a standard line.

    Source: RD 1 art. 5 §1, 9° and 10°; art. 21 §2 and 44 VAT code (consulted 23-11-2026).
    """
    return None if case == "standard" else mention_in(mention or BY_CASE[case], language)


def _rate(case: VatCase, rate: Decimal, language: Language) -> str:
    return percent(rate, language) if case == "standard" else TopicWords("pricing", language)[f"short_{case}"]


def _line(line: PriceLine, language: Language) -> Json:
    many = "" if abs(line.quantity) == 1 else "_many"
    unit = TopicWords("pricing", language)[f"unit_{line.unit}{many}"]
    return {
        "name": line.name,
        "description": line.description or "",
        "quantity": f"{number(line.quantity, language)} {unit}",
        "price": figure(line.unit_price_eur, language),
        "rate": _rate(line.vat_case, line.vat_percent, language),
        "net": figure(line.net_eur, language),
    }


def _vat_row(row: VatRow, language: Language) -> Json:
    return {
        "rate": _rate(row.vat_case, row.vat_percent, language),
        "base": figure(row.net_eur, language),
        "vat": figure(row.vat_eur, language),
    }


def priced(paper: Priced) -> Json:
    """Lines, VAT rows, mentions and totals."""
    language = paper.language
    mentions = [vat_mention(row.vat_case, row.mention, language) for row in paper.vat_rows]
    return {
        "lines": [_line(line, language) for line in paper.lines],
        "vat_rows": [_vat_row(row, language) for row in paper.vat_rows],
        "mentions": list(dict.fromkeys(mention for mention in mentions if mention)),
        "net": money(paper.net_eur, language),
        "vat": money(paper.vat_eur, language),
        "total": money(paper.total_eur, language),
    }
