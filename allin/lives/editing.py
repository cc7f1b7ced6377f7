"""How an edited replay changes a request, and what somebody who does a step by hand hands in."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any


def edited(told: Mapping[str, Any], factor: float) -> dict[str, Any]:
    """The request with its first editable number multiplied; unchanged when it has none.

    Where a loss needs a bearer, that is named: it is the one answer that closes the books. Where a person's yes is
    awaited (a bailiff, a write-off), the person says yes. Interest and costs that are left are waived.
    """
    request: dict[str, Any] = dict(told.get("request") or {})
    if "loss_borne_by" in told.get("editable", []) and not request.get("loss_borne_by"):
        return request | {"loss_borne_by": "community"}
    if "late_costs" in told.get("editable", []) and not request.get("late_costs"):
        return request | {"late_costs": "waive"}
    if "loss_eur" in told.get("editable", []) and request.get("loss_eur") is None:
        return request | {"loss_eur": f"{Decimal('450.00') * Decimal(str(factor)):.2f}", "paid_to": "Repairs BV"}
    if "incident_id" in request and "borne_by" in told.get("editable", []) and not request.get("borne_by"):
        return request | {"borne_by": "community"}
    if request.get("decided") is False and "decided" in told.get("editable", []):
        return request | {"decided": True}
    for name in told.get("editable", []):
        value = request.get(name)
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, int):
            return request | {name: max(1, int(value * factor))}
        try:
            return request | {name: f"{Decimal(str(value)) * Decimal(str(factor)):.2f}"}
        except InvalidOperation:
            continue
    return request


def claimed(told: Mapping[str, Any], amount_eur: str) -> dict[str, Any]:
    """What a person did of one step of a claim for something that happened."""
    stage = str(told["step"]).rpartition("-")[2]
    done: dict[str, dict[str, Any]] = {
        "report": {"claim_number": f"H-{told['job_id']}-{told['step'].rpartition(':')[2]}"},
        "loss": {"loss_eur": amount_eur},
        "outcome": {"granted_eur": amount_eur},
        "money": {"paid_eur": amount_eur},
        "bearer": {"borne_by": "sector"},
    }
    return done[stage]


PRICES = ("price_eur", "premium_eur", "cost_eur")


def by_hand(told: Mapping[str, Any], price_eur: str | None = None, on: date | None = None) -> dict[str, Any] | None:
    """The result as it is drafted, at a price or free; None where no result is asked for.

    A payment that was begun here is booked on the day `on`.
    """
    if on is not None and (back := given_back(told, price_eur, on)) is not None:
        return back
    if "incident_id" in (told.get("request") or {}):
        return claimed(told, price_eur or "300.00")
    begun: dict[str, Any] = told.get("booking") or {}
    draft: dict[str, Any] | None = told.get("result_draft")
    if on is not None and "transferred_eur" in begun:
        owed = begun.get("net_eur", begun.get("amount_eur"))
        return begun | {"booked_on": begun["booked_on"] or on.isoformat(), "transferred_eur": owed}
    if on is not None and not begun and draft is not None and "issued_on" in draft:
        number = f"H-{told['job_id']}-{told['step'].replace(':', '-')}"
        return draft | {
            "number": number,
            "issued_on": on.isoformat(),
            "due_on": max(draft["due_on"], on.isoformat()),
        }
    if draft is not None and "costs_eur" in draft:
        return draft | {"costs_eur": price_eur or "0.00", "borne_by": draft.get("borne_by") or "community"}
    if draft is None or "paid_how" not in draft:
        return None
    priced = [name for name in PRICES if name in draft]
    if price_eur is None or not priced:
        return draft | dict.fromkeys(priced, "0.00") | {"paid_how": "free"}
    return draft | {priced[0]: price_eur, "paid_how": "transfer", "paid_to": "Somebody else BV"}


def given_back(told: Mapping[str, Any], kept_eur: str | None, on: date) -> dict[str, Any] | None:
    """What is said of something given back, credited or ended by hand; None when nothing of the kind is asked."""
    asked = told.get("result_schema", {}).get("properties", {})
    draft: dict[str, Any] = told.get("result_draft") or {}
    if "kept_eur" in asked:
        booked = told.get("booking") or {}
        price = next((booked[name] for name in PRICES if booked.get(name)), "0.00")
        half = Decimal(str(price)) / 2 if kept_eur is not None else Decimal(0)
        return {"kept_eur": f"{half:.2f}"}
    if list(asked) == ["terminated_on"]:
        last = max(str(day["starts_at"])[:10] for day in told["request"]["days"])
        return {"terminated_on": min(on.isoformat(), last)}
    if "number" in asked and "due_on" not in asked:
        return draft | {
            "number": f"HC-{told['job_id']}-{told['step'].replace(':', '-')}",
            "issued_on": on.isoformat(),
        }
    return None
