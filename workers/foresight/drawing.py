"""The words a foresight is told in: asks, calls, mails, papers, postings, and what exists already."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from domain.decision_preview import Effect, Foreseen
from workers.site import OnSite

Look = Callable[[OnSite, Any], Awaitable[Foreseen]]
"""What one verb would do with its own kind of order."""


def asks(partner: str, method: str, address: str, what: str) -> Effect:
    """A question that binds nobody."""
    return Effect(kind="call", what=what, partner=partner, method=method, address=address, changes_something=False)


def calls(
    partner: str, method: str, address: str, what: str, key: str | None, amount_eur: Decimal | None = None
) -> Effect:
    """A call that changes something at the partner, once per key."""
    return Effect(
        kind="call", what=what, partner=partner, method=method, address=address, key=key, amount_eur=amount_eur
    )


def mails(what: str, key: str, known: str | None = None) -> Effect:
    """A mail to somebody."""
    return Effect(
        kind="mail",
        what=what,
        partner="mail",
        method="POST",
        address="/messages",
        key=key,
        exists=known is not None,
        reference=known,
    )


def letter(what: str, key: str, known: str | None = None) -> Effect:
    """A registered letter."""
    return Effect(
        kind="letter",
        what=what,
        partner="registered-mail",
        method="POST",
        address="/letters",
        key=key,
        exists=known is not None,
        reference=known,
    )


def paper(what: str) -> Effect:
    """A paper filed among the job's."""
    return Effect(kind="paper", what=what)


def posting(what: str, key: str, amount_eur: Decimal | None = None) -> Effect:
    """A balanced entry in the job's books, once per key."""
    return Effect(kind="posting", what=what, key=key, amount_eur=amount_eur)


def own(what: str, key: str, amount_eur: Decimal | None = None, reference: str | None = None) -> Effect:
    """Something in our own register."""
    return Effect(
        kind="own", what=what, key=key, amount_eur=amount_eur, exists=reference is not None, reference=reference
    )


def adopted(what: str, partner: str | None, reference: str, *also: Effect) -> Foreseen:
    """It has happened: it is taken over, and only what hangs on it is done."""
    taken = Effect(kind="call" if partner else "own", what=what, partner=partner, exists=True, reference=reference)
    return Foreseen(outcome="adopt", why=f"{reference} exists", effects=(taken, *also), looked=True)


def repeated(*effects: Effect, meets: tuple[str, ...] = ()) -> Foreseen:
    """It has not happened: it would be done."""
    return Foreseen(effects=effects, looked=True, meets=meets)
