"""Whose work, for whom and on which days, a contract and a declaration are asked for."""

from datetime import date
from typing import Self

from domain.message import Message
from domain.services.employment_contract import EmploymentContractRequest

DECLARED, SIGNED = "dimona", "contract_signed"
"""The deadlines that a period at social security and a signed contract meet."""


class AskedWork(Message):
    """One person's work for one employer."""

    entity: str
    """The legal entity of the cooperative that employs."""
    person_id: str
    days: tuple[date, ...]
    """Each day of work once, the first one first."""

    @classmethod
    def of(cls, entity: str, contract: EmploymentContractRequest) -> Self:
        """What a contract is asked for."""
        days = {day.on for day in contract.days}
        return cls(entity=entity, person_id=contract.person_id, days=tuple(sorted(days)))

    def met_by(self, kind: str, done: "AskedWork") -> bool:
        """Whether this is what was done: the same employer, person and days.

        A declaration is about a period, so for `dimona` the first and the last day count; a contract names each
        day; a warning before the start is about the person alone. Source: law of 3 July 1978, art. 9 (the
        contract); socialsecurity.be, Dimona (an IN has a first and a last day), consulted 30-11-2026.
        """
        if (self.entity, self.person_id) != (done.entity, done.person_id):
            return False
        if kind == DECLARED:
            return (self.days[0], self.days[-1]) == (done.days[0], done.days[-1])
        return kind != SIGNED or self.days == done.days

    def within(self, held: "AskedWork") -> bool:
        """Whether it falls between the first and the last day of what the same two are declared for."""
        same = (self.entity, self.person_id) == (held.entity, held.person_id)
        return same and held.days[0] <= self.days[0] and self.days[-1] <= held.days[-1]
