"""Every address with something to read, who may open it and what stands in its places; compared with the routes."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from domain.message import Message

Role = Literal["member", "advisor", "ops", "finance", "auditor", "client", "collaborator", "nobody"]
SIGNED_IN: tuple[Role, ...] = ("member", "advisor", "ops", "finance", "auditor")
OFFICE: tuple[Role, ...] = ("advisor", "ops", "finance", "auditor")
CHANGING: tuple[Role, ...] = ("member", "advisor")
DECIDING: tuple[Role, ...] = ("advisor", "ops", "finance")
MONEY: tuple[Role, ...] = ("finance", "auditor")
READING_ALL: tuple[Role, ...] = ("advisor", "ops", "auditor")
Kind = Literal["page", "data", "paper", "calendar"]


class Place(Message):
    """One address: `{job_id}` and its like are filled in from the job."""

    path: str
    roles: tuple[Role, ...]
    """Who gets in; everybody else who is signed in is sent away in words."""
    kind: Kind = "page"
    instead: tuple[int, ...] = ()
    """Other answers that are right in some states of a job."""


PLACES: tuple[Place, ...] = (
    Place(path="/", roles=(*SIGNED_IN, "nobody")),
    Place(path="/sign-in", roles=("nobody",)),
    Place(path="/me", roles=SIGNED_IN),
    Place(path="/me/security", roles=SIGNED_IN),
    Place(path="/account", roles=("member",)),
    Place(path="/calendar.ics", roles=("member",), kind="calendar"),
    Place(path="/help", roles=(*SIGNED_IN, "nobody")),
    Place(path="/privacy", roles=(*SIGNED_IN, "nobody")),
    Place(path="/terms", roles=(*SIGNED_IN, "nobody")),
    Place(path="/password/{token}", roles=("nobody",), instead=(410,)),
    Place(path="/declare", roles=(*SIGNED_IN, "nobody")),
    Place(path="/declare/clients", roles=("member",)),
    Place(path="/jobs/{job_id}", roles=SIGNED_IN),
    Place(path="/jobs/{job_id}/story", roles=SIGNED_IN),
    Place(path="/jobs/{job_id}/withdraw", roles=CHANGING, instead=(409,)),
    Place(path="/jobs/{job_id}/move", roles=CHANGING, instead=(409,)),
    Place(path="/jobs/{job_id}/steps/{step}", roles=SIGNED_IN, instead=(403, 404, 409)),
    Place(path="/advisor", roles=OFFICE),
    Place(path="/audit", roles=READING_ALL),
    Place(path="/bank", roles=MONEY),
    Place(path="/fund", roles=OFFICE),
    Place(path="/hand-over", roles=("finance",)),
    Place(path="/ledger", roles=OFFICE),
    Place(path="/waiting", roles=OFFICE),
    Place(path="/debtors/{client_id}", roles=OFFICE),
    Place(path="/ops", roles=OFFICE),
    Place(path="/accounts", roles=("ops", "auditor")),
    Place(path="/setup", roles=("ops",)),
    Place(path="/ops/replays", roles=OFFICE),
    Place(path="/ops/replays/{replay_id}", roles=OFFICE),
    Place(path="/a/{token}", roles=("client",), instead=(410,)),
    Place(path="/a/{token}/papers/{name}", roles=("client",), kind="paper", instead=(404, 410)),
    Place(path="/i/{token}", roles=("collaborator",), instead=(410,)),
    Place(path="/api/jobs/{job_id}", roles=SIGNED_IN, kind="data"),
    Place(path="/api/jobs/{job_id}/story", roles=SIGNED_IN, kind="data"),
    Place(path="/api/jobs/{job_id}/history", roles=SIGNED_IN, kind="data"),
    Place(path="/api/jobs/{job_id}/documents", roles=SIGNED_IN, kind="data"),
    Place(path="/api/jobs/{job_id}/documents/{name}", roles=("ops",), kind="paper"),
    Place(path="/api/jobs/{job_id}/calendar.ics", roles=SIGNED_IN, kind="calendar"),
    Place(path="/i/{token}/papers/{name}", roles=("collaborator",), kind="paper", instead=(404, 410)),
)
"""What has words for people in it."""

ONLY_FOR_PROGRAMS: Mapping[str, str] = {
    "/openapi.json": "the interface's own description, in English",
    "/docs": "for who writes programs: addresses and bodies by their own names, in English",
    "/sign-in/oidc": "leads on to the cooperative's own way in",
    "/sign-in/callback": "the way back from there",
    "/.well-known/security.txt": "where to report a weakness, in the form of RFC 9116",
    "/app.webmanifest": "what a phone needs to install the pages",
    "/account.csv": "columns for a spreadsheet",
    "/ledger.csv": "columns for a spreadsheet",
    "/c/{token}/job.ics": "the same calendar as a job's own, behind a private address",
}
"""Addresses without anything a person reads, each with its reason."""
PROGRAMS = "/api/"
"""Below it a program reads; what of it people are shown has its place above."""


def unopened(app: FastAPI) -> list[str]:
    """Addresses of the application that nobody here opens, and places the application does not know."""
    served = {nameless(path): path for path in _served(app)}
    stated = {nameless(one.path): one.path for one in PLACES}
    excused = {nameless(path): path for path in ONLY_FOR_PROGRAMS}
    missing = [
        path
        for bare, path in served.items()
        if bare not in stated and bare not in excused and not path.startswith(PROGRAMS)
    ]
    gone = [path for bare, path in (*stated.items(), *excused.items()) if bare not in served]
    return [f"nobody opens {path}" for path in missing] + [f"{path} is no address any more" for path in gone]


def _served(app: FastAPI) -> Iterable[str]:
    return (
        route.path for route in iter_route_contexts(app.routes) if "GET" in (route.methods or ()) and route.path
    )


def nameless(path: str) -> str:
    """An address without the names of its places."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def place_of(path: str) -> Place | None:
    """The page an address leads to; None when it is none of ours that people read."""
    bare = path.partition("?")[0].partition("#")[0]
    return next((one for one in PLACES if one.kind == "page" and _shape(one.path).fullmatch(bare)), None)


def _shape(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path))
