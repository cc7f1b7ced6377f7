"""What lawyer and bailiff have in common: a dossier that moves on by itself, step after dated step."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from . import clock
from .desk import Visit
from .problems import ProblemResponse
from .store import Json, new_id
from .wire import Cents, Message

DOSSIER = "dossier"
Step = tuple[str, datetime]
INNER = ("steps", "withdrawn_at", "iban", "structured_communication", "documents")
ENDS = frozenset({"paid", "contested", "enforceable", "unpaid", "withdrawn"})


class DossierClaim(Message):
    """What is claimed, calculated on a day."""

    principal_eur: Cents
    interest_eur: Cents = Decimal("0.00")
    costs_eur: Cents = Decimal("0.00")
    due_on: str | None = None
    calculated_on: str | None = None

    def total(self) -> Decimal:
        """All of it."""
        return self.principal_eur + self.interest_eur + self.costs_eur


class DossierRequest(Message):
    """A debt that is handed over."""

    reference: str | None = None
    route: Literal["administrative_recovery", "amicable", "court"] = "administrative_recovery"
    mandate: str | None = None
    creditor: Json
    debtor: Json
    claim: DossierClaim
    iban: str | None = None
    structured_communication: str | None = None
    documents: list[Json] = []


def open_dossier(call: Visit, body: DossierRequest, steps: list[Step], extra: Json) -> Json:
    """Take a dossier and tell of each of its steps when its day has come."""
    id = new_id("do")
    dossier = body.model_dump(mode="json") | {
        "dossier_id": id,
        "documents": [one.get("name") for one in body.documents],
        "steps": [{"status": status, "at": clock.text(at)} for status, at in steps],
        "withdrawn_at": None,
        **extra,
    }
    call.store.put(call.partner, DOSSIER, id, dossier, reference=body.reference)
    call.effect("dossier", id, body.reference)
    for status, at in steps[1:]:
        call.notify(f"{call.partner}.status", id, status, body.reference, at)
    return dossier_status(call, dossier)


def dossier_status(call: Visit, dossier: Json) -> Json:
    """Where the dossier stands now."""
    until = min(clock.text(call.now), dossier["withdrawn_at"] or "9999")
    past = [step for step in dossier["steps"] if step["at"] <= until] or dossier["steps"][:1]
    if dossier["withdrawn_at"]:
        past.append({"status": "withdrawn", "at": dossier["withdrawn_at"]})
    shown = {name: value for name, value in dossier.items() if name not in INNER}
    accepted = any(step["status"] == "accepted" for step in past)
    mandate = dossier["mandate"] if accepted or call.partner == "bailiff" else None
    return shown | {"status": past[-1]["status"], "history": past, "mandate": mandate}


def found(call: Visit, reference: str) -> Json:
    """The dossiers with our reference."""
    return {
        "dossiers": [
            dossier_status(call, one) for one in call.store.find(call.partner, DOSSIER, reference=reference)
        ]
    }


def withdraw(call: Visit, id: str) -> Json:
    """Take a dossier back before its end; done twice it is withdrawn once."""
    dossier = call.must(DOSSIER, id)
    status = dossier_status(call, dossier)["status"]
    if status in ENDS - {"withdrawn"}:
        raise ProblemResponse("wrong-state", f"the dossier is {status}")
    if status != "withdrawn":
        dossier["withdrawn_at"] = clock.text(call.now)
        call.store.put(call.partner, DOSSIER, id, dossier)
        call.store.drop("bank", "promise", id)
        call.keep_quiet(id)
        call.effect("withdrawal", id, dossier["reference"])
    return dossier_status(call, dossier)
