"""The covers of a job: collective ones checked, extra ones quoted, bound once and cancelled."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from activities.insurance import STEP, Insurance
from activities.special_request import STEP as SPECIAL_REQUEST
from activities.special_request import SpecialRequest
from domain.errors import PartnerDown, PartnerRefused
from domain.orders import StepOrder
from domain.services.insurance import CoverNotInForce, InsuranceRequest, PremiumAboveCeiling
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


async def test_a_singular_wish_always_asks_a_person() -> None:
    request = SpecialRequestRequest(wish="a piano tuner", ceiling_eur=Decimal("120.00"))
    order = StepOrder(job_id="K1", service="special_request", item="piano", entity="brussels", request=request)
    with pytest.raises(NeedsAPerson, match="a piano tuner"):
        await SpecialRequest(None, None).arrange(order)


def test_the_steps_state_their_verbs() -> None:
    assert [verb.name for verb in STEP.verbs] == ["quote", "cancel", "bind", "book_by_hand"]
    assert [verb.name for verb in SPECIAL_REQUEST.verbs] == ["arrange", "book_by_hand"]
