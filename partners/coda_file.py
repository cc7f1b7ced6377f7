"""The coded statement of account of Belgian banks. Source: Febelfin, CODA 2.6."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from coda import Move
from coda import Statement as CodaStatement
from pydantic import ValidationError

from domain.remittance import payment_reference_in
from domain.statements import BadStatement, BankFileUnreadable, Delivery, Statement, StatementEntry
from partners.bank_trust import balanced, why_of
from partners.coda_lines import CODA_LINE, read_lines

GLOBAL_MOVES = ("1", "2")
"""Movements that only add up the detail lines after them. Source: CODA 2.6, annex II, transaction type."""
BELGIAN_BBAN = "0"
"""The account is written as twelve Belgian digits, without country. Source: CODA 2.6, record 1, structure."""
GIVEN_BACK = frozenset({("01", "54"), ("01", "99"), ("41", "54"), ("41", "99"), ("05", "03"), ("05", "05")})
"""Family and transaction of what a bank takes back. Source: CODA 2.6, annex II."""
STRUCTURED = ("101", "102", "103", "105")
"""Communications that are a reference. Source: CODA 2.6, annex III."""
END_OF_FILE = "\x1a"
"""Ctrl-Z: what old programs write after the last line of a file."""


def coda_statements(content: bytes) -> Delivery:
    """The statements of a file, each understood by itself. Its encoding is windows-1252, or UTF-8."""
    lines = [line.rstrip() for line in _text(content).rstrip(END_OF_FILE + "\r\n ").splitlines() if line.strip()]
    if not lines or any(len(line) > CODA_LINE for line in lines) or not lines[0].startswith("0"):
        raise BankFileUnreadable(why="it is neither XML nor a CODA file")
    if not lines[-1].startswith("9") or _count(lines, "0") != _count(lines, "9"):
        raise BankFileUnreadable(why="it is cut off: the last line of a CODA file is missing")
    read: list[Statement] = []
    bad: list[BadStatement] = []
    for one in _apart(lines):
        try:
            read.append(_one(one))
        except (BankFileUnreadable, ValidationError) as error:
            bad.append(BadStatement(about=_called(one), why=why_of(error)))
    return Delivery(statements=tuple(read), bad=tuple(bad))


def _text(content: bytes) -> str:
    """Lines are cut by columns: UTF-8 is believed only where it leaves the columns in their places."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    shifted = any(len(line.rstrip(b"\r")) == CODA_LINE and not line.isascii() for line in content.split(b"\n"))
    for encoding in ("windows-1252",) if shifted else ("utf-8", "windows-1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BankFileUnreadable(why="it is neither XML nor a CODA file")


def _count(lines: list[str], record: str) -> int:
    return sum(line.startswith(record) for line in lines)


def _apart(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines of each statement: every one begins with its header."""
    headers = 0

    def which(line: str) -> int:
        nonlocal headers
        headers += line.startswith("0")
        return headers

    for _, one in groupby(lines, key=which):
        yield list(one)


def _called(lines: Sequence[str]) -> str:
    """How finance people find a statement that could not be read: its account and number."""
    opening = next((line for line in lines if line.startswith("1")), "")
    account = opening[5:42].split(" ")[0]
    return f"...{account[-4:] or '-'} {opening[125:128].strip() or '-'}"


def _one(lines: Sequence[str]) -> Statement:
    try:
        return _coda_statement(read_lines([f"{line:<{CODA_LINE}}" for line in lines]))
    except (BankFileUnreadable, ValidationError):
        raise
    except AssertionError as error:
        raise BankFileUnreadable(why="its totals or line numbers do not agree with its movements") from error
    except (ValueError, ArithmeticError, LookupError, AttributeError, TypeError) as error:
        # what the library raises on a line that is not what its place says, each in its own way
        raise BankFileUnreadable(why="a line of it is not as CODA prescribes") from error


def _coda_statement(found: CodaStatement) -> Statement:
    if found.account_currency != "EUR":
        raise BankFileUnreadable(why=f"it is in {found.account_currency}: only accounts in euro are kept")
    return balanced(
        Statement(
            source="coda",
            iban=_iban(found),
            statement_id=f"{found.new_balance_date.year}-{found.new_sequence}",
            on=found.new_balance_date,
            opening_eur=_cents(found.old_balance),
            closing_eur=_cents(found.new_balance),
            entries=tuple(_coda_entry(found, move, whole) for whole in found.moves for move in _details(whole)),
        )
    )


def _iban(found: CodaStatement) -> str:
    account = str(found.account).replace(" ", "")
    if found._account_structure != BELGIAN_BBAN:
        return account
    check = 98 - int(f"{account}111400") % 97  # B is 11 and E is 14. Source: ISO 13616, MOD 97-10.
    return f"BE{check:02d}{account}"


def _details(whole: Move) -> list[Move]:
    """What a movement is made of, as far down as the bank tells and its parts add up to it."""
    parts: list[Move] = list(whole.moves)
    if not parts or sum(move.amount for move in parts) != whole.amount:
        return [whole]
    return [detail for move in parts for detail in _details(move)]


def _coda_entry(found: CodaStatement, move: Move, whole: Move) -> StatementEntry:
    structured = move.communication_type in STRUCTURED
    text = " ".join((move.communication or "").split())
    told = tuple(dict.fromkeys(filter(None, (text, *_written(found, move)))))
    batched = move.transaction_type in GLOBAL_MOVES or move is not whole
    code = (move.transaction_family, move.transaction_transaction)
    return StatementEntry(
        reference=f"{move.bank_reference.strip()}/{move.sequence}{move.detail_sequence}",
        amount_eur=_cents(move.amount),
        booked_on=move.entry_date,
        value_on=None if move.value_date is None else move.value_date,
        end_to_end=move.customer_reference or None,
        batch=(whole.customer_reference or None) if batched else None,
        structured=payment_reference_in(text) or payment_reference_in(" ".join(told)) if told else None,
        text="" if structured else text,
        counterparty_name=move.counterparty_name or None,
        counterparty_iban=(move.counterparty_account or "").split(" ")[0] or None,
        return_reason=move.r_reason or None,
        returned=bool((move.r_transaction or "").strip("0 ")) or code in GIVEN_BACK,
        texts=told,
    )


def _written(found: CodaStatement, move: Move) -> tuple[str, ...]:
    """What was written beside a movement: its own zones as they stand, and the lines of information that follow."""
    about = [one for one in found.informations.get(move.bank_reference, ()) if one.sequence == move.sequence]
    zones = [move._communication, *(one._communication for one in about), move.customer_reference]
    return tuple((zone or "").rstrip() for zone in zones)


def _cents(amount: Decimal) -> Decimal:
    """CODA counts in thousandths; accounts in euro move in cents."""
    exact = amount.quantize(Decimal("0.01"))
    if exact != amount:
        raise BankFileUnreadable(why=f"an amount has fractions of a cent: {amount}")
    return exact
