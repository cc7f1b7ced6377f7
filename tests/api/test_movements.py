"""Money nobody recognised stands apart until a finance person says what it is: whole, in parts, once."""

from decimal import Decimal
from typing import Any

from sqlalchemy import update

from domain.ledger import Account
from domain.suspense import NO_JOB
from storage.money.payment_tables import payments
from storage.money.payments import Payments
from storage.money.statements import Statements
from storage.services.debt_collection import Collections
from tests.api.conftest import Door
from tests.api.test_bank import STATEMENTS, XML, a_due_wage, an_invoice, door
from tests.services.test_bank import statement

__all__ = ["door"]
MOVEMENTS = "/api/bank/movements"
D = Decimal
WRONG = "090933755493"
"""A reference of nobody's."""


async def came_in(door: Door, *amounts: str) -> list[dict[str, Any]]:
    """Money under a reference nobody knows."""
    fay = await door.asking("fay")
    await fay.post(STATEMENTS, content=statement(*((amount, WRONG) for amount in amounts)), headers=XML)
    told = (await fay.get(f"{MOVEMENTS}?state=unknown&state=partly")).json()
    return sorted(told["movements"], key=lambda one: one["movement"])


async def say(door: Door, movement: str, *parts: dict[str, str], login: str = "fay", key: str = "") -> Any:
    asking = await door.asking(login)
    headers = {"idempotency-key": key} if key else {}
    body = {"parts": parts, "reason": "the client told us on the phone"}
    return await asking.post(f"{MOVEMENTS}/{movement}/match", json=body, headers=headers)


async def stands(door: Door, account: Account) -> Decimal:
    return (await door.house.ledger.totals()).of(account)


def invoice(amount: str, subject: str = "I-1") -> dict[str, str]:
    return {"kind": "invoice", "subject_id": subject, "amount_eur": amount}


async def test_money_without_a_reference_stands_in_suspense_until_it_is_matched(door: Door) -> None:
    await an_invoice(door)
    (unknown,) = await came_in(door, "1590.00")
    assert (unknown["state"], unknown["amount_eur"], unknown["structured"]) == ("unknown", "1590.00", WRONG)
    assert (await stands(door, Account.SUSPENSE), await stands(door, Account.BANK)) == (D("-1590.00"), D("1590.00"))

    answer = await say(door, unknown["movement"], invoice("1590.00", "B-2026-000001"))

    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["kind"]) == ("matched", "by_hand")
    assert answer.json()["parts"][0]["by"] == "p-fay"
    assert await stands(door, Account.SUSPENSE) == D("0.00")
    assert await stands(door, Account.BANK) == D("1590.00")
    assert door.process.nudges == [("collection-I-1", "money_moved")]
    assert [one.amount_eur for one in await Statements(door.house.database).received("I-1")] == [D("1590.00")]
    line = (await door.house.audit.page(what="movement.match"))[0]
    assert (line.who, line.outcome) == ("p-fay", "taken")


async def test_one_transfer_pays_an_invoice_and_the_banks_costs_and_the_rest_stays_open(door: Door) -> None:
    await an_invoice(door)
    (unknown,) = await came_in(door, "1000.00")

    half = (await say(door, unknown["movement"], invoice("400.00"), {"kind": "costs", "amount_eur": "0.50"})).json()
    assert (half["state"], half["matched_eur"]) == ("partly", "400.50")
    assert await stands(door, Account.SUSPENSE) == D("-599.50")

    whole = (await say(door, unknown["movement"], invoice("599.50"))).json()
    assert (whole["state"], [part["amount_eur"] for part in whole["parts"]]) == (
        "matched", ["400.00", "0.50", "599.50"],
    )  # fmt: skip
    assert await stands(door, Account.SUSPENSE) == D("0.00")
    assert await stands(door, Account.COMMUNITY) == D("-0.50")
    assert [one.amount_eur for one in await Statements(door.house.database).received("I-1")] == [
        D("400.00"), D("599.50"),
    ]  # fmt: skip


async def test_the_same_decision_sent_twice_books_once(door: Door) -> None:
    await an_invoice(door)
    (unknown,) = await came_in(door, "1000.00")

    for _ in range(2):
        answer = await say(door, unknown["movement"], invoice("400.00"), key="fays-decision-1")
        assert (answer.status_code, answer.json()["matched_eur"]) == (200, "400.00")
    assert await stands(door, Account.SUSPENSE) == D("-600.00")


async def test_a_key_stands_for_one_decision_only(door: Door) -> None:
    await an_invoice(door)
    first, second = await came_in(door, "100.00", "200.00")
    long = "the-same-first-fifty-signs-of-a-very-long-own-name-"
    costs = {"kind": "costs", "amount_eur": "1.00"}
    assert (await say(door, first["movement"], costs, key=f"{long}1")).status_code == 200
    for movement, part in ((first, costs | {"amount_eur": "2.00"}), (second, costs)):
        answer = await say(door, movement["movement"], part, key=f"{long}1")
        assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (422, "key-reused")
    assert (await say(door, second["movement"], costs, key=f"{long}2")).status_code == 200
    assert await stands(door, Account.SUSPENSE) == D("-298.00")


async def test_what_does_not_fit_is_refused_and_nothing_changes(door: Door) -> None:
    await an_invoice(door)
    (unknown,) = await came_in(door, "2000.00")
    movement = unknown["movement"]

    refused = [
        await say(door, movement, invoice("2000.01")),
        await say(door, movement, invoice("1600.00")),
        await say(door, movement, invoice("5.00", "I-9")),
        await say(door, movement, invoice("100.00"), {"kind": "job", "subject_id": "J9", "amount_eur": "5.00"}),
        await say(door, movement, {"kind": "payment", "subject_id": "P9", "amount_eur": "5.00"}),
    ]

    assert [(one.status_code, one.json()["refusal"]) for one in refused] == [
        (422, "PartsDoNotFit"), (422, "MoreThanIsOwed"), (422, "NoSuchSubject"), (422, "NoSuchSubject"),
        (422, "NoSuchSubject"),
    ]  # fmt: skip
    assert (await say(door, "99-1", invoice("1.00"))).status_code == 404
    assert await stands(door, Account.SUSPENSE) == D("-2000.00")
    assert (await say(door, movement, invoice("100.00"), login="ada")).status_code == 403


async def test_what_was_recognised_is_not_matched_again(door: Door) -> None:
    reference = await an_invoice(door)
    fay = await door.asking("fay")
    await fay.post(STATEMENTS, content=statement(("1590.00", reference)), headers=XML)
    (known,) = (await fay.get(f"{MOVEMENTS}?state=matched")).json()["movements"]

    answer = await say(door, known["movement"], {"kind": "costs", "amount_eur": "1.00"})

    assert (answer.status_code, answer.json()["refusal"]) == (422, "NotToBeMatched")


async def test_own_takings_go_to_their_job_and_its_story_says_so(door: Door) -> None:
    job_id = await a_due_wage(door)
    (unknown,) = await came_in(door, "310.00")

    answer = await say(door, unknown["movement"], {"kind": "job", "subject_id": job_id, "amount_eur": "310.00"})

    assert answer.json()["state"] == "matched"
    assert (await door.house.ledger.balances(job_id)).of(Account.RESULT) == D("-310.00")
    assert (await door.house.ledger.balances(NO_JOB)).of(Account.SUSPENSE) == D("-310.00")
    assert await stands(door, Account.SUSPENSE) == D("0.00")
    assert "bank.matched_in" in [line.kind for line in await door.house.events.since(job_id)]


async def test_a_return_whose_name_the_bank_lost_gives_the_wage_back_to_its_step(door: Door) -> None:
    job_id = await a_due_wage(door)
    database = door.house.database
    (listed,) = await Payments(database, door.clock).due(door.house.today().replace(day=4))
    async with database.writing() as connection:
        booked = {"state": "booked", "booked_on": door.house.today()}
        await connection.execute(update(payments).values(booked))
    (unknown,) = await came_in(door, "740.11")

    part = {"kind": "payment", "subject_id": listed.payment_id, "amount_eur": "740.11"}
    answer = await say(door, unknown["movement"], part)

    assert answer.json()["state"] == "matched"
    assert (await Payments(database, door.clock).state(listed.payment_id)).state == "returned"
    assert (f"job-{job_id}", "wages:ann") in door.process.nudges
    assert await Collections(database).aged(door.house.today()) == []
