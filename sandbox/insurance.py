"""The insurer: a quote, a bound policy, a cancellation. An interface of our own."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from . import clock
from .desk import Call, Visit, partner_router
from .problems import ProblemResponse
from .store import Json, new_id
from .wire import Cents, Message, cents, eur, paper

router = partner_router("insurer")
QUOTE_VALID = timedelta(hours=24)
TAX = Decimal("0.0925")
"""Insurance premium tax as the simulated insurer charges it; the product must read it, not know it."""
COLLECTIVE = {"work_accident": "COL-WA", "liability": "COL-LI", "mobility": "COL-MO"}
MOST_INSURED_EUR = Decimal(250_000)
REPORT_WITHIN = timedelta(days=8)
"""From the day after what happened. Source for accidents at work: law of 10 April 1971, article 62."""
EEA = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO"


class QuoteRequest(Message):
    """A cover that is asked for."""

    cover: Literal["equipment", "abroad", "tour", "cancellation"]
    start_on: date
    end_on: date
    country: str = "BE"
    insured_value_eur: Cents = Decimal(0)
    persons: int = 1
    reference: str | None = None


class BindRequest(Message):
    """A quote that is taken."""

    quote_id: str
    reference: str | None = None
    insured: str | None = None


@router.get("/collective-covers")
async def collective_covers(from_on: date, until_on: date, call: Call, country: str = "BE") -> Json:
    """The cooperative's standing covers on these days, with their certificates."""
    covers = []
    for cover, prefix in COLLECTIVE.items():
        number = f"{prefix}-{from_on.year}"
        words = (f"Certificate {number} (simulated)", f"{cover}: {from_on} to {until_on}, {country}")
        covers.append(
            {
                "cover": cover,
                "policy_number": number,
                "in_force": country in EEA.split(),
                "countries": "EU",
                "certificate": paper(f"{cover}.pdf", *words),
            }
        )
    return {"covers": covers}


def _premium(asked: QuoteRequest) -> Decimal:
    """The simulated price list."""
    days = (asked.end_on - asked.start_on).days + 1
    if asked.cover == "equipment":
        return max(Decimal(15), asked.insured_value_eur * Decimal("0.0015") * days)
    if asked.cover == "cancellation":
        return asked.insured_value_eur * Decimal("0.025")
    return {"abroad": Decimal("3.20"), "tour": Decimal("4.50")}[asked.cover] * asked.persons * days


@router.post("/quotes")
async def create_quote(body: QuoteRequest, call: Call) -> Json:
    """What a cover costs."""
    if body.end_on < body.start_on:
        raise ProblemResponse("invalid-request", "end_on comes before start_on")
    if body.insured_value_eur > MOST_INSURED_EUR:
        raise ProblemResponse("refused", f"not above {eur(MOST_INSURED_EUR)}")
    if body.cover == "equipment" and body.country not in EEA.split():
        raise ProblemResponse("refused", f"equipment is not covered in {body.country}")
    premium = cents(_premium(body))
    tax = cents(premium * TAX)
    quote = body.model_dump(mode="json") | {
        "insured_value_eur": eur(body.insured_value_eur),
        "quote_id": new_id("qt"),
        "premium_eur": eur(premium),
        "tax_eur": eur(tax),
        "total_eur": eur(premium + tax),
        "expires_at": clock.text(call.held_until(QUOTE_VALID)),
        "conditions": "Simulated general conditions 2026/1",
    }
    call.store.put(call.partner, "quote", quote["quote_id"], quote, reference=body.reference)
    return quote


@router.post("/policies", status_code=201)
async def bind_policy(body: BindRequest, call: Call) -> Json:
    """Bind a policy: from now on the premium is owed."""
    quote = call.must("quote", body.quote_id)
    if call.passed(quote["expires_at"]):
        raise ProblemResponse("hold-expired", f"the quote was valid until {quote['expires_at']}")
    number = f"POL-{call.now.year}-{call.store.count(call.partner, 'policy') + 1:06d}"
    words = (f"{quote['cover']}: {quote['start_on']} to {quote['end_on']}", f"Total {quote['total_eur']} EUR")
    policy = quote | {
        "policy_id": new_id("po"),
        "policy_number": number,
        "status": "bound",
        "insured": body.insured,
        "reference": body.reference or quote["reference"],
        "bound_at": clock.text(call.now),
        "refund_eur": None,
        "certificate": paper(f"{number}.pdf", f"Certificate {number} (simulated)", *words),
    }
    call.store.put(call.partner, "policy", policy["policy_id"], policy, reference=policy["reference"])
    call.effect("policy", policy["policy_id"], policy["reference"])
    return policy


@router.get("/policies")
async def find_policies(reference: str, call: Call) -> Json:
    """The policies with our reference."""
    return {"policies": call.store.find(call.partner, "policy", reference=reference)}


@router.get("/policies/{id}")
async def get_policy(id: str, call: Call) -> Json:
    """One policy."""
    return call.must("policy", id)


@router.post("/policies/{id}/cancel")
async def cancel_policy(id: str, call: Call) -> Json:
    """Cancel: all back before the cover starts, nothing after; done twice it stays cancelled once."""
    policy = call.must("policy", id)
    if call.store.find(call.partner, "claim", topic=id):
        raise ProblemResponse("wrong-state", f"there is a claim on policy {policy['policy_number']}")
    if policy["status"] == "bound":
        _cancel(call, policy)
    return policy


def _cancel(call: Visit, policy: Json) -> None:
    before = clock.day_of(call.now) < date.fromisoformat(policy["start_on"])
    policy["status"] = "cancelled"
    policy["refund_eur"] = policy["total_eur"] if before else "0.00"
    call.store.put(call.partner, "policy", policy["policy_id"], policy)
    call.effect("policy_cancellation", policy["policy_id"], policy["reference"])
