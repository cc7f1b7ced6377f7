"""The covers of a job: collective ones checked, extra ones quoted, bound once and cancelled."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities.insurance import STEP, Insurance
from activities.insurance_claim import InsuranceClaims
from activities.special_request import STEP as SPECIAL_REQUEST
from activities.special_request import SpecialRequest
from domain.entries import cost
from domain.errors import NotYet, PartnerDown, PartnerRefused
from domain.incident_claims import InsurerPaysNothingYet
from domain.ledger import Account
from domain.orders import StepOrder
from domain.periods import day_in_brussels
from domain.services.insurance import (
    ClaimRefused,
    ClaimRequest,
    CoverNotInForce,
    InsuranceRequest,
    NoCoverToClaimOn,
    PremiumAboveCeiling,
)
from domain.services.special_request import NeedsAPerson, SpecialRequestRequest
from partners.insurance import InsurerHttp
from storage.money.ledger import LedgerStore
from tests.services.conftest import LETTERHEAD, Cooperative, FiledPapers, Partners, TestClock


def insurance_order(**wish: Any) -> StepOrder[InsuranceRequest]:
    """Two days in Liège with 12,000.00 of lights, three people."""
    request = InsuranceRequest(
        **{
            "from_on": date(2026, 3, 14),
            "until_on": date(2026, 3, 15),
            "country": "BE",
            "people": 3,
            "covers": ("equipment_all_risk", "tour"),
            "declared_value_eur": "12000.00",
            "ceiling_eur": "80.00",
            "place": "Liège",
            **wish,
        }
    )
    return StepOrder(job_id="K1", service="insurance", entity="brussels", request=request)


def claim_order(reference: str, at: datetime, **wish: Any) -> StepOrder[ClaimRequest]:
    """Called off on the day itself; eight days to say so, thirty to be answered."""
    told: dict[str, Any] = {
        "policy_reference": reference,
        "called_off_on": day_in_brussels(at),
        "cause": "the hall is flooded",
        "declare_by": at + timedelta(days=8),
        "answer_within_days": 30,
    }
    request = ClaimRequest(**(told | wish))
    return StepOrder(
        job_id="K1", service="insurance", item="cancellation-claim", entity="brussels", request=request
    )


@pytest.fixture
def papers() -> FiledPapers:
    return FiledPapers()


@pytest.fixture
def service(partners: Partners, clock: TestClock, ledger: LedgerStore, papers: FiledPapers) -> Insurance:
    coop = Cooperative()
    return Insurance(InsurerHttp(partners.http("insurer")), coop, coop, coop, papers, ledger, clock, LETTERHEAD)


async def test_covers_are_quoted_bound_once_and_their_certificate_filed(
    service: Insurance, partners: Partners, papers: FiledPapers
) -> None:
    quoted = await service.quote(insurance_order())
    # (36.00 + 3 people x 2 days x 4.50), each with 9.25 % tax: 39.33 + 29.50
    assert (quoted.premium_eur, quoted.policy_number) == (Decimal("68.83"), None)
    assert quoted.valid_until_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    bound = await service.bind(insurance_order())
    assert bound.policy_number == "POL-2026-000001, POL-2026-000002"
    assert await service.bind(insurance_order()) == bound
    assert papers.content[bound.certificate or ""][:5] == b"%PDF-"
    assert await partners.effects("insurer") == ["policy", "policy"]


async def test_without_extra_covers_nothing_is_bought_and_the_certificate_is_still_filed(
    service: Insurance, partners: Partners, papers: FiledPapers
) -> None:
    bound = await service.bind(insurance_order(covers=()))
    assert (bound.premium_eur, bound.policy_number) == (0, None)
    assert list(papers.content) == ["insurance-1.pdf"]
    assert await partners.effects("insurer") == []


async def test_a_lost_answer_is_adopted_and_a_lost_policy_cancelled(service: Insurance, partners: Partners) -> None:
    await partners.fault("insurer", "bind_policy", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.bind(insurance_order())
    assert (await service.bind(insurance_order())).policy_number == "POL-2026-000001, POL-2026-000002"
    await partners.fault("insurer", "cancel_policy", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.cancel(insurance_order())
    cancelled = await service.cancel(insurance_order())
    assert (cancelled.released, cancelled.kept_premium_eur) == (True, 0)
    assert await partners.effects("insurer") == ["policy", "policy", "policy_cancellation", "policy_cancellation"]


async def test_after_the_first_day_the_insurer_keeps_the_premium(service: Insurance, clock: TestClock) -> None:
    await service.bind(insurance_order())
    clock.at = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
    assert (await service.cancel(insurance_order())).kept_premium_eur == Decimal("68.83")


async def test_outside_the_collective_covers_the_adviser_decides(service: Insurance) -> None:
    with pytest.raises(CoverNotInForce, match="does not hold in US from 14-03-2026 to 15-03-2026") as no:
        await service.quote(insurance_order(country="US", covers=()))
    assert no.value.decided_by == "advisor"


async def test_a_premium_above_the_ceiling_and_the_insurers_own_no_are_refusals(
    service: Insurance, partners: Partners
) -> None:
    with pytest.raises(PremiumAboveCeiling, match=r"68\.83 EUR, above the ceiling of 60\.00"):
        await service.bind(insurance_order(ceiling_eur="60.00"))
    with pytest.raises(PartnerRefused, match="insurer refused: not above"):
        await service.quote(insurance_order(declared_value_eur="300000.00"))
    assert await partners.effects("insurer") == []


class NoDeadlines:
    """Deadlines that nobody looks at."""

    def __init__(self) -> None:
        self.kinds: list[str] = []

    async def met(self, job_id: str, kind: str, item: str, at: datetime, starts_at: datetime | None = None) -> None:
        self.kinds.append(kind)


class OnTheAccount:
    """What came in for the claim: None for one that was declared before its money was awaited."""

    came: Decimal | None = None

    async def called_off(self, job_id: str, item: str, entity: str, number: str, at: datetime) -> None:
        assert number == "CLM-2026-000001"

    async def came_in(self, job_id: str, item: str) -> Decimal | None:
        return self.came


@pytest.fixture
def account() -> OnTheAccount:
    return OnTheAccount()


@pytest.fixture
def claims(partners: Partners, clock: TestClock, ledger: LedgerStore, account: OnTheAccount) -> InsuranceClaims:
    insurer = InsurerHttp(partners.http("insurer"))
    return InsuranceClaims(insurer, ledger, account, Cooperative(), NoDeadlines(), clock)


async def test_a_settled_claim_waits_for_its_money_and_at_last_finance_asks_the_insurer(
    service: Insurance, claims: InsuranceClaims, ledger: LedgerStore, clock: TestClock, account: OnTheAccount
) -> None:
    account.came = Decimal("0.00")
    order = await called_off(service, ledger, clock)
    await claims.declare_claim(order)
    await claims.state_loss(order)
    clock.wait(days=10)
    with pytest.raises(NotYet, match="has not paid yet"):
        await claims.hear_claim(order)
    clock.wait(days=20)
    with pytest.raises(InsurerPaysNothingYet, match=r"has not paid the 294\.58 EUR of claim") as no:
        await claims.hear_claim(order)
    assert no.value.decided_by == "finance"
    account.came = Decimal("294.58")
    assert (await claims.hear_claim(order)).paid_eur == Decimal("294.58")
    assert (await ledger.balances("K1")).of(Account.RESULT) == Decimal("327.31")  # the bank's line books it


async def called_off(service: Insurance, ledger: LedgerStore, clock: TestClock) -> StepOrder[ClaimRequest]:
    """1,000.00 insured against cancellation (27.31), and 300.00 lost besides."""
    cover = insurance_order(covers=("cancellation",), declared_value_eur="1000.00")
    await service.bind(cover)
    await ledger.post(cost("K1/van_rental/van/1:cost", "K1", day_in_brussels(clock.now()), Decimal("300.00")))
    return claim_order(f"{cover.key}/cancellation", clock.now())


async def test_a_claim_is_declared_once_its_loss_stated_once_and_what_is_paid_booked_once(
    service: Insurance, claims: InsuranceClaims, partners: Partners, ledger: LedgerStore, clock: TestClock
) -> None:
    order = await called_off(service, ledger, clock)
    for _ in range(2):
        assert (await claims.declare_claim(order)).claim_number == "CLM-2026-000001"
        assert (await claims.state_loss(order)).loss_eur == Decimal("327.31")
    with pytest.raises(NotYet):
        await claims.hear_claim(order)
    clock.wait(days=10)
    for _ in range(2):
        heard = await claims.hear_claim(order)
        assert (heard.paid_eur, heard.excess_eur) == (Decimal("294.58"), Decimal("32.73"))
        assert heard.story_values()["left"] == "32.73"
    assert (await ledger.balances("K1")).of(Account.RESULT) == Decimal("32.73")
    assert await partners.effects("insurer") == ["policy", "claim", "claim_loss"]
    by_hand = order.model_copy(update={"by_hand": {"paid_eur": "300.00"}})
    await claims.book_claim_by_hand(by_hand)
    assert (await ledger.balances("K1")).of(Account.RESULT) == Decimal("27.31")  # in its place, not beside it


async def test_a_refused_and_a_silent_claim_are_told_as_such_and_pay_nothing(
    service: Insurance, claims: InsuranceClaims, partners: Partners, ledger: LedgerStore, clock: TestClock
) -> None:
    order = await called_off(service, ledger, clock)
    clock.wait(days=9)
    await claims.declare_claim(order)
    await claims.state_loss(order)
    clock.wait(days=10)
    with pytest.raises(ClaimRefused, match="refuses claim CLM-2026-000001: declared too late"):
        await claims.hear_claim(order)
    assert (await ledger.balances("K1")).of(Account.RESULT) == Decimal("327.31")


async def test_there_is_no_claim_without_a_bound_cover_and_one_with_a_claim_is_not_cancelled(
    service: Insurance, claims: InsuranceClaims, partners: Partners, ledger: LedgerStore, clock: TestClock
) -> None:
    with pytest.raises(NoCoverToClaimOn):
        await claims.declare_claim(claim_order("K1/insurance/-/1/cancellation", clock.now()))
    order = insurance_order(covers=("cancellation", "tour"), declared_value_eur="1000.00")
    await service.bind(order)
    kept = await service.cancel(order.model_copy(update={"keeps": ("cancellation",)}))
    assert (kept.claimed_on, kept.kept_premium_eur) == (("cancellation",), Decimal("27.31"))
    assert kept.story_values() == {"about": "claimed"}
    assert await partners.effects("insurer") == ["policy", "policy", "policy_cancellation"]
    earlier = order.model_copy(update={"keeps": ("cancellation",), "replaced": True})
    assert (await service.cancel(earlier)).claimed_on == ()
    assert (await partners.effects("insurer")).count("policy_cancellation") == 2


async def test_a_singular_wish_always_asks_a_person() -> None:
    request = SpecialRequestRequest(wish="a piano tuner", ceiling_eur=Decimal("120.00"))
    order = StepOrder(job_id="K1", service="special_request", item="piano", entity="brussels", request=request)
    with pytest.raises(NeedsAPerson, match="a piano tuner"):
        await SpecialRequest(None, None).arrange(order)


def test_the_steps_state_their_verbs() -> None:
    assert [verb.name for verb in STEP.verbs] == ["quote", "cancel", "bind", "book_by_hand", "give_back_by_hand"]
    assert [verb.name for verb in SPECIAL_REQUEST.verbs] == ["arrange", "book_by_hand", "give_back_by_hand"]
