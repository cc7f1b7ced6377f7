"""One job, from declared to closed."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from temporalio import workflow

from activities import (
    agreement,
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
    workspace,
)
from domain.job import Approval, JobInput, JobState
from domain.orders import NO_ITEM, month_of, step_name
from domain.plan import JobPlan
from workflows import borders
from workflows.activity_calls import JobStopped
from workflows.borders import Renew
from workflows.changing import Changing
from workflows.holds import keep_holds
from workflows.move import BOOKINGS, added, amendments, lifted, midnight, requests
from workflows.paying import Paying
from workflows.signed import Signed


@workflow.defn(name="Job")
class JobWorkflow(Paying, Signed, Changing):
    """Everything one declaration sets going."""

    @workflow.init
    def __init__(self, job: JobInput) -> None:
        super().__init__(job)
        self._renewals: list[asyncio.Task[None]] = []
        """Who is asked anew because the job was moved before Go."""

    @workflow.run
    async def run(self, job: JobInput) -> JobState:
        """Live the job; stop it in good order when somebody withdraws it, also by the engine's own cancel."""
        notes = asyncio.create_task(self._notebook.keep())
        renewal = asyncio.create_task(self._steps.renew_when_long(job.longest_history))
        life = asyncio.create_task(self._lived())
        try:
            await self._notebook.beside(life)
        except asyncio.CancelledError:
            self._request_stop(self._file.stopping or "job.cancelled")
            await self._notebook.beside(life)
        except Renew:
            workflow.continue_as_new(job.model_copy(update={"plan": self._plan, "carried": self._file}))
        await self._notebook.until_written()
        notes.cancel()
        renewal.cancel()
        return self._file.state

    async def _lived(self) -> None:
        try:
            await self._live()
        except JobStopped:
            await self._stop_in_good_order()

    async def _live(self) -> None:
        """The business process."""
        plan, beside, together = self._plan, self._strands.beside, self._strands.together
        self._enter("agreeing")

        # Bookings run beside everything: nothing else ever waits for a van. Long holds are taken now, holds of
        # minutes after Go; each is confirmed once people are engaged.
        beside(self._book(insurance.STEP, plan.insurance))
        beside(self._book(equipment.STEP, plan.equipment))
        beside(*self._each(van_rental.STEP, plan.van_rental))
        beside(*self._each(travel.STEP, plan.travel))
        beside(*self._each(special_request.STEP, plan.special_request))
        beside(self._book(workspace.STEP, plan.workspace))
        beside(keep_holds(self._steps, self._until, lambda: self._people_settled))

        # The essentials, and only they, decide whether the job goes on: the fund holds, the adviser agrees
        # where a rule asks, the client said yes. At short notice people sign first and the client's yes follows.
        start = plan.first_start_at
        client = beside(self._steps.take(agreement.STEP, plan.agreement, until=start))
        await together(self._steps.take(prefinancing.STEP, plan.prefinancing, until=start), self._approvals())
        await together(*(() if self._plan.short_notice else client))
        await self._renewed()
        self._go()

        # Each person signs, the cooperative signs, social security knows: nobody waits for the slowest.
        money = beside(*(self._bill_and_collect(document) for document in self._plan.invoicing))
        slugs = list(self._plan.employment_contract)
        people = beside(*(self._engage_also_late(slug) for slug in slugs))
        await self._everybody_engaged(dict(zip(slugs, people, strict=True)))
        self._everybody_settled()

        # It takes place; then one question, whose silence means yes. A person whose last day lies far before
        # the job's end is paid by the promise all the same.
        pay = beside(*(self._pay(slug) for slug in self._plan.wages if month_of(slug) is None))
        await self._take_place()

        # People are paid whatever the client does; the invoice and its money go their own way beside.
        await together(*pay)
        if self._paying and workflow.patched("everybody-is-paid"):
            await self._until(lambda: not self._paying)
        self._enter("paid_out")
        self._enter("collecting")
        await together(*money)

        # What is left goes to the member's activity account; then every account of the job is zero.
        await self._strands.finished()
        await self._steps.confirm(prefinancing.STEP)
        await self._steps.close_books(prefinancing.STEP)
        self._enter("written_off" if "written_off" in self._file.collections.values() else "closed")

    # -- agree -----------------------------------------------------------------------------------------------

    async def _approvals(self) -> None:
        """The adviser's yes, where a rule known from the quote asks for it."""
        for rule in self._plan.approvals:
            if rule.rule not in self._file.approvals:
                self._file.approvals[rule.rule] = Approval(**rule.model_dump())
                self._notebook.tell("job.approval_needed", rule=rule.rule)
        while not self._approved_or_refused():
            if not await self._until_or_moved(self._approved_or_refused, by=self._plan.first_start_at):
                break
        if not all(approval.granted for approval in self._asked_of_job()):
            self._refuse("job.not_approved")

    def _asked_of_job(self) -> list[Approval]:
        """What an adviser is asked about the job itself, not about a move that still waits."""
        return [one for rule, one in self._file.approvals.items() if rule not in self._asked_rules]

    def _approved_or_refused(self) -> bool:
        """Whether every rule has its yes, or one of them its no: one no is enough."""
        answers = [approval.granted for approval in self._asked_of_job()]
        return all(answers) or False in answers

    def _renew_essentials(self, old: JobPlan, renewed: list["asyncio.Task[None]"]) -> None:
        """Go waits for whoever is asked anew because the job was moved meanwhile, never for a booking."""
        client, fund = len(requests(old, "agreement")), len(requests(old, "prefinancing"))
        if self._file.moves:
            self._renewals += renewed[client if self._plan.short_notice else 0 : client + fund]

    async def _renewed(self) -> None:
        await self._move_answered()
        while self._renewals:
            asked, self._renewals = self._renewals, []
            await self._strands.together(*asked)
            await self._strands.together(self._approvals())
            await self._move_answered()

    def _approved(self, approval: Approval) -> None:
        """The adviser's yes to a limit of the fund reaches the reservation that waits for it."""
        if self._asked_plan is not None:
            self._asked_plan = lifted(self._asked_plan, approval)
        before, self._plan = self._plan, lifted(self._plan, approval)
        if self._plan is not before and self._plan.prefinancing and self._steps.waits("prefinancing"):
            self._strands.beside(self._steps.amend(prefinancing.STEP, NO_ITEM, self._plan.prefinancing))

    def _go(self) -> None:
        """The essentials are there, or the job ends here with nothing bought and nobody bound."""
        for name in ("prefinancing", *(() if self._plan.short_notice else ("agreement",))):
            state = self._file.steps.get(name)
            if state and state.state not in ("held", "done", "skipped"):
                self._refuse("job.essential_missing", service=name)
        self._enter("ready")

    # -- engage ----------------------------------------------------------------------------------------------

    async def _engage(self, slug: str) -> None:
        """Offer, the person signs, the cooperative signs (the point of no return), Dimona in the same minute.

        Unsigned or undeclared at the first start: told not to start, and taken off.
        """
        request = self._plan.employment_contract.get(slug)
        if request is None:
            return
        engaged = await self._steps.do(employment_contract.STEP, request, slug, until=request.starts_at)
        if engaged is not None:
            self._engaged.add(slug)
            if slug in self._removed and workflow.patched("let-go-when-signed-late"):
                self._strands.beside(self._let_go(slug, self._removed[slug]))
            return
        self._take_off(slug)
        if self._steps.given_up(step_name("employment_contract", slug)) and workflow.patched(f"given-up:{slug}"):
            await self._steps.undo(step_name("employment_contract", slug))
        if slug in self._signed():
            self._strands.beside(self._let_go(slug, self._removed.get(slug, self._plan)))

    async def _engage_also_late(self, slug: str) -> None:
        """Whoever is engaged when the others have begun already is paid all the same."""
        await self._engage(slug)
        if self._people_settled and slug in self._engaged:
            await self._pay(slug)

    async def _everybody_engaged(self, people: Mapping[str, "asyncio.Task[None]"]) -> None:
        """Nobody waits for a question about somebody who was told not to start, or who works as signed."""
        awaited = list(people.values())
        if workflow.patched("nobody-waits-for-a-question"):
            away = self._file.off_the_job
            as_signed = workflow.patched("engaged-as-signed")

            def settled(slug: str) -> bool:
                return people[slug].done() or slug in away or (as_signed and self._works_as_signed(slug))

            await self._until(lambda: all(map(settled, people)))
            self._engaged.update(slug for slug in people if as_signed and self._works_as_signed(slug))
            awaited = [one for one in awaited if one.done()]
        await self._strands.together(*awaited)

    def _everybody_settled(self) -> None:
        """Everybody signed or is off the job; with nobody left the job cannot take place."""
        self._people_settled = True
        if self._plan.employment_contract and not self._engaged:
            self._refuse("job.nobody_engaged")
        self._enter("engaged")

    # -- after the performance -------------------------------------------------------------------------------

    async def _take_place(self) -> None:
        """The days pass; then the member is asked whether everything went as declared."""
        await self._reach(lambda: self._plan.first_start_at)
        if self._client_said_no() and workflow.patched("a-no-at-short-notice"):
            self._refuse("job.essential_missing", service="agreement")
        self._enter("taking_place")
        await self._until(lambda: self._file.report is not None, by=self._plan.last_end_at)
        if self._file.report is None:
            self._notebook.tell("job.how_was_it")
        await self._until(lambda: self._file.report is not None, by=self._plan.report_by)
        self._file.report = self._file.report or "as_declared"
        if self._file.report == "did_not_happen":
            self._request_stop("job.did_not_happen")
            raise JobStopped
        self._enter("performed")

    async def _paid(self, slug: str, plan: JobPlan) -> None:
        """Everything that is still to be paid to one person, by a plan: each month, the last pay, the expenses."""
        going = slug in self._engaged and not self._steps.winding_down
        spent = plan.expenses.get(slug) if going else self._spent(slug, plan.expenses.get(slug))
        await self._strands.together(
            *self._months_awaited(slug, plan),
            self._steps.do(wages.STEP, self._what_is_left(slug, plan), slug),
            self._steps.do(expenses.STEP, spent, slug),
        )

    async def _bill_and_collect(self, document: str) -> None:
        """A deposit goes out before, the balance when the job took place; then the money is awaited."""
        wanted = self._plan.invoicing.get(document)
        if wanted is None:
            return
        if wanted.kind == "deposit":
            await self._reach(lambda: self._issue_at(document))
            await self._agreed_before(document)
        else:
            await self._until(lambda: self._file.report is not None)
        request = self._plan.invoicing.get(document)
        await self._money_awaited(await self._steps.do(invoicing.STEP, request, document), request)

    async def _agreed_before(self, document: str) -> None:
        """No deposit goes out while the client is asked about another price: it follows the answer."""
        while self._asking is not None and not self._asking.done():
            if not workflow.patched("a-deposit-waits-for-the-answer"):
                return
            await self._move_answered()
            await self._reach(lambda: self._issue_at(document))

    def _issue_at(self, document: str) -> datetime:
        """When a document goes out; one that a moved job no longer has is not waited for."""
        request = self._plan.invoicing.get(document)
        return midnight(request.issue_on) if request else self._notebook.now()

    # -- moving ----------------------------------------------------------------------------------------------

    def _in_force(self, old: JobPlan, new: JobPlan) -> None:
        """Renew what exists and start what is new; who signed is asked about, never changed."""
        beside = self._strands.beside
        notes = self._notes(new)
        signed = [*self._signed(), *notes]
        self._renew_essentials(old, beside(*amendments(self._steps, old, new, signed, self._travels)))
        beside(*(self._renew_note(slug, offer) for slug, offer in notes.items()))
        self._remember_removed(old, new)
        for step in BOOKINGS:
            beside(*self._each(step, added(old, new, step.name)))
            beside(*self._each(step, self._missed(step, old, new)))
        if self._file.state != "agreeing":
            beside(*(self._join(slug) for slug in added(old, new, "employment_contract")))
            beside(*(self._bill_and_collect(document) for document in added(old, new, "invoicing")))
        self._contracts.remember(old, new)
        for slug in self._signed():
            if slug in new.employment_contract:
                beside(self._ask_signed(slug, new.employment_contract[slug]))
            elif slug in self._engaged:
                beside(self._let_go(slug, old))

    def _remember_removed(self, old: JobPlan, new: JobPlan) -> None:
        self._removed |= dict.fromkeys(old.employment_contract, old)
        self._removed = {slug: plan for slug, plan in self._removed.items() if slug not in new.employment_contract}

    async def _join(self, slug: str) -> None:
        """Somebody new: engaged like everybody, and paid like everybody."""
        late = self._people_settled
        await self._engage(slug)
        if late or (self._people_settled and workflow.patched("joined-while-others-sign")):
            await self._pay(slug)

    async def _let_go(self, slug: str, old: JobPlan) -> None:
        """Somebody who signed has no place any more: ended by agreement, or paid as was promised."""
        self._engaged.discard(slug)
        try:
            owed = await self._stays_owed(slug)
        except borders.Changing:  # back on the job, which asks what of the contract changes
            self._engaged.add(slug)
            return
        if owed:
            await self._paid(slug, old)
