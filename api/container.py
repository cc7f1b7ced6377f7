"""What every route needs, made once per application and handed to each request: no globals."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Literal, Protocol

from fastapi import Depends, Request

from api.ports.bank import BankDeskPort
from api.ports.codec_access import Looks
from api.ports.previews import Previews
from api.ports.process import Process
from domain.papers import Paper
from domain.periods import day_in_brussels
from engine.settings import Settings
from storage.core.database import Clock, Database
from storage.execution.attempts import Attempts
from storage.execution.bulk_replays import Replays
from storage.execution.events import Events
from storage.execution.operations import Operations, Proposals
from storage.execution.orders import Orders
from storage.execution.partner_states import PartnerStates
from storage.execution.partner_switches import Switches
from storage.execution.stuck_processes import StuckProcesses
from storage.execution.webhooks import Webhooks
from storage.jobs.claims import Claims
from storage.jobs.deadlines import Deadlines
from storage.jobs.documents import Documents
from storage.jobs.drafts import Drafts
from storage.jobs.incidents import Incidents
from storage.jobs.jobs import Jobs
from storage.jobs.messages import Messages
from storage.jobs.quotes import Quotes
from storage.jobs.reported_events import Happenings
from storage.jobs.saved_views import JobViews
from storage.jobs.search import JobSearch
from storage.jobs.step_selection import Chooser
from storage.jobs.steps import StepRows
from storage.jobs.work_elsewhere import WorkOnJobs
from storage.money.ledger import LedgerStore
from storage.money.matching import HandMatches
from storage.money.payments import Payments
from storage.money.quote_balances import QuoteBalances
from storage.money.statements import Statements
from storage.people.clients import Clients
from storage.people.entities import Entities
from storage.people.members import Members
from storage.people.people import People
from storage.security.accounts import Accounts
from storage.security.audit import Audit
from storage.security.data_keys import DataKeys
from storage.security.links import Links
from storage.security.sessions import Sessions
from storage.services.insurance_claims import InsuranceClaimStore

ClockCommand = Literal["play", "pause", "next_day"]


class DemoClock(Protocol):
    """The hands of a demonstration's calendar."""

    async def turn(self, command: ClockCommand) -> None:
        """Let days pass, stop, or go to the next day."""
        ...


class Printer(Protocol):
    """Makes papers from data; satisfied by whoever wires the documents room."""

    async def pdf(self, paper: Paper) -> bytes:
        """The printed paper."""
        ...


@dataclass
class Container:
    """The stores, the processes and the clocks of one installation."""

    settings: Settings
    database: Database
    process: Process
    clock: Clock
    demo_clock: DemoClock | None = None
    shift: timedelta = timedelta(0)
    """Business time minus engine time, handed to every process; zero in production."""
    desk: BankDeskPort | None = None
    """The bank desk; none where this installation has no bank."""
    foresight: Previews | None = None
    """Says what a decision would really do; none where no partner can be asked."""
    printer: Printer | None = None
    """Prints the story of a dossier; none where this installation has no press."""

    def now(self) -> datetime:
        """Business time."""
        return self.clock.now()

    def today(self) -> date:
        """The business day in Brussels."""
        return day_in_brussels(self.now())

    @cached_property
    def chooser(self) -> Chooser:
        """Which steps many decisions are about."""
        return Chooser(self.database)

    @cached_property
    def happenings(self) -> Happenings:
        """What happened on jobs."""
        return Happenings(self.database)

    @cached_property
    def insurance_claims(self) -> InsuranceClaimStore:
        """What happened on jobs, as insurers are told of it."""
        return InsuranceClaimStore(self.database)

    @cached_property
    def incidents(self) -> Incidents:
        """What went wrong, told once."""
        return Incidents(self.database)

    @cached_property
    def partner_states(self) -> PartnerStates:
        """The partners' signs of life."""
        return PartnerStates(self.database)

    @cached_property
    def replays(self) -> Replays:
        """Many steps decided at once."""
        return Replays(self.database)

    @cached_property
    def stuck(self) -> StuckProcesses:
        """Which processes stand still because our own code fails."""
        return StuckProcesses(self.database)

    @cached_property
    def switches(self) -> Switches:
        """Which partners are called."""
        return Switches(self.database)

    @cached_property
    def accounts(self) -> Accounts:
        """How people sign in."""
        return Accounts(self.database)

    @cached_property
    def attempts(self) -> Attempts:
        """Every try of every activity."""
        return Attempts(self.database)

    @cached_property
    def audit(self) -> Audit:
        """Who decided what."""
        return Audit(self.database)

    @cached_property
    def claims(self) -> Claims:
        """Who is busy with which parked step, and what they noted."""
        return Claims(self.database)

    @cached_property
    def clients(self) -> Clients:
        """The clients, each version kept."""
        return Clients(self.database)

    @cached_property
    def data_keys(self) -> DataKeys:
        """The keys of histories, to read with; none is ever made at the door."""
        return DataKeys(self.database, self.settings.keys(), self.clock, making=False)

    @cached_property
    def looks(self) -> Looks:
        """Who has looked into which history lately."""
        return Looks()

    @cached_property
    def deadlines(self) -> Deadlines:
        """The legal deadlines."""
        return Deadlines(self.database)

    @cached_property
    def documents(self) -> Documents:
        """The papers."""
        return Documents(self.database, self.clock)

    @cached_property
    def drafts(self) -> Drafts:
        """Declarations people began."""
        return Drafts(self.database)

    @cached_property
    def entities(self) -> Entities:
        """The legal entities of the cooperative."""
        return Entities(self.database)

    @cached_property
    def events(self) -> Events:
        """The stories."""
        return Events(self.database)

    @cached_property
    def job_search(self) -> JobSearch:
        """The jobs as they are looked for."""
        return JobSearch(self.database)

    @cached_property
    def jobs(self) -> Jobs:
        """The jobs."""
        return Jobs(self.database)

    @cached_property
    def ledger(self) -> LedgerStore:
        """The books."""
        return LedgerStore(self.database)

    @cached_property
    def links(self) -> Links:
        """The links of clients and collaborators."""
        secrets = self.settings.keys().derive_all("links")
        return Links(self.database, secrets, self.settings.public_url, self.clock, self.data_keys.past)

    @cached_property
    def hand_matches(self) -> HandMatches:
        """What people say movements are that nobody recognised."""
        return HandMatches(self.database)

    @property
    def statements(self) -> Statements:
        """The statements of account."""
        return Statements(self.database)

    @cached_property
    def members(self) -> Members:
        """The members."""
        return Members(self.database)

    @cached_property
    def operations(self) -> Operations:
        """The decisions about steps, as they were given."""
        return Operations(self.database)

    @cached_property
    def proposals(self) -> Proposals:
        """The decisions that wait for a second person."""
        return Proposals(self.database)

    @cached_property
    def messages(self) -> Messages:
        """What members and advisers write each other about a job."""
        return Messages(self.database)

    @cached_property
    def orders(self) -> Orders:
        """What was asked of partners, and their answers."""
        return Orders(self.database)

    @cached_property
    def payments(self) -> Payments:
        """Payments on their way out, and their batches."""
        return Payments(self.database, self.clock)

    @cached_property
    def people(self) -> People:
        """Persons with their private data."""
        return People(self.database)

    @cached_property
    def quotes(self) -> Quotes:
        """The quotes people have seen."""
        return Quotes(self.database)

    @cached_property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        return Sessions(self.database)

    @cached_property
    def quote_balances(self) -> QuoteBalances:
        """What was lived through with clients and members, read for a quote."""
        return QuoteBalances(self.database)

    @cached_property
    def steps(self) -> StepRows:
        """The steps of all jobs."""
        return StepRows(self.database)

    @cached_property
    def views(self) -> JobViews:
        """Saved questions about jobs."""
        return JobViews(self.database)

    @cached_property
    def work_on_jobs(self) -> WorkOnJobs:
        """Who works on which job and when, read for a quote."""
        return WorkOnJobs(self.database)

    @cached_property
    def webhooks(self) -> Webhooks:
        """What partners told us unasked."""
        return Webhooks(self.database)


def get_container(request: Request) -> Container:
    """The house a request came to."""
    kept: Container = request.app.state.container
    return kept


Home = Annotated[Container, Depends(get_container)]
