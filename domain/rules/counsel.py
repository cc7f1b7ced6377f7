"""What an answer of the lawyer or the bailiff means: what is done next, and what waits for it.

One table says for each answer which stage follows, and every stage that follows is decided by people.
"""

from datetime import date
from typing import Final

from domain.message import Message
from domain.rules.unpaid_invoice import InvoiceFacts
from domain.services.debt_collection import CounselAnswer, StageKind

HANDED_OVER: Final = frozenset[StageKind]({"lawyer", "bailiff", "court", "seizure", "insolvency"})
"""Stages with which a dossier goes to an office."""
NEXT: Final[dict[str, tuple[StageKind, ...]]] = {
    "contested": ("court", "write_off"),
    "unpaid": ("lawyer", "write_off"),
    "enforceable": ("seizure", "write_off"),
    "plan_asked": ("plan",),
    "insolvent": ("insolvency", "write_off"),
    "dismissed": ("write_off",),
    "nothing_found": ("write_off",),
    "dividend": ("write_off",),
    "returned": ("write_off",),
    "paid": ("unseen_payment",),
}
"""What is put to people after an answer; the second once the first was given up."""
AFTER_DAYS: Final = {"paid": 14, "dividend": 14}
"""Days the money may take from the office's word to our account."""
ON_ANSWER: Final = frozenset[StageKind]({"plan", "court", "seizure", "insolvency", "unseen_payment"})
"""Stages that only an answer brings."""
ENDED: Final = frozenset(
    {
        "contested",
        "dismissed",
        "dividend",
        "enforceable",
        "insolvent",
        "nothing_found",
        "paid",
        "returned",
        "unpaid",
        "withdrawn",
    }
)
"""Answers with which an office has done what it was asked to do; a title is carried out by another dossier."""
SAYS_NOTHING: Final = frozenset({"suspended", "resumed"})
"""Our own doing, told back to us."""
OVER: Final = ENDED - {"enforceable"}
"""After these a dossier cannot even be taken back."""


class Asked(Message):
    """What an answer puts to people."""

    kind: StageKind
    on: date
    """The day of the answer."""
    days: int


def asked_by_answer(invoice: InvoiceFacts) -> Asked | None:
    """What the latest answers ask to be decided; None when they ask nothing, or what they asked is decided."""
    asked = [one for answer in last_answers(invoice).values() if (one := _asked(invoice, answer))]
    return max(asked, key=lambda one: one.on, default=None)


def last_answers(invoice: InvoiceFacts) -> dict[StageKind, CounselAnswer]:
    """The last thing each office said about each dossier; beside a receiver only the claim there counts."""
    said = [one for one in invoice.heard if one.status not in SAYS_NOTHING]
    if insolvent(invoice):
        said = [one for one in said if one.stage == "insolvency" or one.status == "insolvent"]
    return {one.stage: one for one in said}


def waits_for_answer(invoice: InvoiceFacts, kind: StageKind) -> bool:
    """Whether this stage waits because an office is at work: it comes only when nothing is heard for long."""
    last = last_answers(invoice)
    if kind == "write_off":
        ended = {stage for stage, answer in last.items() if answer.status in ENDED}
        held = frozenset[StageKind]({"insolvency"}) if insolvent(invoice) else HANDED_OVER
        return any(stage not in ended and invoice.sent(stage) for stage in held)
    if kind == "lawyer":
        return "bailiff" in last and last["bailiff"].status not in ENDED
    return kind == "bailiff" and _plan_until(invoice) is not None


def last_heard_on(invoice: InvoiceFacts) -> date:
    """The day of the last answer, or of the last instalment that was agreed to."""
    days = [one.on for one in invoice.heard] + [one.on for one in invoice.done if one.kind in HANDED_OVER]
    until = _plan_until(invoice)
    return max([*days, *([until] if until else [])], default=invoice.due_on)


def contested(invoice: InvoiceFacts) -> bool:
    """Whether the debtor has contested the debt before lawyer or bailiff: no route without a judge is left."""
    return any(one.status == "contested" for one in invoice.heard)


def insolvent(invoice: InvoiceFacts) -> bool:
    """Whether the debtor is bankrupt or being reorganised: nobody collects beside the receiver."""
    return any(one.status == "insolvent" for one in invoice.heard)


def _asked(invoice: InvoiceFacts, answer: CounselAnswer) -> Asked | None:
    for kind in NEXT.get(answer.status, ()):
        over = invoice.over(kind)
        if over is None:
            return Asked(kind=kind, on=answer.on, days=AFTER_DAYS.get(answer.status, 0))
        if not over.skipped and (over.on >= answer.on or kind == answer.stage):
            return None  # done about this answer, or the answer is only how that dossier stands
    return None


def _plan_until(invoice: InvoiceFacts) -> date | None:
    """The last instalment a debtor pays by a plan that was agreed to and is not broken."""
    if not invoice.sent("plan") or any(one.status == "plan_broken" for one in invoice.heard):
        return None
    return max((part.on for one in invoice.heard for part in one.plan), default=None)
