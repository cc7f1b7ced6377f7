"""A moved job's people: each under an item of their own, and named: who leaves, who comes, what becomes of it."""

from api.container import Container
from api.declaring.parties import people_of
from api.errors import FieldProblem, Wrong
from domain.declaration import JobDeclaration
from domain.people import Language
from domain.plan import JobPlan
from domain.planning import Coming, Leaving, MoveConsequences
from domain.plans.crew_items import (
    PersonUnclear,
    asked_about,
    clear_persons,
    holders,
    left_for_good,
    one_item_each,
)
from domain.services.employment_contract import EmploymentContractRequest, EngagementOffer
from engine.words import say
from storage.jobs.jobs import KeptJob
from storage.services.employment_contract import Engagements


async def one_person_an_item(home: Container, job: KeptJob, declaration: JobDeclaration) -> JobDeclaration:
    """The declaration with nobody under an item that is or was somebody else's; raises when that stays unclear."""
    before = JobDeclaration.model_validate(job.declaration)
    were, are = [await people_of(home, job.member_id, one) for one in (before, declaration)]
    held = holders(job.plan, job.file, were)
    asked = {item: held[item] for item in asked_about(job.plan, job.file)}
    try:
        clear_persons(declaration, are, before, were, asked)
    except PersonUnclear as unclear:
        flaw = FieldProblem(where="body.declaration.crew", why=str(unclear))
        raise Wrong("person-unclear", str(unclear), errors=[flaw]) from None
    return one_item_each(declaration, are, held, left_for_good(job.plan, job.file))


async def named(
    home: Container,
    job: KeptJob,
    declaration: JobDeclaration,
    orders: JobPlan,
    found: MoveConsequences,
    lang: Language,
) -> MoveConsequences:
    """The consequences with the names of those who leave and those who come, told in sentences."""
    before = JobDeclaration.model_validate(job.declaration)
    names = {row.item: row.name or row.item for one in (before, declaration) for row in one.crew}
    # as the member wrote them: an address typed in never tells who it belongs to
    ids = {one.item: job.plan.employment_contract[one.item].person_id for one in found.leaving}
    left = await home.people.names(ids.values())
    names = {item: left.get(person, item) for item, person in ids.items()} | names
    leaving = tuple(one.model_copy(update={"name": names[one.item]}) for one in found.leaving)
    coming = tuple([await _coming(home, job, orders, one, names[one.item]) for one in found.coming])
    people = (*(_leaves(one, lang) for one in leaving), *(_comes(one, lang) for one in coming))
    return found.model_copy(update={"leaving": leaving, "coming": coming, "people": people})


async def _coming(home: Container, job: KeptJob, orders: JobPlan, one: Coming, name: str) -> Coming:
    """Somebody under contract with the entity on those very days needs a note, not a second contract."""
    contract = one.contract
    if contract == "offer" and await _covered(home, job, orders, one.item):
        contract = "covered"
    return one.model_copy(update={"name": name, "contract": contract})


async def _covered(home: Container, job: KeptJob, orders: JobPlan, item: str) -> bool:
    request: EmploymentContractRequest = orders.employment_contract[item]
    offer = EngagementOffer(
        order_key="-",
        job_id=job.job_id,
        item=item,
        entity=orders.entity,
        person_id=request.person_id,
        first_on=min(day.on for day in request.days),
        last_on=max(day.on for day in request.days),
        starts_at=request.starts_at,
        offered_at=home.now(),
    )
    return await Engagements(home.database).covering(offer) is not None


def _leaves(one: Leaving, lang: Language) -> str:
    return say(lang, f"page.move.leaves.{one.contract}", who=one.name, gross=one.gross_eur)


def _comes(one: Coming, lang: Language) -> str:
    return say(lang, f"page.move.comes.{one.contract}", who=one.name, by=one.by_at)
