"""What must hold whatever happened: each rule a pure function over everything that was seen."""

import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from importlib import import_module

import activities
import domain
from allin.lives import agreeing, claiming, collecting, money, partners
from allin.lives.seen import GRACE, Finding, Row, Seen
from domain.declaration import JobDeclaration
from domain.errors import AllInclusiveError
from domain.questions import ANSWERS
from domain.quote import quote
from storage.execution.events import job_events
from storage.execution.operations import operations
from storage.jobs.deadlines import deadlines
from storage.jobs.quotes import quotes
from storage.jobs.tables import job_steps, jobs
from storage.money.payment_tables import payments
from storage.money.statement_due import TOLD_BY_A_BANK
from storage.services.debt_collection import collections
from storage.services.prefinancing import fund_reservations

ENDED = frozenset({"closed", "written_off", "withdrawn", "refused"})
STILL_OPEN = frozenset({"waiting", "trying", "held", "parked"})
AWAITED = ("open", "disputed")
"""A collection that is under way."""
UNEXPECTED = "Something unexpected happened."

Rule = Callable[[Seen], Iterator[Finding]]


def ends_or_waits_for_somebody(seen: Seen) -> Iterator[Finding]:
    """A job has ended with nothing open, or something it waits for is named: a person, a date, money."""
    for job in seen.of(jobs):
        states = {row["step"]: row["state"] for row in seen.of(job_steps, job["job_id"])}
        if job["state"] in ENDED:
            for step, state in sorted(states.items()):
                if state in STILL_OPEN:
                    yield Finding("ends", job["job_id"], f"has ended {job['state']}, and {step} is {state}")
        elif not job["parked"] and job["next_at"] is None and not _awaits_money(seen, job["job_id"]):
            yield Finding("ends", job["job_id"], f"is {job['state']} and waits for nobody")


def _awaits_money(seen: Seen, job_id: str) -> bool:
    return any(row["state"] in AWAITED for row in seen.of(collections, job_id))


def nothing_unexpected(seen: Seen) -> Iterator[Finding]:
    """No step ever says that something unexpected happened."""
    for row in seen.of(job_steps):
        problem = row["file"].get("problem") or {}
        if problem.get("text") == UNEXPECTED:
            yield Finding("unexpected", row["job_id"], f"{row['step']}: {problem.get('type')}")
    expected = _refusals()
    lines = [row for row in seen.of(job_events) if row["kind"] == "step.parked"]
    told = {(row["job_id"], row["step"], row["params"].get("problem")) for row in lines}
    for job_id, step, problem in sorted(told, key=str):
        if problem not in expected:
            yield Finding("unexpected", job_id, f"{step}: {problem}")


FORESEEABLE = frozenset(
    {
        "AlreadyInTheBooks",
        "AmountsDoNotAddUp",
        "ClientAddressIncomplete",
        "ClientHasNoEmail",
        "ClientNotReachable",
        "ExpenseAboveRule",
        "ForeignVatDue",
        "NoRunningContract",
        "NothingLeftForPay",
        "NothingLeftToInvoice",
        "PrefinancingNeeded",
        "RateNotKnownYet",
    }
)
"""Refusals that hang on the declaration, the rules and our own tables alone."""


def nothing_the_quote_could_have_known(seen: Seen) -> Iterator[Finding]:
    """What a quote declares possible meets no refusal that the quote could have known."""
    lines = [row for row in seen.of(job_events) if row["kind"] == "step.parked"]
    told = {(row["job_id"], row["step"], row["params"].get("problem")) for row in lines}
    for job_id, step, problem in sorted(told, key=str):
        if problem == "RateNotKnownYet" and (str(step).startswith("debt_collection") or _provisional(seen, job_id)):
            continue  # called provisional, or interest of a half-year to come: entered when it is published
        if problem in FORESEEABLE:
            yield Finding("quote", job_id, f"{step}: {problem}")


def _provisional(seen: Seen, job_id: str) -> bool:
    """Whether the quote said that some figure rests on a rate nobody knows yet; of a moved job, its new quote."""
    job = next(row for row in seen.of(jobs) if row["job_id"] == job_id)
    kept = {row["quote_id"]: row["quote"] for row in seen.of(quotes)}.get(job["quote_id"], {})
    if not job["file"].get("moves"):
        return bool(kept.get("provisional"))
    return quote(JobDeclaration.model_validate(job["declaration"]), seen.at.date()).provisional


@cache
def _refusals() -> frozenset[str]:
    """The name of every "no" we know, and what the engine says when nobody answers."""
    for package in (domain, activities):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    found: set[str] = set()
    left: list[type[AllInclusiveError]] = [AllInclusiveError]
    while left:
        kind = left.pop()
        found.add(kind.__name__)
        left += kind.__subclasses__()
    return frozenset({*found, *ANSWERS, "NoAnswerInTime"})


def code_never_fails(seen: Seen) -> Iterator[Finding]:
    """No task of a process ever failed."""
    for workflow_id, times in sorted(seen.failures.items()):
        yield Finding("code", workflow_id, f"a task of its process failed {times} times")


def reservations_end(seen: Seen) -> Iterator[Finding]:
    """The fund holds nothing for a job that has ended."""
    ended = {job["job_id"] for job in seen.of(jobs) if job["state"] in ENDED}
    for row in seen.of(fund_reservations):
        if row["job_id"] in ended and row["state"] == "reserved":
            yield Finding("fund", row["job_id"], f"still reserves {row['reserved_eur']}")


def _job_of(key: str) -> str:
    return key.split("/")[0]


def one_effect_each(seen: Seen) -> Iterator[Finding]:
    """No partner did the same thing twice for one order and verb."""
    counted = Counter(
        (one["partner"], one["kind"], one["key"]) for one in seen.effects if one["key"] and one["kind"] not in MANY
    )
    for (partner, kind, key), times in sorted(counted.items()):
        if times > 1:
            yield Finding("twice", _job_of(key), f"{partner}: {kind} {times} times for {key}")


MANY = frozenset({"credit", "payment", "return", "recall", "payment_file", "signature"})
"""Effects of others, or of a batch: not counted by order."""
HOLDS = {"package": ("confirmation", "rollback", "cancellation"), "reservation": ("confirmation", "cancellation")}
HOLDS |= {"booking": ("fulfillment", "release", "refund")}


RUN_OUT, WAITS = ("ERROR", "expired", "EXPIRED"), ("PREBOOKED", "held", "PENDING")
"""What partners call a hold that ran out, and one that waits to be confirmed."""


def no_hold_is_left(seen: Seen) -> Iterator[Finding]:
    """Of a job that has ended, what partners held was taken or given back."""
    ended = {job["job_id"] for job in seen.of(jobs) if job["state"] in ENDED}
    after = {(one["partner"], one["kind"], one["subject"]) for one in seen.effects}
    lapsed = set(_lapsed(seen))
    for one in seen.effects:
        job_id = _job_of(one["key"] or "")
        if job_id not in ended or one["kind"] not in HOLDS or one["subject"] in lapsed:
            continue
        if not any((one["partner"], kind, one["subject"]) in after for kind in HOLDS[one["kind"]]):
            yield Finding("orphan", job_id, f"{one['partner']} still holds the {one['kind']} of {one['key']}")


def _lapsed(seen: Seen) -> Iterator[str]:
    """What was kept until an instant, and that nobody confirmed by then: the partner has let it go."""
    kept = seen.kept
    if kept is None:
        return
    held = [
        *(
            (one["id"], one["bookedOffers"][0]["admissions"][0]["status"], one["confirmationTimeLimit"])
            for one in kept.journeys
        ),
        *((one["reservation_id"], one["status"], one["expires_at"]) for one in kept.reservations),
        *((str(one["id"]), one["status"], one["rollbackExpires"]) for one in kept.packages),
    ]
    for id, status, until in held:
        if status in RUN_OUT or (status in WAITS and datetime.fromisoformat(until) < seen.at):
            yield id


def stories_are_whole(seen: Seen) -> Iterator[Finding]:
    """The lines of each story are counted without a gap."""
    for job_id in seen.job_ids:
        lines = sorted(row["seq"] for row in seen.of(job_events, job_id))
        if lines != list(range(1, len(lines) + 1)):
            yield Finding("story", job_id, "lines are missing in its story")


def decisions_are_told(seen: Seen) -> Iterator[Finding]:
    """Each decision that was taken stands in the story exactly once."""
    lines = [row for row in seen.of(job_events) if row["kind"].startswith("step.decided")]
    told = Counter(row["params"].get("operation") for row in lines)
    for row in seen.of(operations):
        if row["outcome"] == "taken" and told[row["operation_id"]] != 1:
            times = told[row["operation_id"]]
            yield Finding("decision", row["job_id"], f"{row['kind']} of {row['step']} is told {times} times")


def deadlines_are_answered(seen: Seen) -> Iterator[Finding]:
    """Every deadline is met, or alarmed by the watch when it has passed; an ended job has none that still comes,
    but the law's for an invoice that people gave up."""
    ended = {job["job_id"] for job in seen.of(jobs) if job["state"] in ENDED}
    given_up = {
        row["job_id"] for row in seen.of(job_steps) if (row["service"], row["state"]) == ("invoicing", "failed")
    }
    for row in seen.of(deadlines):
        about = row["job_id"] if row["item"] == "-" else f"{row['job_id']} {row['item']}"
        if row["met_at"] is not None or row["alarmed_at"] is not None:
            continue
        still_owed = row["kind"] == "invoice_issued" and row["job_id"] in given_up
        if row["job_id"] in ended and not still_owed:
            yield Finding("deadline", row["job_id"], f"{row['kind']} of {row['item']} is neither met nor alarmed")
        elif row["due_at"] < seen.at - GRACE and not _told_of(seen, row, f"{about} {row['kind']}"):
            yield Finding("deadline", row["job_id"], f"{row['kind']} of {row['item']} is late and nobody is told")


def _told_of(seen: Seen, row: Row, subject: str) -> bool:
    """Whether the watch alarms, or waits for the bank's statement, which alone can tell of a wage."""
    waits = row["kind"] in TOLD_BY_A_BANK and any(
        one["job_id"] == row["job_id"] and one["state"] in ("sent", "booked") for one in seen.of(payments)
    )
    return waits or f"deadline-missed {subject}" in seen.alarms


RULES: tuple[Rule, ...] = (
    ends_or_waits_for_somebody,
    nothing_unexpected,
    nothing_the_quote_could_have_known,
    code_never_fails,
    reservations_end,
    one_effect_each,
    no_hold_is_left,
    stories_are_whole,
    decisions_are_told,
    deadlines_are_answered,
    *money.RULES,
    *agreeing.RULES,
    *partners.RULES,
    *collecting.RULES,
    *claiming.RULES,
)


def unheld(seen: Seen) -> list[Finding]:
    """Everything that does not hold; empty when all is well."""
    return [finding for rule in RULES for finding in rule(seen)]
