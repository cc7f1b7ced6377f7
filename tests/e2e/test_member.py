"""On a phone: what to ask is worked out by anybody, and a member declares a job without any script."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Opening

FILLED = {
    "title": "Reading at the library",
    "client.name": "Bibliothèque (fictive)",
    "days.0.date": "2026-05-20",
    "days.0.starts": "18:00",
    "days.0.ends": "22:00",
    "place": "Namur",
    "price_eur": "900",
}
CLIENT = {
    "client.enterprise_number": "1000000021",
    "client.email": "books@client.example",
    "client.address.street": "Rue Haute",
    "client.address.house_number": "1",
    "client.address.postal_code": "1000",
    "client.address.city": "Bruxelles",
}


def fill(page: Page, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        page.locator(f'[name="{name}"]').fill(value)


def declare(page: Page) -> None:
    page.goto("/declare")
    fill(page, FILLED)
    page.locator("#part-client > summary").click()
    fill(page, CLIENT)


def test_what_to_ask_for_500_in_hand_is_worked_out_before_signing_in(opening: Opening) -> None:
    page = opening().new_page()
    page.goto("/declare?lang=en")
    page.get_by_text("I know what I want in hand").click()
    page.locator('[name="net_each"]').fill("500")
    expect(page.locator("#quote")).to_contain_text("Ask the client")
    expect(page.locator("#quote .big")).to_contain_text("€1,")


def test_the_same_is_declared_without_script(opening: Opening) -> None:
    page = opening("milo", java_script_enabled=False).new_page()
    declare(page)
    page.get_by_role("button", name="All inclusive").click()
    if "/jobs/" not in page.url:  # a question of this trade is open: answered, pressed again
        page.locator("#part-vat > summary").click()
        for name in ("vat.performance_or_licence", "vat.advertising"):
            page.locator(f'[name="{name}"][value="no"]').check(force=True)
        page.get_by_role("button", name="All inclusive").click()
    page.wait_for_url("**/jobs/*")
    expect(page.get_by_role("heading", name="Reading at the library")).to_be_visible()
