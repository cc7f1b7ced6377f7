"""One quote being worked out, part by part, in the order in which they depend on each other."""

from datetime import date, timedelta
from decimal import Decimal

from domain.figures import Figure, figure
from domain.money import ZERO, cents
from domain.quoting import dates, defaults, expenses, lawful, missing, pricing, split, totals
from domain.quoting import refusals as objecting
from domain.quoting.approvals import Weighed, approvals
from domain.quoting.models import ClientSide, FilledIn, Headline, Obstacle, Pay, Quote
from domain.quoting.sheet import QuoteInput
from domain.quoting.vat_answers import vat_question
from domain.rules.prefinancing import capped, to_reserve
from domain.rules.vat import ForeignVatDue, NoSuchVatRate, VatDecision, decide_vat

VatRefused = ForeignVatDue | NoSuchVatRate


class Work:
    """The parts of one quote; each is worked out once."""

    def __init__(self, sheet: QuoteInput) -> None:
        self.sheet = sheet
        self.vat, self.vat_refused = _vat(sheet)
        self.services = pricing.service_lines(sheet)
        self.expenses = expenses.planned_expenses(sheet)
        self.expenses_total = expenses.expenses_total(self.expenses)
        self.expenses_bearer = expenses.expenses_bearer(sheet)
        self.reserve = totals.reserve_for(sheet, self.services)
        self.parts = split.parts_of(sheet)
        self.sums = self._sums()
        self.budget = totals.wage_budget(self.sums) if self.sums else None
        self.people = self._people()

    def _sums(self) -> totals.Sums | None:
        """The sums, when there is a price: declared, or worked out from wanted pay."""
        costs = totals.job_costs(self.services, self.expenses, self.expenses_bearer)
        top = totals.on_top(self.sheet, self.services, self.expenses_total, self.expenses_bearer)
        price = totals.declared_price(self.sheet, self.vat) or totals.wanted_price(
            self.sheet, self.parts, costs, top, self.reserve
        )
        return totals.add_up(self.sheet, price, top, costs, self.reserve) if price else None

    def _people(self) -> tuple[Pay, ...]:
        if self.budget is None:
            return ()
        amounts = split.budgets(self.parts, self.budget.amount_eur)
        pays = (split.pay_of(self.sheet, part, amount) for part, amount in zip(self.parts, amounts, strict=True))
        return tuple(
            pay.model_copy(
                update={
                    "last_day_on": self.sheet.last_day_of(part.person) if self.sheet.days else None,
                    "pay_on": dates.pay_day(self.sheet, part.person),
                    "pay_days": months if len(months) > 1 else (),
                }
            )
            for pay, part in zip(pays, self.parts, strict=True)
            for months in [dates.pay_days(self.sheet, part.person, pay.gross.amount_eur)]
        )

    @property
    def wages_cost(self) -> Decimal:
        """What everybody's pay costs together."""
        return sum((pay.cost.amount_eur for pay in self.people), ZERO)

    @property
    def left_over(self) -> Figure | None:
        """What the wage budget leaves: rounding, and what nobody was given."""
        if self.budget is None:
            return None
        rest = max(self.budget.amount_eur - self.wages_cost, ZERO)
        why = "{budget} - {pay}: rounding, and what nobody was given; it goes to the activity account"
        return figure("left_over", "Left over", rest, why, budget=self.budget.amount_eur, pay=self.wages_cost)

    def client(self) -> ClientSide | None:
        """What the client pays."""
        if self.sums is None:
            return None
        net, vat = self.sums.net, totals.client_vat(self.sheet, self.sums, self.vat)
        return ClientSide(
            net=figure("net", "Without VAT", net, "{price} + {top}", **_places(self.sums)),
            on_top=self.sums.on_top,
            vat_category=self.vat.category,
            vat_percent=self.vat.percent,
            vat=_vat_figure(self.vat, net, vat),
            total=figure("total", "With VAT", net + vat, "{net} + {vat}", net=net, vat=vat),
            mention=self.vat.mention,
            vat_why=self.vat.why,
            vat_reason=self.vat.reason,
            vat_source=self.vat.source,
            invoiced=self.vat.invoiced,
        )

    def prefinanced(self) -> Figure:
        """The most the fund lays out: services at their ceilings, pay and VAT, within the cap."""
        ceilings = [line.ceiling for line in self.services if line.on_the_job]
        if self.expenses_bearer in ("job", "client"):
            ceilings.append(self.expenses_total)
        vat = totals.client_vat(self.sheet, self.sums, self.vat) if self.sums and self.vat.invoiced else ZERO
        wanted = to_reserve(ceilings, self.wages_cost, vat)[-1]
        wish = self.sheet.declaration.prefinancing
        if wish is None or wish.cap_eur is None:
            return wanted
        services = sum((ceiling.amount_eur for ceiling in ceilings), ZERO)
        return wanted.model_copy(update={"amount_eur": capped(wanted.amount_eur, services, wish.cap_eur)})

    def refusals(self, prefinanced: Decimal) -> tuple[Obstacle, ...]:
        """Everything that stands in the way."""
        found = [*objecting.obstacles_of_wishes(self.sheet)]
        if self.vat_refused:
            found.append(lawful.vat_refused(self.vat_refused))
        if self.sums is not None:
            found += self._of_pay(self.sums)
        borne = self.expenses_total.amount_eur if self.expenses_bearer == "activity" else ZERO
        found += objecting.activity_overdrawn(self.sheet, self.services, borne)
        found += objecting.fund_left_out(self.sheet, prefinanced)
        found += objecting.fund_full(self.sheet, prefinanced)
        return tuple(found)

    def _of_pay(self, added: totals.Sums) -> list[Obstacle]:
        """Whether the price pays for what is promised, and everybody at least the minimum."""
        found = list(objecting.not_enough(self.sheet, added, self.parts))
        if found or not self.sheet.days:
            return found
        pairs = zip(self.people, self.parts, strict=True)
        return [
            obstacle
            for pay, part in pairs
            for obstacle in objecting.below_minimum(self.sheet, added, pay, part.person)
        ]

    def headline(self) -> Headline | None:
        """The member's own line."""
        mine = next((pay for pay in self.people if pay.member), None)
        if mine is None or mine.pay_on is None:
            return None
        return Headline(item=mine.item, low=mine.net_low, high=mine.net_high, pay_on=mine.pay_on)

    def quote(self, filled: tuple[FilledIn, ...], refused: tuple[Obstacle, ...]) -> Quote:
        """Everything together; its id and fingerprint are made from it afterwards."""
        sheet, prefinanced = self.sheet, self.prefinanced()
        soon = dates.starts_soon(sheet)
        deadlines = dates.legal_deadlines(sheet, invoiced=self.vat.invoiced)
        income = self.sums.net if self.sums else ZERO
        weighed = Weighed(income=income, prefinanced=prefinanced.amount_eur, short_notice=soon)
        provisional = [planned.amount for planned in self.expenses]
        return Quote(
            quote_id="",
            fingerprint="",
            made_on=sheet.on,
            valid_until=_valid_until(sheet),
            entity=sheet.declaration.entity or sheet.context.entity.slug,
            profile=sheet.profile.edition,
            price_list=sheet.context.prices.edition,
            provisional=any(one.provisional for one in provisional),
            headline=self.headline(),
            client=self.client(),
            subsidy=totals.subsidy_of(sheet),
            fee=self.sums.fee if self.sums else None,
            services=self.services,
            expenses=self.expenses,
            expenses_total=self.expenses_total,
            expenses_borne_by=self.expenses_bearer,
            reserve=self.reserve,
            wage_budget=self.budget,
            people=self.people,
            left_over=self.left_over,
            prefinanced=prefinanced,
            first_start_at=sheet.first_start_at,
            last_end_at=sheet.last_end_at,
            short_notice=soon,
            deadlines=deadlines,
            earliest_deadline=next((deadline for deadline in deadlines if deadline.legal), None),
            approvals=approvals(sheet, weighed),
            warnings=tuple(objecting.notices(sheet, provisional, soon)),
            refusals=(*refused, *self.refusals(prefinanced.amount_eur)),
            missing=missing.missing(sheet),
            range=None,
            filled_in=defaults.with_costs(filled, self._costs_filled_in()),
        )

    def _costs_filled_in(self) -> dict[str, Decimal]:
        """What the services take from the wage budget, by the field that asks for them."""
        costs: dict[str, Decimal] = {}
        for line in self.services:
            if line.borne_by == "job":
                costs[line.service] = costs.get(line.service, ZERO) + line.ceiling.amount_eur
        return costs


def _places(added: totals.Sums) -> dict[str, Decimal]:
    return {"price": cents(added.price.amount_eur), "top": cents(added.on_top.amount_eur)}


def _vat_figure(vat: VatDecision, net: Decimal, amount: Decimal) -> Figure:
    if amount == vat.vat_on(net):
        made = figure("vat", "VAT", amount, "{net} x {percent} %", net=net, percent=vat.percent)
    else:
        places = {"total": net + amount, "net": net, "percent": vat.percent}
        made = figure("vat", "VAT", amount, "{total} agreed with {percent} % VAT, less {net}", **places)
    rates = (vat.rate_id,) if vat.rate_id else ()
    return made.model_copy(update={"rate_ids": rates, "source": vat.source, "verified": vat.verified})


def _vat(sheet: QuoteInput) -> tuple[VatDecision, VatRefused | None]:
    """The VAT of the job; where it cannot be decided, the Belgian one by the answers stands until it is."""
    asked = vat_question(sheet)
    try:
        return decide_vat(asked), None
    except (ForeignVatDue, NoSuchVatRate) as refusal:
        here = {"performed_in": "BE", "virtual": False, "override": None}
        return decide_vat(asked.model_copy(update=here)), refusal


def _valid_until(sheet: QuoteInput) -> date:
    """Some days, but never beyond the first day of the job."""
    last = sheet.on + timedelta(days=sheet.context.entity.quote_valid_days)
    return min([last, *(day.date for day in sheet.days)], default=last)
