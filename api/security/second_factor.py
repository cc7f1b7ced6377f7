"""The second factor: a code of six figures that changes every half minute, and codes for a lost phone.

Source: RFC 6238 (TOTP) and RFC 4226 (HOTP), with SHA-1, 30 seconds and six figures, which every app speaks.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final
from urllib.parse import quote

from api.container import Container
from storage.security.accounts import Role, SignInAccount

STEP_SECONDS: Final = 30
DIGITS: Final = 6
EITHER_SIDE: Final = 1
"""Steps a clock may be wrong. Source: RFC 6238 section 5.2."""
RECOVERY_CODES: Final = 10
OFFICES: Final[frozenset[Role]] = frozenset({"advisor", "ops", "finance", "auditor"})


def new_secret() -> str:
    """160 random bits in base32, as apps read it. Source: RFC 4226 section 4, R6."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code(secret: str, step: int) -> str:
    """The code of one step."""
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(secret: str, given: str, now: datetime) -> int | None:
    """The step whose code this is, around now; None when it is none's."""
    here = int(now.timestamp()) // STEP_SECONDS
    plain = "".join(given.split())
    near = range(here - EITHER_SIDE, here + EITHER_SIDE + 1)
    return next((step for step in near if hmac.compare_digest(code(secret, step).encode(), plain.encode())), None)


def address(secret: str, login: str) -> str:
    """What an app reads from the picture."""
    issuer = quote("All Inclusive")
    return f"otpauth://totp/{issuer}:{quote(login)}?secret={secret}&issuer={issuer}"


def recovery_codes() -> list[str]:
    """Codes of 120 random bits each, shown once: enough that a plain hash of one tells nothing."""
    each = (base64.b32encode(secrets.token_bytes(15)).decode().lower() for _ in range(RECOVERY_CODES))
    return ["-".join(one[n : n + 6] for n in range(0, 24, 6)) for one in each]


def hashed(recovery: str) -> str:
    """How a recovery code is kept. Source: OWASP ASVS 5.0, 6.5.2 (from 112 bits on a plain hash is enough)."""
    plain = "".join(sign for sign in recovery.lower() if sign.isalnum())
    return hashlib.sha256(f"recovery|{plain}".encode()).hexdigest()


async def proven(home: Container, account: SignInAccount, given: str, now: datetime) -> bool:
    """Whether this is a code of theirs that was not used yet; it is used up."""
    if account.totp_secret is None:
        return False
    step = step_of(account.totp_secret, given, now)
    if step is not None:
        return await home.accounts.use_step(account.person_id, step)
    return await home.accounts.use_recovery(account.person_id, hashed(given))


def lacking(home: Container, account: SignInAccount, proof: str | None) -> bool:
    """Whether this person's office needs a second factor that they have not set up."""
    unproven = proof in ("demo", "elsewhere") or (account.demo and account.password_hash is None)
    if home.settings.second_factor != "offices" or unproven:
        return False
    return account.totp_secret is None and not OFFICES.isdisjoint(account.roles)
