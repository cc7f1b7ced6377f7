"""What a job waits for while nobody has anything to do: its days, the report, the pay, the invoice, the client."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from domain.job import JobFile, StepState
from domain.orders import step_name
from domain.people import Language
from domain.periods import day_in_brussels
from domain.promises import Outlook, outlook
from engine.words import day, moment, say
from storage.jobs.jobs import KeptJob

BEFORE = frozenset({"quoted", "agreeing", "ready", "engaged", "taking_place"})
"""Not reported yet."""


def awaited(kept: KeptJob, steps: Sequence[StepState], now: datetime, lang: Language) -> str:
    """What comes next and when, and what follows it; nothing while no day is known."""
    return " ".join(list(_coming(kept, {one.step: one for one in steps}, now, lang))[:2])


def approval(file: JobFile, lang: Language) -> str:
    """That the adviser has not said yes yet, and until when the answer is due."""
    by = [one.answer_by for one in file.approvals.values() if one.granted is None]
    return say(lang, "page.job.next.approval", at=moment(lang, min(by), "EEEE d MMMM, HH:mm")) if by else ""


def _coming(kept: KeptJob, steps: Mapping[str, StepState], now: datetime, lang: Language) -> Iterator[str]:
    """Everything still ahead of the job, in its order."""
    if kept.state in BEFORE:
        yield from _the_days(kept, now, lang)
    yield from _the_pay(kept, steps, lang)
    if kept.state == "disputed":
        yield say(lang, "page.job.next.disputed")
    else:
        yield from _the_invoices(kept, steps, now, lang)


def _the_days(kept: KeptJob, now: datetime, lang: Language) -> Iterator[str]:
    plan = kept.plan
    first, last = plan.first_start_at, plan.last_end_at
    if now < first:
        one = day_in_brussels(first) == day_in_brussels(last)
        name = "page.job.next.day" if one else "page.job.next.days"
        yield say(lang, name, on=_on(day_in_brussels(first), lang), until=_on(day_in_brussels(last), lang))
    elif now < last:
        yield say(lang, "page.job.next.on", at=moment(lang, last, "EEEE d MMMM, HH:mm"))
    elif kept.file.report is None:
        yield say(lang, "page.job.next.report", at=moment(lang, plan.report_by, "EEEE d MMMM, HH:mm"))


def _now(kept: KeptJob, steps: Mapping[str, StepState], service: str, item: str) -> Outlook:
    return outlook(kept.file, service, item, steps.get(step_name(service, item)))


def _the_pay(kept: KeptJob, steps: Mapping[str, StepState], lang: Language) -> Iterator[str]:
    wages = kept.in_force.wages
    due = [one.pay_on for slug, one in wages.items() if _now(kept, steps, "wages", slug) == "ahead"]
    if due:
        yield say(lang, "page.job.next.pay", on=_on(min(due), lang))


def _the_invoices(kept: KeptJob, steps: Mapping[str, StepState], now: datetime, lang: Language) -> Iterator[str]:
    """What is not sent yet first; then what the client has to pay."""
    outlooks = {name: _now(kept, steps, "invoicing", name) for name in kept.plan.invoicing}
    ahead = [one.issue_on for name, one in kept.plan.invoicing.items() if outlooks[name] == "ahead"]
    due = [one.due_on for name, one in kept.plan.invoicing.items() if outlooks[name] == "behind"]
    if ahead:
        yield say(lang, "page.job.next.invoice", on=_on(min(ahead), lang))
    elif due:
        late = max(due) < day_in_brussels(now)
        yield say(lang, "page.job.next.late" if late else "page.job.next.due", on=_on(max(due), lang))


def _on(on: date, lang: Language) -> str:
    return day(lang, on, "EEEE d MMMM")
