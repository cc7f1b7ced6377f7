"""The rules about what happened notice when they are broken on purpose."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from allin.lives import claiming
from allin.lives.seen import TABLES, Kept, Seen

AT = datetime(2026, 6, 30, 8, tzinfo=UTC)
JOB = "7K3QZ9A1BC"
CLAIM = {
    "job_id": JOB,
    "item": "damage-1",
    "kind": "damage",
    "number": "INC-2026-000001",
    "loss_eur": Decimal("1450.00"),
    "granted_eur": Decimal("1305.00"),
    "ended_at": AT,
}
STEP = {"job_id": JOB, "step": "insurance:damage-1-report", "state": "done", "file": {}}


def postings(paid: str = "1305.00", borne: str = "145.00") -> list[dict[str, Any]]:
    amounts = (("loss/1", "1450.00"), ("paid/x1", f"-{paid}"), ("borne/1", f"-{borne}"))
    return [
        {"entry_key": f"{JOB}/claim/damage-1/{what}", "account": "claims", "amount_eur": Decimal(amount)}
        for what, amount in amounts
    ]


GOOD: dict[str, list[dict[str, Any]]] = {
    "insurance_claims": [CLAIM],
    "job_steps": [STEP],
    "ledger_postings": postings(),
    "ledger_entries": [{"key": one["entry_key"]} for one in postings()],
}
THERE = {
    "reference": f"{JOB}/insurance/damage-1-outcome/1",
    "kind": "damage",
    "number": "INC-2026-000001",
    "status": "settled",
    "loss_eur": "1450.00",
    "granted_eur": "1305.00",
    "pays_person": False,
}
LINE = {"on": "2026-05-20", "amount_eur": "1305.00", "text": "claim INC-2026-000001"}


def found(there: dict[str, Any] | None = None, line: dict[str, Any] | None = None, **tables: Any) -> list[str]:
    kept = Kept(incidents=[THERE | (there or {})], bank_lines=[LINE | (line or {})])
    told = {table.name: (GOOD | tables).get(table.name, []) for table in TABLES}
    return [finding.said for rule in claiming.RULES for finding in rule(Seen(AT, told, kept=kept))]


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "never claimed": ({"there": {"reference": "K/insurance/theft-1-outcome/1"}}, "that we never claimed"),
    "another number": ({"there": {"number": "INC-2026-000009"}}, "another number than the insurer says"),
    "another loss": ({"there": {"loss_eur": "1451.00"}}, "another amount than the insurer was told"),
    "another decision": ({"there": {"granted_eur": "1300.00"}}, "the insurer decided another amount"),
    "nobody bears the rest": ({"ledger_postings": postings(borne="100.00")}, "45.00 that nobody bears"),
    "money not booked": ({"line": {"amount_eur": "1400.00"}}, "the insurer paid 1400.00 for damage-1"),
    "over without a number": ({"insurance_claims": [CLAIM | {"number": None}]}, "has no number of the insurer's"),
    "money of no claim": ({"insurance_claims": [CLAIM | {"item": "damage-2"}]}, "stand apart for no claim"),
}


def test_what_agrees_is_found_in_order() -> None:
    assert found() == []


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_what_does_not_agree_is_noticed(name: str) -> None:
    how, said = BROKEN[name]
    postings_of = how | ({"ledger_postings": postings(borne="100.00")} if name == "money of no claim" else {})
    assert any(said in one for one in found(**postings_of)), found(**postings_of)
