"""The coded statement of account of Belgian banks. Source: Febelfin, CODA 2.6."""

import io
from decimal import Decimal

from coda import CODA, Move
from coda import Statement as CodaStatement
from pydantic import ValidationError

from domain.bank import BankFileUnreadable, Statement, StatementEntry
from domain.remittance import payment_reference_in

CODA_LINE = 128
"""Source: CODA 2.6, section 1: fixed lines of 128 characters."""
GLOBAL_MOVES = ("1", "2")
"""Movements that only add up the detail lines after them. Source: CODA 2.6, annex II, transaction type."""


def coda_statements(content: bytes) -> tuple[Statement, ...]:
    """The statements of a file. Its encoding is windows-1252."""
    try:
        text = content.decode("windows-1252")
    except UnicodeDecodeError as error:
        raise BankFileUnreadable(why="it is neither XML nor a CODA file") from error
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or any(len(line.rstrip()) > CODA_LINE for line in lines) or not lines[0].startswith("0"):
        raise BankFileUnreadable(why="it is neither XML nor a CODA file")
    if not lines[-1].startswith("9") or _count(lines, "0") != _count(lines, "9"):
        raise BankFileUnreadable(why="it is cut off: the last line of a CODA file is missing")
    padded = "".join(f"{line.rstrip():<{CODA_LINE}}\n" for line in lines)
    try:
        return tuple(_coda_statement(found) for found in CODA(io.StringIO(padded)).statements)
    except AssertionError as error:
        raise BankFileUnreadable(why="its totals or line numbers do not agree with its movements") from error
    except ValidationError:
        raise
    except (ValueError, ArithmeticError, LookupError, AttributeError, TypeError) as error:
        # what the library raises on a line that is not what its place says, each in its own way
        raise BankFileUnreadable(why="a line of it is not as CODA prescribes") from error


def _count(lines: list[str], record: str) -> int:
    return sum(line.startswith(record) for line in lines)


def _coda_statement(found: CodaStatement) -> Statement:
    if found.account_currency != "EUR":
        raise BankFileUnreadable(why=f"it is in {found.account_currency}: only accounts in euro are kept")
    _coda_totals(found)
    return Statement(
        source="coda",
        iban=found.account.replace(" ", ""),
        statement_id=f"{found.new_balance_date.year}-{found.new_sequence}",
        on=found.new_balance_date,
        opening_eur=_cents(found.old_balance),
        closing_eur=_cents(found.new_balance),
        entries=tuple(_coda_entry(move) for whole in found.moves for move in _coda_details(whole)),
    )


def _coda_totals(found: CodaStatement) -> None:
    """The library checks with `assert`, which `python -O` leaves out; totals are too dear for that."""
    credit = sum(move.amount for move in found.moves if move.amount > 0)
    debit = -sum(move.amount for move in found.moves if move.amount < 0)
    if (credit, debit) != (found.total_credit, found.total_debit):
        raise BankFileUnreadable(why="its totals do not agree with its movements")


def _coda_details(whole: Move) -> list[Move]:
    if whole.transaction_type in GLOBAL_MOVES and whole.moves:
        details: list[Move] = list(whole.moves)
        if sum(move.amount for move in details) == whole.amount:
            return details
    return [whole]


def _coda_entry(move: Move) -> StatementEntry:
    structured = move.communication_type in ("101", "102", "103", "105")
    text = " ".join((move.communication or "").split())
    return StatementEntry(
        reference=f"{move.bank_reference.strip()}/{move.sequence}{move.detail_sequence}",
        amount_eur=_cents(move.amount),
        booked_on=move.entry_date,
        value_on=None if move.value_date is None else move.value_date,
        end_to_end=move.customer_reference or None,
        structured=payment_reference_in(text) if text else None,
        text="" if structured else text,
        counterparty_name=move.counterparty_name or None,
        counterparty_iban=(move.counterparty_account or "").split(" ")[0] or None,
        return_reason=move.r_reason or None,
    )


def _cents(amount: Decimal) -> Decimal:
    """CODA counts in thousandths; accounts in euro move in cents."""
    exact = amount.quantize(Decimal("0.01"))
    if exact != amount:
        raise BankFileUnreadable(why=f"an amount has fractions of a cent: {amount}")
    return exact
