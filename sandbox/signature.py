"""The signature partner: the cooperative's seal on a hash, and persons who sign by themselves.

Source: Cloud Signature Consortium API v2, sections 11 (credentials, signatures); the sessions are our own.
"""

import base64
import binascii
import secrets
from datetime import timedelta
from html import escape

from fastapi import Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from . import clock, keys
from .desk import Call, Visit, partner_router
from .people_book import person
from .problems import ProblemResponse, missing
from .store import Json, new_id
from .wire import CamelMessage

router = partner_router("signature")
SHA256_OID, ECDSA_SHA256_OID = "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2"
SEAL_NAME = "Coopérative (cachet / zegel)"
SESSION = "session"


class CredentialRequest(CamelMessage):
    """Which credential."""

    credential_id: str = ""

    def named(self) -> str:
        """Its name; CSC writes credentialID."""
        return str((self.model_extra or {}).get("credentialID") or self.credential_id)


class HashRequest(CredentialRequest):
    """CSC signatures/signHash."""

    hashes: list[str]
    hash_algorithm_oid: str | None = None
    sign_algo: str = ECDSA_SHA256_OID
    client_data: str | None = None


class SessionRequest(CamelMessage):
    """Who is to sign what."""

    external_ref: str | None = None
    signer: Json
    document: Json
    expires_in_hours: int = 72


@router.post("/csc/v2/info")
async def csc_info(call: Call) -> Json:
    """What this provider can do."""
    return {
        "specs": "2.0.0.2",
        "name": "All Inclusive sandbox signing",
        "region": "BE",
        "lang": "en",
        "authType": ["oauth2client"],
        "methods": ["credentials/list", "credentials/info", "credentials/authorize", "signatures/signHash"],
    }


@router.post("/oauth2/token")
async def issue_token(call: Call, grant_type: str = Form()) -> Json:
    """A token, which the sandbox accepts and does not demand."""
    return {"access_token": secrets.token_urlsafe(24), "token_type": "Bearer", "expires_in": 3600}


@router.post("/csc/v2/credentials/list")
async def list_credentials(call: Call) -> Json:
    """The cooperative's seal is the only credential."""
    return {"credentialIDs": [keys.SEAL]}


def _seal(call: Visit, body: CredentialRequest) -> Json:
    if body.named() != keys.SEAL:
        raise missing(f"credential {body.named()}")
    return keys.key_of(call.store, keys.SEAL, SEAL_NAME)


@router.post("/csc/v2/credentials/info")
async def credential_info(body: CredentialRequest, call: Call) -> Json:
    """The seal's key and certificates."""
    seal = _seal(call, body)
    authority = keys.key_of(call.store, keys.CA, "All Inclusive sandbox authority")
    return {
        "key": {"status": "enabled", "algo": [ECDSA_SHA256_OID], "len": 256, "curve": "1.2.840.10045.3.1.7"},
        "cert": {
            "status": "valid",
            "certificates": [seal["certificate"], authority["certificate"]],
            "subjectDN": keys.subject_of(seal),
            "issuerDN": keys.subject_of(authority),
            "serialNumber": keys.serial_of(seal),
        },
        "auth": {"mode": "implicit"},
        "SCAL": "1",
        "multisign": 10,
    }


@router.post("/csc/v2/credentials/authorize")
async def authorize_credential(body: CredentialRequest, call: Call) -> Json:
    """Signature activation data."""
    _seal(call, body)
    return {"SAD": secrets.token_urlsafe(16), "expiresIn": 300}


@router.post("/csc/v2/signatures/signHash")
async def sign_hash(body: HashRequest, call: Call) -> Json:
    """Seal hashes for the cooperative."""
    seal = _seal(call, body)
    if body.sign_algo != ECDSA_SHA256_OID:
        raise ProblemResponse("invalid-request", f"signAlgo {body.sign_algo}: only {ECDSA_SHA256_OID}")
    signatures = [keys.sign(seal, _digest(one)) for one in body.hashes]
    call.effect("seal", body.hashes[0], body.client_data)
    return {"signatures": signatures}


def _digest(written: str) -> bytes:
    try:
        digest = base64.b64decode(written, validate=True)
    except binascii.Error as error:
        raise ProblemResponse("invalid-request", "a hash is base64") from error
    if len(digest) != 32:
        raise ProblemResponse("invalid-request", "a SHA-256 hash has 32 bytes")
    return digest


@router.post("/sessions", status_code=201)
async def create_session(body: SessionRequest, request: Request, call: Call) -> Json:
    """Invite somebody to sign."""
    _digest(str(body.document.get("hash")))
    id = new_id("sg")
    who = person(call.store, str(body.signer.get("email", "")))
    decides = {"answers": "signed", "silent": None}.get(who["behaviour"], "declined")
    decides_at = call.now + timedelta(seconds=call.settings.signature_seconds)
    session = {
        "id": id,
        "externalRef": body.external_ref,
        "url": f"{request.url.replace(query='')}/{id}/page",
        "status": "pending",
        "signer": body.signer,
        "document": body.document,
        "level": "QES",
        "createdAt": clock.text(call.now),
        "expiresAt": clock.text(call.held_until(timedelta(hours=body.expires_in_hours))),
        "signedAt": None,
        "signature": None,
        "certificate": None,
        "decides": decides,
        "decidesAt": clock.text(decides_at),
    }
    call.store.put(call.partner, SESSION, id, session, reference=body.external_ref)
    call.effect("session", id, body.external_ref)
    if decides:
        call.notify("signature.session_done", id, decides, body.external_ref, decides_at)
    return _shown(session)


def _shown(session: Json) -> Json:
    return {name: value for name, value in session.items() if name not in ("decides", "decidesAt")}


def _session_status(call: Visit, session: Json) -> Json:
    """What became of it by now: signed or declined when its signer's time came, else expired."""
    if session["status"] != "pending":
        return session
    decided = session["decides"] and clock.instant(session["decidesAt"]) <= call.now
    if decided and session["decidesAt"] < session["expiresAt"]:
        return _decide(call, session, session["decides"], session["decidesAt"])
    if call.passed(session["expiresAt"]):
        session["status"] = "expired"
        call.store.put(call.partner, SESSION, session["id"], session)
    return session


def _decide(call: Visit, session: Json, status: str, at: str) -> Json:
    session["status"] = status
    if status == "signed":
        signer = session["signer"]
        name = f"{signer.get('givenName', '')} {signer.get('familyName', '')}".strip() or "Unnamed"
        key = keys.key_of(call.store, f"person:{signer.get('email')}", name)
        session["signature"] = keys.sign(key, _digest(session["document"]["hash"]))
        session["certificate"], session["signedAt"] = key["certificate"], at
        call.effect("signature", session["id"], session["externalRef"])
    call.store.put(call.partner, SESSION, session["id"], session)
    return session


@router.get("/sessions")
async def find_sessions(call: Call, external_ref: str = Query(alias="externalRef")) -> Json:
    """The sessions with our reference."""
    found = call.store.find(call.partner, SESSION, reference=external_ref)
    return {"sessions": [_shown(_session_status(call, session)) for session in found]}


@router.get("/sessions/{id}")
async def get_session(id: str, call: Call) -> Json:
    """Whether somebody has signed."""
    return _shown(_session_status(call, call.must(SESSION, id)))


@router.get("/sessions/{id}/page", response_class=HTMLResponse)
async def session_page(id: str, call: Call) -> HTMLResponse:
    """The page on which a person signs."""
    session = _session_status(call, call.must(SESSION, id))
    button = f"<form method=post action='/signature/sessions/{id}/sign'><button>Sign</button></form>"
    shown = button if session["status"] == "pending" else f"<p>{session['status']}</p>"
    title = escape(str(session["document"].get("name", id)))
    return HTMLResponse(f"<!doctype html><html lang=en><title>{title}</title><h1>{title}</h1>{shown}</html>")


@router.post("/sessions/{id}/sign")
async def sign_session(id: str, call: Call) -> Json:
    """The person signs now; signed is signed."""
    session = _session_status(call, call.must(SESSION, id))
    if session["status"] == "pending":
        _decide(call, session, "signed", clock.text(call.now))
        call.keep_quiet(id)
        call.notify("signature.session_done", id, "signed", session["externalRef"])
    if session["status"] != "signed":
        raise ProblemResponse("wrong-state", f"the session is {session['status']}")
    return _shown(session)


@router.delete("/sessions/{id}", status_code=204)
async def cancel_session(id: str, call: Call) -> Response:
    """Take an invitation back; what is signed stays signed."""
    session = _session_status(call, call.must(SESSION, id))
    if session["status"] == "signed":
        raise ProblemResponse("wrong-state", "the session is signed")
    if session["status"] == "pending":
        session["status"] = "cancelled"
        call.keep_quiet(id)
        call.store.put(call.partner, SESSION, id, session)
        call.effect("session_cancellation", id, session["externalRef"])
    return Response(status_code=204)
