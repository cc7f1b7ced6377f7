"""The services that make and collect money: the client's yes, the fund, the invoice and what follows it."""

from temporalio.client import Client

from activities import agreement, debt_collection, invoicing, prefinancing
from partners.bailiff import DossierOffice
from partners.peppol import PeppolAccessPoint
from partners.registered_mail import RegisteredMail
from storage.jobs.deadlines import Deadlines
from storage.jobs.documents import Documents
from storage.jobs.jobs import Jobs
from storage.jobs.summaries import JobSummaries
from storage.money.ledger import LedgerStore
from storage.money.statements import Statements
from storage.people.clients import Clients
from storage.people.entities import Entities
from storage.services.collection_costs import CollectionCosts
from storage.services.counsel_answers import CounselAnswers
from storage.services.debt_collection import Collections
from storage.services.instalments import Instalments
from storage.services.invoicing import Invoices
from storage.services.prefinancing import FundStore
from workers.collections import TemporalCollections
from workers.printer import Press
from workers.site import OnSite


def services(client: Client, site: OnSite) -> tuple[object, ...]:
    """Each service around the client and the client's money, bound to what it works with."""
    return (*_agreed(site), *_billed(client, site))


def _agreed(site: OnSite) -> tuple[object, ...]:
    database, clock = site.database, site.clock
    return (
        agreement.ClientAgreement(
            links=site.links,
            post=site.post,
            entities=Entities(database),
            clients=Clients(database),
            jobs=JobSummaries(database),
            declared=Jobs(database),
            printer=Press(),
            papers=Documents(database, clock),
            clock=clock,
            letterhead=site.letterhead,
        ),
        prefinancing.Prefinancing(FundStore(database), clock),
    )


def _billed(client: Client, site: OnSite) -> tuple[object, ...]:
    database, clock, partners = site.database, site.clock, site.partners
    return (
        invoicing.Invoicing(
            invoices=Invoices(database),
            printer=Press(),
            access_point=PeppolAccessPoint(partners.to("peppol")),
            ledger=LedgerStore(database),
            collections=TemporalCollections(client, site.settings.task_queue, site.calendar.shift),
            entities=Entities(database),
            clients=Clients(database),
            jobs=JobSummaries(database),
            papers=Documents(database, clock),
            post=site.post,
            deadlines=Deadlines(database),
            letterhead=site.letterhead,
            clock=clock,
        ),
        debt_collection.DebtCollection(
            collections=Collections(database),
            answers=CounselAnswers(database),
            plans=Instalments(database),
            costs=CollectionCosts(database),
            invoices=Invoices(database),
            receipts=Statements(database),
            ledger=LedgerStore(database),
            registered_mail=RegisteredMail(partners.to("registered-mail")),
            lawyer=DossierOffice(partners.to("lawyer")),
            bailiff=DossierOffice(partners.to("bailiff")),
            entities=Entities(database),
            clients=Clients(database),
            jobs=JobSummaries(database),
            papers=Documents(database, clock),
            printer=Press(),
            post=site.post,
            letterhead=site.letterhead,
            clock=clock,
            consumer_terms=site.settings.consumer_terms,
        ),
    )
