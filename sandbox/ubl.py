"""Reading a UBL invoice or credit note as far as an access point and a payer need.

Source: OASIS UBL 2.1; Peppol BIS Billing 3.0 (EN 16931 business terms in brackets below).
"""

from dataclasses import asdict, dataclass

from lxml import etree

from .problems import ProblemResponse
from .store import Json

CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
NAMES = {"cbc": CBC, "cac": CAC}
ROOTS = {f"urn:oasis:names:specification:ubl:schema:xsd:{kind}-2": kind for kind in ("Invoice", "CreditNote")}
PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


@dataclass(frozen=True)
class UblParty:
    """A seller or buyer: name (BT-27, 44), endpoint (BT-34, 49), number (BT-30, 47), e-mail (BT-43, 58)."""

    name: str
    endpoint: str
    enterprise_number: str | None
    email: str | None


@dataclass(frozen=True)
class UblDocument:
    """What the paper asks from whom by when."""

    kind: str
    id: str
    issue_on: str
    due_on: str | None
    currency: str
    payable_eur: str
    payment_id: str | None
    iban: str | None
    seller: UblParty
    buyer: UblParty
    refers_to: str | None

    def as_json(self) -> Json:
        """As the access point shows it."""
        return asdict(self)


def read(raw: bytes) -> UblDocument:
    """The document, or why it is none."""
    try:
        root = etree.fromstring(raw, PARSER)
    except etree.XMLSyntaxError as error:
        raise ProblemResponse("refused", f"not readable XML: {error}") from error
    kind = ROOTS.get(etree.QName(root).namespace or "")
    if kind is None:
        raise ProblemResponse("refused", f"not a UBL invoice or credit note: {root.tag}")
    due = _text(root, "cbc:DueDate") or _text(root, "cac:PaymentMeans/cbc:PaymentDueDate")
    iban = _text(root, "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID")
    return UblDocument(
        kind=kind,
        id=_needed(root, "cbc:ID"),
        issue_on=_needed(root, "cbc:IssueDate"),
        due_on=due,
        currency=_needed(root, "cbc:DocumentCurrencyCode"),
        payable_eur=_needed(root, "cac:LegalMonetaryTotal/cbc:PayableAmount"),
        payment_id=_text(root, "cac:PaymentMeans/cbc:PaymentID"),
        iban=iban.replace(" ", "") if iban else None,
        seller=_party(root, "cac:AccountingSupplierParty/cac:Party"),
        buyer=_party(root, "cac:AccountingCustomerParty/cac:Party"),
        refers_to=_text(root, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"),
    )


def _party(root: etree._Element, path: str) -> UblParty:
    scheme = str(root.xpath(f"string({path}/cbc:EndpointID/@schemeID)", namespaces=NAMES))
    return UblParty(
        name=_text(root, f"{path}/cac:PartyLegalEntity/cbc:RegistrationName")
        or _text(root, f"{path}/cac:PartyName/cbc:Name")
        or "",
        endpoint=f"{scheme}:{_needed(root, f'{path}/cbc:EndpointID')}",
        enterprise_number=_text(root, f"{path}/cac:PartyLegalEntity/cbc:CompanyID"),
        email=_text(root, f"{path}/cac:Contact/cbc:ElectronicMail"),
    )


def _text(root: etree._Element, path: str) -> str | None:
    return str(root.xpath(f"string({path})", namespaces=NAMES)).strip() or None


def _needed(root: etree._Element, path: str) -> str:
    found = _text(root, path)
    if found is None:
        raise ProblemResponse("refused", f"{path} is missing")
    return found
