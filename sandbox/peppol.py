"""The Peppol access point: who is on the network, and documents sent to them once.

Source: Peppol SMP and SBDH (lookup, instance identifier); the HTTP shape is our own.
"""

import hashlib
from datetime import timedelta

from fastapi import Header, Query, Request, Response

from . import clock, ubl
from .desk import Call, Visit, partner_router
from .problems import ProblemResponse, missing
from .store import Json, new_id

router = partner_router("peppol")
ALWAYS_REGISTERED = ("9925",)


def registered(call: Visit, participant: str) -> bool:
    """Told by a tester, else any number of the Belgian register with right check digits. Source: ICD 0208."""
    told = call.store.get(call.partner, "participant", participant)
    if told is not None:
        return bool(told["registered"])
    scheme, _, number = participant.partition(":")
    if scheme == "0208" and len(number) == 10 and number.isdigit():
        return 97 - int(number[:8]) % 97 == int(number[8:])
    return scheme in ALWAYS_REGISTERED


@router.get("/participants/{participant}")
async def lookup_participant(participant: str, call: Call) -> Json:
    """Whether somebody receives documents, and which."""
    if not registered(call, participant):
        raise missing(f"participant {participant}")
    return {
        "participant": participant,
        "registered": True,
        "documentTypes": ["Invoice", "CreditNote"],
        "accessPoint": "sandbox-ap",
    }


@router.post("/messages", status_code=202)
async def send_document(
    request: Request, response: Response, call: Call, x_message_id: str | None = Header(None)
) -> Json:
    """Send a document; the same message again is the same message."""
    raw = await request.body()
    id, print_ = x_message_id or new_id("pm"), hashlib.sha256(raw).hexdigest()
    if known := call.store.get(call.partner, "message", id):
        if known["fingerprint"] != print_:
            raise ProblemResponse("idempotency-key-reused", f"message id {id} was used for another document")
        response.status_code = 200
        return _message_status(call, known)
    document = ubl.read(raw)
    if not registered(call, document.buyer.endpoint):
        raise ProblemResponse("refused", f"receiver {document.buyer.endpoint} is not on the network")
    number = f"{document.seller.endpoint}/{document.kind}/{document.id}"
    if call.store.find(call.partner, "message", topic=number):
        raise ProblemResponse("conflict", f"{document.kind} {document.id} was sent before under another message id")
    return _take(call, id, print_, document, number)


def _take(call: Visit, id: str, fingerprint: str, document: ubl.UblDocument, number: str) -> Json:
    delivered = clock.text(call.now + timedelta(seconds=call.settings.peppol_seconds))
    message = {
        "message_id": id,
        "accepted_at": clock.text(call.now),
        "delivers_at": delivered,
        "fingerprint": fingerprint,
        "document": document.as_json(),
    }
    call.store.put(call.partner, "message", id, message, reference=document.id, topic=number)
    call.store.put("people", "unread_document", id, {"message_id": id, "at": delivered})
    call.effect("document", id, document.id)
    call.notify("peppol.delivered", id, "delivered", document.id, clock.instant(delivered))
    return _message_status(call, message)


def _message_status(call: Visit, message: Json) -> Json:
    there = clock.instant(message["delivers_at"]) <= call.now
    shown = {name: value for name, value in message.items() if name not in ("delivers_at", "fingerprint")}
    return shown | {
        "status": "delivered" if there else "accepted",
        "delivered_at": message["delivers_at"] if there else None,
    }


@router.get("/messages")
async def find_messages(
    call: Call, document_id: str | None = Query(None, alias="documentId"), seller: str | None = None
) -> Json:
    """Messages by document number, and seller when given."""
    found = call.store.find(call.partner, "message", reference=document_id)
    if seller:
        found = [one for one in found if seller in one["document"]["seller"].values()]
    return {"messages": [_message_status(call, one) for one in found]}


@router.get("/messages/{id}")
async def get_message(id: str, call: Call) -> Json:
    """What became of a message."""
    return _message_status(call, call.must("message", id))
