"""A form behind a link that cannot be taken: the same page again, what is wrong on top, every word kept."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from api.container import Container, get_container
from api.errors import FieldProblem, Wrong, from_validation, wants_page
from api.links import service as link_service
from api.links import whose
from api.people import own_data
from api.security.plain_text import is_json

AGAIN = frozenset({"invalid", "not-now", "not-yet", "cancelling-costs"})
"""What whoever filled in the form can mend, or has to know; anything else is told on a page of its own."""


class FormRoute(APIRoute):
    """A route whose forms come back filled in instead of ending on a page that says what was wrong."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route, and what is done when it cannot take a form."""
        asked = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await asked(request)
            except (Wrong, RequestValidationError) as error:
                wrong = error if isinstance(error, Wrong) else from_validation(error)
                page = await _again(request, wrong) if _is_form(request) and wrong.kind in AGAIN else None
                if page is None:
                    raise
                return page

        return handle


def _is_form(request: Request) -> bool:
    return request.method == "POST" and wants_page(request) and not is_json(request.headers)


async def _again(request: Request, wrong: Wrong) -> Response | None:
    """The page the form stands on; None when there is no such page any more."""
    home, token = get_container(request), str(request.path_params.get("token", ""))
    typed = {name: text for name, text in (await request.form()).items() if isinstance(text, str)}
    try:
        if request.url.path.startswith("/a/"):
            return await _order(request, home, token, wrong, typed)
        return await _offer(request, home, token, wrong, typed)
    except Wrong:
        return None


async def _order(request: Request, home: Container, token: str, wrong: Wrong, typed: dict[str, str]) -> Response:
    row = await whose.of_client(home, token)
    client = await whose.client_of(home, row)
    shown = await link_service.order_shown(home, row)
    if shown.answered is None:
        link_service.still_open(home, row)
    page: Response = request.app.state.pages.order(request, shown, token, client.language, wrong=wrong, typed=typed)
    return page


async def _offer(request: Request, home: Container, token: str, wrong: Wrong, typed: dict[str, str]) -> Response:
    row = await whose.opened(home, token, "collaborator")
    shown, person = await link_service.offer_shown(home, row)
    if shown.answered is None:  # as when it is read: an old link shows nobody's number
        link_service.still_open(home, row)
    entered = own_data.typed(person, link_service.OwnData.model_construct(**_own(typed)))
    page: Response = request.app.state.pages.offer(request, shown, entered, token, False, wrong=wrong, typed=typed)
    return page


def _own(typed: dict[str, str]) -> dict[str, Any]:
    """What was typed about oneself; a day that cannot be read is asked again."""
    return {name: text for name, text in typed.items() if name in link_service.OwnData.model_fields and text}


def needs_name(request: Request, name: str) -> None:
    """Raise invalid when a form came without the name of who answers: the proof carries it, and blanks are none.

    A program may leave it out: then the client's own name stands there.
    """
    if not name.strip() and not is_json(request.headers):
        flaw = FieldProblem(where="body.name", why="say who answers", code="name")
        raise Wrong("invalid", errors=[flaw])
