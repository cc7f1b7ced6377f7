"""Which deadline comes first: what makes work unlawful, then what is owed, then our own promises."""

from collections.abc import Mapping
from datetime import timedelta

from domain.message import Message


class Urgency(Message):
    """How a kind of deadline ranks, and what meets it."""

    rank: int
    """0 comes first."""
    service: str
    """The service whose step meets it."""
    alarm_before: timedelta | None = None
    """How long before it is due somebody is told that it is unmet; None for what warns by itself."""


URGENCY: Mapping[str, Urgency] = {
    # Source: royal decree of 5 November 2002, art. 4 (undeclared); law of 3 July 1978, art. 9 (unsigned)
    "dimona": Urgency(rank=0, service="employment_contract", alarm_before=timedelta(hours=12)),
    "contract_signed": Urgency(rank=1, service="employment_contract", alarm_before=timedelta(hours=12)),
    # Source: law of 12 April 1965 on the protection of wages; a batch and a statement take two bank days
    "wages_paid": Urgency(rank=2, service="wages", alarm_before=timedelta(hours=48)),
    # Source: art. 53 § 2 of the VAT code
    "invoice_issued": Urgency(rank=3, service="invoicing", alarm_before=timedelta(hours=48)),
    # Source: law of 10 April 1971; fedris.be: eight days; two of them are enough to reach an insurer by hand
    "accident_report": Urgency(rank=3, service="", alarm_before=timedelta(hours=48)),
    # Source: the terms of the policy; two of its days are enough to reach an insurer by hand
    "claim_declared": Urgency(rank=3, service="insurance", alarm_before=timedelta(hours=48)),
    # Source: the same terms, for what happened on a job
    "damage_report": Urgency(rank=3, service="", alarm_before=timedelta(hours=48)),
    "theft_report": Urgency(rank=3, service="", alarm_before=timedelta(hours=48)),
    "no_show_report": Urgency(rank=3, service="", alarm_before=timedelta(hours=48)),
    "wages_promised": Urgency(rank=4, service="wages"),
    "agreement": Urgency(rank=5, service="agreement"),
    "loud": Urgency(rank=6, service="employment_contract"),
    "call_list": Urgency(rank=7, service="employment_contract"),
    "remind": Urgency(rank=8, service="employment_contract"),
}
CAME_UP: frozenset[str] = frozenset(
    {
        "accident_report",
        "damage_report",
        "theft_report",
        "no_show_report",
        "wages_again",
        "expenses_again",
        "collected_again",
    }
)
"""Kinds that no declaration writes down: something happened, or came back. They bind whatever the job becomes."""
LAST = Urgency(rank=9, service="")
"""A deadline of a kind this table does not know is still shown, last."""
FURTHEST = max(each.alarm_before for each in URGENCY.values() if each.alarm_before)
"""Beyond this nothing is alarmed yet."""


def urgency(kind: str) -> Urgency:
    """How a kind of deadline ranks."""
    return URGENCY.get(kind, LAST)
