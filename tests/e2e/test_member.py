"""On a phone: what to ask is worked out by anybody; a member declares, follows and moves a job and withdraws it."""

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
    """The five questions, then what the button says is missing, where it puts the hand."""
    page.goto("/declare")
    fill(page, FILLED)
    page.get_by_role("button", name="All inclusive").click()
    expect(page.locator('[name="client.enterprise_number"]')).to_be_focused()
    fill(page, CLIENT)
    page.get_by_role("button", name="All inclusive").click()
    expect(page.locator('[name="vat.advertising"]').first).to_be_focused()
    page.get_by_role("group", name="advertise").get_by_text("no", exact=True).click()
    page.get_by_role("button", name="All inclusive").click()
    page.wait_for_url("**/jobs/*")
    expect(page.get_by_role("heading", name="Reading at the library")).to_be_visible()


def test_a_job_is_declared_on_a_phone_followed_live_moved_and_stopped(opening: Opening) -> None:
    page = opening("ann").new_page()
    declare(page)
    expect(page.locator("#step-agreement .pill")).to_have_text("Done")
    page.get_by_role("link", name="Move or change").click()
    fill(page, {"place": "Gent"})
    page.get_by_role("button", name="See what it changes").last.click()
    expect(page.locator("#effects")).to_contain_text("What it changes")
    page.locator('[name="reason"]').fill("The hall moved")
    page.get_by_role("button", name="Confirm the change").click()
    page.wait_for_url("**/jobs/*")
    page.get_by_role("link", name="Withdraw this job").click()
    page.locator('[name="reason"]').fill("The library closed")
    page.get_by_role("button", name="Withdraw the job").click()
    page.wait_for_url("**/jobs/*")
    expect(page.locator("body")).to_contain_text("Withdrawal asked for: The library closed")
    expect(page.get_by_role("link", name="Withdraw this job")).to_be_hidden()


def test_the_same_is_declared_without_script(opening: Opening) -> None:
    declare(opening("ann", java_script_enabled=False).new_page())


def test_what_to_ask_for_500_in_hand_is_worked_out_before_signing_in(opening: Opening) -> None:
    page = opening().new_page()
    page.goto("/declare?lang=en")
    page.get_by_text("I know what I want in hand").click()
    page.locator('[name="net_each"]').fill("500")
    expect(page.locator("#quote")).to_contain_text("Ask the client")
    expect(page.locator("#quote .big")).to_contain_text("€1,")


def test_without_a_connection_that_is_said_and_every_word_stays(opening: Opening) -> None:
    window = opening("ann")
    page = window.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto("/declare?lang=en")
    told = page.get_by_text("No connection. What you wrote stays here")
    expect(told).to_be_hidden()
    window.set_offline(True)
    expect(told).to_be_visible()
    fill(page, FILLED)
    page.get_by_role("button", name="All inclusive").click()
    for name, value in FILLED.items():
        expect(page.locator(f'[name="{name}"]')).to_have_value(value)
    window.set_offline(False)
    expect(told).to_be_hidden()
    page.get_by_role("button", name="All inclusive").click()
    expect(page.locator('[name="client.enterprise_number"]')).to_be_focused()
    expect(page.locator('[name="title"]')).to_have_value(FILLED["title"])
    assert broken == []
