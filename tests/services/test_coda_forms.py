"""CODA as banks and old programs deliver it: account forms, details, encodings, and files that somebody broke."""

from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.statements import BankFileUnreadable
from partners.bank_files import read_delivery, read_statements

REAL = (files("coda") / "CODA.txt").read_bytes()


def record(*parts: tuple[int, str]) -> str:
    """A line with texts from columns counted as the specification counts them, from 1."""
    line = [" "] * 128
    for column, text in parts:
        line[column - 1 : column - 1 + len(text)] = text
    return "".join(line)


def money(amount: str) -> str:
    value = Decimal(amount)
    return f"{'1' if value < 0 else '0'}{int(abs(value) * 1000):015d}"


def move(seq: int, detail: int, kind: str, amount: str, text: str = "", code: str = "01501000") -> str:
    head = ((1, "21"), (3, f"{seq:04d}{detail:04d}"), (11, "BANKREF"), (32, money(amount)), (48, "040326"))
    return record(
        *head, (54, kind + code[1:]), (62, "0" + text), (116, "040326"), (122, "061"), (125, "0"), (128, "0")
    )


def coda(account: str, structure: str, *moves: str, opening: str = "1000.00") -> bytes:
    plain = [one for one in moves if one.startswith("21") and one[53] in "0123"]
    amounts = [Decimal(one[32:47]) / 1000 * (-1 if one[31] == "1" else 1) for one in plain]
    credit, debit = sum(a for a in amounts if a > 0), -sum(a for a in amounts if a < 0)
    closing = money(str(Decimal(opening) + sum(amounts)))
    lines = [
        record((1, "00000"), (6, "050326"), (12, "001"), (15, "05"), (128, "2")),
        record((1, "1"), (2, structure), (3, "061"), (6, account), (43, money(opening)), (59, "030326"),
               (126, "061")),
        *moves,
        record((1, "8"), (2, "061"), (5, account), (42, closing), (58, "040326")),
        record((1, "9"), (17, f"{len(moves) + 2:06d}"), (23, money(f"{debit}")[1:]), (38, money(f"{credit}")[1:]),
               (128, "2")),
    ]  # fmt: skip
    return "\r\n".join(lines).encode("windows-1252") + b"\r\n"


IBAN = "BE71096123456769" + " " * 18 + "EUR"
BBAN = "096123456769 EUR"


def test_a_belgian_account_without_country_is_the_same_account() -> None:
    (told,) = read_statements(coda(BBAN, "0", move(1, 0, "0", "12.30", "merci")))
    assert (told.iban, told.closing_eur) == ("BE71096123456769", Decimal("1012.30"))


def test_details_of_every_type_are_taken_apart_as_far_as_they_add_up() -> None:
    moves = (
        move(1, 0, "2", "-60.00"),
        move(1, 1, "6", "-10.00", "one"),
        move(1, 2, "7", "-50.00"),
        move(1, 3, "9", "-20.00", "two"),
        move(1, 4, "9", "-30.00", "three"),
        move(2, 0, "3", "7.00"),
        move(2, 1, "8", "7.00", "eight"),
        move(3, 0, "1", "-9.00"),
        move(3, 1, "5", "-4.00", "five a"),
        move(3, 2, "5", "-5.00", "five b"),
        move(4, 0, "1", "-8.00", "a batch without details"),
    )
    (told,) = read_statements(coda(IBAN, "2", *moves))
    assert [(str(one.amount_eur), one.text) for one in told.entries] == [
        ("-10.00", "one"),
        ("-20.00", "two"),
        ("-30.00", "three"),
        ("7.00", "eight"),
        ("-4.00", "five a"),
        ("-5.00", "five b"),
        ("-8.00", "a batch without details"),
    ]
    assert told.closing_eur == Decimal("930.00")


@pytest.mark.parametrize("after", [b"\x1a", b"\r\n\x1a\r\n", b"\n\n", b""])
def test_what_old_programs_write_after_the_last_line_is_nothing(after: bytes) -> None:
    (told,) = read_statements(coda(IBAN, "2", move(1, 0, "0", "12.30", "merci")) + after)
    assert told.closing_eur == Decimal("1012.30")


def test_a_file_in_utf_8_reads_alike() -> None:
    plain = coda(IBAN, "2", move(1, 0, "0", "12.30", "été à Liège"))
    (told,) = read_statements(b"\xef\xbb\xbf" + plain.decode("windows-1252").encode())
    assert told.entries[0].text == "été à Liège"
    assert told == read_statements(plain)[0]


def test_a_statement_in_dollars_keeps_no_other_of_its_file_out() -> None:
    dollars = coda(IBAN.replace("EUR", "USD"), "2", move(1, 0, "0", "1.00"))
    found = read_delivery(dollars + coda(IBAN, "2", move(1, 0, "0", "12.30")))
    assert [one.closing_eur for one in found.statements] == [Decimal("1012.30")]
    assert [(one.about, one.why) for one in found.bad] == [
        ("...6769 061", "it is in USD: only accounts in euro are kept")
    ]


def test_a_return_is_told_by_its_transaction_code_alone() -> None:
    (told,) = read_statements(coda(IBAN, "2", move(1, 0, "0", "740.11", code="00154000")))
    assert told.entries[0].returned


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(REAL) - 1), st.binary(max_size=3)), min_size=1, max_size=4))
def test_a_broken_file_is_understood_whole_or_refused_in_words(changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(REAL)
    for at, piece in changes:
        content[at : at + len(piece)] = piece
    try:
        found = read_delivery(bytes(content))
    except BankFileUnreadable:
        return
    assert all(one.balanced for one in found.statements)
