"""The bank never pays twice, and each day's statement opens where the day before closed."""

import httpx2
from lxml import etree

from .conftest import World
from .papers import ANA_IBAN, BILAL_IBAN, CAMT, COOP_IBAN, OGM, Statement, payments, transfer

TWO = (transfer("E2E-ANA", "740.11", ANA_IBAN), transfer("E2E-BILAL", "612.40", BILAL_IBAN, "Bilal"))


async def statement(world: World, on: str) -> Statement:
    answer = await world.call("GET", f"/bank/accounts/{COOP_IBAN}/statements?date={on}")
    assert answer.status_code == 200, answer.text
    return Statement(answer.content)


async def test_a_file_is_booked_on_its_day_and_shown_in_the_statement(world: World) -> None:
    sent = await world.post("/bank/payments", payments("B1", *TWO, total="1352.51"), "B1:send")
    assert (sent["status"], sent["total_eur"]) == ("ACCP", "1352.51")
    told = await world.tick("2026-03-20T09:00:00Z")
    assert told["booked"] == 2
    assert (await world.get(f"/bank/payments/{sent['payment_id']}"))["status"] == "ACSC"
    early = f"/bank/accounts/{COOP_IBAN}/statements?date=2026-03-20"
    assert await world.refused(early, method="GET") == (404, "not-found")
    day = await statement(world.at("2026-03-21T07:00:00Z"), "2026-03-20")
    assert day.texts("c:RmtInf/c:Ustrd") == ["wages", "wages"]
    assert day.entries == [("740.11", "DBIT", "E2E-ANA"), ("612.40", "DBIT", "E2E-BILAL")]
    assert day.balances == ("250000.00", "248647.49")
    assert await world.effects("bank") == ["payment_file", "payment", "payment"]


async def test_the_same_file_and_the_same_transfer_are_never_paid_twice(world: World) -> None:
    file = payments("B1", *TWO, total="1352.51")
    first = await world.post("/bank/payments", file)
    assert await world.post("/bank/payments", file, "another:key") == first
    same_name = await world.post("/bank/payments", payments("B1", TWO[0], total="740.11"))
    assert (same_name["status"], same_name["reason"]) == ("RJCT", "AM05")
    same_transfer = await world.post("/bank/payments", payments("B2", *TWO[:1], total="740.11"))
    assert same_transfer["status"] == "RJCT"
    assert [one["reason"] for one in same_transfer["transactions"]] == ["AM05"]
    assert (await world.tick("2026-03-20T09:00:00Z"))["booked"] == 2
    assert await world.effects("bank", "payment") == ["payment"] * 2
    found = (await world.get("/bank/payments?endToEndId=E2E-ANA"))["payments"]
    assert [one["msg_id"] for one in found] == ["B1", "B2"]


async def test_wrong_totals_and_wrong_accounts_are_not_paid(world: World) -> None:
    wrong_sum = await world.post("/bank/payments", payments("B1", *TWO, total="1352.50"))
    wrong_count = await world.post("/bank/payments", payments("B2", *TWO, total="1352.51", count=3))
    assert [wrong_sum["reason"], wrong_count["reason"]] == ["AM10", "AM18"]
    bad = transfer("E2E-BAD", "10.00", "BE00001123456727")
    partly = await world.post("/bank/payments", payments("B3", TWO[0], bad, total="750.11"))
    assert (partly["status"], [one["status"] for one in partly["transactions"]]) == ("PART", ["ACSP", "RJCT"])
    report = await world.call("GET", f"/bank/payments/{partly['payment_id']}/status-report")
    names = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"}
    said = etree.fromstring(report.content).findall(".//p:TxInfAndSts/p:StsRsnInf/p:Rsn/p:Cd", names)
    assert [one.text for one in said] == ["AC01"]
    assert await world.refused("/bank/payments", b"no xml") == (422, "refused")
    assert (await world.post("/bank/payments", b"<Document xmlns='urn:x'/>"))["reason"] == "FF01"


async def test_each_day_opens_where_the_day_before_closed_and_a_closed_day_stays_closed(world: World) -> None:
    await world.post(
        "/admin/bank/credits", {"iban": COOP_IBAN, "amount_eur": "1815.00", "structured_communication": OGM}
    )
    await world.post("/bank/payments", payments("B1", *TWO, total="1352.51", on="2026-03-04"))
    world.at("2026-03-06T08:00:00Z")
    days = [await statement(world, f"2026-03-0{day}") for day in (2, 3, 4, 5)]
    assert days[0].texts("c:CdtrRefInf/c:Ref") == ["090933755493"]
    assert [day.balances for day in days] == [
        ("250000.00", "251815.00"),
        ("251815.00", "251815.00"),
        ("251815.00", "250462.49"),
        ("250462.49", "250462.49"),
    ]
    late = payments("B2", transfer("E2E-LATE", "5.00", ANA_IBAN), total="5.00", on="2026-03-05")
    await world.post("/bank/payments", late)
    entries = (await world.get(f"/bank/accounts/{COOP_IBAN}/entries?from_on=2026-03-05"))["entries"]
    assert [one["on"] for one in entries] == ["2026-03-06"]
    assert (await statement(world, "2026-03-05")).root.findtext(".//c:Bal/c:Amt", namespaces=CAMT) == "250462.49"


async def test_a_payment_to_a_closed_account_comes_back_the_day_after(world: World) -> None:
    await world.post("/admin/bank/returns", {"iban": ANA_IBAN, "reason": "AC04"})
    sent = await world.post("/bank/payments", payments("B1", *TWO, total="1352.51"))
    await world.tick("2026-03-20T09:00:00Z")
    await world.tick("2026-03-21T09:00:00Z")
    day = await statement(world.at("2026-03-22T07:00:00Z"), "2026-03-21")
    assert day.entries == [("740.11", "CRDT", "E2E-ANA")]
    assert day.texts("c:RtrInf/c:Rsn/c:Cd") == ["AC04"]
    states = (await world.get(f"/bank/payments/{sent['payment_id']}"))["transactions"]
    assert [(one["status"], one["reason"]) for one in states] == [("RTRN", "AC04"), ("ACSC", None)]
    again = payments("B2", transfer("E2E-ANA-2", "740.11", ANA_IBAN), total="740.11", on="2026-03-22")
    assert (await world.post("/bank/payments", again))["status"] == "ACCP"


async def test_a_return_may_be_listed_before_its_debit_on_the_same_day(world: World) -> None:
    await world.post("/admin/bank/returns", {"iban": ANA_IBAN, "first": "return"})
    await world.post("/bank/payments", payments("B1", *TWO, total="1352.51"))
    await world.tick("2026-03-20T09:00:00Z")
    day = await statement(world.at("2026-03-21T07:00:00Z"), "2026-03-20")
    assert day.entries == [
        ("740.11", "CRDT", "E2E-ANA"),
        ("740.11", "DBIT", "E2E-ANA"),
        ("612.40", "DBIT", "E2E-BILAL"),
    ]


async def test_a_payment_that_came_in_is_taken_back_under_the_same_reference(world: World) -> None:
    paid = {"iban": COOP_IBAN, "amount_eur": "1815.00", "structured_communication": OGM}
    await world.tick("2026-03-20T09:00:00Z")
    came_in = await world.post("/admin/bank/credits", paid)
    await world.post("/admin/bank/recalls", {"id": came_in["id"]})
    day = await statement(world.at("2026-03-21T07:00:00Z"), "2026-03-20")
    assert [entry[:2] for entry in day.entries] == [("1815.00", "CRDT"), ("1815.00", "DBIT")]
    assert day.texts("c:RtrInf/c:Rsn/c:Cd") == ["DUPL"]
    assert day.texts("c:CdtrRefInf/c:Ref") == ["090933755493", "090933755493"]
    assert await world.refused("/admin/bank/recalls", {"id": "nobody"}) == (404, "not-found")


async def test_a_file_is_cancelled_while_nothing_is_booked(world: World) -> None:
    sent = await world.post("/bank/payments", payments("B1", *TWO, total="1352.51"))
    path = f"/bank/payments/{sent['payment_id']}"
    assert (await world.call("DELETE", path)).status_code == 204
    assert (await world.tick("2026-03-20T09:00:00Z"))["booked"] == 0
    assert (await world.get(path))["status"] == "CANC"
    anew = await world.post("/bank/payments", payments("B2", *TWO, total="1352.51"))
    await world.tick("2026-03-20T10:00:00Z")
    path = f"/bank/payments/{anew['payment_id']}"
    assert await world.refused(path, method="DELETE") == (409, "wrong-state")


async def test_done_but_not_answered_at_the_bank_is_found_by_its_own_number(world: World) -> None:
    await world.fault("bank", "execute_then_fail", answer="cut", operation="submit_payments")
    try:
        await world.call("POST", "/bank/payments", payments("B1", *TWO, total="1352.51"), "B1:send")
    except httpx2.TransportError:
        found = (await world.get("/bank/payments?msgId=B1"))["payments"]
    assert [one["status"] for one in found] == ["ACCP"]
