"""The lines of one CODA statement, put together: every movement with the details below it.

The library knows the columns; which line belongs below which one is decided here, because it takes the details of
type 9 for an error and checks totals with `assert`, which `python -O` leaves out.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from coda import (
    CODA,
    HEADER,
    NEW_BALANCE,
    OLD_BALANCE,
    TRAILER,
    FreeCommunication,
    Information,
    Move,
    Statement,
)

from domain.statements import BankFileUnreadable

CODA_LINE = 128
"""Source: CODA 2.6, section 1: fixed lines of 128 characters."""
COUNTED = frozenset("1238")
"""The records the last line counts. Source: CODA 2.6, record 9."""
OF_A_DETAIL = "9"
"""Details of a detail: of a movement of type 7. Source: CODA 2.6, annex II, transaction type."""


class _Lines(CODA):  # type: ignore[misc]  # the library has no types
    """The library's columns, without its file."""

    def __init__(self) -> None:
        self.statements: list[Any] = []


def read_lines(lines: Sequence[str]) -> Statement:
    """The statement in these lines; the library's errors where a line is not what its place says."""
    reader, statement = _Lines(), Statement()
    move: Any = None
    information: Any = None
    for line in lines:
        record, article = line[0], line[1]
        if record in HEADS:
            reader._parse_statement(line, statement, HEADS[record])
        elif record == "2":
            if article == "1":
                move = Move()
            reader._parse_move(line, article, move)
            if article == "1":
                _placed(statement, move)
        elif record == "3":
            if article == "1":
                information = Information()
            reader._parse_information(line, article, information)
            if article == "1":
                statement.informations[information.bank_reference].append(information)
        elif record == "4":
            reader._parse_free_communication(line, FreeCommunication())
        else:
            raise BankFileUnreadable(why=f"it has a line of the unknown kind {record}")
    _complete(statement)
    _totals(statement, sum(line[0] in COUNTED for line in lines))
    return statement


HEADS = {"0": HEADER, "1": OLD_BALANCE, "8": NEW_BALANCE, "9": TRAILER}


def _placed(statement: Statement, move: Move) -> None:
    """A movement of its own, or below the one it details."""
    if move.transaction_type in "0123":
        statement.moves.append(move)
        return
    if move.transaction_type not in "56789":
        raise BankFileUnreadable(why=f"it has a movement of the unknown type {move.transaction_type}")
    above = statement.moves[-1]
    if move.transaction_type == OF_A_DETAIL and above.moves:
        above = above.moves[-1]
    if above.sequence != move.sequence:
        raise BankFileUnreadable(why="a detail of it belongs to no movement")
    above.moves.append(move)


def _complete(statement: Statement) -> None:
    """A statement without movements has no new balance: it is the old one."""
    if statement.version != 2:
        raise BankFileUnreadable(why=f"it is of version {statement.version}: only version 2 is known")
    for name in ("balance", "sequence", "balance_date"):
        if getattr(statement, f"new_{name}") is None:
            setattr(statement, f"new_{name}", getattr(statement, f"old_{name}"))


def _totals(statement: Statement, lines: int) -> None:
    amounts = [Decimal(move.amount) for move in statement.moves]
    credit, debit = (sum((a for a in amounts if a * sign > 0), Decimal(0)) * sign for sign in (1, -1))
    if (credit, debit) != (statement.total_credit, statement.total_debit) or lines != statement.number_records:
        raise BankFileUnreadable(why="its totals or line numbers do not agree with its movements")
