"""From a declaration to a quote, and from one click to one job: nothing changes silently, nothing happens twice."""

from dataclasses import dataclass

from api.errors import Wrong
from api.house import House
from api.parties import keep_client, keep_people
from api.start import start_at_once
from api.who import Asker
from domain.declaration import JobDeclaration
from domain.money import ZERO
from domain.parties import DeclaredClient
from domain.periods import end_of_day
from domain.planning import PlanRefs, legal_deadlines, plan
from domain.quote import Quote, QuoteContext, quote, same_figures
from domain.quoting.context import ClientRecord, EntityTerms, MemberRecord
from storage.audit import hash_of
from storage.deadlines import Deadline
from storage.jobs import JobFilter, KeyInFlight, KeyReused, NewJob, Unstarted
from storage.quotes import KeptQuote


@dataclass(frozen=True)
class Asked:
    """A declaration with its quote, and what both lean on."""

    declaration: JobDeclaration
    quote: Quote
    context: QuoteContext


async def ask(home: House, declaration: JobDeclaration, asker: Asker | None) -> Asked:
    """The quote of today; a member's is made for their own entity, autonomy and client."""
    context = await _context(home, declaration, asker)
    whole = declaration.model_copy(update={"entity": declaration.entity or context.entity.slug})
    return Asked(whole, quote(whole, home.today(), context), context)


async def declare(home: House, asker: Asker, declaration: JobDeclaration, key: str) -> str:
    """The id of the job this declaration is; the same key again is the same job.

    The declaration is in the database before this returns; whether its process already runs is another matter.
    """
    body_hash = hash_of(declaration.model_dump(mode="json"))
    try:
        if known := await home.jobs.declared(asker.person_id, key, body_hash):
            return known
        asked = await ask(home, declaration, asker)
        _acceptable(asked)
        new = await _new_job(home, asker, asked, key, body_hash)
        declared = await home.jobs.declare(new)
    except KeyReused:
        raise Wrong("key-reused") from None
    except KeyInFlight:
        raise Wrong("key-in-flight") from None
    if declared.fresh:
        await start_at_once(home, Unstarted(job_id=declared.job_id, quote_id=new.quote_id, plan=new.plan))
    return declared.job_id


def _acceptable(asked: Asked) -> None:
    """Raise when the quote refuses, or is not the one the member has seen."""
    seen = asked.declaration.quote_id
    if not asked.quote.declarable:
        raise Wrong("quote-refuses", quote=asked.quote.model_dump(mode="json"))
    if seen is not None and not same_figures(seen, asked.quote.quote_id):
        raise Wrong("quote-changed", quote=asked.quote.model_dump(mode="json"))


async def _new_job(home: House, asker: Asker, asked: Asked, key: str, body_hash: str) -> NewJob:
    declared, made, now = asked.declaration, asked.quote, home.now()
    client = await keep_client(home, declared.client or DeclaredClient())
    refs = PlanRefs(
        entity=declared.entity or asked.context.entity.slug,
        member_id=asker.person_id,
        client_id=client.client_id,
        client_version=client.version,
        people=await keep_people(home, asker, declared),
        declared_at=now,
        context=asked.context,
    )
    orders = plan(declared, made, refs, home.today())
    await home.quotes.keep(_kept(home, asker, asked))
    return NewJob(
        caller=asker.person_id,
        key=key,
        body_hash=body_hash,
        at=now,
        quote_id=made.quote_id,
        declaration=declared,
        plan=orders,
        client_name=client.name,
        amount_eur=made.client.net.amount_eur if made.client else ZERO,
        deadlines=[
            Deadline(kind=one.kind, item=one.item, due_at=one.due_at, basis=one.basis)
            for one in legal_deadlines(orders)
        ],
    )


def _kept(home: House, asker: Asker, asked: Asked) -> KeptQuote:
    return KeptQuote(
        quote_id=asked.quote.quote_id,
        fingerprint=asked.quote.fingerprint,
        person_id=asker.person_id,
        declaration=asked.declaration.model_dump(mode="json"),
        quote=asked.quote.model_dump(mode="json"),
        made_at=home.now(),
        valid_until_at=end_of_day(asked.quote.valid_until),
    )


async def _context(home: House, declaration: JobDeclaration, asker: Asker | None) -> QuoteContext:
    """What a quote leans on besides the declaration; nobody known gets the prudent defaults."""
    member = None
    if asker is not None and asker.may("declare"):
        member = await home.members.member(asker.person_id)
    slug = declaration.entity or (member.entity if member else None)
    return QuoteContext(
        entity=await _terms(home, slug),
        member=MemberRecord(autonomy=member.autonomy) if member else MemberRecord(),
        client=await _client(home, declaration),
    )


async def _terms(home: House, slug: str | None) -> EntityTerms:
    known = {entity.slug: entity for entity in await home.entities.all()}
    entity = known.get(slug) if slug else next(iter(known.values()), None)
    if entity is None:
        return EntityTerms()
    return EntityTerms(
        slug=entity.slug,
        seat=entity.seat,
        joint_committee=entity.joint_committee,
        payment_days=entity.terms_days,
    )


async def _client(home: House, declaration: JobDeclaration) -> ClientRecord:
    """What was lived through with this client: known once a job for them was closed and paid."""
    number = declaration.client.enterprise_number if declaration.client else None
    client = await home.clients.by_number(number) if number else None
    if client is None:
        return ClientRecord()
    closed = await home.jobs.page(JobFilter(client_id=client.client_id, state="closed"), limit=1)
    return ClientRecord(known=bool(closed.rows))
