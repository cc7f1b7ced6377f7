"""The bank: takes payment files, never pays twice, and hands out a statement for every account and day."""

import hashlib
import re
from datetime import date
from decimal import Decimal

from fastapi import Query, Request, Response
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from . import bank_messages, clock
from .bank_ledger import BANK, BankAccounts
from .bank_messages import PaymentFile, Transfer
from .bank_statements import statement
from .desk import Call, Visit, partner_router
from .problems import ProblemResponse, missing
from .store import Json, new_id
from .wire import eur

router = partner_router(BANK)
WRITTEN = re.compile(r"[A-Za-z0-9/?:().,'+ -]*")
"""The characters a bank carries. Source: EPC217-08, section 1."""
XML = "application/xml"


def books(call: Visit) -> BankAccounts:
    """The books, with everything booked that is due."""
    opened = BankAccounts(call.store, call.settings, call.now)
    opened.settle()
    return opened


@router.post("/payments", status_code=201)
async def submit_payments(request: Request, call: Call) -> Json:
    """Take a payment file; the same file again is the same file."""
    raw = await request.body()
    print_ = hashlib.sha256(raw).hexdigest()
    try:
        order = bank_messages.read(raw)
    except ValueError as error:
        return _rejected(call, "NOTPROVIDED", print_, "FF01", str(error))
    earlier = call.store.find(BANK, "file", reference=order.msg_id)
    if same := [one for one in earlier if one["fingerprint"] == print_]:
        return _shown(call, same[0])
    if any(not one["rejected"] for one in earlier):
        return _rejected(call, order.msg_id, print_, "AM05", "this MsgId was used for another file")
    if order.count != len(order.transfers):
        return _rejected(call, order.msg_id, print_, "AM18", "the number of transactions is wrong")
    if order.total is not None and order.total != sum(one.amount for one in order.transfers):
        return _rejected(call, order.msg_id, print_, "AM10", "the control sum is wrong")
    return _accept(call, order, print_)


def _file(call: Visit, msg_id: str, fingerprint: str) -> Json:
    return {
        "payment_id": new_id("py"),
        "msg_id": msg_id,
        "fingerprint": fingerprint,
        "received_at": clock.text(call.now),
        "rejected": None,
        "detail": None,
        "total_eur": "0.00",
        "transactions": [],
    }


def _rejected(call: Visit, msg_id: str, fingerprint: str, reason: str, detail: str) -> Json:
    file = _file(call, msg_id, fingerprint) | {"rejected": reason, "detail": detail}
    call.store.put(BANK, "file", file["payment_id"], file, reference=msg_id)
    return _shown(call, file)


def _accept(call: Visit, order: PaymentFile, fingerprint: str) -> Json:
    file = _file(call, order.msg_id, fingerprint)
    seen: set[tuple[str, str]] = set()
    for number, transfer in enumerate(order.transfers, 1):
        reason = _reason(call, transfer, seen)
        seen.add((transfer.debtor_iban, transfer.end_to_end_id))
        id = f"{file['payment_id']}/{number}"
        transaction = _transaction(call, file, id, transfer, reason)
        call.store.put(BANK, "transaction", id, transaction, topic=transfer.end_to_end_id)
        if reason is None:
            call.store.put(BANK, "waiting", id, transaction)
        file["transactions"].append(id)
    file["total_eur"] = eur(sum((one.amount for one in order.transfers), Decimal(0)))
    call.store.put(BANK, "file", file["payment_id"], file, reference=order.msg_id)
    call.effect("payment_file", file["payment_id"], order.msg_id)
    return _shown(call, file)


def _reason(call: Visit, transfer: Transfer, seen: set[tuple[str, str]]) -> str | None:
    """Why a transfer is not executed. Source: ISO 20022 external status reason codes."""
    try:
        IBAN(transfer.creditor_iban)
        IBAN(transfer.debtor_iban)
    except SchwiftyException:
        return "AC01"
    if not transfer.creditor_name:
        return "RR03"
    written = (transfer.creditor_name, transfer.text or "", transfer.end_to_end_id)
    if not all(WRITTEN.fullmatch(text) for text in written):
        return "RR10"
    if transfer.amount <= 0 or transfer.amount != transfer.amount.quantize(Decimal("0.01")):
        return "AM09"
    earlier = [
        one
        for one in call.store.find(BANK, "transaction", topic=transfer.end_to_end_id)
        if one["debtor_iban"] == transfer.debtor_iban and one["status"] not in ("RJCT", "CANC")
    ]
    return "AM05" if earlier or (transfer.debtor_iban, transfer.end_to_end_id) in seen else None


def _transaction(call: Visit, file: Json, id: str, transfer: Transfer, reason: str | None) -> Json:
    return {
        "id": id,
        "payment_id": file["payment_id"],
        "end_to_end_id": transfer.end_to_end_id,
        "amount_eur": eur(transfer.amount),
        "creditor_iban": transfer.creditor_iban,
        "creditor_name": transfer.creditor_name,
        "debtor_iban": transfer.debtor_iban,
        "execution_on": str(max(transfer.execution_on, clock.day_of(call.now))),
        "reference": transfer.reference,
        "text": transfer.text,
        "status": "RJCT" if reason else "ACSP",
        "reason": reason,
        "booked_on": None,
    }


def _transactions(call: Visit, file: Json) -> list[Json]:
    return [one for id in file["transactions"] if (one := call.store.get(BANK, "transaction", id))]


def _status(file: Json, transactions: list[Json]) -> str:
    states = {one["status"] for one in transactions}
    if file["rejected"] or states <= {"RJCT"}:
        return "RJCT"
    if states == {"CANC"}:
        return "CANC"
    if "RJCT" in states:
        return "PART"
    return "ACSC" if states <= {"ACSC", "RTRN"} else "ACCP"


def _shown(call: Visit, file: Json) -> Json:
    transactions = _transactions(call, file)
    return {
        "payment_id": file["payment_id"],
        "msg_id": file["msg_id"],
        "status": _status(file, transactions),
        "reason": file["rejected"],
        "detail": file["detail"],
        "total_eur": file["total_eur"],
        "received_at": file["received_at"],
        "transactions": [
            {name: value for name, value in one.items() if name not in ("id", "payment_id")} for one in transactions
        ],
    }


@router.get("/payments")
async def find_payments(
    call: Call,
    msg_id: str | None = Query(None, alias="msgId"),
    end_to_end_id: str | None = Query(None, alias="endToEndId"),
) -> Json:
    """Files by MsgId, or those that hold an EndToEndId."""
    books(call)
    if end_to_end_id:
        held = call.store.find(BANK, "transaction", topic=end_to_end_id)
        files = [call.must("file", id) for id in dict.fromkeys(one["payment_id"] for one in held)]
    elif msg_id:
        files = call.store.find(BANK, "file", reference=msg_id)
    else:
        raise ProblemResponse("invalid-request", "msgId or endToEndId is needed")
    return {"payments": [_shown(call, file) for file in files]}


@router.get("/payments/{id}")
async def get_payments(id: str, call: Call) -> Json:
    """What became of a file."""
    books(call)
    return _shown(call, call.must("file", id))


@router.get("/payments/{id}/status-report")
async def status_report(id: str, call: Call) -> Response:
    """The same as pain.002."""
    books(call)
    shown = _shown(call, call.must("file", id))
    report = bank_messages.status_report(shown, shown["transactions"], clock.text(call.now))
    return Response(report, media_type=XML)


@router.delete("/payments/{id}", status_code=204)
async def cancel_payments(id: str, call: Call) -> Response:
    """Take a file back while nothing of it is booked."""
    books(call)
    file = call.must("file", id)
    transactions = _transactions(call, file)
    if any(one["status"] in ("ACSC", "RTRN") for one in transactions):
        raise ProblemResponse("wrong-state", "a payment of this file is booked")
    waiting = [one for one in transactions if one["status"] == "ACSP"]
    for one in waiting:
        call.store.drop(BANK, "waiting", one["id"])
        call.store.put(BANK, "transaction", one["id"], one | {"status": "CANC"})
    if waiting:
        call.effect("file_cancellation", id, file["msg_id"])
    return Response(status_code=204)


@router.get("/accounts/{iban}/statements")
async def get_statement(iban: str, call: Call, on: date = Query(alias="date")) -> Response:
    """The statement of a day that is over."""
    opened = books(call)
    if on >= opened.today:
        raise missing(f"the statement of {on}, which is not over yet,")
    opened.close(iban, on)
    return Response(statement(opened, iban, on, clock.text(call.now)), media_type=XML)


@router.get("/accounts/{iban}/entries")
async def list_entries(iban: str, call: Call, from_on: date = date.min, until_on: date = date.max) -> Json:
    """What is booked so far, and the balance now."""
    opened = books(call)
    entries = [e for e in opened.entries(iban) if str(from_on) <= e["on"] <= str(until_on)]
    return {"iban": iban, "balance_eur": eur(opened.balance(iban, date.max)), "entries": entries}
