"""The services that engage and pay people, each with its stores and its partner."""

from temporalio.client import Client

from activities import employment_contract, expenses, wages
from activities.dimona import Dimona
from activities.person_payments import Paying
from engine.settings import Settings
from partners.dimona import DimonaAccount, SocialSecurity
from partners.signature import SealPartner
from storage.jobs.deadlines import Deadlines
from storage.jobs.documents import Documents
from storage.jobs.summaries import JobSummaries
from storage.money.ledger import LedgerStore
from storage.money.payments import Payments
from storage.people.entities import Entities
from storage.people.people import People
from storage.services.employment_contract import CallList, Engagements
from workers.bank_desk import waker
from workers.printer import Press
from workers.site import OnSite


def services(client: Client, site: OnSite) -> tuple[object, ...]:
    """Each service for people, bound to what it works with."""
    database, clock, partners = site.database, site.clock, site.partners
    entities, people, cards = Entities(database), People(database), JobSummaries(database)
    papers, ledger = Documents(database, clock), LedgerStore(database)
    paying = Paying(Payments(database, clock), people, clock)
    account = dimona_account(site.settings)
    return (
        employment_contract.EmploymentContract(
            engagements=Engagements(database),
            call_list=CallList(database),
            seal_partner=SealPartner(partners.to("signature")),
            dimona=Dimona(
                SocialSecurity(partners.to("dimona"), account, clock),
                start_by_update=site.settings.dimona_start_by_update,
            ),
            entities=entities,
            people=people,
            jobs=cards,
            links=site.links,
            papers=papers,
            printer=Press(),
            post=site.post,
            deadlines=Deadlines(database),
            letterhead=site.letterhead,
            clock=clock,
            wake=waker(client),
        ),
        wages.Wages(
            paying=paying,
            ledger=ledger,
            entities=entities,
            people=people,
            jobs=cards,
            links=site.links,
            papers=papers,
            printer=Press(),
            post=site.post,
            deadlines=Deadlines(database),
            letterhead=site.letterhead,
            clock=clock,
        ),
        expenses.Expenses(
            paying=paying,
            ledger=ledger,
            entities=entities,
            people=people,
            jobs=cards,
            papers=papers,
            printer=Press(),
            letterhead=site.letterhead,
            clock=clock,
            receipts_required=not site.letterhead.sandbox,  # simulated members have no camera
        ),
    )


def dimona_account(settings: Settings) -> DimonaAccount:
    """How this installation signs in at social security."""
    key = settings.dimona_key_file.read_bytes() if settings.dimona_key_file else None
    return DimonaAccount(client_id=settings.dimona_client_id, private_key_pem=key)
