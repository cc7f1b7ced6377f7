"""What partners tell us unasked: signed, kept once, and only ever a nudge; tables and polls stay the truth."""

import hashlib
import hmac
from typing import Annotated

import structlog
from fastapi import APIRouter, Header, Path, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.container import Container, Home
from api.errors import Wrong, responses
from api.links.routes import body_of
from api.partners import nudges
from api.ports.process import ProcessUnreachable
from storage.execution.webhooks import EventReused

router = APIRouter(tags=["partners"])
log = structlog.get_logger()


class PartnerEvent(BaseModel):
    """One event of a partner."""

    model_config = ConfigDict(
        extra="ignore",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"id": "ev_1", "type": "dimona.processed", "reference": "K1"}]},
    )

    id: Annotated[str, Field(min_length=1, max_length=200)]
    type: Annotated[str, Field(min_length=1, max_length=80)]
    reference: Annotated[str, Field(max_length=200)] | None = None
    """Our order key, or its short form."""
    subject: Annotated[str, Field(max_length=200)] | None = None
    """The partner's own reference."""


class Received(BaseModel):
    """The event is kept."""

    id: str
    first: bool


@router.post(
    "/api/webhooks/{partner}",
    status_code=202,
    responses=responses("signature-wrong", "event-unreadable", "key-reused"),
    openapi_extra=body_of(PartnerEvent),
)
async def receive(
    request: Request,
    home: Home,
    partner: Annotated[str, Path(pattern=r"^[a-z][a-z-]{1,39}$")],
    x_signature: Annotated[str | None, Header(max_length=200)] = None,
) -> Received:
    """Keep an event once and nudge the process it is about. `X-Signature: sha256=` HMAC of the exact body."""
    body = await request.body()
    check_signature(home, body, x_signature or "")
    try:
        event = PartnerEvent.model_validate_json(body)
    except ValidationError as error:
        raise Wrong("event-unreadable", str(error.errors()[0]["msg"])) from None
    try:
        known = await home.webhooks.known(partner, event.id, body)
    except EventReused:
        raise Wrong("key-reused", f"{event.id} told something else before") from None
    first = not known and await passed_on(home, partner, event, body)
    return Received(id=event.id, first=first)


def check_signature(home: Container, body: bytes, given: str) -> None:
    """Raise unless the body was signed with the shared secret, under any key we know; compared in constant time.

    A partner that was told the secret before a rotation goes on with it until the old key is retired.
    """
    own = home.settings.webhook_secret
    secrets = [own] if own else [one.hex() for one in home.settings.keys().derive_all("webhooks")]
    each = [hmac.new(one.encode(), body, hashlib.sha256).hexdigest() for one in secrets]
    fits = [hmac.compare_digest(f"sha256={one}".encode(), given.encode()) for one in each]
    if not any(fits):
        raise Wrong("signature-wrong")


async def passed_on(home: Container, partner: str, event: PartnerEvent, body: bytes) -> bool:
    """Nudge the process of the order an event is about, then keep the event with what came of it; whether it is
    new. What could not be passed on is kept without, and the sweep passes it on.

    It is answered once it is kept: whoever gets no answer sends it again, and a second nudge says nothing else.
    """
    outcome = None
    try:
        outcome = await nudges.pass_on(home, event.reference)
    except ProcessUnreachable as error:
        log.warning("webhook not passed on", partner=partner, event_id=event.id, why=str(error))
    finally:
        first = await home.webhooks.keep(partner, event.id, body, home.now(), outcome)
    return first
