"""What is done about an unpaid invoice and when: dated stages by the law that fits the client.

Enterprises owe interest and forty euro without notice; consumers get a free first reminder and fourteen days
before anything is added; the simplified route by lawyer and bailiff is open between Belgian enterprises only.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final, Literal

from domain.figures import Figure, figure
from domain.message import Message
from domain.money import ZERO, Eur, cents
from domain.periods import ONE_DAY, instant, is_bank_day, next_office_day
from domain.rates import rate
from domain.rules import counsel
from domain.rules.consumer import ConsumerTerm, consumer_claim, grace_term, lump_sum
from domain.rules.interest import LateInterest, b2b_lump_sum, late_interest
from domain.rules.unpaid_invoice import InvoiceFacts as InvoiceFacts
from domain.rules.unpaid_invoice import SentStage as SentStage
from domain.rules.vat import EU
from domain.services.debt_collection import DunningStage, StageKind

Route = Literal["undisputed_debt", "amicable_bailiff", "court", "european_order", "enforcement", "insolvency"]

OFFICE_OPENS: Final = time(9)
NOT_DUE: Final = frozenset({"internal", "own_takings"})
NEEDS_A_PERSON: Final = counsel.HANDED_OVER | {"plan", "unseen_payment", "write_off"}


class DunningPolicy(Message):
    """The cooperative's own patience, in days after the stage before; the law's minimum terms come on top."""

    friendly_reminder: int = 3
    first_reminder: int = 7
    formal_notice: int = 10
    handing_over: int = 15
    second_handing_over: int = 30
    write_off: int = 120


HOUSE_POLICY: Final = DunningPolicy()


class PlannedStage(DunningStage):
    """A stage with its day, its route, and whether a person decides first."""

    on: date
    route: Route | None = None
    source: str
    needs_person: bool = False


class LawfulClaim(Message):
    """What may lawfully be asked on a day."""

    on: date
    principal_eur: Eur
    figures: tuple[Figure, ...] = ()
    """Interest and costs; outside VAT (art. 28, 3° CTVA), asked by debit note."""
    interest: LateInterest | None = None
    """The lines the interest is made of, as a letter prints them."""

    def amount_of(self, key: str) -> Decimal:
        """One figure of the claim, zero when there is none: `late_interest`, `lump_sum`."""
        return sum((line.amount_eur for line in self.figures if line.key == key), ZERO)

    @property
    def costs_eur(self) -> Decimal:
        """Interest and costs together."""
        return sum((line.amount_eur for line in self.figures), ZERO)

    @property
    def total_eur(self) -> Decimal:
        """Everything together."""
        return self.principal_eur + self.costs_eur


def plan(invoice: InvoiceFacts, on: date, policy: DunningPolicy = HOUSE_POLICY) -> list[PlannedStage]:
    """The stages still to come, each on a day when people are at their desks and the bank has told of the days
    before, and never in the past.

    Nothing when it is paid, disputed, or needs no payment; not before an agreed instalment plan is over.
    """
    if invoice.client_kind in NOT_DUE or invoice.disputed or invoice.open_on(on) <= 0:
        return []
    earliest = max(on, invoice.instalments_until + timedelta(days=1)) if invoice.instalments_until else on
    planned: list[PlannedStage] = []
    before = max([invoice.due_on, *(one.on for one in invoice.done if one.kind in counsel.ON_ANSWER)])
    answered = counsel.asked_by_answer(invoice)
    for kind, days, route in _steps(invoice, policy, answered):
        if over := invoice.over(kind):
            before = max(before, over.on)  # an answer may have come before a stage of the ladder
            continue
        if answered and not planned:
            before = answered.on
        elif counsel.waits_for_answer(invoice, kind):
            before, days = max(before, counsel.last_heard_on(invoice)), policy.write_off
        day = _next_informed_day(max(before + timedelta(days=days), earliest, _lawful_from(invoice, kind, before)))
        by_answer = answered is not None and not planned
        planned.append(_stage(kind, day, route, invoice).model_copy(update={"on_answer": by_answer}))
        before = day
    return planned


def _next_informed_day(on: date) -> date:
    """The day itself or the next one on which people work and the statement of the days before has come: on Good
    Friday offices are open and banks are not, and who paid on Thursday is not reminded."""
    day = next_office_day(on)
    while not is_bank_day(day):
        day = next_office_day(day + ONE_DAY)
    return day


def next_stage(invoice: InvoiceFacts, on: date, policy: DunningPolicy = HOUSE_POLICY) -> PlannedStage | None:
    """The stage that comes next, or None when there is nothing more to do."""
    return next(iter(plan(invoice, on, policy)), None)


def _steps(
    invoice: InvoiceFacts, policy: DunningPolicy, answered: counsel.Asked | None
) -> Iterator[tuple[StageKind, int, Route | None]]:
    """Each stage, its days after the one before, and its route; an answer of an office says what is next."""
    ladder = [*_ladder(invoice, policy)]
    if answered is None:
        yield from ladder
        return
    routes = {kind: route for kind, _, route in ladder}
    yield answered.kind, answered.days, routes.get(answered.kind) or _ANSWERED.get(answered.kind)
    if answered.kind != "write_off":
        yield ladder[-1]


def _ladder(invoice: InvoiceFacts, policy: DunningPolicy) -> Iterator[tuple[StageKind, int, Route | None]]:
    """The stages of this kind of client while no answer says otherwise."""
    if counsel.insolvent(invoice):
        yield "write_off", policy.write_off, None
        return
    yield "friendly_reminder", policy.friendly_reminder, None
    yield "first_reminder", policy.first_reminder, None
    yield "formal_notice", policy.formal_notice, None
    if invoice.consumer and invoice.client_country == "BE":
        yield "bailiff", policy.handing_over, "amicable_bailiff"
        yield "lawyer", policy.second_handing_over, "court"
    elif undisputed_debt_route(invoice):
        yield "lawyer", policy.handing_over, "undisputed_debt"
        yield "bailiff", policy.handing_over, "undisputed_debt"
    else:
        abroad = invoice.client_country != "BE" and invoice.client_country in EU - {"DK"}
        yield "lawyer", policy.handing_over, "european_order" if abroad else "court"
    yield "write_off", policy.write_off, None


def route_of(invoice: InvoiceFacts, kind: StageKind) -> Route:
    """By which route a stage goes, or went; a court is open to everybody."""
    ways = {one: route for one, _, route in _ladder(invoice, HOUSE_POLICY)}
    return ways.get(kind) or _ANSWERED.get(kind) or "court"


def undisputed_debt_route(invoice: InvoiceFacts) -> bool:
    """Whether lawyer and bailiff may recover the debt without a judge.

    Creditor and debtor entered in the register of enterprises, an undisputed sum from professional activity, no
    public authority. Source: Jud. Code art. 1394/20 (law of 19 October 2015).
    """
    return (
        invoice.client_kind == "company"
        and invoice.client_country == "BE"
        and invoice.enterprise_known
        and not invoice.disputed
        and not counsel.contested(invoice)
    )


def _lawful_from(invoice: InvoiceFacts, kind: StageKind, before: date) -> date:
    """For a consumer nothing follows the first reminder before its fourteen days are over."""
    if not invoice.consumer or kind in ("friendly_reminder", "first_reminder"):
        return before
    term = reminder_term(invoice)
    if term is None and kind == "formal_notice":
        term = grace_term(before, "post")  # planned, not sent yet: the slower channel
    return term.applicable_on if term else before


def reminder_term(invoice: InvoiceFacts) -> ConsumerTerm | None:
    """The fourteen days of the first reminder that was sent, for a consumer."""
    first = invoice.sent("first_reminder")
    return grace_term(first.on, first.channel) if first and invoice.consumer else None


_ANSWERED: Final[dict[StageKind, Route]] = {
    "court": "court",
    "seizure": "enforcement",
    "insolvency": "insolvency",
}
_SOURCES: Final[dict[Route, str]] = {
    "undisputed_debt": "Jud. Code art. 1394/20-27: undisputed debts between enterprises, at a lawyer's request",
    "amicable_bailiff": "CDE/WER Book XIX: amicable recovery, nothing charged beyond art. XIX.4",
    "court": "Judicial Code: claim before the competent court",
    "european_order": "Regulation (EC) 1896/2006: European order for payment",
    "enforcement": "Judicial Code: seizure needs an enforceable title",
    "insolvency": "CDE/WER Book XX (insolvency): the claim is filed, and nothing else is collected",
}


def _stage(kind: StageKind, on: date, route: Route | None, invoice: InvoiceFacts) -> PlannedStage:
    source = _SOURCES[route] if route else _letter_source(kind, invoice)
    return PlannedStage(
        kind=kind,
        at=instant(on, OFFICE_OPENS),
        basis=source,
        on=on,
        route=route,
        source=source,
        needs_person=kind in NEEDS_A_PERSON,
    )


def _letter_source(kind: StageKind, invoice: InvoiceFacts) -> str:
    if kind == "friendly_reminder":
        return "courtesy of the cooperative: nothing is claimed"
    if kind == "write_off":
        return "decision of the cooperative, by two persons: the loss goes to a named bearer"
    if kind in ("plan", "unseen_payment"):
        return "an answer of the lawyer or the bailiff"
    if not invoice.consumer:
        return "law of 2 August 2002, art. 5 and 6: interest and 40 EUR are due without notice"
    if kind == "first_reminder":
        return "CDE/WER art. XIX.2: free first reminder, fourteen days before any cost"
    return "CDE/WER art. XIX.4: what the accepted terms allow, once the fourteen days are over"


def claim(invoice: InvoiceFacts, on: date) -> LawfulClaim:
    """What may lawfully be asked on a day; raises RateNotKnownYet rather than guess a rate."""
    owed = max(invoice.open_on(on), ZERO)
    if invoice.compensation:
        return LawfulClaim(on=on, principal_eur=owed)
    if invoice.interest_stops_on is not None and invoice.interest_stops_on < on:
        counted = claim(invoice, invoice.interest_stops_on)
        return counted.model_copy(update={"on": on, "principal_eur": owed})
    if invoice.consumer:
        return _consumer_claim(invoice, on)
    late = late_interest(invoice.principal_eur, invoice.due_on, on, payments=invoice.payments)
    lump = b2b_lump_sum(invoice.due_on, on) if late.days else None
    lines = [late.figure()] if late.amount_eur else []
    return LawfulClaim(on=on, principal_eur=owed, figures=(*lines, *([lump] if lump else [])), interest=late)


def claim_without_interest(invoice: InvoiceFacts, on: date) -> LawfulClaim:
    """What may be asked while nobody has published the rate of these days: principal and costs, interest later."""
    owed = max(invoice.open_on(on), ZERO)
    if invoice.compensation:
        return LawfulClaim(on=on, principal_eur=owed)
    lump = b2b_lump_sum(invoice.due_on, on)
    if invoice.consumer:
        term = reminder_term(invoice)
        owes = term is not None and on >= term.applicable_on and invoice.terms.lump_sum_clause
        lump = lump_sum(owed, on) if owes else None
    return LawfulClaim(on=on, principal_eur=owed, figures=(lump,) if lump else ())


def _consumer_claim(invoice: InvoiceFacts, on: date) -> LawfulClaim:
    made = consumer_claim(
        invoice.principal_eur, reminder_term(invoice), invoice.terms, on, payments=invoice.payments
    )
    interest = [made.interest.figure()] if made.interest and made.interest.amount_eur else []
    lump = [made.lump_sum] if made.lump_sum else []
    figures = (*interest, *lump)
    return LawfulClaim(on=on, principal_eur=made.principal_eur, figures=figures, interest=made.interest)


def undisputed_debt_costs(principal: Decimal, interest: Decimal, clause: Decimal, on: date) -> list[Figure]:
    """Interest and clause as the bailiff's route allows them: together a tenth of the principal at most.

    Interest is kept first. The forty euro count beside them as an increase by law (an interpretation).
    Source: Jud. Code art. 1394/20.
    """
    row = rate("bailiff_cap", on)
    cap = cents(principal * row.fraction)
    kept = min(interest, cap)
    why = "at most {percent} % of {principal} together with the clause"
    places = {"percent": row.value, "principal": principal}
    return [
        figure("late_interest", "Late interest", kept, why, row, **places),
        figure("clause", "Agreed compensation", min(clause, cap - kept), why, row, **places),
    ]
