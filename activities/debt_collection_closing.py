"""How a collection ends: late costs that were paid, or a loss with its bearer."""

from decimal import Decimal

from activities.debt_collection_instalments import Instalments
from activities.debt_collection_papers import Position
from domain import client_money, entries
from domain.collection_end import Settlement
from domain.collection_state import CollectionState, KeptCollection
from domain.errors import NotYet
from domain.ledger import Account, Balances, Entry
from domain.money import ZERO, cents
from domain.orders import StepOrder
from domain.periods import day_in_brussels
from domain.services.debt_collection import DebtCollectionRequest

CollectionOrder = StepOrder[DebtCollectionRequest]


class Closing(Instalments):
    """The books of a collection that ends."""

    async def _book_late_costs(self, order: CollectionOrder, position: Position) -> None:
        """Of what came in above the principal, as much as was asked; the rest stays the client's."""
        above = await self._receipts.received_above(position.invoice.invoice_id)
        most = min(above, position.late_eur)
        key = order.key_for("late_costs")

        def book(before: Balances) -> Entry | None:
            paid = min(most, before.owed(Account.CLIENT_CREDIT))
            return entries.late_costs_paid(key, order.job_id, position.on, paid) if paid > 0 else None

        if most > 0:
            await self._ledger.post_from(key, order.job_id, book)

    async def _book_difference(self, order: CollectionOrder, position: Position) -> None:
        """A few cents missing or too much: the cooperative bears or has them, and the job's books can close."""
        missing = position.facts.missing_on(position.on)
        above = await self._receipts.received_above(position.invoice.invoice_id)
        key, job_id, on = order.key_for("difference"), order.job_id, position.on

        def book(before: Balances) -> Entry | None:
            owed, credit = before.of(Account.RECEIVABLE), before.owed(Account.CLIENT_CREDIT)
            if position.facts.small(missing) and missing <= owed:
                return client_money.small_difference(key, job_id, on, missing, before)
            if position.facts.small(above) and above <= credit:
                return client_money.credit_kept(key, job_id, on, above)
            return None

        if position.facts.small(missing) or position.facts.small(above):
            await self._ledger.post_from(key, job_id, book)

    async def _regain_vat(self, job_id: str, position: Position) -> None:
        """The client is insolvent: the State gives the VAT on what is unpaid back. Source: art. 77 § 1, 7° CTVA."""
        invoice = position.invoice
        vat = cents(position.open_eur * invoice.vat_eur / invoice.total_eur)
        key, on = f"{job_id}/vat-regained/{invoice.invoice_id}/1", position.on

        def book(before: Balances) -> Entry | None:
            return client_money.vat_regained(key, job_id, on, vat, before)

        await self._ledger.post_from(key, job_id, book)

    async def _book_loss(self, order: CollectionOrder, position: Position) -> None:
        bearer = Account.called(position.collection.borne_by or "community")
        key = order.key_for("write_off")

        def book(before: Balances) -> Entry | None:
            own = _of_this_invoice(before, position.open_eur)
            return entries.write_off(key, order.job_id, position.on, bearer, own) if own else None

        await self._ledger.post_from(key, order.job_id, book)


def outcome_of(position: Position) -> CollectionState:
    """Paid once money came; credited when credit notes alone took everything off."""
    if position.collection.state == "written_off":
        return "written_off"
    if position.open_eur > 0:
        raise NotYet("Money came back: the invoice is owed again.")
    return "paid" if position.facts.payments else "credited"


def settlement_of(kept: KeptCollection, position: Position, *, recalled: bool) -> Settlement:
    closed_at = kept.closed_at
    return Settlement.model_validate(
        {
            "outcome": kept.state,
            "paid_eur": sum((payment.amount_eur for payment in position.facts.payments), ZERO),
            "on": day_in_brussels(closed_at) if closed_at else position.on,
            "recalled": recalled,
        }
    )


def _of_this_invoice(before: Balances, open_eur: Decimal) -> Balances | None:
    """The job's balances as far as one invoice moves them: others of the same job may still be paid.

    VAT and fee go by its share of what is owed; the fund is made whole once nothing else is awaited.
    """
    owed = before.of(Account.RECEIVABLE)
    if owed <= 0 or open_eur <= 0:
        return None
    if open_eur >= owed:
        return before
    parts = {
        account: -cents(before.owed(account) * open_eur / owed)
        for account in (Account.VAT_TO_COLLECT, Account.FEE_TO_COLLECT)
    }
    own = {Account.RECEIVABLE: open_eur, Account.RESULT: before.of(Account.RESULT)}
    return Balances(amounts=own | parts)
