"""From a declaration to a quote, and from one click to one job: nothing changes silently, nothing happens twice."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

from api.container import Container
from api.decisions.audit import audited
from api.declaring.parties import keep_client, keep_people
from api.declaring.quote_context import context_of
from api.declaring.start_sweeper import start_at_once
from api.errors import Wrong
from api.security.permissions import Asker
from domain.declaration import JobDeclaration
from domain.money import ZERO
from domain.parties import DeclaredClient
from domain.people import Client
from domain.periods import end_of_day
from domain.plan import JobPlan
from domain.planning import PlanRefs, asked_work, legal_deadlines, plan
from domain.plans.hours import self_employed_hours
from domain.quote import Quote, QuoteContext, quote, same_figures
from domain.quoting import elsewhere
from domain.rules.consumer import ConsumerTerms
from domain.services.agreement import LateTerms
from storage.jobs.deadlines import StoredDeadline, stored
from storage.jobs.jobs import DeclaredJob, KeyInFlight, KeyReused, NewJob, Unstarted
from storage.jobs.quotes import KeptQuote
from storage.security.audit import hash_of

AT_ONCE = 300
"""Days of work of everybody together; such a quote takes some thousandths of a second."""
LARGE_QUOTES = ThreadPoolExecutor(1, "large-quote")
"""The larger ones, one after the other and beside everybody else's requests."""


@dataclass(frozen=True)
class QuotedDeclaration:
    """A declaration with its quote, and what both lean on."""

    declaration: JobDeclaration
    quote: Quote
    context: QuoteContext

    @property
    def amount_eur(self) -> Decimal:
        """What the client pays, ex VAT."""
        return self.quote.client.net.amount_eur if self.quote.client else ZERO


@dataclass(frozen=True)
class Key:
    """What makes one declaration one job: the caller's own name for it, and what it said."""

    text: str
    body_hash: str


def member_of(asker: Asker | None) -> str | None:
    """The member a quote is made for; nobody, when the one who asks is none."""
    return asker.person_id if asker is not None and asker.may("declare") else None


async def ask(
    home: Container,
    declaration: JobDeclaration,
    member_id: str | None,
    moved_job: str | None = None,
    reader: Asker | None = None,
) -> QuotedDeclaration:
    """The quote of today; a member's is made for their own entity, autonomy, account and client.

    What is kept is quoted without a `reader`, so that it says nothing its member may not know.
    """
    async with home.database.glancing():
        context = await context_of(home, declaration, member_id, moved_job, reader)
    whole = declaration.model_copy(update={"entity": declaration.entity or context.entity.slug})
    if whole.person_days <= AT_ONCE:
        return QuotedDeclaration(whole, quote(whole, home.today(), context), context)
    loop = asyncio.get_running_loop()
    made = await loop.run_in_executor(LARGE_QUOTES, quote, whole, home.today(), context)
    return QuotedDeclaration(whole, made, context)


async def declare(
    home: Container, asker: Asker, declaration: JobDeclaration, key: str, member_id: str | None = None
) -> DeclaredJob:
    """The job this declaration is; the same key again is the same job, and is told as such.

    With a member it is that member's job, and story and audit say who declared it. The declaration is in the
    database before this returns; whether its process already runs is another matter.
    """
    member_id = member_id or asker.person_id
    said = declaration.model_dump(mode="json")
    body_hash = hash_of(said if member_id == asker.person_id else {"for": member_id, "declaration": said})
    try:
        if known := await home.jobs.declared(asker.person_id, key, body_hash):
            return DeclaredJob(known, fresh=False)
        asked = await ask(home, declaration, member_id)
        acceptable(asked)
        new = await _new_job(home, asker, member_id, asked, Key(key, body_hash))
        declared = await home.jobs.declare(new)
    except KeyReused:
        raise Wrong("key-reused") from None
    except KeyInFlight:
        raise Wrong("key-in-flight") from None
    if declared.fresh:
        await start_at_once(home, Unstarted(job_id=declared.job_id, quote_id=new.quote_id, plan=new.plan))
    return declared


def acceptable(asked: QuotedDeclaration) -> None:
    """Raise when the quote refuses, or is not the one the member has seen."""
    seen = asked.declaration.quote_id
    if not asked.quote.declarable:
        raise Wrong("quote-refuses", quote=asked.quote)
    if seen is not None and not same_figures(seen, asked.quote.quote_id):
        raise Wrong("quote-changed", quote=asked.quote)


async def _new_job(home: Container, asker: Asker, member_id: str, asked: QuotedDeclaration, key: Key) -> NewJob:
    client = await keep_client(home, asked.declaration.client or DeclaredClient())
    people = await keep_people(home, member_id, asked.declaration)
    orders = orders_of(home, asked, member_id, client, people)
    await home.quotes.keep(_store_quote(home, member_id, asked))
    return NewJob(
        caller=asker.person_id,
        key=key.text,
        body_hash=key.body_hash,
        at=home.now(),
        quote_id=asked.quote.quote_id,
        declaration=asked.declaration,
        plan=orders,
        client_name=client.name,
        amount_eur=asked.amount_eur,
        deadlines=deadlines_of(orders),
        others=self_employed_hours(asked.declaration, people),
        overlaps=elsewhere.in_story(asked.quote),
        on_behalf=None if member_id == asker.person_id else audited(home, asker, "job.declare_for", None, ""),
    )


def orders_of(
    home: Container, asked: QuotedDeclaration, member_id: str, client: Client, people: dict[str, str]
) -> JobPlan:
    """Every order of a declared job; persons and client by reference only."""
    refs = PlanRefs(
        entity=asked.declaration.entity or asked.context.entity.slug,
        member_id=member_id,
        client_id=client.client_id,
        client_version=client.version,
        people=people,
        declared_at=home.now(),
        context=asked.context,
        late_terms=late_terms(home.settings.consumer_terms),
    )
    return plan(asked.declaration, asked.quote, refs, home.today())


def late_terms(terms: ConsumerTerms) -> LateTerms:
    """What the cooperative's terms ask of private clients who pay late, beside what the law says."""
    return LateTerms(lump_sum_clause=terms.lump_sum_clause, interest_clause_percent=terms.interest_clause_percent)


def deadlines_of(orders: JobPlan) -> list[StoredDeadline]:
    """The rows that are watched from outside the process."""
    work = asked_work(orders)
    return [stored(one, work.get(one.item)) for one in legal_deadlines(orders)]


def _store_quote(home: Container, member_id: str, asked: QuotedDeclaration) -> KeptQuote:
    return KeptQuote(
        quote_id=asked.quote.quote_id,
        fingerprint=asked.quote.fingerprint,
        person_id=member_id,
        declaration=asked.declaration.model_dump(mode="json"),
        quote=asked.quote.model_dump(mode="json"),
        made_at=home.now(),
        valid_until_at=end_of_day(asked.quote.valid_until),
    )
