"""How parked steps are answered in a life: first as drawn, then by somebody sensible."""

from datetime import datetime, timedelta
from typing import Any

import httpx2

from allin.lives.editing import edited
from allin.lives.life import Deciding
from domain.questions import OWN_ANSWERS, answers
from storage.jobs.steps import StepRow
from tests.lives.alive import Alive, Door, Waiting
from tests.process.world import World

SENSIBLE = ("replay", "by_hand", "skip", "fail")
"""What somebody sensible tries, one after the other, each time the same step parks again."""
ENOUGH = 8
"""A step that was decided so often and parks again is a finding, not a decision."""
SILENCE_HOURS = 120
"""Who says nothing is relieved after five days."""
PATHS = {"replay": "replay", "edited": "replay", "by_hand": "complete", "skip": "skip", "fail": "fail"}
SECONDS = ("iris", "fatima", "olga")


async def decide(world: World, door: Door, alive: Alive, now: datetime) -> None:
    """Answer what is parked and due."""
    assert alive.job_id is not None
    rows = [row for row in await world.house.steps.of_job(alive.job_id) if row.state == "parked"]
    for row in sorted(rows, key=lambda one: one.step):
        if row.file.postponed_until_at is not None and row.file.postponed_until_at > now:
            continue
        await _decide(door, alive, row, now)


async def _decide(door: Door, alive: Alive, row: StepRow, now: datetime) -> None:
    since = row.parked_since_at or now
    waiting = alive.waiting.get(row.step)
    if waiting is None or (waiting.attempt, waiting.since_at) != (row.attempt, since):
        waiting = alive.waiting[row.step] = Waiting(row.step, row.attempt, since, _next(alive, row))
        alive.parked_times[row.step] = alive.parked_times.get(row.step, 0) + 1
    if alive.parked_times[row.step] > ENOUGH:
        complaint = f"{row.step} parked {ENOUGH} times: {row.error_type}"
        if complaint not in alive.complaints:
            alive.complaints.append(complaint)
        alive.given_up = True
        return
    silent = SILENCE_HOURS if waiting.deciding.kind == "silent" else 0
    at = since + timedelta(hours=waiting.deciding.after_hours + silent)
    if at > now:
        alive.due.append(at)
        return
    await _answer(door, alive, row, waiting.deciding, now)


def _next(alive: Alive, row: StepRow) -> Deciding:
    """The next drawn decision; when there is none left, what somebody sensible does."""
    asked = answers(row.file)
    drawn = alive.life.course.decisions
    times = alive.parked_times.get(row.step, 0)
    if alive.decided < len(drawn):
        alive.decided += 1
        given = drawn[alive.decided - 1]
        if not asked or given.kind in (*asked, "silent"):
            return given
        return given.model_copy(update={"kind": asked[alive.decided % len(asked)]})
    possible = [one for one in asked if one != "postpone"] or SENSIBLE
    if row.error_type == "AccountsNotSettled":
        possible = ("edited", *SENSIBLE)  # who bears a loss is the answer
    return Deciding.model_validate({"kind": possible[times % len(possible)]})


async def _answer(door: Door, alive: Alive, row: StepRow, drawn: Deciding, now: datetime) -> None:
    """Try what was drawn; where it is not possible, what is."""
    said = []
    possible = answers(row.file) or (*SENSIBLE, "postpone")
    for kind in dict.fromkeys((drawn.kind, *possible)):
        if kind == "silent":
            continue
        answer = await _given(door, alive, row, kind, drawn, now)
        if answer.is_success:
            return
        said.append(f"{kind}: {answer.status_code} {answer.text[:200]}")
        if answer.status_code >= 500 or "stale" in answer.text or "not-parked" in answer.text:
            break
    if said and not any("stale" in one or "not-parked" in one for one in said):
        alive.complaints.append(f"nobody can decide {row.step} ({row.error_type}): {said}")


async def _given(
    door: Door, alive: Alive, row: StepRow, kind: str, drawn: Deciding, now: datetime
) -> httpx2.Response:
    path = f"/api/jobs/{alive.job_id}/steps/{row.step}"
    why = f"drawn {kind} for {row.error_type} on {now:%d %B %H:%M}"  # the same words again are the same decision
    body: dict[str, Any] = {"reason": why, "expected_attempt": row.attempt}
    if kind == "postpone" or (kind == "postpone_partner" and row.partner is None):
        return await door.ask("omar", "POST", f"{path}/postpone", json=body | {"until_at": _later(now)})
    if kind == "postpone_partner":
        until = {"until": "partner", "until_at": _later(now)}
        return await door.ask("omar", "POST", f"{path}/postpone", json=body | until)
    if kind == "edited":
        body["request"] = edited((await door.ask("omar", "GET", path)).json(), drawn.factor)
    if row.error_type == "AccountsNotSettled" and kind in ("replay", "edited"):
        body["request"] = row.file.request | {"loss_borne_by": "community"}
    if kind == "by_hand":
        draft = (await door.ask("omar", "GET", path)).json().get("result_draft")
        if draft is not None and "paid_how" in draft:
            body["result"] = draft | {"paid_how": "free"}
        proof = f"{path}/evidence?name=proof-{row.step.replace(':', '-')}-{row.attempt}.pdf"
        body["evidence"] = (await door.ask("omar", "POST", proof, content=b"%PDF-1.7")).json()["name"]
    if kind in OWN_ANSWERS:
        body["answer"] = kind
    answer = await door.ask("omar", "POST", f"{path}/{PATHS.get(kind, 'answer')}", json=body)
    if answer.status_code == 202 and "proposal_id" in answer.json():
        return await _confirmed(door, answer.json()["proposal_id"])
    return answer


def _later(now: datetime) -> str:
    return (now + timedelta(days=2)).isoformat()


async def _confirmed(door: Door, proposal_id: str) -> httpx2.Response:
    """A second person agrees: whoever may."""
    for who in SECONDS:
        answer = await door.ask(who, "POST", f"/api/ops/proposals/{proposal_id}/confirm", json={"reason": "seen"})
        if answer.status_code != 403:
            break
    return answer
