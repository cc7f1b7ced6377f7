"""The README's pictures, taken from a demonstration in full swing with Chromium: python -m tests.e2e.pictures"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.allin.stack import ROOT, UpAndRunning
from tests.e2e.conftest import PHONE, browser_path
from tests.e2e.living_house import DAY_SECONDS, living_house

PICTURES = ROOT / "docs" / "pictures"
WIDE = {"width": 1280, "height": 860}


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
    """Start a demonstration of its own, let weeks of several members pass, and take every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp())
    running = UpAndRunning(folder / "data")
    try:
        running.start(DAY_SECONDS)
        jobs = living_house(running)
        wanted = (
            ("phone-declare", "ann", "/declare?example=yes", "light"),
            ("phone-job", "ann", f"/jobs/{jobs['paid']}", "dark"),
            ("phone-ways", "milo", f"/jobs/{jobs['changes']}", "light"),
            ("job", "ann", f"/jobs/{jobs['concert']}", "light"),
            ("adviser", "iris", "/advisor", "light"),
            ("ops", "omar", "/ops", "light"),
            ("step", "omar", f"/jobs/{jobs['concert']}/steps/equipment", "light"),
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
