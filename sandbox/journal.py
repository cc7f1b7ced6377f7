"""The call log and the answers kept by Idempotency-Key.

Source: draft-ietf-httpapi-idempotency-key-header, section 2 (409 in flight, 422 for another payload).
"""

import hashlib
import json

from fastapi import Request, Response

from . import clock
from .problems import ProblemResponse
from .store import Json, Store
from .visit import Visit

KEPT_HEADERS = ("content-type", "location", "expires", "rollback-expires")


def fingerprint(request: Request, body: bytes) -> str:
    """What makes two requests the same request."""
    told = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(told + body).hexdigest()


def stored_answer(store: Store, partner: str, key: str) -> Json | None:
    """The stored answer to the request with this key."""
    found = store.rows("SELECT * FROM answers WHERE partner=? AND key=?", partner, key)
    return found[0] if found else None


def replayed_response(visit: Visit) -> Response | None:
    """The answer this very request was given before."""
    row = stored_answer(visit.store, visit.partner, visit.key) if visit.key else None
    if row is None:
        return None
    if row["fingerprint"] != visit.fingerprint:
        raise ProblemResponse("idempotency-key-reused", f"key {visit.key}")
    visit.replayed = True
    headers = json.loads(row["headers"]) | {"Idempotent-Replayed": "true"}
    return Response(row["body"], row["status"], headers)


def keep(visit: Visit, response: Response) -> None:
    """Keep a success for whoever asks again; a no is not kept, for nothing happened."""
    if visit.key is None or response.status_code >= 300:
        return
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    row = (visit.partner, visit.key, visit.fingerprint, visit.operation, clock.text(visit.now))
    visit.store.db.execute(
        "INSERT INTO answers (partner, key, fingerprint, operation, at, status, headers, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*row, response.status_code, json.dumps(headers), bytes(response.body)),
    )


def log(visit: Visit, status: int, fault: str | None) -> None:
    """One row per call; a connection that was cut has status 0."""
    called = (clock.text(visit.now), visit.partner, visit.operation, visit.method, visit.path, visit.key)
    visit.store.db.execute(
        "INSERT INTO calls (at, partner, operation, method, path, key, status, effect, fault, replayed) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*called, status, visit.done, fault, visit.replayed),
    )
