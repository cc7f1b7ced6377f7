"""What becomes of a client's money that was recalled, too much, or a few cents short, as balanced entries."""

from datetime import date
from decimal import Decimal

from domain.entries import repaying
from domain.ledger import Account, Balances, Entry, entry, nets


def payment_recalled(key: str, job_id: str, on: date, amount: Decimal, before: Balances) -> Entry:
    """The bank takes a client's money back: what was owed back goes first, the rest is owed again.

    House rule: of what is owed again the fee comes first, then VAT; neither was collected after all.
    """
    credit = min(amount, before.owed(Account.CLIENT_CREDIT))
    again = amount - credit
    fee = min(again, before.owed(Account.FEES))
    vat = min(again - fee, before.owed(Account.VAT_DUE))
    moves = nets(
        (Account.CLIENT_CREDIT, credit),
        (Account.RECEIVABLE, again),
        (Account.BANK, -amount),
        (Account.FEES, fee),
        (Account.FEE_TO_COLLECT, -fee),
        (Account.VAT_DUE, vat),
        (Account.VAT_TO_COLLECT, -vat),
    )
    return entry(key, job_id, on, "The bank takes a payment of the client back", moves)


def credit_kept(key: str, job_id: str, on: date, amount: Decimal) -> Entry:
    """What was paid too much stays, because the client agrees: it is the whole cooperative's."""
    text = "Paid too much and kept with the client's agreement"
    return entry(key, job_id, on, text, {Account.CLIENT_CREDIT: amount, Account.COMMUNITY: -amount})


def small_difference(key: str, job_id: str, on: date, amount: Decimal, before: Balances) -> Entry:
    """A few cents that nobody asks for any more: the whole cooperative pays them in the client's place."""
    moves = nets((Account.COMMUNITY, amount), (Account.RECEIVABLE, -amount), *repaying(amount, before))
    return entry(key, job_id, on, "A small difference is not asked for", moves)


def loss_recovered(key: str, job_id: str, on: date, amount: Decimal, bearer: Account) -> Entry:
    """A client pays what had been written off: it is income of whoever bore the loss, and no debt to the client."""
    text = "Paid after it had been written off"
    return entry(key, job_id, on, text, {Account.CLIENT_CREDIT: amount, bearer: -amount})


def vat_regained(key: str, job_id: str, on: date, vat: Decimal, before: Balances) -> Entry:
    """The State gives the VAT on an unpaid invoice back. Source: art. 77 § 1, 7° CTVA (debt lost)."""
    open_vat = min(vat, before.owed(Account.VAT_TO_COLLECT))
    moves = nets((Account.VAT_TO_COLLECT, open_vat), (Account.VAT_DUE, vat - open_vat), (Account.RESULT, -vat))
    return entry(key, job_id, on, "VAT on a lost debt given back by the State", moves)


def vat_due_again(key: str, job_id: str, on: date, vat: Decimal, bearer: Account) -> Entry:
    """A client pays after all, whole or in part: the VAT that was given back is due again in proportion."""
    text = "VAT given back is due again"
    return entry(key, job_id, on, text, {bearer: vat, Account.VAT_DUE: -vat})
