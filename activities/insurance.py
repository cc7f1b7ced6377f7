"""The covers of a job: collective ones checked, extra ones quoted, bound and cancelled."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

from temporalio import activity

from activities.costs import CostBook, book_back, book_by_hand, book_cost, keep_by_hand, lacking_of_what_is_kept
from activities.letterhead import Letterhead
from activities.ports import Entities, Jobs, Papers, Printer
from activities.step import AT_ONCE, HELD, BackByHand, Clock, Step, Verb
from activities.together import with_the_answer
from domain.hand import KeptByHand
from domain.money import ZERO
from domain.orders import StepOrder
from domain.papers import CertificatePaper
from domain.papers import Cover as PrintedCover
from domain.periods import day_in_brussels
from domain.services.insurance import (
    BoundCover,
    Cover,
    CoverNotInForce,
    CoverQuote,
    InForce,
    InsuranceRequest,
    Policy,
    PremiumAboveCeiling,
    sound,
)

InsuranceOrder = StepOrder[InsuranceRequest]

COVER_NAMES = {
    "work_accident": {"fr": "Accidents du travail", "nl": "Arbeidsongevallen", "en": "Work accidents"},
    "liability": {"fr": "Responsabilité civile", "nl": "Burgerlijke aansprakelijkheid", "en": "Liability"},
    "mobility": {"fr": "Déplacements", "nl": "Verplaatsingen", "en": "Mobility"},
    "equipment_all_risk": {
        "fr": "Matériel, tous risques",
        "nl": "Materiaal, alle risico's",
        "en": "Equipment, all risks",
    },
    "abroad": {"fr": "Étranger", "nl": "Buitenland", "en": "Abroad"},
    "tour": {"fr": "Tournée", "nl": "Tournee", "en": "Tour"},
    "cancellation": {"fr": "Annulation", "nl": "Annulering", "en": "Cancellation"},
}


class Insurer(Protocol):
    """The insurance company."""

    async def collective(self, request: InsuranceRequest) -> tuple[InForce, ...]:
        """The cooperative's standing covers on these days in this country."""
        ...

    async def quote(self, cover: Cover, request: InsuranceRequest, reference: str) -> CoverQuote:
        """What an extra cover costs; binds nobody."""
        ...

    async def find(self, reference: str) -> tuple[BoundCover, ...]:
        """Every policy ever bound under this reference, oldest first."""
        ...

    async def bind(self, quote_id: str, reference: str, insured: str, key: str) -> BoundCover:
        """Take a quote: from now on the premium is owed."""
        ...

    async def cancel(self, policy_id: str, key: str) -> BoundCover:
        """Cancel a policy: all back before it starts, nothing after."""
        ...


class Insurance:
    """Checks, quotes, binds and cancels covers."""

    def __init__(
        self,
        insurer: Insurer,
        entities: Entities,
        jobs: Jobs,
        printer: Printer,
        papers: Papers,
        costs: CostBook,
        clock: Clock,
        letterhead: Letterhead,
    ) -> None:
        self._insurer = insurer
        self._entities = entities
        self._jobs = jobs
        self._printer = printer
        self._papers = papers
        self._costs = costs
        self._clock = clock
        self._letterhead = letterhead

    @activity.defn(name="insurance.quote")
    async def quote(self, order: InsuranceOrder) -> Policy:
        """Check the collective covers for these days and this country, and price the extra ones."""
        await self._collective(order.request)
        quotes = [
            await self._insurer.quote(cover, order.request, _reference(order, cover))
            for cover in order.request.covers
        ]
        premium_eur = sum((quote.total_eur for quote in quotes), ZERO)
        _within_ceiling(premium_eur, order.request)
        return Policy(
            collective_in_force=True,
            covers=order.request.covers,
            premium_eur=premium_eur,
            quote_id=quotes[0].quote_id if quotes else None,
            valid_until_at=min((quote.valid_until_at for quote in quotes), default=None),
        )

    @activity.defn(name="insurance.bind")
    async def bind(self, order: InsuranceOrder) -> Policy:
        """Bind the extra covers, each once, within the ceiling, and file the certificate."""
        collective = await self._collective(order.request)
        bound, lacking = await self._bound(order)
        quotes = [await self._insurer.quote(cover, order.request, _reference(order, cover)) for cover in lacking]
        prices = [policy.total_eur for policy in bound] + [quote.total_eur for quote in quotes]
        _within_ceiling(sum(prices, ZERO), order.request)
        insured = (await self._entities.entity(order.entity)).name
        for quote in quotes:
            reference = _reference(order, quote.cover)
            key = order.key_for(f"bind-{quote.cover}", after=lacking[quote.cover])
            bound.append(await self._insurer.bind(quote.quote_id, reference, insured, key))
        premium_eur = sum((policy.total_eur for policy in bound), ZERO)
        certificate = await self._printer.pdf(await self._certificate(order, collective, bound))
        await with_the_answer()
        await book_cost(self._costs, order, premium_eur, self._clock.now())
        return Policy(
            policy_number=", ".join(policy.policy_number for policy in bound) or None,
            collective_in_force=True,
            covers=order.request.covers,
            premium_eur=premium_eur,
            certificate=await self._file(order, bound, certificate),
        )

    @activity.defn(name="insurance.cancel")
    async def cancel(self, order: InsuranceOrder) -> Policy:
        """Cancel the extra covers it has, but for one with a claim on it; nothing bound is nothing to do."""
        kept_eur, stay = ZERO, covers_that_stay(order)
        for cover in order.request.covers:
            for n, policy in enumerate(await self._insurer.find(_reference(order, cover))):
                if policy.state == "bound" and cover not in stay:
                    key = order.key_for(f"cancel-{cover}", after=n)
                    policy = await self._insurer.cancel(policy.policy_id, key)
                kept_eur += policy.total_eur - policy.refund_eur
        await book_back(self._costs, order, kept_eur, self._clock.now())
        return Policy(collective_in_force=True, released=True, kept_premium_eur=kept_eur, claimed_on=stay)

    @activity.defn(name="insurance.book_by_hand")
    async def book_by_hand(self, order: InsuranceOrder) -> Policy:
        """Book what a person arranged instead."""
        return await book_by_hand(self._costs, order, Policy, costs, self._clock.now())

    @activity.defn(name="insurance.give_back_by_hand")
    async def give_back_by_hand(self, order: InsuranceOrder) -> Policy:
        """Book what is kept of what a person gave back instead."""
        kept = await keep_by_hand(self._costs, order, self._clock.now())
        return Policy(collective_in_force=True, released=True, kept_premium_eur=kept.kept_eur)

    async def _collective(self, request: InsuranceRequest) -> tuple[InForce, ...]:
        covers = await self._insurer.collective(request)
        if not covers or not all(cover.in_force for cover in covers):
            raise CoverNotInForce(
                country=request.country,
                from_on=f"{request.from_on:%d-%m-%Y}",
                until_on=f"{request.until_on:%d-%m-%Y}",
            )
        return covers

    async def _bound(self, order: InsuranceOrder) -> tuple[list[BoundCover], dict[Cover, int]]:
        """The policies this order already has, and the covers it still lacks with how many of each have ended."""
        bound, lacking = list[BoundCover](), dict[Cover, int]()
        for cover in order.request.covers:
            found = () if order.first_try_of == "bind" else await self._insurer.find(_reference(order, cover))
            alive = [policy for policy in found if policy.state == "bound"]
            bound += alive[:1]
            lacking |= {} if alive else {cover: len(found)}
        return bound, lacking

    async def _file(self, order: InsuranceOrder, bound: Sequence[BoundCover], certificate: bytes) -> str:
        """The insurer's own certificates, and one of ours that names every cover."""
        for policy in bound:
            name = f"policy-{policy.policy_number}.pdf"
            await self._keep(order, name, f"policy-{policy.cover}", policy.certificate)
        return await self._keep(order, f"insurance-{order.revision}.pdf", "certificate", certificate)

    async def _keep(self, order: InsuranceOrder, name: str, kind: str, content: bytes) -> str:
        return await self._papers.file(
            job_id=order.job_id,
            step=order.step,
            name=name,
            kind=kind,
            media_type="application/pdf",
            content=content,
            audience=("member", "crew", "advisor", "ops"),
            order_key=order.key,
        )

    async def _certificate(
        self, order: InsuranceOrder, collective: Sequence[InForce], bound: Sequence[BoundCover]
    ) -> CertificatePaper:
        entity = await self._entities.entity(order.entity)
        wish, job = order.request, await self._jobs.card(order.job_id)
        covers = [self._printed(wish, cover.cover, cover.policy_number, ZERO) for cover in collective]
        covers += [self._printed(wish, cover.cover, cover.policy_number, cover.total_eur) for cover in bound]
        return CertificatePaper(
            language=wish.language,
            sandbox=self._letterhead.sandbox,
            printed_on=day_in_brussels(self._clock.now()),
            entity=self._letterhead.entity(entity),
            number=order.short,
            job_title=job.title,
            insured_from=wish.from_on,
            insured_until=wish.until_on,
            place=wish.place or wish.country,
            countries=(wish.country,),
            covers=tuple(covers),
            report_to=entity.email,
        )

    def _printed(self, wish: InsuranceRequest, cover: str, number: str, premium_eur: Decimal) -> PrintedCover:
        return PrintedCover(
            name=COVER_NAMES[cover][wish.language],
            insurer=self._letterhead.accident_insurer,
            policy_number=number,
            premium_eur=premium_eur,
        )


def covers_that_stay(order: InsuranceOrder) -> tuple[str, ...]:
    """The covers there is a claim on; an earlier order's are given back whole."""
    return () if order.replaced else tuple(one for one in order.request.covers if one in order.keeps)


def _reference(order: InsuranceOrder, cover: Cover) -> str:
    return f"{order.key}/{cover}"


def _within_ceiling(premium_eur: Decimal, request: InsuranceRequest) -> None:
    if request.ceiling_eur is not None and premium_eur > request.ceiling_eur:
        raise PremiumAboveCeiling(price=str(premium_eur), ceiling=str(request.ceiling_eur))


def costs(booking: Policy) -> Decimal:
    """What it costs the job, without VAT."""
    return booking.premium_eur


STEP = Step(
    name="insurance",
    request=InsuranceRequest,
    booking=Policy,
    partners=("insurer",),
    on_paper=True,
    hold=Verb(Insurance.quote),
    confirm=(Verb(Insurance.bind),),
    release=Verb(Insurance.cancel),
    decide_before_start=timedelta(hours=24),
    editable={
        "from_on": "a cover may begin earlier; it never leaves a day of the job out",
        "until_on": "a cover may end later; it never leaves a day of the job out",
        "country": HELD,
        "people": "more people may be covered; the rules of the service refuse fewer",
        "covers": "which covers are bought stands on their own certificate only",
        "declared_value_eur": "the value to cover is what the member declares it to be",
        "ceiling_eur": "what may be paid at most; the fund posts no more than it reserved",
        "place": HELD,
    },
    costs=costs,
    record=Verb(Insurance.book_by_hand, AT_ONCE),
    back_by_hand=BackByHand(KeptByHand, Verb(Insurance.give_back_by_hand, AT_ONCE), lacking_of_what_is_kept(costs)),
    sound=sound,
)
