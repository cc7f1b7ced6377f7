"""The invoice and its kin on paper."""

from documents.language import (
    TopicWords,
    day,
    money,
    payment_reference,
    spaced,
    span,
)
from documents.qr import epc_svg
from documents.sheets.base import Json, TemplateInput, client_lines, pairs, sheet
from documents.sheets.late_terms import penalty_clause
from documents.sheets.pricing import priced
from domain.papers import InvoicePaper

TOPICS = ("common", "pricing", "invoicing")


def _facts(paper: InvoicePaper, words: TopicWords) -> list[list[str]]:
    language = paper.language
    refers = ", ".join(
        words.say("reference_of", number=ref.number, on=day(ref.issued_on, language)) for ref in paper.refers_to
    )
    return pairs(
        (words["issued_on"], day(paper.issued_on, language)),
        (words["due_on"], None if paper.kind == "credit_note" else day(paper.due_on, language)),
        (words["performed"], _performed(paper)),
        (words["refers_to"], refers),
        (words["purchase_order"], paper.purchase_order),
        (words["client_reference"], paper.client_reference),
        (words["job_reference"], paper.job_reference),
    )


def _performed(paper: InvoicePaper) -> str | None:
    if paper.performed_from is None or paper.performed_until is None:
        return None
    return span(paper.performed_from, paper.performed_until, paper.language)


def late_terms(paper: InvoicePaper) -> list[str]:
    """What happens when payment is late, by the kind of client; a compensation is no price that bears it.

    Source: law of 2 August 2002 art. 5 and 6; CDE art. XIX.2 and XIX.4 (consulted 23-11-2026).
    """
    words = TopicWords("invoicing", paper.language)
    if paper.kind in ("credit_note", "debit_note"):
        return []
    if paper.client.kind != "private_person":
        return [words["late_company"]]
    return [words["late_person"], *penalty_clause(paper, paper.issued_on)]


def payment_sentence(paper: InvoicePaper) -> str:
    """How and until when to pay, in one sentence."""
    words = TopicWords("invoicing", paper.language)
    if paper.kind == "credit_note":
        return words["credit_sentence"]
    if paper.payable_eur <= 0:
        return words["paid_sentence"]
    return words.say(
        "pay_sentence",
        due=day(paper.due_on, paper.language),
        iban=spaced(paper.entity.iban),
        name=paper.entity.name,
        reference=payment_reference(paper.payment_reference),
    )


def _qr(paper: InvoicePaper) -> str:
    if paper.kind == "credit_note" or paper.payable_eur <= 0:
        return ""
    return epc_svg(paper.entity, paper.payable_eur, paper.payment_reference)


def _payment(paper: InvoicePaper) -> Json:
    common = TopicWords("common", paper.language)
    amount, iban = money(paper.payable_eur, paper.language), spaced(paper.entity.iban)
    reference = payment_reference(paper.payment_reference)
    return {
        "payable": amount,
        "paid": money(-paper.paid_so_far_eur, paper.language) if paper.paid_so_far_eur else "",
        "iban": iban,
        "bic": paper.entity.bic,
        "reference": reference,
        "sentence": payment_sentence(paper),
        "qr_alt": common.say("qr_alt", amount=amount, iban=iban, reference=reference),
    }


@sheet.register
def _(paper: InvoicePaper) -> TemplateInput:
    words = TopicWords("invoicing", paper.language)
    deposit_note = [words.say("deposit_note", title=paper.title)] if paper.kind == "deposit" else []
    data: Json = {
        **priced(paper),
        "kind": paper.kind,
        "number": paper.number,
        "job_title": paper.title,
        "client": {"name": paper.client.name, "lines": client_lines(paper.client, paper.language)},
        "facts": _facts(paper, words),
        "payment": _payment(paper),
        "due": day(paper.due_on, paper.language),
        "notes": [*deposit_note, *([paper.note] if paper.note else [])],
        "late": late_terms(paper),
    }
    title = f"{words[f'title_{paper.kind}']} {paper.number}"
    return TemplateInput("invoicing/invoice.typ", title, paper.entity, TOPICS, data, {"qr": _qr(paper)})
