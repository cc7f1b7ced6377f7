"""A small identity provider: discovery, a consent page, codes with PKCE, signed identities, and its mistakes."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, HTTPException
from fastapi.responses import HTMLResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

from engine.calendar import wall_clock

KEY = RSAKey.generate_key(2048, parameters={"kid": "k1", "alg": "RS256", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, parameters={"kid": "k1", "alg": "RS256", "use": "sig"})


@dataclass
class Issuer:
    """One provider; `lie` changes what it signs, `key` with what."""

    address: str
    claims: dict[str, Any]
    key: RSAKey = field(default_factory=lambda: KEY)
    lie: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def identity(self, asked: dict[str, str]) -> str:
        now = int(wall_clock().timestamp())
        told: dict[str, Any] = {"iss": self.address, "aud": asked["client_id"], "nonce": asked["nonce"]}
        told |= {"iat": now, "exp": now + 300}
        return jwt.encode({"alg": "RS256", "kid": "k1"}, {**told, **self.claims, **self.lie}, self.key)


def application(issuer: Issuer) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    async def described() -> dict[str, str]:
        here = issuer.address
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/keys",
        }

    @app.get("/keys")
    async def keys() -> dict[str, Any]:
        return {"keys": [KEY.as_dict(private=False)]}

    @app.get("/authorize")
    async def ask(
        client_id: str, redirect_uri: str, state: str, nonce: str, code_challenge: str, code_challenge_method: str
    ) -> HTMLResponse:
        assert code_challenge_method == "S256"
        code = secrets.token_urlsafe(8)
        issuer.codes[code] = {"client_id": client_id, "nonce": nonce, "challenge": code_challenge}
        way = f"{redirect_uri}?{urlencode({'code': code, 'state': state})}"
        return HTMLResponse(f'<html lang="en"><title>Issuer</title><main><a href="{way}">Allow</a></main>')

    @app.post("/token")
    async def token(code: str = Form(), code_verifier: str = Form(), client_id: str = Form()) -> dict[str, str]:
        asked = issuer.codes.pop(code, None)
        digest = hashlib.sha256(code_verifier.encode()).digest()
        fits = asked and asked["challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or not fits or asked["client_id"] != client_id:
            raise HTTPException(400, "invalid_grant")
        return {"token_type": "Bearer", "access_token": "x", "id_token": issuer.identity(asked)}

    return app
