"""The invoices of drawn declarations under the official rules: `python -m tests.documents.drawn_invoices --n 300`.

Every document of every schedule, its credit note, and the fee of a client who cancels, as a compensation and as a
price. Beside the rules, which forgive almost a euro of VAT per rate, each amount is added up anew to the cent.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from lxml import etree

from activities.cancellation_fee import as_decided
from activities.invoicing_papers import invoice_paper, totals_checked
from allin.lives import Life, draw
from documents.electronic import ubl
from domain.declaration import JobDeclaration
from domain.job import JobFile, StepState
from domain.papers import InvoicePaper
from domain.people import Client
from domain.plan import JobPlan
from domain.planning import PlanRefs, declared_client, plan
from domain.plans.cancellation import fee_request
from domain.quote import QuoteContext, quote
from domain.rates import RateNotKnownYet
from domain.services.invoicing import ClaimedAs, InvoiceRequest
from tests.documents.peppol import findings
from tests.documents.test_every_client import ENTITY, HEAD, JOB_CARD, kept_as

CENT = Decimal("0.01")
NOT_ON_PEPPOL = frozenset({"PEPPOL-EN16931-CL008", "PEPPOL-EN16931-R010"})
"""Whoever is not on Peppol has no address there: the document goes by e-mail."""
RESULT = Path("docs/drawn-invoices.json")


@dataclass
class Looked:
    """What was looked at, and what was found."""

    lives: int = 0
    declarable: int = 0
    documents: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)


def looked_at(seed: int, numbers: range) -> Looked:
    """Draw these lives and look at every invoice a declarable one leads to."""
    found = Looked()
    for n in numbers:
        found.lives += 1
        life = draw(seed, n)
        declaration = JobDeclaration.model_validate_json(json.dumps(life.declaration))
        made = planned(life, declaration)
        if made is None:
            continue
        found.declarable += 1
        for what, paper in papers(life, declaration, made):
            _look(found, f"{seed}-{n} {what}", what, paper)
    return found


def planned(life: Life, declaration: JobDeclaration) -> JobPlan | None:
    """The job's orders, when the quote lets it be declared."""
    try:
        made = quote(declaration, life.begins_on)
    except RateNotKnownYet:
        return None
    if made.missing or made.refusals or declaration.client is None:
        return None
    refs = PlanRefs(
        entity="brussels",
        member_id="p-member",
        client_id="c-1",
        client_version=1,
        people={one.item: f"p-{one.item}" for one in declaration.crew},
        declared_at=datetime.combine(life.begins_on, time(7), UTC),
        context=QuoteContext(),
    )
    return plan(declaration, made, refs, life.begins_on)


def papers(life: Life, declaration: JobDeclaration, made: JobPlan) -> Iterator[tuple[str, InvoicePaper]]:
    """Every document the job can lead to, with what it is."""
    assert declaration.client is not None
    client = declared_client(declaration.client, "c-1", 1)
    deposits = [
        kept_as("deposit", one.net_eur, one.vat_eur) for one in made.invoicing.values() if one.kind == "deposit"
    ]
    for request in made.invoicing.values():
        totals_checked(request)
        taken = deposits if request.prepaid_eur else []
        document = _paper(request, client, life.begins_on, taken_off=taken, refers_to=taken)
        yield request.kind, document
        kept = kept_as(request.kind, document.net_eur, document.vat_eur)
        credit = request.model_copy(update={"kind": "credit_note", "credits": kept.number})
        yield "credit_note", _paper(credit, client, life.begins_on, taken_off=taken, refers_to=[kept])
    yield from _fees(life, made, client)


def _fees(life: Life, made: JobPlan, client: Client) -> Iterator[tuple[str, InvoicePaper]]:
    """What the client owes who cancels on the day before, ten days and twenty days before the start."""
    if made.agreement is None:
        return
    agreed = StepState(service="agreement", state="done", booking={"accepted_at": "2020-01-01T00:00:00Z"})
    file = JobFile(job_id="7K3QZ9A1BC", steps={"agreement": agreed})
    for days in (1, 10, 20):
        asked = fee_request(made, file, made.first_start_at.date() - timedelta(days=days))
        if asked is None:
            continue
        ways: tuple[ClaimedAs, ...] = ("compensation", "price")
        for way in ways:
            fee = as_decided(asked.model_copy(update={"claimed_as": way}), [])
            totals_checked(fee)
            yield f"fee_{way}", _paper(fee, client, asked.issue_on)


def _paper(request: InvoiceRequest, client: Client, on: date, **more: object) -> InvoicePaper:
    return invoice_paper(
        request,
        entity=HEAD.entity(ENTITY),
        client=client,
        card=JOB_CARD,
        issued_on=max(request.issue_on, on),
        sandbox=True,
        **{"refers_to": (), **more},  # type: ignore[arg-type]  # the same names
    )


def _look(found: Looked, where: str, what: str, paper: InvoicePaper) -> None:
    xml = ubl(paper)
    found.documents[what] += 1
    unreached = paper.client.peppol_id is None
    told = [f"{rule} {flag}" for rule, flag in findings(xml) if not (unreached and rule in NOT_ON_PEPPOL)]
    root = etree.fromstring(xml)
    told += list(_wrong_cents(root, paper))
    for row in root.iterfind(".//{*}TaxSubtotal/{*}TaxCategory"):
        found.categories[f"{row.findtext('{*}ID')} {row.findtext('{*}Percent') or '-'}"] += 1
    found.findings += [f"{where}: {one}" for one in told]


def _wrong_cents(root: "etree._Element", paper: InvoicePaper) -> Iterator[str]:
    """The sums of the electronic document, added up anew from its lines; the agreed total is met to the cent."""
    net = sum((_amount(line, "{*}LineExtensionAmount") for line in _lines(root)), Decimal(0))
    vat, payable = Decimal(0), _amount(root, "{*}LegalMonetaryTotal/{*}PayableAmount")
    for row in root.iterfind("{*}TaxTotal/{*}TaxSubtotal"):
        base, rate = _amount(row, "{*}TaxableAmount"), Decimal(row.findtext("{*}TaxCategory/{*}Percent") or 0)
        own = _amount(row, "{*}TaxAmount")
        vat += own
        if abs(own - (base * rate / 100).quantize(CENT, ROUND_HALF_UP)) > 2 * CENT:
            yield f"VAT {own} of {base} at {rate} %"
    if (net, vat) != (
        _amount(root, "{*}LegalMonetaryTotal/{*}TaxExclusiveAmount"),
        _amount(root, "{*}TaxTotal/{*}TaxAmount"),
    ):
        yield f"sums {net} and {vat}"
    agreed = paper.agreed_total_eur
    if net + vat != payable or (agreed is not None and payable != agreed):
        yield f"payable {payable}, agreed {agreed}, added up {net + vat}"


def _lines(root: "etree._Element") -> Iterator["etree._Element"]:
    yield from root.iterfind("{*}InvoiceLine")
    yield from root.iterfind("{*}CreditNoteLine")


def _amount(element: "etree._Element", path: str) -> Decimal:
    return Decimal(element.findtext(path) or "0")


def main(arguments: list[str]) -> int:
    """Look, print what was looked at, keep it; 1 when anything was found."""
    asked = argparse.ArgumentParser(prog="drawn_invoices")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--n", type=int, default=300)
    given = asked.parse_args(arguments)
    found = looked_at(given.seed, range(given.n))
    told = {
        "seed": given.seed,
        "drawn": found.lives,
        "declarable": found.declarable,
        "documents": dict(sorted(found.documents.items())),
        "vat": dict(sorted(found.categories.items())),
        "findings": found.findings[:50],
    }
    text = json.dumps(told, indent=1, ensure_ascii=False)
    RESULT.write_text(text + "\n")
    sys.stdout.write(text + "\n")
    return 1 if found.findings else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
