"""Lawyer and bailiff: heard at every look, told what changed, and answered once people have decided."""

from decimal import Decimal

from temporalio import activity

from activities.debt_collection_closing import Closing, CollectionOrder
from activities.debt_collection_desk import StageOrder
from activities.debt_collection_papers import Position
from activities.debt_collection_ports import DossierOffice
from domain.collection_state import KeptStage, StageEnding
from domain.errors import PartnerDown, PartnerRefused
from domain.rules import counsel, debt_collection
from domain.services.debt_collection import (
    OFFICES,
    BailiffNeedsDecision,
    ContestedNeedsDecision,
    CounselAnswer,
    CounselSilent,
    DossierState,
    Heard,
    InsolvencyNeedsDecision,
    NothingToBeHad,
    PaymentNotSeen,
    PlanNeedsDecision,
    SeizureNeedsDecision,
    StageDone,
    WriteOffNeedsDecision,
)

NOTHING_COMES = frozenset(
    {"nothing_found", "dismissed", "dividend", "returned", "unpaid", "contested", "enforceable"}
)
"""Answers after which giving up is the question."""


class Counsel(Closing):
    """What lawyer and bailiff say, and what they are told."""

    @activity.defn(name="debt_collection.hear")
    async def hear(self, order: CollectionOrder) -> Heard:
        """Ask every office that holds a dossier how far it is; keep and tell each answer once.

        A disputed debt suspends the dossier, and so does a principal that is paid while interest and costs are
        asked about; a settled dispute or money that went back lets it go on. The office learns what came in without
        it.
        """
        position = await self._position(order.job_id, order.entity, order.request)
        new = 0
        for stage in position.collection.dossiers:
            office, reference = self._office(stage.kind), stage.reference or ""
            state = await office.state(reference)
            new += await self._kept(order.job_id, position, stage, state)
            await self._cost_of(position, stage, state)
            if (told := await self._told(office, reference, stage, state, position)) is not None:
                new += await self._kept(order.job_id, position, stage, told)
        return Heard(answers=new)

    @activity.defn(name="debt_collection.answer_plan")
    async def answer_plan(self, order: StageOrder) -> StageDone:
        """Agree to the instalments the client asked lawyer or bailiff for, once two persons said so."""
        return await self._once(order, lambda position, begun: self._agree(position, begun), plan_decision)

    @activity.defn(name="debt_collection.trace_payment")
    async def trace_payment(self, order: StageOrder) -> StageDone:
        """Money an office says was paid and no statement shows: a person finds out where it is."""
        return await self._once(order, lambda position, _: self._traced(position), _payment_not_seen)

    async def _recall_dossiers(self, job_id: str, position: Position) -> bool:
        """Nothing is awaited any more: nobody goes on recovering it. Whether a dossier was taken back.

        What an office has said until then is kept and told before, as is its word that the dossier is back.
        """
        recalled = False
        for stage in position.collection.dossiers:
            office, reference = self._office(stage.kind), stage.reference or ""
            state = await office.state(reference)
            await self._kept(job_id, position, stage, state)
            await self._cost_of(position, stage, state)
            recalled = recalled or state.status not in counsel.OVER or state.status == "withdrawn"
            if state.status in counsel.OVER:
                continue
            try:
                await office.withdraw(reference, f"{stage.order_key}:withdraw")
            except PartnerRefused as moved_on:
                # between the two calls its state changed: the next try sees the new one
                raise PartnerDown(OFFICES[stage.kind], str(moved_on)) from moved_on
            await self._kept(job_id, position, stage, await office.state(reference))
        return recalled

    async def _kept(self, job_id: str, position: Position, stage: KeptStage, state: DossierState) -> int:
        return await self._answers.heard(
            job_id=job_id,
            invoice_id=position.invoice.invoice_id,
            number=position.invoice.number,
            stage=stage.kind,
            history=state.history,
            at=self._clock.now(),
        )

    async def _cost_of(self, position: Position, stage: KeptStage, state: DossierState) -> None:
        """What the office's acts cost goes on growing; a title lets us ask the debtor for what waited for it."""
        earlier = [one for one in position.collection.spent if one.stage == stage.kind]
        borne_by = earlier[-1].borne_by if earlier else "community"
        route = debt_collection.route_of(position.facts, stage.kind)
        await self._spent(position, stage.kind, state.costs_eur, borne_by, route)
        if any(step.title for step in state.history):
            await self._costs.titled(position.invoice.invoice_id, position.on)

    async def _told(
        self, office: DossierOffice, reference: str, stage: KeptStage, state: DossierState, position: Position
    ) -> DossierState | None:
        """What the office must know; None when it knows."""
        if state.status in counsel.OVER:
            return None
        key, told = stage.order_key, None
        turn = sum(one.status in counsel.SAYS_NOTHING for one in state.history)
        try:
            if counsel.insolvent(position.facts) and stage.kind != "insolvency":
                await office.withdraw(reference, f"{key}:withdraw")
                return await office.state(reference)
            halted = position.facts.disputed or position.open_eur <= 0
            if halted and state.status != "suspended":
                told = await office.suspend(reference, f"{key}:suspend-{turn}")
            elif not halted and state.status == "suspended":
                told = await office.resume(reference, f"{key}:resume-{turn}")
            elif state.status == "plan_asked" and _no_plan(position):
                told = await office.answer_plan(reference, f"{key}:no-plan", agreed=False)
            if Decimal(0) < position.open_eur < state.principal_eur:
                told = await office.lower(reference, f"{key}:owed-{position.open_eur}", position.open_eur)
        except PartnerRefused as moved_on:
            raise PartnerDown(OFFICES[stage.kind], str(moved_on)) from moved_on  # the next try sees its new state
        return told

    async def _agree(self, position: Position, begun: KeptStage) -> StageEnding:
        said = {kind: answer.status for kind, answer in counsel.last_answers(position.facts).items()}
        for stage in position.collection.dossiers:
            office, reference = self._office(stage.kind), stage.reference or ""
            if said.get(stage.kind) == "plan_asked":
                await office.answer_plan(reference, f"{begun.order_key}:plan", agreed=True)
            if said.get(stage.kind) in ("plan_asked", "plan_agreed"):  # agreed, and the answer to our yes got lost
                return StageEnding(ended_on=position.on, reference=reference)
        return StageEnding(ended="skipped", ended_on=position.on)

    async def _traced(self, position: Position) -> StageEnding:
        return StageEnding(ended_on=position.on)


def handing_over_decision(position: Position, kind: str) -> None:
    """Ask two persons, in the words of what the dossier is handed over for."""
    open_, number = str(position.open_eur), position.invoice.number
    if kind == "court":
        contested = _last(position, "contested")
        raise ContestedNeedsDecision(number=number, reason=contested.reason if contested else "-", open=open_)
    if kind == "seizure":
        title = _last(position, "enforceable")
        raise SeizureNeedsDecision(title=(title.title if title else None) or "-", open=open_)
    if kind == "insolvency":
        raise InsolvencyNeedsDecision(number=number, open=open_)
    raise BailiffNeedsDecision(open=open_)


def write_off_decision(position: Position) -> None:
    """Ask two persons whether the rest is given up, and say why it is asked now."""
    last, open_ = counsel.last_answers(position.facts), str(position.open_eur)
    asked = counsel.asked_by_answer(position.facts)
    ended = [one for one in last.values() if one.status in NOTHING_COMES]
    if asked is not None and asked.kind == "write_off" and ended:
        latest = max(ended, key=lambda one: one.on)
        raise NothingToBeHad(counsel=OFFICES[latest.stage], heard=latest.status, open=open_)
    if under_way := [one for one in position.collection.dossiers if _at_work(one, last.get(one.kind))]:
        since = counsel.last_heard_on(position.facts).isoformat()
        raise CounselSilent(counsel=OFFICES[under_way[-1].kind], open=open_, since=since)
    raise WriteOffNeedsDecision(open=open_)


def plan_decision(position: Position) -> None:
    """Ask whether the instalments are agreed to."""
    asked = _last(position, "plan_asked")
    parts = asked.plan if asked else ()
    until = parts[-1].on.isoformat() if parts else "-"
    raise PlanNeedsDecision(parts=str(len(parts)), until=until, open=str(position.open_eur))


def _payment_not_seen(position: Position) -> None:
    paid = _last(position, "paid")
    office = OFFICES[paid.stage] if paid else "bailiff"
    raise PaymentNotSeen(counsel=office, number=position.invoice.number, open=str(position.open_eur))


def _at_work(stage: KeptStage, last: CounselAnswer | None) -> bool:
    return last is None or last.status not in counsel.ENDED


def _no_plan(position: Position) -> bool:
    over = position.facts.over("plan")
    return over is not None and over.skipped


def _last(position: Position, status: str) -> CounselAnswer | None:
    return next((one for one in reversed(position.facts.heard) if one.status == status), None)
