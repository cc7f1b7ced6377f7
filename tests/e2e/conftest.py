"""A real browser before one `allin up` for the tests here; without a browser they are skipped, and say so."""

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from domain.declaration import load_declaration
from tests.allin.stack import CONCERT, UpAndRunning, free_port
from tests.issuer import Issuer, application
from tests.patience import PATIENCE

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 390, "height": 844}
GRAVE = {"serious", "critical"}
expect.set_options(timeout=PATIENCE * 1000)


def browser_path() -> str | None:
    """The browser of this machine: ALLIN_BROWSER, or what Debian calls chromium."""
    return os.environ.get("ALLIN_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.xdist_group("browser"))
        if browser_path() is None:
            item.add_marker(pytest.mark.skip(reason="no browser found: install chromium to run the browser tests"))


@pytest.fixture(scope="package")
def issuer() -> Iterator[Issuer]:
    """An identity provider on this machine."""
    port = free_port()
    made = Issuer(f"http://127.0.0.1:{port}", {"sub": "lea-7", "email": "lea@coop.example", "email_verified": True})
    server = uvicorn.Server(uvicorn.Config(application(made), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield made
    server.should_exit = True
    thread.join(5)


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory, issuer: Issuer) -> Iterator[UpAndRunning]:
    """The embedded stack, as a newcomer runs it, with the issuer set."""
    running = UpAndRunning(tmp_path_factory.mktemp("browser") / "data")
    settings = {"ALLIN_OIDC_ISSUER": issuer.address, "ALLIN_OIDC_CLIENT_ID": "allin"}
    os.environ.update(settings)
    try:
        running.start(1.5)
        yield running
    finally:
        for name in settings:
            os.environ.pop(name)
        if running.process is not None and running.process.poll() is None:
            running.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser, closed before other tests start: its event loop tolerates no other in the thread."""
    with sync_playwright() as playwright:
        path = browser_path()
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


Opening = Callable[..., BrowserContext]


@pytest.fixture
def opening(browser: Browser, stack: UpAndRunning) -> Iterator[Opening]:
    """A browser window, on a phone unless said otherwise, with somebody signed in when named."""
    opened: list[BrowserContext] = []

    def window(person: str | None = None, **more: Any) -> BrowserContext:
        how = {"viewport": PHONE, "locale": "en-GB", "reduced_motion": "reduce", "base_url": stack.address} | more
        context = browser.new_context(**how)
        context.set_default_timeout(PATIENCE * 1000)
        opened.append(context)
        if person:
            context.request.post("/sign-in", form={"person": person}, headers={"accept": "text/html"})
            context.add_cookies([{"name": "allin_lang", "value": "en", "url": stack.address}])
        return context

    yield window
    for context in opened:
        context.close()


@pytest.fixture(scope="package")
def shown(stack: UpAndRunning) -> str:
    """One example job for everybody who only looks: vans and the fund are not there for more."""
    return declare(stack)


def declare(stack: UpAndRunning, in_days: int = 46, **changes: Any) -> str:
    """Ann's concert so many days from the demonstration's today, changed where a test wants it; the job's id."""
    with ann_at(stack) as door:
        today = date.fromisoformat(turn(door, "play"))
        told = load_declaration(CONCERT.read_text())
        body = json.loads(told.model_dump_json(exclude_unset=True)) | changes
        body["days"] = [{**body["days"][0], "date": (today + timedelta(days=in_days)).isoformat()}]
        body = {name: value for name, value in body.items() if value is not None}
        answer = door.post("/api/jobs", json=body, headers={"idempotency-key": os.urandom(8).hex()})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["job_id"])


def ann_at(stack: UpAndRunning) -> httpx2.Client:
    """The API as Ann uses it."""
    token = httpx2.post(f"{stack.address}/api/session", json={"person": "ann"}, timeout=PATIENCE).json()["token"]
    signed = {"authorization": f"Bearer {token}"}
    return httpx2.Client(base_url=stack.address, timeout=PATIENCE, headers=signed)


def turn(door: httpx2.Client, do: str) -> str:
    """Tell the demonstration's clock what to do; its day."""
    return str(door.post("/api/demo/clock", json={"do": do}).json()["today"])


def grave(page: Page) -> list[str]:
    """What axe-core finds serious on this page."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in GRAVE]
