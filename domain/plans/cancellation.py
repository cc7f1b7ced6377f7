"""What a client who cancels owes by the table that was accepted with the order, as a document to be issued."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from domain.figures import Figure
from domain.job import JobFile
from domain.money import ZERO
from domain.people import Language
from domain.periods import day_in_brussels
from domain.plan import JobPlan
from domain.rules.cancellation import cancellation_fee, terms_called
from domain.services.invoicing import CancellationClaim, InvoiceLine, InvoiceRequest

TO_STEP_BACK: Final = timedelta(days=14)
"""Source: CDE/WER art. VI.47 § 2, 1°: from the conclusion of a distance contract for services."""
LABEL: Final[dict[Language, str]] = {
    "fr": "Annulation par le client, {percent} % du prix convenu de {price} EUR : {title}",
    "nl": "Annulering door de klant, {percent} % van de afgesproken prijs van {price} EUR: {title}",
    "en": "Cancellation by the client, {percent} % of the agreed price of {price} EUR: {title}",
}


def client_owes(plan: JobPlan, job_file: JobFile, on: date) -> Figure | None:
    """What is owed when the client cancels on this day; None when nothing is.

    Nothing when the client never agreed, when no table was agreed, or while a private person may still step back.
    """
    asked, answered = plan.agreement, job_file.steps.get("agreement")
    if asked is None or answered is None or answered.state != "done":
        return None
    agreed = terms_called(asked.cancellation_terms)
    until = free_until(plan, job_file)
    if agreed is None or (until is not None and on <= until):
        return None
    fee = cancellation_fee(asked.price_ex_vat_eur, day_in_brussels(plan.first_start_at), on, agreed)
    return fee if fee.amount_eur else None


def free_until(plan: JobPlan, job_file: JobFile) -> date | None:
    """The last day on which a private person may step back for nothing: the fourteenth after the yes."""
    asked, answered = plan.agreement, job_file.steps.get("agreement")
    accepted_at = (answered.booking or {}).get("accepted_at") if answered else None
    if asked is None or asked.withdrawal != "fourteen_days" or accepted_at is None:
        return None
    return day_in_brussels(datetime.fromisoformat(str(accepted_at))) + TO_STEP_BACK


def _written(amount: Decimal, language: Language) -> str:
    """An amount as the client's language writes it."""
    whole = f"{amount:,.2f}"
    return (
        whole if language == "en" else whole.translate(str.maketrans(",.", "\u00a0," if language == "fr" else ".,"))
    )


def fee_request(plan: JobPlan, job_file: JobFile, on: date) -> InvoiceRequest | None:
    """The document that asks for the fee, until an adviser says what it is; None when nothing is owed.

    It is written like the invoices of the order: same client, language and term; the term counts from its issue.
    """
    fee = client_owes(plan, job_file, on)
    like = next(reversed(plan.invoicing.values()), None)
    if fee is None or like is None or plan.agreement is None:
        return None
    price = _written(plan.agreement.price_ex_vat_eur, like.language)
    label = LABEL[like.language].format(percent=fee.params["percent"], price=price, title=plan.title)
    return like.model_copy(
        update={
            "kind": "debit_note",
            "issue_on": on,
            "due_on": on + (like.due_on - like.issue_on),
            "delivered_on": on,
            "performed_from": None,
            "lines": (InvoiceLine(label=label, unit_price_eur=fee.amount_eur, net_eur=fee.amount_eur),),
            "vat_category": "O",
            "vat_rate_percent": ZERO,
            "vat_mention": "compensation",
            "net_eur": fee.amount_eur,
            "vat_eur": ZERO,
            "total_eur": fee.amount_eur,
            "prepaid_eur": ZERO,
            "vat_included": False,
            "last": False,
            "cancellation": CancellationClaim(
                days_before=int(fee.params["days"]),
                percent=Decimal(fee.params["percent"]),
                price_eur=plan.agreement.price_ex_vat_eur,
                fee_eur=fee.amount_eur,
                vat_category=like.vat_category,
                vat_rate_percent=like.vat_rate_percent,
                vat_mention=like.vat_mention,
                source=fee.source,
                verified=fee.verified,
            ),
        }
    )
