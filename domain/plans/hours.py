"""When each person of a job works: what another job of the same person is compared with."""

from collections.abc import Mapping

from domain.declaration import JobDeclaration
from domain.plan import JobPlan
from domain.rules.overlaps import CrewHours


def hours_of(plan: JobPlan) -> list[CrewHours]:
    """The hours of everybody who is employed."""
    return [
        CrewHours(item=item, person_id=contract.person_id, starts_at=day.starts_at, ends_at=day.ends_at)
        for item, contract in plan.employment_contract.items()
        for day in contract.days
    ]


def self_employed_hours(declaration: JobDeclaration, people: Mapping[str, str]) -> list[CrewHours]:
    """The hours of those who send an invoice: the plan names them nowhere. `people`: the person by crew item."""
    return [
        CrewHours(item=person.item, person_id=people[person.item], starts_at=day.starts_at, ends_at=day.ends_at)
        for person in declaration.crew
        if person.status == "self_employed"
        for day in declaration.days_of(person)
    ]
