"""The insurer: collective covers, quotes, policies. An interface of our own: `sandbox/README.md` describes it."""

from base64 import b64decode
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from domain.money import ZERO, cents
from domain.services.insurance import (
    BoundCover,
    CollectiveCover,
    Cover,
    CoverQuote,
    InForce,
    InsuranceRequest,
    KeptClaim,
)
from partners.http import PartnerHttp, PartnerMessage, in_path

THEIR_WORDS: dict[Cover, str] = {
    "equipment_all_risk": "equipment",
    "abroad": "abroad",
    "tour": "tour",
    "cancellation": "cancellation",
}
OUR_WORDS: dict[str, Cover] = {theirs: ours for ours, theirs in THEIR_WORDS.items()}


class Collective(PartnerMessage):
    """A standing cover."""

    cover: CollectiveCover
    policy_number: str
    in_force: bool


class Collectives(PartnerMessage):
    """The standing covers."""

    covers: tuple[Collective, ...] = ()


class CoverRequest(PartnerMessage):
    """A cover that is asked for."""

    cover: str
    start_on: date
    end_on: date
    country: str
    insured_value_eur: Decimal
    persons: int
    reference: str


class Quoted(PartnerMessage):
    """What it costs."""

    quote_id: str
    total_eur: Decimal
    expires_at: datetime


class Bind(PartnerMessage):
    """A quote that is taken."""

    quote_id: str
    reference: str
    insured: str


class Certificate(PartnerMessage):
    """A PDF, base64."""

    content: str


class Bound(PartnerMessage):
    """A policy."""

    policy_id: str
    policy_number: str
    status: str
    cover: str
    total_eur: Decimal
    refund_eur: Decimal | None = None
    certificate: Certificate | None = None

    def kept(self) -> BoundCover:
        """The same in our words."""
        return BoundCover(
            policy_id=self.policy_id,
            policy_number=self.policy_number,
            cover=OUR_WORDS[self.cover],
            state="bound" if self.status == "bound" else "cancelled",
            total_eur=cents(self.total_eur),
            refund_eur=cents(self.refund_eur or ZERO),
            certificate=b64decode(self.certificate.content) if self.certificate else b"",
        )


class PoliciesFound(PartnerMessage):
    """The policies with one reference."""

    policies: tuple[Bound, ...] = ()


class CancelPolicy(PartnerMessage):
    """Why a policy is cancelled."""

    reason: str = "the job does not take place"


class DeclaredClaim(PartnerMessage):
    """A job that was called off."""

    policy_id: str
    reference: str
    cancelled_on: date
    cause: str
    estimated_loss_eur: Decimal
    pay_to_iban: str


class Loss(PartnerMessage):
    """What it costs."""

    loss_eur: Decimal


class ClaimAsKept(PartnerMessage):
    """A claim."""

    claim_id: str
    claim_number: str
    status: Literal["declared", "assessing", "settled", "refused"]
    loss_eur: Decimal | None = None
    loss_stated_at: datetime | None = None
    paid_eur: Decimal | None = None
    excess_eur: Decimal | None = None
    refused_because: str | None = None

    def kept(self) -> KeptClaim:
        """The same in our words."""
        return KeptClaim(
            claim_id=self.claim_id,
            claim_number=self.claim_number,
            state=self.status,
            loss_eur=None if self.loss_eur is None else cents(self.loss_eur),
            loss_stated_at=self.loss_stated_at,
            paid_eur=None if self.paid_eur is None else cents(self.paid_eur),
            excess_eur=cents(self.excess_eur or ZERO),
            refused_because=self.refused_because or "-",
        )


class ClaimsFound(PartnerMessage):
    """The claims with one reference."""

    claims: tuple[ClaimAsKept, ...] = ()


class InsurerHttp:
    """The insurer over HTTP."""

    def __init__(self, http: PartnerHttp) -> None:
        self._http = http

    async def collective(self, request: InsuranceRequest) -> tuple[InForce, ...]:
        """The cooperative's standing covers on these days in this country."""
        params = {
            "from_on": request.from_on.isoformat(),
            "until_on": request.until_on.isoformat(),
            "country": request.country,
        }
        found = await self._http.ask("GET", "/collective-covers", Collectives, params=params)
        return tuple(InForce.model_validate(cover.model_dump()) for cover in found.covers)

    async def quote(self, cover: Cover, request: InsuranceRequest, reference: str) -> CoverQuote:
        """What an extra cover costs. A quote binds nobody: each one is new."""
        body = CoverRequest(
            cover=THEIR_WORDS[cover],
            start_on=request.from_on,
            end_on=request.until_on,
            country=request.country,
            insured_value_eur=request.declared_value_eur,
            persons=request.people,
            reference=reference,
        )
        told = await self._http.ask("POST", "/quotes", Quoted, body=body)
        total_eur = cents(told.total_eur)
        return CoverQuote(quote_id=told.quote_id, cover=cover, total_eur=total_eur, valid_until_at=told.expires_at)

    async def find(self, reference: str) -> tuple[BoundCover, ...]:
        """Every policy ever bound under this reference, oldest first."""
        found = await self._http.ask("GET", "/policies", PoliciesFound, params={"reference": reference})
        return tuple(policy.kept() for policy in found.policies)

    async def bind(self, quote_id: str, reference: str, insured: str, key: str) -> BoundCover:
        """Take a quote: from now on the premium is owed."""
        body = Bind(quote_id=quote_id, reference=reference, insured=insured)
        return (await self._http.ask("POST", "/policies", Bound, body=body, key=key)).kept()

    async def cancel(self, policy_id: str, key: str) -> BoundCover:
        """Cancel a policy: all back before it starts, nothing after."""
        path = f"/policies/{in_path(policy_id)}/cancel"
        return (await self._http.ask("POST", path, Bound, body=CancelPolicy(), key=key)).kept()

    async def claims(self, reference: str) -> tuple[KeptClaim, ...]:
        """Every claim under this reference, oldest first."""
        found = await self._http.ask("GET", "/claims", ClaimsFound, params={"reference": reference})
        return tuple(claim.kept() for claim in found.claims)

    async def declare_claim(
        self, policy_id: str, reference: str, on: date, cause: str, estimate_eur: Decimal, iban: str, key: str
    ) -> KeptClaim:
        """Tell the insurer that a covered job was called off."""
        body = DeclaredClaim(
            policy_id=policy_id,
            reference=reference,
            cancelled_on=on,
            cause=cause,
            estimated_loss_eur=estimate_eur,
            pay_to_iban=iban,
        )
        return (await self._http.ask("POST", "/claims", ClaimAsKept, body=body, key=key)).kept()

    async def state_loss(self, claim_id: str, loss_eur: Decimal, key: str) -> KeptClaim:
        """Tell the insurer what it costs."""
        path = f"/claims/{in_path(claim_id)}/loss"
        return (await self._http.ask("POST", path, ClaimAsKept, body=Loss(loss_eur=loss_eur), key=key)).kept()
