"""Who is asking, and who may do what: one table, read by every route and every page."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Literal

from fastapi import Depends, Request

from api.container import Container, Home
from api.errors import Wrong
from api.security.second_factor import lacking
from api.wording.timeline import Audience
from domain.message import Message
from domain.people import Language
from engine.calendar import wall_clock
from engine.settings import Settings
from storage.security.accounts import Role, SignInAccount

COOKIE = "allin_session"
TLS_COOKIE = "__Host-allin_session"
"""The same where people come in over TLS: no other host can set it. Source: RFC 6265bis 4.1.3."""
SETTING_UP = ("/me/security", "/api/session", "/sign-out", "/sign-in")
"""Open to whoever must set up a second factor first."""
Doing = Literal[
    "declare",
    "declare_for",
    "see_jobs",
    "see_all_jobs",
    "report",
    "withdraw",
    "move",
    "approve",
    "enter_account",
    "see_parked",
    "decide",
    "decide_own",
    "review",
    "read_dossier",
    "read_histories",
    "see_audit",
    "import_statements",
    "see_batches",
    "make_batch",
    "approve_batch",
    "export_batch",
    "match_movement",
    "dispute",
    "propose_instalments",
    "see_figures",
    "see_accounts",
    "keep_accounts",
    "set_up",
    "run_demo_clock",
]
EVERYBODY: frozenset[Role] = frozenset({"member", "advisor", "ops", "finance", "auditor"})

MAY: Mapping[Doing, frozenset[Role]] = {
    "declare": frozenset({"member"}),
    "declare_for": frozenset({"advisor"}),
    "see_jobs": EVERYBODY,
    "see_all_jobs": frozenset({"advisor", "ops", "finance", "auditor"}),
    "report": frozenset({"member", "advisor"}),
    "withdraw": frozenset({"member", "advisor"}),
    "move": frozenset({"member", "advisor"}),
    "approve": frozenset({"advisor"}),
    "enter_account": frozenset({"advisor", "finance"}),
    "see_parked": frozenset({"advisor", "ops", "finance", "auditor"}),
    "decide": frozenset({"ops"}),
    "decide_own": frozenset({"member", "advisor", "finance"}),
    "review": frozenset({"advisor", "ops", "finance"}),
    "read_dossier": frozenset({"advisor", "ops", "auditor"}),
    "read_histories": frozenset({"ops", "auditor"}),
    "see_audit": frozenset({"advisor", "ops", "auditor"}),
    "import_statements": frozenset({"finance"}),
    "see_batches": frozenset({"finance", "auditor"}),
    "make_batch": frozenset({"finance"}),
    "approve_batch": frozenset({"finance"}),
    "export_batch": frozenset({"finance"}),
    "match_movement": frozenset({"finance"}),
    "dispute": frozenset({"advisor", "finance"}),
    "propose_instalments": frozenset({"member", "advisor", "finance"}),
    "see_figures": frozenset({"advisor", "ops", "finance", "auditor"}),
    "see_accounts": frozenset({"ops", "auditor"}),
    "keep_accounts": frozenset({"ops"}),
    "set_up": frozenset({"ops"}),
    "run_demo_clock": EVERYBODY,
}
"""`decide_own`: a parked step whose problem names this role as the one who decides. `review`: being the second
person, looking at what somebody decided alone, claiming and noting."""


class Asker(Message):
    """A signed-in person."""

    person_id: str
    given_name: str
    name: str
    language: Language
    roles: tuple[Role, ...]

    def may(self, doing: Doing) -> bool:
        """Whether one of their roles allows this."""
        return not MAY[doing].isdisjoint(self.roles)

    def must(self, doing: Doing) -> None:
        """Raise not-allowed unless one of their roles allows this."""
        if not self.may(doing):
            raise Wrong("not-allowed", f"this takes one of the roles: {', '.join(sorted(MAY[doing]))}")

    @property
    def role(self) -> Role:
        """The role they are shown in: the first one."""
        return self.roles[0]

    @property
    def audience(self) -> Audience:
        """The level at which stories and papers are told to them."""
        if {"ops", "auditor"} & set(self.roles):
            return "ops"
        return "advisor" if {"advisor", "finance"} & set(self.roles) else "member"


def cookie_name(request: Request) -> str:
    """What the session's cookie is called here."""
    return TLS_COOKIE if public_is_https(request) else COOKIE


def public_is_https(request: Request) -> bool:
    """Whether people reach us over TLS: the public address says so, also where a proxy speaks plainly to us."""
    settings: Settings = request.app.state.container.settings
    return settings.https or request.url.scheme == "https"


def token_of(request: Request) -> str:
    """The session a request came with: an access token, else the cookie."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.cookies.get(cookie_name(request), "")


async def asking(request: Request, home: Home) -> Asker | None:
    """The person behind the access token or the session cookie; None when nobody is signed in."""
    token = token_of(request)
    if not token:
        return None
    session = await home.sessions.find(token, wall_clock())
    if session is None or (session.demo and home.settings.production):
        return None
    request.app.state.person_limits.count_request(session.person_id, request.url.path)
    account = await home.accounts.account(session.person_id)
    proof = "demo" if session.demo else session.proof
    if lacking(home, account, proof) and not request.url.path.startswith(SETTING_UP):
        raise Wrong("second-factor-missing")
    return await _asker(home, account)


async def asker_of(home: Container, person_id: str) -> Asker | None:
    """The person with their roles; None when the account is closed."""
    return await _asker(home, await home.accounts.account(person_id))


async def _asker(home: Container, account: SignInAccount) -> Asker | None:
    person_id = account.person_id
    if not account.active or not account.roles:
        return None
    person = await home.people.person(person_id)
    return Asker(
        person_id=person_id,
        given_name=person.given_name,
        name=person.name,
        language=person.language,
        roles=account.roles,
    )


Maybe = Annotated[Asker | None, Depends(asking)]


def may(doing: Doing) -> Callable[[Maybe], Awaitable[Asker]]:
    """A route open to those whose role allows this: 401 when signed out, 403 when not allowed."""

    async def allowed(asker: Maybe) -> Asker:
        if asker is None:
            raise Wrong("signed-out")
        asker.must(doing)
        return asker

    return allowed


async def signed_in(asker: Maybe) -> Asker:
    """Anybody who is signed in."""
    if asker is None:
        raise Wrong("signed-out")
    return asker


Known = Annotated[Asker, Depends(signed_in)]
