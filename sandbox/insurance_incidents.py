"""What happened, put to the insurer: an accident, damage, a theft, somebody who did not come.

An interface of our own. Strict as a real one: the policy must be in force on that day and be for such a thing, a
theft needs the police's report, the loss is stated once, and money goes by transfer days after the decision.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from . import clock
from .desk import Call, Visit
from .insurance import COLLECTIVE, REPORT_WITHIN, router
from .insurance_claims import planned, promise
from .problems import ProblemResponse
from .store import Json, new_id
from .wire import Cents, Message, cents, eur

INCIDENT = "incident"
DECIDES_AFTER = timedelta(days=10)
EXCESS, LEAST_EXCESS = Decimal("0.10"), Decimal("100.00")
"""What stays with the insured in the simulated conditions: ten in a hundred, at least a hundred euros."""
FOR: dict[str, set[str]] = {
    "accident": {"work_accident"},
    "damage": {"equipment", "mobility", "liability", "abroad", "tour"},
    "theft": {"equipment", "mobility", "liability", "abroad", "tour"},
    "no_show": {"liability", "tour", "cancellation"},
}
Kind = Literal["accident", "damage", "theft", "no_show"]
HIDDEN = ("decides", "decides_at", "because", "pays_on")


class Evidence(Message):
    """One paper that goes with it."""

    name: str
    content_type: str
    content: str


class Reported(Message):
    """What happened, when and to whom."""

    reference: str
    kind: Kind
    policy_number: str
    happened_on: date
    description: str
    place: str = ""
    person_reference: str | None = None
    pay_to_iban: str
    evidence: tuple[Evidence, ...] = ()


class More(Message):
    """What was asked for."""

    documents: tuple[Evidence, ...]


class Loss(Message):
    """What it costs."""

    loss_eur: Cents


@router.post("/incidents", status_code=201)
async def report_incident(body: Reported, call: Call) -> Json:
    """Take a report under a policy that is in force and for such a thing; one reference is one incident."""
    cover, insured = _policy(call, body.policy_number, body.happened_on)
    if cover not in FOR[body.kind]:
        raise ProblemResponse("refused", f"policy {body.policy_number} is not for {body.kind}")
    if body.happened_on > clock.day_of(call.now):
        raise ProblemResponse("invalid-request", "happened_on is still to come")
    if not body.description.strip() or (body.kind == "accident" and not body.person_reference):
        raise ProblemResponse("invalid-request", "say what happened, and of an accident to whom")
    _account(body.pay_to_iban)
    if call.store.find(call.partner, INCIDENT, reference=body.reference):
        raise ProblemResponse("conflict", f"{body.reference} was reported already")
    incident = body.model_dump(mode="json", exclude={"evidence"}) | {
        "incident_id": new_id("in"),
        "number": f"INC-{call.now.year}-{call.store.count(call.partner, INCIDENT) + 1:06d}",
        "cover": cover,
        "insured_value_eur": insured,
        "status": "declared",
        "evidence": [one.name for one in body.evidence],
        "declared_at": clock.text(call.now),
        "reported_in_time": clock.day_of(call.now) <= body.happened_on + REPORT_WITHIN,
        "documents_asked": "",
        "loss_eur": None,
        "granted_eur": None,
        "excess_eur": None,
        "pays_person": body.kind == "accident",
        "asked_at": None,
        "refused_because": None,
    }
    if body.kind == "accident":
        _assess(call, incident)
    _keep(call, incident)
    call.effect("incident", incident["incident_id"], body.reference)
    return _told(incident)


@router.post("/incidents/{id}/loss")
async def state_incident_loss(id: str, body: Loss, call: Call) -> Json:
    """The loss, once; the same figure again changes nothing, another one is refused."""
    incident = call.must(INCIDENT, id)
    if body.loss_eur < 0 or incident["kind"] == "accident":
        raise ProblemResponse("invalid-request", "no loss is below zero, and none is stated of an accident")
    if incident["loss_eur"] is not None:
        if Decimal(incident["loss_eur"]) != body.loss_eur:
            raise ProblemResponse("conflict", f"the loss was stated as {incident['loss_eur']}")
        return _as_of_now(call, incident)
    incident["loss_eur"] = eur(body.loss_eur)
    _assess(call, incident)
    _keep(call, incident)
    call.effect("incident_loss", id, incident["reference"])
    return _told(incident)


@router.post("/incidents/{id}/documents")
async def add_documents(id: str, body: More, call: Call) -> Json:
    """What was asked for arrives; the insurer goes on."""
    incident = call.must(INCIDENT, id)
    if not body.documents or any(not one.content for one in body.documents):
        raise ProblemResponse("invalid-request", "there is nothing in it")
    if incident["status"] != "documents_asked":
        raise ProblemResponse("wrong-state", f"incident {incident['number']} is {incident['status']}")
    incident["evidence"] += [one.name for one in body.documents]
    incident["documents_asked"] = ""
    _assess(call, incident)
    _keep(call, incident)
    call.effect("incident_documents", id, incident["reference"])
    return _told(incident)


@router.get("/incidents")
async def find_incidents(reference: str, call: Call) -> Json:
    """The incidents with our reference."""
    found = call.store.find(call.partner, INCIDENT, reference=reference)
    return {"incidents": [_as_of_now(call, one) for one in found]}


@router.get("/incidents/{id}")
async def get_incident(id: str, call: Call) -> Json:
    """One incident."""
    return _as_of_now(call, call.must(INCIDENT, id))


def _policy(call: Visit, number: str, on: date) -> tuple[str, str | None]:
    """The cover of a policy in force on a day, and what it insures at most."""
    for cover, prefix in COLLECTIVE.items():
        if number == f"{prefix}-{on.year}":
            return cover, None
    bound = [one for one in call.store.find(call.partner, "policy") if one["policy_number"] == number]
    if not bound:
        raise ProblemResponse("refused", f"there is no policy {number}")
    policy = bound[0]
    if policy["status"] != "bound":
        raise ProblemResponse("wrong-state", f"policy {number} is {policy['status']}")
    if not policy["start_on"] <= str(on) <= policy["end_on"]:
        raise ProblemResponse("refused", f"policy {number} is not in force on {on}")
    return policy["cover"], policy["insured_value_eur"]


def _account(iban: str) -> None:
    try:
        IBAN(iban)
    except SchwiftyException:
        raise ProblemResponse("invalid-request", "pay_to_iban is no account") from None


def _assess(call: Visit, incident: Json) -> None:
    """From here it is the insurer's turn: it decides ten days later, or wants to see more first."""
    plan = planned(call)
    outcome = plan["outcome"] if plan else ("settled" if incident["reported_in_time"] else "refused")
    if incident["kind"] == "accident" and plan is None:
        outcome = "settled"  # whoever reports an accident late answers for it, not the one who had it
    robbed = incident["kind"] == "theft" and not any("police" in name.lower() for name in incident["evidence"])
    decides_at = call.now + DECIDES_AFTER
    if (robbed and not plan) or outcome == "asks_documents":
        what = "the report of the police" if robbed else (plan or {}).get("reason") or "photographs"
        incident |= {"status": "documents_asked", "documents_asked": what}
        call.notify("incident.documents_asked", incident["incident_id"], "documents_asked", incident["reference"])
        return
    incident |= {
        "status": "assessing",
        "asked_at": clock.text(call.now),
        "decides_at": clock.text(decides_at),
        "decides": outcome,
        "because": (plan or {}).get("reason") or "declared too late",
    }
    if outcome == "silent":
        return
    call.notify("incident.decided", incident["incident_id"], outcome, incident["reference"], decides_at)
    granted = Decimal(_outcome(incident)["granted_eur"])
    if outcome != "unpaid" and not incident["pays_person"]:
        promise(call, incident["number"], incident["pay_to_iban"], granted, decides_at)


def _as_of_now(call: Visit, incident: Json) -> Json:
    """The incident as it stands on the caller's day."""
    due = incident["status"] == "assessing" and call.passed(incident["decides_at"])
    if due and incident["decides"] != "silent":
        incident |= _outcome(incident)
        _keep(call, incident)
    return _told(incident)


def _outcome(incident: Json) -> Json:
    """What the insurer pays: the loss, at most what is insured, less the excess; of `part` half of that."""
    if incident["decides"] == "refused":
        return {"status": "refused", "granted_eur": "0.00", "refused_because": incident["because"]}
    loss, most = Decimal(incident["loss_eur"] or "0.00"), incident["insured_value_eur"]
    loss = min(loss, Decimal(most)) if most is not None else loss
    excess = min(loss, max(cents(loss * EXCESS), LEAST_EXCESS))
    granted = cents((loss - excess) / 2) if incident["decides"] == "part" else loss - excess
    return {"status": "settled", "excess_eur": eur(excess), "granted_eur": eur(granted)}


def _keep(call: Visit, incident: Json) -> None:
    call.store.put(call.partner, INCIDENT, incident["incident_id"], incident, reference=incident["reference"])


def _told(incident: Json) -> Json:
    """What the insurer lets be seen before it has decided."""
    return {name: value for name, value in incident.items() if name not in HIDDEN}
