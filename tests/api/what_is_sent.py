"""What is sent to each door, so that whoever may pass is understood."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.api.conftest import BRUSSELS
from tests.api.test_declaring import KEY, concert
from tests.api.test_links import BOB, HOME
from tests.databases import MONDAY
from tests.services.test_bank import statement

BECAUSE = {"reason": "because it is so"}
DECIDED = BECAUSE | {"expected_attempt": 1}
PHOTO = b"\xff\xd8\xff\xe0" + b"0" * 40


def unknown_money() -> bytes:
    """A statement with 150.00 under nobody's reference."""
    return statement(("150.00", "merci pour tout"), iban=BRUSSELS.iban, opening="0.00")


JSON: Mapping[str, object] = {
    "POST /api/session": {"person": "ann"},
    "POST /api/quotes": {"title": "Concert"},
    "POST /api/me": {"language": "en"},
    "POST /api/demo/clock": {"do": "pause"},
    "POST /api/jobs": concert(),
    "POST /api/jobs/{job}/withdraw": BECAUSE,
    "POST /api/jobs/{job}/move": BECAUSE | {"declaration": concert()},
    "POST /api/jobs/{job}/move/take-back": BECAUSE,
    "POST /api/jobs/{job}/report": {"outcome": "as_declared"},
    "POST /api/jobs/{job}/incidents": {"kind": "damage", "happened_on": "2026-02-01", "text": "a lamp fell"},
    "POST /api/jobs/{job}/approvals/{rule}": BECAUSE | {"granted": True},
    "POST /api/jobs/{job}/crew/{item}/withholding": BECAUSE | {"withholding": "flat"},
    "POST /jobs/{job}/crew/{item}/withholding": BECAUSE | {"withholding": "flat"},
    "POST /api/views": {"name": "Vans", "asked": {"parked": True}},
    "POST /api/ops/reviews/{operation}": {"outcome": "good"},
    "POST /api/ops/replays": BECAUSE | {"service": "travel"},
    "POST /api/ops/partners/{partner}/by-itself": BECAUSE | {"on": True},
    "POST /api/bank/batches/{batch}/sent": {"bank_reference": "upload 4711"},
    "POST /api/bank/credits/{job}": BECAUSE | {"kind": "keep", "amount_eur": "1.00"},
    "POST /api/debts/{invoice}/instalments": BECAUSE | {"parts": 3, "first_on": "2026-02-20"},
    "POST /api/debts/{invoice}/instalments/answer": BECAUSE | {"agreed": True},
    "POST /api/bank/returned/{payment}/by-hand": BECAUSE | {"paid_on": "2026-02-02"},
    "POST /api/debts/{invoice}/again": BECAUSE | {"how": "collect"},
    "POST /bank/debts/{invoice}": BECAUSE | {"how": "collect"},
    "POST /api/bank/payees/{payment}": BECAUSE | {"decision": "pay"},
    "POST /bank/payees/{payment}": BECAUSE | {"decision": "pay"},
    "POST /bank/credits/{job}": BECAUSE | {"kind": "keep", "amount_eur": "1.00", "key": "page-key-1"},
    "POST /api/bank/movements/{movement}/match": BECAUSE | {"parts": [{"kind": "costs", "amount_eur": "1.00"}]},
    "POST /a/{client}": {"answer": "accept"},
    "POST /a/{client}/cancel": {"owed_eur": "0.00", "reason": "the hall is closed"},
    "POST /a/{client}/invoices/{invoice}/instalments": {"do": "accept"},
    "POST /a/{client}/invoices/{invoice}": {"do": "paid"},
    "POST /a/{client}/days": {"do": "approve"},
    "POST /i/{crew}": BOB | HOME,
}
FORMS: Mapping[str, dict[str, str]] = {
    "POST /sign-in": {"person": "ann"},
    "POST /forgotten": {"person": "ann"},
    "POST /password/{token}": {"new": "lantern copper wheat bicycle"},
    "POST /me/security/password": {"old": "a", "new": "lantern copper wheat bicycle"},
    "POST /me/security/factor": {"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "code": "000000", "old": "a"},
    "POST /me/security/factor/off": {"code": "000000", "old": "a"},
    "POST /me/security/sessions": {"which": "0123456789abcdef"},
    "POST /declare": {"title": "Concert"},
    "POST /me": {"language": "en"},
    "POST /demo/clock": {"do": "pause"},
    "POST /advisor/approvals": BECAUSE | {"granted": "true", "one": "7ZK4M2Q9XA new_client"},
    "POST /jobs/{job}/withdraw": BECAUSE,
    "POST /jobs/{job}/move/take-back": BECAUSE,
    "POST /jobs/{job}/report": {"outcome": "as_declared"},
    "POST /jobs/{job}/messages": {"text": "Can the hall pay later?"},
    "POST /jobs/{job}/incidents": {"kind": "damage", "happened_on": "2026-02-01", "text": "a lamp fell"},
    "POST /jobs/{job}/receipts": {"what": "strings", "spent_on": "2026-02-01", "spent_eur": "24,50"},
    "POST /jobs/{job}/approvals/{rule}": BECAUSE | {"granted": "true"},
    "POST /jobs/{job}/crew/{item}/account": BECAUSE | {"iban": "BE62510007547061"},
    "POST /api/jobs/{job}/crew/{item}/account": BECAUSE | {"iban": "BE62510007547061"},
    "POST /advisor/views": {"name": "Concerts", "question": "text=concert"},
    "POST /ops/reviews/{operation}": {"outcome": "good"},
    "POST /accounts/{account}": BECAUSE | {"do": "sign_out"},
    "POST /ops/proposals/{proposal}": BECAUSE | {"answer": "yes"},
    "POST /ops/replays/count": {"service": "van_rental"},
    "POST /ops/replays": BECAUSE | {"service": "van_rental"},
    "POST /ops/replays/{replay}": BECAUSE | {"do": "pause"},
    "POST /ops/partners/{partner}": BECAUSE | {"do": "pause"},
    "POST /bank/movements/{movement}": BECAUSE | {"kind": "costs", "amount_eur": "1,00", "key": "a-key-00"},
    "POST /bank/batches/{batch}": {"do": "approve"},
    "POST /debtors/{debtor}/plans/{invoice}": BECAUSE | {"parts": "3", "first_on": "2026-02-16", "do": "show"},
    "POST /debtors/{debtor}/plans/{invoice}/answer": BECAUSE | {"do": "no"},
}
FILES: Mapping[str, tuple[str, bytes]] = {
    "POST /jobs/{job}/receipts": ("photo", PHOTO),
    "POST /jobs/{job}/incidents/{happening}/papers": ("photo", PHOTO),
    "POST /bank/statements": ("file", unknown_money()),
    "POST /setup/{kind}": ("file", b"- {plate: 1-ABC-123, name: Kangoo, seats: 2, load_kg: 600}\n"),
    "POST /jobs/{job}/crew/{item}/account": ("proof", PHOTO),
    "POST /api/jobs/{job}/crew/{item}/account": ("proof", PHOTO),
}


def sent(method: str, address: str) -> dict[str, Any]:
    """A body that is understood, for whoever may send it."""
    name = f"{method} {address.partition('?')[0]}"
    if "/steps/" in address and method == "POST":
        return on_step(address)
    if name in FORMS or name in FILES:
        field, content = FILES.get(name, ("", b""))
        return {"data": FORMS.get(name, {})} | ({"files": {field: ("seen.jpg", content)}} if field else {})
    if name == "POST /api/jobs/{job}/incidents/{happening}/papers":
        return {"content": b"%PDF-1.7 seen"}
    if name == "POST /api/bank/statements":
        return {"content": unknown_money()}
    headers = {"headers": {"idempotency-key": KEY["idempotency-key"]}} if name == "POST /api/jobs" else {}
    return ({"json": JSON.get(name, BECAUSE)} if method == "POST" else {}) | headers


def on_step(address: str) -> dict[str, Any]:
    """What is said about a parked step."""
    if "/evidence" in address:
        return {"content": b"%PDF-1.7 seen"}
    if not address.startswith("/api/"):
        return {"data": {"kind": "skip", "do": "decide", "expected_attempt": "1"} | BECAUSE}
    more: Mapping[str, dict[str, object]] = {
        "complete": DECIDED | {"result": {}, "evidence": "receipt.pdf"},
        "postpone": DECIDED | {"until_at": (MONDAY + timedelta(hours=4)).isoformat()},
        "answer": DECIDED | {"answer": "keep"},
        "claim": {},
        "notes": {"text": "I rang, they open at 8"},
    }
    return {"json": more.get(address.rsplit("/", 1)[-1], DECIDED)}
