"""Who the simulated people are and how each behaves; strangers behave sensibly."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from .store import Json, Store

Role = Literal["client", "collaborator", "member", "finance"]
AFTER_HOURS = {"client": 3.0, "collaborator": 2.0, "member": 2.0, "finance": 1.0}


class SimulatedPerson(BaseModel):
    """How somebody behaves; what is left out follows from the role."""

    model_config = ConfigDict(extra="forbid")

    email: str
    role: Role | None = None
    behaviour: Literal["answers", "refuses", "asks_for_changes", "silent"] = "answers"
    after_hours: float | None = None
    pays_after_days: int | None = 0
    participant: str | None = None
    reason: str = "This does not suit us as it is."
    on_lawyer: Literal["silent", "pays", "contests", "asks_plan", "insolvent"] = "silent"
    on_summons: Literal["pays", "contests", "silent", "asks_plan", "insolvent"] = "pays"
    on_court: Literal["silent", "pays", "contests", "dismissed", "insolvent"] = "silent"
    on_seizure: Literal["nothing", "pays", "insolvent"] = "nothing"
    keeps_plan: bool = True
    dividend_percent: int = 0
    """What a receiver pays of every hundred euros claimed."""
    given_name: str | None = None
    family_name: str | None = None
    birth_date: str | None = None
    language: Literal["fr", "nl", "en"] | None = None


def remember(store: Store, told: SimulatedPerson) -> None:
    """Say how somebody behaves."""
    email = told.email.lower()
    store.put("people", "person", email, told.model_dump(mode="json") | {"email": email}, topic=told.participant)


def person(store: Store, email: str) -> Json:
    """How somebody behaves, known or not."""
    known = store.get("people", "person", email.lower())
    return known or SimulatedPerson(email=email.lower()).model_dump(mode="json")


def behind(store: Store, participant: str, email: str | None) -> str:
    """The address of whoever receives Peppol documents there; else the participant is its own name."""
    if email:
        return email.lower()
    known = store.find("people", "person", topic=participant)
    return str(known[0]["email"]) if known else f"{participant.replace(':', '-')}@peppol.example"


def waits_hours(known: Json, role: str) -> float:
    """How long somebody takes to answer."""
    told = known["after_hours"]
    return float(told) if told is not None else AFTER_HOURS[known["role"] or role]
