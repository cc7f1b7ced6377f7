"""Finance people at the door: files are taken over whole, money leaves after two yeses, everything is audited."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import update

from activities.bank import BankDesk
from api.app import create_app
from api.container import Container
from domain.orders import short_reference
from domain.services.invoicing import InvoiceDraft
from engine.settings import Settings
from partners import bank_files
from partners.bank import Bank
from partners.http import PartnerHttp, connect
from sandbox.app import create_app as sandbox_app
from sandbox.settings import SandboxSettings
from storage.core.database import Database
from storage.core.tables import in_row
from storage.money.bank_effects import BankMoves
from storage.money.bank_problems import BankProblems
from storage.money.ledger import LedgerStore
from storage.money.payee_checks import PayeeChecks
from storage.money.payment_batches import payment_batches
from storage.money.payments import Payments
from storage.money.statements import Statements
from storage.services.invoicing import Invoices
from tests.api.conftest import Door, settle
from tests.api.process import MemoryProcess
from tests.databases import StillClock, a_job
from tests.services.office import Press
from tests.services.test_bank import statement

STATEMENTS, BATCHES = "/api/bank/statements", "/api/bank/batches"
XML = {"content-type": "application/octet-stream"}


@pytest.fixture
async def door(sqlite_only: Database, tmp_path: Path) -> Door:
    """The application with a bank desk, and the sandbox's bank behind it."""
    process, clock, database = MemoryProcess(), StillClock(), sqlite_only
    transport = httpx2.ASGITransport(app=sandbox_app(tmp_path / "sandbox.sqlite", SandboxSettings()))
    app = create_app(Settings(data=tmp_path, _env_file=None), database, process, clock, sweeping=False)
    house = app.state.container
    house.desk = a_desk(house, transport)
    await settle(house)
    return Door(app, house, process, clock)


def a_desk(house: Container, transport: httpx2.AsyncBaseTransport) -> BankDesk:
    """A bank desk before the bank behind this transport."""
    database, clock = house.database, house.clock
    return BankDesk(
        entities=house.entities,
        people=house.people,
        payments=Payments(database, clock),
        statements=Statements(database),
        moves=BankMoves(database),
        problems=BankProblems(database),
        checks=PayeeChecks(database),
        ledger=LedgerStore(database),
        bank=Bank(PartnerHttp("bank", connect("http://sandbox/bank", transport=transport), clock)),
        files=bank_files,
        printer=Press(),
        clock=clock,
    )


async def a_due_wage(door: Door) -> str:
    """740.11 for Ann, promised for tomorrow."""
    await door.house.people.enter("p-ann", door.clock.now(), iban="BE62510007547061")
    job_id = await a_job(door.house.database)
    key = f"{job_id}/wages/ann/1"
    await Payments(door.house.database, door.clock).order(
        order_key=key,
        job_id=job_id,
        kind="wage",
        entity="brussels",
        person_id="p-ann",
        amount_eur=Decimal("740.11"),
        pay_on=date(2026, 2, 3),
        end_to_end=short_reference(key),
        remittance="wages:ann",
    )
    return job_id


async def an_invoice(door: Door) -> str:
    """The payment reference of an invoice of 1,590.00."""
    return await an_invoice_of(door.house)


async def an_invoice_of(house: Container) -> str:
    """The same, of a house without a door."""
    job_id = await a_job(house.database)
    kept = await Invoices(house.database).issue(
        InvoiceDraft(
            order_key=f"{job_id}/invoicing/invoice/1",
            invoice_id="I-1",
            job_id=job_id,
            entity="brussels",
            prefix="B",
            kind="invoice",
            client_id="c-hall",
            client_version=1,
            issued_on=date(2026, 2, 2),
            due_on=date(2026, 3, 4),
            net_eur=Decimal("1500.00"),
            vat_eur=Decimal("90.00"),
            total_eur=Decimal("1590.00"),
            payable_eur=Decimal("1590.00"),
        )
    )
    return kept.payment_reference


async def test_two_finance_people_send_a_batch_and_its_file_is_the_same_each_time(door: Door) -> None:
    await a_due_wage(door)
    fay, gus = await door.asking("fay"), await door.asking("gus")
    (card,) = (await fay.post(BATCHES)).json()["batches"]
    assert (card["state"], card["total_eur"], card["count"]) == ("made", "740.11", 1)
    assert (await fay.post(BATCHES)).json()["batches"] == []
    path = f"{BATCHES}/{card['batch_id']}"
    assert (await fay.get(f"{path}/file")).json()["refusal"] == "BatchNotApproved"
    assert (await fay.post(f"{path}/approve")).json()["approved_by"] == ["p-fay"]
    twice = await fay.post(f"{path}/approve")
    assert (twice.status_code, twice.json()["refusal"]) == (422, "SecondPersonNeeded")
    sent = (await gus.post(f"{path}/approve")).json()
    assert (sent["state"], sent["approved_by"]) == ("accepted", ["p-fay", "p-gus"])
    file, again = await fay.get(f"{path}/file"), await gus.get(f"{path}/file")
    assert file.content == again.content
    assert b"740.11" in file.content
    assert file.headers["content-disposition"] == f'attachment; filename="{card["batch_id"]}.xml"'
    assert [one["batch_id"] for one in (await gus.get(f"{BATCHES}?state=accepted")).json()["batches"]] == [
        card["batch_id"]
    ]
    lines = [(line.who, line.what, line.outcome) for line in await door.house.audit.page(what="batch.approve")]
    assert lines == [
        ("p-gus", "batch.approve", "taken"),
        ("p-fay", "batch.approve", "SecondPersonNeeded"),
        ("p-fay", "batch.approve", "taken"),
    ]


async def test_a_statement_is_taken_over_once_and_the_collection_looks_again(door: Door) -> None:
    file = statement(("1590.00", await an_invoice(door)), ("7.00", "090933755493"))
    fay = await door.asking("fay")
    first = (await fay.post(STATEMENTS, content=file, headers=XML)).json()
    assert first == {
        "kind": "statement",
        "statements": 1,
        "known": 0,
        "movements": 2,
        "unrecognised": 1,
        "refused": 0,
        "rejected": 0,
        "woken": 1,
    }
    assert door.process.nudges == [("collection-I-1", "money_moved")]
    again = (await fay.post(STATEMENTS, content=file, headers=XML)).json()
    assert (again["statements"], again["known"], again["woken"]) == (0, 1, 0)


async def test_who_cannot_be_told_now_is_told_with_the_next_file(door: Door) -> None:
    file = statement(("1590.00", await an_invoice(door)))
    fay = await door.asking("fay")
    door.process.away = True
    assert (await fay.post(STATEMENTS, content=file, headers=XML)).status_code == 200
    door.process.away = False
    assert (await fay.post(STATEMENTS, content=file, headers=XML)).json()["woken"] == 1
    assert door.process.nudges == [("collection-I-1", "money_moved")]


@pytest.mark.parametrize(
    "content", [b"hello", b"", statement(("1.00", "1" * 12))[:-9], b"<!DOCTYPE x []><x/>", b"\xff" * 200]
)
async def test_a_malformed_file_is_one_clear_problem_and_changes_nothing(door: Door, content: bytes) -> None:
    fay = await door.asking("fay")
    answer = await fay.post(STATEMENTS, content=content, headers=XML)
    told = answer.json()
    assert (answer.status_code, told["type"]) == (422, "tag:all-inclusive,2026:problem/unreadable-file")
    assert told["detail"].startswith("This bank file is not taken over")
    assert await Statements(door.house.database).entries() == []


@pytest.mark.parametrize("login", ["ann", "eve", "otto", "ada", None])
async def test_only_finance_moves_money(door: Door, login: str | None) -> None:
    somebody = await door.asking(login)
    refused = 401 if login is None else 403
    asked = [
        await somebody.post(STATEMENTS, content=b"x", headers=XML),
        await somebody.post(BATCHES),
        await somebody.post(f"{BATCHES}/B1/approve"),
        await somebody.get(f"{BATCHES}/B1/file"),
    ]
    assert [answer.status_code for answer in asked] == [refused] * 4
    assert (await somebody.get(BATCHES)).status_code == (200 if login == "ada" else refused)


async def test_an_unknown_batch_is_told_so(door: Door) -> None:
    fay = await door.asking("fay")
    assert (await fay.post(f"{BATCHES}/B1/approve")).status_code == 404
    assert (await fay.get(f"{BATCHES}/B1/file")).status_code == 404


async def replaced(door: Door, batch_id: str, *, known: bool) -> None:
    """The file becomes another one after the first yes; `known`: by our own program, which notes its hash."""
    one = update(payment_batches).where(payment_batches.c.batch_id == batch_id)
    told = {"file_sha256": sha256(b"<Document/>").hexdigest()} if known else {}
    async with door.house.database.writing() as connection:
        row = in_row(payment_batches, told | {"file": b"<Document/>"}, of={"batch_id": batch_id})
        await connection.execute(one.values(row))


async def test_a_yes_is_to_the_bytes_that_were_shown_and_a_change_asks_both_again(door: Door) -> None:
    await a_due_wage(door)
    fay, gus = await door.asking("fay"), await door.asking("gus")
    (card,) = (await fay.post(BATCHES)).json()["batches"]
    path, seen = f"{BATCHES}/{card['batch_id']}", card["file_sha256"]
    other = "0" * 64
    assert (await fay.post(f"{path}/approve?file_sha256={other}")).status_code == 409
    assert (await fay.post(f"{path}/approve?file_sha256={seen}")).json()["approved_by"] == ["p-fay"]
    await replaced(door, card["batch_id"], known=True)
    stale = await gus.post(f"{path}/approve?file_sha256={seen}")
    assert (stale.status_code, stale.json()["type"].split("/")[-1]) == (409, "stale")
    now = (await gus.get(BATCHES)).json()["batches"][0]
    assert now["approved_by"] == []  # the first yes was to another file
    assert (await gus.post(f"{path}/approve?file_sha256={now['file_sha256']}")).json()["state"] == "made"
    lines = await door.house.audit.page(what="batch.approve")
    assert [line.why for line in lines] == [
        f"{card['batch_id']}, file sha256 {now['file_sha256']}",
        f"{card['batch_id']}, file sha256 {seen}",
    ]


async def test_a_file_exchanged_behind_our_back_is_neither_approved_nor_sent(door: Door) -> None:
    await a_due_wage(door)
    fay, gus = await door.asking("fay"), await door.asking("gus")
    (card,) = (await fay.post(BATCHES)).json()["batches"]
    path = f"{BATCHES}/{card['batch_id']}"
    await fay.post(f"{path}/approve")
    await replaced(door, card["batch_id"], known=False)
    refused = await gus.post(f"{path}/approve")
    assert (refused.status_code, refused.json()["refusal"]) == (422, "BatchFileChanged")
    async with door.house.database.writing() as connection:  # and as if both had said yes before
        await connection.execute(update(payment_batches).values(state="approved"))
    assert (await gus.get(f"{path}/file")).json()["refusal"] == "BatchFileChanged"
    await replaced(door, card["batch_id"], known=True)
    assert (await gus.get(f"{path}/file")).json()["refusal"] == "BatchFileChanged"
