"""A claim for what happened on a job: reported in time, its loss stated, decided about, paid, and the rest borne.

Each is a step by itself, so that each can be tried again, done by hand or left, and people see how far it is. The
money stands apart from the job's: no wage and no closing waits for an insurer.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from temporalio import activity

from activities.insurance_incident_ports import ClaimMoney, ClaimRegister, IncidentRecord, IncidentsDesk, LossBook
from activities.ports import Entities
from activities.step import AT_ONCE, Clock, Step, Verb
from domain.entries import incident_loss, insurer_pays
from domain.errors import NotYet
from domain.incident_claims import (
    CLAIM_STAGES,
    Bearer,
    ClaimStage,
    ClaimStanding,
    DocumentsAsked,
    IncidentClaim,
    IncidentReport,
    InsurerPaysNothingYet,
    InsurersIncident,
    LossNotSaid,
    NotCovered,
    ReportedOutside,
    RestNeedsBearer,
    lacking_of_claim,
    reference_of,
    sound_claim,
)
from domain.money import ZERO
from domain.orders import StepOrder
from domain.periods import day_in_brussels
from domain.services.insurance import ClaimRefused, ClaimUnanswered

LOOK = timedelta(days=5)
"""House rule: often enough to hear of it within the week, seldom enough to be no burden."""
NOT_NAMED = "not named yet"
"""Whom an accident happened to, as long as nobody has said."""
IncidentOrder = StepOrder[IncidentClaim]


class IncidentClaims:
    """Carries what happened to its insurer, and the money to the books."""

    def __init__(
        self,
        insurer: IncidentsDesk,
        register: ClaimRegister,
        record: IncidentRecord,
        entities: Entities,
        book: LossBook,
        money: ClaimMoney,
        clock: Clock,
    ) -> None:
        self._insurer = insurer
        self._register = register
        self._record = record
        self._entities = entities
        self._book = book
        self._money = money
        self._clock = clock

    @activity.defn(name="insurance.report_incident")
    async def report_incident(self, order: IncidentOrder) -> ClaimStanding:
        """Tell the insurer what happened, once, with the papers there are."""
        claim, reference = order.request, reference_of(order.job_id, order.request.item)
        found = await self._insurer.incidents(reference)
        known = found[-1] if found else await self._reported(order, reference)
        await self._register.reported(order.job_id, claim.item, known.number, self._clock.now())
        return await self._progress(order)

    @activity.defn(name="insurance.state_incident_loss")
    async def state_incident_loss(self, order: IncidentOrder) -> ClaimStanding:
        """Tell the insurer what it costs, once somebody has said so, and book it apart from the job's own costs."""
        claim = order.request
        if claim.loss_eur is None:
            raise LossNotSaid()
        known = await self._known(order)
        if known is not None and known.loss_eur is None and claim.loss_eur > ZERO:
            await self._insurer.incident_loss(known.incident_id, claim.loss_eur, order.key_for("loss"))
        await self._lose(order, claim.loss_eur)
        return await self._progress(order)

    @activity.defn(name="insurance.hear_incident")
    async def hear_incident(self, order: IncidentOrder) -> ClaimStanding:
        """Read what the insurer decided; send what it asks for, as far as we have it."""
        known = await self._known(order)
        if known is None:
            kept = await self._register.claim(order.job_id, order.request.item)
            raise ReportedOutside(number=kept.number or "–")
        if known.state == "settled":
            await self._note_outcome(
                order, known.granted_eur or ZERO, known.excess_eur, to_person=known.pays_person
            )
            return await self._progress(order)
        if known.state == "refused":
            await self._note_outcome(order, ZERO, ZERO, to_person=False)
            raise ClaimRefused(number=known.number, reason=known.refused_because)
        if known.state == "documents_asked":
            await self._send_documents(order, known)
        within = timedelta(days=order.request.answer_within_days)
        if known.asked_at is not None and self._clock.now() >= known.asked_at + within:
            raise ClaimUnanswered(number=known.number, days=str(within.days))
        raise NotYet("the insurer has not decided yet")

    @activity.defn(name="insurance.await_claim_money")
    async def await_claim_money(self, order: IncidentOrder) -> ClaimStanding:
        """Whether what the insurer promised has come in on the bank account."""
        kept = await self._register.claim(order.job_id, order.request.item)
        standing, within = kept.progress, timedelta(days=order.request.pay_within_days)
        open_eur = (standing.granted_eur or ZERO) - standing.paid_eur
        if open_eur <= ZERO:
            return standing
        if kept.decided_at is not None and self._clock.now() >= kept.decided_at + within:
            told = {"amount": str(open_eur), "number": standing.claim_number or "–", "days": str(within.days)}
            raise InsurerPaysNothingYet(**told)
        raise NotYet("the insurer has not paid yet")

    @activity.defn(name="insurance.bear_rest")
    async def bear_rest(self, order: IncidentOrder) -> ClaimStanding:
        """What no insurer paid gets a named bearer; nothing left asks nobody."""
        standing = await self._progress(order)
        if standing.left_eur > ZERO and order.request.borne_by is None:
            raise RestNeedsBearer(left=str(standing.left_eur), number=standing.claim_number or "–")
        await self._bear(order, standing.left_eur, order.request.borne_by)
        return await self._progress(order)

    @activity.defn(name="insurance.record_claim_by_hand")
    async def record_claim_by_hand(self, order: IncidentOrder) -> ClaimStanding:
        """Keep and book what a person did of one step instead."""
        done, item, now = ClaimStanding.model_validate(order.by_hand), order.request.item, self._clock.now()
        stage = stage_of(order.item)
        if stage == "report":
            await self._register.reported(order.job_id, item, done.claim_number or "", now)
        elif stage == "loss":
            await self._lose(order, done.loss_eur or ZERO)
        elif stage == "outcome":
            await self._note_outcome(order, done.granted_eur or ZERO, done.excess_eur, to_person=done.to_person)
        elif stage == "money":
            await self._register.paid_outside(order.job_id, item, done.paid_eur)
            fact, key = _fact(order, "paid-by-hand"), f"{_fact(order, 'paid-by-hand')}/{order.revision}"
            made = insurer_pays(key, order.job_id, day_in_brussels(now), done.paid_eur)
            await self._book.replace(made.model_copy(update={"fact": fact}))
        else:
            await self._bear(order, (await self._progress(order)).left_eur, done.borne_by)
        return await self._progress(order)

    @activity.defn(name="insurance.leave_unclaimed")
    async def leave_unclaimed(self, order: IncidentOrder) -> ClaimStanding:
        """A person said that no insurer is told."""
        await self._register.not_claimed(order.job_id, order.request.item, self._clock.now())
        return await self._progress(order)

    @activity.defn(name="insurance.end_claim")
    async def end_claim(self, order: IncidentOrder) -> ClaimStanding:
        """Nothing is awaited any more: what happened is dealt with."""
        now = self._clock.now()
        await self._register.end(order.job_id, order.request.item, now)
        await self._record.close(order.request.incident_id, now)
        return await self._progress(order)

    async def _reported(self, order: IncidentOrder, reference: str) -> InsurersIncident:
        claim = order.request
        number = await self._insurer.policy_number(claim)
        if number is None:
            raise NotCovered(on=f"{claim.happened_on:%d-%m-%Y}")
        told = await self._record.incident(claim.incident_id)
        report = IncidentReport(
            reference=reference,
            kind=claim.kind,
            policy_number=number,
            happened_on=claim.happened_on,
            description=told.text,
            person=told.who or NOT_NAMED,
            pay_to_iban=(await self._entities.entity(order.entity)).iban,
        )
        evidence = await self._record.evidence(order.job_id, claim.incident_id, claim.documents)
        return await self._insurer.report(report, evidence, order.key_for("report"))

    async def _send_documents(self, order: IncidentOrder, known: InsurersIncident) -> None:
        """Send what it has not seen; nothing new is a question to people."""
        claim = order.request
        evidence = await self._record.evidence(order.job_id, claim.incident_id, claim.documents)
        unseen = tuple(one for one in evidence if one.name not in known.evidence)
        if not unseen:
            raise DocumentsAsked(number=known.number, what=known.documents_asked)
        key = order.key_for("documents", after=len(known.evidence))
        await self._insurer.add_documents(known.incident_id, unseen, key)

    async def _known(self, order: IncidentOrder) -> InsurersIncident | None:
        found = await self._insurer.incidents(reference_of(order.job_id, order.request.item))
        return found[-1] if found else None

    async def _progress(self, order: IncidentOrder) -> ClaimStanding:
        return (await self._register.claim(order.job_id, order.request.item)).progress

    async def _note_outcome(
        self, order: IncidentOrder, granted_eur: Decimal, excess_eur: Decimal, *, to_person: bool
    ) -> None:
        now = self._clock.now()
        granted = ZERO if to_person else granted_eur
        await self._register.note_outcome(
            order.job_id, order.request.item, granted, excess_eur, now, to_person=to_person
        )

    async def _lose(self, order: IncidentOrder, loss_eur: Decimal) -> None:
        """One claim has one loss, whoever says it again."""
        fact, on = _fact(order, "loss"), day_in_brussels(self._clock.now())
        key = f"{fact}/{order.revision}"
        await self._book.replace(incident_loss(key, order.job_id, on, loss_eur, fact=fact))
        await self._register.lost(order.job_id, order.request.item, loss_eur)

    async def _bear(self, order: IncidentOrder, left_eur: Decimal, bearer: Bearer | None) -> None:
        """Paid above the loss without anybody named, it is the cooperative's, who paid the premium."""
        if left_eur != ZERO:
            on = day_in_brussels(self._clock.now())
            await self._money.bear(order.job_id, order.request.item, bearer or "community", on)


def _fact(order: IncidentOrder, what: str) -> str:
    """One business fact of a claim; what its entries' keys begin with."""
    return f"{order.job_id}/claim/{order.request.item}/{what}"


def stage_of(item: str) -> ClaimStage:
    """Which step of a claim this is."""
    return next(stage for stage in CLAIM_STAGES if item.endswith(f"-{stage}"))


def decision_looks(request: IncidentClaim, now: datetime) -> tuple[datetime, ...]:
    """An insurer says by itself that it has decided; in case that is lost it is asked, and at last given up on."""
    return _looks(now, request.answer_within_days)


def money_looks(request: IncidentClaim, now: datetime) -> tuple[datetime, ...]:
    """The bank's statement says by itself that it came; at last a person asks the insurer."""
    return _looks(now, request.pay_within_days)


def _looks(now: datetime, days: int) -> tuple[datetime, ...]:
    return (*(now + LOOK * n for n in range(1, days // LOOK.days)), now + timedelta(days=days))


def _lacking(stage: ClaimStage) -> Callable[[IncidentClaim, ClaimStanding], str | None]:
    return lambda request, done: lacking_of_claim(stage, done)


BY_HAND = Verb(IncidentClaims.record_claim_by_hand, AT_ONCE)
REPORT = Step(
    name="insurance",
    request=IncidentClaim,
    booking=ClaimStanding,
    partners=("insurer",),
    confirm=(Verb(IncidentClaims.report_incident),),
    editable={
        "cover": "which cover it falls under stands nowhere but in the report",
        "policy_reference": "which policy it falls under stands nowhere but in the report",
        "documents": "papers that go with it",
    },
    lacking=_lacking("report"),
    record=BY_HAND,
    sound=sound_claim,
)
LOSS = Step(
    name="insurance",
    request=IncidentClaim,
    booking=ClaimStanding,
    partners=("insurer",),
    confirm=(Verb(IncidentClaims.state_incident_loss),),
    editable={
        "loss_eur": "what it costs is said in this very step",
        "paid_to": "who is paid is said in this very step",
    },
    lacking=_lacking("loss"),
    record=BY_HAND,
    sound=sound_claim,
)
OUTCOME = Step(
    name="insurance",
    request=IncidentClaim,
    booking=ClaimStanding,
    partners=("insurer",),
    answer=Verb(IncidentClaims.hear_incident),
    awaits=decision_looks,
    editable={"documents": "papers that go to the insurer beside those told with the incident"},
    lacking=_lacking("outcome"),
    record=BY_HAND,
    sound=sound_claim,
)
MONEY = Step(
    name="insurance",
    request=IncidentClaim,
    booking=ClaimStanding,
    answer=Verb(IncidentClaims.await_claim_money, AT_ONCE),
    answered_by="bank",
    awaits=money_looks,
    lacking=_lacking("money"),
    record=BY_HAND,
    sound=sound_claim,
)
BEARER = Step(
    name="insurance",
    request=IncidentClaim,
    booking=ClaimStanding,
    confirm=(Verb(IncidentClaims.bear_rest, AT_ONCE),),
    editable={"borne_by": "named when nobody pays the rest, by two persons"},
    lacking=_lacking("bearer"),
    record=BY_HAND,
    sound=sound_claim,
    owed=frozenset({"bear_rest"}),
)
STAGES = {"report": REPORT, "loss": LOSS, "outcome": OUTCOME, "money": MONEY, "bearer": BEARER}
"""By the end of the item's name: `damage-1-report`."""
