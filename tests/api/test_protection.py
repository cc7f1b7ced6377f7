"""The door: forged requests, strange input, floods, and signed webhooks."""

import hashlib
import hmac
import json

from pwdlib import PasswordHash

from api.app import create_app
from api.protection import PER_ADDRESS
from tests.api.conftest import Door
from tests.api.jobs import parked_van


async def test_a_form_on_another_site_cannot_act(door: Door) -> None:
    ann = await door.asking("ann")
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        answer = await ann.post("/api/session", json={"person": "ann"}, headers=headers)
        assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (403, "cross-site")


async def test_pages_allow_nothing_foreign(door: Door) -> None:
    answer = await (await door.asking()).get("/", headers={"accept": "text/html"})
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


async def test_broken_json_is_told_as_such(door: Door) -> None:
    answer = await (await door.asking("ann")).post(
        "/api/quotes", content=b"{oops", headers={"content-type": "application/json", "accept-language": "fr"}
    )
    assert (answer.status_code, answer.json()["title"]) == (400, "Le message n'est pas du JSON lisible")


async def test_a_flood_is_stopped(door: Door) -> None:
    house = door.house
    app = create_app(house.settings, house.database, door.process, door.clock, sweeping=False, limits=PER_ADDRESS)
    anybody = await Door(app, house, door.process, door.clock).asking()
    answers = [(await anybody.post("/api/session", json={"person": "nobody"})).status_code for _ in range(21)]
    assert answers[:20] == [401] * 20
    assert answers[20] == 429


async def test_a_wrong_address_is_a_problem_for_programs_and_a_page_for_people(door: Door) -> None:
    anybody = await door.asking()
    assert (await anybody.get("/api/nothing")).json()["type"].endswith("/not-found")
    page = await anybody.get("/nothing", headers={"accept": "text/html", "accept-language": "nl"})
    assert (page.status_code, "Niet gevonden" in page.text) == (404, True)


async def test_a_webhook_is_kept_once_and_nudges_once(door: Door) -> None:
    job_id = await parked_van(door.house)
    await door.house.orders.begin(f"{job_id}/van_rental/van/1", "hold", "h", door.clock.now())
    event = {"id": "ev_1", "type": "vans.changed", "reference": f"{job_id}/van_rental/van/1:hold"}
    body = json.dumps(event).encode()
    secret = door.house.settings.keys().derive("webhooks").hex()
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    partner = await door.asking()
    for first in (True, False):
        answer = await partner.post("/api/webhooks/vans", content=body, headers={"x-signature": signature})
        assert (answer.status_code, answer.json()["first"]) == (202, first)
    assert door.process.nudges == [(f"job-{job_id}", "van_rental:van")]
    forged = await partner.post("/api/webhooks/vans", content=body + b" ", headers={"x-signature": signature})
    assert forged.status_code == 401


async def test_signing_in_never_leads_to_another_site(door: Door) -> None:
    browser = await door.asking(accept="text/html")
    for place in ("//evil.example", "https://evil.example", "/\\evil.example"):
        answer = await browser.post("/sign-in", data={"person": "ann", "next": place})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_a_password_opens_the_door_and_a_wrong_one_does_not(door: Door) -> None:
    await door.house.accounts.set_password("p-ann", PasswordHash.recommended().hash("correct horse"))
    browser = await door.asking(accept="text/html")
    wrong = await browser.post("/sign-in", data={"person": "ann", "password": "battery"})
    right = await browser.post("/sign-in", data={"person": "ann", "password": "correct horse"})
    assert (wrong.status_code, right.status_code) == (401, 303)
    assert "HttpOnly; Max-Age=1209600; Path=/; SameSite=lax" in right.headers["set-cookie"]
    assert "Hello Ann" in (await browser.get("/")).text


async def test_a_signed_out_visitor_is_shown_the_way_in_and_comes_back_there(door: Door) -> None:
    browser = await door.asking(accept="text/html")
    answer = await browser.get("/ops")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/ops")
    assert 'name="next" value="/ops"' in (await browser.get("/sign-in?next=/ops")).text


async def test_nobody_is_let_in_without_a_password_in_production(door: Door) -> None:
    door.house.settings = door.house.settings.model_copy(update={"production": True})
    answer = await (await door.asking()).post("/api/session", json={"person": "ann"})
    assert answer.status_code == 401
