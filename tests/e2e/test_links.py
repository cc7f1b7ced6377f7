"""Strangers on a phone: a client accepts, a collaborator enters own data, reads the contract and signs."""

import os
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.allin.stack import UpAndRunning
from tests.api.test_declaring import concert
from tests.e2e.conftest import Opening, grave
from tests.patience import PATIENCE, wait_for

CLIENT, CREW = "nora.stranger@client.example", "bob.stranger@crew.example"
BOB = {
    "given_name": "Bob", "family_name": "Lambert", "national_number": "85.07.30-033.28",
    "iban": "BE71 0961 2345 6769", "street": "Rue Neuve", "house_number": "3", "postal_code": "4000",
    "city": "Liège",
}  # fmt: skip
A_LINK = re.compile(r"https?://[^\s\"'<>/]+(/[ai]/[A-Za-z0-9_.~:=-]+)")


class Partners:
    """The levers of the sandbox, from outside."""

    def __init__(self, stack: UpAndRunning) -> None:
        self._sandbox = httpx2.Client(
            base_url=f"http://127.0.0.1:{stack.running['sandbox_port']}", timeout=PATIENCE
        )

    def silence(self, email: str) -> None:
        """This person answers nothing by themselves."""
        told = {"email": email, "behaviour": "silent"}
        self._sandbox.post("/admin/people", json=told).raise_for_status()

    def link(self, email: str) -> str | None:
        """The path of the link in somebody's latest mail, if there is one yet."""
        mails = self._sandbox.get(f"/mail/mailboxes/{email}").raise_for_status().json()["messages"]
        found = [A_LINK.search(f"{mail['text']}\n{mail['html'] or ''}") for mail in mails]
        return next((one[1].rstrip(".") for one in found if one), None)


@pytest.fixture
def partners(stack: UpAndRunning) -> Iterator[Partners]:
    """Two people who wait for a hand; no day passes meanwhile."""
    found = Partners(stack)
    for email in (CLIENT, CREW):
        found.silence(email)
    door = httpx2.Client(base_url=stack.address, timeout=PATIENCE)
    token = door.post("/api/session", json={"person": "ann"}).json()["token"]
    door.headers["authorization"] = f"Bearer {token}"
    door.post("/api/demo/clock", json={"do": "pause"}).raise_for_status()
    body = strangers()
    answer = door.post("/api/jobs", json=body, headers={"idempotency-key": os.urandom(8).hex()})
    assert answer.status_code == 202, answer.text
    yield found
    door.post("/api/demo/clock", json={"do": "play"}).raise_for_status()


def strangers() -> dict[str, Any]:
    """A concert for a client and with a collaborator whom nobody plays."""
    told = concert()
    told["client"] |= {"email": CLIENT, "language": "en"}
    told["crew"][1] |= {"email": CREW, "language": "en"}
    told["days"] = [told["days"][0] | {"date": "2026-06-20"}]
    return told


def on_a_phone(page: Page) -> None:
    """Nothing serious stands in the way, and nothing is too wide."""
    assert grave(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is too wide"


def test_a_client_accepts_and_a_collaborator_signs_without_an_account(opening: Opening, partners: Partners) -> None:
    page = opening().new_page()
    page.goto(wait_for("the order", lambda: partners.link(CLIENT)))
    expect(page.get_by_role("heading", name="Concert in Liège")).to_be_visible()
    expect(page.locator(".figures").first).to_contain_text("€2,400.00")
    on_a_phone(page)
    page.get_by_label("Your name").fill("Nora Claes")
    page.get_by_role("button", name="I accept the order").click()
    expect(page.get_by_text("Thank you: the order is accepted.")).to_be_visible()

    phone = opening().new_page()
    phone.goto(wait_for("the offer", lambda: partners.link(CREW)))
    expect(phone.get_by_text("€300.00")).to_be_visible()
    expect(phone.get_by_role("button", name="Sign")).to_be_disabled()
    on_a_phone(phone)
    for name, value in BOB.items():
        phone.locator(f'[name="{name}"]').fill(value)
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_text("Saved.")).to_be_visible()
    expect(phone.get_by_role("button", name="Sign")).to_be_enabled()  # the page looks by itself
    contract = phone.get_by_role("link", name="Contract").first.get_attribute("href")
    paper = phone.request.get(str(contract))
    assert (paper.status, paper.headers["content-type"]) == (200, "application/pdf")
    on_a_phone(phone)
    phone.get_by_role("button", name="Sign").click()
    expect(phone.get_by_text("Thank you, it is signed.")).to_be_visible()
    assert phone.locator('[name="national_number"]').count() == 0
    on_a_phone(phone)
