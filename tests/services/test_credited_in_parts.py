"""Credit notes in parts: the last one takes what the others left, to the cent, in VAT, total and fee."""

from decimal import ROUND_HALF_UP
from decimal import Decimal as D
from typing import Any

import pytest

from activities.invoicing import Invoicing
from domain.services.invoicing import CreditAboveInvoice, InvoiceLine
from tests.services import test_invoicing as invoicing
from tests.services.office import Office

office, waiting, service = invoicing.office, invoicing.waiting, invoicing.service


def amounts(net: str, percent: str) -> dict[str, Any]:
    vat = (D(net) * D(percent) / 100).quantize(D("0.01"), ROUND_HALF_UP)
    return {
        "lines": (InvoiceLine(label="Concert", unit_price_eur=D(net), net_eur=D(net)),),
        "vat_rate_percent": percent,
        "net_eur": net,
        "vat_eur": str(vat),
        "total_eur": str(D(net) + vat),
    }


@pytest.mark.parametrize(
    ("whole", "percent", "parts", "last_vat"),
    [
        ("333.35", "6.00", ("111.11", "111.11", "111.13"), "6.66"),  # 20.00 of VAT: 6.67 + 6.67 + 6.66
        ("300.10", "21.00", ("100.02", "100.02", "100.06"), "21.02"),  # 63.02 of VAT: 21.00 + 21.00 + 21.02
    ],
)
async def test_the_last_part_takes_what_is_left(
    service: Invoicing, office: Office, whole: str, percent: str, parts: tuple[str, ...], last_vat: str
) -> None:
    invoice = await service.issue(invoicing.order(office, **amounts(whole, percent)))
    for n, part in enumerate(parts):
        wanted = {"kind": "credit_note", "credits": invoice.number, **amounts(part, percent)}
        credit = await service.issue(invoicing.order(office, f"credit-{n}", **wanted))

    assert credit.total_eur == D(parts[-1]) + D(last_vat)
    books = await office.books()
    assert {account.value: amount for account, amount in books.items() if amount} == {}
    again = {"kind": "credit_note", "credits": invoice.number, **amounts("0.01", percent)}
    with pytest.raises(CreditAboveInvoice):
        await service.issue(invoicing.order(office, "credit-again", **again))
