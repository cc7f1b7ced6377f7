"""How partners say no: RFC 9457 problem details with a stable type."""

import httpx2
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

TYPES = "https://sandbox.example/problems/"
TITLES = {
    "invalid-request": (400, "Invalid request"),
    "unauthorized": (401, "Not signed in"),
    "not-found": (404, "Not found"),
    "conflict": (409, "Conflict"),
    "hold-expired": (409, "Hold expired"),
    "wrong-state": (409, "Not possible in this state"),
    "idempotency-in-flight": (409, "The first request with this key is still under way"),
    "idempotency-key-reused": (422, "This key was used for another request"),
    "refused": (422, "Refused"),
    "broken": (500, "Internal error"),
    "unavailable": (503, "Unavailable"),
    "no-answer": (504, "No answer in time"),
}


class ProblemResponse(Exception):
    """A partner's no: its kind (see TITLES) and the sentence that explains it."""

    def __init__(self, kind: str, detail: str, headers: dict[str, str] | None = None) -> None:
        self.kind, self.detail, self.headers = kind, detail, headers
        self.status, self.title = TITLES[kind]
        super().__init__(detail)

    def answer(self, partner: str) -> JSONResponse:
        """The answer on the wire. Source: RFC 9457, section 3."""
        return JSONResponse(
            {
                "type": TYPES + self.kind,
                "title": self.title,
                "status": self.status,
                "detail": self.detail,
                "partner": partner,
            },
            status_code=self.status,
            headers=self.headers,
            media_type="application/problem+json",
        )


class ConnectionCut(httpx2.ReadError):
    """The partner hung up without an answer.

    It is a transport error so that a caller in the same process meets what it would meet over a socket.
    """

    def __init__(self, partner: str) -> None:
        super().__init__(f"{partner} closed the connection without an answer")


def missing(what: str) -> ProblemResponse:
    """Nobody here knows this."""
    return ProblemResponse("not-found", f"{what} is not known here")


def invalid(error: RequestValidationError) -> ProblemResponse:
    """The request does not follow the interface: which field, and why."""
    found = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return ProblemResponse("invalid-request", found)
