"""Many steps at once: counted and frozen first, begun with a reason, followed to each outcome."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from api.bulk import service as bulk_service
from api.bulk.routes import ReplayId
from api.bulk.schemas import Counted, ReplayTold, ReplayWish
from api.container import Home
from api.decisions.preview import Preview
from api.decisions.service import Reason
from api.errors import Wrong
from api.jobs import access
from api.links.routes import back, read_body
from api.pages.office import ops_view as shown
from api.pages.office.books import address
from api.pages.office.decision import preview
from api.pages.render import Cursor, Paged
from api.security.permissions import Known
from api.wording.timeline import NOBODY, Audience, Names, title
from domain.bulk_replay import BAD, Item, ItemState
from domain.people import Language
from engine.words import moment, say
from storage.core.pagination import BadCursor

router = APIRouter(include_in_schema=False)
AT_ONCE = 100
Place = tuple[str, str]
CANARY = "stopped after the first ones"
"""How the process words that it went no further than its first few."""


class WishGiven(ReplayWish):
    """A selection from a form: what is empty was not asked for."""

    model_config = ConfigDict(extra="ignore")


class TurnGiven(BaseModel):
    """How a replay is turned, from a form."""

    model_config = ConfigDict(extra="ignore")

    do: Literal["pause", "resume", "stop"]
    reason: Reason


@router.post("/ops/replays/count")
async def count(request: Request, home: Home, page: Paged, asker: Known) -> Response:
    """Freeze the selection and show what would become of it; nothing is begun."""
    asker.must("decide")
    wish = await read_body(request, WishGiven)
    lang = page.language(request, asker)
    counted = await bulk_service.count(home, asker, wish)
    names = await access.names_by_step(home, [_place(one) for one in counted.first])
    return page.page(request, "bulk_new.html", asker, **_counted(counted, wish, names, lang))


def _counted(counted: Counted, wish: ReplayWish, names: Mapping[Place, Names], lang: Language) -> dict[str, Any]:
    asked = bulk_service.wish_told(wish)
    return {
        "counted": counted,
        "what": shown.filter_in_words(asked, lang),
        "asked": {name: value for name, value in asked.items() if isinstance(value, str)},
        "until": moment(lang, counted.valid_until, "HH:mm"),
        "outcomes": [(say(lang, f"office.bulk.{name}"), n) for name, n in counted.outcomes.items()],
        "first": [
            (title(one.step, lang, names.get(_place(one), NOBODY)), preview(one, lang, {})) for one in counted.first
        ],
    }


def _place(one: Preview) -> Place:
    """The step a preview is about; its order key begins with the job."""
    return one.order_key.partition("/")[0], one.step


@router.post("/ops/replays")
async def begin(request: Request, home: Home, asker: Known) -> Response:
    """Begin exactly what was counted."""
    asker.must("decide")
    replay = await bulk_service.begin(home, asker, await read_body(request, WishGiven))
    return back(request, f"/ops/replays/{replay.replay_id}")


@router.get("/ops/replays")
async def replays(request: Request, home: Home, page: Paged, asker: Known, cursor: Cursor = None) -> Response:
    """Every bulk replay, the latest first."""
    asker.must("see_parked")
    lang = page.language(request, asker)
    try:
        found = await home.replays.page(cursor)
    except BadCursor as wrong:
        raise Wrong("wrong-cursor", str(wrong)) from None
    told = [await bulk_service.replay_status(home, one) for one in found.rows]
    names = await home.people.names({one.by for one in told})
    more = address("/ops/replays", {"cursor": found.next}) if found.next else None
    return page.page(request, "bulk_all.html", asker, more=more, all=[_row(one, names, lang) for one in told])


def _row(one: ReplayTold, names: dict[str, str], lang: Language) -> dict[str, Any]:
    begun = moment(lang, one.started_at) if one.started_at else ""
    return shown.replay(one, names, lang) | {"begun": begun}


@router.get("/ops/replays/{replay_id}")
async def show(
    request: Request,
    home: Home,
    page: Paged,
    asker: Known,
    replay_id: ReplayId,
    state: ItemState | None = None,
    after: Annotated[int, Query(ge=0, le=10_000)] = 0,
    part: Literal["live"] | None = None,
) -> Response:
    """Where it stands, and what became of each step."""
    asker.must("see_parked")
    lang, told = page.language(request, asker), await bulk_service.one(home, replay_id)
    names = await home.people.names({told.by})
    items = await home.replays.items(replay_id, after, AT_ONCE + 1, state)
    called = await access.names_by_step(home, {(item.job_id, item.step) for item in items})
    here = f"/ops/replays/{replay_id}"
    narrowed = {"state": state} if state else {}
    more = address(here, narrowed | {"after": items[AT_ONCE - 1].n}) if len(items) > AT_ONCE else None
    return page.page(
        request,
        "bulk_live.html" if part else "bulk.html",
        asker,
        one=_row(told, names, lang),
        here=here,
        told=told,
        counts=[
            (name, _state(name, told.state in shown.ENDED, lang), told.outcomes.get(name, 0))
            for name in get_args(ItemState)
        ],
        state=state or "",
        stopped=_stopped(told, asker.audience, lang),
        items=[_item(item, called, told.state in shown.ENDED, asker.audience, lang) for item in items[:AT_ONCE]],
        more=more,
        live=address(here, narrowed | {"after": after, "part": "live", "lang": lang}),
    )


def _stopped(told: ReplayTold, audience: Audience, lang: Language) -> dict[str, str]:
    """Why it went no further, in plain words; what the first ones ran into, for operations."""
    canary = (told.why or "").startswith(CANARY)
    text = say(lang, "office.bulk.canary_failed") if canary else told.why or ""
    return {"text": text, "technical": told.bad or "" if audience == "ops" else ""}


def _state(name: ItemState, ended: bool, lang: Language) -> str:
    return say(lang, "office.item.not_begun" if name == "chosen" and ended else f"office.item.{name}")


def _item(
    item: Item, called: Mapping[Place, Names], ended: bool, audience: Audience, lang: Language
) -> dict[str, Any]:
    """One step and what became of it, in plain words; the cause as the engine has it, for operations."""
    kind, _, cause = item.why.partition(": ")
    why = shown.reason(kind, item.partner, cause, lang) if kind[:1].isupper() and kind.isidentifier() else item.why
    return {
        "n": item.n,
        "title": title(item.step, lang, called.get((item.job_id, item.step), NOBODY)),
        "href": f"/jobs/{item.job_id}/steps/{item.step}",
        "job": item.job_id,
        "story": f"/jobs/{item.job_id}/story" + (f"#line-{item.told_by}" if item.told_by else ""),
        "state": _state(item.state, ended, lang),
        "tone": "good" if item.state == "done" else ("bad" if item.state in BAD else ""),
        "why": why,
        "technical": item.why if audience == "ops" and why != item.why else "",
    }


@router.post("/ops/replays/{replay_id}")
async def turn(request: Request, home: Home, asker: Known, replay_id: ReplayId) -> Response:
    """Pause, resume or stop it."""
    asker.must("decide")
    given = await read_body(request, TurnGiven)
    await bulk_service.turn(home, asker, replay_id, given.do, given.reason)
    return back(request, f"/ops/replays/{replay_id}")
