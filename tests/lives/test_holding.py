"""Each rule that must hold notices when it is broken on purpose, and says nothing about a job as it should be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from allin.lives import holding
from allin.lives.seen import TABLES, Kept, Seen

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
JOB = "7K3QZ9A1BC"
LONG_AGO = datetime(2026, 2, 27, 8, tzinfo=UTC)
KEY = f"{JOB}/wages/ann/1"


def step(name: str = "wages:ann", state: str = "done", **file: Any) -> dict[str, Any]:
    service, _, item = name.partition(":")
    named = {"step": name, "service": service, "item": item}
    return {"job_id": JOB, "state": state, "file": {"state": state, **file}, **named}


def line(seq: int, kind: str, **params: Any) -> dict[str, Any]:
    return {"job_id": JOB, "seq": seq, "kind": kind, "step": "wages:ann", "params": params}


def posting(key: str, account: str, amount: str) -> dict[str, Any]:
    return {"entry_key": key, "account": account, "amount_eur": Decimal(amount)}


def invoice(kind: str = "balance", n: int = 1, total: str = "1210.00", **more: Any) -> dict[str, Any]:
    told = {
        "invoice_id": f"i{n}",
        "job_id": JOB,
        "entity": "brussels",
        "series": "AL",
        "year": 2026,
        "in_series": n,
        "number": f"BXL-2026-{n:06d}",
    }
    money = {"total_eur": Decimal(total), "payable_eur": Decimal(total), "net_eur": Decimal("1000.00")}
    return told | money | {"kind": kind, "credits": None, "document": "invoice.pdf"} | more


JOB_ROW = {
    "job_id": JOB,
    "quote_id": "q-1",
    "state": "closed",
    "parked": False,
    "next_at": None,
    "plan": {},
    "file": {},
} | {"amount_eur": Decimal("1000.00")}


def collection(**more: Any) -> dict[str, Any]:
    told = {"invoice_id": "i1", "job_id": JOB, "entity": "brussels", "payable_eur": Decimal("1210.00")}
    return told | {"state": "paid", "opened_at": LONG_AGO, "closed_at": LONG_AGO} | more


def payment(**more: Any) -> dict[str, Any]:
    told = {"job_id": JOB, "kind": "wage", "person_id": "ann", "state": "booked", "end_to_end": "E1"}
    return told | {"by_hand": False, "order_key": KEY} | more


GOOD: dict[str, list[dict[str, Any]]] = {
    "jobs": [JOB_ROW],
    "job_steps": [step()],
    "job_events": [
        line(1, "step.parked", problem="TicketAboveCeiling"),
        line(2, "step.decided.replay", operation="d-1"),
    ],
    "operations": [
        {"job_id": JOB, "operation_id": "d-1", "outcome": "taken", "kind": "replay", "step": "wages:ann"}
    ],
    "ledger_entries": [{"key": f"{KEY}:post", "job_id": JOB}],
    "ledger_postings": [
        posting(f"{KEY}:post", "result", "100.00"),
        posting(f"{KEY}:post", "bank", "-100.00"),
        posting(f"{KEY}:post", "result", "-100.00"),
        posting(f"{KEY}:post", "activity", "100.00"),
    ],
    "invoices": [invoice(), invoice("credit", 2, "-1210.00", credits="i1")],
    "fund_reservations": [{"job_id": JOB, "state": "settled", "reserved_eur": Decimal("700.00")}],
    "collections": [collection()],
    "payments": [payment()],
    "deadlines": [{"job_id": JOB, "kind": "dimona", "item": "ann", "met_at": AT, "alarmed_at": None}],
}
HELD = [
    {"partner": "vans", "kind": "package", "subject": "pk_1", "key": f"{JOB}/van_rental/van/1:hold"},
    {"partner": "vans", "kind": "confirmation", "subject": "pk_1", "key": f"{JOB}/van_rental/van/1:confirm"},
]
HELD_SEAT = {"partner": "railway", "kind": "booking", "subject": "bk1", "key": f"{JOB}/travel/me/1:hold"}
PAID = {"partner": "bank", "kind": "payment", "subject": "tx_1", "key": None, "reference": "E1"}


def seen(**tables: Any) -> Seen:
    return Seen(AT, {table.name: (GOOD | tables).get(table.name, []) for table in TABLES}, [*HELD, PAID])


def test_a_job_as_it_should_be_is_no_finding() -> None:
    assert holding.unheld(seen()) == []


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "ended with a step open": (
        {"job_steps": [step(state="waiting")]},
        "has ended closed, and wages:ann is waiting",
    ),
    "waits for nobody": (
        {"jobs": [JOB_ROW | {"state": "engaged"}]},
        "is engaged and waits for nobody",
    ),
    "its money came and it still waits": (
        {"jobs": [JOB_ROW | {"state": "collecting"}], "collections": [collection(state="credited")]},
        "is collecting and waits for nobody",
    ),
    "unexpected": (
        {"job_events": [line(1, "step.parked", problem="KeyError")], "operations": []},
        "wages:ann: KeyError",
    ),
    "a refusal the quote could have known": (
        {"job_events": [line(1, "step.parked", problem="ForeignVatDue")], "operations": []},
        "wages:ann: ForeignVatDue",
    ),
    "an entry that does not balance": (
        {"ledger_postings": [posting(f"{KEY}:post", "bank", "0.01")]},
        f"{KEY}:post is off by 0.01",
    ),
    "a line of zero": (
        {"ledger_postings": [posting(f"{KEY}:post", "bank", "0.00")]},
        f"a line of 0.00 in {KEY}:post",
    ),
    "closed with a cent left": (
        {
            "ledger_postings": [
                posting(f"{KEY}:post", "receivable", "0.01"),
                posting(f"{KEY}:post", "bank", "-0.01"),
            ]
        },
        "is closed with 0.01 on receivable",
    ),
    "the fund still holds": (
        {"fund_reservations": [{"job_id": JOB, "state": "reserved", "reserved_eur": Decimal("700.00")}]},
        "still reserves 700.00",
    ),
    "a gap in the numbers": ({"invoices": [invoice(n=2)]}, "('brussels', 'AL', 2026) has [2]"),
    "a number without a document": ({"invoices": [invoice(document=None)]}, "balance has a number and no document"),
    "credited too much": (
        {
            "invoices": [invoice(total="1060.00"), invoice("credit", 2, "-1590.00", credits="i1")],
            "collections": [collection(payable_eur=Decimal("1060.00"))],
        },
        "1590.00 credited of 1060.00 (balance)",
    ),
    "invoiced less than the price": (
        {"invoices": [invoice(net_eur=Decimal("999.99"))]},
        "999.99 is invoiced of a price of 1000.00",
    ),
    "another entity collects": (
        {"collections": [collection(entity="gent")]},
        "gent collects 1210.00, brussels invoiced 1210.00",
    ),
    "another amount is collected": (
        {"collections": [collection(payable_eur=Decimal("847.00"))]},
        "brussels collects 847.00, brussels invoiced 1210.00",
    ),
    "booked here and not at the bank": (
        {"payments": [payment(), payment(end_to_end="E2", person_id="bob")]},
        "wage is booked here and not at the bank",
    ),
    "a line missing in the story": (
        {"job_events": [line(2, "step.decided.replay", operation="d-1")]},
        "lines are missing in its story",
    ),
    "a decision without its line": ({"job_events": []}, "replay of wages:ann is told 0 times"),
    "a deadline forgotten": (
        {"deadlines": [{"job_id": JOB, "kind": "dimona", "item": "ann", "met_at": None, "alarmed_at": None}]},
        "dimona of ann is neither met nor alarmed",
    ),
}  # fmt: skip


def test_a_deadline_that_passed_is_alarmed_by_the_watch_or_it_is_a_finding() -> None:
    late = {"job_id": JOB, "kind": "dimona", "item": "ann", "met_at": None, "alarmed_at": None, "due_at": LONG_AGO}
    still = {"jobs": [JOB_ROW | {"state": "engaged", "next_at": AT}], "deadlines": [late], "ledger_postings": []}
    still |= {"fund_reservations": []}
    assert [one.said for one in holding.unheld(seen(**still))] == ["dimona of ann is late and nobody is told"]
    watched = replace(seen(**still), alarms=frozenset({f"deadline-missed {JOB} ann dimona"}))
    assert holding.unheld(watched) == []
    soon = still | {"deadlines": [late | {"due_at": AT}]}
    assert holding.unheld(seen(**soon)) == []


def test_the_law_still_asks_for_an_invoice_that_people_gave_up_and_the_watch_alarms_when_its_day_has_passed() -> (
    None
):
    """Nothing of it is forgotten when its job is closed: that the deadline stands is right, and only that."""
    row = {"job_id": JOB, "item": "-", "met_at": None, "alarmed_at": None, "due_at": AT + timedelta(days=9)}
    asked = {"deadlines": [row | {"kind": "invoice_issued"}]}
    found = ["invoice_issued of - is neither met nor alarmed"]
    assert [one.said for one in holding.unheld(seen(**asked))] == found
    given_up = {"job_steps": [step(), step("invoicing:balance", "failed")]}
    assert holding.unheld(seen(**asked, **given_up)) == []
    other = {"deadlines": [row | {"kind": "dimona", "item": "ann"}]}
    assert [one.said for one in holding.unheld(seen(**other, **given_up))] == [
        "dimona of ann is neither met nor alarmed"
    ]
    late = {"deadlines": [row | {"kind": "invoice_issued", "due_at": LONG_AGO}]}
    assert [one.said for one in holding.unheld(seen(**late, **given_up))] == [
        "invoice_issued of - is late and nobody is told"
    ]


def test_of_a_wage_only_the_statement_can_tell() -> None:
    late = {"job_id": JOB, "kind": "wages_paid", "item": "ann", "met_at": None, "alarmed_at": None}
    open_ = {"jobs": [JOB_ROW | {"state": "performed", "next_at": AT}], "fund_reservations": []}
    open_ |= {
        "deadlines": [late | {"due_at": LONG_AGO}],
        "ledger_postings": [],
        "payments": [payment(state="sent")],
    }
    assert holding.unheld(seen(**open_)) == []
    unpaid = open_ | {"payments": [payment(state="ordered")]}
    assert [one.said for one in holding.unheld(seen(**unpaid))] == ["wages_paid of ann is late and nobody is told"]


@pytest.mark.parametrize(("provisional", "found"), [(True, []), (False, ["wages:ann: RateNotKnownYet"])])
def test_a_rate_nobody_knows_yet_was_called_provisional(*, provisional: bool, found: list[str]) -> None:
    parked = [line(1, "step.parked", problem="RateNotKnownYet")]
    told = {"quote_id": "q-1", "quote": {"provisional": provisional}}
    assert [one.said for one in holding.unheld(seen(job_events=parked, operations=[], quotes=[told]))] == found


def test_the_interest_of_a_half_year_to_come_is_nothing_a_quote_could_know() -> None:
    parked = [line(1, "step.parked", problem="RateNotKnownYet") | {"step": "debt_collection:i1-formal-notice"}]
    assert holding.unheld(seen(job_events=parked, operations=[])) == []


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_on_purpose_is_found(what: str) -> None:
    tables, said = BROKEN[what]
    assert [finding.said for finding in holding.unheld(seen(**tables))] == [said]


def test_the_same_thing_done_twice_at_a_partner_is_found() -> None:
    twice = replace(seen(), effects=[*HELD, HELD[1], PAID])
    key = f"{JOB}/van_rental/van/1:confirm"
    assert [str(found) for found in holding.unheld(twice)] == [f"twice: {JOB} vans: confirmation 2 times for {key}"]


def test_a_hold_that_nobody_took_or_gave_back_is_found() -> None:
    left = replace(seen(), effects=[HELD[0], PAID])
    assert [found.kind for found in holding.unheld(left)] == ["orphan"]


@pytest.mark.parametrize(
    ("status", "until", "found"),
    [
        ("PREBOOKED", "2026-03-01T07:59:00Z", []),  # nobody confirmed it in time: the railway let it go
        ("ERROR", "2026-03-01T08:00:00Z", []),
        ("PREBOOKED", "2027-03-01T08:00:00Z", ["railway still holds the booking of " + HELD_SEAT["key"]]),
    ],
)
def test_seats_nobody_bought_in_time_are_held_by_nobody(status: str, until: str, found: list[str]) -> None:
    offers = [{"admissions": [{"status": status}]}]
    seat = {"id": "bk1", "bookedOffers": offers, "confirmationTimeLimit": until}
    left = replace(seen(), effects=[*HELD, PAID, HELD_SEAT], kept=Kept(journeys=[seat]))
    assert [one.said for one in holding.no_hold_is_left(left)] == found


@pytest.mark.parametrize(
    ("until", "kinds"), [("2026-03-01T07:59:00Z", []), ("2027-03-01T08:00:00Z", ["orphan"] * 2)]
)
def test_vans_and_equipment_nobody_confirmed_in_time_are_held_by_nobody(until: str, kinds: list[str]) -> None:
    reserved = {"partner": "supplier", "kind": "reservation", "subject": "rs1", "key": f"{JOB}/equipment/-/1:hold"}
    kept = Kept(
        reservations=[{"reservation_id": "rs1", "status": "held", "expires_at": until}],
        packages=[{"id": "pk_1", "status": "PENDING", "rollbackExpires": until}],
    )
    left = replace(seen(), effects=[HELD[0], reserved], kept=kept)
    assert [one.kind for one in holding.no_hold_is_left(left)] == kinds


def test_money_that_the_bank_paid_twice_or_without_us_is_found() -> None:
    stranger = PAID | {"reference": "E9"}
    paid = replace(seen(), effects=[*HELD, PAID, PAID, stranger])
    assert [found.said for found in holding.unheld(paid)] == [
        "the bank made a payment 2 times that we ordered once",
        "the bank made a payment 1 times that we ordered once",
    ]


def test_what_a_person_paid_by_hand_is_not_asked_of_the_bank_and_the_others_are() -> None:
    outside = payment(end_to_end="E2", person_id="bob", by_hand=True)
    assert holding.unheld(seen(payments=[payment(), outside])) == []
    missing = payment(end_to_end="E3", person_id="chloe")
    assert [found.said for found in holding.unheld(seen(payments=[payment(), outside, missing]))] == [
        "wage is booked here and not at the bank"
    ]


def test_a_process_whose_code_failed_is_found() -> None:
    failed = replace(seen(), failures={f"job-{JOB}": 3})
    assert [found.said for found in holding.unheld(failed)] == ["a task of its process failed 3 times"]
