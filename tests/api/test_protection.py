"""The door: forged requests, strange input, floods, and signed webhooks."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pwdlib import PasswordHash

from api.app import create_app
from api.security.request_checks import PER_ADDRESS
from api.security.session import inside
from domain.job import JobFile, Remembered, StepState
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


async def test_what_the_bailiff_says_wakes_the_collection_although_the_step_is_done(door: Door) -> None:
    job_id = await parked_van(door.house)
    item = "i1-bailiff"
    await door.house.orders.begin(f"{job_id}/debt_collection/{item}/1", "hand_over", "h", door.clock.now())
    done = StepState(service="debt_collection", item=item, state="done", operation="hand_over", attempt=1)
    file = JobFile(job_id=job_id, version=1, steps={f"debt_collection:{item}": done})
    await door.house.jobs.remember(Remembered(workflow_id="collection-I1", file=file))
    event = {"id": "ev_9", "type": "bailiff.status", "reference": f"{job_id}/debt_collection/{item}/1"}
    body, keys = json.dumps(event).encode(), door.house.settings.keys()
    answer = await (await door.asking()).post(
        "/api/webhooks/bailiff", content=body, headers=signed(body, keys.keys[keys.current])
    )
    assert answer.status_code == 202
    assert door.process.nudges == [("collection-I1", "money_moved")]


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
    for place in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/ops\\..",
        "ops",
    ):
        assert inside(place) == "/"
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


async def test_a_body_in_pieces_is_counted_as_it_comes_and_never_kept_whole(door: Door) -> None:
    ann, given = await door.asking("ann"), []

    async def pieces() -> AsyncIterator[bytes]:
        for n in range(100):
            given.append(n)
            yield b"0" * 1_000_000

    for address, kind in (
        ("/api/quotes", "application/json"),
        ("/api/webhooks/vans", "application/json"),
        ("/sign-in", "application/x-www-form-urlencoded"),
    ):
        given.clear()
        answer = await ann.post(address, content=pieces(), headers={"content-type": kind})
        assert answer.status_code in (413, 422), address
        if answer.status_code == 413:
            assert answer.json()["type"].endswith("/too-large")
    webhook = await (await door.asking()).post("/api/webhooks/vans", content=pieces())
    assert (webhook.status_code, webhook.json()["type"].split("/")[-1]) == (413, "too-large")


async def test_the_cookie_is_secure_where_people_come_in_over_tls_whatever_the_proxy_speaks(door: Door) -> None:
    door.house.settings = door.house.settings.model_copy(update={"public_url": "https://jobs.coop.example"})
    answer = await (await door.asking(accept="text/html")).post("/sign-in", data={"person": "ann"})
    assert "; Secure" in answer.headers["set-cookie"]


async def test_a_session_ends_with_a_new_password_a_changed_role_a_closing_and_production(
    door: Door,
) -> None:
    accounts = door.house.accounts
    ann = await accounts.account("p-ann")
    changes = (
        lambda: accounts.set_password("p-ann", "x"),
        lambda: accounts.save(ann.model_copy(update={"roles": ("member", "ops")})),
        lambda: accounts.save(ann.model_copy(update={"active": False})),
    )
    for change in changes:
        await accounts.save(ann)
        browser = await door.asking("ann")
        assert (await browser.get("/api/session")).status_code == 200
        await change()
        assert (await browser.get("/api/session")).status_code == 401
    demo = await (await door.asking()).post("/api/session", json={"person": "dan"})
    taken_on = await door.asking(authorization=f"Bearer {demo.json()['token']}")
    assert (await taken_on.get("/api/session")).status_code == 200
    door.house.settings = door.house.settings.model_copy(update={"production": True})
    assert (await taken_on.get("/api/session")).status_code == 401


async def test_a_login_that_does_not_exist_costs_a_verified_password_too(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = []

    def verify(self: object, password: str, known: str) -> bool:
        verified.append(known)
        return True

    monkeypatch.setattr(PasswordHash, "verify", verify)
    answer = await (await door.asking()).post("/api/session", json={"person": "nobody", "password": "x"})
    assert (answer.status_code, len(verified)) == (401, 1)


async def test_the_calendar_of_somebody_who_may_not_see_the_job_any_more_is_closed(door: Door) -> None:
    job_id = await parked_van(door.house)
    made = await door.house.links.link(
        order_key=f"{job_id}/calendar/p-ada/1", job_id=job_id, step="calendar", audience="calendar",
        subject_id="p-ada", expires_at=door.clock.now() + timedelta(days=60),
    )  # fmt: skip
    address = f"{made.url.removeprefix(door.house.settings.public_url)}/job.ics"
    anybody = await door.asking()
    assert (await anybody.get(address)).status_code == 200
    ada = await door.house.accounts.account("p-ada")
    for roles, active in ((("member",), True), (("auditor",), False)):
        await door.house.accounts.save(ada.model_copy(update={"roles": roles, "active": active}))
        assert (await anybody.get(address)).status_code == 404
