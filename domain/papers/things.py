"""Papers about covers, vans and equipment."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from domain.money import ZERO, PositiveEur
from domain.papers.base import EntityParty, Paper, Printed


class Cover(Printed):
    """One cover in force."""

    name: str
    insurer: str
    policy_number: str
    limit_eur: PositiveEur | None = None
    excess_eur: PositiveEur | None = None
    premium_eur: PositiveEur = ZERO


class InsuredThing(Printed):
    """One thing insured for a declared value."""

    name: str
    quantity: int = Field(default=1, ge=1)
    value_eur: PositiveEur
    serial: str | None = None


class CertificatePaper(Paper):
    """Insurance certificate: which covers are in force for which job, days and countries."""

    entity: EntityParty
    number: str
    job_title: str
    insured_from: date
    insured_until: date
    place: str
    countries: tuple[str, ...] = ("BE",)
    """ISO codes, printed in the language of the paper."""
    covers: tuple[Cover, ...] = Field(min_length=1)
    persons: tuple[str, ...] = ()
    things: tuple[InsuredThing, ...] = ()
    report_to: str
    """Where an accident is reported."""


class HandoverItem(Printed):
    """One thing that changes hands."""

    name: str
    quantity: int = Field(default=1, ge=1)
    serial: str | None = None
    value_eur: PositiveEur | None = None


class HandoverSheetPaper(Paper):
    """Handing over a van or equipment, out and back, with room for both signatures."""

    kind: Literal["van", "equipment"]
    entity: EntityParty
    number: str
    job_title: str
    lender: str
    borrower: str
    out_at: datetime
    out_place: str
    back_at: datetime
    back_place: str
    vehicle: str | None = None
    plate: str | None = None
    kilometres_out: int | None = None
    kilometres_included: int | None = None
    price_per_further_km_eur: Decimal | None = None
    fuel: str | None = None
    items: tuple[HandoverItem, ...] = ()
    remarks: tuple[str, ...] = ()
    """Damage already known."""
