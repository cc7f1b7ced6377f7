"""The doors of bulk replays: count, begin, follow, pause, stop, and take the outcomes away as a file."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict

from api.bulk import service as bulk_service
from api.bulk.schemas import Counted, ReplayTold, ReplayWish
from api.container import Home
from api.decisions.service import Reason
from api.errors import Wrong, responses
from api.jobs.schemas import Answered
from api.security.permissions import Asker, may
from api.security.streams import OneStream, while_signed_in
from domain.bulk_replay import Item, ItemState
from domain.spreadsheets import harmless
from storage.core.pagination import BadCursor
from storage.execution.bulk_replays import AT_MOST

router = APIRouter(prefix="/api/ops/replays", tags=["ops"])

Decides = Annotated[Asker, Depends(may("decide"))]
Sees = Annotated[Asker, Depends(may("see_parked"))]
ReplayId = Annotated[str, Path(pattern=r"^[0-9a-f]{10}$", examples=["5f2a90c1de"])]
WHO = ("signed-out", "not-allowed")
EVERY_SECONDS = 0.5


class ReplayList(Answered):
    """Some bulk replays, the latest first."""

    replays: list[ReplayTold]
    next: str | None = None


class ItemList(Answered):
    """Some items of a bulk replay, in their order."""

    items: list[Item]
    next: int | None = None
    """The number to go on after; none on the last page."""


class TurnGiven(BaseModel):
    """Why a bulk replay is paused, resumed or stopped."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "The railway asks us to wait"}]}
    )

    reason: Reason


@router.post(
    "",
    status_code=202,
    responses=responses(*WHO, "stale-selection", "nothing-chosen")
    | {200: {"description": "Only counted", "model": Counted}},
)
async def replay_many(
    home: Home,
    asker: Decides,
    wish: ReplayWish,
    response: Response,
    dry_run: Annotated[bool, Query(description="count and freeze, and begin nothing")] = False,
) -> Counted | ReplayTold:
    """Take many parked steps again, or do many done ones anew. Count first: what was counted is what is begun."""
    if dry_run:
        response.status_code = 200
        return await bulk_service.count(home, asker, wish)
    replay = await bulk_service.begin(home, asker, wish)
    response.headers["Location"] = f"/api/ops/replays/{replay.replay_id}"
    return await bulk_service.replay_status(home, replay)


@router.get("", responses=responses(*WHO, "wrong-cursor"))
async def list_replays(
    home: Home,
    _: Sees,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> ReplayList:
    """The bulk replays, the latest first."""
    try:
        page = await home.replays.page(cursor, limit)
    except BadCursor as wrong:
        raise Wrong("wrong-cursor", str(wrong)) from None
    return ReplayList(replays=[await bulk_service.replay_status(home, one) for one in page.rows], next=page.next)


@router.get("/{replay_id}", responses=responses(*WHO, "not-found"))
async def show_replay(home: Home, _: Sees, replay_id: ReplayId) -> ReplayTold:
    """One bulk replay and where it stands now."""
    return await bulk_service.one(home, replay_id)


@router.get("/{replay_id}/items", responses=responses(*WHO, "not-found"))
async def show_items(
    home: Home,
    _: Sees,
    replay_id: ReplayId,
    cursor: Annotated[int, Query(ge=0, le=AT_MOST)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    state: ItemState | None = None,
) -> ItemList:
    """What became of each step, as its own story tells it."""
    await bulk_service.one(home, replay_id)
    items = await home.replays.items(replay_id, cursor, limit + 1, state)
    return ItemList(items=items[:limit], next=items[limit - 1].n if len(items) > limit else None)


@router.get("/{replay_id}/items.csv", response_class=Response, responses=responses(*WHO, "not-found"))
async def items_as_csv(home: Home, _: Sees, replay_id: ReplayId) -> Response:
    """Every outcome as a table (RFC 4180)."""
    await bulk_service.one(home, replay_id)
    out = io.StringIO()
    told = bulk_service.as_rows(await home.replays.items(replay_id, 0, AT_MOST))
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in told)
    name = f'attachment; filename="replay-{replay_id}.csv"'
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


@router.get("/{replay_id}/items.json", responses=responses(*WHO, "not-found"))
async def items_as_json(home: Home, _: Sees, replay_id: ReplayId, response: Response) -> list[Item]:
    """Every outcome for programs."""
    await bulk_service.one(home, replay_id)
    response.headers["Content-Disposition"] = f'attachment; filename="replay-{replay_id}.json"'
    return await home.replays.items(replay_id, 0, AT_MOST)


async def _there(home: Home, _: Sees, replay_id: ReplayId) -> ReplayTold:
    """Checked before the stream begins, so that a refusal is an answer and not a broken stream."""
    return await bulk_service.one(home, replay_id)


@router.get("/{replay_id}/events", response_class=EventSourceResponse, responses=responses(*WHO, "not-found"))
async def follow_replay(
    request: Request, home: Home, now: Annotated[ReplayTold, Depends(_there)], replay_id: ReplayId, _: OneStream
) -> AsyncIterator[ServerSentEvent]:
    """Where it stands, each time that changes; ends with the replay."""
    last = None
    async for _turn in while_signed_in(request, home, EVERY_SECONDS):
        now = await bulk_service.one(home, replay_id) if last else now
        if now != last:
            yield ServerSentEvent(raw_data=now.model_dump_json(), event="progress")
        if now.ended_at is not None and not now.outcomes.get("trying"):
            return
        last = now


@router.post("/{replay_id}/pause", responses=responses(*WHO, "not-found", "not-now", "process-unreachable"))
async def pause(home: Home, asker: Decides, replay_id: ReplayId, given: TurnGiven) -> ReplayTold:
    """Begin no further step; what is under way ends."""
    return await bulk_service.turn(home, asker, replay_id, "pause", given.reason)


@router.post("/{replay_id}/resume", responses=responses(*WHO, "not-found", "not-now", "process-unreachable"))
async def resume(home: Home, asker: Decides, replay_id: ReplayId, given: TurnGiven) -> ReplayTold:
    """Go on where it was."""
    return await bulk_service.turn(home, asker, replay_id, "resume", given.reason)


@router.post("/{replay_id}/stop", responses=responses(*WHO, "not-found", "not-now", "process-unreachable"))
async def stop(home: Home, asker: Decides, replay_id: ReplayId, given: TurnGiven) -> ReplayTold:
    """Begin nothing more, for good; what is under way is still seen to its end."""
    return await bulk_service.turn(home, asker, replay_id, "stop", given.reason)
