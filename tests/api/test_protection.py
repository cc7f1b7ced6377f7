"""The door: forged requests, strange input, floods, and signed webhooks."""

import base64
import hashlib
import hmac
import json

from pwdlib import PasswordHash

from api.app import create_app
from api.security.request_checks import PER_ADDRESS
from engine.keys import MasterKeys
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


def signed(body: bytes, key: bytes) -> dict[str, str]:
    secret = hkdf("webhooks", key).hex()
    return {"x-signature": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def hkdf(purpose: str, key: bytes) -> bytes:
    return MasterKeys("k", {"k": key}).derive(purpose)


async def test_an_event_id_stands_for_one_event_only(door: Door) -> None:
    key = door.house.settings.keys()
    partner, address = await door.asking(), "/api/webhooks/vans"
    for body, status in ((b'{"id":"e1","type":"a"}', 202), (b'{"id":"e1","type":"b"}', 422)):
        answer = await partner.post(address, content=body, headers=signed(body, key.keys[key.current]))
        assert answer.status_code == status


async def test_a_partner_that_signs_with_the_secret_of_before_a_rotation_is_heard(door: Door) -> None:
    old, new, foreign = b"o" * 32, b"n" * 32, b"f" * 32
    kept = ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in (("k2", new), ("k1", old)))
    door.house.settings = door.house.settings.model_copy(update={"master_keys": kept})
    partner = await door.asking()
    for n, (key, status) in enumerate([(old, 202), (new, 202), (foreign, 401)]):
        body = json.dumps({"id": f"e{n}", "type": "a"}).encode()
        answer = await partner.post("/api/webhooks/vans", content=body, headers=signed(body, key))
        assert answer.status_code == status


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
