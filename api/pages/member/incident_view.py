"""What happened on a job, as its member follows it: what was told, and how far the insurer is."""

from datetime import timedelta
from typing import Any

from api.jobs.incidents import IncidentTold
from domain.money import ZERO
from domain.people import Language
from engine.wording import source
from engine.words import day, moment, money, say

LAST_MINUTE = timedelta(minutes=1)
"""A term that ends at midnight is shown as the day it ends."""


def incident_view(one: IncidentTold, lang: Language) -> dict[str, Any]:
    """What happened, when, by when the insurer must know, and how far it is there."""
    at = one.report_by
    waits = at is not None and one.closed_at is None and one.reported_at is None
    due = say(lang, "page.incident.due", at=moment(lang, at - LAST_MINUTE, "EEEE d MMMM")) if at and waits else ""
    return {
        "what": say(lang, f"value.incident.{one.kind}"),
        "on": day(lang, one.happened_on),
        "due": due,
        "basis": source(one.basis, lang) if one.basis else "",
        "lines": _how_far(one, lang),
        "open": one.claim is not None and one.closed_at is None,
    }


def _how_far(one: IncidentTold, lang: Language) -> list[str]:
    """What the insurer has, asks, pays; each in a sentence."""
    lines = []
    if one.number and one.reported_at:
        on = moment(lang, one.reported_at, "d MMMM")
        lines.append(say(lang, "page.incident.reported", number=one.number, on=on))
    if one.loss_eur is not None:
        lines.append(say(lang, "page.incident.loss", amount=money(lang, one.loss_eur)))
    if one.granted_eur is not None and one.kind != "accident":
        amounts = {"granted": money(lang, one.granted_eur), "excess": money(lang, one.excess_eur or ZERO)}
        lines.append(say(lang, "page.incident.granted", **amounts))
    if one.paid_eur:
        lines.append(say(lang, "page.incident.paid", amount=money(lang, one.paid_eur)))
    if one.borne_by and one.loss_eur is not None:
        left = money(lang, max(one.loss_eur - (one.paid_eur or ZERO), ZERO))
        lines.append(say(lang, f"page.incident.borne.{one.borne_by}", amount=left))
    return lines
