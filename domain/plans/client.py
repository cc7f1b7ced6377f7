"""The orders around the client: the question to agree, what the fund lays out meanwhile, the invoices."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from typing import Final

from domain.money import CENT, ZERO, cents
from domain.parties import DeclaredClient
from domain.people import Language
from domain.periods import day_in_brussels, last_day_on
from domain.plan import Uninvoiced
from domain.plans.context import AGREEMENT_REMINDERS, PlanContext
from domain.quoting.models import ClientSide
from domain.rules.cancellation import Withdrawal, withdrawal_right
from domain.rules.price import fee
from domain.services.agreement import AgreementRequest, LateTerms
from domain.services.invoicing import DocumentKind, InvoiceLine, InvoiceRequest
from domain.services.prefinancing import PrefinancingRequest
from domain.wishes import InvoicingWish, PrefinancingWish

DEPOSIT: Final[dict[Language, str]] = {
    "fr": "Acompte de {percent} % : {title}",
    "nl": "Voorschot van {percent} %: {title}",
    "en": "Deposit of {percent} %: {title}",
}
ON_TOP: Final[dict[Language, str]] = {
    "fr": "Frais à charge du client",
    "nl": "Kosten ten laste van de klant",
    "en": "Costs borne by the client",
}
PAY_IN_WITHIN: Final = timedelta(days=21)
"""House rule: how long after the last day a member has to pay own takings in."""
WHOLE_EURO: Final = Decimal(1)
EVERYTHING: Final = 100
"""Percent."""


def _client(desk: PlanContext) -> DeclaredClient:
    return desk.declaration.client or DeclaredClient(kind="own_takings")


def _side(desk: PlanContext) -> ClientSide:
    assert desk.quote.client is not None, "a job without a price is never planned"
    return desk.quote.client


def is_asked(desk: PlanContext) -> bool:
    """Whether the client is asked to agree before Go."""
    wish = desk.declaration.agreement
    if _client(desk).kind in ("own_takings", "internal"):
        return False
    return wish is None or (wish.taken and wish.how != "later")


def agreement(desk: PlanContext) -> AgreementRequest | None:
    """The question to the client; none when the yes comes later with a reason."""
    if not is_asked(desk):
        return None
    wish, side = desk.declaration.agreement, _side(desk)
    return AgreementRequest(
        client_id=desk.refs.client_id,
        client_version=desk.refs.client_version,
        price_ex_vat_eur=side.net.amount_eur,
        vat_eur=side.vat.amount_eur,
        total_eur=side.total.amount_eur,
        starts_at=desk.first_start_at,
        answer_by=desk.agree_by,
        remind_at=desk.still_ahead(*(desk.agree_by - before for before in AGREEMENT_REMINDERS)),
        language=_client(desk).language,
        cancellation_terms=_client(desk).cancellation_terms,
        evidence_document=wish.evidence_document if wish else None,
        terms=_terms(desk),
        withdrawal=_withdrawal(desk),
        late_terms=_late_terms(desk),
    )


def _late_terms(desk: PlanContext) -> LateTerms | None:
    """The penalty clause that a private client reads and accepts; a company owes what the law says."""
    terms = desk.refs.late_terms
    return terms if terms and terms.asks and _client(desk).kind == "private_person" else None


def _withdrawal(desk: PlanContext) -> Withdrawal | None:
    """What a private client is told of the right to step back: a live show is leisure on an agreed date."""
    if _client(desk).kind != "private_person":
        return None
    vat = desk.declaration.vat
    return withdrawal_right(leisure_on_fixed_date=bool(vat.performance_or_licence) and vat.live)


def _terms(desk: PlanContext) -> str:
    """What is delivered, when and where, as one fingerprint: two orders with the same are the same to a client."""
    said = desk.declaration
    days = sorted(f"{day.date} {day.starts} {day.ends} {day.place}" for day in said.days)
    return sha256("\n".join([said.title or "", said.description or "", *days]).encode()).hexdigest()[:16]


def prefinancing(desk: PlanContext) -> PrefinancingRequest:
    """What the fund reserves: services at their ceilings with the expenses, pay, and VAT."""
    wish = desk.declaration.prefinancing or PrefinancingWish()
    quote, side = desk.quote, _side(desk)
    services = sum((line.ceiling.amount_eur for line in quote.services if line.on_the_job), ZERO)
    if quote.expenses_borne_by in ("job", "client"):
        services += quote.expenses_total.amount_eur
    return PrefinancingRequest(
        member_id=desk.refs.member_id,
        client_id=desk.refs.client_id,
        choice=wish.mode,
        services_eur=services,
        wages_eur=sum((pay.cost.amount_eur for pay in quote.people), ZERO),
        vat_eur=side.vat.amount_eur if side.invoiced else ZERO,
        cap_eur=wish.cap_eur,
        recovered_from="subsidy" if wish.subsidy else "client",
        subsidy_document=wish.subsidy.document if wish.subsidy else None,
    )


def uninvoiced(desk: PlanContext) -> Uninvoiced | None:
    """What comes in without an invoice, with the part of the quoted fee that the invoices do not carry."""
    side, subsidy = _side(desk), desk.quote.subsidy.amount_eur
    takings = ZERO if side.invoiced else side.total.amount_eur
    if not subsidy + takings or _client(desk).kind == "internal":
        return None
    assert desk.quote.fee is not None, "a job without a fee line is never planned"
    carried = fee(side.net.amount_eur, desk.sheet.last_day_on).amount_eur if side.invoiced else ZERO
    return Uninvoiced(
        expected_eur=subsidy + takings,
        fee_eur=max(desk.quote.fee.amount_eur - carried, ZERO),
        vat_eur=ZERO if side.invoiced else side.vat.amount_eur,
        paid_in_by=desk.sheet.last_day_on + PAY_IN_WITHIN if takings else None,
    )


def invoices(desk: PlanContext) -> dict[str, InvoiceRequest]:
    """The documents of the invoice schedule: one invoice, or a deposit and a balance; what is nothing is none."""
    if not _side(desk).invoiced:
        return {}
    wish = desk.declaration.invoicing or InvoicingWish()
    issue_on = wish.balance_on or last_day_on(list(desk.sheet.days))
    if not _side(desk).total.amount_eur:
        return {}
    deposit = _deposit(desk, wish)
    if deposit is None:
        return {"invoice": _document(desk, "invoice", issue_on, _lines(desk))}
    if deposit.last:
        return {"deposit": deposit}
    balance = _document(desk, "balance", issue_on, _lines(desk), prepaid=deposit.total_eur)
    return {"deposit": deposit, "balance": balance}


def deposit_eur(net: Decimal, percent: int) -> Decimal:
    """The deposit ex VAT in whole euros, never above the price; all of it is the price to the cent.

    A whole number of euros has a VAT of whole cents at each rate, so that the VAT of deposit and balance adds up
    to the VAT of the whole price. Source: EN 16931 BR-CO-17 (VAT is rounded once per document and rate).
    """
    if percent == EVERYTHING:
        return net
    return min((net * percent / 100).quantize(WHOLE_EURO, ROUND_HALF_UP).quantize(CENT), net)


def _deposit(desk: PlanContext, wish: InvoicingWish) -> InvoiceRequest | None:
    if wish.deposit_percent is None:
        return None
    net = deposit_eur(_side(desk).net.amount_eur, wish.deposit_percent)
    if not net:
        return None
    label = DEPOSIT[_client(desk).language].format(percent=wish.deposit_percent, title=desk.declaration.title)
    line = InvoiceLine(label=label, unit_price_eur=net, net_eur=net)
    return _document(desk, "deposit", wish.deposit_on or _day_of_deposit(desk), (line,))


def _day_of_deposit(desk: PlanContext) -> date:
    """The day after the client must have agreed, but before the job begins."""
    eve = day_in_brussels(desk.first_start_at) - timedelta(days=1)
    return min(day_in_brussels(desk.agree_by) + timedelta(days=1), max(eve, desk.sheet.on))


def _lines(desk: PlanContext) -> tuple[InvoiceLine, ...]:
    """The price of the job, and what the client bears on top."""
    side, client = _side(desk), _client(desk)
    on_top = side.on_top.amount_eur
    price = side.net.amount_eur - on_top
    own = InvoiceLine(
        label=desk.declaration.title or "",
        description=desk.declaration.description,
        unit_price_eur=price,
        net_eur=price,
    )
    if not on_top:
        return (own,)
    return own, InvoiceLine(label=ON_TOP[client.language], unit_price_eur=on_top, net_eur=on_top)


def _document(
    desk: PlanContext,
    kind: DocumentKind,
    issue_on: date,
    lines: tuple[InvoiceLine, ...],
    *,
    prepaid: Decimal = ZERO,
) -> InvoiceRequest:
    """One document with its VAT rounded once; the deposit already invoiced is taken off when it is printed.

    Source: EN 16931 BR-CO-17; the VAT of the whole price is the quote's.
    """
    side, client = _side(desk), _client(desk)
    net = sum((line.net_eur for line in lines), ZERO)
    whole = net == side.net.amount_eur
    vat = side.vat.amount_eur if whole else cents(net * side.vat_percent / 100)
    collecting = desk.declaration.debt_collection
    days = client.payment_days if client.payment_days is not None else desk.refs.context.entity.payment_days
    return InvoiceRequest(
        kind=kind,
        client_id=desk.refs.client_id,
        client_version=desk.refs.client_version,
        issue_on=issue_on,
        due_on=issue_on + timedelta(days=days),
        delivered_on=last_day_on(list(desk.sheet.days)),
        performed_from=min(day.date for day in desk.sheet.days),
        lines=lines,
        vat_category=side.vat_category,
        vat_rate_percent=side.vat_percent,
        vat_mention=side.mention,
        net_eur=net,
        vat_eur=vat,
        total_eur=net + vat,
        prepaid_eur=prepaid,
        purchase_order=client.purchase_order,
        language=client.language,
        collect=collecting is None or collecting.taken,
        vat_included=whole and desk.declaration.price_includes_vat,
        last=whole,
    )
