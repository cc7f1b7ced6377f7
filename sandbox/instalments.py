"""Instalments a debtor asks a lawyer or a bailiff for: three equal parts, a month apart."""

import calendar
from datetime import datetime, timedelta
from decimal import Decimal

from . import clock
from .desk import Visit
from .dossiers import DOSSIER, Step, step
from .people_book import person
from .store import Json
from .wire import cents, eur

PARTS, BROKEN_AFTER, TITLE_AFTER = 3, timedelta(days=8), timedelta(days=10)


def a_month_after(moment: datetime) -> datetime:
    """The same day of the next month, or its last. Source: Judicial Code, art. 54 (terms in months)."""
    year, month = moment.year + moment.month // 12, moment.month % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def asked(total: Decimal, on: datetime) -> list[Json]:
    """What the debtor offers, the last part takes the remainder."""
    part, plan, day = cents(total / PARTS), [], on
    for n in range(PARTS):
        day = a_month_after(day)
        amount = part if n < PARTS - 1 else total - part * (PARTS - 1)
        plan.append({"on": str(clock.day_of(day)), "amount_eur": eur(amount)})
    return plan


def kept_or_broken(call: Visit, id: str) -> list[Step]:
    """What follows an agreed plan: every part on its day, or the first one only and then the title."""
    dossier = call.must(DOSSIER, id)
    plan: list[Json] = next((one["plan"] for one in reversed(dossier["steps"]) if "plan" in one), [])
    kept = person(call.store, str(dossier["debtor"].get("email") or ""))["keeps_plan"]
    days = [clock.instant(f"{one['on']}T09:00:00+00:00") for one in plan]
    if kept:
        words = ["part_paid"] * (len(plan) - 1) + ["paid"]
        parts = zip(words, days, plan, strict=True)
        return [step(word, day, pays_eur=part["amount_eur"]) for word, day, part in parts]
    broken = days[1] + BROKEN_AFTER
    steps = [step("part_paid", days[0], pays_eur=plan[0]["amount_eur"]), step("plan_broken", broken)]
    if call.partner == "bailiff":
        number = call.store.count(call.partner, DOSSIER)
        steps.append(step("enforceable", broken + TITLE_AFTER, title=f"TIT-B-{broken.year}-{number:06d}"))
    return steps
