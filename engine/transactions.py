"""Whether a transaction of ours is open: then no partner is called, who may take seconds while others wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_open: ContextVar[bool] = ContextVar("_open", default=False)


@contextmanager
def transaction_open() -> Iterator[None]:
    """In this block a transaction of ours is open."""
    before = _open.set(True)
    try:
        yield
    finally:
        _open.reset(before)


def outside_of_transactions(what: str) -> None:
    """RuntimeError when a transaction of ours is open: a mistake of ours, and nothing was sent."""
    if _open.get():
        raise RuntimeError(f"{what} is not called while a transaction is open")
