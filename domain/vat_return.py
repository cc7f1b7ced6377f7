"""What the documents of a month say for the VAT return: base and VAT by rate, credit notes apart."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from domain.message import Message
from domain.money import ZERO, Eur, cents

BOXES: Final = {Decimal(6): "01", Decimal(12): "02", Decimal(21): "03"}
"""The box of each rate. Source: finance.belgium.be/en/node/11953 (VAT return, boxes 01 to 03)."""
WITHOUT_VAT = "00/44/47"
"""No Belgian VAT: which of these it is stands in the mention printed on the document (00 rate zero, 44 services to
enterprises in the Union, 47 other exempt services; 47 is not verified)."""
BY_HAND = "-"
"""Several rates on one document, or a rate that is in no box: the accountant reads the document."""


class IssuedDocument(Message):
    """An invoice or a credit note of the month."""

    number: str
    net_eur: Eur
    vat_eur: Eur
    credit_note: bool = False


class ReturnLine(Message):
    """What belongs in one box."""

    box: str
    credit_note: bool
    documents: int
    base_eur: Eur
    vat_eur: Eur


def boxes(documents: Iterable[IssuedDocument]) -> list[ReturnLine]:
    """One line per box, invoices before credit notes; a document is in exactly one of them."""
    found: dict[tuple[bool, str], ReturnLine] = {}
    for one in documents:
        place = (one.credit_note, box_of(one))
        line = found.get(place) or ReturnLine(
            box=place[1], credit_note=one.credit_note, documents=0, base_eur=ZERO, vat_eur=ZERO
        )
        found[place] = ReturnLine(
            box=line.box,
            credit_note=line.credit_note,
            documents=line.documents + 1,
            base_eur=line.base_eur + one.net_eur,
            vat_eur=line.vat_eur + one.vat_eur,
        )
    return [found[place] for place in sorted(found)]


def box_of(document: IssuedDocument) -> str:
    """The box of the one rate whose VAT is exactly the document's."""
    if not document.vat_eur:
        return WITHOUT_VAT
    return next(
        (box for rate, box in BOXES.items() if cents(document.net_eur * rate / 100) == document.vat_eur), BY_HAND
    )
