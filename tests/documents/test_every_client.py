"""Whatever client a quote declares possible can be invoiced: all kinds, countries and numbers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from activities.invoicing_papers import invoice_paper
from activities.letterhead import Letterhead
from documents.electronic import ubl
from documents.sheets import sheet
from domain.declaration import JobDeclaration, load_declaration
from domain.papers import InvoicePaper
from domain.people import Address, Entity, JobSummary
from domain.plan import JobPlan
from domain.planning import PlanRefs, declared_client, plan
from domain.quote import QuoteContext, quote
from domain.services.invoicing import KeptInvoice
from tests.documents.peppol import findings

ON = date(2026, 2, 2)
HEAD = Letterhead(sandbox=True, accident_insurer="-", accident_policy="-", work_regulations="-")
ENTITY = Entity(
    slug="brussels",
    name="Coop Brussel",
    legal_form="SC",
    enterprise_number="1000000021",
    address=Address(street="Rue du Lac 1", postal_code="1000", city="Bruxelles"),
    seat="brussels",
    court="Bruxelles",
    iban="BE71096123456769",
    bic="GKCCBEBB",
    email="hello@coop.example",
    invoice_prefix="BXL",
    joint_committee="200",
)
JOB_CARD = JobSummary(
    job_id="7K3QZ9A1BC", title="Concert", member_id="p-ann", member_name="Ann", client_name="Client"
)
JOB = """
title: Concert
description: Two sets of songs in the courtyard, with their own sound system
days:
  - {date: 2026-03-10, starts: 19:00, ends: 22:00, place: Namur}
  - {date: 2026-03-12, starts: 19:00, ends: 22:00, place: Namur}
price_eur: 1000.00
crew: [{item: ann, member: true, function: singer}]
"""
KINDS = ("company", "public_body", "private_person", "own_takings", "internal")
COUNTRIES = ("BE", "FR", "NL", "CH", "US", "GB")
NUMBERS: dict[str, dict[str, str]] = {
    "none": {},
    "enterprise": {"enterprise_number": "1000000021"},
    "vat": {"vat_number": "FR40303265045"},
    "vat of the Netherlands": {"vat_number": "NL123456782B90"},
    "registered": {"registration_number": "CHE-123.456.789"},
    "peppol": {"peppol_id": "0208:BE1000000021", "enterprise_number": "1000000021"},
}
ANSWERS: dict[str, dict[str, Any]] = {
    "show": {"performance_or_licence": True, "advertising": False},
    "licence": {"performance_or_licence": True, "advertising": False, "live": False},
    "ordinary": {"performance_or_licence": False},
    "exempt": {"override_percent": 0, "override_reason": "for an organiser", "override_ground": "art_44_2_8"},
    "accounted": {"override_percent": 0, "override_reason": "works on a hall", "override_ground": "construction"},
}


def declared(kind: str, country: str, numbers: str, answers: str, **more: Any) -> JobDeclaration | None:
    """A declaration as the door lets it in; None where the door refuses it."""
    client = {
        "kind": kind,
        "name": "Client (fictive)",
        "country": country,
        "email": "nora@client.example",
        "contact": "Nora Maes",
        "address": {"street": "Quai 1", "postal_code": "1000", "city": "Ville", "country": country},
        **NUMBERS[numbers],
    }
    given = load_declaration(JOB).model_dump(exclude_unset=True) | {
        "client": client,
        "vat": ANSWERS[answers],
        **more,
    }
    try:
        return JobDeclaration.model_validate(given)
    except ValueError:
        return None


def planned(declaration: JobDeclaration) -> JobPlan | None:
    """The job's orders, when the quote lets it be declared."""
    made = quote(declaration, ON)
    if made.missing or made.refusals:
        return None
    refs = PlanRefs(
        entity="brussels",
        member_id="p-ann",
        client_id="c-1",
        client_version=1,
        people={"ann": "p-ann"},
        declared_at=datetime(2026, 2, 2, 7, tzinfo=UTC),
        context=QuoteContext(),
    )
    return plan(declaration, made, refs, ON)


def papers(declaration: JobDeclaration, made: JobPlan) -> Iterator[InvoicePaper]:
    """Every document of the schedule and its credit note."""
    assert declaration.client is not None
    client = declared_client(declaration.client, "c-1", 1)
    common: dict[str, Any] = {
        "entity": HEAD.entity(ENTITY),
        "client": client,
        "card": JOB_CARD,
        "issued_on": date(2026, 3, 12),
        "sandbox": True,
    }
    for request in made.invoicing.values():
        kept = kept_as(request.kind, request.net_eur, request.vat_eur)
        taken = [kept.model_copy(update={"kind": "deposit"})] if request.prepaid_eur else []
        paper = invoice_paper(request, refers_to=taken, taken_off=[], **common)
        yield paper
        credit = request.model_copy(
            update={"kind": "credit_note", "credits": kept.number, "prepaid_eur": Decimal(0)}
        )
        yield invoice_paper(credit, refers_to=[kept], **common)


def kept_as(kind: Any, net: Decimal, vat: Decimal) -> KeptInvoice:
    """A document as the book keeps it."""
    return KeptInvoice(
        order_key="k",
        invoice_id="i",
        job_id="7K3QZ9A1BC",
        entity="brussels",
        prefix="BXL",
        kind=kind,
        client_id="c-1",
        client_version=1,
        issued_on=ON,
        due_on=ON,
        net_eur=net,
        vat_eur=vat,
        total_eur=net + vat,
        payable_eur=net + vat,
        number="BXL-2026-000001",
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("country", COUNTRIES)
def test_what_the_quote_lets_through_can_be_agreed_to_and_invoiced(kind: str, country: str) -> None:
    tried = 0
    for numbers, answers, deposit in product(NUMBERS, ANSWERS, (None, {"deposit_percent": 30})):
        declaration = declared(kind, country, numbers, answers, **({"invoicing": deposit} if deposit else {}))
        made = planned(declaration) if declaration else None
        if declaration is None or made is None:
            continue
        tried += 1
        for paper in papers(declaration, made):
            sheet(paper)
            told = [one for one in findings(ubl(paper)) if not _only_unreachable(one, paper)]
            assert told == [], (kind, country, numbers, answers, paper.kind)
    assert tried


def _only_unreachable(finding: tuple[str, str], paper: InvoicePaper) -> bool:
    """Whoever is not on Peppol has no address there: the document goes by e-mail."""
    return finding[0] in ("PEPPOL-EN16931-CL008", "PEPPOL-EN16931-R010") and paper.client.peppol_id is None


def test_an_invoice_says_the_whole_period_the_description_the_contact_and_no_day_that_has_not_come() -> None:
    declaration = declared("company", "BE", "enterprise", "show", invoicing={"deposit_percent": 30})
    assert declaration is not None
    made = planned(declaration)
    assert made is not None
    deposit, deposit_credit, balance, balance_credit = papers(declaration, made)

    assert (balance.performed_from, balance.performed_until) == (date(2026, 3, 10), date(2026, 3, 12))
    assert balance.lines[0].description == "Two sets of songs in the courtyard, with their own sound system"
    assert balance.client.contact == "Nora Maes"
    assert (deposit.performed_until, deposit_credit.performed_until) == (None, None)
    assert b"ActualDeliveryDate" not in ubl(deposit)
    assert b"ActualDeliveryDate>2026-03-12<" in ubl(balance)
    early = balance.model_copy(update={"issued_on": date(2026, 3, 11)})
    assert b"ActualDeliveryDate" not in ubl(early)
    assert "TVA à reverser à l'État".encode() in ubl(balance_credit).replace(b"&#39;", b"'")
    assert "TVA à reverser".encode() not in ubl(balance)


def test_a_credit_note_without_vat_or_for_a_private_person_carries_no_mention_of_deduction() -> None:
    for kind, country, numbers in (("private_person", "BE", "none"), ("company", "FR", "vat")):
        declaration = declared(kind, country, numbers, "ordinary")
        made = planned(declaration) if declaration else None
        assert declaration is not None
        assert made is not None
        assert [paper.note for paper in papers(declaration, made)] == [None, None]
