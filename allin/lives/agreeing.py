"""What must hold between people and papers: every yes before what leans on it, and the same days everywhere."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from allin.lives.seen import Finding, Row, Seen
from domain.orders import crew_of, month_item, month_of
from domain.services.agreement import AgreementRequest
from storage.execution.events import job_events
from storage.jobs.deadlines import deadlines
from storage.jobs.tables import job_steps, jobs
from storage.money.payment_tables import payments
from storage.services.employment_contract import engagements

LEANS_ON_GO = frozenset(
    {
        "equipment.confirm",
        "travel.confirm",
        "van_rental.confirm",
        "workspace.confirm",
        "insurance.bind",
        "special_request.arrange",
        "employment_contract.sign",
        "wages.pay",
    }
)
"""What is bought, signed or paid: never before the client, the adviser and the fund said yes."""
OVER = frozenset({"closed", "written_off", "withdrawn", "refused"})
"""States in which nothing more is done for a job."""
AT_SHORT_NOTICE = frozenset({"employment_contract.sign"})
"""Signed first when the job starts soon; Go comes before it all the same."""


def nothing_before_go(seen: Seen) -> Iterator[Finding]:
    """Nothing is bought, signed or paid before the job is ready."""
    for job_id in seen.job_ids:
        lines = sorted(seen.of(job_events, job_id), key=lambda row: int(row["seq"]))
        ready = next((row["seq"] for row in lines if row["kind"] == "job.ready"), None)
        for row in lines:
            if row["kind"] in LEANS_ON_GO and (ready is None or row["seq"] < ready):
                yield Finding("yes", job_id, f"{row['kind']} of {row['step']} before everybody said yes")


def go_has_every_yes(seen: Seen) -> Iterator[Finding]:
    """A job is ready only with the client's yes, or a reason why it comes later, and every approval."""
    for job in seen.of(jobs):
        lines = sorted(seen.of(job_events, job["job_id"]), key=lambda row: int(row["seq"]))
        ready = next((row["seq"] for row in lines if row["kind"] == "job.ready"), None)
        if ready is None:
            continue
        for rule, approval in job["file"].get("approvals", {}).items():
            if not approval.get("granted"):
                yield Finding("yes", job["job_id"], f"is ready without the adviser's yes to {rule}")
        if not job["plan"].get("agreement") or job["plan"].get("short_notice"):
            continue
        told = {row["kind"] for row in lines if row["seq"] < ready and row["step"] == "agreement"}
        if not told & {"agreement.accept", "step.decided.by_hand", "step.decided.skip"}:
            yield Finding("yes", job["job_id"], "is ready without the client's yes")


def the_yes_is_about_what_is_in_force(seen: Seen) -> Iterator[Finding]:
    """What the client said yes to is what the job is now; while a move waits for its yes nothing is said."""
    asked = {row["job_id"]: row for row in seen.of(job_steps) if row["step"] == "agreement"}
    for job in seen.of(jobs):
        row, wanted = asked.get(job["job_id"]), job["plan"].get("agreement")
        if not wanted or row is None or row["state"] != "done" or job["file"].get("proposal"):
            continue
        said = AgreementRequest.model_validate(row["file"]["request"])
        now = AgreementRequest.model_validate(wanted)
        if now.asks_anew(said):
            told = f"to {said.total_eur} from {said.starts_at:%d %B %H:%M}"
            yield Finding("yes", job["job_id"], f"the client said yes {told}, in force is another order")


def signed_days_are_worked_days(seen: Seen) -> Iterator[Finding]:
    """The register of engagements and the deadline of social security say the days that the contract says."""
    kept = {(row["job_id"], row["item"]): row for row in seen.of(engagements) if row["withdrawn_at"] is None}
    due = {(row["job_id"], row["item"]): row for row in seen.of(deadlines) if row["kind"] == "dimona"}
    for row in _engaged(seen):
        place = (row["job_id"], row["item"])
        starts = [_start(day) for day in row["file"]["request"]["days"]]
        first, last = min(starts).date(), max(starts).date()
        engaged = kept.get(place)
        if engaged and (engaged["first_on"], engaged["last_on"]) != (first, last):
            told = f"{engaged['first_on']} to {engaged['last_on']}"
            yield Finding("days", place[0], f"{row['step']} is {first} to {last}, the register says {told}")
        if place in due and due[place]["due_at"] != min(starts):
            yield Finding("days", place[0], f"dimona of {place[1]} is due at another hour than the start")


def _start(day: Any) -> datetime:
    """When a day of work begins, by the clock of its place."""
    return datetime.fromisoformat(day["starts_at"]).astimezone(ZoneInfo(day.get("timezone", "Europe/Brussels")))


def _engaged(seen: Seen) -> list[Any]:
    """Contracts that are done, by the cooperative's own hand."""
    return [
        row
        for row in seen.of(job_steps)
        if row["service"] == "employment_contract"
        and row["state"] == "done"
        and not row["file"].get("by_hand")
        and row["file"].get("request", {}).get("days")
    ]


def pay_is_the_contract(seen: Seen) -> Iterator[Finding]:
    """Who was engaged is paid what the contract says, once."""
    wages = {(row["job_id"], row["item"]): row for row in seen.of(job_steps) if row["service"] == "wages"}
    states = {job["job_id"]: job["state"] for job in seen.of(jobs)}
    for row in _engaged(seen):
        wage = wages.get((row["job_id"], row["item"]))
        request = row["file"]["request"]
        if wage is None:
            if states[row["job_id"]] in ("closed", "written_off") and request.get("status") != "self_employed":
                yield Finding("pay", row["job_id"], f"{row['item']} was engaged and never paid")
            continue
        paid = sum(Decimal(str(one["file"]["request"]["gross_eur"])) for one in _pays(wages, row))
        if wage["state"] == "done" and paid != Decimal(str(request["gross_eur"])):
            yield Finding("pay", row["job_id"], f"{row['item']} signed {request['gross_eur']} and is paid {paid}")


def _pays(wages: Mapping[tuple[str, str], Row], contract: Row) -> list[Row]:
    """Every pay of one contract: one, or one a month."""
    place = (contract["job_id"], contract["item"])
    return [one for (job_id, item), one in wages.items() if (job_id, crew_of(item)) == place]


def months_in_their_order(seen: Seen) -> Iterator[Finding]:
    """Where a contract is paid by the month, no month is left out once a later one is paid, and each is its own."""
    wages = [row for row in seen.of(job_steps) if row["service"] == "wages"]
    for row in _engaged(seen):
        months = [date.fromisoformat(str(one["last_on"])) for one in row["file"]["request"].get("pay_days", ())]
        mine = {(row["job_id"], row["item"]), *((row["job_id"], month_item(row["item"], on)) for on in months[:-1])}
        done = {(one["job_id"], one["item"]) for one in wages if _done(one)}
        if (row["job_id"], row["item"]) in done and mine - done:
            left_out = ", ".join(sorted(item for _, item in mine - done))
            yield Finding("pay", row["job_id"], f"{row['item']} is paid to the end, and {left_out} is not")


def worked_is_paid(seen: Seen) -> Iterator[Finding]:
    """Who was under contract when the work began and was not told to stay away is paid, however the job ends."""
    paid = {(row["job_id"], row["item"]) for row in seen.of(job_steps) if row["service"] == "wages" and _done(row)}
    jobs_over = {job["job_id"]: job["file"] for job in seen.of(jobs) if job["state"] in OVER}
    for row in seen.of(engagements):
        file, place = jobs_over.get(row["job_id"]), (row["job_id"], row["item"])
        if file is None or place in paid or not _under_contract(row, seen.at):
            continue
        stayed_away = file.get("report") == "did_not_happen" or row["item"] in file.get("off_the_job", ())
        if not stayed_away:
            yield Finding("pay", row["job_id"], f"{row['item']} worked from {row['first_on']} on and is not paid")


def _done(row: Row) -> bool:
    return bool(row["state"] == "done")


def _under_contract(row: Row, at: datetime) -> bool:
    """Whether a contract, or a note under another job's, was in force when its work began."""
    signed = row["cooperative_signed_at"] is not None or row["assigned_to"] is not None
    gone = any(row[name] is not None for name in ("withdrawn_at", "taken_off_at", "amended_by"))
    return signed and not gone and bool(row["starts_at"] <= at)


def nobody_is_paid_twice(seen: Seen) -> Iterator[Finding]:
    """One booked payment for each wage and each expense note."""
    once = [row for row in seen.of(payments) if row["state"] == "booked" and row["kind"] in ("wage", "expense")]
    booked = Counter(
        (row["job_id"], row["kind"], row["person_id"], month_of(row["order_key"].split("/")[2])) for row in once
    )
    for (job_id, kind, *_), times in booked.items():
        if times > 1:
            yield Finding("pay", job_id, f"{kind} booked {times} times for one person")


RULES = (
    nothing_before_go,
    go_has_every_yes,
    the_yes_is_about_what_is_in_force,
    signed_days_are_worked_days,
    pay_is_the_contract,
    worked_is_paid,
    months_in_their_order,
    nobody_is_paid_twice,
)
