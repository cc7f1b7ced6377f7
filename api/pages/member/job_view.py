"""One job as its member follows it: where it stands, whom it waits for, what comes, the papers and the money."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from api.container import Container
from api.history.schemas import JobStory, MoneyTold, StepStory
from api.history.service import with_facts
from api.jobs import access
from api.jobs.calendar_links import subscription
from api.jobs.incidents import incidents_of
from api.jobs.pending_move import pending_move
from api.jobs.schemas import paper_told
from api.links import worked_days
from api.pages import view_values
from api.pages.member import takings_card
from api.pages.member.days_ahead import Moment, on_day, picture
from api.pages.member.incident_view import incident_view
from api.pages.member.pay_back import came_back, signed_at
from api.pages.member.ways import ways
from api.security.permissions import Asker
from api.wording.timeline import Names
from domain.contracts_in_force import proposals
from domain.job import JobFile, StepState
from domain.orders import NO_ITEM, crew_of, split_step, step_name
from domain.people import Language
from domain.periods import ONE_DAY, bank_day_on_or_after, day_in_brussels
from domain.promises import outlook, takes_place
from domain.rules.lapsing import STOPPED
from engine.words import day, moment, money, say
from storage.jobs.jobs import KeptJob
from storage.jobs.messages import JobMessage
from storage.jobs.steps import StepRow
from storage.security.links import LinkRow

ANSWERED_WITHIN = 1
"""Working days an adviser takes to answer. Source: rule of the cooperative; a setting for demonstrations."""
CREW = "employment_contract"
BEFORE_THE_END = frozenset({"quoted", "agreeing", "ready", "engaged", "taking_place"})
MOVABLE = frozenset({"quoted", "agreeing", "ready", "engaged"})
SIGNED = frozenset({"done", "skipped"})


@dataclass(frozen=True)
class MessageView:
    """One message of the conversation with the adviser."""

    own: bool
    who: str
    when: str
    text: str
    open: str
    """Until when an answer was promised, while there is none."""


async def whole(home: Container, asker: Asker, job_id: str, lang: Language) -> dict[str, Any]:
    """Everything the page shows, at one instant."""
    async with home.database.glancing():
        return await _whole(home, asker, job_id, lang)


async def _whole(home: Container, asker: Asker, job_id: str, lang: Language) -> dict[str, Any]:
    facts, story = await with_facts(home, asker, job_id, asker.audience, lang)
    kept, rows = facts.job, facts.rows
    own = kept.member_id == asker.person_id or asker.may("approve")
    steps = access.in_process_order(kept, list(rows))
    names = await access.crew_names(home, kept.plan, [row.file for row in rows])
    back = came_back([row.file for row in rows], story.lines)
    return {
        "story": story,
        "job": view_values.job_card(
            kept,
            [one.state for one in steps],
            lang,
            view_values.what_next(kept, steps, home.now(), lang, names, own=kept.member_id == asker.person_id),
        ),
        "cards": [_card(one) for one in story.steps],
        "days": picture(moments(kept, steps, _ended(story), home.today(), lang, back), home.now(), lang),
        "lines": view_values.story(story.lines, lang),
        "decisions": [(one, _ways(one, rows, asker, lang)) for one in _decisions(asker, rows, lang, names)],
        "papers": [view_values.paper(paper_told(one), lang, names) for one in facts.papers],
        "pay_in": await takings_card.of_job(home, kept, lang) if own else None,
        "to_sign": await _to_sign(home, asker, kept, rows),
        "money_lines": _money(story, lang),
        "amounts": _amounts(kept, steps, lang, back, home.today()),
        "pay_back": asker.person_id == kept.member_id and any(_is_member(kept, split_step(one)[1]) for one in back),
        "adviser": await _adviser(home, kept.member_id, lang),
        "talk": await _talk(home, asker, job_id, lang),
        "incidents": [(one, incident_view(one, lang)) for one in await incidents_of(home, job_id)],
        "calendar": await subscription(home, asker, job_id),
        "once": uuid4().hex,
        "today": home.today().isoformat(),
        "ask_report": own and asker.may("report") and kept.state == "taking_place" and kept.file.report is None,
        "client_differs": await worked_days.reason_given(home, job_id) if kept.state == "taking_place" else "",
        "can_move": own and asker.may("move") and kept.state in MOVABLE and not kept.file.stopping,
        "can_withdraw": own and asker.may("withdraw") and _may_still_stop(kept),
        "can_talk": own and asker.may("withdraw"),
        "pending": _pending(kept, steps, lang),
        "contracts": story.contract_changes,
        "still_on": kept.state in BEFORE_THE_END,
    }


def _pending(kept: KeptJob, steps: Sequence[StepState], lang: Language) -> dict[str, Any] | None:
    """The move that waits for its yes."""
    found = pending_move(kept.file, {one.step: one for one in steps}, lang)
    if found is None:
        return None
    until = moment(lang, found.until_at, "EEEE d MMMM, HH:mm")
    who = ", ".join(found.waits_for_text)
    return {
        "changes": found.changes,
        "waits": say(lang, "page.pending.waits", who=who, until=until) if who else "",
        "taken_back": found.taken_back,
    }


def _may_still_stop(kept: KeptJob) -> bool:
    return kept.state in view_values.STILL_STOPPABLE and not kept.file.stopping


def _card(step: StepStory) -> dict[str, Any]:
    """A step as a card: what it says is its problem, whom it waits for, or what came of it."""
    waits = step.waiting is not None and step.state in ("waiting", "trying")
    told = step.problem.text if step.problem else step.waiting.text if step.waiting and waits else ""
    return {
        "step": step,
        "tone": view_values.TONE.get(step.state, ""),
        "told": told,
        "id": step.step.replace(":", "-"),
    }


def _decisions(asker: Asker, rows: Iterable[StepRow], lang: Language, names: Names) -> list[view_values.StepCard]:
    """The parked steps this person may decide about."""
    mine = [row for row in rows if row.state == "parked" and _may_decide(asker, row.decided_by)]
    return [view_values.step_card(row.job_id, row.file, "", asker.audience, lang, names) for row in mine]


def _ways(card: view_values.StepCard, rows: Iterable[StepRow], asker: Asker, lang: Language) -> list[Any]:
    """What can be done about it, in the member's words."""
    row = next(one for one in rows if one.step == card.name)
    return ways(row.job_id, row.file, asker, lang)


def _may_decide(asker: Asker, decided_by: str | None) -> bool:
    return asker.may("decide") or (asker.may("decide_own") and decided_by in asker.roles)


async def _to_sign(home: Container, asker: Asker, kept: KeptJob, rows: Sequence[StepRow]) -> str:
    """Where one's own contract is read and signed, as long as it waits for that."""
    waiting = {row.step for row in rows if row.service == "employment_contract" and row.state == "waiting"}
    mine = [one for one in await home.links.of_job(kept.job_id) if _is_mine(one, asker, waiting)]
    for link in mine:
        if await home.links.answer(link.order_key, "signed", "refused") is None:
            return "/i/" + home.links.url(link).rpartition("/")[2]
    return ""


def _is_mine(link: LinkRow, asker: Asker, waiting: set[str]) -> bool:
    open_ = link.audience == "collaborator" and link.closed_at is None
    return open_ and link.subject_id == asker.person_id and link.step in waiting


def _money(story: JobStory, lang: Language) -> list[tuple[str, str, str]]:
    """What moved, the latest first."""
    moved: list[MoneyTold] = [*story.money, *(one for step in story.steps for one in step.money)]
    latest = sorted(moved, key=lambda one: one.on, reverse=True)
    return [(day(lang, one.on), one.text, money(lang, one.amount_eur)) for one in latest]


def _amounts(
    kept: KeptJob, steps: Sequence[StepState], lang: Language, back: Collection[str], today: date
) -> list[tuple[str, str]]:
    """The three amounts of a job: what the client pays, the pay of all, and by when one's own is there.

    Only what was, is or will be owed: a job that never takes place names no price and no pay.
    """
    ahead, asked = Ahead(kept.file, {one.step: one for one in steps}), kept.plan.agreement
    found = []
    if takes_place(kept.file) or any(ahead.done("invoicing", item) is not None for item in kept.plan.invoicing):
        found += [(say(lang, "page.quote.total"), money(lang, asked.total_eur if asked else kept.amount_eur))]
    paid = [item for item in kept.in_force.wages if ahead.done("wages", item) is not None]
    gross = sum(one.gross_eur for item, one in kept.in_force.employment_contract.items() if item in paid)
    found += [(say(lang, "page.job.gross_all"), money(lang, gross))] if gross else []
    if any(step_name("wages", item) in back for item in paid if _is_member(kept, item)):
        return [*found, (say(lang, "page.days.own_pay.back"), say(lang, "page.job.pay_back.short"))]
    own = {kept.in_force.wages[item].pay_on: ahead.done("wages", item) for item in paid if _is_member(kept, item)}
    on = min((on for on, done in own.items() if not done), default=max(own, default=None))
    if on is None:
        return found
    late = on < today and not own[on]
    return [
        *found,
        (say(lang, "page.days.own_pay"), say(lang, "page.days.not_yet") if late else day(lang, on, "d MMMM")),
    ]


def _is_member(kept: KeptJob, item: str) -> bool:
    contract = kept.plan.employment_contract.get(crew_of(item))
    return contract is not None and contract.person_id == kept.member_id


async def _adviser(home: Container, member_id: str, lang: Language) -> dict[str, str]:
    """Who advises this member, and by when they answer."""
    member = await home.members.member(member_id)
    by = answer_by(home.now())
    person = await home.people.person(member.adviser_id) if member.adviser_id else None
    return {
        "name": person.name if person else say(lang, "value.who.advisor"),
        "email": (person.email or "") if person else "",
        "phone": (person.phone or "") if person else "",
        "by": moment(lang, by, "EEEE d MMMM"),
    }


def answer_by(now: datetime) -> datetime:
    """Until when a message sent now is answered."""
    return on_day(bank_day_on_or_after(day_in_brussels(now) + ANSWERED_WITHIN * ONE_DAY))


async def _talk(home: Container, asker: Asker, job_id: str, lang: Language) -> list[MessageView]:
    messages = await home.messages.of_job(job_id)
    names = await home.people.names({one.from_id for one in messages})
    return [_spoken(one, asker, names, lang) for one in messages]


def _spoken(one: JobMessage, asker: Asker, names: dict[str, str], lang: Language) -> MessageView:
    until = ""
    if one.answer_by is not None and one.answered_at is None:
        until = say(lang, "page.talk.until", at=moment(lang, one.answer_by, "EEEE d MMMM"))
    return MessageView(
        one.from_id == asker.person_id, names.get(one.from_id, ""), moment(lang, one.at), one.text, until
    )


def _ended(story: JobStory) -> dict[str, datetime]:
    """When each finished step was finished."""
    return {one.step: one.ended_at for one in story.steps if one.ended_at and one.state in SIGNED}


def moments(
    kept: KeptJob,
    steps: Sequence[StepState],
    ended: dict[str, datetime],
    today: date,
    lang: Language,
    back: Collection[str] = (),
) -> Iterator[Moment]:
    """What happens when, and what of it is behind the job; what never comes is not promised."""
    plan, ahead = kept.plan, Ahead(kept.file, {one.step: one for one in steps})
    yield Moment(kept.declared_at, say(lang, "page.days.declared"), done=True)
    if plan.agreement is not None and (agreed := ahead.done("agreement")) is not None:
        at = ended.get("agreement", plan.agreement.answer_by)
        yield Moment(at, say(lang, "page.days.agreed"), done=agreed)
    signing = {item: done for item in plan.employment_contract if (done := ahead.done(CREW, item)) is not None}
    if signing:
        at = min(plan.employment_contract[item].answer_by for item in signing)
        if all(signing.values()):
            at = max(_signed(ahead, step_name(CREW, item), ended, at) for item in signing)
        yield Moment(at, say(lang, "page.days.signed"), done=all(signing.values()))
    if takes_place(kept.file):
        yield Moment(plan.first_start_at, _of_the_job(kept, lang))
        if day_in_brussels(plan.last_end_at) != day_in_brussels(plan.first_start_at):
            yield Moment(plan.last_end_at, say(lang, "page.days.job_ends"))
    yield from _paid(kept, ahead, today, lang, back)
    if kept.state in STOPPED:
        yield Moment(kept.last_change_at, say(lang, f"state.job.{kept.state}"), done=True)


def _of_the_job(kept: KeptJob, lang: Language) -> str:
    """The job's first day; as long as nobody is under contract for it, that is said."""
    text = say(lang, "page.days.job")
    changing = proposals(kept.file, kept.plan)
    first = kept.plan.first_start_at
    there = [one for one in kept.in_force.employment_contract.values() if one.starts_at == first]
    return text if there or not changing else f"{text} ({say(lang, 'page.contract.not_yet')})"


@dataclass(frozen=True)
class Ahead:
    """What of a job came, still comes, or never comes."""

    file: JobFile
    steps: Mapping[str, StepState]

    def done(self, service: str, item: str = NO_ITEM) -> bool | None:
        """Whether it happened; None when nothing may be promised about it."""
        now = outlook(self.file, service, item, self.steps.get(step_name(service, item)))
        if now == "asked" and service == CREW:
            return True  # signed; whether it stays so is a question of its own
        return {"behind": True, "ahead": False}.get(now)


def _signed(ahead: Ahead, step: str, ended: Mapping[str, datetime], otherwise: datetime) -> datetime:
    """When a contract was signed, also where it did not come about in the end."""
    state = ahead.steps.get(step)
    return (signed_at(state.booking) if state else None) or ended.get(step, otherwise)


def _paid(kept: KeptJob, ahead: Ahead, today: date, lang: Language, back: Collection[str]) -> Iterator[Moment]:
    plan = kept.in_force
    for on in sorted({wage.pay_on for wage in plan.wages.values()}):
        paid = [item for item, wage in plan.wages.items() if wage.pay_on == on]
        its = {item: done for item in paid if (done := ahead.done("wages", item)) is not None}
        if its:
            gone = [item for item in its if step_name("wages", item) in back]
            own = any(_is_member(kept, item) for item in gone or its)
            late = on < today and not all(its.values())
            told = ".back" if gone else ".late" if late else ""
            text = say(lang, f"page.days.{'own' if own else 'crew'}_pay{told}")
            yield Moment(on_day(on), text, done=not gone and all(its.values()), late=text if told else "")
    for item, one in plan.invoicing.items():
        if (sent := ahead.done("invoicing", item)) is not None:
            name = say(lang, "page.days.deposit" if item == "deposit" else "page.days.invoice")
            yield Moment(on_day(one.issue_on), name, done=sent)
