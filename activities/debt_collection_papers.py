"""The letters and mails about an unpaid invoice, and what lawyer and bailiff are told."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from activities.letterhead import Letterhead, client_party
from domain.collection_state import KeptCollection
from domain.money import ZERO, share
from domain.papers import (
    Annex,
    ClaimedInvoice,
    ClaimMail,
    FormalNoticeMail,
    LateCostsMail,
    PrintedInterestLine,
    ReminderAgainMail,
    ReminderFirstB2cMail,
    ReminderFriendlyMail,
    ReminderKind,
    ReminderPaper,
)
from domain.papers import Language as PrintedLanguage
from domain.people import Address, Client, Entity, JobSummary
from domain.rates import RateNotKnownYet
from domain.rules import consumer, debt_collection
from domain.rules.consumer import Channel
from domain.rules.debt_collection import InvoiceFacts, LawfulClaim, Route, SentStage
from domain.rules.instalments import PlanStanding, standing_of
from domain.services.debt_collection import OFFICES, ClientNotReachable, Dossier, StageKind
from domain.services.invoicing import KeptInvoice

NUMBERS: dict[StageKind, str] = {
    "friendly_reminder": "R1",
    "first_reminder": "R2",
    "formal_notice": "R3",
    "lawyer": "L",
    "bailiff": "B",
    "court": "C",
    "seizure": "S",
    "insolvency": "I",
    "late_costs": "K",
}
"""What is added to the invoice's number to name a letter about it."""
LATE_COSTS_TERM = timedelta(days=30)
"""House rule: so long the client has for interest and costs that are asked by themselves."""
ADDRESSED: dict[str, dict[PrintedLanguage, str]] = {
    "lawyer": {"fr": "Notre avocat", "nl": "Onze advocaat", "en": "Our lawyer"},
    "bailiff": {"fr": "L'huissier de justice", "nl": "De gerechtsdeurwaarder", "en": "The bailiff"},
}


@dataclass(frozen=True)
class Position:
    """One unpaid invoice on a day: what is owed, by whom, and what was done about it."""

    invoice: KeptInvoice
    collection: KeptCollection
    client: Client
    entity: Entity
    card: JobSummary
    facts: InvoiceFacts
    language: PrintedLanguage
    on: date
    late_paid_eur: Decimal = ZERO
    """What came in above the principal."""

    @property
    def late_eur(self) -> Decimal:
        """Interest and costs as they were asked: who pays what a letter says owes nothing more."""
        return self.collection.asked_costs_eur + self.collection.charged_eur

    @property
    def late_left_eur(self) -> Decimal:
        """What of them is not paid; so little that nobody asks for it is nothing."""
        left = max(self.late_eur - self.late_paid_eur, ZERO)
        return ZERO if self.facts.small(left) else left

    @property
    def open_eur(self) -> Decimal:
        """What is still owed of the principal."""
        return self.facts.open_on(self.on)

    @property
    def plan_standing(self) -> PlanStanding | None:
        """How the agreed plan of instalments stands today; None without one."""
        plan = self.collection.plan
        return None if plan is None else standing_of(plan, self.open_eur, self.on, self.facts.tolerance_eur)

    @property
    def address(self) -> Address:
        """Where the client sits or lives; ClientNotReachable when nobody knows."""
        if self.client.address is None:
            raise ClientNotReachable(field="address", number=self.invoice.number)
        return self.client.address

    def pay_by(self, kind: StageKind, channel: Channel) -> date:
        """The last day before anything further is done, and at least the days the law gives a consumer."""
        done = (*self.facts.done, SentStage(kind=kind, on=self.on, channel=channel))
        sent = self.facts.model_copy(update={"done": done})
        if kind == "first_reminder" and (term := debt_collection.reminder_term(sent)):
            return term.last_on
        following = debt_collection.next_stage(sent, self.on)
        return following.on - timedelta(days=1) if following else self.on

    @property
    def title(self) -> str | None:
        """The number of the enforceable title, once there is one."""
        return next((one.title for one in reversed(self.facts.heard) if one.title), None)

    def route_after(self, kind: StageKind) -> Route:
        """What follows a letter of today that is not answered."""
        done = (*self.facts.done, SentStage(kind=kind, on=self.on))
        planned = debt_collection.plan(self.facts.model_copy(update={"done": done}), self.on)
        return next((stage.route for stage in planned if stage.route), "court")

    def clause_eur(self) -> Decimal:
        """What the accepted clause adds once the fourteen days are over. Source: CDE/WER art. XIX.2 § 3, 1°."""
        if not self.facts.terms.lump_sum_clause or self.facts.compensation:
            return ZERO
        return consumer.lump_sum(self.open_eur, self.on).amount_eur


@dataclass(frozen=True)
class ClaimWithLines:
    """What is asked beside the principal, with the lines that are printed."""

    interest: tuple[PrintedInterestLine, ...] = ()
    interest_eur: Decimal = ZERO
    lump_sum_eur: Decimal = ZERO

    charged_eur: Decimal = ZERO
    """What collecting has cost so far and the law lets us ask of the debtor."""
    interest_later: bool = False
    """Nobody has published the rate of these days yet: interest is added once it is."""

    @property
    def costs_eur(self) -> Decimal:
        """Interest and lump sum together."""
        return self.interest_eur + self.lump_sum_eur


def claim_with_lines(position: Position, route: Route | None = None) -> ClaimWithLines:
    """What the law allows on this day; by the bailiff's route interest is at most a tenth of the principal.

    A rate nobody has published is never guessed: principal and costs are asked, interest is added later.
    Source: Jud. Code art. 1394/20 (the cap).
    """
    charged = position.collection.charged_eur
    try:
        claim = debt_collection.claim(position.facts, position.on)
    except RateNotKnownYet:
        known = debt_collection.claim_without_interest(position.facts, position.on)
        return ClaimWithLines(lump_sum_eur=known.amount_of("lump_sum"), charged_eur=charged, interest_later=True)
    interest_eur = claim.amount_of("late_interest")
    if route == "undisputed_debt":
        kept = debt_collection.undisputed_debt_costs(claim.principal_eur, interest_eur, ZERO, position.on)
        interest_eur = kept[0].amount_eur
    return ClaimWithLines(_lines(claim, interest_eur), interest_eur, claim.amount_of("lump_sum"), charged)


def _lines(claim: LawfulClaim, interest_eur: Decimal) -> tuple[PrintedInterestLine, ...]:
    """The stretches of interest so that the printed cents add up to the sum, which was rounded once."""
    if claim.interest is None or not interest_eur:
        return ()
    lines = claim.interest.lines
    amounts = share(interest_eur, [line.interest for line in lines])
    return tuple(
        PrintedInterestLine(
            from_on=line.first_on,
            until_on=line.last_on,
            days=line.days,
            rate_percent=line.percent,
            amount_eur=amount,
        )
        for line, amount in zip(lines, amounts, strict=True)
    )


def number_of(position: Position, kind: StageKind) -> str:
    """The number a letter bears and is filed under."""
    return f"{position.invoice.number}-{NUMBERS[kind]}"


def reminder(position: Position, kind: StageKind, channel: Channel, letterhead: Letterhead) -> ReminderPaper:
    """A reminder that asks for the balance alone; a consumer's first one states its four items."""
    first = kind == "first_reminder" and position.facts.consumer
    paper = _paper(position, kind, "first_b2c" if first else "friendly", letterhead)
    clause_eur = position.clause_eur() if first else ZERO
    return paper.model_copy(update={"pay_by": position.pay_by(kind, channel), "clause_amount_eur": clause_eur})


def formal_notice(position: Position, letterhead: Letterhead) -> ReminderPaper:
    """The formal notice, with everything the law allows to ask."""
    paper = _claiming(position, "formal_notice", "formal_notice", claim_with_lines(position), letterhead)
    more = {"pay_by": position.pay_by("formal_notice", "post"), "route": position.route_after("formal_notice")}
    return paper.model_copy(update=more)


def late_costs_claim(position: Position, letterhead: Letterhead) -> ReminderPaper:
    """The letter that asks for interest and costs once the principal is paid: outside VAT (art. 28, 3° CTVA)."""
    paper = _paper(position, "late_costs", "late_costs", letterhead)
    told = {"late_costs_eur": position.late_left_eur, "pay_by": position.on + LATE_COSTS_TERM}
    return paper.model_copy(update=told)


def form_a(position: Position, costs: ClaimWithLines, letterhead: Letterhead) -> ReminderPaper:
    """What the application for a European order for payment says. Source: Regulation (EC) 1896/2006, art. 7; form A
    as replaced by delegated regulation (EU) 2017/1260."""
    paper = _claiming(position, "lawyer", "form_a", costs, letterhead)
    return paper.model_copy(update={"addressed_to": ADDRESSED["lawyer"][position.language]})


def dossier_cover(
    position: Position,
    kind: StageKind,
    route: Route,
    costs: ClaimWithLines,
    annexes: tuple[Annex, ...],
    letterhead: Letterhead,
) -> ReminderPaper:
    """The letter on top of the dossier."""
    paper = _claiming(position, kind, "bailiff_dossier", costs, letterhead)
    told = {"annexes": annexes, "addressed_to": ADDRESSED[OFFICES[kind]][position.language], "route": route}
    return paper.model_copy(update=told | {"title_number": position.title if route == "enforcement" else None})


def _claiming(
    position: Position, kind: StageKind, printed: ReminderKind, costs: ClaimWithLines, letterhead: Letterhead
) -> ReminderPaper:
    lump_sum = "lump_sum_eur" if position.facts.consumer else "fixed_cost_eur"
    asked = {"interest": costs.interest, lump_sum: costs.lump_sum_eur, "interest_later": costs.interest_later}
    asked |= {"charged_eur": costs.charged_eur}
    return _paper(position, kind, printed, letterhead).model_copy(update=asked)


def _paper(position: Position, kind: StageKind, printed: ReminderKind, letterhead: Letterhead) -> ReminderPaper:
    return ReminderPaper(
        language=position.language,
        sandbox=letterhead.sandbox,
        printed_on=position.on,
        kind=printed,
        entity=letterhead.entity(position.entity),
        client=client_party(position.client, position.address),
        number=number_of(position, kind),
        invoice=_claimed(position),
        pay_by=position.on,
    )


def _claimed(position: Position) -> ClaimedInvoice:
    invoice = position.invoice
    return ClaimedInvoice(
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        description=position.card.title,
        total_eur=position.facts.principal_eur,
        paid_eur=position.facts.principal_eur - position.open_eur,
        payment_reference=invoice.payment_reference,
    )


def claim_mail(stage: StageKind, position: Position, paper: ReminderPaper, letterhead: Letterhead) -> ClaimMail:
    """The mail a letter goes with."""
    entity, client = position.entity, position.client
    head = letterhead.mail(entity, language=position.language, to=client.name, job_title=position.card.title)
    plain = ReminderFriendlyMail(
        **head,
        number=paper.invoice.number,
        issued_on=paper.invoice.issued_on,
        due_on=paper.invoice.due_on,
        description=paper.invoice.description,
        balance_eur=paper.invoice.balance_eur,
        pay_by=paper.pay_by,
        payment_reference=paper.invoice.payment_reference,
        iban=entity.iban,
    )
    told = plain.model_dump(exclude={"kind"})
    if paper.kind == "first_b2c":
        return ReminderFirstB2cMail(**told, clause_amount_eur=paper.clause_amount_eur)
    if paper.kind == "late_costs":
        return LateCostsMail(**told | {"balance_eur": paper.total_eur})
    if paper.kind == "formal_notice":
        return FormalNoticeMail(**told, total_eur=paper.total_eur, route=paper.route or "court")
    return ReminderAgainMail(**told) if stage == "first_reminder" else plain


def dossier(
    position: Position,
    reference: str,
    route: Route,
    mandate: str | None,
    costs: ClaimWithLines,
    documents: tuple[tuple[str, bytes], ...],
) -> Dossier:
    """What lawyer or bailiff is given."""
    entity, client = position.entity, position.client
    ways = {"undisputed_debt": "administrative_recovery", "amicable_bailiff": "amicable"}
    return Dossier.model_validate(
        {
            "reference": reference,
            "route": ways.get(route, route),
            "mandate": mandate,
            "title": position.title if route == "enforcement" else None,
            "creditor_name": entity.name,
            "creditor_number": entity.enterprise_number,
            "debtor_name": client.name,
            "debtor_number": client.enterprise_number,
            "debtor_email": client.email,
            "debtor_country": client.country,
            "principal_eur": position.open_eur,
            "interest_eur": costs.interest_eur,
            "costs_eur": costs.lump_sum_eur + costs.charged_eur,
            "due_on": position.invoice.due_on,
            "calculated_on": position.on,
            "iban": entity.iban,
            "payment_reference": position.invoice.payment_reference,
            "documents": documents,
        }
    )
