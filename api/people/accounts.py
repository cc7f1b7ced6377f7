"""What an administrator does with somebody's account: sign out, close, a link for a new password."""

from collections.abc import Awaitable, Callable
from typing import Literal

from api.container import Container
from api.decisions.audit import audited
from api.errors import Wrong
from api.security.permissions import Asker
from storage.security.accounts import SignInAccount
from storage.security.password_requests import PasswordRequests

Doing = Literal["sign_out", "close", "open", "link", "retire", "no_factor"]
"""`retire`: no link that was mailed sets a password any more."""
HAS_NO_PASSWORD: frozenset[Doing] = frozenset({"link", "retire", "no_factor"})
"""What makes no sense for who signs in elsewhere, or in a demonstration."""


async def change(home: Container, asker: Asker, person_id: str, doing: Doing, reason: str) -> None:
    """Do it to somebody else's account; the line in the audit comes first. Nobody does it to their own."""
    asker.must("keep_accounts")
    account = await known(home, person_id)
    if person_id == asker.person_id:
        raise Wrong("not-allowed", "your own account is kept by another administrator, or at /me/security")
    if doing in HAS_NO_PASSWORD and not (
        has_password(account) or (doing != "no_factor" and may_choose(home, account))
    ):
        raise Wrong("not-now", f"{account.login} has no password here")
    line = audited(home, asker, f"account.{doing}", None, f"{person_id}: {reason}")
    await home.audit.record(line)
    await _DO[doing](home, account)


async def known(home: Container, person_id: str) -> SignInAccount:
    """The account of one person; not-found when there is none."""
    try:
        return await home.accounts.account(person_id)
    except KeyError:
        raise Wrong("not-found", f"{person_id} has no account") from None


def has_password(account: SignInAccount) -> bool:
    """Whether this person signs in with a password of ours."""
    return account.password_hash is not None and account.subject is None and not account.demo


def may_choose(home: Container, account: SignInAccount) -> bool:
    """Whether this person has no password yet and may choose one: where no provider brings people in."""
    here = account.subject is None and not account.demo
    return here and account.password_hash is None and not home.settings.oidc_issuer


async def _sign_out(home: Container, account: SignInAccount) -> None:
    await home.sessions.close_all(account.person_id)


async def _close(home: Container, account: SignInAccount) -> None:
    """Nobody comes in with it any more, and what was mailed to open it opens nothing."""
    await home.accounts.save(account.model_copy(update={"active": False}))
    await _retire(home, account)


async def _open(home: Container, account: SignInAccount) -> None:
    await home.accounts.save(account.model_copy(update={"active": True}))


async def _link(home: Container, account: SignInAccount) -> None:
    """By mail to the person: nobody else ever sees it."""
    await PasswordRequests(home.database).ask(account.login, home.now(), first=may_choose(home, account))


async def _retire(home: Container, account: SignInAccount) -> None:
    await PasswordRequests(home.database).retire(account.person_id, home.now())


async def _no_factor(home: Container, account: SignInAccount) -> None:
    await home.accounts.set_factor(account.person_id, None, None, [])


_DO: dict[Doing, Callable[[Container, SignInAccount], Awaitable[None]]] = {
    "sign_out": _sign_out,
    "close": _close,
    "open": _open,
    "link": _link,
    "retire": _retire,
    "no_factor": _no_factor,
}
