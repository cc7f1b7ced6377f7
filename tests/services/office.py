"""One office for the services around people and money: entity, client, persons, papers, links and mail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx2

import documents.render as press
from activities.letterhead import Letterhead
from domain.ledger import Account
from domain.papers import InvoicePaper, Paper, PaymentFile, PrintedMail
from domain.people import Address, Client, Entity, JobSummary, Person
from domain.plan import JobPlan
from domain.services.agreement import LateTerms
from engine.keys import MasterKeys
from partners.http import PartnerMessage
from storage.core.database import Database
from storage.jobs.deadlines import Deadlines
from storage.jobs.documents import Documents
from storage.jobs.jobs import Jobs, NewJob
from storage.money.ledger import LedgerStore
from storage.people.clients import Clients
from storage.people.entities import Entities
from storage.people.people import People
from storage.security.links import Links
from tests.databases import make_sqlite
from tests.services.conftest import Partners, TestClock

LIEGE = Entity(
    slug="liege",
    name="Allez-y Liège",
    legal_form="SC",
    enterprise_number="1000000021",
    address=Address(street="Rue Pierreuse", house_number="1", postal_code="4000", city="Liège"),
    seat="wallonia",
    court="Liège",
    iban="BE71096123456769",
    bic="GKCCBEBB",
    email="liege@allez-y.example",
    invoice_prefix="AL",
    joint_committee="304",
)
HALL = Client(
    client_id="",
    version=0,
    kind="company",
    name="Salle des fêtes SA",
    enterprise_number="0428759497",
    address=Address(street="Rue Haute", house_number="12", postal_code="1000", city="Bruxelles"),
    language="fr",
    email="client@example.org",
)
ANA = Person(
    person_id="p-ana",
    given_name="Ana",
    family_name="Ruiz",
    email="ana@example.org",
    language="fr",
    national_number="88022999990",
    birth_on=date(1988, 2, 29),
    iban="BE62510007547061",
    address=Address(street="Rue Basse", house_number="3", postal_code="4020", city="Liège"),
)
BOB = ANA.model_copy(
    update={"person_id": "p-bob", "given_name": "Bob", "family_name": "Peeters", "email": "bob@example.org"}
)
LETTERHEAD = Letterhead(
    sandbox=True,
    accident_insurer="Assurance commune",
    accident_policy="AT-2026-1",
    work_regulations="https://allez-y.example/reglement",
)


class SentMail(PartnerMessage):
    """A mail the simulated mail server took."""

    message_id: str
    reference: str | None = None
    subject: str = ""
    text: str = ""
    to: tuple[str, ...] = ()


class Mailbox(PartnerMessage):
    """What somebody received, newest first."""

    messages: tuple[SentMail, ...] = ()


class Press:
    """The real printing of every paper."""

    async def pdf(self, paper: Paper) -> bytes:
        return press.pdf(paper)

    async def invoice_files(self, paper: InvoicePaper) -> tuple[bytes, bytes]:
        return press.invoice_files(paper)

    async def pain_001(self, file: PaymentFile) -> bytes:
        return press.pain001(file)


class Letter(PartnerMessage):
    """A mail as the simulated mail server takes it."""

    to: tuple[str, ...]
    sender: str
    subject: str
    text: str
    html: str
    reference: str


class SandboxPost:
    """Mail through the simulated mail server."""

    def __init__(self, partners: Partners) -> None:
        self._http = partners.http("mail")

    async def send(
        self, key: str, to: str, mail: PrintedMail, attachments: tuple[tuple[str, bytes], ...] = ()
    ) -> str:
        printed = press.mail(mail)
        letter = Letter(
            to=(to,),
            sender="jobs@allez-y.example",
            subject=printed.subject,
            text=printed.text,
            html=printed.html,
            reference=key,
        )
        answer = await self._http.ask("POST", "/messages", SentMail, key=key, body=letter)
        return answer.message_id

    async def mailbox(self, address: str) -> tuple[SentMail, ...]:
        """What this person received, newest first."""
        return (await self._http.ask("GET", f"/mailboxes/{address}", Mailbox)).messages


class Cards:
    """What papers say of the one job of a test."""

    def __init__(self, job_id: str) -> None:
        self._job_id = job_id
        self.agreed_late: LateTerms | None = None

    async def late_terms(self, job_id: str) -> LateTerms | None:
        """Clauses the client accepted."""
        return self.agreed_late

    async def card(self, job_id: str) -> JobSummary:
        return JobSummary(
            job_id=job_id,
            title="Concert à Liège",
            member_id=ANA.person_id,
            member_name=ANA.name,
            client_name=HALL.name,
            adviser_name="Chloé Martin",
            adviser_email="adviser@example.org",
            adviser_phone="+32 4 000 00 00",
        )


@dataclass
class Office:
    """Everything a service is given."""

    database: Database
    partners: Partners
    clock: TestClock
    job_id: str
    client: Client
    entities: Entities
    clients: Clients
    people: People
    papers: Documents
    links: Links
    deadlines: Deadlines
    post: SandboxPost
    jobs: Cards
    press: Press
    ledger: LedgerStore
    letterhead: Letterhead = LETTERHEAD

    async def admin(self, path: str, **body: object) -> None:
        """Pull one of the sandbox's levers."""
        async with httpx2.AsyncClient(
            base_url="http://sandbox", transport=httpx2.ASGITransport(app=self.partners.app)
        ) as http:
            (await http.post(f"/admin/{path}", json=body)).raise_for_status()

    async def papers_of(self, kind: str) -> list[str]:
        """The names of the job's papers of one kind."""
        return [paper.name for paper in await self.papers.of_job(self.job_id) if paper.kind == kind]

    async def books(self) -> dict[Account, Decimal]:
        """The job's own accounts that are not at zero."""
        return (await self.ledger.balances(self.job_id)).open

    async def met(self) -> dict[tuple[str, str], datetime | None]:
        """The deadlines met so far."""
        return {(one.kind, one.item): one.met_at for one in await self.deadlines.of_job(self.job_id)}


@asynccontextmanager
async def open_office(url: str, partners: Partners, clock: TestClock) -> AsyncIterator[Office]:
    """An office with one declared job; a SQLite file that is not there yet is made with its tables."""
    make_sqlite(url)
    database = Database(url, MasterKeys("test", {"test": b"k" * 32}))
    entities, clients, people = Entities(database), Clients(database), People(database)
    await entities.seed([LIEGE])
    client = await clients.declare(HALL)
    for person in (ANA, BOB):
        await people.save(person, clock.now())
    declared = await Jobs(database).declare(
        NewJob(
            caller="test",
            key="1",
            body_hash="1",
            at=clock.now(),
            quote_id="q1",
            declaration={},
            plan=JobPlan(
                entity="liege",
                member_id=ANA.person_id,
                client_id=client.client_id,
                title="Concert à Liège",
                first_start_at=datetime(2026, 3, 14, 13, 0, tzinfo=UTC),
                last_end_at=datetime(2026, 3, 14, 22, 0, tzinfo=UTC),
                agree_by=datetime(2026, 3, 9, 9, 0, tzinfo=UTC),
                confirm_by=datetime(2026, 3, 12, 9, 0, tzinfo=UTC),
                report_by=datetime(2026, 3, 16, 9, 0, tzinfo=UTC),
            ),
            client_name=client.name,
            amount_eur=Decimal("1500.00"),
        )
    )
    try:
        yield Office(
            database=database,
            partners=partners,
            clock=clock,
            job_id=declared.job_id,
            client=client,
            entities=entities,
            clients=clients,
            people=people,
            papers=Documents(database, clock),
            links=Links(database, [b"s" * 32], "http://allin.test", clock),
            deadlines=Deadlines(database),
            post=SandboxPost(partners),
            jobs=Cards(declared.job_id),
            press=Press(),
            ledger=LedgerStore(database),
        )
    finally:
        await database.close()
