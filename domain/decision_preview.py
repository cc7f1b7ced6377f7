"""What a decision would do, before it is taken: each call, mail, paper and posting, and what exists already."""

from datetime import datetime
from typing import Any, Literal

from domain.message import Message
from domain.money import Eur

EffectKind = Literal["call", "mail", "letter", "paper", "posting", "payment", "own"]
"""A partner's call; a mail or a letter to somebody; a paper filed; a line in the books; a payment put on the list;
something in our own register (a van, a number, an engagement)."""
Outcome = Literal["adopt", "repeat", "cannot", "not_parked"]
"""The effect exists and is taken over; it would be tried; it cannot be done like this; nothing waits any more."""


class Effect(Message):
    """One thing a decision would do, in its order."""

    kind: EffectKind
    what: str
    """What it is, in business words: `pre-book`, `order form`, `pay`."""
    partner: str | None = None
    """The partner that is called, or whose mail or letter goes out."""
    method: str | None = None
    address: str | None = None
    """The path at the partner; `{...}` stands for what only its answer tells."""
    key: str | None = None
    """The idempotency key, which never has a second effect."""
    amount_eur: Eur | None = None
    """What it costs or moves, at most."""
    changes_something: bool = True
    """False for a question that binds nobody: a search, an offer, a quote."""
    exists: bool = False
    """It has happened before and would only be taken over."""
    reference: str | None = None
    """The partner's or our own reference of what exists."""


class Foreseen(Message):
    """What one verb would do with one order."""

    outcome: Literal["adopt", "repeat", "cannot"] = "repeat"
    why: str = ""
    effects: tuple[Effect, ...] = ()
    looked: bool = False
    """Whether the partner (or our own register) was really asked what exists."""
    meets: tuple[str, ...] = ()
    """The kinds of legal deadline that count as met once it is done."""


class StepAsked(Message):
    """The step and the verb that are asked about."""

    job_id: str
    entity: str
    service: str
    item: str
    revision: int
    replaces: str | None = None
    keeps: tuple[str, ...] = ()
    request: dict[str, Any]
    booking: dict[str, Any] | None = None
    verb: str


class DeadlineTouched(Message):
    """A legal deadline a decision helps to meet, or endangers."""

    kind: str
    item: str
    due_at: datetime
    basis: str
    met_at: datetime | None = None
