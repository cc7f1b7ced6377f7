"""Files from the bank: understood as a whole, or not at all."""

from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from domain.remittance import payment_reference_in
from domain.statements import BankFileUnreadable
from partners.bank_files import LARGEST_FILE, read_payment_report, read_statements

CODA = (files("coda") / "CODA.txt").read_bytes()

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-20T22:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>STMT-2026-03-20</Id><Acct><Id><IBAN>BE71096123456769</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>
<Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-03-20</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
<Amt Ccy="EUR">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-03-20</Dt></Dt></Bal>
<Ntry><NtryRef>E1</NtryRef><Amt Ccy="EUR">1815.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{booked}</Sts>
<BookgDt><Dt>2026-03-20</Dt></BookgDt>
<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
<RltdPties><Dbtr><Pty><Nm>Salle des fêtes</Nm></Pty></Dbtr>
<DbtrAcct><Id><IBAN>BE62510007547061</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Strd><CdtrRefInf><Ref>090933755493</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><NtryRef>E2</NtryRef><Amt Ccy="EUR">1480.22</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>{booked}</Sts>
<BookgDt><Dt>2026-03-20</Dt></BookgDt>
<NtryDtls><Btch><PmtInfId>BATCH-1-1</PmtInfId></Btch>
<TxDtls><Refs><EndToEndId>7Q2M4K9X1B3C5D7F</EndToEndId></Refs>
<Amt Ccy="EUR">740.11</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls>
<TxDtls><Refs><EndToEndId>7Q2M4K9X1B3C5D7G</EndToEndId></Refs>
<Amt Ccy="EUR">740.11</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>"""

UTF_16_WITH_DOCTYPE = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'.encode(
    "utf-16"
)


def camt(version: str = "08", closing: str = "1334.78", booked: str = "<Cd>BOOK</Cd>") -> bytes:
    return CAMT.format(version=version, closing=closing, booked=booked).encode()


def test_every_version_of_a_camt_statement_reads_alike() -> None:
    new, old = read_statements(camt()), read_statements(camt("02", booked="BOOK"))
    assert new == old
    (statement,) = new
    assert (statement.iban, statement.on) == ("BE71096123456769", date(2026, 3, 20))
    assert (statement.opening_eur, statement.closing_eur) == (Decimal("1000.00"), Decimal("1334.78"))
    received, first, second = statement.entries
    assert (received.amount_eur, received.structured) == (Decimal("1815.00"), "090933755493")
    assert (received.counterparty_name, received.end_to_end) == ("Salle des fêtes", None)
    assert (first.amount_eur, first.end_to_end, first.reference) == (
        Decimal("-740.11"),
        "7Q2M4K9X1B3C5D7F",
        "E2/1",
    )
    assert (second.end_to_end, second.batch) == ("7Q2M4K9X1B3C5D7G", "BATCH-1-1")


def test_a_movement_the_bank_has_not_booked_yet_is_not_money() -> None:
    pending = camt(booked="<Cd>PDNG</Cd>", closing="1000.00")
    (statement,) = read_statements(pending)
    assert statement.entries == ()


def test_a_coda_file_of_a_real_bank_adds_up() -> None:
    """The sample that comes with febelfin-coda: one statement, 62 movements, one of them a batch of wages."""
    (statement,) = read_statements(CODA)
    assert (statement.opening_eur, statement.closing_eur) == (Decimal("0.00"), Decimal("9405296.99"))
    assert statement.on == date(2006, 12, 7)
    wages = [e for e in statement.entries if e.text.startswith("311006 BEZOLDIGING")]
    assert [e.amount_eur for e in wages] == [-Decimal(x) for x in ("747.69", "565.64", "588.63", "880.61")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (CODA[:3000], "cut off"),
        (CODA[: len(CODA) - 129], "cut off"),
        (CODA.replace(b"2578250", b"2578251", 1), "totals"),
        (CODA.replace(b"061206", b"991399"), "prescribes"),
        (CODA.replace(b" EUR0BE", b" USD0BE").replace(b" EUR0", b" USD0"), "USD"),
        (b"\x00\x81\x8d" * 60, "neither XML nor a CODA"),
        (b"hello", "neither XML nor a CODA"),
        (b"  \n", "empty"),
        (b"0" * (LARGEST_FILE + 1), "larger than 20 MB"),
        (camt()[:900], "not complete XML"),
        (camt(closing="1334.79"), "add up to 334.78"),
        (camt(closing="lots"), "not a number"),
        (camt(closing="1334.784"), "decimal"),
        (camt().replace(b'Ccy="EUR"', b'Ccy="USD"'), "in USD"),
        (camt().replace(b"CLBD", b"XXXX"), "closing balance"),
        (camt().replace(b"2026-03-20</Dt></BookgDt>", b"2026-03-32</Dt></BookgDt>"), "not a date"),
        (camt().decode().encode("latin-1"), "not complete XML"),
        (b"<html><body>Service unavailable</body></html>", "not a statement of account"),
        (
            b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>',
            "document type",
        ),
        (UTF_16_WITH_DOCTYPE, "document type"),
    ],
)
def test_a_malformed_file_gives_one_clear_error(content: bytes, why: str) -> None:
    with pytest.raises(BankFileUnreadable) as refused:
        read_statements(content)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_deeply_nested_file_is_refused_and_not_followed() -> None:
    with pytest.raises(BankFileUnreadable):
        read_statements(b"<a>" * 100_000)


def test_a_status_report_tells_each_payment_apart() -> None:
    report = read_payment_report(
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr/>'
        b"<OrgnlGrpInfAndSts><OrgnlMsgId>BATCH-1</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"
        b"<OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>7Q2M</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
        b"<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf></TxInfAndSts><TxInfAndSts>"
        b"<OrgnlEndToEndId>7Q2N</OrgnlEndToEndId><TxSts>ACSP</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>"
        b"</CstmrPmtStsRpt></Document>"
    )
    assert (report.message_id, report.status) == ("BATCH-1", "PART")
    rejected, accepted = report.payments
    assert (rejected.rejected, rejected.reason, accepted.rejected) == (True, "AC01", False)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("+++090/9337/55493+++", "090933755493"),
        ("votre facture 090/9337/55493 merci", "090933755493"),
        ("RF18 5390 0754 7034", "RF18539007547034"),
        ("+++090/9337/55494+++", None),
        ("facture 2026-000012", None),
    ],
)
def test_a_reference_is_found_in_what_a_payer_typed(text: str, reference: str | None) -> None:
    assert payment_reference_in(text) == reference


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("RF18539007547034", "RF18539007547034"),
        ("Payment RF18 5390 0754 7034 for the shoot", "RF18539007547034"),
        ("invoice rf12f20260001.", "RF12F20260001"),
        ("RF99 5390 0754 7034", None),
        ("a RF4 antenna", None),
    ],
)
def test_a_foreign_reference_is_found_in_what_people_write(written: str, read: str | None) -> None:
    # ISO 11649; the vectors of the facts on invoicing
    assert payment_reference_in(written) == read
