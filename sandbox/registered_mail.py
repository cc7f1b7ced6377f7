"""Registered mail: posted today, on its way tomorrow, delivered with a proof."""

from datetime import timedelta

from . import clock
from .desk import Call, Visit, partner_router
from .store import Json, new_id
from .wire import Message

router = partner_router("registered-mail")
COST_EUR = "9.85"
"""Made up; a simulated price list."""


class Letter(Message):
    """One registered letter."""

    reference: str | None = None
    recipient: Json
    sender: Json | None = None
    document: Json
    language: str = "fr"


@router.post("/letters", status_code=201)
async def post_letter(body: Letter, call: Call) -> Json:
    """Post a letter."""
    id = new_id("lt")
    number = call.store.count(call.partner, "letter") + 1
    arrives = call.now + timedelta(days=call.settings.letter_days)
    letter = {
        "letter_id": id,
        "tracking": f"RB{number:09d}BE",
        "reference": body.reference,
        "recipient": body.recipient,
        "document": {"name": body.document.get("name")},
        "cost_eur": COST_EUR,
        "posted_at": clock.text(call.now),
        "steps": [
            {"status": "accepted", "at": clock.text(call.now)},
            {"status": "in_transit", "at": clock.text(min(call.now + timedelta(days=1), arrives))},
            {"status": "delivered", "at": clock.text(arrives)},
        ],
    }
    call.store.put(call.partner, "letter", id, letter, reference=body.reference)
    call.effect("letter", id, body.reference)
    call.notify("registered_mail.delivered", id, "delivered", body.reference, arrives)
    return _letter_status(call, letter)


def _letter_status(call: Visit, letter: Json) -> Json:
    past = [step for step in letter["steps"] if clock.instant(step["at"]) <= call.now] or letter["steps"][:1]
    status = past[-1]["status"]
    shown = {name: value for name, value in letter.items() if name != "steps"}
    arrived = past[-1]["at"] if status == "delivered" else None
    return shown | {"status": status, "delivered_at": arrived, "history": past}


@router.get("/letters")
async def find_letters(call: Call, reference: str) -> Json:
    """The letters with our reference."""
    found = call.store.find(call.partner, "letter", reference=reference)
    return {"letters": [_letter_status(call, letter) for letter in found]}


@router.get("/letters/{id}")
async def get_letter(id: str, call: Call) -> Json:
    """Where a letter is."""
    return _letter_status(call, call.must("letter", id))
