"""Operations in a real browser: the railway is away, one button replays what it stopped, each outcome is seen."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.allin.stack import UpAndRunning
from tests.e2e.conftest import Opening, ann_at, declare, turn
from tests.patience import wait_for

INCIDENT = "li.incident"
ONE_TICKET: dict[str, Any] = {
    "crew": [{"item": "ann", "member": True, "function": "singer"}],
    "travel": {"from_place": "Bruxelles", "to_place": "Liège"},
    **dict.fromkeys(("van_rental", "equipment", "insurance", "expenses")),
}
"""A job that asks the railway for something, and nobody else: it waits for no van and no lamp of another job."""


@pytest.fixture
def railway(stack: UpAndRunning) -> Iterator[str]:
    """The railway of the sandbox, stopped; it runs again afterwards."""
    address = f"http://127.0.0.1:{stack.running['sandbox_port']}/admin/partners/railway"
    httpx2.post(f"{address}/stop").raise_for_status()
    yield address
    httpx2.post(f"{address}/start").raise_for_status()
    with ann_at(stack) as ann:
        turn(ann, "play")


def the_incident(page: Page) -> bool | None:
    """Whether the railway stands among the incidents by now."""
    page.goto("/ops")
    return True if page.locator(INCIDENT, has_text="the railway").count() else None


def test_what_a_stopped_railway_parked_is_replayed_with_one_button(
    opening: Opening, stack: UpAndRunning, railway: str
) -> None:
    declare(stack, **ONE_TICKET)
    page = opening("omar").new_page()
    wait_for("the incident", lambda: the_incident(page))
    with ann_at(stack) as ann:
        turn(ann, "pause")  # the day of the journey does not come while somebody reads

    plain = opening("omar", java_script_enabled=False).new_page()
    plain.goto("/ops")
    plain.locator(INCIDENT, has_text="the railway").get_by_role("button").click()
    expect(plain.locator('form[action="/ops/replays"] button')).to_be_visible()

    httpx2.post(f"{railway}/start").raise_for_status()
    page.locator(INCIDENT, has_text="the railway").get_by_role("button").click()
    expect(page.get_by_role("heading", name="What would become of them")).to_be_visible()
    page.get_by_label("Why").fill("The trains run again")
    page.locator('form[action="/ops/replays"] button').click()
    page.wait_for_url("**/ops/replays/*")
    expect(page.locator("[data-ended]")).to_be_attached()
    expect(page.get_by_text("The trains run again").first).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text("Train tickets")
    expect(page.locator("tbody .pill").first).to_have_class("pill good")
