"""Money on the account of one legal entity that belongs to another: owed between them until it is paid over."""

from datetime import date
from decimal import Decimal

from domain.bank import MoneyMove
from domain.ledger import Account, Entry, entry, nets
from domain.suspense import NO_JOB

TEXT = "Money on the account of another entity"
Whose = tuple[str, str]
"""The entity whose account it is, and the one whose money it is."""


def owned(move: MoneyMove, booked: Entry) -> Entry:
    """A job's entry for a client's money: on another entity's account it becomes a claim on that entity."""
    if not move.over_another:
        return booked
    return through(booked, Account.BANK, _signed(move), (move.holder or "", move.owner or ""))


def held_for_another(move: MoneyMove) -> Entry:
    """What the holder of the account has received for another entity, or paid back in its place."""
    key, whose = f"{NO_JOB}/{move.key}:between", (move.holder or "", move.owner or "")
    made = entry(key, NO_JOB, move.on, TEXT, {Account.BANK: _signed(move), Account.BETWEEN: -_signed(move)})
    return _in_books(made, *whose)


def through(booked: Entry, account: Account, moved: Decimal, whose: Whose) -> Entry:
    """The same entry with the account between the entities in place of one that is not its entity's."""
    holder, owner = whose
    amounts = nets(
        *((posting.account, posting.amount_eur) for posting in booked.postings),
        (account, -moved),
        (Account.BETWEEN, moved),
    )
    made = entry(booked.key, booked.job_id, booked.on, booked.text, amounts, booked.fact)
    return _in_books(made, owner, holder)


def handed_on(booked: Entry, moved: Decimal, whose: Whose) -> Entry:
    """Money that stood in suspense on the holder's account turns out to be the owner's."""
    key = f"{NO_JOB}/{booked.key}:between"
    made = entry(key, NO_JOB, booked.on, TEXT, {Account.SUSPENSE: moved, Account.BETWEEN: -moved})
    return _in_books(made, *whose)


def paid_over(key: str, on: date, moved: Decimal, whose: Whose) -> Entry:
    """What one entity pays to another, or gets from it, on its own account: less is owed between them."""
    made = entry(key, NO_JOB, on, "Paid between entities", {Account.BANK: moved, Account.BETWEEN: -moved})
    return _in_books(made, *whose)


def in_books_of(move: MoneyMove, booked: Entry) -> Entry:
    """Money of no job stands in the books of whoever holds the account."""
    return booked.model_copy(update={"entity": move.holder}) if booked.job_id == NO_JOB else booked


def _in_books(made: Entry, of: str, with_: str) -> Entry:
    return made.model_copy(update={"entity": of, "other_entity": with_})


def _signed(move: MoneyMove) -> Decimal:
    return -move.amount_eur if move.kind == "recall" else move.amount_eur
