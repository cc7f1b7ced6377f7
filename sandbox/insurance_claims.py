"""Claims on a bound cover: declared in time, the loss stated once, then decided. An interface of our own."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from . import clock
from .bank_ledger import BANK
from .desk import Call, Visit
from .insurance import router
from .problems import ProblemResponse
from .store import Json, new_id
from .wire import Cents, Message, cents, eur

CLAIM, PLANNED = "claim", "planned_claim"
DECLARE_WITHIN = timedelta(days=8)
"""From the day on which it was cancelled, as the simulated general conditions have it."""
DECIDES_AFTER, PAYS_AFTER = timedelta(days=10), timedelta(days=5)
EXCESS = Decimal("0.10")
"""The part of each loss that stays with the insured, in the simulated general conditions."""
OPEN = ("declared", "assessing")


class ClaimDeclared(Message):
    """A cancelled event, told to the insurer."""

    policy_id: str
    reference: str
    cancelled_on: date
    cause: str
    estimated_loss_eur: Cents = Decimal(0)
    pay_to_iban: str | None = None
    """Where the money goes; without it, it is settled in account."""


class LossStated(Message):
    """What it costs, now that everything is known."""

    loss_eur: Cents


@router.post("/claims", status_code=201)
async def declare_claim(body: ClaimDeclared, call: Call) -> Json:
    """Take a claim on a bound cover against cancellation; one policy pays for one event."""
    policy = call.must("policy", body.policy_id)
    if policy["cover"] != "cancellation":
        raise ProblemResponse("refused", f"policy {policy['policy_number']} does not cover a cancellation")
    if policy["status"] != "bound":
        raise ProblemResponse("wrong-state", f"policy {policy['policy_number']} is {policy['status']}")
    if call.store.find(call.partner, CLAIM, topic=body.policy_id):
        raise ProblemResponse("conflict", f"there is a claim on policy {policy['policy_number']} already")
    today = clock.day_of(call.now)
    if body.cancelled_on > today:
        raise ProblemResponse("invalid-request", "cancelled_on is still to come")
    if not body.cause.strip() or body.estimated_loss_eur < 0:
        raise ProblemResponse("invalid-request", "say the cause, and no loss below zero")
    claim = body.model_dump(mode="json") | {
        "claim_id": new_id("cl"),
        "claim_number": f"CLM-{call.now.year}-{call.store.count(call.partner, CLAIM) + 1:06d}",
        "status": "declared",
        "declared_at": clock.text(call.now),
        "declared_in_time": today <= body.cancelled_on + DECLARE_WITHIN,
        "loss_stated_at": None,
        "loss_eur": None,
        "excess_eur": None,
        "paid_eur": None,
        "refused_because": None,
    }
    call.store.put(call.partner, CLAIM, claim["claim_id"], claim, reference=body.reference, topic=body.policy_id)
    call.effect("claim", claim["claim_id"], body.reference)
    return claim


@router.post("/claims/{id}/loss")
async def state_loss(id: str, body: LossStated, call: Call) -> Json:
    """The final loss; the same figure again changes nothing, another one is refused."""
    claim = call.must(CLAIM, id)
    if body.loss_eur < 0:
        raise ProblemResponse("invalid-request", "no loss is below zero")
    if claim["loss_eur"] is not None:
        if Decimal(claim["loss_eur"]) != body.loss_eur:
            raise ProblemResponse("conflict", f"the loss was stated as {claim['loss_eur']}")
        return _as_of_now(call, claim)
    decides_at = call.now + DECIDES_AFTER
    plan = planned(call)
    outcome = plan["outcome"] if plan else ("settled" if claim["declared_in_time"] else "refused")
    claim |= {
        "status": "assessing",
        "loss_eur": eur(body.loss_eur),
        "loss_stated_at": clock.text(call.now),
        "decides_at": clock.text(decides_at),
        "decides": outcome,
        "because": (plan or {}).get("reason") or "declared too late",
    }
    call.store.put(call.partner, CLAIM, id, claim)
    call.effect("claim_loss", id, claim["reference"])
    if outcome not in ("silent", "refused", "unpaid") and claim["pay_to_iban"]:
        promise(
            call,
            claim["claim_number"],
            claim["pay_to_iban"],
            Decimal(_settled(call, claim)["paid_eur"]),
            decides_at,
        )
    if outcome != "silent":
        call.notify("claim.decided", id, outcome, claim["reference"], decides_at)
    return _told(claim)


@router.get("/claims")
async def find_claims(reference: str, call: Call) -> Json:
    """The claims with our reference."""
    return {"claims": [_as_of_now(call, one) for one in call.store.find(call.partner, CLAIM, reference=reference)]}


@router.get("/claims/{id}")
async def get_claim(id: str, call: Call) -> Json:
    """One claim."""
    return _as_of_now(call, call.must(CLAIM, id))


def _as_of_now(call: Visit, claim: Json) -> Json:
    """The claim as it stands on the caller's day: decided once its time has come, unless nobody answers."""
    due = claim["status"] == "assessing" and call.passed(claim["decides_at"])
    if due and claim["decides"] != "silent":
        claim |= _refused(claim) if claim["decides"] == "refused" else _settled(call, claim)
        call.store.put(call.partner, CLAIM, claim["claim_id"], claim)
    return _told(claim)


def _settled(call: Visit, claim: Json) -> Json:
    """What is paid: the loss, at most the insured value, less the excess."""
    loss = min(Decimal(claim["loss_eur"]), Decimal(call.must("policy", claim["policy_id"])["insured_value_eur"]))
    excess = cents(loss * EXCESS)
    return {"status": "settled", "excess_eur": eur(excess), "paid_eur": eur(loss - excess)}


def promise(call: Visit, number: str, iban: str, amount: Decimal, decides_at: datetime) -> None:
    """The transfer that follows a decision, under the claim's own number."""
    money = {
        "id": new_id("pr"),
        "on": str(clock.day_of(decides_at + PAYS_AFTER)),
        "iban": iban,
        "payer": "payments@insurer.example",
        "reference": f"claim {number}",
        "amount_eur": eur(amount),
    }
    if amount > 0:
        call.store.put(BANK, "promise", money["id"], money)


def _refused(claim: Json) -> Json:
    return {"status": "refused", "paid_eur": "0.00", "refused_because": claim["because"]}


def _told(claim: Json) -> Json:
    """What the insurer lets be seen before it has decided."""
    return {name: value for name, value in claim.items() if name not in ("decides", "decides_at", "because")}


def planned(call: Visit) -> Json | None:
    """What a tester arranged for the next claim."""
    for plan in call.store.find(call.partner, PLANNED):
        call.store.drop(call.partner, PLANNED, plan["id"])
        return plan
    return None
