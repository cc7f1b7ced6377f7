"""The doors for people without an account: `/a/` for the client, `/i/` for a collaborator. JSON and forms alike."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from api.container import Home
from api.errors import Wrong, responses, wants_page
from api.links import cancelling, client_place, paying_in_parts, renewal, whose, worked_days
from api.links import service as link_service
from api.links.cancelling import CancellationGiven, Cancelling
from api.links.client_place import InvoiceAnswer, InvoiceDue
from api.links.once_more import FormRoute, needs_name
from api.links.paying_in_parts import PartsAnswer
from api.links.renewal import LinkState
from api.links.service import ANSWERS, ClientAnswer, CrewAnswer, OfferShown, OrderShown, Thanks
from api.links.worked_days import DaysAnswer, WorkedDays
from api.partners.nudges import nudge
from api.people import own_data
from api.security.plain_text import is_json
from api.security.uploads import paper_file
from storage.core.read_once import reading_once
from storage.security.audit import hash_of


async def read_once() -> AsyncIterator[None]:
    """Within one request the same person and the same entity are read once."""
    with reading_once():
        yield


router = APIRouter(tags=["links"], route_class=FormRoute, dependencies=[Depends(read_once)])
Token = Annotated[str, Path(max_length=200, pattern=r"^[A-Za-z0-9_.\-]+$")]
InvoiceId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$", examples=["INV000000001"])]
M = TypeVar("M", bound=BaseModel)
ON_LINK = ("not-found", "already-answered", "link-expired", "process-unreachable")


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """How OpenAPI tells that a body may come as JSON or as a form."""
    schema = {"schema": model.model_json_schema(ref_template="#/components/schemas/{model}")}
    kinds = ("application/json", "application/x-www-form-urlencoded")
    return {"requestBody": {"required": True, "content": dict.fromkeys(kinds, schema)}}


async def read_body(request: Request, model: type[M]) -> M:
    """The body, sent as JSON by a program or as a form by a page; empty fields of a form were left out."""
    if is_json(request.headers):
        raw = await request.body()
        try:
            return model.model_validate_json(raw or b"{}")
        except ValidationError as error:
            if any(one["type"] == "json_invalid" for one in error.errors()):
                raise Wrong("not-json", str(error.errors()[0]["msg"])) from None
            raise RequestValidationError(_at_body(error)) from None
    form = await request.form()
    given = {name: value for name, value in form.items() if isinstance(value, str) and value.strip()}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise RequestValidationError(_at_body(error)) from None


def _at_body(error: ValidationError) -> list[Any]:
    return [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]


def shown_evidence(request: Request, shown: object) -> dict[str, str]:
    """The circumstances of an answer and what was shown, kept as evidence."""
    return {**request_evidence(request), "shown_sha256": hash_of(str(shown))}


def request_evidence(request: Request) -> dict[str, str]:
    """The circumstances of an answer, kept as evidence."""
    return {
        "address": request.client.host if request.client else "",
        "browser": request.headers.get("user-agent", "")[:300],
    }


def _pages(request: Request) -> Any:
    return request.app.state.pages


@router.get("/a/{token}", response_model=OrderShown, responses=responses(*ON_LINK))
async def show_order(request: Request, home: Home, token: Token, renewed: bool = False) -> OrderShown | Response:
    """The order a client is asked to accept."""
    row = await whose.of_client(home, token)
    client = await whose.client_of(home, row)
    if await link_service.latest_answer(home, row) is None:
        try:
            link_service.still_open(home, row)
        except Wrong:
            if not wants_page(request):
                raise
            state = await renewal.lapsed(home, row)
            gone: Response = _pages(request).lapsed(request, state, token, client.language, renewed)
            return gone
    shown = await link_service.order_shown(home, row)
    if not wants_page(request):
        return shown
    page: Response = _pages(request).order(request, shown, token, client.language)
    return page


@router.post("/a/{token}/renew", response_model=LinkState, responses=responses(*ON_LINK))
async def renew_link(request: Request, home: Home, token: Token) -> LinkState | Response:
    """Ask for a new link when the time of this one has passed: it is sent to the client's own address."""
    row = await whose.of_client(home, token)
    if await link_service.latest_answer(home, row) is not None:
        raise Wrong("already-answered", "this link was answered: it stays good")
    state = await renewal.renew(home, row)
    return back(request, f"/a/{token}?renewed=true") if wants_page(request) else state


@router.post(
    "/a/{token}/days",
    response_model=WorkedDays,
    responses=responses(*ON_LINK, "not-now"),
    openapi_extra=body_of(DaysAnswer),
)
async def answer_days(request: Request, home: Home, token: Token) -> WorkedDays | Response:
    """The client approves the days that were worked, so that the invoice leaves, or says what was different."""
    row = await whose.of_client(home, token)
    if await link_service.latest_answer(home, row) != "accepted":
        raise Wrong("not-found")
    given = await read_body(request, DaysAnswer)
    if given.do == "approve":
        needs_name(request, given.name)
    told = await worked_days.answer(home, row, given)
    return back(request, f"/a/{token}#days") if wants_page(request) else told


@router.post(
    "/a/{token}", response_model=Thanks, responses=responses(*ON_LINK), openapi_extra=body_of(ClientAnswer)
)
async def answer_order(request: Request, home: Home, token: Token) -> Thanks | Response:
    """Accept the order, ask for changes, or refuse, with a reason."""
    row = await whose.of_client(home, token)
    given = await read_body(request, ClientAnswer)
    if given.answer == "accept":
        needs_name(request, given.name)
    shown = await link_service.order_shown(home, row)
    link_service.asks_expressly(given, shown)
    known, shown = shown.answered, shown.model_copy(update={"answered": None})
    said = {"name": given.name, "begin_now": str(given.begin_now).lower()}
    evidence = shown_evidence(request, shown) | said
    thanks = await link_service.give(home, row, ANSWERS[given.answer], given.reason, evidence, known)
    return back(request, f"/a/{token}") if wants_page(request) else thanks


@router.get("/a/{token}/papers/{name}", response_class=Response, responses=responses(*ON_LINK))
async def client_paper(home: Home, token: Token, name: Annotated[str, Path(max_length=200)]) -> Response:
    """A paper of the client's order: the order form, the proof of the agreement, an invoice."""
    row = await whose.of_client(home, token)
    if await link_service.latest_answer(home, row) is None:
        link_service.still_open(home, row)
    paper = next((one for one in await whose.papers(home, row) if one.name == name), None)
    if paper is None:
        raise Wrong("not-found")
    return paper_file(await home.documents.read(row.job_id, name), paper.name, paper.kind, paper.media_type)


@router.post(
    "/a/{token}/invoices/{invoice_id}",
    response_model=InvoiceDue,
    responses=responses(*ON_LINK),
    openapi_extra=body_of(InvoiceAnswer),
)
async def answer_invoice(
    request: Request, home: Home, token: Token, invoice_id: InvoiceId
) -> InvoiceDue | Response:
    """The client says that an invoice is paid, or contests it with a reason."""
    row = await whose.of_client(home, token)
    if await link_service.latest_answer(home, row) != "accepted":
        raise Wrong("not-found")
    told = await client_place.answer_invoice(home, row, invoice_id, await read_body(request, InvoiceAnswer))
    return back(request, f"/a/{token}#invoices") if wants_page(request) else told


@router.post(
    "/a/{token}/invoices/{invoice_id}/instalments",
    response_model=OrderShown,
    responses=responses(*ON_LINK, "not-now"),
    openapi_extra=body_of(PartsAnswer),
)
async def pay_in_parts(request: Request, home: Home, token: Token, invoice_id: InvoiceId) -> OrderShown | Response:
    """The client asks to pay in parts, or answers what was offered."""
    row = await whose.of_client(home, token)
    if await link_service.latest_answer(home, row) != "accepted":
        raise Wrong("not-found")
    given = await read_body(request, PartsAnswer)
    await paying_in_parts.say(home, row, invoice_id, given, request_evidence(request))
    return (
        back(request, f"/a/{token}#invoices") if wants_page(request) else await link_service.order_shown(home, row)
    )


@router.post(
    "/a/{token}/cancel",
    response_model=Cancelling,
    responses=responses(*ON_LINK, "not-now", "cancelling-costs"),
    openapi_extra=body_of(CancellationGiven),
)
async def cancel_order(request: Request, home: Home, token: Token) -> Cancelling | Response:
    """The client cancels an order they have accepted: what its table says is owed."""
    row = await whose.of_client(home, token)
    if await link_service.latest_answer(home, row) != "accepted":
        raise Wrong("not-found")
    given = await read_body(request, CancellationGiven)
    needs_name(request, given.name)
    told = await cancelling.cancel(home, row, given, request_evidence(request))
    return back(request, f"/a/{token}") if wants_page(request) else told


@router.get("/i/{token}", response_model=OfferShown, responses=responses(*ON_LINK))
async def show_offer(request: Request, home: Home, token: Token, saved: bool = False) -> OfferShown | Response:
    """The offer a collaborator is asked to accept."""
    row = await whose.opened(home, token, "collaborator")
    shown, person = await link_service.offer_shown(home, row)
    if shown.answered is None:  # nobody's number or account is shown behind a link that asks nothing any more
        link_service.still_open(home, row)
    if not wants_page(request):
        return shown
    page: Response = _pages(request).offer(request, shown, person, token, saved)
    return page


@router.post(
    "/i/{token}", response_model=OfferShown, responses=responses(*ON_LINK), openapi_extra=body_of(CrewAnswer)
)
async def answer_offer(request: Request, home: Home, token: Token) -> OfferShown | Response:
    """Enter one's own data, or refuse the offer."""
    row = await whose.opened(home, token, "collaborator")
    given = await read_body(request, CrewAnswer)
    link_service.still_open(home, row)
    known = await link_service.latest_answer(home, row)
    if given.answer == "accept" and known in link_service.FINAL:
        raise Wrong("already-answered", f"answered before: {known}")
    if given.answer == "refuse":
        evidence = shown_evidence(request, row.order_key)
        await link_service.give(home, row, "refused", given.reason, evidence, known)
    else:
        await own_data.enter_by_link(home, row.subject_id, given)
    if wants_page(request):
        return back(request, f"/i/{token}?saved=true" if given.answer == "accept" else f"/i/{token}")
    return (await link_service.offer_shown(home, row))[0]


@router.post("/i/{token}/sign", response_model=Thanks, responses=responses(*ON_LINK, "not-yet"))
async def sign(request: Request, home: Home, token: Token) -> Thanks | Response:
    """Sign the engagement: all data a contract needs was entered before, and the contract is there to be read."""
    row = await whose.opened(home, token, "collaborator")
    shown, person = await link_service.offer_shown(home, row)
    if lacking := own_data.missing_data(person):
        raise Wrong("not-yet", errors=lacking)
    if not shown.readable and shown.answered != "signed":
        await nudge(home, row.job_id, row.step)
        if wants_page(request):
            return back(request, f"/i/{token}?saved=true")
        raise Wrong("not-yet", "the contract is being drawn up: come back in a moment, read it, then sign")
    known, shown = shown.answered, shown.model_copy(update={"answered": None})
    thanks = await link_service.give(home, row, "signed", "", shown_evidence(request, shown), known)
    return back(request, f"/i/{token}") if wants_page(request) else thanks


@router.get("/i/{token}/papers/{name}", response_class=Response, responses=responses(*ON_LINK))
async def own_paper(home: Home, token: Token, name: Annotated[str, Path(max_length=200)]) -> Response:
    """A paper of one's own: the contract to be signed, later the pay statement."""
    row = await whose.opened(home, token, "collaborator")
    if await link_service.latest_answer(home, row) is None:
        link_service.still_open(home, row)
    try:
        paper = await home.documents.document(row.job_id, name)
    except KeyError:
        raise Wrong("not-found") from None
    if not link_service.own_paper(paper, row):
        raise Wrong("not-found")
    return paper_file(await home.documents.read(row.job_id, name), paper.name, paper.kind, paper.media_type)


def back(request: Request, address: str) -> Response:
    """After a form: to the page that shows what became of it (RFC 9110 section 15.4.4)."""
    return Response(status_code=303, headers={"location": address})
