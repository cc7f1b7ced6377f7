"""What collecting a debt costs, as balanced entries: paid by a named bearer, asked of the debtor where allowed."""

from datetime import date
from decimal import Decimal

from domain.ledger import Account, Balances, Entry, entry, nets
from domain.money import ZERO


def paid(key: str, job_id: str, on: date, amount: Decimal, bearer: Account) -> Entry:
    """A letter, a bailiff or a court is paid: whoever is named bears it."""
    text = "A cost of collecting is paid"
    return entry(key, job_id, on, text, {bearer: amount, Account.BANK: -amount})


def charged(key: str, job_id: str, on: date, amount: Decimal, bearer: Account) -> Entry:
    """The law lets us ask it of the debtor, beside the principal and outside VAT (art. 28, 3° CTVA)."""
    text = "A cost of collecting is asked of the client"
    return entry(key, job_id, on, text, {Account.LATE_COSTS: amount, bearer: -amount})


def given_up(key: str, job_id: str, on: date, amount: Decimal, bearer: Account) -> Entry:
    """Nobody asks it of the debtor any more: it stays with the bearer."""
    text = "A cost of collecting is not asked any more"
    return entry(key, job_id, on, text, {bearer: amount, Account.LATE_COSTS: -amount})


def late_money(key: str, job_id: str, on: date, amount: Decimal, before: Balances) -> Entry:
    """Interest and costs come in by themselves: what was charged for collecting first, the rest is income."""
    charged = min(amount, max(before.of(Account.LATE_COSTS), ZERO))
    moves = nets((Account.BANK, amount), (Account.LATE_COSTS, -charged), (Account.LATE_INCOME, charged - amount))
    return entry(key, job_id, on, "Interest and costs paid by the client", moves)
