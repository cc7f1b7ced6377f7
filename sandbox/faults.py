"""Misbehaviour on demand: which faults strike a call, and how often."""

import json
import random
from typing import Literal

from pydantic import BaseModel, ConfigDict

from .store import Json, Store

FaultKind = Literal[
    "delay",
    "409",
    "422",
    "500",
    "503",
    "cut",
    "execute_then_fail",
    "duplicate_webhook",
    "late_webhook",
    "expire_hold",
]
ENDING = frozenset({"409", "422", "500", "503", "cut", "execute_then_fail"})
OF_CALLS = ENDING | {"delay", "expire_hold"}
OF_WEBHOOKS = frozenset({"duplicate_webhook", "late_webhook"})


class Fault(BaseModel):
    """One way in which a partner misbehaves, until it has struck `times` times."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    partner: str
    operation: str = "*"
    fault: FaultKind
    times: int | None = None
    seconds: float = 1.0
    retry_after: int | None = None
    detail: str | None = None
    answer: Literal["504", "cut"] = "504"
    probability: float = 1.0
    seed: int = 0
    about: str | None = None
    """Only calls whose address or idempotency key speaks of this, such as one job's id."""


def add(store: Store, fault: Fault) -> int:
    """Arrange a fault; its number."""
    done = store.db.execute(
        "INSERT INTO faults (partner, operation, fault, times, data) VALUES (?, ?, ?, ?, ?)",
        (fault.partner, fault.operation, fault.fault, fault.times, fault.model_dump_json()),
    )
    return int(done.lastrowid or 0)


def listed(store: Store) -> list[Json]:
    """The faults still waiting to strike; `times` is what is left of them."""
    rows = store.rows("SELECT * FROM faults WHERE times IS NULL OR times > 0 ORDER BY id")
    return [json.loads(row["data"]) | {"id": row["id"], "times": row["times"]} for row in rows]


def remove(store: Store, number: int | None = None) -> int:
    """Lift one fault, or all of them."""
    done = store.db.execute("DELETE FROM faults WHERE ?1 IS NULL OR id = ?1", (number,))
    return done.rowcount


def struck(
    store: Store, partner: str, operation: str, kinds: frozenset[str], about: str | None = None
) -> list[Fault]:
    """The faults that strike now; at most one of them ends the call, in order of arrangement.

    `about` is what the call speaks of: a fault that is about something else does not see it.
    """
    found: list[Fault] = []
    for row in store.rows(
        "SELECT * FROM faults WHERE partner IN (?, '*') AND operation IN (?, '*') "
        "AND (times IS NULL OR times > 0) ORDER BY id",
        partner,
        operation,
    ):
        ended = any(fault.fault in ENDING for fault in found)
        if row["fault"] not in kinds or (ended and row["fault"] in ENDING):
            continue
        fault = Fault.model_validate_json(row["data"])
        if fault.about is not None and fault.about not in (about or ""):
            continue
        strikes = random.Random(f"{fault.seed}:{row['seen']}").random() < fault.probability
        store.db.execute("UPDATE faults SET seen = seen + 1, times = times - ? WHERE id = ?", (strikes, row["id"]))
        if strikes:
            found.append(fault)
    return found
