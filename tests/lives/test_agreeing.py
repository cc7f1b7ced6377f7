"""The rules between people and papers notice when they are broken on purpose."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from allin.lives import agreeing
from allin.lives.seen import TABLES, Seen

AT = datetime(2026, 3, 21, 8, tzinfo=UTC)
START = datetime(2026, 3, 20, 14, tzinfo=UTC)
JOB = "7K3QZ9A1BC"


def line(seq: int, kind: str, step: str | None = None) -> dict[str, Any]:
    return {"job_id": JOB, "seq": seq, "kind": kind, "step": step, "params": {}}


def contract(**more: Any) -> dict[str, Any]:
    days = [{"starts_at": "2026-03-20T14:00:00Z", "ends_at": "2026-03-20T21:30:00Z", "place": "Liège"}]
    request = {"days": days, "gross_eur": "300.00", "status": "employee"} | more
    return step("employment_contract", "ann", request)


def step(service: str, item: str, request: dict[str, Any]) -> dict[str, Any]:
    file = {"request": request, "by_hand": False}
    named = {"step": f"{service}:{item}", "service": service, "item": item}
    return {"job_id": JOB, "state": "done", "file": file, **named}


def payment(**more: Any) -> dict[str, Any]:
    return {
        "job_id": JOB,
        "kind": "wage",
        "person_id": "ann",
        "state": "booked",
        "amount_eur": Decimal("198.91"),
        "order_key": f"{JOB}/wages/ann/1",
    } | more


def engaged(on: date, **more: Any) -> dict[str, Any]:
    told = {"job_id": JOB, "item": "ann", "first_on": on, "last_on": on, "starts_at": START, "assigned_to": None}
    ended = {"withdrawn_at": None, "taken_off_at": None, "amended_by": None, "terminated_on": None}
    return told | ended | {"cooperative_signed_at": START - timedelta(days=9)} | more


ORDER = {
    "client_id": "c-1",
    "client_version": 1,
    "price_ex_vat_eur": "1000.00",
    "vat_eur": "60.00",
    "total_eur": "1060.00",
    "starts_at": "2026-03-20T14:00:00Z",
    "answer_by": "2026-03-10T14:00:00Z",
}


def agreed(**more: Any) -> dict[str, Any]:
    return step("agreement", "-", ORDER | more) | {"step": "agreement"}


def job(**more: Any) -> dict[str, Any]:
    plan = {"agreement": ORDER, "short_notice": False}
    return {"job_id": JOB, "state": "closed", "plan": plan, "file": {"approvals": {}}} | more


STORY = [
    line(1, "agreement.accept", "agreement"),
    line(2, "job.ready"),
    line(3, "van_rental.confirm", "van_rental:van"),
]
GOOD: dict[str, list[dict[str, Any]]] = {
    "jobs": [job()],
    "job_events": STORY,
    "job_steps": [contract(), step("wages", "ann", {"gross_eur": "300.00"}), agreed()],
    "engagements": [engaged(date(2026, 3, 20))],
    "deadlines": [{"job_id": JOB, "kind": "dimona", "item": "ann", "due_at": START}],
    "payments": [payment()],
}


def found(**tables: Any) -> list[str]:
    seen = Seen(AT, {table.name: (GOOD | tables).get(table.name, []) for table in TABLES})
    return [finding.said for rule in agreeing.RULES for finding in rule(seen)]


WORKED = engaged(date(2026, 3, 20), terminated_on=date(2026, 3, 20))
GOOD_CONTRACT, GOOD_WAGE = GOOD["job_steps"][:2]
PAY_DAYS = [{"last_on": on, "pay_on": on, "gross_eur": "150.00"} for on in ("2026-03-20", "2026-04-24")]
MONTHLY = contract(pay_days=PAY_DAYS)
MARCH, APRIL = step("wages", "ann.2026-03", {"gross_eur": "150.00"}), step("wages", "ann", {"gross_eur": "150.00"})
BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "bought before Go": (
        {"job_events": [STORY[0], line(2, "van_rental.confirm", "van_rental:van"), line(3, "job.ready")]},
        "van_rental.confirm of van_rental:van before everybody said yes",
    ),
    "bought for a job that was never agreed": (
        {"job_events": [line(1, "insurance.bind", "insurance")]},
        "insurance.bind of insurance before everybody said yes",
    ),
    "ready without the client": ({"job_events": [line(1, "job.ready")]}, "is ready without the client's yes"),
    "moved without the client": (
        {"job_steps": [agreed(starts_at="2026-03-19T14:00:00Z"), GOOD_CONTRACT, GOOD_WAGE]},
        "the client said yes to 1060.00 from 19 March 14:00, in force is another order",
    ),
    "another price without the client": (
        {"job_steps": [agreed(total_eur="900.00"), GOOD_CONTRACT, GOOD_WAGE]},
        "the client said yes to 900.00 from 20 March 14:00, in force is another order",
    ),
    "ready without the adviser": (
        {"jobs": [job(file={"approvals": {"abroad": {"granted": None}}})]},
        "is ready without the adviser's yes to abroad",
    ),
    "another day in the register": (
        {"engagements": [engaged(date(2026, 3, 19))]},
        "employment_contract:ann is 2026-03-20 to 2026-03-20, the register says 2026-03-19 to 2026-03-19",
    ),
    "another hour in the deadline": (
        {"deadlines": [{"job_id": JOB, "kind": "dimona", "item": "ann", "due_at": AT}]},
        "dimona of ann is due at another hour than the start",
    ),
    "paid less than signed": (
        {"job_steps": [contract(gross_eur="310.00"), step("wages", "ann", {"gross_eur": "300.00"})]},
        "ann signed 310.00 and is paid 300.00",
    ),
    "worked, withdrawn, ended and not paid": (
        {"jobs": [job(state="withdrawn")], "job_steps": [agreed()], "engagements": [WORKED]},
        "ann worked from 2026-03-20 on and is not paid",
    ),
    "worked under another job's contract and not paid": (
        {"job_steps": [agreed()], "engagements": [WORKED | {"cooperative_signed_at": None, "assigned_to": "k"}]},
        "ann worked from 2026-03-20 on and is not paid",
    ),
    "a wage that was given up": (
        {"job_steps": [agreed(), step("wages", "ann", {"gross_eur": "300.00"}) | {"state": "superseded"}]},
        "ann worked from 2026-03-20 on and is not paid",
    ),
    "months that are not the whole": (
        {"job_steps": [agreed(), MONTHLY, MARCH, step("wages", "ann", {"gross_eur": "100.00"})]},
        "ann signed 300.00 and is paid 250.00",
    ),
    "a month left out": (
        {"job_steps": [agreed(), MONTHLY, MARCH | {"state": "parked"}, APRIL]},
        "ann is paid to the end, and ann.2026-03 is not",
    ),
    "paid twice": ({"payments": [payment(), payment()]}, "wage booked 2 times for one person"),
}


def test_a_job_as_it_should_be_is_no_finding() -> None:
    assert found() == []


def test_every_month_of_a_contract_is_paid_for_itself() -> None:
    both = [payment(), payment(order_key=f"{JOB}/wages/ann.2026-03/1")]
    assert found(job_steps=[agreed(), MONTHLY, MARCH, APRIL], payments=both) == []


def test_a_client_who_is_refunded_twice_and_a_supplier_who_is_paid_twice_are_no_finding() -> None:
    twice = [payment(), *(payment(kind=kind, person_id="-") for kind in ("refund", "supplier") for _ in range(2))]
    assert found(payments=twice) == []


def test_who_was_engaged_and_never_paid_is_found_by_the_contract_and_by_the_day() -> None:
    assert found(job_steps=[contract(), agreed()]) == [
        "ann was engaged and never paid",
        "ann worked from 2026-03-20 on and is not paid",
    ]


@pytest.mark.parametrize(
    "away",
    [
        {"engagements": [WORKED | {"withdrawn_at": START}]},
        {"engagements": [WORKED | {"taken_off_at": START}]},
        {"engagements": [WORKED | {"amended_by": "another"}]},
        {"engagements": [WORKED | {"cooperative_signed_at": None}]},
        {"engagements": [WORKED | {"starts_at": AT + timedelta(hours=1)}]},
        {"jobs": [job(state="withdrawn", file={"approvals": {}, "off_the_job": ["ann"]})]},
        {"jobs": [job(state="withdrawn", file={"approvals": {}, "report": "did_not_happen"})]},
        {"jobs": [job(state="collecting")]},
    ],
)
def test_who_did_not_work_or_is_still_to_be_paid_is_no_finding(away: dict[str, Any]) -> None:
    assert found(job_steps=[agreed()], **away) == []


def test_while_a_move_waits_for_its_yes_the_client_is_asked_about_another_order() -> None:
    asked = [agreed(total_eur="900.00"), GOOD_CONTRACT, GOOD_WAGE]
    assert found(jobs=[job(file={"approvals": {}, "proposal": {"operation_id": "m"}})], job_steps=asked) == []


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_on_purpose_is_found(what: str) -> None:
    tables, said = BROKEN[what]
    assert found(**tables) == [said]


def test_a_day_abroad_is_the_day_that_the_clock_there_shows() -> None:
    night = {"starts_at": "2026-03-20T01:00:00Z", "ends_at": "2026-03-20T05:00:00Z", "place": "Montréal"}
    abroad = step("employment_contract", "ann", {"days": [night | {"timezone": "America/Toronto"}]})
    starts = datetime(2026, 3, 20, 1, tzinfo=UTC)
    there = {"job_id": JOB, "item": "ann", "first_on": date(2026, 3, 19), "last_on": date(2026, 3, 19)}
    due = {"job_id": JOB, "item": "ann", "kind": "dimona", "due_at": starts}
    for first_on, said in ((date(2026, 3, 19), 0), (date(2026, 3, 20), 1)):
        told = {table.name: [] for table in TABLES}
        told |= {"job_steps": [abroad], "deadlines": [due]}
        told["engagements"] = [there | {"first_on": first_on, "withdrawn_at": None}]
        assert len(list(agreeing.signed_days_are_worked_days(Seen(AT, told)))) == said
