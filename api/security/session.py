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
from api.security import second_factor
from api.security.permissions import Asker, Known, asker_of, cookie_name, public_is_https, token_of
from api.security.person_limits import PersonLimits
from api.security.request_checks import network_of
from engine.calendar import wall_clock
from storage.security.accounts import SignInAccount
from storage.security.sessions import Proof

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
    code: Annotated[str, Field(max_length=40)] | None = None
    """The second factor, where one is set up: the six figures of the moment, or a recovery code."""


class SignedIn(BaseModel):
    """An access token for programs, and who it stands for."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    token: str
    """Send it as `Authorization: Bearer`."""
    who: Asker


async def open_session(request: Request, home: Container, given: SignIn) -> SignedIn:
    """Check who it is and open a session; wrong-sign-in without saying which part was wrong.

    code-needed when the password was right and a second factor is set up.
    """
    tries: PersonLimits = request.app.state.person_limits
    login, network = given.person.strip().lower(), network_asking(request)
    tries.may_guess(login, network)
    account = await home.accounts.by_login(login)
    if not await _proven(home, account, given.password) or account is None:
        tries.guessed_wrong(login, network)
        raise Wrong("wrong-sign-in")
    proof: Proof = "password" if account.password_hash else "demo"
    if account.totp_secret is not None:
        proof = await _second(home, account, given, tries, login)
    who = await asker_of(home, account.person_id)
    if who is None:
        raise Wrong("wrong-sign-in")
    now = wall_clock()
    token = await home.sessions.open(
        account.person_id, now, LASTS, demo=account.demo, device=device_of(request) or None, proof=proof
    )
    return SignedIn(token=token, who=who)


async def _second(home: Container, account: SignInAccount, given: SignIn, tries: PersonLimits, login: str) -> Proof:
    if not given.code:
        raise Wrong("code-needed")
    tries.may_try_code(login)
    if not await second_factor.proven(home, account, given.code, wall_clock()):
        tries.wrong_code(login)
        raise Wrong("wrong-sign-in")
    return "second_factor"


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


def keep_cookie(response: Response, request: Request, token: str) -> None:
    """Let the browser bring the token along: to us only, and out of reach of scripts."""
    response.set_cookie(
        cookie_name(request),
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


async def checked_password(request: Request, home: Container, account: SignInAccount, password: str) -> bool:
    """Whether this is the password of somebody who is signed in; guesses are counted as at the way in."""
    tries: PersonLimits = request.app.state.person_limits
    network = network_asking(request)
    tries.may_guess(account.login, network)
    if await _proven(home, account, password):
        return True
    tries.guessed_wrong(account.login, network)
    return False


def network_asking(request: Request) -> str:
    """The network a question came from, as far as the proxies that are trusted say."""
    return network_of(request.client.host) if request.client else "unknown"


async def reopened(request: Request, home: Container, person_id: str) -> str:
    """A fresh session for somebody whose sessions all ended with what they just changed."""
    account = await home.accounts.account(person_id)
    proof: Proof = "second_factor" if account.totp_secret else "password"
    device = device_of(request)
    return await home.sessions.open(person_id, wall_clock(), LASTS, device=device, demo=account.demo, proof=proof)


def device_of(request: Request) -> str:
    """What the program that asks calls itself, for a list a person reads: never a proof of anything."""
    told = request.headers.get("user-agent", "")
    return "".join(sign for sign in told if sign.isprintable())[:120]


@router.post("/api/session", responses=responses("wrong-sign-in", "code-needed"))
async def sign_in(request: Request, home: Home, given: SignIn) -> SignedIn:
    """Sign in and get an access token."""
    return await open_session(request, home, given)


@router.delete("/api/session", status_code=204, responses=responses("signed-out"))
async def sign_out(home: Home, request: Request, asker: Known) -> None:
    """Sign out: the token is worth nothing afterwards."""
    await close_session(home, request)


async def close_session(home: Container, request: Request) -> None:
    """Forget the session a request came with."""
    await home.sessions.close(token_of(request))


@router.get("/api/session", responses=responses("signed-out"))
async def who_am_i(asker: Known) -> Asker:
    """Who is asking."""
    return asker
