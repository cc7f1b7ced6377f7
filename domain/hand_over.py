"""The quarterly hand-over to the social secretariat: what it needs of each contract."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from domain.message import Message
from domain.money import ZERO
from domain.orders import crew_of
from domain.people import Entity, Person
from domain.periods import Period
from domain.periods import quarter as quarter_of
from domain.plan import JobPlan
from domain.rules.pay import PayChain, pay_chain
from domain.rules.pay_periods import pay_by_month
from domain.rules.student import quota_hours
from domain.services.employment_contract import EmploymentContractRequest, KeptEngagement, WorkDay
from domain.services.wages import WagesRequest
from domain.spreadsheets import harmless

ARTIST, YOUNG_ARTIST, OF_AGE = "046", "047", 18
"""DmfA worker codes. Source: famipedia; ONEM circular (secondary)."""
NO_COMMITTEE: Final = "999"
"""Source: ONSS, transfer of pay data: 999 when there is no joint committee."""
FIGURES: Final = {
    "gross": "gross_cents",
    "base": "contribution_base_cents",
    "worker_contribution": "worker_contribution_cents",
    "employer_contribution": "employer_contribution_cents",
    "holiday_fund": "holiday_fund_cents",
    "holiday_pay_single": "holiday_single_cents",
    "holiday_pay_double": "holiday_double_cents",
    "taxable": "taxable_cents",
    "withholding": "withholding_cents",
    "net": "net_cents",
}
"""The lines of a pay chain, and the column each stands in."""


class HandOverLine(Message):
    """The work of a quarter under one contract, or under one that runs already. Amounts in cents."""

    contract: str
    """Our own reference; stable, so that a second export is compared line by line."""
    job: str
    employer_number: str
    employer_nsso: str
    worker_number: str
    national_number: str
    name: str
    kind: Literal["employee", "student", "assignment"]
    artist_code: str
    joint_committee: str
    starts_on: date
    ends_on: date
    ended_early_on: date | None
    dimona_period: str
    """Of work under a running contract: empty, `covered_by` names that contract."""
    covered_by: str
    days: int
    minutes: int
    student_hours: int
    withholding_rule: str
    gross_cents: int = 0
    contribution_base_cents: int = 0
    worker_contribution_cents: int = 0
    employer_contribution_cents: int = 0
    holiday_fund_cents: int = 0
    holiday_single_cents: int = 0
    holiday_double_cents: int = 0
    taxable_cents: int = 0
    withholding_cents: int = 0
    net_cents: int = 0
    paid_on: date | None
    """When the bank booked it; empty while it has not."""


class HandOver(Message):
    """One entity and one quarter."""

    entity: str
    first_on: date
    last_on: date
    lines: tuple[HandOverLine, ...]

    @property
    def csv(self) -> bytes:
        """A line per contract, semicolons between; the same lines give the same bytes."""
        written = io.StringIO(newline="")
        writer = csv.DictWriter(
            written, fieldnames=list(HandOverLine.model_fields), delimiter=";", lineterminator="\r\n"
        )
        writer.writeheader()
        writer.writerows(_cells(line) for line in self.lines)
        return written.getvalue().encode()

    @property
    def totals(self) -> dict[str, int]:
        """Every amount together, to compare with what the secretariat worked out."""
        return {name: sum(getattr(line, name) for line in self.lines) for name in FIGURES.values()}

    @property
    def checksum(self) -> str:
        """SHA-256 of the CSV."""
        return hashlib.sha256(self.csv).hexdigest()


def _cells(line: HandOverLine) -> dict[str, str]:
    told = line.model_dump(mode="json")
    return {name: str(harmless("" if value is None else value)) for name, value in told.items()}


def hand_over(entity: Entity, quarter: Period, lines: Sequence[HandOverLine]) -> HandOver:
    """The file of one entity and quarter, in the order of the contracts."""
    ordered = tuple(sorted(lines, key=lambda line: (line.ends_on, line.contract)))
    return HandOver(entity=entity.slug, first_on=quarter.first_on, last_on=quarter.last_on, lines=ordered)


def line_of(
    entity: Entity,
    kept: KeptEngagement,
    plan: JobPlan,
    person: Person,
    paid: Mapping[str, date],
    quarter: Period,
) -> HandOverLine | None:
    """What is handed over of one engagement's work in a quarter; None when no work of it is in that quarter, or its
    job plans no contract for it any more. `paid`: by item of a wage, when the bank booked it.

    Source: DmfA, days, hours and pay are declared by the quarter of the work (socialsecurity.be).
    """
    contract, wage = plan.employment_contract.get(kept.item), plan.wages.get(kept.item)
    if contract is None or wage is None:
        return None
    days = [day for day in contract.days if day.on in quarter]
    pays = {item: one for item, one in plan.wages.items() if crew_of(item) == kept.item}
    parts = {item: found for item, one in pays.items() if (found := _part(contract, one, quarter))}
    if not days or not parts:
        return None
    booked = [paid.get(item) for item in parts]
    return HandOverLine(
        contract=kept.contract_number or kept.order_key,
        job=kept.job_id,
        employer_number=entity.enterprise_number,
        employer_nsso=entity.nsso_number or "",
        worker_number=kept.person_id,
        national_number=person.national_number or "",
        name=person.name,
        kind=_kind(kept, contract),
        artist_code=_artist_code(contract, person, kept.first_on),
        joint_committee=contract.joint_committee or NO_COMMITTEE,
        starts_on=kept.first_on,
        ends_on=kept.last_on,
        ended_early_on=kept.terminated_on,
        dimona_period=" + ".join(kept.dimona_numbers),
        covered_by=kept.assigned_to or "",
        days=len(days),
        minutes=sum((day.worked for day in days), timedelta(0)) // timedelta(minutes=1),
        student_hours=quota_hours(days) if kept.student_hours is not None else 0,
        withholding_rule=wage.withholding,
        paid_on=max((on for on in booked if on), default=None) if all(booked) else None,
        **{name: sum(part[name] for part in parts.values()) for name in FIGURES.values()},
    )


def _kind(
    kept: KeptEngagement, contract: EmploymentContractRequest
) -> Literal["employee", "student", "assignment"]:
    if kept.assigned_to is not None:
        return "assignment"
    return "student" if contract.status == "student" else "employee"


def _artist_code(contract: EmploymentContractRequest, person: Person, on: date) -> str:
    if not contract.artistic or contract.status == "student":
        return ""
    born = person.birth_on
    young = born is not None and (on.year - born.year - ((on.month, on.day) < (born.month, born.day))) < OF_AGE
    return YOUNG_ARTIST if young else ARTIST


def _part(contract: EmploymentContractRequest, wage: WagesRequest, quarter: Period) -> dict[str, int] | None:
    """What of one wage is for work in a quarter; None when nothing is. A wage for work in two quarters is split by
    the hours; the last one takes what is left, and what is due because the employment ends."""
    begins_on = wage.first_day_on or date.min
    by_quarter: dict[date, list[WorkDay]] = {}
    for day in sorted(contract.days, key=lambda one: one.starts_at):
        if begins_on <= day.on <= wage.last_day_on:
            by_quarter.setdefault(quarter_of(day.on).first_on, []).append(day)
    if quarter.first_on not in by_quarter:
        return None
    *before, _ = pay_by_month(wage.gross_eur, list(by_quarter.values()))
    parts = [_figures(_chain(wage.model_copy(update={"gross_eur": gross, "leaving": False}))) for gross in before]
    whole = _figures(_chain(wage))
    parts.append({name: amount - sum(part[name] for part in parts) for name, amount in whole.items()})
    return parts[list(by_quarter).index(quarter.first_on)]


def _chain(wage: WagesRequest) -> PayChain:
    return pay_chain(
        wage.gross_eur,
        wage.chain,
        wage.last_day_on,
        withholding=wage.withholding,
        leaving=wage.leaving,
        earlier=wage.earlier_eur,
    )


def _figures(chain: PayChain) -> dict[str, int]:
    amounts: dict[str, Decimal] = {line.key: line.amount_eur for line in chain.figures}
    return {column: int(amounts.get(key, ZERO) * 100) for key, column in FIGURES.items()}
