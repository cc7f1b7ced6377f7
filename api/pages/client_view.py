"""The page behind a client's link: what is accepted, and afterwards the papers and the invoices of the order."""

from datetime import date
from typing import Any

import segno

from api.links.client_place import InvoiceDue, Party, PaymentPart
from api.links.service import OrderShown
from api.pages.view_values import paper
from api.wording.work_days import work_days
from domain.money import ZERO
from domain.people import Language
from domain.periods import day_in_brussels
from domain.remittance import epc_lines
from domain.rules.consumer import lump_sum_scale
from domain.services.agreement import LateTerms
from engine.words import day, moment, money, say

WRITTEN_OFF = "written_off"


def order(one: OrderShown, lang: Language) -> dict[str, Any]:
    """The order a client sees."""
    return {
        "title": one.title,
        "entity": one.entity,
        "description": one.description if one.description != one.title else "",
        "days": work_days(one.days, lang),
        "price": money(lang, one.price_ex_vat_eur),
        "vat": money(lang, one.vat_eur),
        "total": money(lang, one.total_eur),
        "terms": say(lang, "page.link.terms.standard")
        if one.cancellation_terms == "standard"
        else one.cancellation_terms,
        "withdrawal": one.withdrawal,
        "seller_email": one.seller.email,
        "soon": one.begins_soon,
        "late": _late(one.late_terms, day_in_brussels(one.answer_by), lang),
        "answer_by": moment(lang, one.answer_by, "EEEE d MMMM, HH:mm"),
        "parties": [
            (say(lang, "page.link.seller"), _party(one.seller)),
            (say(lang, "page.link.buyer"), _party(one.buyer)),
        ],
        "performer": _performer(one, lang),
        "payment": say(lang, "page.link.payment.within", days=str(one.payment_days)),
        "payments": [(_part(lang, part), money(lang, part.amount_eur)) for part in one.payments],
        "cancellation": [
            {
                "from": say(lang, "page.link.cancel.from", on=day(lang, line.from_on))
                if line.from_on
                else say(lang, "page.link.cancel.free"),
                "percent": f"{line.percent} %",
                "owed": money(lang, line.owed_eur),
                "today": line.today,
            }
            for line in one.cancellation
        ],
        "cancelling": None
        if one.cancelling is None
        else {
            "amount": str(one.cancelling.owed_eur),
            "owed": money(lang, one.cancelling.owed_eur) if one.cancelling.owed_eur else "",
            "free_until": day(lang, one.cancelling.free_until) if one.cancelling.free_until else "",
        },
        "cancelled_because": one.cancelled_because,
        "order_form": one.order_form,
        "papers": [paper(each, lang) for each in one.papers],
        "invoices": [_invoice(each, lang) for each in one.invoices],
        "worked": one.worked,
        "before": {
            "days": work_days(one.instead_of.days, lang),
            "price": money(lang, one.instead_of.price_ex_vat_eur),
            "vat": money(lang, one.instead_of.vat_eur),
            "total": money(lang, one.instead_of.total_eur),
        }
        if one.instead_of
        else None,
    }


def _part(lang: Language, part: PaymentPart) -> str:
    """What is invoiced and when; a deposit says by when it is to be paid."""
    told = say(lang, f"page.link.part.{part.kind}", on=day(lang, part.on))
    return told + say(lang, "page.link.part.due", on=day(lang, part.due_on)) if part.due_on else told


def _late(agreed: LateTerms | None, on: date, lang: Language) -> list[str]:
    """What a private person agrees to owe when late, as the order form prints it."""
    told = []
    if agreed is not None and agreed.lump_sum_clause:
        scale = lump_sum_scale(on).model_dump()
        amounts = {name: money(lang, value) for name, value in scale.items() if name.endswith("_eur")}
        rates = {name: f"{value.normalize():f} %" for name, value in scale.items() if name.endswith("_percent")}
        told.append(say(lang, "page.link.late.lump_sum", **amounts, **rates))
    if agreed is not None and agreed.interest_clause_percent is not None:
        percent = f"{agreed.interest_clause_percent.normalize():f} %"
        told.append(say(lang, "page.link.late.interest", percent=percent))
    return told


def _party(one: Party) -> list[str]:
    return [part for part in (one.name, one.address, one.number) if part]


def _performer(one: OrderShown, lang: Language) -> str:
    if one.crew < 2:
        return one.performer
    return say(lang, "page.link.performer.crew", name=one.performer, others=str(one.crew - 1))


def _plan(one: InvoiceDue, lang: Language) -> dict[str, Any] | None:
    """The instalments of an invoice, in words; None without any."""
    plan = one.plan
    if plan is None:
        return None
    paid, asked, parts = plan.total_eur - one.open_eur, ZERO, []
    for part in plan.parts:
        asked += part.amount_eur
        there = plan.state in ("agreed", "kept", "broken") and paid >= asked
        parts.append((day(lang, part.on), money(lang, part.amount_eur), there))
    return {
        "state": plan.state,
        "text": say(lang, f"page.link.plan.{plan.state}"),
        "interest": say(lang, f"page.link.plan.interest.{plan.interest}"),
        "parts": parts,
    }


def _invoice(one: InvoiceDue, lang: Language) -> dict[str, Any]:
    """One invoice: what is left to pay, and the code that a bank's app reads."""
    owed = one.state in ("open", "disputed") and one.open_eur > 0
    code = segno.make_qr(
        epc_lines(one.beneficiary, one.iban.replace(" ", ""), one.bic, one.open_eur, one.bare_reference), error="m"
    )
    return {
        "id": one.invoice_id,
        "title": say(lang, "page.link.invoice", number=one.number),
        "state": one.state,
        "state_text": say(lang, f"page.link.invoice.state.{one.state}"),
        "tone": {"open": "calm", "disputed": "warn", "paid": "good"}.get(one.state, ""),
        "due": say(lang, "page.link.invoice.due", on=day(lang, one.due_on)),
        "total": money(lang, one.payable_eur),
        "open": money(lang, one.open_eur) if owed else "",
        "said_paid": one.said_paid,
        "plan": _plan(one, lang),
        "beneficiary": one.beneficiary,
        "iban": one.iban,
        "reference": one.reference,
        "document": one.document,
        "code": code.svg_data_uri(scale=3, border=2) if owed else "",
    }
