"""The desk that reads what clients answer to invoices, as it is wired for the morning rounds."""

from temporalio.client import Client

from activities.invoice_answers import InvoiceAnswers
from partners.peppol import PeppolAccessPoint
from storage.money.bank_problems import BankProblems
from storage.services.invoice_answers import InvoiceAnswerBook
from workers.bank_desk import Site
from workers.bulk import TemporalDoors


def answers_desk(site: Site, client: Client) -> InvoiceAnswers:
    """Answers of this installation's access point."""
    book = InvoiceAnswerBook(site.database)
    return InvoiceAnswers(
        line=PeppolAccessPoint(site.partners.to("peppol")),
        book=book,
        steps=book,
        doors=TemporalDoors(client),
        problems=BankProblems(site.database),
        clock=site.clock,
    )
