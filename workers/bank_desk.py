"""The bank desk as it is wired: one for the morning rounds, one for finance people at the door."""

from typing import Protocol

from temporalio.client import Client

from activities.bank import BankDesk
from activities.employment_contract_ports import Waker
from domain import workflow_ids
from domain.bank import Nudge
from engine.calendar import ActivityClock
from partners import bank_files
from partners.bank import Bank
from storage.core.database import Database
from storage.money.bank_effects import BankMoves
from storage.money.bank_problems import BankProblems
from storage.money.ledger import LedgerStore
from storage.money.payee_checks import PayeeChecks
from storage.money.payments import Payments
from storage.money.statements import Statements
from storage.people.entities import Entities
from storage.people.payees import Payees
from workers.morning import TemporalNudger
from workers.partners import PartnerLines
from workers.printer import Press


class Site(Protocol):
    """What an installation has, as far as the desk needs it."""

    @property
    def database(self) -> Database:
        """Where everything is remembered."""
        ...

    @property
    def clock(self) -> ActivityClock:
        """Business time."""
        ...

    @property
    def partners(self) -> PartnerLines:
        """How partners are reached."""
        ...


def bank_desk(site: Site) -> BankDesk:
    """Money in and out at the bank of this installation."""
    database = site.database
    return BankDesk(
        entities=Entities(database),
        people=Payees(database, site.clock),
        payments=Payments(database, site.clock),
        statements=Statements(database),
        moves=BankMoves(database),
        ledger=LedgerStore(database),
        bank=Bank(site.partners.to("bank")),
        files=bank_files,
        printer=Press(),
        clock=site.clock,
        problems=BankProblems(database),
        checks=PayeeChecks(database),
    )


def waker(client: Client) -> Waker:
    """Tells the processes of other jobs that what they lean on has changed."""
    nudge = TemporalNudger(client)

    async def wake(job_id: str, step: str) -> None:
        await nudge(Nudge(workflow_id=workflow_ids.of_job(job_id), step=step))

    return wake


def nudger(client: Client) -> TemporalNudger:
    """Tells the processes that wait for money to look again."""
    return TemporalNudger(client)
