"""What every verb of a collection leans on: where the invoice stands, its letters, and each stage done once."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from activities.debt_collection_papers import Position, claim_mail, number_of
from activities.debt_collection_ports import (
    Answers,
    Collections,
    CostBook,
    DossierOffice,
    InvoiceBook,
    JobPapers,
    Plans,
    Receipts,
    RegisteredMail,
)
from activities.letterhead import Letterhead
from activities.ports import Audience, Clients, Entities, Jobs, Ledger, Post, Printer
from activities.step import Clock
from domain.collection_state import KeptCollection, KeptStage, NewCollection, StageEnding
from domain.instalments import held_to
from domain.money import ZERO
from domain.orders import StepOrder, order_key
from domain.papers import ReminderPaper
from domain.periods import ONE_DAY, day_in_brussels
from domain.rules.collection_costs import charged_when
from domain.rules.consumer import ConsumerTerms
from domain.rules.debt_collection import InvoiceFacts, Route
from domain.rules.interest import DatedPayment
from domain.services.agreement import LateTerms
from domain.services.debt_collection import (
    OFFICES,
    ClientNotReachable,
    CollectionCost,
    DebtCollectionRequest,
    InvoiceDisputed,
    LossBearer,
    StageDone,
    StageKind,
    StageRequest,
)

StageOrder = StepOrder[StageRequest]
Filed = tuple[str, bytes]
BETWEEN_US_AND_THE_CLIENT: tuple[Audience, ...] = ("client", "member", "advisor", "ops")
BETWEEN_US_AND_COUNSEL: tuple[Audience, ...] = ("advisor", "ops")


class CollectionDesk:
    """The cooperative's desk for unpaid invoices."""

    def __init__(
        self,
        *,
        collections: Collections,
        answers: Answers,
        plans: Plans,
        costs: CostBook,
        invoices: InvoiceBook,
        receipts: Receipts,
        ledger: Ledger,
        registered_mail: RegisteredMail,
        lawyer: DossierOffice,
        bailiff: DossierOffice,
        entities: Entities,
        clients: Clients,
        jobs: Jobs,
        papers: JobPapers,
        printer: Printer,
        post: Post,
        letterhead: Letterhead,
        clock: Clock,
        consumer_terms: ConsumerTerms | None = None,
    ) -> None:
        self._collections = collections
        self._answers = answers
        self._plans = plans
        self._costs = costs
        self._invoices = invoices
        self._receipts = receipts
        self._ledger = ledger
        self._registered_mail = registered_mail
        self._lawyer = lawyer
        self._bailiff = bailiff
        self._entities = entities
        self._clients = clients
        self._jobs = jobs
        self._papers = papers
        self._printer = printer
        self._post = post
        self._letterhead = letterhead
        self._clock = clock
        self._small_enterprise = (consumer_terms or ConsumerTerms()).small_enterprise

    # --- where the invoice stands ---

    def _today(self) -> date:
        return day_in_brussels(self._clock.now())

    async def _position(self, job_id: str, entity: str, request: DebtCollectionRequest) -> Position:
        """Statements, credit notes and stages as they are at this moment, not as the process last heard."""
        collection = await self._opened(job_id, entity, request)
        invoice = await self._invoices.invoice(request.invoice_id)
        client = await self._clients.client(request.client_id, request.client_version)
        received = await self._receipts.received(request.invoice_id)
        seller = await self._entities.entity(entity)
        position = Position(
            invoice=invoice,
            collection=collection,
            client=client,
            entity=seller,
            card=await self._jobs.card(job_id),
            facts=InvoiceFacts(
                amount_eur=invoice.payable_eur,
                due_on=invoice.due_on,
                client_kind=client.kind,
                client_country=client.country,
                enterprise_known=client.enterprise_number is not None,
                terms=collection.terms,
                compensation=invoice.kind == "debit_note",
                payments=tuple(DatedPayment(on=one.on, amount_eur=one.amount_eur) for one in received),
                credited_eur=invoice.credited_eur,
                tolerance_eur=seller.tolerance_eur,
                done=collection.over,
                heard=collection.heard,
                disputed=collection.state == "disputed",
            ),
            language=request.language,
            on=self._today(),
            late_paid_eur=await self._late_paid(request.invoice_id),
        )
        return _resting(position)

    async def _late_paid(self, invoice_id: str) -> Decimal:
        above = await self._receipts.received_above(invoice_id)
        return max(above, ZERO) + await self._receipts.late_costs_received(invoice_id)

    async def _opened(self, job_id: str, entity: str, request: DebtCollectionRequest) -> KeptCollection:
        agreed = (await self._jobs.late_terms(job_id) if request.consumer else None) or LateTerms()
        return await self._collections.open(
            NewCollection(
                invoice_id=request.invoice_id,
                job_id=job_id,
                entity=entity,
                client_id=request.client_id,
                client_version=request.client_version,
                payable_eur=request.payable_eur,
                due_on=request.due_on,
                terms=ConsumerTerms(
                    lump_sum_clause=agreed.lump_sum_clause,
                    interest_clause_percent=agreed.interest_clause_percent,
                    small_enterprise=self._small_enterprise,
                ),
                opened_at=self._clock.now(),
            )
        )

    async def _note_closed(self, order: StepOrder[DebtCollectionRequest]) -> None:
        """What people did by hand or gave up is over too, else it would be planned again for ever. Only giving up
        the write-off is no end: nothing comes after it, so it is asked again.

        By hand counts as sent by post today: the slower reckoning, never earlier than the law.
        """
        invoice_id = order.request.invoice_id
        for stage in order.request.closed:
            if stage.kind == "write_off" and not stage.by_hand:
                continue
            item = f"{invoice_id.lower()}-{stage.kind.replace('_', '-')}"
            await self._collections.ended_outside(
                invoice_id,
                stage.kind,
                order_key(order.job_id, order.service, item, 1),
                StageEnding(
                    ended="by_hand" if stage.by_hand else "skipped", ended_on=self._today(), channel="post"
                ),
                self._clock.now(),
            )
            if stage.kind == "write_off" and stage.by_hand:
                await self._collections.write_off(invoice_id, stage.borne_by or "community")

    def _office(self, kind: StageKind) -> DossierOffice:
        """Who holds the dossier of this stage."""
        return self._lawyer if OFFICES[kind] == "lawyer" else self._bailiff

    # --- one stage, once ---

    async def _stage_position(self, order: StageOrder) -> Position:
        return await self._position(order.job_id, order.entity, order.request.collection)

    async def _once(
        self,
        order: StageOrder,
        carry_out: Callable[[Position, KeptStage], Awaitable[StageEnding]],
        decision: Callable[[Position], None] | None = None,
    ) -> StageDone:
        """Carry a stage out unless it is over, paid or disputed; `decision` refuses until a person said yes."""
        kind, position = order.request.stage.kind, await self._stage_position(order)
        known = position.collection.stage(kind)
        if known is not None and known.over:
            return known.result()
        if position.open_eur <= 0:
            return StageDone(kind=kind)
        if position.facts.disputed:
            raise InvoiceDisputed(number=position.invoice.number)
        if decision is not None and not order.request.decided:
            decision(position)
        invoice_id = position.invoice.invoice_id
        begun = await self._collections.begin(invoice_id, kind, order.key, self._clock.now())
        ending = await carry_out(position, begun)
        return (await self._collections.end(invoice_id, kind, ending)).result()

    # --- letters and mails ---

    async def _file(
        self,
        order: StageOrder,
        begun: KeptStage,
        position: Position,
        paper: ReminderPaper,
        audience: tuple[Audience, ...] = BETWEEN_US_AND_THE_CLIENT,
        beside: str = "",
    ) -> Filed:
        """File a letter; one that could not be sent yesterday is written anew today, with today's days. `beside`
        names a paper that goes with the letter of the stage."""
        what = f"-{beside}" if beside else ""
        name = await self._papers.file(
            job_id=order.job_id,
            step=order.step,
            name=f"{number_of(position, begun.kind)}{what}.pdf",
            kind=begun.kind,
            media_type="application/pdf",
            content=await self._printer.pdf(paper),
            audience=audience,
            order_key=f"{begun.order_key}:{position.on.isoformat()}{what}",
        )
        return name, await self._papers.read(order.job_id, name)

    async def _mail(self, begun: KeptStage, position: Position, paper: ReminderPaper, letter: Filed) -> str:
        email = position.client.email
        if email is None:
            raise ClientNotReachable(field="e-mail", number=position.invoice.number)
        mail = claim_mail(begun.kind, position, paper, self._letterhead)
        return await self._post.send(f"{begun.order_key}:mail", email, mail, (letter,))

    async def _register(self, order: StageOrder, begun: KeptStage, position: Position, letter: Filed) -> str:
        posted = await self._registered_mail.post(
            key=f"{begun.order_key}:letter",
            name=position.client.name,
            address=position.address,
            document=letter,
            language=position.language,
        )
        await self._spent(position, begun.kind, posted.cost_eur, order.request.borne_by)
        return posted.tracking

    async def _spent(
        self,
        position: Position,
        kind: StageKind,
        total_eur: Decimal,
        borne_by: LossBearer,
        route: Route | None = None,
    ) -> None:
        """Book what a stage has cost in all so far; what is booked already stays as it is."""
        if total_eur <= ZERO:
            return
        await self._costs.spent(
            CollectionCost(
                job_id=position.collection.job_id,
                invoice_id=position.invoice.invoice_id,
                number=position.invoice.number,
                stage=kind,
                total_eur=total_eur,
                at=self._clock.now(),
                borne_by=borne_by,
                charged=charged_when(route),
                titled=position.title is not None,
            )
        )


def _resting(position: Position) -> Position:
    """While the agreed instalments are paid nothing else is asked, and interest runs or stops as agreed."""
    held, kept = position.plan_standing, held_to(position.collection.plans)
    if kept is None or (held is not None and held.broken):
        return position
    facts = position.facts.model_copy(
        update={
            "instalments_until": held.breaks_on - ONE_DAY if held is not None and held.breaks_on else None,
            "interest_stops_on": kept.agreed_on if kept.interest == "stops" else None,
        }
    )
    return replace(position, facts=facts)
