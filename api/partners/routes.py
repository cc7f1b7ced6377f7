"""The partners as ops see them: how each is, its switch, and what waits for it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from api.container import Container, Home
from api.decisions.service import Reason
from api.errors import Wrong, responses
from api.jobs.schemas import Answered
from api.ports.process import ProcessUnreachable
from api.security.permissions import Asker, may
from engine.settings import PARTNERS
from storage.execution.partner_states import PartnerState
from storage.execution.partner_switches import PartnerSwitch, SwitchState
from storage.jobs.incidents import Incident
from storage.security.audit import AuditEntry

router = APIRouter(prefix="/api/ops", tags=["ops"])

Decides = Annotated[Asker, Depends(may("decide"))]
Sees = Annotated[Asker, Depends(may("see_parked"))]
Name = Annotated[str, Path(pattern=r"^[a-z-]{1,40}$", examples=["railway"])]
WHO = ("signed-out", "not-allowed")


class PartnerTold(Answered):
    """One partner: its last signs, and its switch."""

    partner: str
    simulated: bool
    health: PartnerState
    failing: bool
    """Whether the last thing heard was a failure."""
    switch: PartnerSwitch
    parked: int
    """Steps parked because of it."""
    waiting: int
    """Steps that wait until its calls go on."""


class IncidentList(Answered):
    """What is parked, grouped by partner and reason, the most endangered first."""

    incidents: list[Incident]


class PauseGiven(BaseModel):
    """Why the calls to a partner are paused."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "They book every order twice"}]}
    )

    reason: Reason


class ResumeGiven(PauseGiven):
    """Why, and how fast, they go on."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"reason": "They are back", "rate_per_minute": 30}]},
    )

    rate_per_minute: Annotated[int, Field(ge=1, le=6000)] = 30
    """So many orders a minute, until nothing waits any more."""


class ByItselfGiven(PauseGiven):
    """Whether parked steps are replayed as soon as the partner answers again."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "It is away every night", "on": True}]}
    )

    on: bool


async def partners_told(home: Container) -> list[PartnerTold]:
    """Every partner this installation speaks to."""
    states = {state.partner: state for state in await home.partner_states.all()}
    switches = {switch.partner: switch for switch in await home.switches.all()}
    counts = await home.incidents.by_partner()
    return [
        PartnerTold(
            partner=name,
            simulated=home.settings.is_sandbox(name),
            health=states.get(name, PartnerState(partner=name)),
            failing=name in states and states[name].failing,
            switch=switches.get(name, PartnerSwitch(partner=name)),
            parked=counts.get(name, (0, 0))[0],
            waiting=counts.get(name, (0, 0))[1],
        )
        for name in PARTNERS
    ]


async def turn(
    home: Container, asker: Asker, partner: str, reason: str, state: SwitchState, rate: int | None = None
) -> PartnerSwitch:
    """Pause the calls to a partner, or let them go on; who and why is in the audit."""
    known = await _switch(home, partner)
    wanted = PartnerSwitch(
        partner=partner,
        state=state,
        rate_per_minute=rate,
        replay_by_itself=known.replay_by_itself,
        by=asker.person_id,
        reason=reason,
        since_at=home.now(),
    )
    return await _turned(home, asker, wanted, "partner.pause" if state == "paused" else "partner.resume")


async def replay_by_itself(home: Container, asker: Asker, partner: str, reason: str, on: bool) -> PartnerSwitch:
    """Whether what is parked is replayed as soon as the partner answers again."""
    known = await _switch(home, partner)
    changes = {"replay_by_itself": on, "by": asker.person_id, "reason": reason, "since_at": home.now()}
    return await _turned(
        home, asker, known.model_copy(update=changes), f"partner.by_itself.{'on' if on else 'off'}"
    )


async def _switch(home: Container, partner: str) -> PartnerSwitch:
    if partner not in PARTNERS:
        raise Wrong("not-found", f"there is no partner {partner}: {', '.join(PARTNERS)}")
    return await home.switches.of(partner)


async def _turned(home: Container, asker: Asker, wanted: PartnerSwitch, what: str) -> PartnerSwitch:
    rate = f", {wanted.rate_per_minute} a minute" if wanted.rate_per_minute else ""
    line = AuditEntry(
        at=home.now(),
        who=asker.person_id,
        role=asker.role,
        what=what,
        why=f"{wanted.partner}{rate}: {wanted.reason}",
    )
    await home.switches.turn(wanted, line)
    if wanted.state != "paused":
        try:
            await home.process.watch_partner(wanted.partner)
        except ProcessUnreachable:
            return wanted  # whoever waits looks by itself now and then
    return wanted


@router.get("/partners", responses=responses(*WHO))
async def show_partners(home: Home, _: Sees) -> list[PartnerTold]:
    """How each partner is, and its switch."""
    return await partners_told(home)


@router.post("/partners/{partner}/pause", responses=responses(*WHO, "not-found"))
async def pause(home: Home, asker: Decides, partner: Name, given: PauseGiven) -> PartnerSwitch:
    """Call this partner no more, from this second on; its steps wait."""
    return await turn(home, asker, partner, given.reason, "paused")


@router.post("/partners/{partner}/resume", responses=responses(*WHO, "not-found"))
async def resume(home: Home, asker: Decides, partner: Name, given: ResumeGiven) -> PartnerSwitch:
    """Let the calls go on, so many orders a minute until nothing waits."""
    return await turn(home, asker, partner, given.reason, "resuming", given.rate_per_minute)


@router.post("/partners/{partner}/by-itself", responses=responses(*WHO, "not-found"))
async def by_itself(home: Home, asker: Decides, partner: Name, given: ByItselfGiven) -> PartnerSwitch:
    """Replay what is parked by itself, as soon as the partner answers again; or do not."""
    return await replay_by_itself(home, asker, partner, given.reason, given.on)


@router.get("/incidents", responses=responses(*WHO))
async def show_incidents(home: Home, _: Sees) -> IncidentList:
    """What went wrong, told once: parked steps by partner and reason."""
    return IncidentList(incidents=await home.incidents.all(home.now()))
