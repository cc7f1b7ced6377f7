"""The page where a cooperative is set up: what is missing, and lists that are looked at, then taken over."""

import base64
import binascii
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Request, Response
from starlette.datastructures import UploadFile

from api.container import Container, Home
from api.decisions.audit import audited
from api.errors import Wrong
from api.pages.render import Paged, Pages
from api.security.permissions import Asker, Known
from domain.given_lists import Mistake, WrongList, read
from domain.setting_up import KINDS, Change, Kind, example
from storage.people.setting_up import SettingUp

router = APIRouter(include_in_schema=False)
PAGE = "/setup"
SHOWN = 50
"""Changes or mistakes on the page; the rest is counted."""
ON_PAGE = ("vans", "rooms", "stock", "members")
"""Not the entities: their accounts are where clients pay to, and stay with whoever runs the machine."""
OnPage = Annotated[Literal["vans", "rooms", "stock", "members"], Path()]


@dataclass(frozen=True)
class Looked:
    """What a list was found to be."""

    kind: str
    name: str
    content: str
    """In base64: taken over as it was looked at."""
    changes: list[Change] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    taken: bool = False

    @property
    def count(self) -> dict[str, str]:
        """How many are new, changed and the same."""
        found = Counter(change.what for change in self.changes)
        return {what: str(found[what]) for what in ("new", "changed", "same")}


@router.get(PAGE)
async def show(request: Request, home: Home, page: Paged, asker: Known) -> Response:
    """What is set up, and what is missing."""
    asker.must("set_up")
    return await _page(request, home, page, asker)


@router.post(f"{PAGE}/{{kind}}")
async def take(
    request: Request, home: Home, page: Paged, asker: Known, kind: OnPage, do: Annotated[str, Form()] = "look"
) -> Response:
    """Look at a list, or take over the one that was looked at: all of it or nothing."""
    asker.must("set_up")
    name, content = await _sent(request)
    looked = await _looked(home, asker, KINDS[kind], name, content, take=do == "take")
    return await _page(request, home, page, asker, looked)


async def _sent(request: Request) -> tuple[str, bytes]:
    """The file, or the content that was looked at before."""
    form = await request.form()
    file, name = form.get("file"), form.get("name")
    if isinstance(file, UploadFile) and file.filename:
        return file.filename, await file.read()
    try:
        return str(name or ""), base64.b64decode(str(form.get("content") or ""), validate=True)
    except binascii.Error:
        raise Wrong("unreadable-file", "no file was chosen") from None


async def _looked(home: Container, asker: Asker, kind: Kind, name: str, content: bytes, *, take: bool) -> Looked:
    kept = base64.b64encode(content).decode()
    if not content:
        raise Wrong("unreadable-file", "no file was chosen")
    up = SettingUp(home.database)
    try:
        given = read(kind, name, content)
        changes = await up.preview(kind, given)
        _mail_stays(given, kind, changes)
        if take:
            why = f"{kind.name}: {name[:100]}, {len(given)} rows, sha256 {hashlib.sha256(content).hexdigest()[:16]}"
            changes = await up.take(kind, given, home.now(), audited(home, asker, "setup", None, why))
    except WrongList as wrong:
        return Looked(kind.name, name, kept, mistakes=list(wrong.mistakes))
    return Looked(kind.name, name, kept, changes=changes, taken=take)


def _mail_stays(given: Any, kind: Kind, changes: list[Change]) -> None:
    """Where somebody's password links go is changed by that person, not by a list on a page."""
    moved = {one.key for one in changes if any(each.startswith("email ") for each in one.fields)}
    wrong = [
        Mistake(row, "email", "is changed by the person", "own")
        for row, one in given
        if str(getattr(one, kind.key)) in moved
    ]
    if wrong:
        raise WrongList(wrong)


async def _page(
    request: Request, home: Container, page: Pages, asker: Asker, looked: Looked | None = None
) -> Response:
    up = SettingUp(home.database)
    known = {name: len(await up.known(kind)) for name, kind in KINDS.items()}
    return page.page(
        request,
        "setup.html",
        asker,
        kinds=ON_PAGE,
        known={name: str(count) for name, count in known.items()},
        missing=await up.missing(),
        examples={name: example(KINDS[name]) for name in ON_PAGE},
        looked=looked,
        shown=SHOWN,
    )
