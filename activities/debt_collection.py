"""Waiting for the client's money: looking, reminding, giving notice, handing over, giving up, settling."""

from dataclasses import replace
from datetime import timedelta

from temporalio import activity

from activities.debt_collection_ahead import balance_of, route_ahead
from activities.debt_collection_by_hand import StagesByHand, drafted, lacking_of_costs, lacking_of_loss
from activities.debt_collection_closing import CollectionOrder, outcome_of, settlement_of
from activities.debt_collection_counsel import Counsel, handing_over_decision, write_off_decision
from activities.debt_collection_desk import BETWEEN_US_AND_COUNSEL, Filed, StageOrder
from activities.debt_collection_late_costs import LateCosts
from activities.debt_collection_papers import (
    ClaimWithLines,
    Position,
    claim_with_lines,
    dossier,
    dossier_cover,
    form_a,
    formal_notice,
    reminder,
)
from activities.step import ADMINISTRATION, AT_ONCE, PARTNER, Step, Verb
from domain.collection_end import Settlement
from domain.collection_state import KeptStage, StageEnding
from domain.errors import NotYet
from domain.papers import Annex
from domain.periods import day_in_brussels
from domain.rules.consumer import Channel
from domain.rules.debt_collection import Route
from domain.services.debt_collection import (
    MandateMissing,
    OpenBalance,
    StageDone,
    StageKind,
    StageRequest,
)

ASK_COUNSEL_AGAIN = timedelta(hours=6)
"""A lawyer accepts within days; the webhook wakes us earlier."""
IN_A_DOSSIER = frozenset({"application/pdf", "application/xml"})


class DebtCollection(Counsel, LateCosts, StagesByHand):
    """Collects one invoice."""

    @activity.defn(name="debt_collection.look")
    async def look(self, order: CollectionOrder) -> OpenBalance:
        """What is still owed today by the statements and credit notes, and which stage comes next."""
        await self._opened(order.job_id, order.entity, order.request)
        await self._note_closed(order)
        position = await self._position(order.job_id, order.entity, order.request)
        if await self._watch_plans(position):
            position = await self._position(order.job_id, order.entity, order.request)
        return balance_of(position, order.request)

    @activity.defn(name="debt_collection.remind")
    async def remind(self, order: StageOrder) -> StageDone:
        """Remind for nothing: by mail, or by letter when the client has no address for mail."""
        return await self._once(order, lambda position, begun: self._remind(order, position, begun))

    @activity.defn(name="debt_collection.formal_notice")
    async def formal_notice(self, order: StageOrder) -> StageDone:
        """Give formal notice by registered letter, with what the law allows to ask."""
        return await self._once(order, lambda position, begun: self._give_notice(order, position, begun))

    @activity.defn(name="debt_collection.hand_over")
    async def hand_over(self, order: StageOrder) -> StageDone:
        """Hand the dossier to the lawyer or the bailiff by the route the law gives, once a person said so."""
        kind = order.request.stage.kind
        return await self._once(
            order,
            lambda position, begun: self._hand_over(order, position, begun),
            lambda position: handing_over_decision(position, kind),
        )

    @activity.defn(name="debt_collection.write_off")
    async def write_off(self, order: StageOrder) -> StageDone:
        """Give the rest up, once people said so and named who bears it."""
        return await self._once(order, lambda position, _: self._write_off(order, position), write_off_decision)

    @activity.defn(name="debt_collection.settle")
    async def settle(self, order: CollectionOrder) -> Settlement:
        """Close the collection: late costs that were paid, or the loss of a named bearer, and dossiers recalled."""
        position = await self._position(order.job_id, order.entity, order.request)
        kept, recalled = position.collection, False
        if kept.closed_at is None:
            outcome = outcome_of(position)
            await self._plan_ends(position)
            recalled = await self._recall_dossiers(order.job_id, position)
            position = await self._position(order.job_id, order.entity, order.request)
            if outcome == "written_off":
                await self._costs.given_up(kept.invoice_id, position.on)
                await self._book_loss(order, position)
            else:
                await self._book_late_costs(order, position)
                await self._book_difference(order, position)
            await self._costs.given_up(kept.invoice_id, position.on)
            kept = await self._collections.close(kept.invoice_id, outcome, self._clock.now())
        return settlement_of(kept, position, recalled=recalled)

    # --- the stages ---

    async def _remind(self, order: StageOrder, position: Position, begun: KeptStage) -> StageEnding:
        by_post = position.client.email is None
        channel: Channel = "post" if by_post else "electronic"
        paper = reminder(position, begun.kind, channel, self._letterhead)
        letter = await self._file(order, begun, position, paper)
        if by_post:
            reference = await self._register(order, begun, position, letter)
        else:
            reference = await self._mail(begun, position, paper, letter)
        return StageEnding(
            ended_on=position.on,
            channel=channel,
            document=letter[0],
            reference=reference,
            claimed_eur=paper.total_eur,
        )

    async def _give_notice(self, order: StageOrder, position: Position, begun: KeptStage) -> StageEnding:
        paper = formal_notice(position, self._letterhead)
        letter = await self._file(order, begun, position, paper)
        tracking = await self._register(order, begun, position, letter)
        if position.client.email is not None:
            await self._mail(begun, position, paper, letter)
        return StageEnding(
            ended_on=position.on,
            channel="post",
            document=letter[0],
            reference=tracking,
            claimed_eur=paper.total_eur,
            costs_eur=paper.total_eur - paper.invoice.balance_eur,
        )

    async def _hand_over(self, order: StageOrder, position: Position, begun: KeptStage) -> StageEnding:
        route = route_ahead(position, begun.kind)
        mandate = await self._mandate(order, position, route) if begun.kind == "bailiff" else None
        costs = claim_with_lines(position, route)
        cover, pieces = await self._pieces(order, position, begun, route, costs)
        office = self._office(begun.kind)
        given = dossier(position, begun.order_key, route, mandate, costs, (cover, *pieces))
        taken = await office.open(key=f"{begun.order_key}:open", dossier=given)
        await self._spent(position, begun.kind, taken.costs_eur, order.request.borne_by, route)
        if begun.kind == "insolvency":
            await self._regain_vat(order.job_id, position)
        return StageEnding(
            ended_on=position.on,
            document=cover[0],
            reference=taken.dossier_id,
            claimed_eur=position.open_eur + costs.costs_eur + costs.charged_eur,
            costs_eur=costs.costs_eur,
        )

    async def _mandate(self, order: StageOrder, position: Position, route: Route) -> str | None:
        """The bailiff acts without a judge only at a lawyer's request. Source: Jud. Code art. 1394/20."""
        if route != "undisputed_debt" or order.request.mandate is not None:
            return order.request.mandate
        lawyer = position.collection.stage("lawyer")
        if lawyer is None or lawyer.reference is None:
            raise MandateMissing(number=position.invoice.number)
        state = await self._lawyer.state(lawyer.reference)
        if state.mandate is None:
            raise NotYet("The lawyer has not accepted the dossier yet.", ASK_COUNSEL_AGAIN)
        return state.mandate

    async def _pieces(
        self, order: StageOrder, position: Position, begun: KeptStage, route: Route, costs: ClaimWithLines
    ) -> tuple[Filed, tuple[Filed, ...]]:
        """The cover letter, and every paper the client has seen; never a paper about a crew member."""
        listed = [
            paper
            for paper in await self._papers.of_job(order.job_id)
            if "client" in paper.audience and paper.media_type in IN_A_DOSSIER
        ]
        proofs = {stage.document: stage.reference for stage in position.collection.stages}
        annexes = tuple(
            Annex(title=paper.name, on=day_in_brussels(paper.filed_at), detail=proofs.get(paper.name))
            for paper in listed
        )
        letter = dossier_cover(position, begun.kind, route, costs, annexes, self._letterhead)
        cover = await self._file(order, begun, position, letter, BETWEEN_US_AND_COUNSEL)
        pieces = [(paper.name, await self._papers.read(order.job_id, paper.name)) for paper in listed]
        if route == "european_order":
            paper = form_a(position, costs, self._letterhead)
            pieces = [await self._file(order, begun, position, paper, BETWEEN_US_AND_COUNSEL, "form-a"), *pieces]
        return cover, tuple(pieces)

    async def _write_off(self, order: StageOrder, position: Position) -> StageEnding:
        await self._collections.write_off(position.invoice.invoice_id, order.request.borne_by)
        return StageEnding(ended_on=position.on)


def _costs_asked(step: Step[StageRequest, StageDone]) -> Step[StageRequest, StageDone]:
    """A stage that a person carries out costs something as well: that is asked and booked."""
    return replace(
        step,
        drafted=drafted,
        lacking=lacking_of_costs,
        record=Verb(DebtCollection.book_by_hand, AT_ONCE),
        recorded_since="costs-of-stages-by-hand",
    )


REMINDER = _costs_asked(
    Step(
        name="debt_collection",
        request=StageRequest,
        booking=StageDone,
        partners=("mail", "registered-mail"),
        confirm=(Verb(DebtCollection.remind, PARTNER),),
    )
)
FORMAL_NOTICE = _costs_asked(
    Step(
        name="debt_collection",
        request=StageRequest,
        booking=StageDone,
        partners=("registered-mail", "mail"),
        confirm=(Verb(DebtCollection.formal_notice, PARTNER),),
    )
)
HANDING_OVER = _costs_asked(
    Step(
        name="debt_collection",
        request=StageRequest,
        booking=StageDone,
        partners=("lawyer", "bailiff"),
        confirm=(Verb(DebtCollection.hand_over, ADMINISTRATION),),
        editable={
            "decided": "a decision about this very stage",
            "mandate": "a decision about this very stage",
            "borne_by": "named when a debt is handed over: who bears what it costs and the client does not pay",
        },
    )
)
PLAN = Step(
    name="debt_collection",
    request=StageRequest,
    booking=StageDone,
    partners=("lawyer", "bailiff"),
    confirm=(Verb(DebtCollection.answer_plan, ADMINISTRATION),),
    editable={"decided": "a decision about this very stage"},
)
UNSEEN_PAYMENT = Step(
    name="debt_collection",
    request=StageRequest,
    booking=StageDone,
    confirm=(Verb(DebtCollection.trace_payment, AT_ONCE),),
    editable={"decided": "a decision about this very stage"},
)
LATE_COSTS = _costs_asked(
    Step(
        name="debt_collection",
        request=StageRequest,
        booking=StageDone,
        partners=("mail", "registered-mail"),
        confirm=(Verb(DebtCollection.late_costs, PARTNER),),
        editable={"late_costs": "a decision about this very stage"},
    )
)
WRITE_OFF = Step(
    name="debt_collection",
    request=StageRequest,
    booking=StageDone,
    confirm=(Verb(DebtCollection.write_off, AT_ONCE),),
    editable={
        "decided": "a decision about this very stage",
        "borne_by": "named when a debt is written off, by two persons",
    },
    owed=frozenset({"write_off"}),
    drafted=drafted,
    lacking=lacking_of_loss,
)
STAGES: dict[StageKind, Step[StageRequest, StageDone]] = {
    "friendly_reminder": REMINDER,
    "first_reminder": REMINDER,
    "formal_notice": FORMAL_NOTICE,
    "lawyer": HANDING_OVER,
    "bailiff": HANDING_OVER,
    "plan": PLAN,
    "court": HANDING_OVER,
    "seizure": HANDING_OVER,
    "insolvency": HANDING_OVER,
    "unseen_payment": UNSEEN_PAYMENT,
    "late_costs": LATE_COSTS,
    "late_costs_left": LATE_COSTS,
    "write_off": WRITE_OFF,
}
STEPS = tuple(STAGES.values())
