"""What each kind of movement on the bank account does to the books, when it is booked and when it came back."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from domain import client_money, entries, suspense
from domain.bank import MoveKind
from domain.ledger import Entry

Making = Callable[[str, str, date, Decimal], Entry]

CLIENTS: Mapping[MoveKind, Callable[..., Entry]] = {
    "receipt": entries.client_payment,
    "recall": client_money.payment_recalled,
    "insurer_of_job": entries.recovery,
    "insurer": lambda key, job_id, on, paid, *, before: entries.insurer_pays(key, job_id, on, paid),
}
"""A client's money goes by what the job is owed at that moment; an insurer's stands apart until its claim ends."""
BOOKED: Mapping[MoveKind, Making] = {
    "wage": entries.wages_paid,
    "expense": entries.expenses_paid,
    "refund": entries.refund,
    "supplier": entries.cost,
    "unknown": suspense.went_out,
}
CAME_BACK: Mapping[MoveKind, Making] = {
    "wage": entries.wages_returned,
    "expense": entries.expenses_returned,
    "refund": entries.refund_returned,
    "supplier": entries.cost_refunded,
    "unknown": suspense.came_in,
}
