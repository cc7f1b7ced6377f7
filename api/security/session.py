"""Signing in and out, as a person of the demonstration or with a password."""

import re
from datetime import timedelta
from functools import cache
from secrets import token_urlsafe
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pwdlib import PasswordHash
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.container import Container, Home
from api.errors import Wrong, responses
from api.security.permissions import COOKIE, Asker, Known, asker_of
from api.security.person_limits import PersonLimits
from engine.calendar import wall_clock
from storage.security.accounts import SignInAccount

LASTS = timedelta(days=14)
"""A phone stays signed in over a fortnight of rehearsals; OWASP ASVS 5.0 V7.3 asks for a stated limit."""

router = APIRouter(tags=["signing in"])


class SignIn(BaseModel):
    """Who comes in, and how they prove it."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, json_schema_extra={"examples": [{"person": "ann"}]}
    )

    person: Annotated[str, Field(min_length=1, max_length=200)]
    """The login; in a demonstration, the name of one of its people."""
    password: Annotated[str, Field(max_length=200)] | None = None
    """Not asked for in a demonstration."""


class SignedIn(BaseModel):
    """An access token for programs, and who it stands for."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    token: str
    """Send it as `Authorization: Bearer`."""
    who: Asker


async def open_session(home: Container, given: SignIn, tries: PersonLimits) -> SignedIn:
    """Check who it is and open a session; wrong-sign-in without saying which part was wrong."""
    login = given.person.strip().lower()
    tries.may_guess(login)
    account = await home.accounts.by_login(given.person)
    if not await _proven(home, account, given.password) or account is None:
        tries.guessed_wrong(login)
        raise Wrong("wrong-sign-in")
    who = await asker_of(home, account.person_id)
    if who is None:
        raise Wrong("wrong-sign-in")
    token = await home.sessions.open(account.person_id, wall_clock(), LASTS, demo=account.demo)
    return SignedIn(token=token, who=who)


async def _proven(home: Container, account: SignInAccount | None, password: str | None) -> bool:
    """Whether the password fits. A login that does not exist costs the same time as one that does."""
    if account is not None and account.password_hash is None and account.demo and not home.settings.production:
        return True
    known = account.password_hash if account is not None else None
    fits = await run_in_threadpool(PasswordHash.recommended().verify, password or "", known or _nobodys_hash())
    return fits and known is not None


@cache
def _nobodys_hash() -> str:
    """A hash that no password is known for: verified where there is nothing to verify."""
    return PasswordHash.recommended().hash(token_urlsafe(32))


def public_is_https(request: Request) -> bool:
    """Whether people reach us over TLS: the public address says so, also where a proxy speaks plainly to us."""
    public: str = request.app.state.house.settings.public_url
    return public.startswith("https://") or request.url.scheme == "https"


def keep_cookie(response: Response, request: Request, token: str) -> None:
    """Let the browser bring the token along: to us only, and out of reach of scripts."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=public_is_https(request),
    )


OURS = re.compile(r"^/(?![/\\])[!-\[\]-~]*$")
"""A path of printable ASCII without a backslash: browsers drop tabs and breaks, and read `/\\` as `//`.

Source: WHATWG URL Standard section 4.4 (tab and newline are removed; a backslash is a slash).
"""


def inside(address: str) -> str:
    """An address of ours to go on to; never another site's."""
    return address if OURS.match(address) else "/"


@router.post("/api/session", responses=responses("wrong-sign-in"))
async def sign_in(request: Request, home: Home, given: SignIn) -> SignedIn:
    """Sign in and get an access token."""
    return await open_session(home, given, request.app.state.person_limits)


@router.delete("/api/session", status_code=204, responses=responses("signed-out"))
async def sign_out(home: Home, request: Request, asker: Known) -> None:
    """Sign out: the token is worth nothing afterwards."""
    await close_session(home, request)


async def close_session(home: Container, request: Request) -> None:
    """Forget the session a request came with."""
    _, _, token = request.headers.get("authorization", "").partition(" ")
    await home.sessions.close(token or request.cookies.get(COOKIE, ""))


@router.get("/api/session", responses=responses("signed-out"))
async def who_am_i(asker: Known) -> Asker:
    """Who is asking."""
    return asker
