"""What a quote leans on besides the declaration: the entity's terms, the member, the client's past, the fund."""

from datetime import timedelta

from api.container import Container
from api.declaring.parties import people_of
from api.security.permissions import Asker
from domain.declaration import JobDeclaration
from domain.money import ZERO
from domain.people import Client
from domain.periods import first_start_at, last_day_on, last_end_at
from domain.quote import QuoteContext
from domain.quoting.context import ClientRecord, CrewRecord, EntityTerms, MemberRecord
from domain.rules.overlaps import WorkElsewhere

AROUND = timedelta(days=1)
"""So far around a job other work counts for rest and hours of a day."""


async def context_of(
    home: Container,
    declaration: JobDeclaration,
    member_id: str | None,
    moved_job: str | None = None,
    reader: Asker | None = None,
) -> QuoteContext:
    """What a quote leans on; nobody known gets the prudent defaults, and learns nothing about any client.

    Of a job that is being moved, what the fund holds for it already does not count against it. Another job of
    somebody on the crew is named only to a `reader` who may see it; without one, to its own member.
    """
    member = await home.members.member(member_id) if member_id else None
    terms = await _terms(home, declaration.entity or (member.entity if member else None))
    if member is None:
        return QuoteContext(entity=terms)
    client = await _client(home, declaration)
    elsewhere = await _elsewhere(home, declaration, member.person_id, moved_job, reader)
    return QuoteContext(
        entity=terms,
        member=MemberRecord(
            name=(await home.people.names({member.person_id})).get(member.person_id, ""),
            autonomy=member.autonomy,
            activity_balance_eur=await home.quote_balances.activity_balance(member.person_id),
            elsewhere=tuple(elsewhere.get(member.person_id, ())),
        ),
        client=await home.quote_balances.of_client(client.client_id, home.today()) if client else ClientRecord(),
        exposure=await home.quote_balances.exposure(
            member_id=member.person_id,
            client_id=client.client_id if client else None,
            entity=terms.slug,
            except_job=moved_job,
        ),
        paid_eur=await home.quote_balances.paid_by_client(moved_job) if moved_job else ZERO,
        crew=_with_hours(
            await _crew(home, declaration, member.person_id, terms.slug, moved_job),
            await people_of(home, member.person_id, declaration),
            elsewhere,
        ),
    )


async def _elsewhere(
    home: Container, declaration: JobDeclaration, member_id: str, moved_job: str | None, reader: Asker | None
) -> dict[str, list[WorkElsewhere]]:
    """The hours of the member and the crew on other jobs around the days of this one, by person."""
    if not declaration.days:
        return {}
    people = {member_id, *(await people_of(home, member_id, declaration)).values()}
    between = first_start_at(declaration.days) - AROUND, last_end_at(declaration.days) + AROUND
    sees_all = reader is not None and reader.may("see_all_jobs")
    found: dict[str, list[WorkElsewhere]] = {}
    for there in await home.work_on_jobs.between(people, *between, except_job=moved_job):
        title = there.title if sees_all or there.member_id == member_id else ""
        hours = WorkElsewhere(title=title, starts_at=there.starts_at, ends_at=there.ends_at)
        found.setdefault(there.person_id, []).append(hours)
    return found


def _with_hours(
    known: dict[str, CrewRecord], people: dict[str, str], elsewhere: dict[str, list[WorkElsewhere]]
) -> dict[str, CrewRecord]:
    busy = {item: elsewhere[person_id] for item, person_id in people.items() if person_id in elsewhere}
    return known | {
        item: known.get(item, CrewRecord()).model_copy(update={"elsewhere": tuple(hours)})
        for item, hours in busy.items()
    }


async def _crew(
    home: Container, declaration: JobDeclaration, member_id: str, entity: str, moved_job: str | None
) -> dict[str, CrewRecord]:
    """What is known of each on the crew; who is said to be employed already is looked up in the register."""
    people = await people_of(home, member_id, declaration)
    first_on = min((day.date for day in declaration.days), default=home.today())
    known = await home.quote_balances.crew(member_id, people, entity, first_on, except_job=moved_job)
    for person in declaration.crew:
        days = declaration.days_of(person)
        if person.status != "standing_contract" or not days:
            continue
        between = (min(day.date for day in days), last_day_on(days))
        covered = await home.quote_balances.under_contract(
            people[person.item], entity, between, except_job=moved_job
        )
        known[person.item] = known.get(person.item, CrewRecord()).model_copy(update={"covered": covered})
    return known


async def _terms(home: Container, slug: str | None) -> EntityTerms:
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


async def _client(home: Container, declaration: JobDeclaration) -> Client | None:
    """The client's row, when it is known: by its enterprise number, abroad by its VAT number."""
    declared = declaration.client
    number = (declared.enterprise_number or declared.vat_number) if declared else None
    return await home.clients.by_number(number, declared.country) if declared and number else None
