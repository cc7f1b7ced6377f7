"""What is paid back beside the wage, by rules that are shown before anybody spends.

Amounts are ceilings exempt from tax and contributions, not rights; above them an adviser decides.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from domain.figures import Figure, figure
from domain.message import Message
from domain.money import Eur, cents
from domain.rates import last_known, rate

NOTES: Final = "kronik.smart.coop, notes de frais: conseils et check-list (2020)"
MEALS: Final = "pyxis; securex"

KmRegime = Literal["annual", "quarterly"]

NOTE_BY: Final = (1, 15)
"""Notes of a year are handed in by 15 January of the next. Source: kronik.smart.coop, notes de frais (2020)."""
TRIP_HOURS: Final = Decimal(6)
"""A meal is paid from six hours away on. Source: pyxis; securex."""


class ExpenseReceipt(Message):
    """Something spent that somebody asks back."""

    amount_eur: Eur
    spent_on: date


class ExpenseFinding(Message):
    """What a rule says about an expense."""

    rule: str
    text: str
    """English sentence, key of its translations."""
    source: str
    blocking: bool
    params: dict[str, str] = {}


def kilometres(km: Decimal, on: date, *, regime: KmRegime = "annual", provisional: bool = False) -> Figure:
    """The allowance for one's own car, by the regime the cooperative chose for the year.

    `provisional` lets a quote show the last known rate for a period nobody has entered yet; a payment never.
    Source: RD 18 January 1965 (annual) or RD 13 July 2017, art. 74 (quarterly).
    """
    return _per_unit("kilometres", "Own car", km, f"km_car_{regime}", on, "{count} km x {each}", provisional)


def bike_kilometres(km: Decimal, on: date, *, provisional: bool = False) -> Figure:
    """The allowance for one's own bicycle. Source: CCT 164."""
    return _per_unit("bike", "Own bicycle", km, "km_bike", on, "{count} km x {each}", provisional)


def per_diem(days: int, on: date, *, abroad: bool = False, provisional: bool = False) -> Figure:
    """The daily amount for meals in Belgium, or the general one abroad."""
    name = "per_diem_abroad" if abroad else "per_diem_belgium"
    return _per_unit("per_diem", "Daily allowance", Decimal(days), name, on, "{count} x {each}", provisional)


def _per_unit(key: str, label: str, count: Decimal, name: str, on: date, why: str, provisional: bool) -> Figure:
    row, stands_in = last_known(name, on) if provisional else (rate(name, on), False)
    made = figure(key, label, cents(count * row.value), why, row, count=count.normalize(), each=str(row.value))
    return made.model_copy(update={"provisional": stands_in})


def check_receipt(receipt: ExpenseReceipt, note_on: date) -> list[ExpenseFinding]:
    """What stands in the way of paying an expense back on a day; empty when nothing does."""
    last = date(receipt.spent_on.year + 1, *NOTE_BY)
    findings = []
    if note_on > last:
        text = "Expenses of {year} had to be handed in by {last}."
        findings.append(_finding("too_late", text, NOTES, year=str(receipt.spent_on.year), last=last.isoformat()))
    if receipt.spent_on > note_on:
        text = "The expense is dated {on}, which has not come yet."
        findings.append(_finding("future", text, NOTES, on=receipt.spent_on.isoformat()))
    if receipt.amount_eur < 0:
        text = "{amount} EUR was not spent."
        findings.append(_finding("nothing_spent", text, NOTES, amount=str(receipt.amount_eur)))
    return findings


def _finding(rule: str, text: str, source: str, *, blocking: bool = True, **params: str) -> ExpenseFinding:
    return ExpenseFinding(rule=rule, text=text, source=source, blocking=blocking, params=params)


def check_per_diem(asked: int, on: date, *, abroad: bool = False, away: Mapping[date, int]) -> list[ExpenseFinding]:
    """What stands in the way of daily allowances. `away`: by month, the days that give one; in Belgium a day of six
    hours or more, of which so many a month are exempt, abroad every day of the stay."""
    most = rate("per_diem_abroad_days" if abroad else "per_diem_belgium_days_a_month", on)
    days, exempt = sum(away.values()), sum(min(count, int(most.value)) for count in away.values())
    if not days:
        text = "A daily allowance needs at least {hours} hours away."
        return [_finding("trip_too_short", text, MEALS, hours=f"{TRIP_HOURS:f}")]
    if asked > days:
        text = "{asked} daily allowances for {days} days away: one for each day at most."
        return [_finding("days_away", text, most.source, asked=str(asked), days=str(days))]
    if asked > exempt:
        text = "At most {days} daily allowances are exempt; this is one more."
        return [_finding("too_many_days", text, most.source, days=str(exempt))]
    return []


def check_kilometres(km: Decimal, on: date, *, vehicle_of_employer: bool) -> list[ExpenseFinding]:
    """What stands in the way of a kilometre allowance; one note never holds more than the most of a year."""
    most = rate("km_car_yearly_max", on)
    findings = []
    if vehicle_of_employer:
        text = "The kilometres of the rented van are not paid again: only those of one's own car are."
        findings.append(_finding("own_vehicle", text, "RD 18 January 1965 (bosa.belgium.be)", blocking=False))
    if km > most.value:
        text = "{km} km are more than the {most} km that may be paid in a whole year."
        findings.append(_finding("yearly_km", text, most.source, km=f"{km:f}", most=f"{most.value:f}"))
    return findings
