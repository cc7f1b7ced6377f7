"""A job whose people have signed: what a move asks of them, and the guard on the day itself."""

from abc import abstractmethod
from datetime import datetime

from temporalio import workflow

from activities import employment_contract
from domain.job import JobInput
from domain.orders import crew_of, split_step, step_name
from domain.plan import JobPlan
from domain.questions import Outcome
from domain.services.employment_contract import EmploymentContractRequest
from workflows.contracts import Contracts
from workflows.move import BOOKINGS, give_back, requests
from workflows.stopping import Stopping


class Signed(Stopping):
    """What is signed stays in force until both have signed something else."""

    def __init__(self, job: JobInput) -> None:
        super().__init__(job)
        self._removed: dict[str, JobPlan] = {}
        """Who has no place in the newest plan any more, with the last plan in which they had one."""
        self._contracts = Contracts(lambda slug: self._steps.is_asked(step_name("employment_contract", slug)))
        self._steps.settled = self._settled
        self._steps.found_signed = self._found_signed
        self._steps.signed_meanwhile = self._signed_meanwhile

    async def _ask_signed(self, slug: str, offer: EmploymentContractRequest) -> None:
        """A signed contract and its pay stay what was signed, until both have signed an amendment to it."""
        if workflow.patched(f"signed-stays-in-force:{self._file.plan_revision}"):
            self._plan = self._contracts.as_signed(self._plan, slug, "before")
            self._keep_pay(slug)
            self._strands.beside(self._guard_change(slug, offer))
        await self._steps.change(employment_contract.STEP, slug, offer)
        missed = self._steps.missed(step_name("employment_contract", slug)) and slug in self._engaged
        if missed and workflow.patched(f"amended-undeclared:{slug}:{self._file.plan_revision}"):
            self._take_off(slug)
            await self._let_go(slug, self._plan)

    def _signed_meanwhile(self, step: str) -> None:
        """The cooperative signed while the job was being moved: what is signed stays, and the day is guarded."""
        service, slug = split_step(step)
        offer = self._plan.employment_contract.get(slug)
        if service != employment_contract.STEP.name or offer is None or self._steps.winding_down:
            return
        if workflow.patched(f"signed-meanwhile:{slug}:{self._file.plan_revision}"):
            self._plan = self._contracts.as_signed(self._plan, slug, "before")
            self._keep_pay(slug)
            self._strands.beside(self._guard_change(slug, offer))

    def _works_as_signed(self, slug: str) -> bool:
        """Whether somebody is engaged, whatever is still asked about the contract: signed by both, and declared."""
        step = step_name(employment_contract.STEP.name, slug)
        asked = self._steps.is_asked(step) and slug in self._signed()
        return asked and slug not in self._file.off_the_job and self._is_declared(slug)

    @abstractmethod
    async def _let_go(self, slug: str, old: JobPlan) -> None:
        """Somebody who signed has no place any more: ended by agreement, or paid as was promised."""

    def _keep_pay(self, slug: str) -> None:
        """What is paid for what is signed, for everybody who reads the job's file."""
        own = {item: one for item, one in self._plan.wages.items() if crew_of(item) == slug}
        if own:
            others = {item: one for item, one in self._file.signed_pay.items() if crew_of(item) != slug}
            self._file.signed_pay = others | own

    async def _travels(self, slug: str, offer: EmploymentContractRequest | None) -> bool:
        """Whether a ticket follows the move: not before its traveller has signed for the new days."""
        if offer is None or slug not in self._signed() or self._contracts.first_start_without(slug) is None:
            return True
        if not workflow.patched(f"ticket-after-amendment:{slug}:{self._file.plan_revision}"):
            return True

        def settled() -> bool:
            mine = self._contracts.wants(slug, offer) and self._contracts.first_start_without(slug) is not None
            return not mine or slug in self._file.off_the_job

        await self._until(settled, by=offer.starts_at)
        return self._contracts.wants(slug, offer) and self._contracts.first_start_without(slug) is None

    def _found_signed(self, step: str) -> None:
        """Somebody who was let go had been signed with, and nobody knew: asked about, like everything signed."""
        service, slug = split_step(step)
        if service == "employment_contract" and not self._steps.winding_down and slug in self._removed:
            self._strands.beside(self._let_go(slug, self._removed[slug]))

    async def _looks_again(self, step: str) -> None:
        """Work under another job's contract that is not covered any more: engaged on its own, or taken off."""
        _, slug = split_step(step)
        if await self._steps.look_again(employment_contract.STEP, slug) is None:
            self._off_again(slug)

    def _notes(self, new: JobPlan) -> dict[str, EmploymentContractRequest]:
        """Who works under another job's contract and is still wanted: nothing of it is signed in this job."""
        wanted = {slug: new.employment_contract.get(slug) for slug in self._signed()}
        return {
            slug: offer
            for slug, offer in wanted.items()
            if offer is not None and self._steps.let_loose(employment_contract.STEP, slug)
        }

    async def _renew_note(self, slug: str, offer: EmploymentContractRequest) -> None:
        """The job is moved: under the same contract still, or engaged on their own for the new days."""
        await self._steps.amend(employment_contract.STEP, slug, offer, until=offer.starts_at)
        if not self._steps.is_done(step_name("employment_contract", slug)):
            self._off_again(slug)

    def _off_again(self, slug: str) -> None:
        """Somebody engaged has no contract after all; with nobody left the job cannot take place."""
        self._engaged.discard(slug)
        if slug not in self._plan.employment_contract:
            return
        self._take_off(slug)
        mine = (step for step in BOOKINGS if slug in requests(self._plan, step.name))
        self._strands.beside(*(give_back(self._steps, step, slug) for step in mine))
        if self._people_settled and not self._engaged and self._file.state in ("engaged", "taking_place"):
            self._refuse("job.nobody_engaged")

    def _settled(self, step: str, outcome: Outcome) -> None:
        """What became of the wish to change what somebody signed."""
        _, slug = split_step(step)
        self._plan = self._contracts.settled(self._plan, slug, outcome)
        self._keep_pay(slug)
        if not workflow.patched(f"settled:{step}:{self._file.plan_revision}"):
            return
        if outcome == "amended" and slug in self._file.off_the_job:
            self._file.off_the_job.remove(slug)
        if outcome == "ended":
            self._engaged.discard(slug)
        if outcome == "ended" or (outcome == "kept" and self._works_elsewhere(slug)):
            self._take_off(slug)
            mine = (step for step in BOOKINGS if slug in requests(self._plan, step.name))
            self._strands.beside(*(give_back(self._steps, step, slug) for step in mine))

    def _works_elsewhere(self, slug: str) -> bool:
        """Whether the job takes place when or where this person's contract is not for."""
        if workflow.patched(f"kept-on-its-days:{slug}:{self._file.plan_revision}"):
            return self._contracts.first_start_without(slug) is not None
        return self._contracts.other_days(slug)

    def _take_off(self, slug: str) -> None:
        if slug not in self._file.off_the_job:
            self._file.off_the_job.append(slug)
            self._notebook.tell("job.taken_off", step=step_name("employment_contract", slug))

    async def _guard_change(self, slug: str, offer: EmploymentContractRequest) -> None:
        """Who is not under a signed contract for this very start, when it comes, is told not to start.

        On the days the signed contract holds, the person works, whatever else of it is still asked about.
        """
        step = step_name("employment_contract", slug)
        start: datetime | None = offer.starts_at
        if workflow.patched(f"told-on-the-day:{slug}:{self._file.plan_revision}"):
            start = self._contracts.first_start_without(slug)

        def over() -> bool:
            return not self._steps.is_asked(step) or not self._contracts.wants(slug, offer)

        if workflow.patched(f"guarded-until-declared:{slug}:{self._file.plan_revision}"):
            await self._until(lambda: over() or self._is_declared(slug), by=offer.starts_at)
            undeclared = not over() and not self._is_declared(slug) and self._steps.people_decide(step)
            start = offer.starts_at if undeclared else start
        if start is not None and not over() and not await self._until(over, by=start):
            await self._steps.tell_not_to_start(employment_contract.STEP, slug)
            self._take_off(slug)

    def _is_declared(self, slug: str) -> bool:
        """Whether this person may start as far as social security goes."""
        state = self._file.steps[step_name("employment_contract", slug)]
        binding = (state.signed.booking if state.signed else state.booking) or {}
        known = binding.get("dimona_result") in ("A", "W") or binding.get("assignment_note")
        return bool(known) or state.by_hand or state.request.get("status") == "self_employed"
