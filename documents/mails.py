"""E-mails: decent HTML with one button, and plain text that says the same."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from documents.language import TopicWords, day, enterprise_number, hour, moment, money, payment_reference, spaced
from domain.papers import (
    AgreementRequestMail,
    ClaimMail,
    ContractSignedMail,
    CrewInvitationMail,
    FormalNoticeMail,
    InstalmentsMail,
    InvoiceMail,
    Language,
    MailText,
    PrintedInstalment,
    PrintedMail,
    PrintedWorkDay,
    ToldNotToStartMail,
    WithdrawnMail,
)

FACTS: dict[str, tuple[str, ...]] = {
    "agreement_request": (
        "was_total_eur",
        "total_eur",
        "was_starts_at",
        "starts_at",
        "first_on",
        "was_place",
        "place",
        "valid_until",
    ),
    "agreement_reminder": ("total_eur", "first_on", "valid_until"),
    "agreement_thanks": ("total_eur", "first_on"),
    "amendment": (
        "job_title",
        "days_before",
        "days_after",
        "gross_before_eur",
        "gross_after_eur",
        "answer_by_at",
    ),
    "crew_invitation": ("job_title", "function", "days", "place", "gross_eur", "answer_by_at"),
    "own_contract": ("job_title", "function", "days", "place", "gross_eur", "answer_by_at"),
    "crew_signature_reminder": ("job_title", "first_start_at"),
    "contract_signed": ("first_start_at", "place", "paid_by_on", "paid_by_days"),
    "told_not_to_start": ("start_at", "adviser_phone"),
    "told_other_day": ("start_at", "signed_for", "adviser_phone"),
    "invoice": ("payable_eur", "due_on", "iban", "payment_reference"),
    "credit_note": ("credited_eur",),
    "instalments_proposed": ("parts",),
    "instalments_agreed": ("parts", "iban", "payment_reference"),
    "instalments_broken": ("parts",),
    "instalments_refused": (),
    "reminder_friendly": ("balance_eur", "due_on", "iban", "payment_reference"),
    "reminder_again": ("balance_eur", "due_on", "iban", "payment_reference"),
    "reminder_first_b2c": ("description", "balance_eur", "due_on", "pay_by", "iban", "payment_reference"),
    "late_costs": ("balance_eur", "pay_by", "iban", "payment_reference"),
    "formal_notice": ("claim_total_eur", "pay_by", "iban", "payment_reference"),
    "wages_paid": ("net_eur", "expenses_eur", "paid_on"),
    "step_needs_you": ("service", "reason", "decide_by_at"),
    "withdrawn": ("reason",),
    "job_news": (),
    "called_off": (),
    "password_link": (),
    "data_changed": ("changed", "changed_at", "used_from_at"),
    "order_moved": ("changes",),
    "move_news": ("changes",),
}
"""What each kind shows as a short list under its text; an empty or zero value is left out."""


class Fact(NamedTuple):
    """One line of the short list."""

    label: str
    value: str


_environment = Environment(
    loader=PackageLoader("documents", "templates/mail"),
    autoescape=select_autoescape(["html.j2"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_HTML = _environment.get_template("mail.html.j2")
_TEXT = _environment.get_template("mail.txt.j2")


def mail(message: PrintedMail) -> MailText:
    """The e-mail in the person's language."""
    words, common = TopicWords("mail", message.language), TopicWords("common", message.language)
    kind, values = _kind(message), _values(message, words)
    parts = {
        "language": message.language,
        "sandbox": common["sandbox"] if message.sandbox else "",
        "colon": common["colon"],
        "greeting": words.say("greeting", **values),
        "paragraphs": _paragraphs(message, kind, words, values),
        "facts": [
            Fact(words[f"fact_{name}"], values[name])
            for name in FACTS[kind]
            if values[name] and _present(message, name)
        ],
        "button": words[f"{kind}_button"] if getattr(message, "link", None) else "",
        "link": getattr(message, "link", ""),
        "same_link": words["same_link"],
        "closing": words["closing"],
        "entity_name": message.entity_name,
        "sender": words.say("sender", **values),
        "for_machines": _for_machines(message),
    }
    # A line break in a subject would be a second header.
    subject = " ".join(words.say(f"{kind}_subject", **values).split())
    return MailText(subject=subject, text=_TEXT.render(parts), html=_HTML.render(parts, subject=subject))


def _kind(message: PrintedMail) -> str:
    if isinstance(message, InvoiceMail) and message.document == "credit_note":
        return "credit_note"
    if isinstance(message, InstalmentsMail):
        return f"{message.kind}_{message.became}"
    if isinstance(message, CrewInvitationMail) and message.own:
        return "own_contract"
    if isinstance(message, ToldNotToStartMail) and message.signed_for:
        return "told_other_day"
    return message.kind


def _present(message: PrintedMail, name: str) -> bool:
    if name == "first_on" and isinstance(message, AgreementRequestMail) and message.starts_at:
        return False  # the days of a change are named one by one
    if name == "paid_by_on" and isinstance(message, ContractSignedMail) and message.paid_by_days:
        return False  # each month has a pay day of its own
    return bool(getattr(message, name, True))


def _paragraphs(message: PrintedMail, kind: str, words: TopicWords, values: dict[str, str]) -> list[str]:
    """The body, and what is said only when its figure is there."""
    body = [part.strip() for part in words[f"{kind}_body"].split("\n\n")]
    start = f"{kind}_if_"
    further = [word for word in words if word.startswith(start) and _applies(message, word.removeprefix(start))]
    return [part.format(**values) for part in (*body, *(words[word] for word in further))]


def _applies(message: PrintedMail, condition: str) -> bool:
    if condition == "nothing":
        return isinstance(message, WithdrawnMail) and not message.owed_eur
    if condition == "unsigned":
        return not _present(message, "signed")
    return _present(message, condition)


def _values(message: PrintedMail, words: TopicWords) -> dict[str, str]:
    values = {name: _in_words(value, message.language) for name, value in message}
    values["enterprise_number"] = enterprise_number(message.entity_enterprise_number)
    if isinstance(message, InvoiceMail):
        values["document"] = words[f"document_{message.document}"]
        values["credited_eur"] = values["payable_eur"] if message.payable_eur else ""
    if isinstance(message, InvoiceMail | InstalmentsMail | ClaimMail):
        values["iban"] = spaced(message.iban)
        values["payment_reference"] = payment_reference(message.payment_reference)
    if isinstance(message, FormalNoticeMail):
        values["claim_total_eur"] = values["total_eur"]
        values["next"] = TopicWords("debt_collection", message.language)[f"next_{message.route}"]
    return values


def _in_words(value: object, language: Language) -> str:
    if isinstance(value, Decimal):
        return money(value, language)
    if isinstance(value, datetime):
        return moment(value, language)
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, PrintedWorkDay):
        hours = f"{hour(value.starts, language)}–{hour(value.ends, language)}"
        return f"{day(value.on, language)} {hours}, {value.place}"
    if isinstance(value, PrintedInstalment):
        return f"{day(value.on, language)}: {money(value.amount_eur, language)}"
    if isinstance(value, tuple):
        if value and isinstance(value[0], PrintedInstalment):
            return "; ".join(_in_words(one, language) for one in value)
        if value and isinstance(value[0], PrintedWorkDay):
            return " ; ".join(_in_words(one, language) for one in value)
        return ", ".join(_in_words(one, language) for one in value)
    return "" if value is None else str(value)


def _for_machines(message: PrintedMail) -> list[str]:
    """Amount, reference, account and date in one fixed form, so that a payment program can read them too."""
    if isinstance(message, InvoiceMail) and message.document != "credit_note":
        amount, due = message.payable_eur, message.due_on
    elif isinstance(message, FormalNoticeMail):
        amount, due = message.total_eur, message.pay_by
    elif isinstance(message, ClaimMail):
        amount, due = message.balance_eur, message.pay_by
    else:
        return []
    reference = payment_reference(message.payment_reference).replace(" ", "")
    account = f"IBAN: {message.iban.replace(' ', '')}"
    return [f"Payable: {amount:.2f} EUR", reference, account, f"Due: {due.isoformat()}"]
