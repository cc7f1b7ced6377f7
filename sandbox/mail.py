"""Electronic mail: what is sent lies in somebody's mailbox, where simulated people read it."""

from pydantic import ConfigDict, Field

from . import clock
from .desk import Call, partner_router
from .store import Json, new_id
from .wire import Message

router = partner_router("mail")


class ReceivedMail(Message):
    """One mail."""

    model_config = ConfigDict(populate_by_name=True)

    to: list[str] | str
    sender: str | None = Field(None, alias="from")
    subject: str
    text: str = ""
    html: str | None = None
    reference: str | None = None
    attachments: list[Json] = []


@router.post("/messages", status_code=202)
async def send_message(body: ReceivedMail, call: Call) -> Json:
    """Deliver a mail to each address."""
    id = new_id("ml")
    to = [body.to] if isinstance(body.to, str) else body.to
    mail = body.model_dump(mode="json", by_alias=True) | {
        "to": to,
        "message_id": id,
        "status": "sent",
        "sent_at": clock.text(call.now),
    }
    call.store.put(call.partner, "message", id, mail, reference=body.reference)
    for address in to:
        entry = {"id": f"{id}/{address.lower()}", "message_id": id, "address": address.lower()}
        call.store.put(call.partner, "delivery", entry["id"], entry, topic=entry["address"])
        call.store.put("people", "unread_mail", entry["id"], entry)
    call.effect("mail", id, body.reference)
    return mail


@router.get("/messages")
async def find_messages(call: Call, reference: str) -> Json:
    """The mails with our reference."""
    return {"messages": call.store.find(call.partner, "message", reference=reference)}


@router.get("/messages/{id}")
async def get_message(id: str, call: Call) -> Json:
    """One mail."""
    return call.must("message", id)


@router.get("/mailboxes/{address}")
async def read_mailbox(address: str, call: Call) -> Json:
    """What somebody received, newest first."""
    entries = call.store.find(call.partner, "delivery", topic=address.lower())
    mails = [call.must("message", entry["message_id"]) for entry in reversed(entries)]
    return {"address": address.lower(), "messages": mails}
