"""A debt paid in parts: proposed or asked for, agreed by both, kept, broken and taken up again."""

from datetime import date
from typing import Final, Literal

from domain.message import Message
from domain.money import ZERO, Eur
from domain.services.debt_collection import Instalment

PlanState = Literal["proposed", "asked", "agreed", "broken", "refused", "withdrawn", "kept"]
"""Proposed by us, asked for by the client; agreed by both; a part stayed unpaid; said no to, by either; taken back;
paid to the end."""
OPEN: Final = frozenset[PlanState]({"proposed", "asked"})
Pace = Literal["week", "month"]
Interest = Literal["runs", "stops"]
"""Interest goes on while the parts are paid, or stops on the day of the agreement for as long as they are."""


class InstalmentPlan(Message):
    """One plan for one invoice."""

    invoice_id: str
    n: int
    state: PlanState
    parts: tuple[Instalment, ...]
    interest: Interest
    by: str
    """The person who proposed it; the client's id when the client asked."""
    proposed_on: date
    reason: str = ""
    agreed_on: date | None = None
    """The day from which payments count for it."""
    told: PlanState | None = None
    """The state the client was last told by mail."""

    @property
    def total_eur(self) -> Eur:
        """All parts together."""
        return sum((part.amount_eur for part in self.parts), ZERO)

    @property
    def last_on(self) -> date:
        """The day of the last part."""
        return self.parts[-1].on


def in_force(plans: tuple[InstalmentPlan, ...]) -> InstalmentPlan | None:
    """The plan both sides agreed to and that is not broken."""
    return next((plan for plan in reversed(plans) if plan.state == "agreed"), None)


def held_to(plans: tuple[InstalmentPlan, ...]) -> InstalmentPlan | None:
    """The plan that is kept so far, or was kept to its end: what was agreed about interest holds."""
    last = next((plan for plan in reversed(plans) if plan.state not in OPEN and plan.state != "withdrawn"), None)
    return last if last is not None and last.state in ("agreed", "kept") else None


def answerable(plans: tuple[InstalmentPlan, ...]) -> InstalmentPlan | None:
    """The plan that waits for an answer of the client or of the cooperative."""
    return next((plan for plan in reversed(plans) if plan.state in OPEN), None)
