"""What the declaration answers to the questions that decide the VAT."""

from collections.abc import Mapping
from typing import Final

from domain.declaration import VatQuestions
from domain.quoting.sheet import QuoteInput
from domain.rules.vat import VatOverride, VatQuestion
from domain.services.invoicing import VatCategory

CATEGORIES: Final[Mapping[str, VatCategory]] = {
    "reverse_charge": "AE",
    "construction": "AE",
    "not_due": "G",
    "not_due_licence": "G",
}
"""The category of a rate of 0 by its ground; exemptions are E. Source: EN 16931, code list UNCL 5305."""


def vat_question(sheet: QuoteInput) -> VatQuestion:
    """What decides the VAT; what is not answered yet counts as no."""
    client, answers = sheet.declaration.client, sheet.declaration.vat
    return VatQuestion(
        on=sheet.last_day_on,
        client_kind=client.kind if client else "company",
        client_country=client.country if client else "BE",
        client_vat_number=bool(client and client.vat_number),
        client_identified=client is None or bool(client.vat_number) or client.vat_identified is not False,
        client_registered=bool(client and client.registration_number),
        performance_or_licence=bool(answers.performance_or_licence),
        advertising=bool(answers.advertising),
        live=answers.live,
        nature=answers.nature,
        virtual=bool(answers.virtual),
        performed_in=sheet.abroad[0] if sheet.abroad else "BE",
        override=_override(answers),
    )


def _override(answers: VatQuestions) -> VatOverride | None:
    percent, reason = answers.override_percent, answers.override_reason
    if percent is None or reason is None:
        return None
    if percent:
        return VatOverride(category="S", percent=percent, reason=reason)
    ground = answers.override_ground
    category = CATEGORIES.get(ground or "", "E")
    return VatOverride(category=category, percent=percent, reason=reason, mention=ground)
