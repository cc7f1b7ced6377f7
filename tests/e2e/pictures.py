"""The README's pictures, taken from the demonstration: python -m tests.e2e.pictures"""

import json
import os
import shutil
import tempfile
import time
from pathlib import Path

import httpx2
from playwright.sync_api import Browser, sync_playwright

from domain.declaration import load_declaration
from tests.allin.stack import CONCERT, ROOT, UpAndRunning
from tests.e2e.conftest import PHONE, browser_path

PICTURES = ROOT / "docs" / "pictures"
WIDE = {"width": 1100, "height": 760}
SETTLED_AFTER = 12.0
"""Seconds after which the example job has something to show."""


def declared(address: str) -> str:
    """The example job of Ann."""
    with httpx2.Client(base_url=address, timeout=20) as door:
        token = door.post("/api/session", json={"person": "ann"}).json()["token"]
        body = json.loads(load_declaration(CONCERT.read_text()).model_dump_json(exclude_unset=True))
        headers = {"authorization": f"Bearer {token}", "idempotency-key": os.urandom(8).hex()}
        answer = door.post("/api/jobs", json=body, headers=headers)
        answer.raise_for_status()
        return str(answer.json()["job_id"])


def take(browser: Browser, address: str, name: str, person: str, path: str, scheme: str = "light") -> None:
    """One picture of what somebody sees, without the demonstration's own bar."""
    view = PHONE if name.startswith("phone") else WIDE
    window = browser.new_context(viewport=view, base_url=address, reduced_motion="reduce", color_scheme=scheme)  # type: ignore[arg-type]  # one of playwright's two words
    window.request.post("/sign-in", form={"person": person}, headers={"accept": "text/html"})
    window.add_cookies([{"name": "allin_lang", "value": "en", "url": address}])
    page = window.new_page()
    page.goto(path)
    page.evaluate("document.querySelector('.demo')?.remove()")
    page.screenshot(path=PICTURES / f"{name}.png")
    window.close()


def main() -> None:
    """Start a demonstration of its own, let a few days pass, and take every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp())
    running = UpAndRunning(folder / "data")
    try:
        running.start(2.5)
        job = declared(running.address)
        time.sleep(SETTLED_AFTER)
        step = f"/jobs/{job}/steps/agreement"
        wanted = (
            ("phone-declare", "ann", "/declare?example=yes", "light"),
            ("phone-job", "ann", f"/jobs/{job}", "dark"),
            ("job", "ann", f"/jobs/{job}", "light"),
            ("adviser", "iris", "/advisor", "light"),
            ("step", "omar", step, "light"),
            ("fund", "fatima", "/fund", "light"),
        )
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
            for one in wanted:
                take(browser, running.address, *one)
            browser.close()
    finally:
        if running.process is not None and running.process.poll() is None:
            running.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
