"""What comes back over Peppol: answers of clients to invoices, and of the network to what it was given.

Source: UBL 2.1 ApplicationResponse; Peppol BIS 63 Invoice Response 3, BIS 36 Message Level Response 3,
Message Level Status 1.0 (rules SCH-MLS-01 to 29); code lists UNCL4343 (subset), OPStatusReason, OPStatusAction. The
HTTP shape of the inbox is our own.
"""

from datetime import datetime
from typing import Literal, get_args

from fastapi import Query, Request, Response
from lxml import etree

from . import admin, clock, peppol
from .desk import Call
from .markup import Markup, Written
from .problems import ProblemResponse, missing
from .store import Json, Store, new_id
from .wire import Message

Code = Literal["AB", "IP", "UQ", "CA", "RE", "AP", "PD"]
Reason = Literal[
    "NON",
    "REF",
    "LEG",
    "REC",
    "QUA",
    "DEL",
    "PRI",
    "QTY",
    "ITM",
    "PAY",
    "UNR",
    "FIN",
    "PPD",
    "OTH",
    "SV",
    "BV",
    "BW",
    "FD",
]
Action = Literal["NOA", "PIN", "NIN", "CNF", "CNP", "CNA", "OTH"]
Layer = Literal["client", "network", "provider"]
OF_THE_NETWORK = ("SV", "BV", "BW", "FD")
"""What was wrong with it on its way; `FD`, it could not be delivered, only a service provider says."""
CLARIFIED = ("UQ", "CA", "RE")
"""Say why, or what is asked. Source: Peppol BIS 63, section on clarifications: compulsory with these."""
LAYERS = {
    "client": ("urn:fdc:peppol.eu:poacc:trns:invoice_response:3", "urn:fdc:peppol.eu:poacc:bis:invoice_response:3"),
    "network": ("urn:fdc:peppol.eu:poacc:trns:mlr:3", "urn:fdc:peppol.eu:poacc:bis:mlr:3"),
    "provider": ("urn:peppol:edec:mls:1.0", "urn:peppol:edec:mls"),
}
ROOT = "urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"
DOCUMENT_TYPE = f"{ROOT}::ApplicationResponse##{{0}}::2.1"
R = Markup(ROOT)
B = Markup("urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2")
A = Markup("urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2")
PARTNER = "peppol"


class PlannedAnswer(Message):
    """An answer to a document that was sent."""

    document: str
    """Its number."""
    code: Code
    layer: Layer = "client"
    reasons: list[Reason] = []
    actions: list[Action] = []
    note: str = ""
    sender: str | None = None
    """Somebody else than the receiver; left out, the receiver."""
    raw: str | None = None
    """These very bytes instead: what no rule lets through."""


@peppol.router.get("/inbox")
async def list_inbox(call: Call, after: int = Query(0, ge=0)) -> Json:
    """What came in behind a position, at most a hundred, in order."""
    found = sorted(call.store.find(PARTNER, "inbox"), key=lambda one: int(one["position"]))
    behind = [one for one in found if one["position"] > after]
    return {"documents": [{name: one[name] for name in one if name != "content"} for one in behind[:100]]}


@peppol.router.get("/inbox/{message_id}")
async def read_inbox(message_id: str, call: Call) -> Response:
    """One document as it was sent."""
    found = call.must("inbox", message_id)
    return Response(str(found["content"]).encode(), media_type="application/xml")


@admin.router.post("/peppol/answers", status_code=201)
async def answer(body: PlannedAnswer, request: Request, desk: admin.TheDesk) -> Json:
    """The receiver of a document, or the network, answers it."""
    now = desk.now(request)
    async with desk.turn() as store:
        sent = store.find(PARTNER, "message", reference=body.document)
        if not sent:
            raise missing(f"document {body.document}")
        _allowed(body)
        id = new_id("ar")
        content = body.raw or _written(body, id, sent[-1], now)
        position = len(store.find(PARTNER, "inbox")) + 1
        came = {
            "message_id": id,
            "position": position,
            "document_type": DOCUMENT_TYPE.format(LAYERS[body.layer][0]),
            "process": LAYERS[body.layer][1],
            "received_at": clock.text(now),
            "content": content,
        }
        store.put(PARTNER, "inbox", id, came)
        _told(store, id, body, now)
    return {"message_id": id, "position": position}


def _allowed(body: PlannedAnswer) -> None:
    """What the rules of both messages let through."""
    known = get_args(Code) if body.layer == "client" else ("AB", "AP", "RE")
    if body.code not in known:
        raise ProblemResponse("refused", f"{body.code} is no status of this message")
    own = {one in OF_THE_NETWORK for one in body.reasons}
    if (own and own != {body.layer != "client"}) or ("FD" in body.reasons and body.layer != "provider"):
        raise ProblemResponse("refused", f"{body.reasons} are no reasons of this message")
    if body.code in CLARIFIED and not (body.reasons or body.note):
        raise ProblemResponse("refused", f"{body.code} needs a clarification")
    fails = any(one != "BW" for one in body.reasons)
    if body.layer == "provider" and fails != (body.code == "RE"):
        raise ProblemResponse("refused", "SCH-MLS-23, 24: RE names a failure, and nothing else does")


def _told(store: Store, id: str, body: PlannedAnswer, now: datetime) -> None:
    event = {"type": "peppol.answered", "reference": body.document, "subject": id, "status": body.code}
    store.event(PARTNER, clock.text(now), event | {"occurred_at": clock.text(now)})


def _written(body: PlannedAnswer, id: str, sent: Json, now: datetime) -> str:
    if body.layer == "provider":
        return _status(body, id, sent, now)
    document, customization = sent["document"], LAYERS[body.layer]
    number = document["id"] if body.layer == "client" else sent["message_id"]
    statuses = [A.Status(B.StatusReasonCode(one, listID="OPStatusReason")) for one in body.reasons]
    statuses += [A.Status(B.StatusReasonCode(one, listID="OPStatusAction")) for one in body.actions]
    root = R.ApplicationResponse(
        B.CustomizationID(customization[0]),
        B.ProfileID(customization[1]),
        B.ID(id),
        B.IssueDate(str(clock.day_of(now))),
        *([B.Note(body.note)] if body.note else []),
        A.SenderParty(*_party(body.sender or document["buyer"]["endpoint"], document["buyer"]["name"])),
        A.ReceiverParty(*_party(document["seller"]["endpoint"], document["seller"]["name"])),
        A.DocumentResponse(
            A.Response(B.ResponseCode(body.code, listID="UNCL4343OpSubset"), *statuses),
            A.DocumentReference(
                B.ID(number),
                B.DocumentTypeCode("381" if document["kind"] == "CreditNote" else "380", listID="UNCL1001"),
            ),
        ),
    )
    return etree.tostring(root, encoding="unicode")


def _status(body: PlannedAnswer, id: str, sent: Json, now: datetime) -> str:
    """What one service provider tells another about the document it was given, by the id it came under."""
    said = body.note or "see the issues"
    root = R.ApplicationResponse(
        B.CustomizationID(LAYERS["provider"][0]),
        B.ProfileID(LAYERS["provider"][1]),
        B.ID(id),
        B.IssueDate(str(clock.day_of(now))),
        B.IssueTime(now.strftime("%H:%M:%SZ")),
        A.SenderParty(B.EndpointID(body.sender or "000002", schemeID="0242")),
        A.ReceiverParty(B.EndpointID("000001", schemeID="0242")),
        A.DocumentResponse(
            A.Response(B.ResponseCode(body.code), B.Description(said)),
            A.DocumentReference(B.ID(sent["message_id"])),
            *(
                A.LineResponse(
                    A.LineReference(B.LineID("/Invoice")),
                    A.Response(B.Description(said), A.Status(B.StatusReasonCode(one))),
                )
                for one in body.reasons
            ),
        ),
    )
    return etree.tostring(root, encoding="unicode")


def _party(endpoint: str, name: str) -> tuple[Written, Written]:
    scheme, _, number = endpoint.partition(":")
    return B.EndpointID(number, schemeID=scheme), A.PartyLegalEntity(B.RegistrationName(name))
