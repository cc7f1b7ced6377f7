"""What lawyer and bailiff have in common: a dossier that moves on by itself, step after dated step."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from . import clock
from .desk import Visit
from .problems import ProblemResponse
from .store import Json, new_id
from .wire import Cents, Message, eur

DOSSIER = "dossier"
Step = Json
INNER = ("steps", "later", "suspended_at", "iban", "structured_communication", "documents")
INNER_STEP = ("pays_eur",)
ENDS = frozenset({"paid", "contested", "unpaid", "dismissed", "insolvent", "nothing_found", "withdrawn"})
"""After these nothing more happens; a title (`enforceable`) stays there until it is used or taken back."""


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
    route: Literal[
        "administrative_recovery", "amicable", "court", "european_order", "enforcement", "insolvency"
    ] = "administrative_recovery"
    mandate: str | None = None
    title: str | None = None
    """The enforceable title, when it is carried out."""
    creditor: Json
    debtor: Json
    claim: DossierClaim
    iban: str | None = None
    structured_communication: str | None = None
    documents: list[Json] = []


class PlanAnswer(Message):
    """Whether the creditor agrees to the instalments the debtor asks for."""

    agreed: bool


class NewBalance(Message):
    """What is still owed of the principal, because money came straight to the creditor or a note took it off."""

    principal_eur: Cents


def step(status: str, at: datetime, **more: object) -> Step:
    """One dated step of a dossier."""
    return {"status": status, "at": clock.text(at), **more}


def open_dossier(call: Visit, body: DossierRequest, steps: list[Step], extra: Json) -> Json:
    """Take a dossier and tell of each of its steps when its day has come."""
    id = new_id("do")
    dossier = body.model_dump(mode="json") | {
        "dossier_id": id,
        "documents": [one.get("name") for one in body.documents],
        "steps": steps,
        "later": [],
        "suspended_at": None,
        **extra,
    }
    call.effect("dossier", id, body.reference)
    return _kept(call, dossier)


def dossier_status(call: Visit, dossier: Json) -> Json:
    """Where the dossier stands now."""
    past = _past(call, dossier) or dossier["steps"][:1]
    shown = {name: value for name, value in dossier.items() if name not in INNER}
    accepted = any(one["status"] == "accepted" for one in past)
    mandate = dossier["mandate"] if accepted or call.partner == "bailiff" else None
    history = [{name: value for name, value in one.items() if name not in INNER_STEP} for one in past]
    told = {name: one[name] for one in past for name in ("plan", "title", "reason") if name in one}
    return shown | {"status": past[-1]["status"], "history": history, "mandate": mandate, **told}


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
    status = _status(call, dossier)
    if status in ENDS - {"withdrawn"}:
        raise ProblemResponse("wrong-state", f"the dossier is {status}")
    if status == "withdrawn":
        return dossier_status(call, dossier)
    call.effect("withdrawal", id, dossier["reference"])
    return _goes_on(call, dossier, [step("withdrawn", call.now)])


def suspend(call: Visit, id: str) -> Json:
    """Do nothing more until told to go on: the debt is disputed. Done twice it is suspended once."""
    dossier = call.must(DOSSIER, id)
    status = _status(call, dossier)
    if status in ENDS:
        raise ProblemResponse("wrong-state", f"the dossier is {status}")
    if dossier["suspended_at"]:
        return dossier_status(call, dossier)
    call.effect("suspension", id, dossier["reference"])
    dossier |= {"suspended_at": clock.text(call.now), "later": _ahead(call, dossier)}
    return _goes_on(call, dossier, [step("suspended", call.now)])


def resume(call: Visit, id: str) -> Json:
    """Go on where it was suspended; everything comes that much later."""
    dossier = call.must(DOSSIER, id)
    if not dossier["suspended_at"]:
        return dossier_status(call, dossier)
    if (status := _status(call, dossier)) in ENDS:
        raise ProblemResponse("wrong-state", f"the dossier is {status}")
    lost = call.now - clock.instant(dossier["suspended_at"])
    later = [one | {"at": clock.text(clock.instant(one["at"]) + lost)} for one in dossier["later"]]
    call.effect("resumption", id, dossier["reference"])
    dossier |= {"suspended_at": None, "later": []}
    return _goes_on(call, dossier, [step("resumed", call.now), *later])


def answer_plan(call: Visit, id: str, body: PlanAnswer, agreed: list[Step]) -> Json:
    """Agree to the instalments that were asked for, or not; `agreed` are the steps that then follow."""
    dossier = call.must(DOSSIER, id)
    past = _past(call, dossier)
    answered = [one["status"] for one in past if one["status"] in ("plan_agreed", "plan_refused")]
    if answered == ["plan_agreed" if body.agreed else "plan_refused"]:
        return dossier_status(call, dossier)
    if answered or _status(call, dossier) != "plan_asked":
        raise ProblemResponse("wrong-state", "no plan is asked for")
    call.effect("plan" if body.agreed else "no_plan", id, dossier["reference"])
    if body.agreed:
        return _goes_on(call, dossier, [step("plan_agreed", call.now), *agreed])
    return _goes_on(call, dossier, [step("plan_refused", call.now), *_ahead(call, dossier)])


def lower(call: Visit, id: str, body: NewBalance) -> Json:
    """Less is owed: whatever the debtor would still have paid goes down with it, the last part first."""
    dossier = call.must(DOSSIER, id)
    if (status := _status(call, dossier)) in ENDS:
        raise ProblemResponse("wrong-state", f"the dossier is {status}")
    before = Decimal(dossier["claim"]["principal_eur"])
    if body.principal_eur > before:
        raise ProblemResponse("refused", "a dossier is not made larger; open another one")
    left = before - body.principal_eur
    for one in reversed([*dossier["steps"], *dossier["later"]]):
        if one.get("pays_eur") and one["at"] > clock.text(call.now):
            less = min(left, Decimal(one["pays_eur"]))
            one["pays_eur"], left = eur(Decimal(one["pays_eur"]) - less), left - less
    dossier["claim"] = dossier["claim"] | {"principal_eur": eur(body.principal_eur)}
    return _goes_on(call, dossier, _ahead(call, dossier))


def _status(call: Visit, dossier: Json) -> str:
    return str(dossier_status(call, dossier)["status"])


def _past(call: Visit, dossier: Json) -> list[Step]:
    return [one for one in dossier["steps"] if one["at"] <= clock.text(call.now)]


def _ahead(call: Visit, dossier: Json) -> list[Step]:
    return [one for one in dossier["steps"] if one["at"] > clock.text(call.now)]


def _goes_on(call: Visit, dossier: Json, steps: list[Step]) -> Json:
    """From now on it goes otherwise: what was still to come is forgotten."""
    past = _past(call, dossier)
    for n in range(len(past), len(dossier["steps"])):
        call.store.drop("bank", "promise", f"{dossier['dossier_id']}-{n}")
    dossier["steps"] = [*past, *steps]
    return _kept(call, dossier)


def _kept(call: Visit, dossier: Json) -> Json:
    """Keep it, tell of what is ahead when its day comes, and let the debtor pay on those days."""
    id = dossier["dossier_id"]
    call.store.put(call.partner, DOSSIER, id, dossier, reference=dossier["reference"])
    call.keep_quiet(id)
    for n, one in enumerate(dossier["steps"]):
        if one["at"] <= clock.text(call.now):
            continue
        call.notify(f"{call.partner}.status", id, one["status"], dossier["reference"], clock.instant(one["at"]))
        if Decimal(one.get("pays_eur") or 0) > 0:
            call.store.put("bank", "promise", f"{id}-{n}", _promise(call, dossier, f"{id}-{n}", one))
    return dossier_status(call, dossier)


def _promise(call: Visit, dossier: Json, id: str, one: Step) -> Json:
    """The debtor will pay straight to the creditor's account on the day of this step."""
    debtor = dossier["debtor"]
    return {
        "id": id,
        "on": str(clock.day_of(clock.instant(one["at"]))),
        "iban": dossier["iban"] or call.settings.cooperative_iban,
        "amount_eur": one["pays_eur"],
        "payer": str(debtor.get("email") or debtor.get("name") or "debtor"),
        "name": str(debtor.get("name") or ""),
        "reference": dossier["structured_communication"],
    }
