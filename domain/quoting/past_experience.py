"""What was lived through with a client and a crew, told beside the quote."""

from collections.abc import Iterator

from domain.parties import CrewMember
from domain.quoting.models import Notice
from domain.quoting.sheet import QuoteInput


def notices(sheet: QuoteInput) -> Iterator[Notice]:
    """How this client pays, and what people earned last time where nothing is fixed yet."""
    yield from _client(sheet)
    for n, person in enumerate(sheet.declaration.crew):
        yield from _last_time(sheet, n, person)


def _client(sheet: QuoteInput) -> Iterator[Notice]:
    record = sheet.context.client
    if record.late_days is None:
        return
    places = {"days": str(record.late_days), "invoices": str(record.paid_invoices)}
    if record.late_days:
        text = "This client usually pays {days} days late (paid invoices: {invoices})."
        yield Notice(code="client_late", text=text, params=places, field="client")
    else:
        text = "This client usually pays in time (paid invoices: {invoices})."
        yield Notice(code="client_in_time", text=text, params=places, field="client")


def _last_time(sheet: QuoteInput, n: int, person: CrewMember) -> Iterator[Notice]:
    record = sheet.record(person)
    fixed = (person.gross_eur, person.net_wished_eur, person.budget_eur)
    if record.last_gross_eur is None or record.last_on is None or any(one is not None for one in fixed):
        return
    yield Notice(
        code="known_rate",
        text="{item} earned {gross} EUR gross for {days} days the last time, on {on}.",
        params={
            "item": sheet.name_of(person.item),
            "gross": str(record.last_gross_eur),
            "days": str(record.last_days),
            "on": record.last_on.isoformat(),
        },
        field=f"crew.{n}",
    )
