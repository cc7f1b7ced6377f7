"""The page of accounts: who may come in, in which roles, where they are signed in, and what is done about it."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request, Response

from api.container import Container, Home
from api.links.routes import back
from api.pages.member.security import known_as
from api.pages.render import Paged
from api.people import accounts
from api.security.permissions import Asker, Known
from domain.people import Language
from engine.calendar import wall_clock
from engine.words import moment, say
from storage.security.accounts import SignInAccount
from storage.security.sessions import Session

router = APIRouter(include_in_schema=False)
PAGE = "/accounts"
AT_ONCE = 50
PersonId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Why = Annotated[str, Form(min_length=5, max_length=500, pattern=r"\S")]
DOINGS: tuple[accounts.Doing, ...] = ("sign_out", "link", "retire", "no_factor", "close", "open")


@router.get(PAGE)
async def listed(
    request: Request,
    home: Home,
    page: Paged,
    asker: Known,
    text: Annotated[str, Query(max_length=100)] = "",
    after: Annotated[str, Query(max_length=200)] = "",
    done: accounts.Doing | None = None,
    about: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Every account by how its person signs in, fifty at once."""
    asker.must("see_accounts")
    lang = page.language(request, asker)
    found = await home.accounts.page(text.strip(), after, AT_ONCE + 1)
    shown = found[:AT_ONCE]
    names = await home.people.names([one.person_id for one in shown])
    sessions = await home.sessions.of_all([one.person_id for one in shown], wall_clock())
    return page.page(
        request,
        "accounts.html",
        asker,
        accounts=[_card(home, one, names, sessions.get(one.person_id, []), asker, lang) for one in shown],
        text=text,
        more=shown[-1].login if len(found) > AT_ONCE else "",
        done=done,
        about=names.get(about, ""),
        keeps=asker.may("keep_accounts"),
    )


@router.post(f"{PAGE}/{{person_id}}")
async def change(
    request: Request,
    home: Home,
    asker: Known,
    person_id: PersonId,
    do: Annotated[accounts.Doing, Form()],
    reason: Why,
) -> Response:
    """One thing done to an account, with its reason."""
    await accounts.change(home, asker, person_id, do, reason)
    return back(request, f"{PAGE}?done={do}&about={person_id}")


def _card(
    home: Container,
    account: SignInAccount,
    names: dict[str, str],
    sessions: list[Session],
    asker: Asker,
    lang: Language,
) -> dict[str, Any]:
    """An account as its line shows it; whose it is stands first."""
    own = account.person_id == asker.person_id
    return {
        "person_id": account.person_id,
        "name": names.get(account.person_id) or account.login,
        "login": account.login,
        "roles": [say(lang, f"page.role.{role}") for role in account.roles],
        "active": account.active,
        "how": _how(account),
        "factor": account.totp_secret is not None,
        "own": own,
        "sessions": [
            {
                "device": known_as(one.device),
                "since": moment(lang, one.opened_at),
                "seen": moment(lang, one.seen_at),
                "until": moment(lang, one.expires_at),
                "proof": one.proof or "",
            }
            for one in sessions
        ],
        "can": [] if own else [one for one in DOINGS if _offered(home, one, account, sessions)],
    }


def _how(account: SignInAccount) -> str:
    if account.demo:
        return "demo"
    return "provider" if account.subject else "password" if account.password_hash else "nothing"


def _offered(home: Container, doing: accounts.Doing, account: SignInAccount, sessions: list[Session]) -> bool:
    if not account.active:
        return doing == "open"
    possible = {
        "sign_out": bool(sessions),
        "link": accounts.has_password(account) or accounts.may_choose(home, account),
        "retire": accounts.has_password(account),
        "no_factor": accounts.has_password(account) and account.totp_secret is not None,
        "close": True,
        "open": False,
    }
    return possible[doing]
