"""The first try of an operation: nothing was ever asked of a partner under its key, so nothing is there to find.

An operation is written down before its first try (storage.execution.orders). Whoever finds it written down, after
a lost answer, a killed worker or a decision to try again, looks at the partner before repeating. A database that is
older than what the partners have is reconciled before anybody works (docs/operations/incidents.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_order: ContextVar[str | None] = ContextVar("_order", default=None)


@contextmanager
def first_try(order_key: str | None) -> Iterator[None]:
    """In this block an operation of this order is tried for the first time; None when it was begun before."""
    before = _order.set(order_key)
    try:
        yield
    finally:
        _order.reset(before)


def may_be_there(key: str) -> bool:
    """Whether a partner may have something under this Idempotency-Key, and is asked before it is sent."""
    order = _order.get()
    return order is None or not key.startswith(f"{order}:")
