"""Jobs, steps, papers and stories in the form a page shows them: every value already in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.jobs.schemas import PaperTold, job_told, step_told
from api.links.service import OfferShown
from api.pages.member import next_steps
from api.wording.timeline import NOBODY, Audience, Line, Names, item_title, title
from api.wording.work_days import work_days
from domain.job import StepState, StepStateName
from domain.orders import crew_of, split_step
from domain.people import Language
from engine.wording import any_function
from engine.words import day, knows, moment, money, say
from storage.jobs.jobs import JobRow, KeptJob

TONE = {
    "done": "good", "held": "good", "closed": "good", "paid_out": "good", "performed": "good", "engaged": "good",
    "parked": "warn", "disputed": "warn", "collecting": "calm", "taking_place": "calm", "trying": "calm",
    "agreeing": "calm", "ready": "calm", "stopping": "warn", "waiting": "", "failed": "bad", "missed": "bad",
    "refused": "bad", "written_off": "bad",
}  # fmt: skip
"""The colour of a state: good, calm, warn, bad; the words always stand beside it."""
FINISHED = frozenset({"closed", "withdrawn", "refused", "written_off"})
SETTLED = frozenset({"done", "skipped", "missed", "undone", "superseded", "failed"})
STILL_STOPPABLE = frozenset({"quoted", "agreeing", "ready", "engaged"})


@dataclass(frozen=True)
class JobRowView:
    """One job on a page."""

    job_id: str
    title: str
    state: str
    state_text: str
    tone: str
    when: str
    who: str
    parked: int
    steps_done: int
    steps_total: int
    next: str = ""


@dataclass(frozen=True)
class StepCard:
    """One step on a page."""

    job_id: str
    name: str
    service: str
    item: str
    state: str
    state_text: str
    tone: str
    told: str
    attempt: int


@dataclass(frozen=True)
class StoryLineView:
    """One line of the story on a page."""

    iso: str
    when: str
    title: str
    text: str
    by: str | None
    technical: str | None


def job_card(row: JobRow, steps: Sequence[StepStateName], lang: Language, next_: str = "") -> JobRowView:
    """One job, with the states of its steps."""
    told = job_told(row, lang)
    return JobRowView(
        job_id=row.job_id,
        title=row.title,
        state=row.state,
        state_text=told.state_text,
        tone=TONE.get(row.state, ""),
        when=moment(lang, row.first_start_at, "EEE d MMM y, HH:mm"),
        who=row.client_name,
        parked=sum(state == "parked" for state in steps) or int(row.parked),
        steps_done=sum(state in SETTLED for state in steps),
        steps_total=len(steps),
        next=next_,
    )


def step_card(
    job_id: str, state: StepState, last: str, audience: Audience, lang: Language, names: Names = NOBODY
) -> StepCard:
    """One step; what it says is its problem, whom it waits for, or what happened last."""
    return StepCard(**step_parts(job_id, state, last, audience, lang, names))


def step_parts(
    job_id: str, state: StepState, last: str, audience: Audience, lang: Language, names: Names = NOBODY
) -> dict[str, Any]:
    """What a card of a step says."""
    _, item = split_step(state.step)
    told = step_told(state, audience, lang)
    by_hand = f" · {say(lang, 'state.step.by_hand')}" if state.by_hand else ""
    return {
        "job_id": job_id,
        "name": state.step,
        "service": say(lang, f"service.{state.service}"),
        "item": item_title(item, lang, names),
        "state": state.state,
        "state_text": told.state_text + by_hand,
        "tone": TONE.get(state.state, ""),
        "told": told.problem.text if told.problem else _waiting(state, lang, names) or last,
        "attempt": state.attempt,
    }


def _waiting(state: StepState, lang: Language, names: Names) -> str:
    if state.state == "trying" and state.held_up_since_at:
        return say(lang, "page.step.held_up")
    if state.waiting is None or state.state != "waiting":
        return ""
    if state.step == "prefinancing" and state.waiting.who == "member":
        return say(lang, "page.job.next.takings")
    what, who = title(state.step, lang, names), say(lang, f"value.who.{state.waiting.who}")
    if state.waiting.until_at is None:
        return say(lang, "page.step.waiting", who=who, what=what)
    until = moment(lang, state.waiting.until_at)
    return say(lang, "page.step.waiting_until", who=who, what=what, until=until)


def story(lines: Iterable[Line], lang: Language) -> list[StoryLineView]:
    """The story, the latest first."""
    return [
        StoryLineView(one.at.isoformat(), moment(lang, one.at), one.title, one.text, one.by, one.technical)
        for one in reversed(list(lines))
    ]


def what_next(
    kept: KeptJob,
    steps: Sequence[StepState],
    now: datetime,
    lang: Language,
    names: Names = NOBODY,
    *,
    own: bool = False,
) -> str:
    """What happens next with a job: who decides, who is awaited until when, or the day that comes.

    `own`: the reader is the member whose job it is.
    """
    if kept.state in FINISHED:
        return say(lang, "page.job.next.done")
    for state in steps:
        if state.state == "parked":
            return _decision(state, lang, names, own)
    if kept.file.stopping:
        return say(lang, "page.job.next.stopping")
    if kept.started_at is None:
        return say(lang, "page.job.next.starting")
    if sentence := next_steps.approval(kept.file, lang):
        return sentence
    for state in steps:
        if sentence := _waiting(state, lang, names):
            return sentence
    if any(state.state == "trying" for state in steps):
        return say(lang, "page.job.next.working")
    return next_steps.awaited(kept, steps, now, lang) or say(lang, "page.job.next.working")


def _decision(state: StepState, lang: Language, names: Names, own: bool) -> str:
    decides = state.problem.decided_by if state.problem else "ops"
    what, who = title(state.step, lang, names), "you" if own and decides == "member" else decides
    told = {"what": what, "who": say(lang, f"value.who.{who}")}
    until = state.postponed_until_at or state.decide_by
    if until is None:
        return say(lang, "page.job.next.parked_by", **told)
    return say(lang, "page.job.next.parked_until", **told, until=until)


def paper(one: PaperTold, lang: Language, names: Names = NOBODY) -> dict[str, str]:
    """One paper."""
    kind = one.kind.partition("-")[0]
    label = say(lang, f"paper.{kind}") if knows(f"paper.{kind}") else one.name
    service, item = split_step(one.step)
    part = "" if service == "debt_collection" else item_title(item, lang, names)
    return {
        "name": one.name,
        "label": f"{label} · {part}" if part else label,
        "size": f"{max(1, round(one.size / 1024))} kB",
    }


def _net(one: OfferShown, lang: Language) -> str:
    """The estimated net: one amount, or from the prudent to the favourable one."""
    low, high = one.net_low_eur, one.net_high_eur
    if low is None or high is None:
        return ""
    return money(lang, low) if low == high else f"{money(lang, low)} – {money(lang, high)}"


def own_paper(one: PaperTold, lang: Language) -> dict[str, str]:
    """One paper for the person it is about, who needs no name on it."""
    return paper(one, lang, {crew_of(split_step(one.step)[1]): ""})


def offer(one: OfferShown, lang: Language) -> dict[str, Any]:
    """The offer a collaborator sees."""
    return {
        "title": one.title,
        "entity": one.entity,
        "function": any_function(one.function, lang),
        "days": work_days(one.days, lang),
        "gross": money(lang, one.gross_eur),
        "net": _net(one, lang),
        "pay_on": day(lang, one.pay_on, "EEEE d MMMM y") if one.pay_on else "",
        "pay_days": [
            (day(lang, each.pay_on, "EEEE d MMMM y"), money(lang, each.gross_eur)) for each in one.pay_days
        ],
        "answer_by": moment(lang, one.answer_by, "EEEE d MMMM, HH:mm"),
        "amendment": one.amendment,
        "before": {
            "function": any_function(one.instead_of.function, lang),
            "days": work_days(one.instead_of.days, lang),
            "gross": money(lang, one.instead_of.gross_eur),
        }
        if one.instead_of
        else None,
    }
