"""Reminders, the formal notice, and the cover of the dossier for lawyer and bailiff."""

from documents.language import (
    TopicWords,
    day,
    enterprise_number,
    money,
    payment_reference,
    percent,
    short_day,
    spaced,
)
from documents.qr import epc_svg
from documents.sheets.base import Json, TemplateInput, client_lines, pairs, sheet
from domain.papers import ReminderPaper

TOPICS = ("common", "debt_collection")


def _body(paper: ReminderPaper, words: TopicWords) -> list[str]:
    language = paper.language
    kind = f"{paper.kind}_body"
    if paper.kind == "bailiff_dossier":
        kind = f"{kind}_{paper.route or 'amicable_bailiff'}"
    text = words.say(
        kind,
        number=paper.invoice.number,
        description=paper.invoice.description,
        issued=day(paper.invoice.issued_on, language),
        due=day(paper.invoice.due_on, language),
        balance=money(paper.invoice.balance_eur, language),
        total=money(paper.total_eur, language),
        pay_by=day(paper.pay_by, language),
        title=paper.title_number or "-",
        next=words[f"next_{paper.route or 'court'}"] if paper.kind == "formal_notice" else "",
    )
    return [part.strip() for part in text.split("\n\n")]


def _form_a(paper: ReminderPaper, words: TopicWords) -> list[list[str]]:
    """The numbered fields of form A, as far as they follow from the claim; the lawyer adds the court.

    Source: Regulation (EC) 1896/2006, art. 7 and annex I, as replaced by delegated regulation (EU) 2017/1260
    (consulted 30-11-2026: parties 01 and 02, jurisdiction 01). Where no code was read there, words stand alone.
    """
    language, entity, client = paper.language, paper.entity, paper.client
    country = client.address.country
    rates = {line.rate_percent for line in paper.interest}
    last = paper.interest[-1].rate_percent if paper.interest else None
    told = {
        "1": words["form_a_court_value"],
        "2.01": f"{entity.name} {entity.legal_form}, {enterprise_number(entity.enterprise_number)}",
        "2.02": ", ".join((client.name, *client_lines(client, language))),
        "3": words["form_a_jurisdiction_value"],
        "4": words.say("form_a_border_value", claimant="BE", defendant=country, court=country),
        "5": f"IBAN {spaced(entity.iban)}, {payment_reference(paper.invoice.payment_reference)}",
        "6": words.say(
            "form_a_principal_value",
            amount=money(paper.invoice.balance_eur, language),
            number=paper.invoice.number,
            description=paper.invoice.description,
            due=day(paper.invoice.due_on, language),
        ),
        "7": words.say(
            "form_a_interest_value",
            rates=", ".join(percent(one, language) for one in sorted(rates)) or "-",
            amount=money(paper.interest_eur, language),
            until=day(paper.printed_on, language),
            rate=percent(last, language) if last is not None else "-",
        ),
        "8": money(paper.lump_sum_eur, language) if paper.lump_sum_eur else words["form_a_none"],
        "9": money(paper.fixed_cost_eur + paper.charged_eur, language),
        "10": words["form_a_evidence_value"],
        "11": words["form_a_declaration_value"],
    }
    return [[f"{field} {words['form_a_' + field.replace('.', '_')]}", value] for field, value in told.items()]


def _mandatory_items(paper: ReminderPaper, words: TopicWords) -> list[list[str]]:
    """The four items a first reminder to a private person must state.

    Source: CDE art. XIX.2 §3, 1° to 4° (consulted 23-11-2026).
    """
    if paper.kind == "form_a":
        return _form_a(paper, words)
    if paper.kind != "first_b2c":
        return []
    language, entity = paper.language, paper.entity
    number = enterprise_number(entity.enterprise_number)
    clause = money(paper.clause_amount_eur, language) if paper.clause_amount_eur else words["item_no_clause"]
    product = words.say(
        "item_product_value",
        description=paper.invoice.description,
        due=day(paper.invoice.due_on, language),
    )
    return [
        [words["item_balance"], money(paper.invoice.balance_eur, language)],
        [words["item_clause"], clause],
        [words["item_creditor"], f"{entity.name} {entity.legal_form}, {number}"],
        [words["item_product"], product],
        [words["item_term"], words.say("item_term_value", pay_by=day(paper.pay_by, language))],
    ]


def _claim(paper: ReminderPaper, words: TopicWords) -> list[list[str]]:
    language, invoice = paper.language, paper.invoice
    interest = [
        [
            words.say(
                "claim_interest",
                **{"from": short_day(line.from_on, language)},
                until=short_day(line.until_on, language),
                days=str(line.days),
                rate=percent(line.rate_percent, language),
            ),
            money(line.amount_eur, language),
        ]
        for line in paper.interest
    ]
    paid = money(-invoice.paid_eur, language) if invoice.paid_eur else None
    fixed = money(paper.fixed_cost_eur, language) if paper.fixed_cost_eur else None
    lump = money(paper.lump_sum_eur, language) if paper.lump_sum_eur else None
    late = money(paper.late_costs_eur, language) if paper.late_costs_eur else None
    charged = money(paper.charged_eur, language) if paper.charged_eur else None
    return [
        [words["claim_total"], money(invoice.total_eur, language)],
        *pairs((words["claim_paid"], paid)),
        *interest,
        *pairs((words["claim_fixed"], fixed), (words["claim_lump"], lump), (words["claim_charged"], charged)),
        *pairs((words["claim_late_costs"], late)),
    ]


def _interest_goes_on(paper: ReminderPaper, words: TopicWords) -> str:
    if paper.interest_later:
        return words["interest_later"]
    return words["keeps_running"] if paper.interest else ""


def _payment(paper: ReminderPaper, words: TopicWords) -> Json:
    common = TopicWords("common", paper.language)
    amount, iban = money(paper.total_eur, paper.language), spaced(paper.entity.iban)
    reference = payment_reference(paper.invoice.payment_reference)
    return {
        "payable": amount,
        "iban": iban,
        "bic": paper.entity.bic,
        "reference": reference,
        "sentence": words.say("pay_direct", iban=iban, reference=reference),
        "qr_alt": common.say("qr_alt", amount=amount, iban=iban, reference=reference),
    }


@sheet.register
def _(paper: ReminderPaper) -> TemplateInput:
    language = paper.language
    words = TopicWords("debt_collection", language)
    dossier = paper.kind in ("bailiff_dossier", "form_a")
    data: Json = {
        "kind": paper.kind,
        "heading": words[f"title_{paper.kind}"],
        "number": paper.number,
        "dated": day(paper.printed_on, language),
        "to": paper.addressed_to or "",
        "client": {"name": paper.client.name, "lines": client_lines(paper.client, language)},
        "facts": pairs(
            (words["invoice"], paper.invoice.number),
            (words["issued_on"], day(paper.invoice.issued_on, language)),
            (words["due_on"], day(paper.invoice.due_on, language)),
            (words["pay_by"], None if dossier else day(paper.pay_by, language)),
            (words["district"], paper.judicial_district),
        ),
        "body": _body(paper, words),
        "items": _mandatory_items(paper, words),
        "claim": _claim(paper, words),
        "due_now": money(paper.total_eur, language),
        "calculated": words.say("calculated_on", on=day(paper.printed_on, language)),
        "runs": _interest_goes_on(paper, words),
        "annexes": [
            [str(place), annex.title, annex.detail or "", short_day(annex.on, language)]
            for place, annex in enumerate(paper.annexes, start=1)
        ],
        "payment": _payment(paper, words),
    }
    qr = "" if dossier else epc_svg(paper.entity, paper.total_eur, paper.invoice.payment_reference)
    title = f"{data['heading']} {paper.number}"
    return TemplateInput("debt_collection/reminder.typ", title, paper.entity, TOPICS, data, {"qr": qr})
