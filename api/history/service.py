"""The whole of a job from what was remembered: one function for the API, the command line and every page.

Events, tries, orders, decisions, papers, money and deadlines, joined per step and told at the reader's level, in
the reader's language. Nothing is asked of the engine: its own history stands behind a link, for ops.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from api.container import Container
from api.errors import Wrong
from api.history import sections as beside
from api.history import waiting_times
from api.history.permalinks import engine_link, line_link, step_link, story_link
from api.history.schemas import JobStory, NoteTold
from api.history.sections import DecisionSources
from api.history.steps import Parts, Reader, key_prefix, step_story
from api.history.waiting_times import QUIET, Wait
from api.jobs import access
from api.jobs.contract_changes import contract_changes
from api.jobs.schemas import approval_told
from api.security.permissions import Asker
from api.wording.masking import masked
from api.wording.timeline import LEVEL, Audience, Line, tell, title
from domain import workflow_ids
from domain.job import StepState
from domain.ledger import Entry
from domain.people import Language
from domain.promises import is_stopping
from engine.words import say
from storage.execution.attempts import Attempt
from storage.execution.events import JobEvent
from storage.execution.orders import StoredOrder
from storage.jobs.claims import Note
from storage.jobs.deadlines import KeptDeadline
from storage.jobs.documents import StoredDocument
from storage.jobs.jobs import KeptJob
from storage.jobs.steps import StepRow

FAR_AWAY = datetime(9999, 12, 31, tzinfo=UTC)
ENDED = frozenset({"closed", "withdrawn", "refused", "written_off"})


@dataclass(frozen=True)
class Facts:
    """Everything remembered of one job."""

    job: KeptJob
    rows: Sequence[StepRow]
    events: Sequence[JobEvent]
    tries: Sequence[Attempt]
    orders: Sequence[StoredOrder]
    entries: Sequence[Entry]
    papers: Sequence[StoredDocument]
    deadlines: Sequence[KeptDeadline]
    decided: DecisionSources
    notes: Mapping[str, Sequence[Note]]
    """By step."""


async def inspect(
    home: Container, asker: Asker, job_id: str, audience: Audience, lang: Language, since: int | None = None
) -> JobStory:
    """The whole of a job for one reader; `since` the number of a line: only what is new after it.

    Not-found when the job is not for the asker; not-allowed when the level is above theirs. `steps` are in the
    order of the process, each with its permalink (`link`: `/jobs/{id}/story#step-wages-ann`); `lines` have theirs
    (`#line-17`) and `idle`, the quiet time before a line in words. What a level may not know is None or [].
    """
    return (await with_facts(home, asker, job_id, audience, lang, since))[1]


async def with_facts(
    home: Container, asker: Asker, job_id: str, audience: Audience, lang: Language, since: int | None = None
) -> tuple[Facts, JobStory]:
    """The same with what it is told from, for a page that shows more than the story."""
    async with home.database.glancing():
        facts = await _facts(home, asker, job_id, audience)
        names = await _names(home, facts)
    reader = Reader(audience, lang, asker.person_id, home.now(), names)
    return facts, _story(facts, reader, home.settings.temporal_ui, home.settings.temporal_namespace, since)


async def _facts(home: Container, asker: Asker, job_id: str, audience: Audience) -> Facts:
    job = await access.job(home, asker, job_id)
    if LEVEL[audience] > LEVEL[asker.audience]:
        raise Wrong("not-allowed", f"your level is {asker.audience}")
    rows, events = await home.steps.of_job(job_id), await access.story(home, job_id)
    tries, orders = await home.attempts.of_job(job_id), await home.orders.of_job(job_id)
    entries, papers = await home.ledger.entries(job_id), await home.documents.of_job(job_id)
    deadlines = await home.deadlines.of_job(job_id)
    level = LEVEL[audience]
    notes = await home.claims.notes([(job_id, row.step) for row in rows]) if level else {}
    shown = [one for one in papers if access.readable(one, asker)]
    return Facts(
        job=job,
        rows=rows,
        events=events,
        tries=tries,
        orders=orders,
        entries=entries,
        papers=[one for one in shown if audience != "member" or access.for_members(one, asker)],
        deadlines=deadlines,
        decided=DecisionSources(
            audit=await home.audit.page(job_id=job_id, limit=500) if level else [],
            operations=await home.operations.of_job(job_id) if level else [],
            events=events,
        ),
        notes={step: found for (_, step), found in notes.items()},
    )


async def _names(home: Container, facts: Facts) -> dict[str, str]:
    ids = {
        facts.job.member_id,
        *(one.by for one in facts.events if one.by),
        *(one.params["second"] for one in facts.events if "second" in one.params),
        *(one.who for one in facts.decided.audit),
    }
    ids |= {note.by for notes in facts.notes.values() for note in notes}
    ids |= {one.confirmed_by for one in facts.decided.operations if one.confirmed_by}
    names = await home.people.names(ids)
    return {**names, **await access.crew_names(home, facts.job.plan, [row.file for row in facts.rows])}


def _story(facts: Facts, reader: Reader, ui: str, namespace: str | None, since: int | None) -> JobStory:
    job, lang = facts.job, reader.lang
    states = access.in_process_order(job, list(facts.rows))
    parts = _apart(facts, states, reader)
    known = {one.state.step for one in parts}

    def engine(workflow_id: str) -> str | None:
        return engine_link(ui, namespace, workflow_id) if reader.is_ops else None

    waited = [one for step in parts for one in step.waits]
    lines = with_quiet_times(_lines(facts, reader), facts, waited, lang)
    steps = [
        step_story(one, job.file, reader, step_link(job.job_id, one.state.step), engine(one.workflow_id))
        for one in parts
    ]
    fresh = {event.step for event in facts.events if event.seq > (since or 0)}
    deadlines = [beside.deadline_told(one, reader.now, lang) for one in facts.deadlines]
    return JobStory(
        **job.model_dump(include=HEAD),
        audience=reader.audience,
        lang=lang,
        member_name=reader.name(job.member_id),
        state_text=say(lang, f"state.job.{job.state}"),
        last_end_at=job.plan.last_end_at,
        last=facts.events[-1].seq if facts.events else 0,
        now=_now(facts, waited, reader),
        next_deadline=next((one for one in deadlines if one.met_at is None and job.state not in ENDED), None),
        deadlines=deadlines,
        alerts=beside.alerts(steps, deadlines, job.state in ENDED, lang),
        approvals=[approval_told(one, lang) for one in job.file.approvals.values()],
        contract_changes=contract_changes(job, lang, reader.names),
        lines=[one for one in lines if one.seq > (since or 0)],
        steps=[one for one in steps if since is None or one.step in fresh],
        money=beside.money(facts.entries, None, reader, own=False),
        papers=[beside.paper_link(one, lang) for one in facts.papers if one.step not in known],
        decisions=beside.decisions(facts.decided, None, reader),
        link=story_link(job.job_id),
        engine_link=engine(workflow_ids.of_job(job.job_id)),
    )


HEAD = {"job_id", "title", "client_name", "state", "parked", "amount_eur", "declared_at", "first_start_at",
        "last_change_at"}  # fmt: skip


def _lines(facts: Facts, reader: Reader) -> list[Line]:
    told = tell(facts.events, reader.audience, reader.lang, reader.names)
    job_id, second = facts.job.job_id, {one.seq: one.params.get("second") for one in facts.events}
    return [
        line.model_copy(
            update={
                "by": _who(reader, line.by, second[line.seq]),
                "text": masked(line.text),
                "technical": masked(line.technical) if line.technical else None,
                "link": line_link(job_id, line.seq),
            }
        )
        for line in told
    ]


def _who(reader: Reader, first: str | None, second: str | None) -> str | None:
    """Who decided; both of two persons who decided together."""
    return ", ".join(reader.name(one) for one in (first, second) if one) if first else None


def _apart(facts: Facts, states: Sequence[StepState], reader: Reader) -> list[Parts]:
    """What is known, sorted by the step it is about."""
    where = {row.step: row.workflow_id for row in facts.rows}
    own = workflow_ids.of_job(facts.job.job_id)
    return [_parts(facts, state, where.get(state.step, own), reader) for state in states]


def _parts(facts: Facts, state: StepState, workflow_id: str, reader: Reader) -> Parts:
    step, prefix = state.step, key_prefix(facts.job.job_id, state)
    events = [one for one in facts.events if one.step == step]
    tries = [one for one in facts.tries if (one.order_key or "").startswith(prefix)]
    own = state.request.get("person_id") == reader.person_id
    return Parts(
        state=state,
        workflow_id=workflow_id,
        events=events,
        tries=tries,
        orders=[one for one in facts.orders if one.step == step],
        money=beside.money(facts.entries, prefix, reader, own=own, private=state.service == "wages"),
        papers=[beside.paper_link(one, reader.lang) for one in facts.papers if one.step == step],
        decisions=beside.decisions(facts.decided, step, reader),
        deadlines=[
            beside.deadline_told(one, reader.now, reader.lang)
            for one in facts.deadlines
            if beside.step_of(one) == step
        ],
        notes=[
            NoteTold(at=one.at, who=reader.name(one.by), text=masked(one.text)) for one in facts.notes.get(step, [])
        ],
        waits=waiting_times.waits(state, tries, events, reader.now, facts.job.file),
    )


# -- quiet times ---------------------------------------------------------------------------------------------


def with_quiet_times(lines: Sequence[Line], facts: Facts, waited: Sequence[Wait], lang: Language) -> list[Line]:
    """The lines, each with what was waited for in the quiet time before it."""
    found: list[Line] = []
    for n, line in enumerate(lines):
        before = lines[n - 1].at if n else line.at
        quiet = _quiet(facts, waited, before, line, lang) if line.at - before >= QUIET else None
        found.append(line.model_copy(update={"idle": quiet}))
    return found


def _quiet(facts: Facts, waited: Sequence[Wait], before: datetime, line: Line, lang: Language) -> str:
    wait = waiting_times.ended_by(waited, before, line.at, line.step)
    who = wait.who if wait else _awaited(facts, before)
    return waiting_times.sentence(who, line.at - before, line.at, lang)


def _awaited(facts: Facts, at: datetime) -> str:
    """What a job as a whole waits for at an instant at which no step does."""
    kinds = [event.kind for event in facts.events if event.at <= at]
    if at < facts.job.plan.last_end_at and "job.engaged" in kinds:
        return "date"
    return "client" if "invoicing.send" in kinds else "date"


def _now(facts: Facts, waited: Sequence[Wait], reader: Reader) -> str:
    """What is being waited for now: a person before a partner, a partner before a date."""
    job, lang = facts.job, reader.lang
    if job.state in ENDED:
        return say(lang, f"state.job.{job.state}")
    still = sorted((one for one in waited if one.ended_at is None), key=_importance)
    if still:
        told = waiting_times.describe_wait(still[0], lang, reader.now).text
        return f"{title(still[0].step, lang, reader.names)}: {told}"
    if is_stopping(job.file):
        return say(lang, "page.job.next.stopping")
    last = facts.events[-1].at if facts.events else job.declared_at
    return waiting_times.sentence(_awaited(facts, reader.now), reader.now - last, job.file.next_at, lang)


def _importance(wait: Wait) -> tuple[int, datetime]:
    return waiting_times.IMPORTANCE[wait.waits_for], wait.until_at or FAR_AWAY
