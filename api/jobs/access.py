"""Finding a job, a step or a paper for the one who asks: what is not theirs does not exist for them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from api.container import Container
from api.errors import Wrong
from api.security.permissions import Asker
from api.wording.timeline import Names, whom
from domain.job import StepState
from domain.plan import JobPlan
from domain.plans.orders import PER_ITEM, SINGLE
from domain.promises import as_told
from storage.core.pagination import BadCursor, Page
from storage.execution.events import JobEvent
from storage.jobs.documents import StoredDocument
from storage.jobs.jobs import JobFilter, JobRow, KeptJob
from storage.jobs.steps import StepRow

EVERYTHING = 10_000
"""Lines of one story read at once; a job of a year has some hundreds."""

PERSONS = {"adviser_id": "adviser", "member_id": "member"}
"""References in a story's lines, and what a sentence calls the name behind each."""


def visible(home: Container, asker: Asker, member_id: str) -> None:
    """Raise not-found unless the job is the asker's own or their role sees all jobs."""
    if member_id != asker.person_id and not asker.may("see_all_jobs"):
        raise Wrong("not-found")


async def row(home: Container, asker: Asker, job_id: str) -> JobRow:
    """One job as lists show it."""
    try:
        found = await home.jobs.row(job_id)
    except KeyError:
        raise Wrong("not-found") from None
    visible(home, asker, found.member_id)
    return found


async def job(home: Container, asker: Asker, job_id: str) -> KeptJob:
    """One job with everything."""
    try:
        found = await home.jobs.job(job_id)
    except KeyError:
        raise Wrong("not-found") from None
    visible(home, asker, found.member_id)
    return found


def another_decides(asker: Asker, member_id: str, *crew: str) -> None:
    """Raise not-allowed where somebody would decide for the cooperative about the own job or the own pay."""
    if asker.person_id in (member_id, *crew):
        raise Wrong("not-allowed", "this is about your own job or pay: somebody else decides it")


def own(asker: Asker, wanted: JobFilter) -> JobFilter:
    """The question as far as the one who asks may see: a member's own jobs only."""
    return wanted if asker.may("see_all_jobs") else replace(wanted, member_id=asker.person_id)


async def jobs(
    home: Container, asker: Asker, wanted: JobFilter, cursor: str | None = None, limit: int = 50
) -> Page[JobRow]:
    """Some jobs; a member's own only."""
    try:
        return await home.job_search.page(own(asker, wanted), cursor, limit)
    except BadCursor as error:
        raise Wrong("wrong-cursor", str(error)) from None


async def step(home: Container, asker: Asker, job_id: str, name: str) -> StepRow:
    """One step by its full name, or by its service when the job has exactly one of it."""
    await row(home, asker, job_id)
    steps = await home.steps.of_job(job_id)
    exact = [one for one in steps if one.step == name]
    candidates = exact or [one for one in steps if one.service == name]
    if not candidates:
        raise Wrong("not-found", f"this job has no step {name}")
    if len(candidates) > 1:
        raise Wrong("which-step", steps=[one.step for one in candidates])
    return candidates[0]


async def story(home: Container, job_id: str, after: int = 0) -> list[JobEvent]:
    """The lines of a job's story after one of them."""
    return await with_person_names(home, await home.events.since(job_id, after, EVERYTHING))


async def with_person_names(home: Container, events: list[JobEvent]) -> list[JobEvent]:
    """The same lines; where one tells of persons by reference, their names stand beside it."""
    told = {one.params[name] for one in events for name in PERSONS if name in one.params}
    if not told:
        return events
    names = await home.people.names(told)
    return [one.model_copy(update={"params": one.params | _by_name(one, names)}) for one in events]


def _by_name(event: JobEvent, names: dict[str, str]) -> dict[str, str]:
    return {
        short: names.get(event.params[name], event.params[name])
        for name, short in PERSONS.items()
        if name in event.params
    }


def readable(paper: StoredDocument, asker: Asker) -> bool:
    """Whether a paper is for the one who asks: their level's, or their own."""
    if paper.subject_id is not None and paper.subject_id == asker.person_id:
        return True
    if paper.subject_id is not None and asker.audience == "member":
        return False
    levels = {"ops": {"ops", "advisor"}, "advisor": {"advisor"}, "member": {"member"}}[asker.audience]
    return not levels.isdisjoint(paper.audience)


def for_members(paper: StoredDocument, asker: Asker) -> bool:
    """Whether a paper shows when somebody looks at a job as its member does."""
    return "member" in paper.audience if paper.subject_id is None else paper.subject_id == asker.person_id


async def papers(home: Container, asker: Asker, job_id: str) -> list[StoredDocument]:
    """The papers of a job that are for the one who asks."""
    await row(home, asker, job_id)
    return [paper for paper in await home.documents.of_job(job_id) if readable(paper, asker)]


async def paper(home: Container, asker: Asker, job_id: str, name: str) -> tuple[StoredDocument, bytes]:
    """One paper with its content."""
    await row(home, asker, job_id)
    try:
        found = await home.documents.document(job_id, name)
    except KeyError:
        raise Wrong("not-found") from None
    if not readable(found, asker):
        raise Wrong("not-found")
    return found, await home.documents.read(job_id, name)


async def crew_names(house: Container, plan: JobPlan, steps: Iterable[StepState] = ()) -> Names:
    """How the people of one job are called, by the item that stands for them in the names of its steps."""
    of = {one.item: str(one.request["person_id"]) for one in steps if one.request.get("person_id")} | _crew(plan)
    return _called(of, await house.people.names(set(of.values())))


async def crew_names_by_job(house: Container, plans: Mapping[str, JobPlan]) -> dict[str, Names]:
    """The same for several jobs, in one question however many they are."""
    crews = {job_id: _crew(plan) for job_id, plan in plans.items()}
    names = await house.people.names({person for crew in crews.values() for person in crew.values()})
    return {job_id: _called(crew, names) for job_id, crew in crews.items()}


def _crew(plan: JobPlan) -> dict[str, str]:
    return {
        item: one.person_id for wanted in (plan.travel, plan.employment_contract) for item, one in wanted.items()
    }


def _called(crew: Mapping[str, str], names: Mapping[str, str]) -> Names:
    return {item: names[person] for item, person in crew.items() if names.get(person)}


async def names_by_step(house: Container, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Names]:
    """How the person is called whom each of these steps of several jobs is about."""
    rows = await house.steps.known_by_name(list(places))
    persons = await house.people.names({str(row.file.request.get("person_id", "")) for row in rows.values()})
    return {place: whom(row.file, persons) for place, row in rows.items()}


def planned(plan: JobPlan) -> list[StepState]:
    """Every step the plan asks for, waiting, in the order of the process."""
    found: list[StepState] = []
    for name in type(plan).model_fields:
        wanted = getattr(plan, name)
        if name in PER_ITEM:
            found += [StepState(service=name, item=item) for item in wanted]
        elif name in SINGLE and wanted is not None:
            found.append(StepState(service=name))
    return found


def in_process_order(kept: KeptJob, steps: list[StepRow]) -> list[StepState]:
    """The steps of a job as people follow them: what is planned, each as far as it is, then what came on top."""
    known = {one.step: one.file for one in steps}
    ahead = [as_told(kept.file, one) for one in planned(kept.plan)]
    names = {one.step for one in ahead}
    return [known.get(one.step, one) for one in ahead] + [one for name, one in known.items() if name not in names]
