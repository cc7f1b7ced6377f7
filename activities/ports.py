"""The neighbours several services share, named by what the services need of them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol

from domain.ledger import Balances, Entry
from domain.papers import Paper, PrintedMail
from domain.people import Client, Entity, JobSummary, Link, LinkAnswer, PaymentState, Person
from domain.rules.asked_work import AskedWork
from domain.rules.deadlines import Deadline
from domain.services.agreement import LateTerms

Audience = Literal["client", "member", "crew", "advisor", "ops"]


class Entities(Protocol):
    """The legal entities of the cooperative."""

    async def entity(self, slug: str) -> Entity:
        """One entity; KeyError when unknown."""
        ...


class Clients(Protocol):
    """The clients, each version kept."""

    async def client(self, client_id: str, version: int) -> Client:
        """The client as it was declared; KeyError when unknown."""
        ...


class People(Protocol):
    """Members and collaborators with their private data."""

    async def person(self, person_id: str) -> Person:
        """One person; KeyError when unknown."""
        ...


class Jobs(Protocol):
    """The declared jobs, as far as papers and mails name them."""

    async def card(self, job_id: str) -> JobSummary:
        """What papers and mails say of the job; KeyError when unknown."""
        ...

    async def late_terms(self, job_id: str) -> LateTerms | None:
        """The penalty clauses on the order form that a private client accepted; None where there were none."""
        ...


class Links(Protocol):
    """Signed, expiring links for people without an account, and what they answered."""

    async def link(
        self,
        *,
        order_key: str,
        job_id: str,
        step: str,
        audience: Literal["client", "collaborator"],
        subject_id: str,
        expires_at: datetime,
    ) -> Link:
        """The link of this order: the same one each time it is asked for."""
        ...

    async def answer(self, order_key: str, *kinds: str) -> LinkAnswer | None:
        """The latest answer of one of these kinds given through the order's link, if there is one."""
        ...

    async def close(self, order_key: str) -> None:
        """Nobody can answer through this link any more."""
        ...


class Papers(Protocol):
    """The papers of a job."""

    async def file(
        self,
        *,
        job_id: str,
        step: str,
        name: str,
        kind: str,
        media_type: str,
        content: bytes,
        audience: tuple[Audience, ...],
        subject_id: str | None = None,
        order_key: str,
    ) -> str:
        """Keep a paper and return its name; the same order key and kind keep the first one."""
        ...

    async def filed(self, order_key: str, kind: str) -> str | None:
        """The name of the paper of this kind that an order filed; None when it filed none."""
        ...

    async def kind(self, job_id: str, name: str) -> str:
        """What kind of paper this is; KeyError when unknown."""
        ...

    async def read(self, job_id: str, name: str) -> bytes:
        """The content of one paper; KeyError when unknown."""
        ...


class Printer(Protocol):
    """Makes papers from data."""

    async def pdf(self, paper: Paper) -> bytes:
        """The printed paper."""
        ...


class Post(Protocol):
    """Sends mail, once per key."""

    async def send(
        self, key: str, to: str, mail: PrintedMail, attachments: tuple[tuple[str, bytes], ...] = ()
    ) -> str:
        """Send and return the message's reference; the same key sends nothing again."""
        ...


class Deadlines(Protocol):
    """The legal deadlines written down with the declaration."""

    async def met(
        self,
        job_id: str,
        kind: str,
        item: str,
        at: datetime,
        starts_at: datetime | None = None,
        work: AskedWork | None = None,
    ) -> None:
        """This deadline is met; a second time changes nothing. `starts_at` and `work`: only if it is about that
        very start, and that person's work for that employer on those days."""
        ...

    async def all_met(
        self,
        job_id: str,
        kinds: Sequence[str],
        item: str,
        at: datetime,
        starts_at: datetime | None = None,
        work: AskedWork | None = None,
    ) -> None:
        """The same of several that are met by one thing, together."""
        ...

    async def stand(
        self, job_id: str, item: str, given: Sequence[Deadline], at: datetime, work: AskedWork | None = None
    ) -> None:
        """From now on these count for one crew member, and none of the others that were written down."""
        ...

    async def reopened(self, job_id: str, kind: str, item: str) -> None:
        """What met this deadline has gone: it is due again, and told of again."""
        ...


class Ledger(Protocol):
    """The books of each job."""

    async def post(self, entry: Entry) -> None:
        """Book a balanced entry, once per key."""
        ...

    async def post_from(self, key: str, job_id: str, make: Callable[[Balances], Entry | None]) -> None:
        """Book what follows from the job's balances, read in the same transaction; once per key."""
        ...

    async def replace(self, entry: Entry) -> None:
        """Book an entry in place of the one that states the same fact: that one is taken back. Once per key."""
        ...

    async def replace_from(
        self, key: str, job_id: str, fact: str | None, make: Callable[[Balances], Entry]
    ) -> None:
        """The same for an entry that follows from the job's balances."""
        ...

    async def in_force(self, fact: str) -> Entry | None:
        """The entry that states a fact now."""
        ...

    async def reverse(self, key: str, *, as_key: str, on: date) -> None:
        """Take an entry back by its mirror image, once; nothing when it was never booked."""
        ...


class Payments(Protocol):
    """Money on its way out of the cooperative's accounts."""

    async def order(
        self,
        *,
        order_key: str,
        job_id: str,
        kind: Literal["wage", "expense", "refund", "supplier"],
        entity: str,
        person_id: str,
        amount_eur: Decimal,
        pay_on: date,
        end_to_end: str,
        remittance: str,
    ) -> str:
        """Put a payment on the list for the next batch and return its id; once per order key."""
        ...

    async def state(self, payment_id: str) -> PaymentState:
        """What became of it."""
        ...

    async def cancel(self, order_key: str) -> bool:
        """Take it off the list; False when it is already in a batch."""
        ...
