"""An agreed plan of instalments, watched at every look: kept, broken, paid to the end; the client is told."""

import logging
from datetime import datetime, time
from typing import Final

from activities.debt_collection_desk import CollectionDesk
from activities.debt_collection_papers import Position
from domain import instalments
from domain.errors import PartnerDown, Refusal
from domain.instalments import InstalmentPlan
from domain.papers import InstalmentsMail, PrintedInstalment
from domain.periods import instant
from domain.rules.instalments import PlanStanding

log = logging.getLogger(__name__)
LOOKED_AT: Final = time(9)


class Instalments(CollectionDesk):
    """The cooperative's side of a plan."""

    async def _watch_plans(self, position: Position) -> bool:
        """Note a plan that is broken by today or paid to its end; tell the client. Whether one was broken now."""
        broken = False
        plan, held = position.collection.plan, position.plan_standing
        if plan is not None and held is not None and held.broken:
            at = self._clock.now()
            await self._plans.become(plan.invoice_id, plan.n, "broken", at, instead_of=("agreed",))
            broken = True
        if plan is not None and held is not None and held.next_part is None:
            await self._plan_ends(position)
        for one in position.collection.plans:
            if one.told != one.state and not (broken and one is plan):
                await self._tell_client(position, one)
        return broken

    async def _tell_client(self, position: Position, plan: InstalmentPlan) -> None:
        """By mail; a mail server that is away is no reason not to watch the money: it is told at the next look."""
        email = position.client.email
        if email is None or plan.state not in ("proposed", "agreed", "broken", "refused"):
            return
        card, client = position.card, position.client
        head = self._letterhead.mail(
            position.entity, language=position.language, to=client.name, job_title=card.title
        )
        mail = InstalmentsMail(
            **head,
            became=plan.state,
            number=position.invoice.number,
            parts=tuple(PrintedInstalment(on=part.on, amount_eur=part.amount_eur) for part in plan.parts),
            interest_stops=plan.interest == "stops",
            payment_reference=position.invoice.payment_reference,
            iban=position.entity.iban,
        )
        try:
            await self._post.send(f"{plan.invoice_id}/instalments/{plan.n}/{plan.state}", email, mail)
        except (PartnerDown, Refusal) as away:
            log.warning("plan %s of %s not told: %s", plan.n, plan.invoice_id, away)
            return
        await self._plans.client_informed(plan.invoice_id, plan.n, plan.state)

    async def _plan_ends(self, position: Position) -> None:
        """Nothing is owed any more: the plan was kept, and what waited for an answer waits no longer."""
        plan, asked = position.collection.plan, instalments.answerable(position.collection.plans)
        at = self._clock.now()
        if plan is not None:
            await self._plans.become(plan.invoice_id, plan.n, "kept", at, instead_of=("agreed",))
        if asked is not None:
            await self._plans.become(asked.invoice_id, asked.n, "withdrawn", at, instead_of=tuple(instalments.OPEN))


def looked_at(held: PlanStanding | None) -> datetime | None:
    """When it is looked again whether the plan is kept."""
    return instant(held.breaks_on, LOOKED_AT) if held is not None and held.breaks_on is not None else None
