"""From gross to net and to the cost of the employer, line by line, each line with its reason.

Artists and manual workers, whose holiday pay comes from ONVA; other employees, whose holiday pay is due with the
last pay; students. The net is an estimate before work bonus and special contribution, hence a range.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from domain.figures import Figure, figure
from domain.message import Message
from domain.money import CENT, ZERO, Eur, cents, cents_up
from domain.rates import Rate, rate

Chain = Literal["artist", "manual", "employee", "student"]
Withholding = Literal["prudent", "flat"]
"""Which withholding applies to a person: what is withheld when nobody has looked, or the flat one of artists."""

Split = Callable[[Decimal], Sequence[tuple[Decimal, date]]]
"""How a gross is paid: each part with the last day it pays for."""
ROUNDING: Final = Decimal("0.20")
"""By so much the rounding of the lines of one pay may move the gross that leaves a net."""

FULL_DAYS_A_MONTH: Final = Decimal(65) / Decimal(3)  # 5 days x 52 weeks / 12 months

WITHHELD: Final[dict[Chain, tuple[str, str]]] = {
    "artist": ("withholding_prudent", "withholding_artist_flat"),
    "manual": ("withholding_prudent", "withholding_prudent"),
    "employee": ("withholding_prudent", "withholding_prudent"),
    "student": ("withholding_student", "withholding_student"),
}
"""What is withheld prudently, and at the favourable end of the range: only artists may hope for less."""


class PayChain(Message):
    """One person's pay for one job, computed."""

    chain: Chain
    on: date
    gross_eur: Eur
    withholding: Withholding
    """What is really withheld: prudent, or the adviser's switch for artists of show companies."""
    net_eur: Eur
    """What goes to the account with that withholding."""
    net_low_eur: Eur
    net_high_eur: Eur
    cost_eur: Eur
    """Pay and employer's charges known per person; what the coefficient adds for the pool is not in it."""
    figures: tuple[Figure, ...]

    def figure(self, key: str) -> Figure:
        """One line by its name."""
        return next(line for line in self.figures if line.key == key)

    @property
    def verified(self) -> bool:
        """Whether every line rests on rates somebody has checked at the source."""
        return all(line.verified for line in self.figures)


@lru_cache(maxsize=256)
def pay_chain(
    gross: Decimal,
    chain: Chain,
    on: date,
    *,
    withholding: Withholding = "prudent",
    leaving: bool = True,
    earlier: Decimal = ZERO,
) -> PayChain:
    """Everything that follows from a gross amount paid on a day; each printed line is rounded half-up.

    `leaving` is False for somebody whose employment goes on: then no holiday pay is due with this pay. `earlier` is
    the gross of the same contract that was paid in months before: holiday pay is due on all of it. Kept for the
    next who is paid the same: a crew mostly shares equally, and whoever declares types one figure after the other.
    Source: emploi.belgique.be and socialsecurity.be (contributions); see the rate of each line.
    """
    lines = _LINES[chain](gross, on, earlier if leaving else None)
    taxable = _amount(lines, "taxable")
    low, high = (_withheld(taxable, rate(name, on)) for name in WITHHELD[chain])
    taken = high if withholding == "flat" else low
    net = taxable - taken.amount_eur
    return PayChain(
        chain=chain,
        on=on,
        gross_eur=gross,
        withholding=withholding,
        net_eur=net,
        net_low_eur=taxable - low.amount_eur,
        net_high_eur=taxable - high.amount_eur,
        cost_eur=_amount(lines, "employer_cost"),
        figures=(*lines, taken, _net(net, taxable, taken.amount_eur)),
    )


def pay_chains(
    parts: Sequence[tuple[Decimal, date]],
    chain: Chain,
    *,
    withholding: Withholding = "prudent",
    leaving: bool = True,
) -> tuple[PayChain, ...]:
    """The pays of one contract, each a gross with the last day it pays for; who leaves does so with the last."""
    made: list[PayChain] = []
    for n, (gross, on) in enumerate(parts, start=1):
        earlier = sum((one.gross_eur for one in made), ZERO)
        goes = leaving and n == len(parts)
        made.append(pay_chain(gross, chain, on, withholding=withholding, leaving=goes, earlier=earlier))
    return tuple(made)


def _through_onva(gross: Decimal, on: date, earlier: Decimal | None) -> list[Figure]:
    """Artists and manual workers: contributions on 108 %, holiday pay by the ONVA. Source: socialsecurity.be."""
    base = _percent("base", "Base of contributions", gross, rate("onss_base_artist", on))
    worker = _percent("worker_contribution", "Worker's contribution", base.amount_eur, rate("onss_worker", on))
    employer = _percent(
        "employer_contribution", "Employer's contribution", base.amount_eur, rate("onss_employer", on)
    )
    onva = _percent("holiday_fund", "Holiday pay through ONVA", base.amount_eur, rate("onva", on))
    return [
        _gross(gross),
        base,
        worker,
        _taxable(gross - worker.amount_eur, gross, worker.amount_eur),
        employer,
        onva,
        _cost(gross, employer, onva),
    ]


def _employee(gross: Decimal, on: date, earlier: Decimal | None) -> list[Figure]:
    onss = rate("onss_worker", on)
    base = _percent("base", "Base of contributions", gross, rate("onss_base_employee", on))
    worker = _percent("worker_contribution", "Worker's contribution", base.amount_eur, onss)
    holiday = _holiday_pay(gross + earlier, on) if earlier is not None else []
    paid = sum((line.amount_eur for line in holiday if line.key.startswith("holiday_pay")), ZERO)
    held = sum((line.amount_eur for line in holiday if line.key.endswith("_contribution")), worker.amount_eur)
    contributory = base.amount_eur + (_amount(holiday, "holiday_pay_single") if holiday else ZERO)
    employer = _percent("employer_contribution", "Employer's contribution", contributory, rate("onss_employer", on))
    return [
        _gross(gross),
        base,
        worker,
        *holiday,
        _taxable(gross + paid - held, gross + paid, held),
        employer,
        _cost(gross + paid, employer),
    ]


def _holiday_pay(gross: Decimal, on: date) -> list[Figure]:
    """Holiday pay due with the last pay: single with contributions, double without the employer's.

    Source: securex and socialsecurity.be; the retention on the double part is a prudent assumption.
    """
    single = _percent("holiday_pay_single", "Single holiday pay", gross, rate("holiday_leaving_single", on))
    double = _percent("holiday_pay_double", "Double holiday pay", gross, rate("holiday_leaving_double", on))
    return [
        single,
        _percent(
            "holiday_single_contribution",
            "Worker's contribution on single holiday pay",
            single.amount_eur,
            rate("onss_worker", on),
        ),
        double,
        _percent(
            "holiday_double_contribution",
            "Retention on double holiday pay",
            double.amount_eur,
            rate("holiday_double_retention", on),
        ),
    ]


def _student(gross: Decimal, on: date, earlier: Decimal | None) -> list[Figure]:
    worker = _percent("worker_contribution", "Student's solidarity contribution", gross, rate("student_worker", on))
    employer = _percent(
        "employer_contribution", "Employer's solidarity contribution", gross, rate("student_employer", on)
    )
    return [
        _gross(gross),
        worker,
        _taxable(gross - worker.amount_eur, gross, worker.amount_eur),
        employer,
        _cost(gross, employer),
    ]


_LINES: Final[dict[Chain, Callable[[Decimal, date, Decimal | None], list[Figure]]]] = {
    "artist": _through_onva,
    "manual": _through_onva,
    "employee": _employee,
    "student": _student,
}


def _amount(lines: list[Figure], key: str) -> Decimal:
    return next(line.amount_eur for line in lines if line.key == key)


def _percent(key: str, label: str, base: Decimal, row: Rate) -> Figure:
    return figure(key, label, cents(base * row.fraction), "{base} x {percent} %", row, base=base, percent=row.value)


def _gross(gross: Decimal) -> Figure:
    return figure("gross", "Gross pay", gross, "as agreed with the person")


def _taxable(taxable: Decimal, paid: Decimal, held: Decimal) -> Figure:
    return figure("taxable", "Taxable pay", taxable, "{paid} - {held}", paid=paid, held=held)


def _withheld(taxable: Decimal, row: Rate) -> Figure:
    return _percent("withholding", "Withholding tax", taxable, row)


def _net(net: Decimal, taxable: Decimal, withheld: Decimal) -> Figure:
    return figure("net", "Estimated net pay", net, "{taxable} - {withheld}", taxable=taxable, withheld=withheld)


def _cost(paid: Decimal, *charges: Figure) -> Figure:
    total = sum((charge.amount_eur for charge in charges), paid)
    terms = " + ".join(str(amount) for amount in (paid, *(charge.amount_eur for charge in charges)))
    return figure("employer_cost", "Cost of this person", total, "{terms}", terms=terms)


def gross_for_net(
    net: Decimal,
    chain: Chain,
    on: date,
    *,
    withholding: Withholding = "prudent",
    leaving: bool = True,
    split: Split | None = None,
) -> Decimal:
    """The smallest gross whose net is at least the wanted one; `split` says how it is paid when not at once."""

    def pays(gross: Decimal) -> Sequence[tuple[Decimal, date]]:
        return split(gross) if split else [(gross, on)]

    def gives(gross: Decimal) -> Decimal:
        made = pay_chains(pays(gross), chain, withholding=withholding, leaving=leaving)
        return sum((one.net_eur for one in made), ZERO)

    if net <= 0:
        return ZERO
    per_thousand = gives(Decimal("100000.00")) / Decimal(100000)
    few = ROUNDING * len(pays(net))
    gross = max(cents_up(net / per_thousand) - few, ZERO)
    while gives(gross) < net:
        gross += CENT
    return gross


def full_day_minimum(on: date, *, scale: str | None = None) -> Figure:
    """The least gross for a full day: the guaranteed monthly minimum x 3/65, rounded up, or the sector's scale.

    A rule of the cooperative: the RMMMG does not cover people usually employed for less than a month.
    Source: RMMMG tables; 3/65 is 12 months over 5 days x 52 weeks (derived).
    """
    rows = [rate("rmmmg", on), *([rate(scale, on)] if scale else [])]
    row = max(rows, key=lambda one: one.value)
    amount = cents_up(row.value / FULL_DAYS_A_MONTH)
    why = "{monthly} a month x 3/65, rounded up (rule of the cooperative)"
    return figure("full_day_minimum", "Minimum for a full day", amount, why, row, monthly=row.value)


def minimum_gross(full_days: Decimal, on: date, *, scale: str | None = None) -> Decimal:
    """The least gross for a number of full days; half days count as 0.5."""
    return cents_up(full_day_minimum(on, scale=scale).amount_eur * full_days)
