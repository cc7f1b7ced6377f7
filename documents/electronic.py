"""Files that machines read: the electronic invoice and the payment order."""

from datetime import UTC
from decimal import Decimal

from jinja2 import Environment, PackageLoader, StrictUndefined

from documents.language import payment_reference
from documents.sheets.base import vat_number
from documents.sheets.invoicing import late_terms, payment_sentence
from documents.sheets.pricing import vat_mention
from domain.money import ZERO
from domain.papers import ClientParty, InvoicePaper, PaymentFile, Printed, VatCase
from domain.papers.sales import VatRow

UNIT_CODES = {"flat": "C62", "day": "DAY", "hour": "HUR", "piece": "H87", "km": "KMT"}
"""Source: UN/ECE Recommendation 20, as EN 16931 code list BR-CL-23."""

VAT_CATEGORIES: dict[VatCase, str] = {
    "standard": "S",
    "reverse_charge_eu": "AE",
    # G instead of O: O forbids the seller's VAT number (BR-O-02), which the invoice must show.
    "outside_eu": "G",
    "exempt_art_44": "E",
    "outside_scope": "O",
}
"""Source: UNCL5305 as used by Peppol BIS Billing 3.0 (consulted 23-11-2026)."""

EXEMPTION_CODES: dict[VatCase, str] = {
    "reverse_charge_eu": "VATEX-EU-AE",
    "outside_eu": "VATEX-EU-G",
    "outside_scope": "VATEX-EU-O",
}
"""Source: CEF VATEX list, rule BR-CL-22. Art. 44 has no code of its own: the reason is written out."""

TYPE_CODES = {"credit_note": "381", "debit_note": "383"}
"""Everything else is a commercial invoice, 380. Source: UNTDID 1001 as used by Peppol BIS Billing 3.0."""

# XML 1.0 has no place for control characters, not even escaped (section 2.2); none of them is text.
_NO_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {0xFFFE: None, 0xFFFF: None}


def _printable(value: object) -> object:
    return value.translate(_NO_CONTROLS) if type(value) is str else value


_environment = Environment(
    loader=PackageLoader("documents", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    finalize=_printable,
)
_environment.filters["cents"] = lambda amount: f"{amount:.2f}"
_environment.filters["plain"] = lambda value: f"{Decimal(value).normalize():f}"


class TaxCategory(Printed):
    """One category and rate of the electronic VAT table."""

    code: str
    percent: Decimal
    net_eur: Decimal
    vat_eur: Decimal
    reason_code: str | None
    reason: str | None


def ubl(invoice: InvoicePaper) -> bytes:
    """The electronic invoice or credit note: UBL 2.1, EN 16931, Peppol BIS Billing 3.0."""
    credit = invoice.kind == "credit_note"
    no_supply = any(line.vat_case == "outside_scope" for line in invoice.lines)
    text = _environment.get_template("invoicing/ubl.xml.j2").render(
        invoice=invoice,
        credit=credit,
        type_code=TYPE_CODES.get(invoice.kind, "380"),
        no_supply=no_supply,
        categories=_categories(invoice),
        category_codes=VAT_CATEGORIES,
        unit_codes=UNIT_CODES,
        supplier_endpoint=("0208", invoice.entity.enterprise_number),
        buyer_endpoint=_endpoint(invoice.client),
        buyer_vat=None if no_supply else vat_number(invoice.client),
        reference=payment_reference(invoice.payment_reference).replace(" ", ""),
        payment_terms=" ".join([payment_sentence(invoice), *late_terms(invoice)]),
        zero=ZERO,
        note=". ".join(part.rstrip(".") for part in (invoice.title, invoice.note) if part),
    )
    return text.encode()


def _endpoint(client: ClientParty) -> tuple[str, str] | None:
    """Where Peppol delivers; a client who is not on Peppol is named by the e-mail address.

    Source: EAS list: 0208 Belgian enterprise number; EM electronic mail, which EN 16931 knows and Peppol
    does not: such an invoice cannot travel by Peppol (consulted 23-11-2026).
    """
    if client.peppol_id:
        scheme, number = client.peppol_id.split(":", 1)
        return scheme, number
    if client.enterprise_number:
        return "0208", client.enterprise_number
    return ("EM", client.email) if client.email else None


def _categories(invoice: InvoicePaper) -> list[TaxCategory]:
    """One row per category and rate: two paragraphs of art. 44 share a row, as EN 16931 BR-E-01 asks."""
    rows: dict[tuple[VatCase, Decimal], list[VatRow]] = {}
    for row in invoice.vat_rows:
        rows.setdefault((row.vat_case, row.vat_percent), []).append(row)
    return [
        TaxCategory(
            code=VAT_CATEGORIES[case],
            percent=rate,
            net_eur=sum((row.net_eur for row in same), ZERO),
            vat_eur=sum((row.vat_eur for row in same), ZERO),
            reason_code=EXEMPTION_CODES.get(case),
            reason="; ".join(
                mention for row in same if (mention := vat_mention(case, row.mention, invoice.language))
            )
            or None,
        )
        for (case, rate), same in rows.items()
    ]


def pain001(file: PaymentFile) -> bytes:
    """The payment order for the bank: pain.001.001.09, without addresses, ids as given.

    Source: ISO 20022 pain.001.001.09; EPC SCT rulebook: unstructured addresses are refused since
    14-11-2026, and none is needed inside the EEA (consulted 23-11-2026).
    """
    created = file.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _environment.get_template("bank/pain001.xml.j2").render(file=file, created=created).encode()
