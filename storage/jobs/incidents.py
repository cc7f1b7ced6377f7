"""What went wrong, told once: parked steps grouped by partner and reason, with what they put at risk."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import computed_field
from sqlalchemy import ColumnElement, Select, and_, case, func, select

from domain.message import Message
from domain.questions import ANSWERS
from storage.core.database import Database
from storage.core.tables import UtcDateTime
from storage.execution.partner_states import partner_states
from storage.jobs.deadlines import deadlines
from storage.jobs.tables import job_steps

SOON = timedelta(hours=48)
"""House rule: a deadline nearer than this is endangered by a parked step of the same person or document."""
OPS = "ops"
"""Who decides about a step that names nobody."""


class Incident(Message):
    """Steps that are parked for one reason at one partner."""

    partner: str | None = None
    error_type: str
    count: int
    jobs: int
    services: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()
    """Who decides about them."""
    for_ops: int = 0
    """How many of them operations decide about; the others wait for whom they name."""
    since_at: datetime
    latest_at: datetime
    decide_by: datetime | None = None
    """When the first of them is missed."""
    endangered: int = 0
    """How many of them are missed within two days, or have a legal deadline unmet by then."""
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_failure: str | None = None

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way, told in its documentation
    @property
    def asks(self) -> bool:
        """Whether these steps ask people something: each is answered by itself, none is tried again."""
        return self.error_type in ANSWERS


class Incidents:
    """Groups what is parked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, now: datetime) -> list[Incident]:
        """Every group, the most endangered first, then the most frequent."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(grouped(now))).all()
        return [
            Incident.model_validate(
                dict(row._mapping) | {"services": _words(row.services), "decided_by": _words(row.decided_by)}
            )
            for row in rows
        ]

    async def by_partner(self) -> dict[str, tuple[int, int]]:
        """How many steps are parked because of each partner, and how many wait until its calls go on."""
        row = job_steps.c
        parked = func.count().filter(row.state == "parked")
        wanted = select(row.partner, parked, func.count().filter(row.state == "waiting"))
        wanted = wanted.where(row.state.in_(("parked", "waiting")), row.partner.is_not(None))
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.group_by(row.partner))).all()
        return {found[0]: (found[1], found[2]) for found in rows}


def endangered(soon: datetime) -> ColumnElement[bool]:
    """Whether a step is missed by then, or a legal deadline of its person or document is unmet by then."""
    step = job_steps.c
    due = (
        select(deadlines.c.job_id)
        .where(
            deadlines.c.job_id == step.job_id,
            case((deadlines.c.met_at.is_(None), 1), else_=0) == 1,  # by the job: its few, not all that are unmet
            deadlines.c.due_at < soon,
            deadlines.c.item == step.item,
        )
        .correlate(job_steps)
        .exists()
    )
    return and_(step.decide_by.is_not(None), step.decide_by < soon) | due


def grouped(now: datetime) -> Select[Any]:
    """One statement: the parked steps through their index, each looking its deadlines up by key."""
    step, at_risk = job_steps.c, endangered(now + SOON)
    in_danger = func.count().filter(at_risk).label("endangered")  # sorted by its name: counted once, not twice
    count = func.count().label("count")
    decider = func.coalesce(step.decided_by, OPS)
    return (
        select(
            step.partner,
            func.coalesce(step.error_type, "").label("error_type"),
            count,
            func.count(step.job_id.distinct()).label("jobs"),
            func.aggregate_strings(step.service, ",").label("services"),
            func.aggregate_strings(decider, ",").label("decided_by"),
            func.count().filter(decider == OPS).label("for_ops"),
            func.min(step.parked_since_at, type_=UtcDateTime).label("since_at"),
            func.max(step.parked_since_at, type_=UtcDateTime).label("latest_at"),
            func.min(step.decide_by, type_=UtcDateTime).label("decide_by"),
            in_danger,
            func.max(partner_states.c.last_success_at, type_=UtcDateTime).label("last_success_at"),
            func.max(partner_states.c.last_failure_at, type_=UtcDateTime).label("last_failure_at"),
            func.max(partner_states.c.last_failure).label("last_failure"),
        )
        .select_from(job_steps.outerjoin(partner_states, partner_states.c.partner == step.partner))
        .where(step.state == "parked")
        .group_by(step.partner, step.error_type)
        .order_by(in_danger.desc(), count.desc(), step.partner, step.error_type)
    )


def _words(services: str) -> tuple[str, ...]:
    return tuple(sorted(set(services.split(","))))
