"""Files of real shape, broken somewhere: told as unreadable, in bounded time and memory, and never anything else.

`FUZZ=2000 pytest tests/services/test_mutated_files.py` tries more.
"""

import os
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.errors import Wrong
from api.security.uploads import accepted, what_it_is
from domain.statements import BankFileUnreadable
from partners.bank_files import read_delivery, read_payment_report, read_statements
from tests.services.test_bank import statement
from tests.services.test_bank_files import camt
from tests.services.test_coda_forms import IBAN, coda, move

EXAMPLES = int(os.environ.get("FUZZ", "40"))
SECONDS = 3
MOST_MEMORY = 200_000_000
REPORT = (
    b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr/>'
    b"<OrgnlGrpInfAndSts><OrgnlMsgId>B-1</OrgnlMsgId><GrpSts>ACCP</GrpSts></OrgnlGrpInfAndSts>"
    b"</CstmrPmtStsRpt></Document>"
)
SHAPES: dict[str, bytes] = {
    "camt": camt(),
    "camt with receipts": statement(("1590.00", "090933755493"), ("7.00", "x")),
    "coda": coda(IBAN, "2", move(1, 0, "0", "12.30", "merci")),
    "coda of a bank": (files("coda") / "CODA.txt").read_bytes(),
    "payment report": REPORT,
}
READERS: tuple[Callable[[bytes], object], ...] = (read_delivery, read_statements, read_payment_report)
EXCHANGED = [
    b"",
    b"\x00",
    b"\xff\xfe",
    b"\n",
    b"-",
    b"9" * 40,
    b"1e999",
    b"NaN",
    b"<",
    b"&",
    b"&x;",
    b"<!--",
    b"]]>",
]
BITS = st.sampled_from(EXCHANGED)
PICTURES: dict[str, bytes] = {
    "pdf": b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "jpg": b"\xff\xd8\xff\xe0" + bytes(40),
    "heic": b"\x00\x00\x00\x18ftypheic" + bytes(40),
}


@st.composite
def broken(draw: st.DrawFn, whole: bytes) -> bytes:
    """The file cut, doubled, or with some bytes exchanged."""
    made = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(made) - 1)))
        until = min(len(made), at + draw(st.integers(0, 30)))
        how = draw(st.sampled_from(["exchange", "cut", "double", "move"]))
        part = bytes(made[at:until])
        if how == "exchange":
            made[at:until] = draw(BITS)
        elif how == "cut":
            del made[at:]
        elif how == "double":
            made[at:at] = part * draw(st.integers(1, 50))
        else:
            del made[at:until]
            made.extend(part)
    return bytes(made)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_broken_bank_file_is_read_or_told_as_unreadable(shape: str) -> None:
    @given(broken(SHAPES[shape]))
    @settings(max_examples=EXAMPLES, deadline=SECONDS * 1000, suppress_health_check=list(HealthCheck))
    def never_anything_else(content: bytes) -> None:
        for read in READERS:
            with suppress(BankFileUnreadable):  # the one clear error
                read(content)

    never_anything_else()


BOMB = b"<!DOCTYPE a [<!ENTITY x '" + b"x" * 1000 + b"'>" + b"".join(
    b"<!ENTITY x%d '%s'>" % (n, b"&x%s;" % (str(n - 1).encode() if n else b"") * 20) for n in range(8)
) + b"]>"  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        BOMB + b"<Document>&x7;</Document>",
        b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><Document/>",
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><Document>&x;</Document>",
        b"<Document>" * 100_000,
        b"<Document " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/>",
        b"0000005032600106" + b"0" * 9_000_000,
        b"\n" * 9_000_000,
    ],
    ids=["bomb", "outside", "entity of a file", "deep", "attributes", "one long line", "empty lines"],
)
def test_what_is_made_to_hurt_costs_little(content: bytes) -> None:
    tracemalloc.start()
    try:
        for read in READERS:
            with pytest.raises(BankFileUnreadable) as told:
                read(content)
            assert "root:" not in str(told.value)
            assert len(str(told.value)) < 1_000
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", PICTURES)
def test_a_broken_upload_has_the_type_of_its_content_or_is_refused(kind: str) -> None:
    assert accepted(PICTURES[kind], f"a.{kind}")[1] == f"a.{kind}"

    @given(broken(PICTURES[kind]), st.text(max_size=60))
    @settings(max_examples=EXAMPLES, deadline=SECONDS * 1000, suppress_health_check=list(HealthCheck))
    def never_anything_else(content: bytes, name: str) -> None:
        known = what_it_is(content)
        try:
            media_type, kept = accepted(content, name)
        except Wrong as wrong:
            if wrong.kind not in ("unreadable-file", "too-large"):
                raise
            return
        assert known is not None
        assert (media_type, kept.rsplit(".", 1)[-1]) == known
        assert "/" not in kept

    never_anything_else()
