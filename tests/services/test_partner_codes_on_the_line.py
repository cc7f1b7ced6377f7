"""What a partner's answer becomes: a known code that may pass is tried again, any other keeps its code."""

from datetime import UTC, datetime

import httpx2
import pytest

from domain.errors import PartnerDown, PartnerRefused
from partners.http import PartnerHttp

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    def now(self) -> datetime:
        return NOW


async def answered(status: int, kind: str, detail: str = "this is why") -> None:
    problem = {"type": f"https://rail.example/problems/{kind}" if kind else "about:blank", "detail": detail}

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, json=problem, headers={"Content-Type": "application/problem+json"})

    async with httpx2.AsyncClient(base_url="https://rail.example", transport=httpx2.MockTransport(answer)) as line:
        await PartnerHttp("railway", line, Clock()).send("POST", "/bookings")


async def test_a_code_is_kept_with_the_partners_own_text() -> None:
    with pytest.raises(PartnerRefused) as no:
        await answered(422, "fare-gone")
    assert no.value.params == {"partner": "railway", "detail": "this is why", "code": "fare-gone"}


async def test_without_a_code_nothing_is_made_up() -> None:
    with pytest.raises(PartnerRefused) as no:
        await answered(422, "")
    assert no.value.params == {"partner": "railway", "detail": "this is why"}


@pytest.mark.parametrize(
    ("status", "kind"), [(422, "idempotency-key-reused"), (422, "wrong-state"), (409, "other")]
)
async def test_what_may_pass_by_itself_is_tried_again(status: int, kind: str) -> None:
    with pytest.raises(PartnerDown, match="this is why"):
        await answered(status, kind)
