"""Money on the bank account that nobody has recognised yet: kept apart until a person says what it is."""

from datetime import date
from decimal import Decimal

from domain.ledger import Account, Entry, entry, nets

NO_JOB = "-"
"""What stands for the job of an entry that belongs to none."""


def came_in(key: str, job_id: str, on: date, amount: Decimal) -> Entry:
    """Money came in and nobody knows yet for what."""
    text = "Money nobody has recognised yet"
    return entry(key, job_id, on, text, {Account.BANK: amount, Account.SUSPENSE: -amount})


def went_out(key: str, job_id: str, on: date, amount: Decimal) -> Entry:
    """Money went out and nobody knows yet for what."""
    text = "A payment nobody has recognised yet"
    return entry(key, job_id, on, text, {Account.SUSPENSE: amount, Account.BANK: -amount})


def out_of_suspense(booked: Entry, moved: Decimal) -> Entry:
    """The same entry for money that stands in suspense already; `moved` is above zero for money that came in."""
    amounts = nets(
        *((posting.account, posting.amount_eur) for posting in booked.postings),
        (Account.BANK, -moved),
        (Account.SUSPENSE, moved),
    )
    made = entry(booked.key, booked.job_id, booked.on, booked.text, amounts, booked.fact)
    return made.model_copy(update={"entity": booked.entity, "other_entity": booked.other_entity})


def less_costs(booked: Entry, kept: Decimal) -> Entry:
    """The same entry when the bank kept something of the money for itself: the whole cooperative bears that."""
    amounts = nets(
        *((posting.account, posting.amount_eur) for posting in booked.postings),
        (Account.BANK, -kept),
        (Account.COMMUNITY, kept),
    )
    return entry(booked.key, booked.job_id, booked.on, booked.text, amounts, booked.fact)


def bank_costs(key: str, on: date, moved: Decimal) -> Entry:
    """Costs and interest of the account itself: the whole cooperative bears or has them."""
    text = "Costs and interest of the bank account"
    return entry(key, NO_JOB, on, text, {Account.BANK: moved, Account.COMMUNITY: -moved})
