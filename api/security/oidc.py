"""Signing in at the cooperative's own identity provider: authorization code with PKCE, and a verified identity.

Source: OpenID Connect Core 1.0 sections 3.1.2 and 3.1.3.7; OpenID Connect Discovery 1.0; RFC 7636; RFC 9700.
"""

import base64
import hashlib
import secrets
from typing import Annotated, Any
from urllib.parse import urlencode

import httpx2
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from itsdangerous import BadData, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.container import Container, Home
from api.errors import Wrong
from api.links.routes import back
from api.security.permissions import public_is_https
from api.security.session import LASTS, device_of, inside, keep_cookie
from engine.calendar import wall_clock
from engine.settings import Settings
from storage.security.accounts import SignInAccount

router = APIRouter(include_in_schema=False)
COOKIE = "allin_on_the_way"
MINUTES = 10
"""How long somebody may stay at the provider's own page."""
ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
"""Never `none`, never a shared secret. Source: RFC 8725 section 3.1."""
PATIENCE = httpx2.Timeout(5.0)
CLOCKS_APART = 60
"""Seconds two clocks may differ."""


class Provider:
    """The identity provider of this installation, as it describes itself."""

    def __init__(self, settings: Settings, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self.issuer = settings.oidc_issuer.rstrip("/")
        self._client_id, self._secret = settings.oidc_client_id, settings.oidc_client_secret
        self._scopes, self._transport = settings.oidc_scopes, transport
        self._described: dict[str, Any] | None = None
        self._named = self.issuer
        """The issuer exactly as it calls itself, with or without a slash at its end."""

    async def described(self) -> dict[str, Any]:
        """Its addresses; not-reachable when it cannot be asked, or calls itself something else."""
        if self._described is None:
            told = await self._ask_issuer("GET", f"{self.issuer}/.well-known/openid-configuration")
            if str(told.get("issuer", "")).rstrip("/") != self.issuer:
                raise Wrong("sign-in-elsewhere", "the issuer calls itself otherwise")
            self._named, self._described = str(told["issuer"]), told
        return self._described

    async def way_out(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent."""
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": self._scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{(await self.described())['authorization_endpoint']}?{urlencode(asked)}"

    async def identity(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> dict[str, Any]:
        """Who it was, from a signed identity made for us, now, and for this very visit."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._client_id,
            "code_verifier": verifier,
        }
        auth = (self._client_id, self._secret) if self._secret else None
        told = await self.described()
        answer = await self._ask_issuer("POST", str(told["token_endpoint"]), data=form, auth=auth)
        keys = KeySet.import_key_set(await self._ask_issuer("GET", str(told["jwks_uri"])))  # type: ignore[arg-type]  # checked by joserfc
        return self._verified(str(answer.get("id_token", "")), keys, nonce)

    def _verified(self, token: str, keys: KeySet, nonce: str) -> dict[str, Any]:
        rules = jwt.JWTClaimsRegistry(
            now=int(wall_clock().timestamp()),
            leeway=CLOCKS_APART,
            iss={"essential": True, "value": self._named},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            found = jwt.decode(token, keys, algorithms=ALGORITHMS)
            rules.validate(found.claims)
        except (JoseError, ValueError) as error:
            raise Wrong("sign-in-elsewhere", type(error).__name__) from None
        return dict(found.claims)

    async def _ask_issuer(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        try:
            async with httpx2.AsyncClient(timeout=PATIENCE, transport=self._transport) as client:
                answer = await client.request(method, address, headers={"accept": "application/json"}, **more)
                answer.raise_for_status()
                told: dict[str, Any] = answer.json()
                return told
        except (httpx2.HTTPError, ValueError) as error:
            raise Wrong("sign-in-elsewhere", type(error).__name__) from None


def challenge(verifier: str) -> str:
    """What is shown of a secret that only its keeper can show again. Source: RFC 7636 section 4.2."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def provider(request: Request, home: Container) -> Provider:
    """The provider, described once per application; not-found where none is set."""
    if not home.settings.oidc_issuer:
        raise Wrong("not-found")
    kept: Provider | None = getattr(request.app.state, "provider", None)
    if kept is None:
        kept = request.app.state.provider = Provider(home.settings)
    return kept


def _sealed(home: Container) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(home.settings.keys().derive_all("oidc"), salt="allin.oidc")


def _here(home: Container) -> str:
    return f"{home.settings.public_url.rstrip('/')}/sign-in/callback"


@router.get("/sign-in/oidc")
async def leave(
    request: Request, home: Home, next_: Annotated[str, Query(alias="next", max_length=300)] = "/"
) -> Response:
    """Off to the provider; what proves the way back is this browser's own stays in a sealed cookie."""
    found = provider(request, home)
    way = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    response = RedirectResponse(await found.way_out(_here(home), **way), 303)
    sealed = str(_sealed(home).dumps({**way, "next": next_}))
    secure = public_is_https(request)
    path = "/sign-in"
    response.set_cookie(
        COOKIE, sealed, max_age=MINUTES * 60, httponly=True, samesite="lax", secure=secure, path=path
    )
    return response


@router.get("/sign-in/callback")
async def arrive(
    request: Request,
    home: Home,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """Back from the provider: only with what this browser left with, and only somebody who has an account here."""
    found = provider(request, home)
    try:
        way = _sealed(home).loads(request.cookies.get(COOKIE, ""), max_age=MINUTES * 60)
    except BadData:
        raise Wrong("sign-in-elsewhere", "the way back was not begun here, or took too long") from None
    if not code or not secrets.compare_digest(state.encode(), str(way["state"]).encode()):
        raise Wrong("sign-in-elsewhere", "the provider gave no code for this visit")
    claims = await found.identity(code, _here(home), str(way["nonce"]), str(way["verifier"]))
    account = await _account(home, found.issuer, claims)
    token = await home.sessions.open(
        account.person_id, wall_clock(), LASTS, device=device_of(request), proof="elsewhere"
    )
    response = back(request, inside(str(way["next"])))
    keep_cookie(response, request, token)
    response.delete_cookie(COOKIE, path="/sign-in")
    return response


async def _account(home: Container, issuer: str, claims: dict[str, Any]) -> SignInAccount:
    """The account this identity opens: known by its subject, or the first time by its verified e-mail address."""
    subject = f"{issuer}|{claims['sub']}"
    if known := await home.accounts.by_subject(subject):
        return known
    email = str(claims.get("email", "")) if claims.get("email_verified") is True else ""
    account = await home.accounts.by_login(email) if email else None
    if account is None or account.demo or account.subject is not None:
        raise Wrong("no-account", email)
    linked = account.model_copy(update={"subject": subject})
    await home.accounts.save(linked)
    return linked
