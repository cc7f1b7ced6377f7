"""Turning data into a page in the reader's language."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from api.container import Container
from api.errors import FieldProblem, Problem, Wrong
from api.links.renewal import LinkState
from api.links.service import OfferShown, OrderShown
from api.pages import client_view, view_values
from api.security.permissions import MAY, Asker, public_is_https
from api.wording.diffs import field_label
from api.wording.flaws import at_field
from domain.people import Language, Person
from engine.words import LANGUAGES, day, knows, money, pick_language, say

HERE = Path(__file__).parent
STATIC = HERE / "static"
LANG_COOKIE = "allin_lang"
A_YEAR = 365 * 24 * 3600
ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
"""One for all applications of a program: each template is compiled once."""


@dataclass(frozen=True)
class NavigationEntry:
    """One entry of the navigation."""

    href: str
    label: str
    here: bool


class Pages:
    """Renders every page of one application."""

    def __init__(self, house: Container) -> None:
        self._house = house

    def language(self, request: Request, asker: Asker | None = None) -> Language:
        """Asked for in the address, chosen before, the person's own, the browser's, the house's."""
        for wanted in (request.query_params.get("lang"), request.cookies.get(LANG_COOKIE)):
            if wanted in LANGUAGES:
                return wanted
        if asker is not None:
            return asker.language
        return pick_language(request.headers.get("accept-language"), self._house.settings.language)

    def page(
        self,
        request: Request,
        template: str,
        asker: Asker | None = None,
        *,
        lang: Language | None = None,
        status: int = 200,
        **data: object,
    ) -> HTMLResponse:
        """One page."""
        words = lang or self.language(request, asker)
        text = ENVIRONMENT.get_template(template).render(self._frame(request, asker, words) | data)
        response = HTMLResponse(text, status)
        if request.query_params.get("lang") in LANGUAGES:
            response.set_cookie(
                LANG_COOKIE, words, max_age=A_YEAR, samesite="lax", httponly=True, secure=public_is_https(request)
            )
        return response

    def at_fields(
        self,
        request: Request,
        asker: Asker | None,
        errors: Iterable[FieldProblem],
        of_link: Language | None = None,
    ) -> dict[str, str]:
        """What is wrong, by field, in the reader's words where the catalogs have them."""
        lang = self._language_of_link(request, of_link) if of_link else self.language(request, asker)
        return {one.where.removeprefix("body."): _flaw(one, lang) for one in errors}

    def problem(self, request: Request, told: Problem) -> HTMLResponse:
        """What went wrong, for a person."""
        flaws = dict.fromkeys(_named_flaw(one, self.language(request)) for one in told.errors)
        return self.page(request, "problem.html", status=told.status, told=told, flaws=list(flaws))

    def order(
        self,
        request: Request,
        order: OrderShown,
        token: str,
        lang: Language,
        *,
        wrong: Wrong | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """The order a client is asked to accept, in the client's language; once accepted, the client's place.

        With what is wrong with the form that was sent, and every word of it.
        """
        words = self._language_of_link(request, lang)
        template = "client_place.html" if order.answered == "accepted" else "client_link.html"
        return self.page(
            request,
            template,
            lang=words,
            status=wrong.status if wrong else 200,
            order=client_view.order(order, words),
            answered=order.answered,
            token=token,
            stopped=_stopped(wrong, words),
            typed=typed or {},
            sent_to=request.url.path,
        )

    def lapsed(self, request: Request, state: LinkState, token: str, lang: Language, renewed: bool) -> HTMLResponse:
        """A client's link whose time has passed, and how to get another."""
        words = self._language_of_link(request, lang)
        now = "sent" if renewed and state.state == "renewable" else state.state
        return self.page(
            request, "client_lapsed.html", lang=words, status=410, state=now, sent_to=state.sent_to, token=token
        )

    def offer(
        self,
        request: Request,
        offer: OfferShown,
        person: Person,
        token: str,
        saved: bool,
        *,
        wrong: Wrong | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """The offer a collaborator is asked to sign, in the person's language."""
        words = self._language_of_link(request, person.language)
        flaws = {one.where.removeprefix("body."): _flaw(one, words) for one in (wrong.errors if wrong else ())}
        return self.page(
            request,
            "crew_link.html",
            lang=words,
            status=wrong.status if wrong else 200,
            errors=flaws,
            stopped=_stopped(wrong, words),
            typed=typed or {},
            complete=offer.complete,
            readable=offer.readable,
            offer=view_values.offer(offer, words),
            papers=[view_values.own_paper(one, words) for one in offer.papers],
            person=person,
            token=token,
            saved=saved,
            answered=offer.answered,
        )

    @staticmethod
    def _language_of_link(request: Request, lang: Language) -> Language:
        """Asked for in the address, chosen before in this browser, or of whom the link was sent to."""
        for wanted in (request.query_params.get("lang"), request.cookies.get(LANG_COOKIE)):
            if wanted in LANGUAGES:
                return wanted
        return lang

    def _frame(self, request: Request, asker: Asker | None, lang: Language) -> dict[str, Any]:
        """What every page has: words, navigation, who is signed in, the demonstration's day."""
        house, t = self._house, partial(say, lang)
        demo = {"today": day(lang, house.today(), "EEE d MMM y")} if house.demo_clock else None
        return {
            "t": t,
            "static": static,
            "money": partial(money, lang),
            "lang": lang,
            "languages": LANGUAGES,
            "in_language": "?lang={}".format,
            "asker": asker,
            "may": {doing: asker is not None and asker.may(doing) for doing in MAY},
            "places": _places(request, asker, t),
            "demo": demo,
            "help_at": _help_at(request.url.path),
        }


@cache
def static(name: str) -> str:
    """The address of a style, script or picture; another content has another address, so browsers may keep it."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


def pages(request: Request) -> Pages:
    """The renderer of this application."""
    kept: Pages = request.app.state.pages
    return kept


Paged = Annotated[Pages, Depends(pages)]
Cursor = Annotated[str | None, Query(max_length=300)]


def _flaw(one: FieldProblem, lang: Language) -> str:
    """What is wrong with a field, in words; without words of its own, that something is."""
    return at_field(lang, one.code or one.where.rpartition(".")[2], one.kind, one.values) or say(
        lang, "page.flaw.other"
    )


def _named_flaw(one: FieldProblem, lang: Language) -> str:
    """What is wrong and with which field, where nothing stands beside it."""
    name, said = one.where.rpartition(".")[2], _flaw(one, lang)
    if knows(f"page.flaw.{one.code or name}") or not (knows(f"history.field.{name}") or knows(f"field.{name}")):
        return said
    return f"{field_label(name, lang)} · {said}"


def _stopped(wrong: Wrong | None, lang: Language) -> list[str]:
    """Why a form was not taken, sentence by sentence."""
    if wrong is None:
        return []
    flaws = list(dict.fromkeys(_flaw(one, lang) for one in wrong.errors))
    return flaws or [say(lang, f"problem.{wrong.kind}"), say(lang, f"problem.{wrong.kind}.todo")]


HELP = ("declare", "jobs", "account", "me", "advisor", "ops", "bank", "fund", "ledger", "audit")
"""Pages with a part of their own on the page of help."""
LINKS = frozenset({"a", "i"})


def _help_at(path: str) -> str:
    """Where on the page of help the page somebody is on is told about."""
    first = path.strip("/").partition("/")[0]
    if first in LINKS:
        return "#link"
    return f"#{first}" if first in HELP else ""


def _places(request: Request, asker: Asker | None, t: Callable[[str], str]) -> list[NavigationEntry]:
    if asker is None:
        return []
    wanted = [("/", "page.nav.jobs", True), ("/declare", "page.nav.declare", asker.may("declare"))]
    wanted += [("/advisor", "page.nav.advisor", asker.may("approve"))]
    wanted += [("/ops", "page.nav.ops", asker.may("see_parked"))]
    wanted += [("/bank", "office.nav.bank", asker.may("see_batches"))]
    wanted += [("/fund", "office.nav.fund", asker.may("see_figures"))]
    wanted += [("/waiting", "office.nav.waiting", asker.may("see_figures"))]
    wanted += [("/ledger", "office.nav.ledger", asker.may("see_figures"))]
    wanted += [("/audit", "office.nav.audit", asker.may("see_audit"))]
    wanted += [("/accounts", "office.accounts", asker.may("see_accounts"))]
    wanted += [("/setup", "office.setup", asker.may("set_up")), ("/me", "page.nav.me", True)]
    path = request.url.path
    return [
        NavigationEntry(href, t(label), path == href or (href != "/" and path.startswith(f"{href}/")))
        for href, label, open_ in wanted
        if open_
    ]
