"""Many steps decided at once: chosen by a filter, counted and frozen, begun with a reason, followed to the end.

One set of functions for the routes and the pages of ops.
"""

from collections import Counter
from collections.abc import Sequence

from activities.catalog import is_for_people, step_of
from api.bulk.schemas import Counted, ReplayFilter, ReplayTold, ReplayWish
from api.container import Container
from api.decisions import approval_policy
from api.decisions import forms as decision_forms
from api.decisions.preview import preview
from api.decisions.service import concerned, operation
from api.errors import Wrong
from api.ports.process import ProcessUnreachable, Turn
from api.security.permissions import Asker
from domain.bulk_replay import BulkInput, Item, Replay, ReplayKind, Turned
from domain.decisions import Rule
from domain.job import Decision
from domain.questions import is_question
from storage.execution.bulk_replays import AT_MOST, Begun, Frozen, StaleToken
from storage.jobs.steps import StepRow
from storage.security.audit import AuditEntry

SHOWN = 3
"""So many are looked at in detail when a selection is counted."""


async def count(home: Container, asker: Asker, wish: ReplayFilter) -> Counted:
    """Freeze what the filter finds now, and say what would become of it."""
    rows, questions = await _chosen(home, asker, wish)
    kind: ReplayKind = "redo" if wish.state == "done" else "replay"
    items = [_item(n, row, kind) for n, row in enumerate(rows, 1)]
    frozen = await home.replays.freeze(kind, wish_told(wish), items, asker.person_id, asker.role, home.now())
    paused = {switch.partner for switch in await home.switches.all() if switch.state == "paused"}
    looked = [await preview(home, row, _decision(frozen, row)) for row in rows[:SHOWN]] if kind == "replay" else []
    return Counted(
        token=frozen.token,
        replay_id=frozen.replay_id,
        kind=kind,
        count=frozen.count,
        jobs=len({row.job_id for row in rows}),
        outcomes=Counter(_foreseen(item, paused) for item in items),
        services=Counter(row.service for row in rows),
        partners=Counter(row.partner or "-" for row in rows),
        questions=questions,
        first=looked,
        valid_until=frozen.frozen_at + home.replays.shelf_life,
    )


async def begin(home: Container, asker: Asker, wish: ReplayWish) -> Replay:
    """Begin what was counted under the token, or count and begin at once."""
    if wish.reason is None or not wish.reason.strip():
        raise Wrong("invalid", "say why: the reason is kept in the audit of every step")
    token = wish.token or (await count(home, asker, wish)).token
    how = Begun(
        by=asker.person_id,
        role=asker.role,
        reason=wish.reason.strip(),
        canary=wish.canary,
        rate_per_minute=wish.rate_per_minute,
        at_once=wish.at_once,
        safe=wish.safe,
        at=home.now(),
    )
    try:
        replay, _ = await home.replays.begin(token, how)
    except (StaleToken, Frozen) as stale:
        raise Wrong("stale-selection", str(stale)) from None
    await set_going(home, replay)
    return replay


async def set_going(home: Container, replay: Replay) -> bool:
    """Begin its process; where it cannot be reached now, the sweep does."""
    bulk = BulkInput(
        replay_id=replay.replay_id,
        canary=replay.canary,
        rate_per_minute=replay.rate_per_minute,
        at_once=replay.at_once,
    )
    try:
        await home.process.begin_replay(bulk)
    except ProcessUnreachable:
        return False
    return True


async def one(home: Container, replay_id: str) -> ReplayTold:
    """One bulk replay with its live totals."""
    try:
        replay = await home.replays.replay(replay_id)
    except KeyError:
        raise Wrong("not-found") from None
    if replay.state == "frozen":
        raise Wrong("not-found")
    return await replay_status(home, replay)


async def replay_status(home: Container, replay: Replay) -> ReplayTold:
    """Where a replay stands."""
    progress = await home.replays.progress(replay.replay_id)
    shown = replay.model_dump(include=set(ReplayTold.model_fields))
    return ReplayTold(**shown, outcomes=progress.counts, bad=progress.bad)


async def turn(home: Container, asker: Asker, replay_id: str, how: Turn, reason: str) -> ReplayTold:
    """Pause, resume or stop one."""
    replay = await one(home, replay_id)
    if replay.state in ("done", "stopped"):
        raise Wrong("not-now", f"this replay is {replay.state}")
    turned = Turned(by=asker.person_id, reason=reason)
    await home.process.turn_replay(replay_id, how, turned)
    line = AuditEntry(
        at=home.now(), who=asker.person_id, role=asker.role, what=f"bulk.{how}", why=reason,
        operation_id=replay_id,
    )  # fmt: skip
    await home.audit.record(line)
    return await one(home, replay_id)


async def _chosen(home: Container, asker: Asker, wish: ReplayFilter) -> tuple[list[StepRow], int]:
    """The steps that are tried again or done anew; and how many only ask a question, which is left to people.

    What is about the own job or pay of whoever chooses is left to somebody else.
    """
    given = wish.model_dump(exclude={"state"}, exclude_defaults=True)
    if not given.keys() & ReplayFilter.model_fields.keys():
        raise Wrong("invalid", "name at least one condition: a service, a partner, jobs, a day, a rate")
    if wish.state == "done" and not (wish.on or wish.rate or wish.jobs):
        raise Wrong("invalid", "done steps are found by a day, a rate or jobs")
    found = [
        row
        for row in await home.chooser.rows(wish.chosen(), AT_MOST + 1)
        if _is_ours(row, wish) and not concerned(asker, row)
    ]
    rows = [row for row in found if not is_question(row.file)]
    if not rows and found:
        why = f"{len(found)} steps ask a question: each is answered on its own page, none is tried again"
        raise Wrong("question-needs-answer", why)
    if not rows:
        raise Wrong("nothing-chosen", "no step answers to this filter now")
    if len(rows) > AT_MOST:
        raise Wrong("invalid", f"more than {AT_MOST} steps answer to this filter: narrow it")
    return rows, len(found) - len(rows)


def _is_ours(row: StepRow, wish: ReplayFilter) -> bool:
    """A done step is chosen when it can be done anew, or is signed and rests on the wrong rate."""
    if wish.state == "parked":
        return True
    step = step_of(row.service, row.item)
    if step is None or row.file.by_hand:
        return False
    if is_for_people(row.service):
        return wish.rate is not None or bool(wish.jobs)
    return step.release is not None and not step.is_asking() and not step.essential


def _item(n: int, row: StepRow, kind: ReplayKind) -> Item:
    verb = decision_forms.next_verb(row.file) if kind == "replay" else decision_forms.first_verb(row.file)
    rule: Rule = approval_policy.guard(row.service, "replay", verb)
    if kind == "redo":
        rule = "alone"  # what is signed is only put to people; their decision has its own rule
    return Item(
        n=n,
        job_id=row.job_id,
        step=row.step,
        workflow_id=row.workflow_id,
        service=row.service,
        partner=row.partner,
        error_type=row.error_type,
        attempt=row.attempt,
        revision=row.revision,
        verb=verb,
        rule=rule,
    )


def _foreseen(item: Item, paused: set[str]) -> str:
    if item.partner in paused:
        return "paused_partner"
    if is_for_people(item.service) and item.error_type is None:
        return "two_persons"
    return {"alone": "done_now", "reviewed": "reviewed", "two": "two_persons"}[item.rule]


def _decision(frozen: Replay, row: StepRow) -> Decision:
    """What is tried, for the preview."""
    return Decision(
        operation_id=operation("p", frozen.replay_id, row.job_id, row.step),
        step=row.step,
        kind="replay",
        expected_attempt=row.attempt,
        by=frozen.by,
        role=frozen.role,
        reason="-",
    )


def wish_told(wish: ReplayFilter) -> dict[str, object]:
    """The filter as it is kept and shown."""
    told: dict[str, object] = wish.model_dump(
        mode="json", exclude_defaults=True, include=set(ReplayFilter.model_fields)
    )
    return {"state": wish.state} | told


def as_rows(items: Sequence[Item]) -> list[list[object]]:
    """Items as the rows of a table to download."""
    head: list[object] = ["n", "job", "step", "partner", "error", "attempt", "outcome", "why", "story_line"]
    return [head] + [
        [i.n, i.job_id, i.step, i.partner or "", i.error_type or "", i.attempt, i.state, i.why, i.told_by or ""]
        for i in items
    ]
