"""What the law does not let through: VAT that is not ours to charge, a student's hours, allowances, clock times."""

from collections.abc import Iterator
from datetime import UTC
from typing import Final

from domain.countries import VAT_TERRITORY
from domain.peppol import BELGIAN_VAT, ENTERPRISE
from domain.quoting import people_rules
from domain.quoting.models import Obstacle
from domain.quoting.obstacles import refuse
from domain.quoting.sheet import QuoteInput
from domain.rules.vat import EU, ForeignVatDue, NoSuchVatRate

SUMMER_TIME: Final = "Directive 2000/84/EC (summer time)"
VAT_PREFIX: Final = {"GR": "EL"}
"""Greek VAT numbers begin with EL. Source: Directive 2006/112/EC, art. 215."""


def obstacles(sheet: QuoteInput) -> Iterator[Obstacle]:
    """Everything of this kind that stands in the way."""
    yield from _no_such_time(sheet)
    yield from _above_quota(sheet)
    yield from _expenses(sheet)
    yield from _vat_number_of_country(sheet)
    yield from _receiver_of_invoices(sheet)


def _no_such_time(sheet: QuoteInput) -> Iterator[Obstacle]:
    """A time that no clock shows: the night the clocks go ahead, an hour is missing."""
    for n, day in enumerate(sheet.days):
        for wall in day.skipped:
            shown = wall.astimezone(UTC).astimezone(wall.tzinfo)
            text = "There is no {time} on {on}: the clocks go ahead that night."
            ways = ("Write {instead}, or another time.",)
            field = f"days.{n}.{'starts' if (wall.date(), wall.time()) == (day.date, day.starts) else 'ends'}"
            places = {"time": f"{wall:%H:%M}", "on": wall.date().isoformat(), "instead": f"{shown:%H:%M}"}
            yield refuse("no_such_time", field, text, ways, SUMMER_TIME, **places)


def _above_quota(sheet: QuoteInput) -> Iterator[Obstacle]:
    """A student whose hours with us alone are more than the quota: ordinary contributions are due on the excess."""
    for n, person in enumerate(sheet.declaration.crew):
        if (hours := people_rules.student_hours(sheet, person)) is None or hours.total <= hours.quota:
            continue
        text = "{item}: {hours} hours here and {counted} counted already are more than the {quota} of students."
        ways = (
            "Choose “Employee”: ordinary contributions and withholding tax are due.",
            "Declare fewer hours for {item}.",
        )
        yield refuse(
            "student_quota_full",
            f"crew.{n}.status",
            text,
            ways,
            hours.source,
            **hours.in_places(sheet, person),
        )


def _expenses(sheet: QuoteInput) -> Iterator[Obstacle]:
    """Allowances that the rules do not allow, or that the days of the job do not carry."""
    for n, found in people_rules.expense_findings(sheet):
        if found.blocking:
            ways = ("Correct the expense.", "Hand in receipts for what was really spent.")
            field = f"expenses.lines.{n}"
            yield refuse(f"expense_{found.rule}", field, found.text, ways, found.source, **found.params)


def _vat_number_of_country(sheet: QuoteInput) -> Iterator[Obstacle]:
    """A VAT number of another member state than the client's own: who accounts for the VAT would be unclear."""
    client = sheet.declaration.client
    if client is None or client.vat_number is None or VAT_TERRITORY.get(client.country, client.country) not in EU:
        return
    territory = VAT_TERRITORY.get(client.country, client.country)
    prefix = VAT_PREFIX.get(territory, territory)
    if not client.vat_number.startswith(prefix):
        text = "The VAT number begins with {given}, but a client in {country} has one that begins with {prefix}."
        ways = ("Correct the VAT number.", "Correct the client's country.")
        places = {"given": client.vat_number[:2], "country": client.country, "prefix": prefix}
        source = "Directive 2006/112/EC, art. 215"
        yield refuse("vat_number_country", "client.vat_number", text, ways, source, **places)


def _receiver_of_invoices(sheet: QuoteInput) -> Iterator[Obstacle]:
    """A Belgian Peppol number of another enterprise than the client: its invoice would go to somebody else."""
    client = sheet.declaration.client
    if client is None or client.peppol_id is None or client.enterprise_number is None:
        return
    scheme, _, number = client.peppol_id.partition(":")
    if scheme in (ENTERPRISE, BELGIAN_VAT) and number.removeprefix("BE") != client.enterprise_number:
        text = (
            "The Peppol number {peppol} is of another enterprise than the client's {number}: the invoice would go "
            "there."
        )
        ways = (
            "Leave the Peppol number out: it is derived from the enterprise number.",
            "Correct the enterprise number.",
            "Name the enterprise that orders and pays as the client.",
        )
        places = {"peppol": client.peppol_id, "number": client.enterprise_number}
        yield refuse(
            "peppol_of_another", "client.peppol_id", text, ways, "Peppol code list v9.7, scheme 0208", **places
        )


def vat_refused(refusal: ForeignVatDue | NoSuchVatRate) -> Obstacle:
    """The VAT of another country is due, which a person arranges; or a rate that does not exist was chosen."""
    if isinstance(refusal, NoSuchVatRate):
        text = "There is no VAT rate of {percent} % on {on}."
        choices_left = ("Choose one of: {known}.", "Leave the choice out: the two questions decide.")
        field, source = "vat.override_percent", "CTVA art. 37; RD 20"
        return refuse("no_such_vat_rate", field, text, choices_left, source, **refusal.params)
    text = "Such a service in {country} for a client who is no taxable person bears the VAT of that country."
    ways = (
        "Ask your adviser: the VAT is declared there.",
        "Give the client's VAT number, or outside the EU its business number, if it has one.",
        "Let a company organise it and order it from you.",
    )
    made = refuse("foreign_vat", "client", text, ways, "CTVA art. 21bis § 2, 5°", country=refusal.params["country"])
    return made.model_copy(update={"decided_by": refusal.decided_by})
