"""What is asked and answered about many steps at once: the filter, the wish, what was counted, where it stands."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from activities.catalog import services_of
from api.decisions.preview import Preview
from api.decisions.service import Reason
from api.jobs.schemas import Answered
from domain.bulk_replay import ItemState, ReplayKind, ReplayState
from domain.errors import Decider
from engine.settings import PARTNERS
from storage.jobs.step_selection import Chosen

Partner = Annotated[Literal[PARTNERS], Field(examples=["railway"])]  # type: ignore[valid-type]  # the settings' list
Service = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$", examples=["travel"])]


class ReplayFilter(BaseModel):
    """Which steps: at least one condition beside the state."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    state: Literal["parked", "done"] = "parked"
    """`parked` ones are tried again; `done` ones are done anew: rebooked, issued again, or put to the people who
    decide about what is signed."""
    service: Service | None = None
    partner: Partner | None = None
    error: Annotated[str, Field(max_length=80)] | None = None
    """The name of the refusal or failure."""
    decided_by: Decider | None = None
    """Who decides about the parked step."""
    since: AwareDatetime | None = None
    """Parked at or after this instant."""
    jobs: Annotated[list[Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,20}$")]], Field(max_length=1000)] = []
    member: Annotated[str, Field(max_length=40)] | None = None
    on: date | None = None
    """What was done serves this day: the trains of the twelfth."""
    rate: Annotated[str, Field(max_length=80)] | None = None
    """The job's quote rests on this rate."""

    def chosen(self) -> Chosen:
        """The same for the database; a done step is found by the services of its partner."""
        done = self.state == "done"
        services = [self.service] if self.service else []
        if done and self.partner and not services:
            services = list(services_of(self.partner))
        return Chosen(
            state=self.state,
            services=services,
            partner=None if done else self.partner,
            error_type=self.error,
            decided_by=self.decided_by,
            since_at=self.since,
            job_ids=self.jobs,
            member_id=self.member,
            on=self.on,
            rate_id=self.rate,
        )


class ReplayWish(ReplayFilter):
    """A selection, and how it is to run."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={
            "examples": [{"service": "travel", "partner": "railway", "reason": "The railway is back", "canary": 3}]
        },
    )

    reason: Reason | None = None
    """Why; needed to begin, not to count."""
    token: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")] | None = None
    """What was counted under this token is begun, exactly that; 409 when it is not so any more."""
    canary: Annotated[int, Field(ge=0, le=100)] = 3
    """So many first; if one of them does not succeed, the rest is not begun."""
    rate_per_minute: Annotated[int, Field(ge=0, le=6000)] = 0
    """So many a minute at most; 0 is as fast as they end."""
    at_once: Annotated[int, Field(ge=1, le=50)] = 10
    """So many under way at one partner at most."""
    safe: bool = False
    """Only where the partner shows no effect of the order."""


class Counted(Answered):
    """A selection, frozen; nothing was begun."""

    token: str
    replay_id: str
    kind: ReplayKind
    count: int
    jobs: int
    outcomes: dict[str, int]
    """What would be done, by what it takes: `done_now`, `reviewed`, `two_persons`, `paused_partner`."""
    services: dict[str, int]
    partners: dict[str, int]
    questions: int = 0
    """How many of the steps found ask people something: they are left out, each is answered by itself."""
    first: list[Preview]
    """The first few as they would be tried, after a look at the partner."""
    valid_until: datetime


class ReplayTold(Answered):
    """One bulk replay and where it stands."""

    replay_id: str
    kind: ReplayKind
    state: ReplayState
    wanted: dict[str, object]
    count: int
    by: str
    reason: str
    canary: int
    rate_per_minute: int
    at_once: int
    safe: bool
    by_itself: bool
    started_at: datetime | None = None
    ended_at: datetime | None = None
    why: str = ""
    """Why it was stopped."""
    outcomes: dict[ItemState, int] = {}
    bad: str | None = None
    """The first outcome that is not a success."""
