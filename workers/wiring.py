"""The only place where a service meets its partner and its stores."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import httpx2
from temporalio.client import Client
from temporalio.worker import Worker

from activities import (
    agreement,
    debt_collection,
    employment_contract,
    equipment,
    expenses,
    insurance,
    invoicing,
    prefinancing,
    special_request,
    travel,
    van_rental,
    wages,
)
from activities.dimona import Dimona
from activities.letterhead import Letterhead
from activities.memory import Memory
from activities.paying import Paying
from activities.step import Step
from documents import render
from engine.calendar import ActivityClock, Calendar
from engine.settings import PARTNERS, Settings
from partners.bailiff import DossierOffice
from partners.dimona import DimonaAccount, SocialSecurity
from partners.equipment import SupplierHttp
from partners.insurance import InsurerHttp
from partners.mail import HttpMail, SmtpMail
from partners.peppol import PeppolAccessPoint
from partners.registered_mail import RegisteredMail
from partners.signature import SealPartner
from partners.travel import OsdmRailway
from partners.van_rental import TompHirer
from storage.attempts import Attempts
from storage.cards import JobCards
from storage.clients import Clients
from storage.collections import Collections
from storage.database import Database
from storage.deadlines import Deadlines
from storage.documents import Documents
from storage.engagements import CallList, Engagements
from storage.entities import Entities
from storage.fleet import FleetStore
from storage.fund import FundStore
from storage.invoices import Invoices
from storage.jobs import Jobs
from storage.ledger import LedgerStore
from storage.links import Links
from storage.orders import Orders
from storage.payments import Payments
from storage.people import People
from storage.sent_mails import SentMails
from storage.statements import Statements
from storage.stock import StockStore
from workers.collections import TemporalCollections
from workers.desk import bank_desk, nudger
from workers.interceptors import OnDuty, roles
from workers.isolation import workflow_runner
from workers.morning import MorningDuty
from workers.partners import PartnerLines
from workers.press import Press
from workflows.debt_collection import DebtCollectionWorkflow
from workflows.job import JobWorkflow
from workflows.morning import MorningWorkflow

STEPS: tuple[Step[Any, Any], ...] = (
    agreement.STEP,
    prefinancing.STEP,
    insurance.STEP,
    van_rental.STEP,
    equipment.STEP,
    travel.STEP,
    employment_contract.STEP,
    expenses.STEP,
    wages.STEP,
    invoicing.STEP,
    special_request.STEP,
    *debt_collection.STAGES.values(),
)
ACTIVITIES_AT_ONCE = 40
"""Mostly waiting for partners; more would only queue up at our own database."""
EAGER = 9
"""Activities that start in the same breath as the decision to take them: the fan-out of an ordinary job."""
TAKEN_OVER_AFTER = timedelta(seconds=1)
"""How long a dead worker's jobs wait before any worker may take them."""


@dataclass(frozen=True)
class OnSite:
    """What this installation has: settings, database, calendar, and how partners are reached."""

    settings: Settings
    database: Database
    calendar: Calendar
    transport: httpx2.AsyncBaseTransport | None = None
    """Replaces the network in tests."""

    @cached_property
    def clock(self) -> ActivityClock:
        """Business time for everything an activity does."""
        return ActivityClock(self.calendar)

    @cached_property
    def partners(self) -> PartnerLines:
        """The lines to partners."""
        return PartnerLines(self.settings, self.clock, self.transport)

    @cached_property
    def letterhead(self) -> Letterhead:
        """What this installation prints on its papers."""
        return Letterhead(
            sandbox=any(self.settings.is_sandbox(name) for name in PARTNERS),
            accident_insurer=self.settings.accident_insurer,
            accident_policy=self.settings.accident_policy,
            work_regulations=self.settings.work_regulations,
        )

    @cached_property
    def post(self) -> HttpMail | SmtpMail:
        """How mail leaves: by SMTP where an address is set, else through the simulated mail server."""
        if self.settings.mail_url:
            return SmtpMail(self.settings.mail_url, render.mail, self.clock, SentMails(self.database))
        return HttpMail(self.partners.to("mail"), render.mail)

    @cached_property
    def links(self) -> Links:
        """The links of people without an account."""
        secrets = self.settings.keys().derive_all("links")
        return Links(self.database, secrets, self.settings.public_url, self.clock)


def build_worker(client: Client, site: OnSite) -> Worker:
    """A worker that serves every process and every service."""
    duty = OnDuty(Orders(site.database), Attempts(site.database), site.clock, roles(list(STEPS)))
    return Worker(
        client,
        task_queue=site.settings.task_queue,
        workflows=[JobWorkflow, DebtCollectionWorkflow, MorningWorkflow],
        activities=activities(client, site),
        workflow_runner=workflow_runner(),
        interceptors=[duty],
        max_cached_workflows=site.settings.max_cached_workflows,
        max_concurrent_activities=ACTIVITIES_AT_ONCE,
        max_eager_activity_reservations_per_workflow_task=EAGER,
        sticky_queue_schedule_to_start_timeout=TAKEN_OVER_AFTER,
        graceful_shutdown_timeout=timedelta(seconds=2),
    )


def activities(client: Client, site: OnSite) -> list[Callable[..., Awaitable[Any]]]:
    """Every activity of every service, bound to what it works with."""
    services = (*_bookings(site), *_agreed(site), *_people(site), *_money(client, site))
    found = [Memory(Jobs(site.database)).remember]
    return found + [method for service in services for method in _defined(service)]


def _defined(service: object) -> list[Callable[..., Awaitable[Any]]]:
    """The methods of a service that are activities."""
    methods = (getattr(service, name) for name in dir(service) if not name.startswith("_"))
    return [method for method in methods if hasattr(method, "__temporal_activity_definition")]


def _bookings(site: OnSite) -> tuple[object, ...]:
    database, clock, partners = site.database, site.clock, site.partners
    entities, people = Entities(database), People(database)
    papers, ledger = Documents(database, clock), LedgerStore(database)
    return (
        van_rental.VanRental(FleetStore(database), TompHirer(partners.to("vans")), ledger, clock),
        equipment.Equipment(StockStore(database), SupplierHttp(partners.to("supplier")), entities, ledger, clock),
        travel.Travel(OsdmRailway(partners.to("railway")), people, papers, ledger, clock),
        insurance.Insurance(
            InsurerHttp(partners.to("insurer")),
            entities,
            JobCards(database),
            Press(),
            papers,
            ledger,
            clock,
            site.letterhead,
        ),
        special_request.SpecialRequest(),
    )


def _agreed(site: OnSite) -> tuple[object, ...]:
    database, clock = site.database, site.clock
    return (
        agreement.ClientAgreement(
            links=site.links,
            post=site.post,
            entities=Entities(database),
            clients=Clients(database),
            jobs=JobCards(database),
            declared=Jobs(database),
            printer=Press(),
            papers=Documents(database, clock),
            deadlines=Deadlines(database),
            clock=clock,
            letterhead=site.letterhead,
        ),
        prefinancing.Prefinancing(FundStore(database), clock),
    )


def _people(site: OnSite) -> tuple[object, ...]:
    database, clock, partners = site.database, site.clock, site.partners
    entities, people, cards = Entities(database), People(database), JobCards(database)
    papers, ledger = Documents(database, clock), LedgerStore(database)
    paying = Paying(Payments(database, clock), people, clock)
    account = _dimona_account(site.settings)
    return (
        employment_contract.EmploymentContract(
            engagements=Engagements(database),
            call_list=CallList(database),
            seal_partner=SealPartner(partners.to("signature")),
            dimona=Dimona(SocialSecurity(partners.to("dimona"), account, clock)),
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


def _dimona_account(settings: Settings) -> DimonaAccount:
    key = settings.dimona_key_file.read_bytes() if settings.dimona_key_file else None
    return DimonaAccount(client_id=settings.dimona_client_id, private_key_pem=key)


def _money(client: Client, site: OnSite) -> tuple[object, ...]:
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
            jobs=JobCards(database),
            papers=Documents(database, clock),
            post=site.post,
            deadlines=Deadlines(database),
            letterhead=site.letterhead,
            clock=clock,
        ),
        debt_collection.DebtCollection(
            collections=Collections(database),
            invoices=Invoices(database),
            receipts=Statements(database),
            ledger=LedgerStore(database),
            registered_mail=RegisteredMail(partners.to("registered-mail")),
            lawyer=DossierOffice(partners.to("lawyer")),
            bailiff=DossierOffice(partners.to("bailiff")),
            entities=Entities(database),
            clients=Clients(database),
            jobs=JobCards(database),
            papers=Documents(database, clock),
            printer=Press(),
            post=site.post,
            letterhead=site.letterhead,
            clock=clock,
        ),
        MorningDuty(bank_desk(site), nudger(client), clock),
    )
