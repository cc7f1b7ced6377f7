"""Movements whose money stands apart until a person, or a reference, says what it is."""

from typing import Any

from sqlalchemy import Row

from domain.bank import MoneyMove
from domain.orders import short_reference
from domain.suspense import NO_JOB
from storage.money.recognition import TAKEN_BACK


def in_suspense(entry: Row[Any]) -> bool:
    """Whether a movement's money stands apart until a person says what it is."""
    return entry.kind in (None, "by_hand", TAKEN_BACK) or (entry.kind == "payment" and entry.state == "partly")


def suspense_move(statement: Row[Any], entry: Row[Any]) -> MoneyMove:
    """Money that is nobody's yet."""
    return MoneyMove(
        key=f"{NO_JOB}/suspense/{place_of(statement, entry)}",
        job_id=NO_JOB,
        kind="unknown",
        came_back=entry.amount_eur > 0,
        on=entry.booked_on,
        amount_eur=abs(entry.amount_eur),
    )


def place_of(statement: Row[Any], entry: Row[Any]) -> str:
    """What stands for one movement in the keys of its entries."""
    return short_reference(f"{statement.iban}/{statement.on}/{statement.statement_id}/{entry.position}")
