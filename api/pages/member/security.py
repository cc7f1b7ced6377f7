"""How I sign in: my password, my second factor, and everywhere I am signed in."""

from typing import Annotated, Any

import segno
from fastapi import APIRouter, Form, Path, Request, Response

from api.container import Container, Home
from api.errors import Wrong
from api.links.routes import back
from api.pages.render import Paged, Pages
from api.security import passwords, second_factor
from api.security.permissions import Asker, Known, cookie_name, token_of
from api.security.person_limits import PersonLimits
from api.security.session import checked_password, keep_cookie, reopened
from domain.people import Language
from engine.calendar import wall_clock
from engine.words import moment
from storage.security.accounts import SignInAccount, closed_link
from storage.security.audit import AuditEntry
from storage.security.password_requests import PasswordRequests
from storage.security.sessions import Session

router = APIRouter(include_in_schema=False)
PAGE = "/me/security"
Secret = Annotated[str, Form(max_length=64, pattern=r"^[A-Z2-7]{32}$")]
Typed = Annotated[str, Form(max_length=200)]
Code = Annotated[str, Form(max_length=40)]
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]


@router.get(PAGE)
async def show(request: Request, home: Home, page: Paged, asker: Known, done: str = "") -> Response:
    """How I sign in, and where I am signed in now."""
    return await _page(request, home, page, asker, done=done if done in ("password", "factor", "ended") else "")


async def _page(
    request: Request, home: Container, page: Pages, asker: Asker, status: int = 200, **more: Any
) -> Response:
    account, lang = await home.accounts.account(asker.person_id), page.language(request, asker)
    here = await home.sessions.find(token_of(request), wall_clock())
    everywhere = await home.sessions.of(asker.person_id, wall_clock())
    secret = second_factor.new_secret()
    picture = segno.make(second_factor.address(secret, account.login), micro=False).svg_data_uri(scale=4)
    shown: dict[str, Any] = {
        "sessions": [_listed(one, here, lang) for one in everywhere],
        "has_password": account.password_hash is not None,
        "has_factor": account.totp_secret is not None,
        "missing": second_factor.lacking(home, account, here.proof if here else None),
        "codes_left": len(account.recovery or ()),
        "secret": secret,
        "picture": picture,
        "error": "",
        "done": "",
        "codes": [],
    }
    return page.page(request, "security.html", asker, status=status, **(shown | more))


PROGRAMS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
MACHINES = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "Mac"}
"""The first one that is found: every browser also names others."""


def known_as(device: str | None) -> str | None:
    """What a person would call a device: program and machine; else the beginning of what it calls itself."""
    if device is None:
        return None
    program = next((name for sign, name in PROGRAMS.items() if sign in device), None)
    machine = next((name for sign, name in (MACHINES | {"Linux": "Linux"}).items() if sign in device), None)
    return ", ".join(filter(None, (program, machine))) or device[:40]


def _listed(one: Session, here: Session | None, lang: Language) -> dict[str, object]:
    return {
        "device": known_as(one.device),
        "name": one.name,
        "here": here is not None and one.token_hash == here.token_hash,
        "since": moment(lang, one.opened_at),
        "seen": moment(lang, one.seen_at),
    }


@router.post(f"{PAGE}/password")
async def change(request: Request, home: Home, page: Paged, asker: Known, old: Typed, new: Typed) -> Response:
    """Another password; every other session ends."""
    account = await _with_password(home, asker)
    if not await checked_password(request, home, account, old):
        return await _page(request, home, page, asker, 422, error="password_old")
    try:
        hashed = await passwords.new(home, account, new)
    except passwords.WeakPassword as weak:
        return await _page(request, home, page, asker, 422, error=weak.code)
    await home.accounts.set_password(asker.person_id, hashed)
    await _noted(home, asker, "account.password")
    return await _again(request, home, asker, "password")


@router.post(f"{PAGE}/factor")
async def set_up(
    request: Request, home: Home, page: Paged, asker: Known, secret: Secret, code: Code, old: Typed
) -> Response:
    """A second factor: the code shows that the app has it; recovery codes are shown once."""
    account = await _with_password(home, asker)
    if account.totp_secret is not None:
        raise Wrong("not-now", "a second factor is set up: take it off first, with a code of its own")
    if not await checked_password(request, home, account, old):
        return await _page(request, home, page, asker, 422, error="password_old")
    step = second_factor.step_of(secret, code, wall_clock())
    if step is None:
        return await _page(request, home, page, asker, 422, error="code_wrong")
    codes = second_factor.recovery_codes()
    await home.accounts.set_factor(asker.person_id, secret, step, [second_factor.hashed(one) for one in codes])
    await _noted(home, asker, "account.factor")
    token = await reopened(request, home, asker.person_id)
    request.cookies[cookie_name(request)] = token  # the page lists it as the one it is seen from
    response = await _page(request, home, page, asker, codes=codes, done="factor")
    keep_cookie(response, request, token)
    return response


@router.post(f"{PAGE}/factor/off")
async def take_off(request: Request, home: Home, page: Paged, asker: Known, code: Code, old: Typed) -> Response:
    """No second factor any more: the password and a last code are asked for."""
    account = await _with_password(home, asker)
    fits = await checked_password(request, home, account, old)
    if not fits or not await _proven(request, home, account, code):
        return await _page(request, home, page, asker, 422, error="code_wrong" if fits else "password_old")
    await home.accounts.set_factor(asker.person_id, None, None, [])
    await _noted(home, asker, "account.factor_off")
    return await _again(request, home, asker, "factor")


@router.post(f"{PAGE}/sessions")
async def end(
    request: Request, home: Home, asker: Known, which: Annotated[str, Form(pattern=r"^(others|[0-9a-f]{16})$")]
) -> Response:
    """Sign out somewhere else, or everywhere else."""
    if which == "others":
        await home.sessions.close_others(asker.person_id, token_of(request))
    else:
        await home.sessions.close_one(asker.person_id, which)
    return back(request, f"{PAGE}?done=ended")


@router.post("/forgotten")
async def forgotten(request: Request, home: Home, person: Annotated[str, Form(max_length=200)]) -> Response:
    """Ask for a link by mail; the answer is the same whether anybody signs in under this name or not."""
    first = not home.settings.oidc_issuer  # elsewhere, whoever has no password comes in through the provider
    await PasswordRequests(home.database).ask(person, home.now(), first=first)
    return back(request, "/sign-in?asked=yes#sign-in")


@router.get("/password/{token}")
async def by_link(request: Request, home: Home, page: Paged, token: Token) -> Response:
    """A new password by a link that was given to this person; opening it changes nothing."""
    if await home.accounts.link_for(closed_link(token), wall_clock()) is None:
        raise Wrong("link-expired")
    return page.page(request, "new_password.html", None, error="")


@router.post("/password/{token}")
async def set_by_link(request: Request, home: Home, page: Paged, token: Token, new: Typed) -> Response:
    """Set it: the link is used up, and every session ends. A second factor stays."""
    now, hashed_token = wall_clock(), closed_link(token)
    person_id = await home.accounts.link_for(hashed_token, now)
    if person_id is None:
        raise Wrong("link-expired")
    account = await home.accounts.account(person_id)
    try:
        hashed = await passwords.new(home, account, new)
    except passwords.WeakPassword as weak:
        return page.page(request, "new_password.html", None, status=422, error=weak.code)
    if await home.accounts.use_link(hashed_token, now) != person_id:
        raise Wrong("link-expired")
    await home.accounts.set_password(person_id, hashed)
    line = AuditEntry(at=home.now(), who=person_id, role="link", what="account.password", why="by a link")
    await home.audit.record(line)
    return back(request, "/sign-in")


async def _proven(request: Request, home: Container, account: SignInAccount, code: str) -> bool:
    """Whether this is a code of theirs; wrong ones are counted as at the way in."""
    tries: PersonLimits = request.app.state.person_limits
    tries.may_try_code(account.login)
    if await second_factor.proven(home, account, code, wall_clock()):
        return True
    tries.wrong_code(account.login)
    return False


async def _with_password(home: Container, asker: Asker) -> SignInAccount:
    """Whoever comes in elsewhere, or as a person of a demonstration, has no password here."""
    account = await home.accounts.account(asker.person_id)
    if account.password_hash is None:
        raise Wrong("not-now", "there is no password here")
    return account


async def _noted(home: Container, asker: Asker, what: str) -> None:
    line = AuditEntry(at=home.now(), who=asker.person_id, role=asker.role, what=what, why="")
    await home.audit.record(line)


async def _again(request: Request, home: Container, asker: Asker, done: str) -> Response:
    """Signed in anew here, after everything else ended."""
    response = back(request, f"{PAGE}?done={done}")
    keep_cookie(response, request, await reopened(request, home, asker.person_id))
    return response
