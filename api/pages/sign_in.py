"""The way in and out: signing in, the first page, and the hands of a demonstration's clock."""

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Form, Path, Request, Response

from api.container import ClockCommand, Container, Home
from api.errors import Wrong, wants_page
from api.jobs import access
from api.links.routes import back
from api.pages.office.job_list import job_cards
from api.pages.render import Cursor, Paged, Pages
from api.security.permissions import Asker, Known, Maybe, cookie_name, public_is_https
from api.security.session import SignIn, close_session, inside, keep_cookie, open_session
from storage.jobs.jobs import JobFilter
from storage.security.accounts import Role

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request, home: Home, page: Paged, asker: Maybe, cursor: Cursor = None) -> Response:
    """My jobs and the one glowing button; signed out, the way in."""
    if asker is None:
        return await _way_in(request, home, page)
    lang = page.language(request, asker)
    found = await access.jobs(home, asker, JobFilter(), cursor, 20)
    cards = await job_cards(home, found.rows, lang)
    more = f"/?cursor={found.next}" if found.next else None
    drafts = await home.drafts.of(asker.person_id) if asker.may("declare") else []
    to_sign = await _to_sign(home, asker) if asker.may("declare") else []
    return page.page(request, "home.html", asker, jobs=cards, more=more, drafts=drafts, to_sign=to_sign)


async def _to_sign(home: Container, asker: Asker) -> list[tuple[str, str]]:
    """The title and the address of each contract of one's own that waits for one's signature."""
    asking = await home.links.asking(asker.person_id, home.now())
    open_ = [one for one in asking if await home.links.answer(one.order_key, "signed", "refused") is None]
    titles = await home.jobs.rows({one.job_id for one in open_})
    return [(titles[one.job_id].title, "/i/" + home.links.url(one).rpartition("/")[2]) for one in open_]


@router.get("/sign-in")
async def way_in(request: Request, home: Home, page: Paged) -> Response:
    """The way in, and on to where one was going."""
    return await _way_in(request, home, page)


async def _way_in(
    request: Request, home: Home, page: Pages, *, wrong: bool = False, next_: str = "", again: str = ""
) -> Response:
    people: list[dict[str, str]] = []
    if not home.settings.production:
        for account in await home.accounts.demo():
            person = await home.people.person(account.person_id)
            people.append({"slug": account.login, "name": person.name, "role": account.roles[0]})
    order = list(get_args(Role))
    people.sort(key=lambda one: (order.index(one["role"]), one["name"]))
    onward = inside(next_ or request.query_params.get("next", "/"))
    shown: dict[str, Any] = {"people": people, "next": onward, "wrong": wrong, "issuer": home.settings.oidc_issuer}
    shown["asked"] = "asked" in request.query_params
    return page.page(request, "sign_in.html", status=401 if wrong or again else 200, again=again, **shown)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    home: Home,
    page: Paged,
    person: Annotated[str, Form(max_length=200)],
    next_: Annotated[str, Form(alias="next", max_length=300)] = "/",
    password: Annotated[str | None, Form(max_length=200)] = None,
    code: Annotated[str | None, Form(max_length=40)] = None,
) -> Response:
    """Come in, and go on to where one was going; never to another site."""
    try:
        given = SignIn(person=person, password=password, code=code)
        session = await open_session(request, home, given)
    except Wrong as error:
        if error.kind not in ("wrong-sign-in", "code-needed") or not wants_page(request):
            raise
        again = person if error.kind == "code-needed" or code else ""
        return await _way_in(request, home, page, wrong=error.kind == "wrong-sign-in", next_=next_, again=again)
    if before := request.cookies.get(cookie_name(request)):
        await home.sessions.close(before)  # this browser's earlier one: nobody would ever end it
    response = back(request, inside(next_))
    keep_cookie(response, request, session.token)
    return response


@router.post("/drafts/{draft_id}/forget")
async def forget(
    request: Request, home: Home, asker: Known, draft_id: Annotated[str, Path(pattern=r"^[0-9A-Za-z-]{1,40}$")]
) -> Response:
    """Throw a draft of one's own away."""
    await home.drafts.forget(asker.person_id, draft_id)
    return back(request, "/")


@router.post("/sign-out")
async def sign_out(request: Request, home: Home) -> Response:
    """Leave."""
    await close_session(home, request)
    response = back(request, "/")
    response.delete_cookie(cookie_name(request), secure=public_is_https(request))
    response.headers["Clear-Site-Data"] = '"storage"'  # nothing is in the cache: every answer is no-store
    return response


@router.post("/demo/clock")
async def turn(request: Request, home: Home, asker: Known, do: Annotated[ClockCommand, Form()]) -> Response:
    """The demonstration's bar."""
    if home.demo_clock is None:
        raise Wrong("not-found")
    await home.demo_clock.turn(do)
    return back(request, request.headers.get("referer") or "/")
