"""A moved job whose deposit is invoiced: what is out stays out, and the rest of the price comes after it."""

from datetime import timedelta
from decimal import Decimal
from typing import Literal

from domain.job import JobFile
from domain.orders import step_name
from domain.plan import JobPlan
from domain.services.invoicing import InvoiceLine, InvoiceRequest

DEPOSIT = "deposit"
NOT_OUT = frozenset({"undone", "failed", "skipped", "missed", "superseded"})
"""States of a step whose document was credited, or never made."""


class AgainstTheDeposit(ValueError):
    """A move that the deposit already invoiced does not allow."""

    def __init__(self, why: Literal["client", "vat", "price"], deposit_eur: Decimal) -> None:
        super().__init__(f"a deposit of {deposit_eur} EUR is invoiced already: {why}")
        self.why = why
        self.deposit_eur = deposit_eur
        """Ex VAT."""


def deposit_out(file: JobFile) -> InvoiceRequest | None:
    """The deposit that is issued or on its way, as it was asked for; None when none is, or it was credited."""
    state = file.steps.get(step_name("invoicing", DEPOSIT))
    return InvoiceRequest.model_validate(state.request) if state and state.state not in NOT_OUT else None


def after_deposit(plan: JobPlan, out: InvoiceRequest | None) -> JobPlan:
    """The plan with the deposit as it went out, and one balance for what the price leaves.

    Raises AgainstTheDeposit for another client, another VAT, or a price that leaves no balance: an issued document
    is changed by a credit note only, which a person decides. Source: VAT code art. 53 § 2.
    """
    if out is None:
        return plan
    whole = next((one for one in plan.invoicing.values() if one.ends_the_schedule), None)
    if whole is None or whole.client_id != out.client_id:
        raise AgainstTheDeposit("client", out.net_eur)
    if (whole.vat_category, whole.vat_rate_percent) != (out.vat_category, out.vat_rate_percent):
        raise AgainstTheDeposit("vat", out.net_eur)
    if out.ends_the_schedule and whole.net_eur == out.net_eur:
        return plan.model_copy(update={"invoicing": {DEPOSIT: out}})
    if whole.net_eur <= out.net_eur:
        raise AgainstTheDeposit("price", out.net_eur)
    return plan.model_copy(update={"invoicing": {DEPOSIT: out, "balance": _balance(plan, whole, out)}})


def _balance(plan: JobPlan, whole: InvoiceRequest, out: InvoiceRequest) -> InvoiceRequest:
    balance = whole.model_copy(update={"kind": "balance", "prepaid_eur": out.total_eur})
    if whole.kind != DEPOSIT:
        return balance
    line = InvoiceLine(label=plan.title, unit_price_eur=whole.net_eur, net_eur=whole.net_eur)
    term: timedelta = whole.due_on - whole.issue_on
    last = whole.delivered_on
    return balance.model_copy(update={"lines": (line,), "issue_on": last, "due_on": last + term})
