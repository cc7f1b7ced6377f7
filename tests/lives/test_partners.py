"""The rules between us and partners notice when they are broken on purpose."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from allin.lives import partners
from allin.lives.seen import TABLES, Kept, Seen
from domain.orders import short_reference

AT = datetime(2026, 3, 21, 8, tzinfo=UTC)
JOB, IBAN, NUMBER = "7K3QZ9A1BC", "BE71096123456769", "85073003328"
ON = date(2026, 3, 20)


def engaged(**more: Any) -> dict[str, Any]:
    told = {"job_id": JOB, "item": "ann", "entity": "brussels", "person_id": "ann", "dimona_period": "71"}
    return told | {"first_on": ON, "last_on": ON} | dict.fromkeys(partners.OVER) | more


def in_parts(number: str) -> dict[str, Any]:
    part = {"first_on": "2026-03-20", "last_on": "2026-03-20", "period": number}
    return engaged(dimona_period=None, dimona_parts=[part])


def period(**more: Any) -> dict[str, Any]:
    who = {"employer": {"enterpriseNumber": "1000000021"}, "worker": {"ssin": NUMBER}}
    return {"id": "71", "startDate": "2026-03-20", "endDate": "2026-03-20", "cancelled": False} | who | more


def journey(state: str = "done", **more: Any) -> dict[str, Any]:
    file = {
        "request": {"arrive_by_at": "2026-03-20T12:00:00Z"},
        "booking": {"booking_id": "bk1", "confirmed": True},
    }
    named = {"job_id": JOB, "step": "travel:ann", "service": "travel", "item": "ann"}
    return named | {"state": state, "file": file | more}


def ticket(status: str = "FULFILLED", arrives: str = "2026-03-20T11:30:00Z") -> dict[str, Any]:
    bought = [{"admissions": [{"status": status}]}]
    return {"id": "bk1", "externalRef": "SHORT", "bookedOffers": bought, "trips": [{"endTime": arrives}]}


def entry(position: int, amount: str) -> dict[str, Any]:
    return {"statement": 1, "position": position, "amount_eur": Decimal(amount)}


def bank(key: str, amount: str) -> list[dict[str, Any]]:
    return [
        {"entry_key": key, "account": "bank", "amount_eur": Decimal(amount)},
        {"entry_key": key, "account": "receivable", "amount_eur": -Decimal(amount)},
    ]


UNKNOWN = "-/suspense/" + short_reference(f"{IBAN}/2026-03-20/ST1/2")
RECEIVED = f"{JOB}/receipt/AAAA"
GOOD: dict[str, list[dict[str, Any]]] = {
    "jobs": [{"job_id": JOB, "entity": "brussels"}],
    "engagements": [engaged()],
    "entities": [{"slug": "brussels", "enterprise_number": "1000000021", "entity": {"iban": IBAN}}],
    "people": [{"person_id": "ann", "national_number": NUMBER}],
    "job_steps": [journey()],
    "orders": [{"short": "SHORT", "job_id": JOB}],
    "bank_statements": [{"id": 1, "iban": IBAN, "on": ON, "statement_id": "ST1", "settled_at": AT}],
    "bank_entries": [entry(1, "1060.00"), entry(2, "5.00"), entry(3, "0.00")],
    "ledger_entries": [{"key": RECEIVED, "job_id": JOB}, {"key": UNKNOWN, "job_id": "-"}],
    "ledger_postings": [
        *bank(RECEIVED, "1060.00"),
        *bank(UNKNOWN, "5.00"),
        *bank(f"{JOB}/van_rental/van/1", "-70.00"),
    ],
}
LINES = (
    {"iban": IBAN, "on": "2026-03-20", "amount_eur": "1060.00"},
    {"iban": IBAN, "on": "2026-03-20", "amount_eur": "5.00"},
    {"iban": IBAN, "on": "2026-03-21", "amount_eur": "77.00"},
)
KEPT = {"periods": (period(),), "journeys": (ticket(),), "bank_lines": LINES}


def found(kept: dict[str, Any] | None = None, **tables: Any) -> list[str]:
    told = {table.name: (GOOD | tables).get(table.name, []) for table in TABLES}
    seen = Seen(AT, told, kept=Kept(**(KEPT | (kept or {}))))
    return [finding.said for rule in partners.RULES for finding in rule(seen)]


BROKEN: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "declared for another day": (
        {"periods": (period(endDate="2026-03-21"),)},
        {},
        "ann signed for 2026-03-20 to 2026-03-20, declared is 2026-03-20 to 2026-03-21",
    ),
    "the declaration was cancelled": (
        {"periods": (period(cancelled=True),)},
        {},
        "ann works and social security has nothing",
    ),
    "another employer": (
        {"periods": (period(employer={"enterpriseNumber": "1000000120"}),)},
        {},
        "ann is declared by another employer",
    ),
    "another person": (
        {"periods": (period(worker={"ssin": "93051822361"}),)},
        {},
        "ann is declared under another person's number",
    ),
    "declared and withdrawn": (
        {},
        {"engagements": [engaged(withdrawn_at=AT)]},
        "ann is declared and does not work",
    ),
    "a part declared for another day": (
        {"periods": (period(endDate="2026-03-21"),)},
        {"engagements": [in_parts("71")]},
        "ann: 2026-03-20 to 2026-03-20 is not declared so",
    ),
    "a part that nobody declared": (
        {"periods": ()},
        {"engagements": [engaged(dimona_period=None, dimona_parts=[])]},
        "ann works on 2026-03-20 and is not declared for it",
    ),
    "a part left when the contract ended": (
        {},
        {"engagements": [in_parts("71") | {"withdrawn_at": AT}]},
        "ann is declared and does not work",
    ),
    "a ticket for nobody": (
        {},
        {"job_steps": [journey("undone")]},
        "a ticket is paid for and nobody travels on it",
    ),
    "a ticket for another day": (
        {"journeys": (ticket(arrives="2026-03-19T11:30:00Z"),)},
        {},
        "travel:ann is for 2026-03-20, the ticket is for 2026-03-19",
    ),
    "no ticket": (
        {"journeys": (ticket("REFUNDED"),)},
        {},
        "travel:ann is done and the railway has no ticket",
    ),
    "a movement no statement told": (
        {"bank_lines": (*LINES, LINES[1])},
        {},
        "...6769 moved by 1070.00, its statements say 1065.00",
    ),
    "a movement nobody booked": (
        {},
        {"ledger_postings": bank(RECEIVED, "1060.00")},
        "brussels: the statements say 1065.00, the books 1060.00",
    ),
    "booked by a cent otherwise": (
        {},
        {"ledger_postings": [*bank(RECEIVED, "1060.01"), *bank(UNKNOWN, "5.00")]},
        "brussels: the statements say 1065.00, the books 1065.01",
    ),
}


def test_partners_who_hold_what_is_in_force_are_no_finding() -> None:
    assert found() == []


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_on_purpose_is_found(what: str) -> None:
    kept, tables, said = BROKEN[what]
    assert found(kept, **tables) == [said]


def test_what_somebody_did_outside_is_not_asked_of_partners() -> None:
    by_hand = [{"job_id": JOB, "step": "employment_contract:ann", "kind": "step.decided.by_hand"}]
    assert found({"periods": (period(cancelled=True),)}, job_events=by_hand) == []


def test_what_the_fund_gets_back_of_a_payment_stays_at_the_bank() -> None:
    part = {"entry_key": RECEIVED, "account": "fund", "amount_eur": Decimal("700.00")}
    assert found(ledger_postings=[*bank(RECEIVED, "360.00"), part, *bank(UNKNOWN, "5.00")]) == []


def test_money_on_another_entitys_books_is_found() -> None:
    assert found(jobs=[{"job_id": JOB, "entity": "gent"}]) == [
        "brussels: the statements say 1065.00, the books 5.00",
        "gent: the statements say 0, the books 1060.00",
    ]
