"""A claim on the cancellation cover of a job that was called off.

It is declared at once, its loss is stated when every cost is known, and what the insurer pays is booked. Until then
the guarantee fund carries the loss; what the insurer does not pay gets a named bearer when the books are closed.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from temporalio import activity

from activities.ports import Entities
from activities.step import AT_ONCE, Clock, Step, Verb
from domain.entries import recovery
from domain.errors import NotYet
from domain.incident_claims import InsurerPaysNothingYet
from domain.ledger import Account, Balances, Entry
from domain.money import ZERO
from domain.orders import NO_ITEM, StepOrder
from domain.periods import day_in_brussels
from domain.services.insurance import (
    BoundCover,
    Claim,
    ClaimRefused,
    ClaimRequest,
    ClaimUnanswered,
    KeptClaim,
    NoCoverToClaimOn,
    claim_lacking,
    claim_sound,
)

ITEM = "cancellation-claim"
DEADLINE = "claim_declared"
LOOK = timedelta(days=5)
"""House rule: often enough to hear of it within the week, seldom enough to be no burden."""
ClaimOrder = StepOrder[ClaimRequest]


class ClaimsDesk(Protocol):
    """The insurance company, as far as claims go."""

    async def find(self, reference: str) -> tuple[BoundCover, ...]:
        """Every policy ever bound under this reference, oldest first."""
        ...

    async def claims(self, reference: str) -> tuple[KeptClaim, ...]:
        """Every claim under this reference, oldest first."""
        ...

    async def declare_claim(
        self, policy_id: str, reference: str, on: date, cause: str, estimate_eur: Decimal, iban: str, key: str
    ) -> KeptClaim:
        """Tell the insurer that a covered job was called off."""
        ...

    async def state_loss(self, claim_id: str, loss_eur: Decimal, key: str) -> KeptClaim:
        """Tell the insurer what it costs."""
        ...


class ClaimBook(Protocol):
    """The books, as far as a claim goes."""

    async def balances(self, job_id: str) -> Balances:
        """What stands on each account of one job."""
        ...

    async def replace_from(
        self, key: str, job_id: str, fact: str | None, make: Callable[[Balances], Entry]
    ) -> None:
        """Book in place of what states the same fact, from the job's balances. Once per key."""
        ...


class Watched(Protocol):
    """The deadlines that are watched."""

    async def met(self, job_id: str, kind: str, item: str, at: datetime, starts_at: datetime | None = None) -> None:
        """This deadline is met; a second time changes nothing."""
        ...


class AwaitedMoney(Protocol):
    """Our own register of claims whose money comes on the bank account."""

    async def called_off(self, job_id: str, item: str, entity: str, number: str, at: datetime) -> None:
        """A claim of a job that was called off, so that its money is recognised; a second time changes nothing."""
        ...

    async def came_in(self, job_id: str, item: str) -> Decimal | None:
        """What came in for it; None for a claim that was declared before its money was awaited on the account."""
        ...


class InsuranceClaims:
    """Declares claims, states losses, hears outcomes."""

    def __init__(
        self,
        insurer: ClaimsDesk,
        book: ClaimBook,
        register: AwaitedMoney,
        entities: Entities,
        deadlines: Watched,
        clock: Clock,
    ) -> None:
        self._insurer = insurer
        self._register = register
        self._entities = entities
        self._book = book
        self._deadlines = deadlines
        self._clock = clock

    @activity.defn(name="insurance.declare_claim")
    async def declare_claim(self, order: ClaimOrder) -> Claim:
        """Declare the claim, once: the policy asks for it within days, long before every cost is known."""
        found = await self._insurer.claims(order.key)
        claim = found[-1] if found else await self._declared(order)
        number, now = claim.claim_number, self._clock.now()
        await self._register.called_off(order.job_id, order.item, order.entity, number, now)
        await self._deadlines.met(order.job_id, DEADLINE, NO_ITEM, self._clock.now())
        return _as_it_stands(claim)

    @activity.defn(name="insurance.state_loss")
    async def state_loss(self, order: ClaimOrder) -> Claim:
        """Tell the insurer what is lost, once everything that comes back has come back."""
        claim = await self._known(order)
        if claim.loss_eur is None:
            loss_eur = await self._loss_eur(order)
            claim = await self._insurer.state_loss(claim.claim_id, loss_eur, order.key_for("loss"))
        return _as_it_stands(claim)

    @activity.defn(name="insurance.hear_claim")
    async def hear_claim(self, order: ClaimOrder) -> Claim:
        """Read what the insurer decided, and wait until its money is on the bank account, which books it."""
        claim = await self._known(order)
        if claim.state == "settled":
            return await self._settled(order, claim)
        if claim.state == "refused":
            raise ClaimRefused(number=claim.claim_number, reason=claim.refused_because)
        within = timedelta(days=order.request.answer_within_days)
        if claim.loss_stated_at is not None and self._clock.now() >= claim.loss_stated_at + within:
            raise ClaimUnanswered(number=claim.claim_number, days=str(within.days))
        raise NotYet("the insurer has not decided yet")

    @activity.defn(name="insurance.book_claim_by_hand")
    async def book_claim_by_hand(self, order: ClaimOrder) -> Claim:
        """Book what the insurer paid a person who settled the claim with it."""
        done = Claim.model_validate(order.by_hand)
        await self._pays(order, order.key_for("recovery-by-hand"), done.paid_eur or ZERO)
        return done

    async def _settled(self, order: ClaimOrder, claim: KeptClaim) -> Claim:
        """What the insurer pays is there, or is awaited a while longer."""
        wanted, came = claim.paid_eur or ZERO, await self._register.came_in(order.job_id, order.item)
        if came is None:  # declared before the bank's line was awaited
            await self._pays(order, order.key_for("recovery"), wanted)
        elif came < wanted:
            within = timedelta(days=order.request.answer_within_days)
            if claim.loss_stated_at is not None and self._clock.now() >= claim.loss_stated_at + within:
                left = {"amount": str(wanted - came), "number": claim.claim_number, "days": str(within.days)}
                raise InsurerPaysNothingYet(**left)
            raise NotYet("the insurer has not paid yet")
        return _as_it_stands(claim)

    async def _declared(self, order: ClaimOrder) -> KeptClaim:
        wish = order.request
        policies = await self._insurer.find(wish.policy_reference)
        policy = next((one for one in policies if one.state == "bound"), None)
        if policy is None:
            raise NoCoverToClaimOn()
        return await self._insurer.declare_claim(
            policy.policy_id,
            order.key,
            wish.called_off_on,
            wish.cause,
            await self._loss_eur(order),
            (await self._entities.entity(order.entity)).iban,
            order.key_for("declare"),
        )

    async def _known(self, order: ClaimOrder) -> KeptClaim:
        found = await self._insurer.claims(order.key)
        if not found:
            raise NoCoverToClaimOn()
        return found[-1]

    async def _loss_eur(self, order: ClaimOrder) -> Decimal:
        """What the job costs more than it earned, as its books say now."""
        return max((await self._book.balances(order.job_id)).of(Account.RESULT), ZERO)

    async def _pays(self, order: ClaimOrder, key: str, paid_eur: Decimal) -> None:
        """One claim is paid once, whoever heard of it."""
        on, fact = day_in_brussels(self._clock.now()), f"{order.job_id}/claim/{order.item}"
        await self._book.replace_from(
            key, order.job_id, fact, lambda before: recovery(key, order.job_id, on, paid_eur, before, fact=fact)
        )


def _as_it_stands(claim: KeptClaim) -> Claim:
    return Claim(
        claim_number=claim.claim_number,
        loss_eur=claim.loss_eur,
        paid_eur=claim.paid_eur,
        excess_eur=claim.excess_eur,
    )


def looks(request: ClaimRequest, now: datetime) -> tuple[datetime, ...]:
    """An insurer says by itself that it has decided; in case that is lost it is asked, and at last given up on."""
    last = now + timedelta(days=request.answer_within_days)
    return (*(now + LOOK * n for n in range(1, request.answer_within_days // LOOK.days)), last)


CLAIM = Step(
    name="insurance",
    request=ClaimRequest,
    booking=Claim,
    partners=("insurer",),
    hold=Verb(InsuranceClaims.declare_claim),
    confirm=(Verb(InsuranceClaims.state_loss),),
    answer=Verb(InsuranceClaims.hear_claim),
    answers_last=True,
    awaits=looks,
    editable={
        "cause": "why a job was called off is told to the insurer alone",
    },
    lacking=claim_lacking,
    record=Verb(InsuranceClaims.book_claim_by_hand, AT_ONCE),
    sound=claim_sound,
)
STAGES = {"claim": CLAIM}
"""By the end of the item's name: what the service states about a step of another kind than its own."""
