"""What each crew member signed, and what a move would make of it. Until amended, the plan says what is signed."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from domain.message import Message
from domain.orders import crew_of
from domain.plan import JobPlan
from domain.questions import Outcome
from domain.services.employment_contract import EmploymentContractRequest, first_start_without

SIGNED = ("employment_contract", "wages")
"""What a signature fixes, among the plan's fields by crew member."""
Which = Literal["before", "after"]


class Contracts:
    """By crew member: contract and pay as they are signed, and as the newest move would have them."""

    def __init__(self, is_asked: Callable[[str], bool]) -> None:
        self._is_asked = is_asked
        self._kept: dict[tuple[Which, str], dict[str, dict[str, Message]]] = {}
        """By plan field every request of the person's, by item."""

    def remember(self, old: JobPlan, new: JobPlan) -> None:
        """A move comes into force. What is still being asked about was signed before it."""
        for slug in old.employment_contract:
            if slug in new.employment_contract:
                if not self._is_asked(slug):
                    self._kept["before", slug] = _signed(old, slug)
                self._kept["after", slug] = _signed(new, slug)

    def as_signed(self, plan: JobPlan, slug: str, which: Which) -> JobPlan:
        """The plan with this person's contract and pay; who has no place in it any more is not put back."""
        if slug not in plan.employment_contract:
            return plan
        for name, own in self._kept.get((which, slug), {}).items():
            others = {item: kept for item, kept in getattr(plan, name).items() if crew_of(item) != slug}
            plan = plan.model_copy(update={name: others | own})
        return plan

    def settled(self, plan: JobPlan, slug: str, outcome: Outcome) -> JobPlan:
        """The plan once it is settled what this person's contract is."""
        which: Which = "after" if outcome in ("amended", "dropped") else "before"
        if outcome == "amended" and ("after", slug) in self._kept:
            self._kept["before", slug] = self._kept["after", slug]
        return self.as_signed(plan, slug, which)

    def wants(self, slug: str, offer: EmploymentContractRequest) -> bool:
        """Whether the newest move asks for this very contract."""
        return self._offer("after", slug) is offer

    def other_days(self, slug: str) -> bool:
        """Whether the job is on other days than this person's contract."""
        both = self._both(slug)
        return both is not None and both[0].days != both[1].days

    def first_start_without(self, slug: str) -> datetime | None:
        """The first start of the job that this person's contract does not hold; None when it holds them all."""
        both = self._both(slug)
        return None if both is None else first_start_without(*both)

    def _both(self, slug: str) -> tuple[EmploymentContractRequest, EmploymentContractRequest] | None:
        signed, wanted = (self._offer(which, slug) for which in _BOTH)
        if isinstance(signed, EmploymentContractRequest) and isinstance(wanted, EmploymentContractRequest):
            return signed, wanted
        return None

    def _offer(self, which: Which, slug: str) -> Message | None:
        return self._kept.get((which, slug), {}).get("employment_contract", {}).get(slug)


def _signed(plan: JobPlan, slug: str) -> dict[str, dict[str, Message]]:
    """What a signature of this person fixes in a plan."""
    return {
        name: {item: one for item, one in getattr(plan, name).items() if crew_of(item) == slug} for name in SIGNED
    }


_BOTH: tuple[Which, Which] = ("before", "after")
