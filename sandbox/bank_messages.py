"""The bank's messages: reading a payment order, writing its status report.

Source: ISO 20022 pain.001.001.09 and pain.002.001.10; Febelfin, guidelines for credit transfers.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from .markup import Markup
from .problems import ProblemResponse
from .store import Json

PAIN_001 = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
PAIN_002 = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


@dataclass(frozen=True)
class Transfer:
    """One credit transfer as ordered."""

    end_to_end_id: str
    amount: Decimal
    creditor_iban: str
    creditor_name: str
    debtor_iban: str
    execution_on: date
    reference: str | None
    text: str | None


@dataclass(frozen=True)
class PaymentFile:
    """A payment file: its own totals and its transfers."""

    msg_id: str
    count: int
    total: Decimal | None
    transfers: list[Transfer]


def read(raw: bytes) -> PaymentFile:
    """The order in a file; ValueError says what is wrong with its form."""
    try:
        root = etree.fromstring(raw, PARSER)
    except etree.XMLSyntaxError as error:
        raise ProblemResponse("refused", f"not readable XML: {error}") from error
    if etree.QName(root).namespace != PAIN_001:
        raise ValueError(f"{root.tag} is not pain.001.001.09")
    head = "p:CstmrCdtTrfInitn/p:GrpHdr"
    total = _text(root, f"{head}/p:CtrlSum")
    blocks = _all(root, "p:CstmrCdtTrfInitn/p:PmtInf")
    try:
        return PaymentFile(
            msg_id=_needed(root, f"{head}/p:MsgId"),
            count=int(_needed(root, f"{head}/p:NbOfTxs")),
            total=Decimal(total) if total else None,
            transfers=[one for block in blocks for one in _transfers(block)],
        )
    except InvalidOperation as error:
        raise ValueError("an amount is not a number") from error


def _transfers(block: etree._Element) -> list[Transfer]:
    on = _text(block, "p:ReqdExctnDt/p:Dt") or _needed(block, "p:ReqdExctnDt/p:DtTm")[:10]
    return [
        Transfer(
            end_to_end_id=_needed(one, "p:PmtId/p:EndToEndId"),
            amount=Decimal(_needed(one, "p:Amt/p:InstdAmt")),
            creditor_iban=_needed(one, "p:CdtrAcct/p:Id/p:IBAN"),
            creditor_name=_text(one, "p:Cdtr/p:Nm") or "",
            debtor_iban=_needed(block, "p:DbtrAcct/p:Id/p:IBAN"),
            execution_on=date.fromisoformat(on),
            reference=_text(one, "p:RmtInf/p:Strd/p:CdtrRefInf/p:Ref"),
            text=_text(one, "p:RmtInf/p:Ustrd"),
        )
        for one in _all(block, "p:CdtTrfTxInf")
    ]


def _all(element: etree._Element, path: str) -> list[etree._Element]:
    found = element.findall(path, {"p": PAIN_001})
    return list(found)


def _text(element: etree._Element, path: str) -> str | None:
    found = element.findtext(path, namespaces={"p": PAIN_001})
    return found.strip() if found and found.strip() else None


def _needed(element: etree._Element, path: str) -> str:
    found = _text(element, path)
    if found is None:
        raise ValueError(f"{path.replace('p:', '')} is missing")
    return found


def status_report(file: Json, transactions: list[Json], at: str) -> bytes:
    """A pain.002 on a file and each of its transactions."""
    e = Markup(PAIN_002)
    group = e.OrgnlGrpInfAndSts(
        e.OrgnlMsgId(file["msg_id"]), e.OrgnlMsgNmId("pain.001.001.09"), e.GrpSts(file["status"])
    )
    if file["reason"]:
        group.append(e.StsRsnInf(e.Rsn(e.Cd(file["reason"]))))
    payment = e.OrgnlPmtInfAndSts(e.OrgnlPmtInfId(file["msg_id"]))
    for one in transactions:
        said = e.TxInfAndSts(e.OrgnlEndToEndId(one["end_to_end_id"]), e.TxSts(one["status"]))
        if one["reason"]:
            said.append(e.StsRsnInf(e.Rsn(e.Cd(one["reason"]))))
        payment.append(said)
    report = e.CstmrPmtStsRpt(e.GrpHdr(e.MsgId(f"STS-{file['payment_id']}"), e.CreDtTm(at)), group)
    if transactions:
        report.append(payment)
    return bytes(etree.tostring(e.Document(report), xml_declaration=True, encoding="UTF-8"))
