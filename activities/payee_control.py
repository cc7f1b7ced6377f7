"""Before a payment goes into a file the bank is asked whether the account bears the name we know.

A close match or none waits for a finance person; where nobody can be asked it goes on, and whoever approves the
file sees how many were not checked. A wage is never late because a check was not possible.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from activities.bank_ports import BankLine, CheckBook
from activities.step import Clock
from domain.errors import PartnerDown, PartnerRefused
from domain.identifiers import account_mark
from domain.papers.bank import PrintedPayment
from domain.payee_checks import PayeeAsked, PayeeCheck, PayeeVerdict


@dataclass(frozen=True)
class Checked:
    """What becomes of payments whose payees were checked."""

    go: dict[str, PrintedPayment]
    given_back: frozenset[str]


class PayeeControl:
    """Asks the bank about payees, once for each name and account."""

    def __init__(self, bank: BankLine, book: CheckBook, clock: Clock) -> None:
        self._bank = bank
        self._book = book
        self._clock = clock

    async def checked(self, transfers: Mapping[str, PrintedPayment]) -> Checked:
        """Those that may leave, and those that a person gave back; the others wait for a decision."""
        marks = {payment: account_mark(f"{one.iban} {one.name}") for payment, one in transfers.items()}
        known = _same(await self._book.of(transfers), marks)
        if asked := {
            payment: (PayeeAsked(reference=payment, name=one.name, iban=one.iban), marks[payment])
            for payment, one in transfers.items()
            if payment not in known
        }:
            await self._book.keep(asked, await self._verdicts(asked), self._clock.now())
            known = _same(await self._book.of(transfers), marks)
        back = frozenset(payment for payment, check in known.items() if check.decision == "give_back")
        stay = back | {payment for payment, check in known.items() if check.held}
        return Checked({payment: one for payment, one in transfers.items() if payment not in stay}, back)

    async def _verdicts(self, asked: Mapping[str, tuple[PayeeAsked, str]]) -> list[PayeeVerdict]:
        """One for each that was asked about; what the bank does not answer is not possible."""
        try:
            answered = await self._bank.verify([payee for payee, _ in asked.values()]) or ()
        except (PartnerDown, PartnerRefused):  # advice that is not to be had: kept and shown as not checked
            answered = ()
        said = {one.reference: one for one in answered if one.reference in asked}
        return [said.get(payment, PayeeVerdict(reference=payment, code="NOAP")) for payment in asked]


def _same(checks: Mapping[str, PayeeCheck], marks: Mapping[str, str]) -> dict[str, PayeeCheck]:
    """The checks that are about the name and account as they are now."""
    return {payment: check for payment, check in checks.items() if check.account == marks[payment]}
