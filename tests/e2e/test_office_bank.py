"""Finance in a real browser: a file of the bank is taken over, and what it brought is seen: known and unknown."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, expect

from api.container import Container
from sandbox.app import create_app as sandbox_app
from sandbox.settings import SandboxSettings
from tests.api.conftest import BRUSSELS
from tests.api.served import Served, serve
from tests.api.test_bank import a_desk, an_invoice_of
from tests.databases import ready_sqlite
from tests.e2e.test_office_pages import opened
from tests.services.test_bank import statement

REFERENCE: dict[str, str] = {}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    async def prepare(house: Container) -> None:
        bank = sandbox_app(tmp_path / "sandbox.sqlite", SandboxSettings())
        house.desk = a_desk(house, httpx2.ASGITransport(app=bank))
        REFERENCE["I-1"] = await an_invoice_of(house)

    with serve(ready_sqlite(tmp_path), tmp_path, prepare) as running:
        yield running


def test_finance_takes_a_file_over_and_sees_what_was_recognised_and_what_was_not(
    browser: Browser, served: Served, tmp_path: Path
) -> None:
    file = tmp_path / "day.xml"
    file.write_bytes(statement(("1590.00", REFERENCE["I-1"]), ("150.00", "merci pour tout"), iban=BRUSSELS.iban))
    page = opened(browser, served, "fay")
    page.goto("/bank")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Take it over").click()
    told = page.get_by_role("status")
    expect(told).to_contain_text("The file was taken over")
    expect(told.locator("dt", has_text="not recognised").locator("+ dd")).to_have_text("1")
    unknown = page.get_by_role("region", name="To recognise").locator("li.movement")
    expect(unknown).to_have_count(1)
    expect(unknown).to_contain_text("€150.00")
    expect(page.locator("section", has_text="Recognised last").locator("li.movement")).to_contain_text("€1,590.00")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Take it over").click()
    expect(page.get_by_role("status").locator("dt", has_text="known already").locator("+ dd")).to_have_text("1")
    expect(unknown).to_have_count(1)
