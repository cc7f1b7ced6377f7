"""The desk for unpaid invoices, as the stories of a collection use it."""

from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

from activities.debt_collection import STAGES, DebtCollection
from domain.orders import StepOrder
from domain.people import Client
from domain.rules.consumer import ConsumerTerms
from domain.services.agreement import LateTerms
from domain.services.debt_collection import (
    ClosedStage,
    DebtCollectionRequest,
    DunningStage,
    OpenBalance,
    StageDone,
    StageKind,
    StageRequest,
)
from domain.services.invoicing import InvoiceDraft
from domain.statements import Statement, StatementEntry
from partners.bailiff import DossierOffice
from partners.registered_mail import RegisteredMail
from storage.money.ledger import LedgerStore
from storage.money.statements import Statements
from storage.services.collection_costs import CollectionCosts
from storage.services.counsel_answers import CounselAnswers
from storage.services.debt_collection import Collections
from storage.services.instalments import Instalments
from storage.services.invoicing import Invoices
from tests.services.office import LIEGE, Office


class Desk:
    """The desk for unpaid invoices, with one invoice on it."""

    def __init__(self, office: Office, terms: ConsumerTerms | None = None) -> None:
        self.office = office
        self.collections = Collections(office.database)
        self.invoices = Invoices(office.database)
        self.statements = Statements(office.database)
        self.ledger = LedgerStore(office.database)
        self.client = office.client
        self.request: DebtCollectionRequest
        self._balance = D("0.00")
        agreed = terms or ConsumerTerms()
        office.jobs.agreed_late = LateTerms(
            lump_sum_clause=agreed.lump_sum_clause, interest_clause_percent=agreed.interest_clause_percent
        )
        self.service = DebtCollection(
            collections=self.collections,
            answers=CounselAnswers(office.database),
            plans=Instalments(office.database),
            costs=CollectionCosts(office.database),
            invoices=self.invoices,
            receipts=self.statements,
            ledger=self.ledger,
            registered_mail=RegisteredMail(office.partners.http("registered-mail")),
            lawyer=DossierOffice(office.partners.http("lawyer")),
            bailiff=DossierOffice(office.partners.http("bailiff")),
            entities=office.entities,
            clients=office.clients,
            jobs=office.jobs,
            papers=office.papers,
            printer=office.press,
            post=office.post,
            letterhead=office.letterhead,
            clock=office.clock,
            consumer_terms=terms,
        )

    async def invoiced(
        self, net: str, vat: str, due_on: str, client: Client | None = None, item: str = "INV000000001", **more: Any
    ) -> None:
        """An invoice was issued and its collection began."""
        if client is not None:
            self.client = await self.office.clients.declare(client)
        total = D(net) + D(vat)
        due = date.fromisoformat(due_on)
        draft = InvoiceDraft(
            order_key=f"{self.office.job_id}/invoicing/{item.lower()}/1",
            invoice_id=item,
            job_id=self.office.job_id,
            entity="liege",
            prefix="AL" if "credits" not in more else "AL-CN",
            client_id=self.client.client_id,
            client_version=self.client.version,
            issued_on=date(2026, 1, 2),
            due_on=due,
            net_eur=D(net),
            vat_eur=D(vat),
            total_eur=total,
            payable_eur=total,
            **{"kind": "invoice", **more},
        )
        kept = await self.invoices.issue(draft)
        if "credits" not in more:
            self.request = DebtCollectionRequest(
                invoice_id=kept.invoice_id,
                number=kept.number,
                client_id=kept.client_id,
                client_version=kept.client_version,
                member_id="p-ana",
                payable_eur=kept.payable_eur,
                due_on=kept.due_on,
                consumer=self.client.kind == "private_person",
            )

    async def paid(self, amount: str, on: str) -> None:
        """The bank's statement of a day shows the client's money."""
        kept, opening = await self.invoices.invoice(self.request.invoice_id), self._balance
        self._balance += D(amount)
        entry = StatementEntry(
            reference=f"B{on}", amount_eur=D(amount), booked_on=date.fromisoformat(on),
            structured=kept.payment_reference,
        )  # fmt: skip
        statement = Statement(
            source="camt.053", iban=LIEGE.iban, statement_id=on, on=date.fromisoformat(on),
            opening_eur=opening, closing_eur=self._balance, entries=(entry,),
        )  # fmt: skip
        assert await self.statements.take(statement, self.office.clock.now()) is not None

    def on(self, day: str) -> None:
        """It is ten in the morning, winter time, of this day."""
        self.office.clock.at = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=9)

    def order(self, *closed: ClosedStage) -> StepOrder[DebtCollectionRequest]:
        return StepOrder(
            job_id=self.office.job_id,
            service="debt_collection",
            item=self.request.invoice_id.lower(),
            entity="liege",
            request=self.request.model_copy(update={"closed": closed}),
        )

    async def look(self, *closed: ClosedStage) -> OpenBalance:
        return await self.service.look(self.order(*closed))

    async def by_hand(self, kind: StageKind, told: dict[str, Any]) -> StageDone:
        """A person carried a stage out, and says what came of it."""
        step = STAGES[kind]
        assert step.record is not None
        order = self._order_of(kind).model_copy(update={"by_hand": told})
        return await step.record.call(self.service, order)

    async def stage(self, kind: StageKind, *, revision: int = 1, **more: Any) -> StageDone:
        """Carry one stage out, as the process would."""
        (verb,) = STAGES[kind].confirm
        return await verb.call(self.service, self._order_of(kind, revision, **more))

    def _order_of(self, kind: StageKind, revision: int = 1, **more: Any) -> StepOrder[StageRequest]:
        item = f"{self.request.invoice_id.lower()}-{kind.replace('_', '-')}"
        return StepOrder[StageRequest](
            job_id=self.office.job_id,
            service="debt_collection",
            item=item,
            revision=revision,
            entity="liege",
            request=StageRequest(
                collection=self.request,
                stage=DunningStage(kind=kind, at=self.office.clock.now(), basis="test"),
                **more,
            ),
        )

    async def reminded(self, *days: str) -> None:
        """The two reminders and the formal notice, each on its day."""
        kinds: tuple[StageKind, ...] = ("friendly_reminder", "first_reminder", "formal_notice")
        for kind, day in zip(kinds, days, strict=False):
            self.on(day)
            await self.stage(kind)

    async def letters(self) -> list[str]:
        """The registered letters that were really posted."""
        return await self.office.partners.effects("registered-mail", "letter")
