"""The sums of a quote: what comes in, what goes out, and what that leaves for pay. Nothing is lost on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.figures import Figure, figure
from domain.money import CENT, ZERO
from domain.quoting.models import ExpensePlanned, ServiceLine
from domain.quoting.sheet import QuoteInput
from domain.quoting.split import Part, fixed_budget, has_shares
from domain.rates import rate
from domain.rules.price import fee, price_for_budget
from domain.rules.vat import VatDecision, without_vat


@dataclass(frozen=True)
class Sums:
    """Income and what it is spent on; `left` is what remains for pay and may be below zero."""

    price: Figure
    """What the client pays ex VAT for the job itself."""
    on_top: Figure
    """What the client pays ex VAT on top, for the costs the client bears."""
    subsidy: Figure
    fee: Figure
    costs: Decimal
    reserve: Figure
    left: Decimal

    @property
    def net(self) -> Decimal:
        """Everything the client pays ex VAT."""
        return self.price.amount_eur + self.on_top.amount_eur


def job_costs(services: Sequence[ServiceLine], expenses: Sequence[ExpensePlanned], bearer: str) -> Decimal:
    """What the job's income must pay for besides people: services and expenses, at their list prices."""
    spent = sum((line.price.amount_eur for line in services if line.on_the_job), ZERO)
    return spent + (_total(expenses) if bearer in ("job", "client") else ZERO)


def _total(expenses: Sequence[ExpensePlanned]) -> Decimal:
    return sum((planned.amount.amount_eur for planned in expenses), ZERO)


def reserve_for(sheet: QuoteInput, services: Sequence[ServiceLine]) -> Figure:
    """What is kept until the real prices are known: the room up to the ceilings, and what the member put aside."""
    room = sum((line.ceiling.amount_eur - line.price.amount_eur for line in services if line.on_the_job), ZERO)
    aside = sheet.declaration.reserve_eur or ZERO
    why = "{room} up to the ceilings + {aside} put aside; what is left goes to the activity account"
    return figure("reserve", "Reserve", room + aside, why, room=room, aside=aside)


def on_top(sheet: QuoteInput, services: Sequence[ServiceLine], expenses: Figure, bearer: str) -> Figure:
    """What the client pays for the costs the client bears: the costs and the fee on them, so pay stays the same.

    Source: blog.smartbe.be article7040: invoice = (cost + expenses) x 1 / (1 - fee).
    """
    borne = sum((line.price.amount_eur for line in services if line.borne_by == "client"), ZERO)
    borne += expenses.amount_eur if bearer == "client" else ZERO
    if not borne:
        return figure("on_top", "Costs the client bears", ZERO, "the client bears no cost on top of the price")
    if not charges_fee(sheet):
        return figure("on_top", "Costs the client bears", borne, "{borne}", borne=borne)
    row = rate("fee", sheet.last_day_on)
    amount = price_for_budget(ZERO, borne, sheet.last_day_on)
    why = "{borne} / (1 - {percent} %), so that the fee on it lowers nobody's pay"
    return figure("on_top", "Costs the client bears", amount, why, row, borne=borne, percent=row.value)


def charges_fee(sheet: QuoteInput) -> bool:
    """Whether the cooperative takes its fee: not on work for another activity. Source: article7040."""
    client = sheet.declaration.client
    return client is None or client.kind != "internal"


def fee_on(sheet: QuoteInput, income: Decimal) -> Figure:
    """The cooperative's fee on what the client and a subsidy bring in."""
    if charges_fee(sheet):
        return fee(income, sheet.last_day_on)
    return figure("fee", "Fee of the cooperative", ZERO, "none on work for another activity of the cooperative")


def subsidy_of(sheet: QuoteInput) -> Figure:
    """The signed subsidy that pays part of the job."""
    wish = sheet.declaration.prefinancing
    if wish is None or wish.subsidy is None:
        return figure("subsidy", "Subsidy", ZERO, "no subsidy")
    why = "promised by {name}, signed: {document}"
    places = {"name": wish.subsidy.from_name, "document": wish.subsidy.document}
    return figure("subsidy", "Subsidy", wish.subsidy.amount_eur, why, **places)


def client_vat(sheet: QuoteInput, added: "Sums", vat: VatDecision) -> Decimal:
    """The VAT the client pays: on the net, or what a price agreed with VAT has left above it.

    100.00 at 21 % is 82.64 and 17.36: no net and its rounded VAT make 100.00. Source: EN 16931 BR-CO-17, whose
    check leaves the cent to the seller. House rule: the price agreed with VAT is what the client owes.
    """
    asked = sheet.declaration.price_eur
    if asked is None or not sheet.declaration.price_includes_vat or not vat.percent:
        return vat.vat_on(added.net)
    return asked - added.price.amount_eur + vat.vat_on(added.on_top.amount_eur)


def declared_price(sheet: QuoteInput, vat: VatDecision) -> Figure | None:
    """The price ex VAT as declared; a price with VAT is brought back to the cent where it can."""
    asked = sheet.declaration.price_eur
    if asked is None:
        return None
    if not sheet.declaration.price_includes_vat:
        return figure("price", "Price without VAT", asked, "as you said")
    net = net_of(asked, vat)
    why = "{total} with {percent} % VAT"
    return figure("price", "Price without VAT", net, why, total=asked, percent=vat.percent)


def net_of(total: Decimal, vat: VatDecision) -> Decimal:
    """The net whose VAT brings it to the total; where no net does, the nearest one below it.

    VAT is rounded half-up on the net, so some totals cannot be met: 82.64 + 17.35 = 99.99. Then the VAT takes the
    cent (`client_vat`).
    """
    near = without_vat(total, vat.percent)
    fitting = [net for net in (near - CENT, near, near + CENT) if net + vat.vat_on(net) <= total]
    return max(fitting)


def wanted_price(
    sheet: QuoteInput, parts: Sequence[Part], costs: Decimal, top: Figure, reserve: Figure
) -> Figure | None:
    """The price to ask when nobody takes a share of the rest: from wanted pay back to the price."""
    if not parts or has_shares(parts):
        return None
    subsidy = subsidy_of(sheet).amount_eur
    needed = fixed_budget(parts)
    total = _income_for(sheet, needed, costs, reserve.amount_eur)
    amount = max(total - top.amount_eur - subsidy, ZERO)
    row = rate("fee", sheet.last_day_on)
    why = "({pay} for pay + {costs} costs + {reserve} reserve) / (1 - {percent} %)"
    places = {"pay": needed, "costs": costs, "reserve": reserve.amount_eur, "percent": row.value}
    return figure("price", "Price to ask, without VAT", amount, why, row, **places)


def _income_for(sheet: QuoteInput, pay: Decimal, costs: Decimal, reserve: Decimal) -> Decimal:
    """The smallest income that pays for all of it."""
    if charges_fee(sheet):
        return price_for_budget(pay, costs, sheet.last_day_on, reserve=reserve)
    return pay + costs + reserve


def price_needed(sheet: QuoteInput, sums: Sums, pay: Decimal) -> Decimal:
    """The price ex VAT that would leave this much for pay, everything else the same."""
    income = _income_for(sheet, pay, sums.costs, sums.reserve.amount_eur)
    return max(income - sums.on_top.amount_eur - sums.subsidy.amount_eur, ZERO)


def add_up(sheet: QuoteInput, price: Figure, top: Figure, costs: Decimal, reserve: Figure) -> Sums:
    """Income - fee - costs - reserve = what is left for pay."""
    subsidy = subsidy_of(sheet)
    income = price.amount_eur + top.amount_eur + subsidy.amount_eur
    fee_line = fee_on(sheet, income)
    left = income - fee_line.amount_eur - costs - reserve.amount_eur
    return Sums(price, top, subsidy, fee_line, costs, reserve, left)


def wage_budget(sums: Sums) -> Figure:
    """What is left for pay."""
    why = "{income} - {fee} fee - {costs} costs - {reserve} reserve"
    income = sums.net + sums.subsidy.amount_eur
    places = {"income": income, "fee": sums.fee.amount_eur, "costs": sums.costs, "reserve": sums.reserve.amount_eur}
    return figure("wage_budget", "Budget for pay", max(sums.left, ZERO), why, **places)
