"""What must hold about what happened on jobs: our claim, the insurer's record, the bank and the books agree."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from allin.lives.seen import Finding, Row, Seen
from domain.incident_claims import reference_of
from domain.ledger import Account
from domain.money import ZERO
from storage.jobs.tables import job_steps
from storage.money.ledger import ledger_entries, ledger_postings
from storage.services.insurance_claims import CANCELLATION, insurance_claims

BOOKED_WITHIN = timedelta(days=5)
"""Until a movement at the bank stands on a statement and in our books, over a long weekend."""


def the_insurer_has_what_we_claimed(seen: Seen) -> Iterator[Finding]:
    """Each report at the insurer is one claim of ours, with the same number, loss and decision."""
    if seen.kept is None:
        return
    ours = {reference_of(row["job_id"], row["item"]): row for row in _claims(seen)}
    for there in seen.kept.incidents:
        row = ours.pop(there["reference"], None)
        if row is None:
            yield Finding("claim", "-", f"the insurer has {there['kind']} that we never claimed")
            continue
        by_hand = _by_hand(seen, row)
        if row["number"] not in (None, there["number"]) and "report" not in by_hand:
            yield Finding("claim", row["job_id"], f"{row['item']} has another number than the insurer says")
        same = there["loss_eur"] is None or Decimal(there["loss_eur"]) == row["loss_eur"]
        if not same and "loss" not in by_hand and row["loss_eur"] is not None:
            yield Finding("claim", row["job_id"], f"{row['item']} costs another amount than the insurer was told")
        told = there["status"] == "settled" and row["granted_eur"] is not None and not there["pays_person"]
        if told and Decimal(there["granted_eur"]) != row["granted_eur"] and "outcome" not in by_hand:
            yield Finding("claim", row["job_id"], f"{row['item']}: the insurer decided another amount")
    for row in ours.values():
        if row["number"] is not None and "report" not in _by_hand(seen, row):
            yield Finding("claim", row["job_id"], f"{row['item']} is claimed, and the insurer has nothing")


def claims_have_their_money(seen: Seen) -> Iterator[Finding]:
    """What stands apart for a claim is its loss less what came in; nothing once it has ended."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in seen.of(ledger_postings):
        if row["account"] == Account.CLAIMS.value:
            sums["/".join(str(row["entry_key"]).split("/")[:3])] += row["amount_eur"]
    for row in _claims(seen):
        left = sums.pop(f"{row['job_id']}/claim/{row['item']}", ZERO)
        if row["ended_at"] is not None and left != ZERO:
            yield Finding("claim", row["job_id"], f"{row['item']} has ended with {left} that nobody bears")
    for key, left in sorted(sums.items()):
        if left != ZERO:
            yield Finding("claim", key.split("/")[0], f"{left} stand apart for no claim")


def what_an_insurer_paid_is_booked_once(seen: Seen) -> Iterator[Finding]:
    """Each movement at the bank that names a claim is in its books, once; nothing else is."""
    if seen.kept is None:
        return
    numbers = {row["number"]: row for row in seen.of(insurance_claims) if row["number"]}
    came: dict[str, Decimal] = defaultdict(Decimal)
    for line in seen.kept.bank_lines:
        number = str(line.get("text") or "").rpartition(" ")[2]
        if number in numbers and line["on"] <= str((seen.at - BOOKED_WITHIN).date()):
            came[number] += Decimal(line["amount_eur"])
    booked = _paid(seen)
    for number, amount in sorted(came.items()):
        row = numbers[number]
        if booked.get((row["job_id"], row["item"]), ZERO) < amount:
            yield Finding("claim", row["job_id"], f"the insurer paid {amount} for {row['item']}, booked is less")


def _paid(seen: Seen) -> dict[tuple[str, str], Decimal]:
    """What the books have as paid, by claim."""
    keys = {row["key"] for row in seen.of(ledger_entries) if "/claim/" in row["key"]}
    paid: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in seen.of(ledger_postings):
        parts = str(row["entry_key"]).split("/")
        if row["entry_key"] in keys and parts[3:4] == ["paid"] and row["account"] != Account.BANK.value:
            credited = row["account"] in (Account.CLAIMS.value, Account.RESULT.value)
            paid[parts[0], parts[2]] += -row["amount_eur"] if credited else ZERO
    return paid


def every_accident_is_reported_or_alarmed(seen: Seen) -> Iterator[Finding]:
    """What happened has a claim at work: none ends while the insurer was never told and nobody said so."""
    for row in _claims(seen):
        report = _step(seen, row, "report")
        if row["ended_at"] is not None and row["number"] is None and (report or {}).get("state") == "done":
            yield Finding("claim", row["job_id"], f"{row['item']} is over and has no number of the insurer's")


def _claims(seen: Seen) -> list[Row]:
    return [row for row in seen.of(insurance_claims) if row["kind"] != CANCELLATION]


def _step(seen: Seen, row: Row, stage: str) -> Row | None:
    name = f"insurance:{row['item']}-{stage}"
    return next((one for one in seen.of(job_steps, row["job_id"]) if one["step"] == name), None)


def _by_hand(seen: Seen, row: Row) -> frozenset[str]:
    """The steps of a claim that a person did."""
    stages = ("report", "loss", "outcome", "money", "bearer")
    return frozenset(one for one in stages if ((_step(seen, row, one) or {}).get("file") or {}).get("by_hand"))


RULES = (
    the_insurer_has_what_we_claimed,
    claims_have_their_money,
    what_an_insurer_paid_is_booked_once,
    every_accident_is_reported_or_alarmed,
)
