"""The office in a real browser: a yes with a reason, the story in Dutch, and a decision that takes two persons."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from api.container import Container
from domain.job import JobFile, Problem, Remembered, StepState
from tests.api.jobs import OFFER, concert
from tests.api.process import MemoryProcess
from tests.api.served import Served, serve
from tests.api.test_office_advisor import an_approval
from tests.databases import MONDAY, ready_sqlite

JOBS: dict[str, str] = {}
CONTRACT = "employment_contract:bob"


async def prepared(house: Container) -> None:
    """A job that asks for a yes, and one whose contract nobody could sign."""
    JOBS["asked"] = await an_approval(house)
    job_id = JOBS["stuck"] = await concert(house, "p-dan")
    problem = Problem(type="SignatureRefused", text="The signature was refused.", since_at=MONDAY)
    step = StepState(
        service="employment_contract", item="bob", state="parked", operation="sign", attempt=1,
        request=OFFER | {"person_id": "p-dan"}, problem=problem,
    )  # fmt: skip
    file = JobFile(job_id=job_id, state="engaged", version=1, steps={CONTRACT: step})
    await house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file, news=()))
    assert isinstance(house.process, MemoryProcess)
    house.process.attempts[f"job-{job_id} {CONTRACT}"] = 1


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("office")
    with serve(ready_sqlite(folder), folder, prepared) as running:
        yield running


def opened(browser: Browser, served: Served, person: str, lang: str = "en") -> Page:
    """A window on a phone, with somebody signed in."""
    window = browser.new_context(viewport={"width": 390, "height": 844}, base_url=served.url)
    window.request.post("/sign-in", form={"person": person}, headers={"accept": "text/html"})
    window.add_cookies([{"name": "allin_lang", "value": lang, "url": served.url}])
    return window.new_page()


def test_an_adviser_says_yes_with_a_reason_and_reads_the_story_in_dutch(browser: Browser, served: Served) -> None:
    page = opened(browser, served, "eve", "nl")
    page.goto("/advisor")
    group = page.locator("form.bulk").first
    group.get_by_label("Waarom").fill("Ik ken deze klant")
    group.get_by_role("button").first.click()
    page.wait_for_url("**/advisor?answered=1&not_asked=0")
    page.goto(f"/jobs/{JOBS['asked']}/story")
    expect(page.get_by_role("heading", name="Het verhaal")).to_be_visible()


def test_what_takes_two_persons_is_proposed_by_one_and_confirmed_by_another(
    browser: Browser, served: Served
) -> None:
    first = opened(browser, served, "otto")
    first.goto(f"/jobs/{JOBS['stuck']}/steps/{CONTRACT}?do=fail")
    first.get_by_role("button", name="Show what would happen").click()
    first.get_by_label("Why").fill("He takes another job")
    first.get_by_role("button", name="Propose to a second person").click()
    expect(first.get_by_text("Your proposal waits for a second person")).to_be_visible()
    second = opened(browser, served, "ann")
    second.goto("/ops")
    second.locator("section", has_text="For a second person").last.get_by_role("link", name="Look").click()
    second.locator("section.note").get_by_label("Why").fill("I spoke to him")
    second.get_by_role("button", name="Confirm").click()
    expect(second.get_by_text("Your decision is handed over")).to_be_visible()
