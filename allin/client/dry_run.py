"""A dry run as a person reads it: what would be done in its order, what exists already, and how many must agree."""

from decimal import Decimal
from typing import Any

from domain.people import Language
from engine.words import money

OUTCOMES = {
    "adopt": "exists already: would be taken over, nothing is repeated",
    "repeat": "has not happened: would be done",
    "cannot": "cannot be done like this",
    "not_parked": "does not wait for a decision any more",
}


def lines(told: dict[str, Any], lang: Language) -> list[str]:
    """A preview, a line per thing."""
    head = f"{told['step']}: {told['kind']}"
    if told.get("operation"):
        head += f" -> {told['operation']}"
    found = [head, f"  {OUTCOMES.get(told['outcome'], told['outcome'])}{_because(told)}"]
    found.append(f"  key        {told['order_key']}{' (a new order)' if told['new_order'] else ''}")
    found += [f"  changes    {one['field']}: {one['old']} -> {one['new']}" for one in told["difference"]]
    found += [f"  gives back {key}, first" for key in told["releases"]]
    found += [f"  {_effect(one, lang)}" for one in told["effects"]]
    found += [
        f"  meets      {one['kind']} ({one['item']}), due {one['due_at']}: {one['basis']}"
        for one in told["deadlines"]
    ]
    found += [f"  later      {verb}" for verb in told["then"]]
    found.append(f"  takes      {told['rule']}: {told['rule_why']}")
    if told.get("claimed_by"):
        found.append(f"  careful    {told['claimed_by']} is busy with it")
    if not told["looked"]:
        found.append("  not looked: no partner was asked what exists already")
    return found


def _because(told: dict[str, Any]) -> str:
    return f" ({told['why']})" if told.get("why") else ""


def _effect(one: dict[str, Any], lang: Language) -> str:
    """`call       railway POST /bookings  pre-book, up to EUR 55.00  [key]`."""
    where = " ".join(part for part in (one.get("partner"), one.get("method"), one.get("address")) if part)
    amount = f", {money(lang, Decimal(str(one['amount_eur'])))}" if one.get("amount_eur") else ""
    kind = one["kind"] if one["changes_something"] else "asks"
    if one["exists"]:
        return f"{'exists':<10} {one['what']}: {one['reference']}"
    key = f"  [{one['key']}]" if one.get("key") else ""
    return f"{kind:<10} {where + ': ' if where else ''}{one['what']}{amount}{key}"
