"""What an invoice request looks like on paper, checked to the cent before a number is taken."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from activities.letterhead import client_party
from domain.money import ZERO, cents
from domain.papers import (
    CENTS_OF_ROUNDING,
    DocumentReference,
    EntityParty,
    InvoicePaper,
    Language,
    PriceLine,
    VatCase,
)
from domain.people import Client, JobSummary
from domain.services.agreement import LateTerms
from domain.services.invoicing import (
    AmountsDoNotAddUp,
    ClientAddressIncomplete,
    InvoiceRequest,
    KeptInvoice,
    NothingLeftToInvoice,
    VatCategory,
)
from domain.vat_mentions import mention_in

VAT_CASES: dict[VatCategory, VatCase] = {
    "S": "standard",
    "AE": "reverse_charge_eu",
    "G": "outside_eu",
    "O": "outside_scope",
    "E": "exempt_art_44",
    "Z": "exempt_art_44",
}
Parts = tuple[str, str | None, Decimal, Decimal]
"""Name, description, quantity and price of a line."""
DEPOSIT: dict[Language, str] = {"fr": "Acompte", "nl": "Voorschot", "en": "Deposit"}
NOT_NUMBERED_YET = "000000000097"
"""Stands in while a paper is checked; the number and the reference are the invoice book's to give."""


def totals_checked(request: InvoiceRequest) -> None:
    """Refuse an invoice whose lines, VAT and total differ by a cent.

    Validators of electronic invoices tolerate almost a euro of wrong VAT per rate (BR-CO-17): the exact cent is
    ours to check. Source: EN 16931 BR-CO-10, BR-CO-15, BR-CO-17; RD 8 July 2025 (VAT rounded once per rate).
    """
    for line in request.lines:
        _equal(f"line {line.label!r}", cents(line.quantity * line.unit_price_eur), line.net_eur)
    _equal("net", sum((line.net_eur for line in request.lines), ZERO), request.net_eur)
    vat_eur = cents(request.net_eur * request.vat_rate_percent / 100)
    if not (request.vat_included and abs(vat_eur - request.vat_eur) <= CENTS_OF_ROUNDING):
        _equal("VAT", vat_eur, request.vat_eur)
    _equal("total", request.net_eur + request.vat_eur, request.total_eur)


def as_last_part(request: InvoiceRequest, credited: KeptInvoice | None) -> InvoiceRequest:
    """A credit note of all that earlier ones left: its VAT is what they left as well, to the cent."""
    if credited is None or not credited.credited_eur:
        return request
    net_left = credited.net_eur - credited.credited_net_eur
    total_left = credited.total_eur - credited.credited_eur
    vat_left = total_left - net_left
    if request.net_eur != net_left or abs(vat_left - request.vat_eur) > CENTS_OF_ROUNDING:
        return request
    return request.model_copy(update={"vat_eur": vat_left, "total_eur": total_left, "vat_included": True})


def _equal(what: str, right: Decimal, stated: Decimal) -> None:
    if right != stated:
        raise AmountsDoNotAddUp(what=what, right=str(right), stated=str(stated))


def invoice_paper(
    request: InvoiceRequest,
    *,
    entity: EntityParty,
    client: Client,
    card: JobSummary,
    refers_to: Sequence[KeptInvoice],
    taken_off: Sequence[KeptInvoice] = (),
    issued_on: date,
    sandbox: bool,
    late_terms: LateTerms | None = None,
) -> InvoicePaper:
    """The paper, still without its number; ClientAddressIncomplete names what the law asks for: nothing that the
    quote did not ask for. Abroad a business may have no number: then Belgian VAT is due as from anybody.

    A balance takes an invoiced deposit off as a line at the same rate, so that VAT is charged once, and its VAT is
    what the deposit left of the whole; the credit note of a balance repeats the balance's lines.
    Source: RD 1 of 29 December 1992, art. 5 §1; VAT code art. 53 §2.
    """
    if client.address is None:
        raise ClientAddressIncomplete(field="address")
    business = client.kind in ("company", "public_body")
    if business and client.country == "BE" and not client.enterprise_number:
        raise ClientAddressIncomplete(field="enterprise number")
    credit = request.kind == "credit_note"
    taken_off_eur = sum((deposit.total_eur for deposit in taken_off), ZERO)
    if request.total_eur <= taken_off_eur:
        raise NothingLeftToInvoice(numbers=", ".join(deposit.number for deposit in taken_off))
    unperformed = request.cancellation is not None
    in_advance = (
        unperformed
        or request.kind == "deposit"
        or any(earlier.kind == "deposit" for earlier in refers_to if credit)
    )
    agreed = late_terms or LateTerms()
    mentioned = credit and request.vat_eur > 0 and business
    due_on = issued_on if credit else request.due_on + (issued_on - request.issue_on)
    return InvoicePaper(
        language=request.language,
        sandbox=sandbox,
        printed_on=issued_on,
        entity=entity,
        client=client_party(client, client.address),
        number="-",
        title=card.title,
        lines=tuple(_line(request, *parts) for parts in _lines(request, taken_off)),
        agreed_total_eur=request.total_eur - taken_off_eur,
        kind=request.kind,
        issued_on=issued_on,
        due_on=due_on,
        performed_from=None if in_advance else request.performed_from or request.delivered_on,
        performed_until=None if in_advance else request.delivered_on,
        job_reference=card.job_id,
        purchase_order=request.purchase_order,
        payment_reference=NOT_NUMBERED_YET,
        refers_to=tuple(
            DocumentReference(number=earlier.number, issued_on=earlier.issued_on) for earlier in refers_to
        ),
        penalty_clause=agreed.lump_sum_clause,
        penalty_interest_percent=agreed.interest_clause_percent,
        note=mention_in("credit_note", request.language) if mentioned else None,
    )


def _lines(request: InvoiceRequest, deposits: Sequence[KeptInvoice]) -> list[Parts]:
    own = [(line.label, line.description, Decimal(line.quantity), line.unit_price_eur) for line in request.lines]
    word = DEPOSIT[request.language]
    return own + [(f"{word} {deposit.number}", None, Decimal(-1), deposit.net_eur) for deposit in deposits]


def _line(
    request: InvoiceRequest, name: str, description: str | None, quantity: Decimal, unit_price: Decimal
) -> PriceLine:
    return PriceLine(
        name=name,
        description=description or None,
        quantity=quantity,
        unit_price_eur=unit_price,
        vat_case=VAT_CASES[request.vat_category],
        vat_percent=request.vat_rate_percent,
        mention=request.vat_mention,
    )
