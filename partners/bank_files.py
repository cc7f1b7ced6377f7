"""The files a bank delivers, read with distrust: each statement is understood as a whole or not at all."""

from lxml import etree

from domain.bank import PaymentReport, PaymentVerdict
from domain.statements import BankFileUnreadable, Delivery, Statement
from partners.bank_xml import find, namespace, parse, text_of
from partners.camt import camt_statements
from partners.coda_file import coda_statements

LARGEST_FILE = 20 * 1024 * 1024
"""Some 40,000 movements: a hundred times a busy day of a cooperative of 30,000 members."""


def read_delivery(content: bytes) -> Delivery:
    """The statements in a CODA or CAMT.053 file, each by itself: one that is not right does not keep the others
    out. BankFileUnreadable when it is no such file, or when none of it can be read."""
    _not_too_large(content)
    found = camt_statements(parse(content)) if _is_xml(content) else coda_statements(content)
    if not found.statements:
        raise BankFileUnreadable(why=found.bad[0].why if found.bad else "it holds no statement")
    return found


def read_statements(content: bytes) -> tuple[Statement, ...]:
    """All of them; BankFileUnreadable when anything in the file is not right."""
    found = read_delivery(content)
    if found.bad:
        raise BankFileUnreadable(why=found.bad[0].why)
    return found.statements


def read_payment_report(content: bytes) -> PaymentReport:
    """What the bank says of a payment file. Source: ISO 20022 pain.002.001.03 to .10."""
    _not_too_large(content)
    root = parse(content)
    report = find(root, "CstmrPmtStsRpt")
    if report is None:
        raise BankFileUnreadable(why="it is not a payment status report (pain.002)")
    group = find(report, "OrgnlGrpInfAndSts")
    message_id = text_of(group, "OrgnlMsgId")
    if group is None or message_id is None:
        raise BankFileUnreadable(why="it does not say which payment file it is about")
    return PaymentReport(
        message_id=message_id,
        status=text_of(group, "GrpSts") or "PART",
        reason=text_of(group, "StsRsnInf", "Rsn", "Cd"),
        payments=tuple(_verdict(tx) for tx in report.iter(f"{namespace(report)}TxInfAndSts")),
    )


def is_payment_report(content: bytes) -> bool:
    """Whether a file looks like a pain.002, so that one door can take every file of the bank."""
    return b"CstmrPmtStsRpt" in content[:4096]


def _is_xml(content: bytes) -> bool:
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<" or content[:2] in (
        b"\xff\xfe",
        b"\xfe\xff",
    )


def _not_too_large(content: bytes) -> None:
    if len(content) > LARGEST_FILE:
        raise BankFileUnreadable(why=f"it is larger than {LARGEST_FILE // 2**20} MB")
    if not content.strip():
        raise BankFileUnreadable(why="it is empty")


def _verdict(tx: etree._Element) -> PaymentVerdict:
    end_to_end, status = text_of(tx, "OrgnlEndToEndId"), text_of(tx, "TxSts")
    if end_to_end is None or status is None:
        raise BankFileUnreadable(why="a payment in it lacks its reference or its status")
    return PaymentVerdict(end_to_end=end_to_end, status=status, reason=text_of(tx, "StsRsnInf", "Rsn", "Cd"))
