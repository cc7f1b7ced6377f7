"""What stands beside every page: help for the page somebody is on, privacy, terms, and how it is installed."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from api.container import Home
from api.errors import Wrong
from api.pages.render import HELP, Paged, static
from api.security.permissions import Maybe
from engine.calendar import wall_clock
from engine.words import say

router = APIRouter(include_in_schema=False)
GOOD_FOR: Final = timedelta(days=180)
"""Less than a year. Source: RFC 9116 section 2.5.5."""
PRIVACY: Final = ("what", "why", "who", "how_long", "rights")
TERMS: Final = ("order", "cancel", "pay", "work", "law")


@router.get("/help")
async def help_(request: Request, page: Paged, asker: Maybe) -> Response:
    """Each page in a few sentences, and whom to ask."""
    return page.page(request, "about.html", asker, of="help", parts=("link", *HELP))


@router.get("/privacy")
async def privacy(request: Request, page: Paged, asker: Maybe) -> Response:
    """What is kept of whom, why and how long."""
    return page.page(request, "about.html", asker, of="privacy", parts=PRIVACY)


@router.get("/terms")
async def terms(request: Request, page: Paged, asker: Maybe) -> Response:
    """On which terms people work together."""
    return page.page(request, "about.html", asker, of="terms", parts=TERMS)


@router.get("/.well-known/security.txt")
async def security_txt(home: Home) -> Response:
    """Where a hole is reported, when this installation says so. Source: RFC 9116."""
    if not home.settings.security_contact:
        raise Wrong("not-found")
    until = (wall_clock() + GOOD_FOR).replace(microsecond=0)
    told = [
        f"Contact: {home.settings.security_contact}",
        f"Expires: {until.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: fr, nl, en",
        f"Canonical: {home.settings.public_url.rstrip('/')}/.well-known/security.txt",
    ]
    return PlainTextResponse("\n".join(told) + "\n")


@router.get("/app.webmanifest")
async def manifest(request: Request, page: Paged) -> Response:
    """How a phone keeps the pages as an application. Source: W3C, Web Application Manifest."""
    lang = page.language(request)
    told = {
        "name": say(lang, "page.brand"),
        "short_name": say(lang, "page.brand"),
        "description": say(lang, "page.footer"),
        "lang": lang,
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f5f8",
        "theme_color": "#f5f5f8",
        "icons": [
            {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {"src": static("icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any maskable"},
            {"src": static("icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
        ],
    }
    return JSONResponse(told, media_type="application/manifest+json")
