"""What a quote leans on besides the declaration: the entity's terms, the member, the client's past."""

from api.house import House
from domain.declaration import JobDeclaration
from domain.quote import QuoteContext
from domain.quoting.context import ClientRecord, EntityTerms, MemberRecord
from storage.jobs import JobFilter


async def context_of(home: House, declaration: JobDeclaration, member_id: str | None) -> QuoteContext:
    """What a quote leans on besides the declaration; nobody known gets the prudent defaults."""
    member = await home.members.member(member_id) if member_id else None
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
