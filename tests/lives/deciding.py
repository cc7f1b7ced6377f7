"""How parked steps are answered in a life: first as drawn, then by somebody sensible, until it ends."""

from datetime import date, datetime, timedelta
from typing import Any

import httpx2
from sqlalchemy import func, select

from allin.lives import choosing
from allin.lives.dice import Dice
from allin.lives.editing import by_hand, edited
from allin.lives.life import Deciding
from domain.questions import OWN_ANSWERS, answers
from storage.jobs.steps import StepRow
from storage.services.debt_collection import collections
from tests.lives.alive import Alive, Door, Waiting
from tests.process.world import World

POSSIBLE = ("replay", "by_hand", "skip", "fail", "postpone")
SILENCE_HOURS = 120
"""Who says nothing is relieved after five days."""
PATHS = {"replay": "replay", "edited": "replay", "by_hand": "complete", "skip": "skip", "fail": "fail"}
SECONDS = ("iris", "fatima", "olga")
BOOKS = "AccountsNotSettled"
HURRIED, HURRY, PATIENT = 3, timedelta(days=2), timedelta(days=20)
"""Whoever has put something off so often puts it off for longer: a debt that is collected takes months."""
PATIENTLY_TRIED = 6
"""What counts of the books that cannot be closed while a debt of the job is collected."""
LOOKED_AT_AGAIN = ("silent", "postpone", "postpone_partner")
"""What leaves a step parked: the next time something is decided anew."""


async def decide(world: World, door: Door, alive: Alive, now: datetime) -> None:
    """Answer what is parked and due."""
    assert alive.job_id is not None
    rows = [row for row in await world.house.steps.of_job(alive.job_id) if row.state == "parked"]
    if any(row.error_type == BOOKS for row in rows) and await _is_collected(world, alive):
        for row in (
            row for row in rows if row.error_type == BOOKS
        ):  # not over before the money: lawyers take months
            alive.parked_times[row.step] = min(alive.parked_times.get(row.step, 0), PATIENTLY_TRIED)
    for row in sorted(rows, key=lambda one: one.step):
        if row.file.postponed_until_at is not None and row.file.postponed_until_at > now:
            alive.due.append(row.file.postponed_until_at)
            continue
        await _decide(door, alive, row, now)


async def _is_collected(world: World, alive: Alive) -> bool:
    """Whether money of a client is awaited for this job."""
    wanted = select(func.count()).where(collections.c.job_id == alive.job_id, collections.c.closed_at.is_(None))
    async with world.site.database.reading() as connection:
        return bool(await connection.scalar(wanted))


def _dice(alive: Alive, row: StepRow) -> Dice:
    """The same for a step each time: what is tried goes round from where it began."""
    return Dice(alive.life.seed, alive.life.n, row.step)


async def _decide(door: Door, alive: Alive, row: StepRow, now: datetime) -> None:
    since = row.parked_since_at or now
    waiting = alive.waiting.get(row.step)
    if waiting is None or (waiting.attempt, waiting.since_at) != (row.attempt, since):
        alive.parked_times[row.step] = alive.parked_times.get(row.step, 0) + 1
        waiting = alive.waiting[row.step] = Waiting(row.step, row.attempt, since, now, _next(alive, row))
    if alive.parked_times[row.step] > choosing.ENOUGH:
        alive.hangs(f"{row.step} parked {choosing.ENOUGH} times: {row.error_type}")
        return
    silent = SILENCE_HOURS if waiting.deciding.kind == "silent" else 0
    at = waiting.drawn_at + timedelta(hours=waiting.deciding.after_hours + silent)
    if at > now:
        alive.due.append(at)
        return
    await _answer(door, alive, row, waiting.deciding, now)
    if waiting.deciding.kind in LOOKED_AT_AGAIN:
        alive.waiting.pop(row.step, None)


def _next(alive: Alive, row: StepRow) -> Deciding:
    """The next drawn decision; when there is none left, what somebody sensible does."""
    asked, times, dice = answers(row.file), alive.parked_times[row.step] - 1, _dice(alive, row)
    if alive.decided < len(alive.life.course.decisions):
        given = alive.life.course.decisions[alive.decided]
        alive.decided += 1
        if not asked or given.kind in (*asked, "silent"):
            return given
        return given.model_copy(update={"kind": asked[alive.decided % len(asked)]})
    told = row.file.problem.params.get("accounts", "") if row.file.problem else ""
    return choosing.decision(row.error_type or "", asked, told, times, dice)


async def _answer(door: Door, alive: Alive, row: StepRow, drawn: Deciding, now: datetime) -> None:
    """Try what was drawn; where it is not possible, what is."""
    said = []
    for kind in dict.fromkeys((drawn.kind, *(answers(row.file) or POSSIBLE))):
        if kind == "silent":
            continue
        answer = await _given(door, alive, row, kind, drawn, now)
        if answer.is_success:
            alive.answered[row.error_type or "-", kind] += 1
            return
        said.append(f"{kind}: {answer.status_code} {answer.text[:200]}")
        if answer.status_code >= 500 or "stale" in answer.text or "not-parked" in answer.text:
            break
    if said and not any("stale" in one or "not-parked" in one for one in said):
        alive.complain(f"nobody can decide {row.step} ({row.error_type}): {said}")


async def _given(
    door: Door, alive: Alive, row: StepRow, kind: str, drawn: Deciding, now: datetime
) -> httpx2.Response:
    path = f"/api/jobs/{alive.job_id}/steps/{row.step}"
    if row.error_type == "DocumentsAsked" and kind == "replay":
        papers = f"/api/jobs/{alive.job_id}/incidents/{row.file.request['incident_id']}/papers"
        await door.ask("iris", "POST", f"{papers}?name=police-{row.attempt}.pdf", content=b"%PDF-1.7 drawn")
    why = f"drawn {kind} for {row.error_type} on {now:%d %B %H:%M}"  # the same words again are the same decision
    body: dict[str, Any] = {"reason": why, "expected_attempt": row.attempt}
    if kind in ("postpone", "postpone_partner"):
        until = {"until": "partner"} if kind == "postpone_partner" and row.partner is not None else {}
        later = now + (PATIENT if alive.parked_times.get(row.step, 0) > HURRIED else HURRY)
        body |= until | {"until_at": later.isoformat()}
        return await _by_whom_may(door, alive, row, f"{path}/postpone", body)
    if kind in ("edited", "by_hand"):
        told = (await door.ask("omar", "GET", path)).json()
        body |= (
            _edited(alive, row, told, drawn)
            if kind == "edited"
            else await _by_hand(door, alive, row, told, now.date())
        )
    if kind in OWN_ANSWERS:
        body["answer"] = kind
    return await _by_whom_may(door, alive, row, f"{path}/{PATHS.get(kind, 'answer')}", body)


def _edited(alive: Alive, row: StepRow, told: Any, drawn: Deciding) -> dict[str, Any]:
    request = edited(told, drawn.factor)
    if "late_costs" in told.get("editable", []):
        request["late_costs"] = "waive"
    if "loss_borne_by" in told.get("editable", []):
        request["loss_borne_by"] = choosing.bearer(_dice(alive, row))
    return {"request": request}


async def _by_hand(door: Door, alive: Alive, row: StepRow, told: Any, on: date) -> dict[str, Any]:
    result = by_hand(told, _dice(alive, row).one(None, None, "40.00"), on)
    name = f"proof-{row.step.replace(':', '-')}-{row.attempt}.pdf"
    proof = f"/api/jobs/{alive.job_id}/steps/{row.step}/evidence?name={name}"
    kept = (await door.ask("omar", "POST", proof, content=b"%PDF-1.7")).json().get("name", "")
    return {"evidence": kept} | ({} if result is None else {"result": result})


async def _by_whom_may(door: Door, alive: Alive, row: StepRow, path: str, body: dict[str, Any]) -> httpx2.Response:
    """Whom the problem names decides, or operations; a second person agrees where two decide."""
    named = row.file.problem.decided_by if row.file.problem else "ops"
    for who in choosing.decider(named, alive.life.member.slug, _dice(alive, row)):
        answer = await door.ask(who, "POST", path, json=body)
        if answer.status_code == 202 and "proposal_id" in answer.json():
            return await _by_second(door, alive, row.step, answer.json()["proposal_id"], who)
        if answer.is_success or who == "omar":
            break
    return answer


async def _by_second(door: Door, alive: Alive, step: str, proposal_id: str, first: str) -> httpx2.Response:
    """A second person agrees, or says no as drawn: whoever may. After a no the step waits to be decided anew."""
    no = alive.refused_by_second < alive.life.course.second_says_no
    if no:
        alive.refused_by_second += 1
        alive.waiting.pop(step, None)
    path = f"/api/ops/proposals/{proposal_id}/{'refuse' if no else 'confirm'}"
    for who in SECONDS:
        if who == first:
            continue
        answer = await door.ask(who, "POST", path, json={"reason": "not like this" if no else "seen"})
        if answer.status_code != 403:
            break
    return answer
