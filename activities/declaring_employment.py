"""An employment declared to social security: lodged, answered, and there as it was signed."""

from datetime import datetime

from activities.dimona import PROCESSED_IN, away, not_processed, others_there
from activities.employment_contract_desk import Engaging, Order
from activities.employment_contract_papers import Parties, paid_by_on
from activities.together import together
from domain.dimona import DimonaAnswer, DimonaDeclaration
from domain.errors import PartnerDown
from domain.papers import ContractSignedMail
from domain.people import Link
from domain.rules.asked_work import AskedWork
from domain.services.employment_contract import DimonaRefused, KeptEngagement

ACCEPTED = ("A", "W")
"""Results with which social security has accepted a declaration."""


class Declaring(Engaging):
    """The cooperative's side of a declaration."""

    async def _declare_anew(self, kept: KeptEngagement) -> KeptEngagement:
        """After a refusal a person looked at: a new declaration, not the old one again."""
        return await self._engagements.note(
            kept.order_key, dimona_turn=kept.dimona_turn + 1, dimona_declaration=None, dimona_result=None
        )

    async def _lodged(self, order: Order, kept: KeptEngagement, told: DimonaDeclaration) -> str:
        """Lodge it; whoever stays away is told to a person before the work starts."""
        try:
            return await self._dimona.lodge(order, "declare", kept.dimona_turn, told)
        except PartnerDown as down:
            now = self._clock.now()
            raise away(down, kept.cooperative_signed_at or now, now, order.request.starts_at) from down

    async def _declared(
        self, order: Order, kept: KeptEngagement, told: DimonaDeclaration, parties: Parties
    ) -> KeptEngagement:
        declared_at = kept.declared_at or self._clock.now()
        just_lodged = self._clock.now() - declared_at < PROCESSED_IN
        answer = await self._dimona.answer(kept.dimona_declaration or "", just_lodged=just_lodged)
        if answer is None:
            raise not_processed(declared_at, self._clock.now(), order.request.starts_at)
        if answer.result not in ACCEPTED:
            await self._engagements.note(order.key, dimona_result=answer.result, dimona_period=answer.period)
            if answer.result == "B":
                raise DimonaRefused(anomalies="; ".join(answer.anomalies) or "-")
            raise not_processed(declared_at, self._clock.now(), order.request.starts_at)
        await self._there_as_signed(order, answer.period, parties, declared_at)
        return await self._receipt_and_mail(order, kept, told, answer, parties)

    async def _there_as_signed(
        self, order: Order, number: str | None, parties: Parties, declared_at: datetime
    ) -> None:
        """Accepted is declared once social security has these very days, this person and this employer."""
        held = await self._dimona.work(number, parties.entity, parties.person)
        if held is None or not AskedWork.of(order.entity, order.request).met_by("dimona", held):
            raise others_there(declared_at, self._clock.now(), order.request.starts_at)

    async def _receipt_and_mail(
        self,
        order: Order,
        kept: KeptEngagement,
        told: DimonaDeclaration,
        answer: DimonaAnswer,
        parties: Parties,
    ) -> KeptEngagement:
        """The deadline is met, the receipt on file, and the contract in the person's mail."""
        receipt = await self._printer.pdf(parties.receipt(order, kept, told, answer))
        async with together():
            await self._met(order, kept.declared_at or self._clock.now(), "dimona")
            kept = await self._engagements.note(order.key, dimona_result=answer.result, dimona_period=answer.period)
            await self._keep(order, receipt, "dimona_receipt")
            link = await self._link(order)
        await self._send_signed(order, kept, parties, link)
        return kept

    async def _send_signed(self, order: Order, kept: KeptEngagement, parties: Parties, link: Link) -> None:
        mail = ContractSignedMail(
            **self._head(order, parties),
            link=link.url,
            first_start_at=order.request.starts_at,
            place=order.request.days[0].place,
            paid_by_on=paid_by_on(order.request),
            paid_by_days=tuple(one.pay_on for one in order.request.pay_days),
        )
        contract = kept.contract or ""
        attached = (contract, await self._papers.read(order.job_id, contract))
        await self._mail(order, parties, mail, "signed", (attached,))
