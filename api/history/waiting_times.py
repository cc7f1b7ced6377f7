"""Where the time went: for a person, for a partner, or until a date; read from what was tried and decided."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

from activities.catalog import partner_behind, step_of, steps
from api.history.schemas import WaitsFor, WaitTold
from domain.errors import Refusal
from domain.job import INFRASTRUCTURE_DOWN, JobFile, StepState
from domain.people import Language
from domain.promises import outlook
from engine import words
from engine.words import day, knows, moment, say
from storage.execution.attempts import Attempt
from storage.execution.events import JobEvent

SHORTEST = timedelta(minutes=1)
"""Less is no wait anybody remembers."""
UNITS = (
    ("month", 30 * 86_400, 60 * 86_400),
    ("day", 86_400, 23.5 * 3_600),
    ("hour", 3_600, 3_600),
    ("minute", 60, 0),
)
"""The unit of a length of time, its seconds, and from how many on it is used: "12 days", not "2 weeks"."""
QUIET = timedelta(hours=6)
"""A story in which nothing happens for longer says what was waited for instead."""
US = "us"
"""Our own infrastructure, that is being repaired."""
IMPORTANCE: dict[WaitsFor, int] = {"person": 0, "partner": 1, "date": 2}


@dataclass(frozen=True)
class Wait:
    """A time in which one step could do nothing."""

    step: str
    waits_for: WaitsFor
    who: str
    began_at: datetime
    ended_at: datetime | None = None
    until_at: datetime | None = None

    def overlap(self, begin: datetime, end: datetime) -> timedelta:
        """How much of this fell into a time."""
        return min(self.ended_at or end, end) - max(self.began_at, begin)


def waits(
    state: StepState, tries: Sequence[Attempt], events: Sequence[JobEvent], now: datetime, file: JobFile
) -> list[Wait]:
    """Every wait of one step, in order; the last one may still last, unless nobody carries the step on."""
    parked = list(_parked(state, events))
    between = [one for one in _between(state, tries) if not any(_same_time(one, other) for other in parked)]
    carried_on = outlook(file, state.service, state.item, state) == "ahead"
    current = _current(state, tries, now) if carried_on else None
    if current and any(one.ended_at is None for one in parked):
        current = None
    found = [*parked, *between, *([current] if current else [])]
    return [one for one in merged(found) if (one.ended_at or now) - one.began_at >= SHORTEST]


def _began(wait: Wait) -> datetime:
    return wait.began_at


def _same_time(one: Wait, other: Wait) -> bool:
    end = other.ended_at
    return one.began_at < (end or datetime.max.replace(tzinfo=one.began_at.tzinfo)) and other.began_at < (
        one.ended_at or other.began_at + SHORTEST
    )


def _parked(state: StepState, events: Sequence[JobEvent]) -> Iterator[Wait]:
    """From each stop to the decision or whatever else ended it."""
    since: JobEvent | None = None
    for event in events:
        if event.kind == "step.parked":
            since = since or event
        elif since is not None and event.kind != "step.decided.postpone":
            yield _person(state, since, event.at)
            since = None
    if since is not None and state.state == "parked":
        yield _person(state, since, None)


def _person(state: StepState, since: JobEvent, ended_at: datetime | None) -> Wait:
    postponed = state.postponed_until_at if ended_at is None else None
    who = since.params.get("decided_by") or _decider(state, since)
    return Wait(
        state.step, "person", who, since.at, ended_at, postponed or (state.decide_by if not ended_at else None)
    )


def _decider(state: StepState, since: JobEvent) -> str:
    """Who decides about the problem a step stopped for."""
    if state.problem and state.problem.type == since.params.get("problem"):
        return state.problem.decided_by
    problem = since.params.get("problem", "")
    if refused := _refusals().get(problem):
        return refused.decided_by
    return "advisor" if knows(f"refusal.{problem}") else "ops"


@cache
def _refusals() -> dict[str, type[Refusal]]:
    """Every business "no" by its name; the services' own are known once their steps are."""
    steps()
    found: dict[str, type[Refusal]] = {}
    todo = [Refusal]
    while todo:
        kind = todo.pop()
        found[kind.__name__] = kind
        todo += kind.__subclasses__()
    return found


def _between(state: StepState, tries: Sequence[Attempt]) -> Iterator[Wait]:
    """From the end of one try to the beginning of the next."""
    for before, following in pairwise(tries):
        if before.closed_at is None or following.started_at <= before.closed_at:
            continue
        kind, who = _why(state, before, following)
        yield Wait(state.step, kind, who, before.closed_at, following.started_at)


def _why(state: StepState, before: Attempt, following: Attempt) -> tuple[WaitsFor, str]:
    step = step_of(state.service, state.item)
    verb = following.operation.partition(".")[2]
    if step and step.answer and verb in (step.answer.name, step.remind.name if step.remind else ""):
        return _awaited_party(step.answered_by or "partner", state)
    if before.outcome in ("failed", "not_yet", "cancelled"):
        return "partner", _held_up_by(before, state)
    return "date", "job"


def _awaited_party(who: str, state: StepState) -> tuple[WaitsFor, str]:
    if who == "date":
        return "date", who
    if who in ("bank", "partner"):
        return "partner", "bank" if who == "bank" else partner_behind(state.service, state.item)
    return "person", who


def _held_up_by(tried: Attempt, state: StepState) -> str:
    """Who is in the way of the next try: ourselves, or a partner."""
    if tried.error_type == INFRASTRUCTURE_DOWN:
        return US
    return partner_said(tried) or partner_behind(state.service, state.item)


def partner_said(tried: Attempt) -> str | None:
    """The partner a failed try names; none when it was no partner's fault."""
    said = (tried.error_text or "").partition(":")[0]
    return said if knows(f"history.partner.{said}") else None


def _current(state: StepState, tries: Sequence[Attempt], now: datetime) -> Wait | None:
    """What a step that is neither done nor parked waits for at this moment."""
    last = next((one.closed_at for one in reversed(tries) if one.closed_at), None)
    if state.state == "waiting" and state.waiting:
        kind, who = _awaited_party(state.waiting.who, state)
        return Wait(state.step, kind, state.waiting.partner or who, last or now, None, state.waiting.until_at)
    if state.state == "trying" and state.held_up_since_at:
        return Wait(state.step, "partner", US, state.held_up_since_at)
    if state.state == "trying" and tries and tries[-1].outcome in ("failed", "not_yet"):
        return Wait(state.step, "partner", _held_up_by(tries[-1], state), last or now)
    if state.state == "held" and last:
        return Wait(state.step, "date", "job", last, None, state.decide_by)
    return None


def describe_wait(wait: Wait, lang: Language, now: datetime) -> WaitTold:
    """One wait for people."""
    lasted = (wait.ended_at or now) - wait.began_at
    until = wait.until_at if wait.until_at and wait.until_at > now else None
    return WaitTold(
        waits_for=wait.waits_for,
        who=wait.who,
        who_text=who(wait.who, lang),
        began_at=wait.began_at,
        ended_at=wait.ended_at,
        until_at=until,
        seconds=max(0, int(lasted.total_seconds())),
        text=sentence(wait.who, lasted, wait.ended_at or until, lang),
    )


def who(name: str, lang: Language) -> str:
    """Who or what is waited for, inside a sentence; nobody when only a date is."""
    if name == "date":
        return say(lang, "value.who.date")
    return say(lang, f"history.who.{name}") if knows(f"history.who.{name}") else name


def partner_name(name: str, lang: Language) -> str:
    """A partner as people call it."""
    return say(lang, f"history.partner.{name}") if knows(f"history.partner.{name}") else name


def sentence(name: str, lasted: timedelta, until: datetime | None, lang: Language) -> str:
    """ "12 days: waiting for the client, until 14 March"."""
    time = lasting(lasted, lang)
    text = say(lang, "history.wait.date", time=time) if name == "date" else _awaited(name, time, lang)
    return say(lang, "history.wait.until", wait=text, until=_until(until, lang)) if until else text


def _awaited(name: str, time: str, lang: Language) -> str:
    return say(lang, "history.wait", time=time, who=who(name, lang))


def lasting(time: timedelta, lang: Language) -> str:
    """A length of time in its largest unit."""
    seconds = max(time, SHORTEST).total_seconds()
    unit, size = next((unit, size) for unit, size, least in UNITS if seconds >= least)
    return words.lasting(lang, max(1, round(seconds / size)), unit)


def _until(at: datetime, lang: Language) -> str:
    clock = moment(lang, at, "HH:mm")
    return day(lang, at.date(), "d MMMM") if clock == "00:00" else moment(lang, at, "d MMMM, HH:mm")


def ended_by(found: Sequence[Wait], begin: datetime, end: datetime, step: str | None) -> Wait | None:
    """What a quiet time was waited for: the wait that ended with it, the one of the same step before any other."""
    over = [
        one
        for one in found
        if one.ended_at and abs(one.ended_at - end) <= SHORTEST and one.began_at <= end - SHORTEST
    ]
    over.sort(key=lambda one: (one.step != step, IMPORTANCE[one.waits_for], one.began_at))
    return next((one for one in over if one.overlap(begin, end) >= (end - begin) / 2), None)


def merged(found: Sequence[Wait]) -> list[Wait]:
    """The waits of one step in order; looking in between and finding no answer yet does not end one."""
    whole: list[Wait] = []
    for one in sorted(found, key=_began):
        last = whole[-1] if whole else None
        if last and last.who == one.who and last.ended_at and one.began_at - last.ended_at < SHORTEST:
            whole[-1] = replace(last, ended_at=one.ended_at, until_at=one.until_at)
        else:
            whole.append(one)
    return whole
