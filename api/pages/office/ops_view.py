"""What operations look at first, as their page shows it: every line says what, since when, and what to do."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_timedelta

from api.bulk.schemas import ReplayTold
from api.history.waiting_times import partner_name
from api.jobs.due_deadlines import DeadlineTold
from api.jobs.schemas import problem_told
from api.pages.office.story import decidable
from api.partners.routes import PartnerTold
from api.security.permissions import Asker
from api.wording import failures
from api.wording.timeline import NOBODY, SAID_NO, Audience, Names, general_reason, item_title, title, whom
from domain.bulk_replay import BAD
from domain.orders import NO_ITEM
from domain.people import Language
from engine.words import LOCALES, knows, moment, say
from storage.execution.operations import Operation
from storage.execution.stuck_processes import StuckProcess
from storage.jobs.claims import Claim, Note
from storage.jobs.incidents import Incident
from storage.jobs.steps import StepRow

Place = tuple[str, str]
SOON = timedelta(hours=48)
ENDED = frozenset({"done", "stopped"})
AWAY = "PartnerDown"


def ago(lang: Language, span: timedelta) -> str:
    """A length of time in its largest unit."""
    return format_timedelta(abs(span), threshold=1.1, locale=LOCALES[lang])


def due(one: DeadlineTold, now: datetime, lang: Language) -> dict[str, Any]:
    """Something that becomes unlawful: how long is left, what, whose, the law, and where to act."""
    left = one.due_at - now
    what = f"history.deadline.{one.kind}"
    who = "" if one.item == NO_ITEM or one.kind == "accident_report" else one.who or item_title(one.item, lang)
    return {
        "left": say(lang, "office.due.over" if one.late else "office.due.in", time=ago(lang, left)),
        "late": one.late,
        "near": left < timedelta(hours=4),
        "at": moment(lang, one.due_at, "EEE HH:mm"),
        "iso": one.due_at.isoformat(),
        "what": say(lang, what) if knows(what) else one.kind.replace("_", " "),
        "who": who,
        "basis": one.basis,
        "service": one.service,
        "job": one.job_title,
        "story": f"/jobs/{one.job_id}/story",
        "parked": one.parked is not None,
        "why": one.parked.problem.text if one.parked and one.parked.problem else "",
        "state": say(lang, f"state.step.{one.step_state}") if one.step_state else "",
        "href": f"/jobs/{one.job_id}/steps/{one.step}" if one.step else f"/jobs/{one.job_id}/story",
    }


def stuck(one: StuckProcess, now: datetime, lang: Language) -> dict[str, Any]:
    """A process that stands still because our own code fails, with the mistake for whoever repairs it."""
    return {
        "job": one.job_id or one.workflow_id,
        "href": f"/jobs/{one.job_id}/story" if one.job_id else "",
        "why": say(lang, "office.stuck.why", n=str(one.failures)),
        "since": say(lang, "office.since", time=ago(lang, now - one.since_at)),
        "cause": one.cause,
    }


def incident(one: Incident, now: datetime, audience: Audience, lang: Language) -> dict[str, Any]:
    """Steps parked for one reason at one partner: what is wrong in plain words, its cause for operations."""
    works = bool(one.last_success_at and (one.last_failure_at is None or one.last_success_at > one.last_failure_at))
    return {
        "partner": _capital(partner_name(one.partner, lang)) if one.partner else say(lang, "office.incident.own"),
        "slug": one.partner or "",
        "error": one.error_type,
        "why": _why(one, lang),
        "asks": one.asks,
        "count": one.count,
        "for_ops": one.for_ops,
        "others": ", ".join(say(lang, f"value.who.{who}") for who in one.decided_by if who != "ops"),
        "jobs": one.jobs,
        "services": ", ".join(say(lang, f"service.{service}") for service in one.services),
        "since": say(lang, "office.since", time=ago(lang, now - one.since_at)),
        "endangered": one.endangered,
        "works": works,
        "heard": one.partner is not None and (one.last_success_at or one.last_failure_at) is not None,
        "technical": _technical(one) if audience == "ops" else "",
    }


def _why(one: Incident, lang: Language) -> str:
    if one.error_type == AWAY and one.partner:
        return failures.away(one.partner, one.last_failure, lang)
    if one.error_type in SAID_NO and one.partner:
        return failures.refused(one.partner, lang)
    return _reason(one.error_type, lang)


def reason(kind: str, partner: str | None, cause: str, lang: Language) -> str:
    """Why a step stopped, from the kind of failure and its cause as they were written down."""
    if kind == AWAY and partner:
        return failures.away(partner, cause, lang)
    return _reason(kind, lang) if knows(f"refusal.{kind}") else failures.unworded(cause, lang)


def _technical(one: Incident) -> str:
    if one.error_type == AWAY:
        return one.last_failure or ""
    return "" if knows(f"refusal.{one.error_type}") else one.error_type


def _reason(error: str, lang: Language) -> str:
    """A reason without the figures of one case."""
    return general_reason(error, lang)


def _known_reason(error: str, lang: Language) -> str:
    return _reason(error, lang) if knows(f"refusal.{error}") else say(lang, "trouble.unworded", code=error)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def persons(row: StepRow) -> set[str]:
    """The ids of whom a line about a parked step names: the member, and whom the step is about."""
    return {row.member_id, str(row.file.request.get("person_id") or row.member_id)}


def parked(
    row: StepRow,
    asker: Asker,
    claims: Mapping[Place, Claim],
    notes: Mapping[Place, Sequence[Note]],
    names: Mapping[str, str],
    now: datetime,
    lang: Language,
) -> dict[str, Any]:
    """One step that waits for a person."""
    problem = problem_told(row.file, asker.audience, lang)
    claim, told = claims.get((row.job_id, row.step)), notes.get((row.job_id, row.step), ())
    return {
        "service": row.service,
        "title": title(row.step, lang, whom(row.file, names)),
        "job": row.title,
        "member": names.get(row.member_id, ""),
        "story": f"/jobs/{row.job_id}/story",
        "href": f"/jobs/{row.job_id}/steps/{row.step}",
        "why": problem.text if problem else "",
        "since": say(lang, "office.since", time=ago(lang, now - row.parked_since_at))
        if row.parked_since_at
        else "",
        "decide_by": moment(lang, row.decide_by, "EEE d MMM, HH:mm") if row.decide_by else "",
        "soon": row.decide_by is not None and row.decide_by - now < SOON,
        "who": say(lang, f"value.who.{row.decided_by or 'ops'}"),
        "claim": say(lang, "office.claimed", who=names.get(claim.by, claim.by)) if claim else "",
        "note": f"{told[-1].text} ({names.get(told[-1].by, told[-1].by)})" if told else "",
        "can": decidable(asker, row),
    }


def choices(found: Sequence[Incident], lang: Language) -> dict[str, list[tuple[str, str]]]:
    """By what the parked steps can be narrowed."""
    services = sorted({service for one in found for service in one.services})
    partners = sorted({one.partner for one in found if one.partner})
    errors = sorted({one.error_type for one in found if one.error_type})
    every = [("", say(lang, "office.any"))]
    return {
        "service": every + [(name, say(lang, f"service.{name}")) for name in services],
        "partner": every + [(name, partner_name(name, lang)) for name in partners],
        "error": every + [(name, _known_reason(name, lang)) for name in errors],
    }


def partner(
    one: PartnerTold, names: Mapping[str, str], now: datetime, audience: Audience, lang: Language
) -> dict[str, Any]:
    """How one partner is, and its switch."""
    switch, health = one.switch, one.health
    seen = [at for at in (health.last_success_at, health.last_failure_at) if at]
    state = "failing" if one.failing else ("works" if health.last_success_at else "unknown")
    return {
        "slug": one.partner,
        "name": _capital(partner_name(one.partner, lang)),
        "state": state if switch.state == "open" else switch.state,
        "text": say(lang, f"office.partner.{state if switch.state == 'open' else switch.state}"),
        "heard": say(lang, "office.ago", time=ago(lang, now - max(seen))) if seen else "",
        "trouble": failures.away(one.partner, health.last_failure, lang) if one.failing else "",
        "technical": health.last_failure or "" if one.failing and audience == "ops" else "",
        "parked": one.parked,
        "waiting": one.waiting,
        "paused": switch.state == "paused",
        "rate": switch.rate_per_minute,
        "by_itself": switch.replay_by_itself,
        "who": names.get(switch.by, switch.by),
        "why": switch.reason,
    }


def replay(one: ReplayTold, names: Mapping[str, str], lang: Language) -> dict[str, Any]:
    """One bulk replay as a line."""
    left = sum(count for state, count in one.outcomes.items() if state in ("chosen", "sending", "trying"))
    return {
        "id": one.replay_id,
        "href": f"/ops/replays/{one.replay_id}",
        "state": one.state,
        "state_text": say(lang, f"office.replay.{one.state}"),
        "tone": {"running": "calm", "paused": "warn", "stopped": "bad"}.get(one.state, "good"),
        "what": filter_in_words(one.wanted, lang),
        "count": one.count,
        "done": one.count - left,
        "bad": sum(count for state, count in one.outcomes.items() if state in BAD),
        "who": names.get(one.by, one.by),
        "why": one.reason,
        "ended": one.state in ENDED,
    }


def filter_in_words(asked: Mapping[str, object], lang: Language) -> str:
    """By which filter steps were chosen, in words."""
    told = {name: _wanted(name, str(value), lang) for name, value in asked.items() if name != "state" and value}
    told.pop("decided_by", None)  # whoever reads it decides
    if asked.get("error") == AWAY and asked.get("partner"):
        told["error"] = failures.away(str(asked["partner"]), None, lang).rstrip(".")
        del told["partner"]
    return _capital(" · ".join(told.values()))


def _wanted(name: str, value: str, lang: Language) -> str:
    if name == "partner":
        return partner_name(value, lang)
    if name == "service" and knows(f"service.{value}"):
        return say(lang, f"service.{value}")
    return _known_reason(value, lang) if name == "error" else value


def review(
    one: Operation, asker: Asker, names: Mapping[str, str], called: Mapping[Place, Names], lang: Language
) -> dict[str, Any]:
    """A decision somebody took alone, to be looked at by another."""
    return {
        "id": one.operation_id,
        "href": f"/jobs/{one.job_id}/steps/{one.step}",
        "title": title(one.step, lang, called.get((one.job_id, one.step), NOBODY)),
        "what": say(lang, f"office.kind.{one.kind}"),
        "who": names.get(one.by, one.by),
        "why": one.reason,
        "own": asker.person_id in (one.by, one.confirmed_by),
        "due": moment(lang, one.review_due_at, "EEE HH:mm") if one.review_due_at else "",
    }
