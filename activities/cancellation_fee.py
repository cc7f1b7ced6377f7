"""The fee of a client who cancelled, as the document an adviser decided on: with VAT, or outside its scope."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from domain.money import ZERO, cents
from domain.services.invoicing import (
    CancellationClaim,
    CancellationFeeUndecided,
    InvoiceLine,
    InvoiceRequest,
    KeptInvoice,
    NothingLeftToInvoice,
)

OUTSIDE_VAT: dict[str, Any] = {
    "kind": "debit_note",
    "vat_category": "O",
    "vat_rate_percent": ZERO,
    "vat_mention": "compensation",
    "vat_eur": ZERO,
    "prepaid_eur": ZERO,
}


def as_decided(request: InvoiceRequest, deposits: Sequence[KeptInvoice]) -> InvoiceRequest:
    """The document an adviser decided on; any other request stays what it is.

    A price takes the deposits that stand off with their VAT, as every balance does. A compensation asks for what
    they leave of the fee: they were asked as a part of the price, with VAT, and were kept so.
    Raises CancellationFeeUndecided while nobody has decided.
    """
    claim = request.cancellation
    if claim is None:
        return request
    if request.claimed_as is None:
        raise undecided(claim)
    if request.claimed_as == "price":
        return request.model_copy(update=_price(request, claim, deposits))
    net_eur = claim.fee_eur - sum((one.net_eur for one in deposits), ZERO)
    if net_eur <= ZERO:
        raise NothingLeftToInvoice(numbers=", ".join(one.number for one in deposits))
    return request.model_copy(
        update={**OUTSIDE_VAT, "net_eur": net_eur, "total_eur": net_eur, "lines": (_line(request, net_eur),)}
    )


def undecided(claim: CancellationClaim) -> CancellationFeeUndecided:
    """The question to the adviser, with the figures of the accepted table."""
    return CancellationFeeUndecided(
        days=str(claim.days_before),
        percent=f"{claim.percent.normalize():f}",
        price=str(claim.price_eur),
        fee=str(claim.fee_eur),
        usual=claim.usual,
    )


def _price(request: InvoiceRequest, claim: CancellationClaim, deposits: Sequence[KeptInvoice]) -> dict[str, Any]:
    vat_eur = cents(claim.fee_eur * claim.vat_rate_percent / 100)
    return {
        "kind": "balance" if deposits else "invoice",
        "vat_category": claim.vat_category,
        "vat_rate_percent": claim.vat_rate_percent,
        "vat_mention": claim.vat_mention,
        "net_eur": claim.fee_eur,
        "vat_eur": vat_eur,
        "total_eur": claim.fee_eur + vat_eur,
        "lines": (_line(request, claim.fee_eur),),
        "prepaid_eur": sum((one.total_eur for one in deposits), ZERO),
    }


def _line(request: InvoiceRequest, net_eur: Decimal) -> InvoiceLine:
    return request.lines[0].model_copy(update={"unit_price_eur": net_eur, "net_eur": net_eur})
