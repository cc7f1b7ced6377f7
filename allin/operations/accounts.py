"""What whoever runs the installation does with accounts; each stands in the audit."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from allin.client.terminal import Stop, columns
from allin.installation import Installation, opened
from engine.calendar import wall_clock
from engine.settings import Settings
from storage.security.accounts import Accounts, SignInAccount, closed_link
from storage.security.audit import Audit, AuditEntry
from storage.security.sessions import Sessions

LINK_LASTS: Final = timedelta(hours=1)


@asynccontextmanager
async def _one(settings: Settings, login: str) -> AsyncIterator[tuple[Installation, SignInAccount]]:
    async with opened(settings) as here:
        account = await Accounts(here.database).by_login(login)
        if account is None:
            raise Stop(f"nobody signs in as {login}")
        yield here, account


async def _noted(here: Installation, account: SignInAccount, what: str, reason: str) -> None:
    """Written down before it is done."""
    if not reason.strip():
        raise Stop("say why: --reason")
    why = f"{account.person_id}: {reason}"
    line = AuditEntry(at=here.calendar.now(), who="operator", role="ops", what=what, why=why)
    await Audit(here.database).record(line)


async def everywhere(settings: Settings, login: str) -> str:
    """One line for each session."""
    async with _one(settings, login) as (here, account):
        found = await Sessions(here.database).of(account.person_id, wall_clock())
    if not found:
        return f"{login} is signed in nowhere"
    head = ("since", "last used", "ends", "proof", "with")
    when = "%Y-%m-%d %H:%M"
    rows = [
        (
            *(f"{at:{when}}" for at in (one.opened_at, one.seen_at, one.expires_at)),
            one.proof or "-",
            one.device or "-",
        )
        for one in found
    ]
    return "\n".join(columns([head, *rows]))


async def signed_out(settings: Settings, login: str, reason: str) -> str:
    """Every session ends."""
    async with _one(settings, login) as (here, account):
        await _noted(here, account, "account.sign_out", reason)
        count = await Sessions(here.database).close_all(account.person_id)
    return f"{login}: {count} sessions ended"


async def closed(settings: Settings, login: str, reason: str) -> str:
    """Nobody comes in with it any more."""
    async with _one(settings, login) as (here, account):
        await _noted(here, account, "account.close", reason)
        await Accounts(here.database).save(account.model_copy(update={"active": False}))
    return f"{login}: the account is closed"


async def password_link(settings: Settings, login: str, reason: str) -> str:
    """The address, good once."""
    async with _one(settings, login) as (here, account):
        if account.subject is not None or account.demo:
            raise Stop(f"{login} has no password here")
        await _noted(here, account, "account.link", reason)
        token = secrets.token_urlsafe(32)
        await Accounts(here.database).keep_link(account.person_id, closed_link(token), wall_clock() + LINK_LASTS)
    return f"{settings.public_url.rstrip('/')}/password/{token}"


async def factor_off(settings: Settings, login: str, reason: str) -> str:
    """The second factor is gone, and every session ends."""
    async with _one(settings, login) as (here, account):
        await _noted(here, account, "account.factor_off", reason)
        await Accounts(here.database).set_factor(account.person_id, None, None, [])
    return f"{login}: no second factor; they set one up when they come in"
