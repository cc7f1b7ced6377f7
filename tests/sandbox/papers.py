"""The papers the stories use: a UBL invoice, a payment file, and how to read a statement."""

from lxml import etree

OGM, OGM_DIGITS = "+++090/9337/55493+++", "090933755493"
BUYER = "0208:0202239951"
COOP_IBAN, ANA_IBAN, BILAL_IBAN = "BE71096123456769", "BE48001123456727", "BE39103123456719"
CAMT = {"c": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}


def invoice(
    number: str,
    payable: str,
    *,
    kind: str = "Invoice",
    due: str = "2026-04-14",
    email: str = "client@example.org",
    refers_to: str | None = None,
) -> bytes:
    """A UBL document, as far as an access point reads it."""
    named = f"<cac:InvoiceDocumentReference><cbc:ID>{refers_to}</cbc:ID></cac:InvoiceDocumentReference>"
    refers = f"<cac:BillingReference>{named}</cac:BillingReference>"
    due_date = f"<cbc:DueDate>{due}</cbc:DueDate>" if kind == "Invoice" else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{kind} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-03-15</cbc:IssueDate>{due_date}
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>{refers if refers_to else ""}
  <cac:AccountingSupplierParty><cac:Party><cbc:EndpointID schemeID="0208">0403170701</cbc:EndpointID>
    <cac:PartyLegalEntity><cbc:RegistrationName>Coop</cbc:RegistrationName><cbc:CompanyID>0403170701</cbc:CompanyID></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party><cbc:EndpointID schemeID="0208">0202239951</cbc:EndpointID>
    <cac:PartyLegalEntity><cbc:RegistrationName>Client</cbc:RegistrationName></cac:PartyLegalEntity>
    <cac:Contact><cbc:ElectronicMail>{email}</cbc:ElectronicMail></cac:Contact>
  </cac:Party></cac:AccountingCustomerParty>
  <cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>{OGM}</cbc:PaymentID>
    <cac:PayeeFinancialAccount><cbc:ID>{COOP_IBAN}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
  <cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="EUR">{payable}</cbc:PayableAmount></cac:LegalMonetaryTotal>
</{kind}>""".encode()


def transfer(end_to_end_id: str, amount: str, iban: str, name: str = "Ana Ruiz") -> str:
    """One transfer of a payment file."""
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{end_to_end_id}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="EUR">{amount}</InstdAmt></Amt><Cdtr><Nm>{name}</Nm></Cdtr>'
        f"<CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct><RmtInf><Ustrd>wages</Ustrd></RmtInf></CdtTrfTxInf>"
    )


def payments(msg_id: str, *transfers: str, total: str, on: str = "2026-03-20", count: int | None = None) -> bytes:
    """A pain.001.001.09."""
    number = len(transfers) if count is None else count
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>'
        f"<GrpHdr><MsgId>{msg_id}</MsgId><CreDtTm>2026-03-19T09:00:00Z</CreDtTm><NbOfTxs>{number}</NbOfTxs>"
        f"<CtrlSum>{total}</CtrlSum><InitgPty><Nm>Coop</Nm></InitgPty></GrpHdr><PmtInf><PmtInfId>P1</PmtInfId>"
        f"<PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>{on}</Dt></ReqdExctnDt><Dbtr><Nm>Coop</Nm></Dbtr>"
        f"<DbtrAcct><Id><IBAN>{COOP_IBAN}</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId/></DbtrAgt>{''.join(transfers)}"
        "</PmtInf></CstmrCdtTrfInitn></Document>"
    ).encode()


class Statement:
    """A CAMT.053 as a bookkeeper reads it."""

    def __init__(self, raw: bytes) -> None:
        self.root = etree.fromstring(raw)

    def texts(self, path: str) -> list[str]:
        """All texts at a path."""
        return [str(one.text) for one in self.root.findall(f".//{path}", CAMT)]

    @property
    def balances(self) -> tuple[str, str]:
        """Opening and closing."""
        opening, closing = self.texts("c:Bal/c:Amt")
        return opening, closing

    @property
    def entries(self) -> list[tuple[str, str, str]]:
        """Amount, direction and EndToEndId of each entry."""
        amounts, signs = self.texts("c:Ntry/c:Amt"), self.texts("c:Ntry/c:CdtDbtInd")
        return list(zip(amounts, signs, self.texts("c:TxDtls/c:Refs/c:EndToEndId"), strict=True))
