"""One step taken apart: what was asked and answered, each try, each wait, the money, the papers, and its undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from activities.catalog import steps
from api.history import waiting_times as waits
from api.history.schemas import (
    DeadlineTold,
    DecisionTold,
    MoneyTold,
    NoteTold,
    OrderTold,
    PaperLink,
    StepStory,
    TryTold,
    UndoState,
    UndoTold,
)
from api.history.waiting_times import Wait
from api.jobs.schemas import problem_told, state_text
from api.wording.masking import details, masked
from api.wording.timeline import LEVEL, Audience, refusal, title
from domain.contracts_in_force import requests_of
from domain.job import JobFile, StepState
from domain.orders import order_key
from domain.people import Language
from domain.promises import is_stopping
from domain.questions import TIMING, is_question
from engine.words import catalog, knows, moment, say
from storage.execution.attempts import Attempt
from storage.execution.events import JobEvent
from storage.execution.orders import StoredOrder

REFERENCES = (
    "reference",
    "dimona_periods",
    "dimona_period",
    "dimona_declaration",
    "policy_number",
    "booking_id",
    "message_id",
    "number",
)
"""Where a booking keeps the partner's own number, in order of how well it says which."""
GOES_ON = frozenset({"waiting", "trying", "held", "parked"})


@dataclass(frozen=True)
class Reader:
    """For whom a job is told."""

    audience: Audience
    lang: Language
    person_id: str
    now: datetime
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def level(self) -> int:
        """How much they are told."""
        return LEVEL[self.audience]

    @property
    def is_ops(self) -> bool:
        """Whether the machinery is for their eyes."""
        return self.audience == "ops"

    def say(self, msgid: str, **params: str) -> str:
        """A text in their language."""
        return say(self.lang, msgid, **params)

    def name(self, person_id: str) -> str:
        """A person by name; whoever has no place here, such as the client, by what they are."""
        role = f"value.who.{person_id}"
        return self.names.get(person_id) or (say(self.lang, role) if knows(role) else person_id)


@dataclass(frozen=True)
class Parts:
    """Everything known about one step."""

    state: StepState
    workflow_id: str
    events: Sequence[JobEvent]
    tries: Sequence[Attempt]
    orders: Sequence[StoredOrder]
    money: Sequence[MoneyTold]
    papers: Sequence[PaperLink]
    decisions: Sequence[DecisionTold]
    deadlines: Sequence[DeadlineTold]
    notes: Sequence[NoteTold]
    waits: Sequence[Wait]


def step_story(parts: Parts, file: JobFile, reader: Reader, link: str, engine_link: str | None) -> StepStory:
    """One step for one reader."""
    state, lang = parts.state, reader.lang
    own = state.request.get("person_id") == reader.person_id
    undo_verbs = _undo_verbs(state.service)
    going, back = _apart(parts.tries, undo_verbs)
    waited = [waits.describe_wait(one, lang, reader.now) for one in parts.waits]
    ends = [one.closed_at for one in parts.tries if one.closed_at]
    binding, proposed = requests_of(state)
    booking = state.signed.booking if state.signed else state.booking
    return StepStory(
        step=state.step,
        title=title(state.step, lang, reader.names),
        service=state.service,
        item=state.item,
        about=say(lang, f"history.about.{state.service}") if knows(f"history.about.{state.service}") else "",
        state=state.state,
        state_text=state_text(state, lang, file),
        essential=state.essential,
        by_hand=state.by_hand,
        evidence=state.evidence if reader.level else None,
        attempt=state.attempt,
        revision=state.revision,
        problem=problem_told(state, reader.audience, lang),
        decide_by=state.decide_by,
        waiting=waited[-1] if waited and waited[-1].ended_at is None else None,
        began_at=min((one.started_at for one in parts.tries), default=None),
        ended_at=max(ends, default=None) if state.state not in GOES_ON else None,
        asked=details(binding, reader.audience, lang, own=own, names=reader.names),
        proposed=details(_changed(binding, proposed), reader.audience, lang, own=own, names=reader.names),
        answered=details(booking or {}, reader.audience, lang, own=own, names=reader.names),
        reference=_reference(state, parts.orders),
        tries=[_try(one, parts.events, reader) for one in going] if reader.level else [],
        waits=waited,
        orders=[_order(one, reader) for one in parts.orders] if reader.level else [],
        money=list(parts.money),
        papers=list(parts.papers),
        decisions=list(parts.decisions),
        notes=list(parts.notes),
        deadlines=list(parts.deadlines),
        undo=_undo(state, file, [_try(one, parts.events, reader) for one in back], reader),
        lines=[event.seq for event in parts.events],
        link=link,
        engine_link=engine_link,
    )


def _changed(binding: Mapping[str, Any], proposed: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a proposal would make different; when it is to be answered is no part of what is signed."""
    wanted = proposed or {}
    return {name: value for name, value in wanted.items() if name not in TIMING and binding.get(name) != value}


def _undo_verbs(service: str) -> frozenset[str]:
    step = steps().get(service)
    return frozenset(verb.name for verb in (step.release, step.correct) if verb) if step else frozenset()


def _apart(tries: Sequence[Attempt], undo: frozenset[str]) -> tuple[list[Attempt], list[Attempt]]:
    """The tries to do it, and the tries to undo it."""
    back = [one for one in tries if one.operation.partition(".")[2] in undo]
    return [one for one in tries if one not in back], back


def _reference(state: StepState, orders: Sequence[StoredOrder]) -> str | None:
    booking = state.booking or {}
    told = [booking.get(name) for name in REFERENCES]
    known = [
        " + ".join(one) if isinstance(one, list) else str(one) for one in told if one not in (None, "", "-", [])
    ]
    latest = [one.reference for one in orders if one.reference and one.revision == state.revision]
    return next(iter([*known, *latest]), None)


def _order(order: StoredOrder, reader: Reader) -> OrderTold:
    return OrderTold(
        revision=order.revision,
        reference=order.reference,
        begun_at=order.at,
        answered=order.state == "answered",
        order_key=order.order_key if reader.is_ops else None,
        short=order.short if reader.is_ops else None,
    )


# -- tries ---------------------------------------------------------------------------------------------------


def _try(tried: Attempt, events: Sequence[JobEvent], reader: Reader) -> TryTold:
    verb, outcome = tried.operation.partition(".")[2], _outcome(tried)
    return TryTold(
        what=reader.say(f"history.verb.{verb}") if knows(f"history.verb.{verb}") else reader.say("history.verb"),
        operation=tried.operation if reader.is_ops else "",
        attempt=_attempt(tried),
        number=tried.try_no,
        began_at=tried.started_at,
        ended_at=tried.closed_at,
        outcome=outcome,
        outcome_text=reader.say(f"history.outcome.{outcome}"),
        failure=failure(tried, events, reader.lang),
        order_key=tried.order_key if reader.is_ops else None,
        worker=tried.worker if reader.is_ops else None,
        error_type=tried.error_type if reader.is_ops else None,
        technical=masked("\n".join(filter(None, (tried.error_text, tried.technical)))) or None
        if reader.is_ops
        else None,
    )


def _attempt(tried: Attempt) -> int:
    """The attempt a try belongs to, as its name in the engine's history says."""
    part = tried.activity_id.split(".")[-2:-1]
    return int(part[0]) if part and part[0].isdigit() else 1


def _outcome(tried: Attempt) -> str:
    if tried.interrupted:
        return "interrupted"
    return tried.outcome or "under_way"


def failure(tried: Attempt, events: Sequence[JobEvent], lang: Language) -> str | None:
    """Why a try did not work, in words people read; the sentence of the stop it led to, where there was one."""
    if tried.outcome in (None, "done") or tried.error_type is None:
        return None
    for event in events:
        at_once = tried.closed_at is not None and event.at >= tried.closed_at
        if at_once and event.kind == "step.parked" and event.params.get("problem") == tried.error_type:
            return refusal(event.params, lang)
    if tried.outcome == "failed" and (who := waits.partner_said(tried)):
        return say(lang, "history.failure.away", who=_capital(say(lang, f"history.partner.{who}")))
    whole = catalog(lang).get(f"refusal.{tried.error_type}")
    if whole and "{" not in whole:
        return whole
    return say(lang, f"history.failure.{tried.outcome}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# -- the undo ------------------------------------------------------------------------------------------------


def _undo(state: StepState, file: JobFile, tries: list[TryTold], reader: Reader) -> UndoTold:
    name = _undo_state(state, file, tries)
    done_at = tries[-1].ended_at if tries and name == "done" else None
    problem = problem_told(state, reader.audience, reader.lang) if name in ("failed", "asked") else None
    return UndoTold(
        state=name,
        text=_undo_text(name, done_at, problem.text if problem else "", reader),
        at=done_at,
        problem=problem,
        tries=tries if reader.level else [],
    )


def _undo_state(state: StepState, file: JobFile, tries: Sequence[TryTold]) -> UndoState:
    did_not_work = bool(tries) and tries[-1].outcome not in ("done", "under_way")
    if is_question(state):
        return "asked"
    if state.state == "parked" and (state.undoing or did_not_work):
        return "failed"
    if state.undoing:
        return "under_way"
    if state.state == "undone" or (tries and tries[-1].outcome == "done" and state.state not in GOES_ON | {"done"}):
        return "done"
    if state.step in file.bound:
        return "bound"
    if state.step not in file.undo:
        return "nothing"
    return "under_way" if is_stopping(file) else "possible"


def _undo_text(state: UndoState, at: datetime | None, problem: str, reader: Reader) -> str:
    if at is not None:
        return reader.say("history.undo.done_on", on=moment(reader.lang, at))
    return reader.say(f"history.undo.{state}", problem=problem).strip()


def key_prefix(job_id: str, state: StepState) -> str:
    """What every order key of a step begins with."""
    return order_key(job_id, state.service, state.item, 0)[:-1]
