"""How a job stops: what was held goes back, what binds asks a person, who worked is paid."""

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Coroutine
from typing import Any

from temporalio import workflow

from activities import employment_contract, expenses, insurance, invoicing, prefinancing, wages
from domain.job import JobInput
from domain.orders import crew_of, month_of, split_step, step_name
from domain.periods import day_in_brussels
from domain.services.expenses import ExpensesRequest, spent_by
from domain.services.invoicing import CANCELLATION, FEE_STEP, InvoiceRequest, IssuedInvoice
from workflows.activity_calls import JobStopped
from workflows.booking import Booking
from workflows.claiming import COVER, claim_of, declare, settle


class Stopping(Booking):
    """A job that can be stopped at any border, in good order."""

    def __init__(self, job: JobInput) -> None:
        super().__init__(job)
        self._owed: list[str] = []
        """Who is paid although the job stops."""
        self._answered_about: set[str] = set()
        """Documents of which it is known whether they are credited or stand."""

    def _refuse(self, kind: str, **params: str) -> None:
        self._notebook.tell(kind, **params)
        self._file.refused = True
        self._request_stop(kind)
        raise JobStopped

    async def _stop_in_good_order(self) -> None:
        """Give back what was held, and ask a person about each thing that is signed, issued or paid.

        All of it side by side: what is parked holds nothing else up. The fund comes last, when the costs are known.
        """
        await self._strands.ended()
        self._steps.winding_down = True
        if workflow.patched("stopped-short"):
            self._steps.stopped_short(keep=[*self._pay_of(self._signed()), FEE_STEP])
        declared = self._claim()
        if workflow.patched("stop-side-by-side"):
            await self._steps.find_lost(invoicing.STEP)
            names = [name for name in reversed(self._file.undo) if name != "prefinancing"]
            signed = self._signed()
            await self._strands.together(
                *(self._give_back(name, signed) for name in names),
                *(self._end_or_pay(slug) for slug in signed),
                *(self._credit(document) for document in self._issued()),
                *self._fee_claimed(),
            )
        else:
            await self._stop_one_by_one()
        await self._until(lambda: "open" not in self._file.collections.values())
        await self._strands.together(*declared)
        await settle(self._steps)
        if self._owed or self._file.collections:
            await self._steps.confirm(prefinancing.STEP)
        else:
            await self._steps.undo("prefinancing")
        await self._steps.close_books(prefinancing.STEP)
        self._steps.close_open()
        self._file.state = "refused" if self._file.refused else "withdrawn"
        self._notebook.tell(f"job.{self._file.state}")

    def _claim(self) -> list["asyncio.Task[None]"]:
        """Declare the claim on the cancellation cover, if there is one, at once; its cover stays."""
        claim = claim_of(self._plan, self._file, self._notebook.now())
        if claim is None or not workflow.patched("claims-on-the-cover"):
            return []
        self._file.steps[insurance.STEP.name].keeps = (COVER,)
        return self._strands.beside(declare(self._steps, claim))

    async def _give_back(self, name: str, asked: list[str]) -> None:
        """What turns out to be signed is asked about like everything signed."""
        await self._steps.undo(name)
        service, slug = split_step(name)
        if service == employment_contract.STEP.name and slug in self._signed() and slug not in asked:
            await self._end_or_pay(slug)

    def _pay_of(self, slugs: list[str]) -> list[str]:
        own = [step_name(step.name, slug) for slug in slugs for step in (wages.STEP, expenses.STEP)]
        monthly = [
            name for name, one in self._file.steps.items() if month_of(one.item) and crew_of(one.item) in slugs
        ]
        return [*own, *monthly]

    async def _stop_one_by_one(self) -> None:
        """As jobs stopped that began to stop before everything was asked side by side."""
        for name in reversed(list(self._file.undo)):
            if name != "prefinancing":
                await self._steps.undo(name)
        self._owed = [slug for slug in self._signed() if await self._stays_owed(slug)]
        self._engaged.update(self._owed)
        await self._strands.together(*(self._pay(slug) for slug in self._owed))
        for document in self._plan.invoicing:
            await self._credit(document)

    async def _end_or_pay(self, slug: str) -> None:
        """One person's question: ended by agreement, or paid as was promised."""
        if await self._stays_owed(slug):
            self._owed.append(slug)
            self._engaged.add(slug)
            await self._pay(slug)
        elif workflow.patched(f"nothing-owed:{slug}"):
            if workflow.patched(f"ordered-pay-comes-off:{slug}"):
                await self._take_off_pay(slug)
            self._steps.not_needed(self._pay_of([slug]))

    async def _take_off_pay(self, slug: str) -> None:
        """What was ordered for somebody whose contract ended comes off the list; what has gone stays paid."""
        spent = self._plan.expenses.get(slug)
        gone: list[Awaitable[object]] = []
        for item, wage in self._plan.wages.items():
            if crew_of(item) == slug and not await self._steps.take_off(wages.STEP, item):
                gone.append(self._steps.do(wages.STEP, wage, item))
        if spent is not None and not await self._steps.take_off(expenses.STEP, slug):
            gone.append(self._steps.do(expenses.STEP, spent, slug))
        if gone:
            self._owed.append(slug)
            await self._strands.together(*gone)

    async def _stays_owed(self, slug: str) -> bool:
        """Termination signed by both, or the pay stays owed: a decision per person, never automatic."""
        return not await self._steps.correct(employment_contract.STEP, slug, "SignedContract")

    async def _credit(self, document: str) -> None:
        """An issued invoice is credited when a person says so; else its money is still awaited."""
        name = step_name("invoicing", document)
        if name not in self._file.bound:
            return
        credited = await self._steps.correct(invoicing.STEP, document, "IssuedInvoice")
        self._answered_about.add(document)
        state = self._file.steps[name]
        if not credited and state.booking is not None and workflow.patched(f"kept-is-collected:{document}"):
            kept = invoicing.STEP.booking.model_validate(state.booking)
            await self._money_awaited(kept, invoicing.STEP.request.model_validate(state.request))

    async def _money_awaited(self, issued: IssuedInvoice | None, request: InvoiceRequest | None) -> None:
        """Until the money of one document came, was credited or is given up."""
        if issued is None or request is None:
            return
        if not request.collect and not workflow.patched(f"awaited-all-the-same:{issued.invoice_id}"):
            return
        self._file.collections.setdefault(issued.invoice_id, "open")
        self._notebook.changed()
        await self._until(lambda: self._file.collections[issued.invoice_id] != "open")

    def _issued(self) -> list[str]:
        """Every document that went out, also one that a moved job has no place for any more; not the fee for
        cancelling, which is asked because the job stops."""
        steps = map(split_step, self._file.bound)
        return sorted(item for service, item in steps if service == "invoicing" and item != CANCELLATION)

    def _fee_claimed(self) -> list[Coroutine[Any, Any, None]]:
        """What a client owes who cancelled, once it is known which deposits stand: an adviser says what it is."""
        fee, issued = self._file.cancellation, self._issued()
        return [] if fee is None else [self._claim_fee(fee, issued)]

    async def _claim_fee(self, fee: InvoiceRequest, issued: list[str]) -> None:
        await self._until(lambda: self._answered_about.issuperset(issued))
        await self._money_awaited(await self._steps.do(invoicing.STEP, fee, CANCELLATION), fee)

    def _spent(self, slug: str, planned: ExpensesRequest | None) -> ExpensesRequest | None:
        """What is paid back to somebody who keeps the wage and does not go: nothing that lies ahead."""
        spent = spent_by(planned, day_in_brussels(self._notebook.now())) if planned else None
        if spent == planned or not workflow.patched(f"only-what-was-spent:{slug}"):
            return planned
        self._notebook.tell("job.not_spent", step=step_name(employment_contract.STEP.name, slug))
        return spent

    @abstractmethod
    async def _pay(self, slug: str) -> None:
        """Pay somebody who was engaged what was promised."""

    def _signed(self) -> list[str]:
        """Whoever the cooperative has signed with, also when a moved job has no place for them any more."""
        steps = map(split_step, self._file.bound)
        return sorted(slug for service, slug in steps if service == "employment_contract")
