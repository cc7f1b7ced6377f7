"""What the office decides about, in the form a page shows it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from api.jobs.search import FacetsTold
from api.pages.office.books import address
from api.pages.office.ops_view import SOON, ago, due, parked, persons
from api.pages.view_values import TONE
from api.wording.legal_bases import legal_basis
from domain.people import Language
from engine.wording import approval_reason
from engine.words import day, knows, moment, money, say
from storage.jobs.jobs import JobRow
from storage.jobs.messages import JobMessage
from storage.jobs.reported_events import Happening
from storage.money.figures_approvals import PendingApprovals

__all__ = [
    "approvals",
    "by_rule",
    "chosen",
    "due",
    "facets",
    "happening",
    "job_line",
    "message",
    "parked",
    "persons",
]

LAST_MINUTE = timedelta(minutes=1)
"""A clock that ends at midnight is shown as the day it ends."""


def approvals(job: PendingApprovals, names: Mapping[str, str], lang: Language) -> list[dict[str, str]]:
    """The approvals of one job nobody has answered yet, with the figures to judge by."""
    return [
        {
            "job_id": job.job_id,
            "job_title": job.title,
            "client": job.client_name,
            "member": names.get(job.member_id, ""),
            "amount": money(lang, job.amount_eur),
            "begins": moment(lang, job.first_start_at, "EEE d MMM"),
            "rule_id": one.rule,
            "rule": say(lang, f"rule.{one.rule}") if knows(f"rule.{one.rule}") else one.rule,
            "why": approval_reason(one.rule, one.why, one.params, lang),
            "answer_by": moment(lang, one.answer_by),
        }
        for one in job.approvals
    ]


def by_rule(cards: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """The approvals that one rule asks for together: they are judged by the same figures. The most urgent first."""
    groups: dict[str, list[dict[str, str]]] = {}
    for one in cards:
        groups.setdefault(one["rule_id"], []).append(one)
    return [{"rule": lines[0]["rule"], "lines": lines} for lines in groups.values()]


def message(
    one: JobMessage, job: JobRow, names: Mapping[str, str], now: datetime, lang: Language
) -> dict[str, Any]:
    """What a member asked and nobody has answered."""
    return {
        "text": one.text,
        "who": names.get(one.from_id) or say(lang, "value.who.unnamed"),
        "job": job.title,
        "href": f"/jobs/{one.job_id}#talk",
        "at": say(lang, "office.ago", time=ago(lang, now - one.at)),
        "answer_by": moment(lang, one.answer_by, "EEE d MMM, HH:mm") if one.answer_by else "",
        "late": one.answer_by is not None and one.answer_by < now,
    }


def happening(one: Happening, job: JobRow, claimed: bool, now: datetime, lang: Language) -> dict[str, Any]:
    """Something that happened on a job, with its clock; `claimed` while its claim runs."""
    return {
        "happening_id": one.happening_id,
        "job_id": one.job_id,
        "job": job.title,
        "href": f"/jobs/{one.job_id}",
        "claim": f"/jobs/{one.job_id}/story" if claimed else "",
        "what": say(lang, f"value.incident.{one.kind}"),
        "on": day(lang, one.happened_on),
        "who": one.who or "",
        "text": one.text,
        "due": moment(lang, one.due_at - LAST_MINUTE, "EEEE d MMMM") if one.due_at else "",
        "basis": legal_basis(f"{one.kind}_report", one.basis, lang) if one.basis else "",
        "late": one.due_at is not None and one.due_at < now,
        "near": one.due_at is not None and one.due_at < now + SOON,
    }


def job_line(row: JobRow, names: Mapping[str, str], lang: Language) -> dict[str, Any]:
    """One job of the list."""
    return {
        "href": f"/jobs/{row.job_id}/story",
        "title": row.title,
        "client": row.client_name,
        "member": names.get(row.member_id, ""),
        "amount": money(lang, row.amount_eur),
        "begins": moment(lang, row.first_start_at, "d MMM y"),
        "state": say(lang, f"state.job.{row.state}"),
        "tone": TONE.get(row.state, ""),
        "parked": row.parked,
    }


BY = ("state", "service", "error", "partner", "member", "client")
"""By what jobs are narrowed."""
SHOWN = 6


def facets(told: FacetsTold, asked: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    """How the list can be narrowed, each with its count and its address."""
    return [
        {
            "title": say(lang, f"office.facet.{name}"),
            "values": [
                (one.label, one.count, address("/advisor", {**asked, **_parked(name), name: one.value}) + "#jobs")
                for one in getattr(told, name)[:SHOWN]
            ],
        }
        for name in BY
        if name not in asked and getattr(told, name)
    ]


def _parked(name: str) -> dict[str, str]:
    """A service counts where it waits for a decision."""
    return {"parked": "true"} if name == "service" else {}


def chosen(told: FacetsTold, asked: Mapping[str, str], lang: Language) -> list[tuple[str, str]]:
    """What is asked for now, each with the address without it."""
    found = []
    for name, value in asked.items():
        label = next((one.label for one in getattr(told, name, ()) if one.value == value), value)
        rest = {other: given for other, given in asked.items() if other != name}
        title = f"office.facet.{name}"
        said = f"{say(lang, title)}: {label}" if knows(title) else label
        found.append((said, address("/advisor", rest) + "#jobs"))
    return found
