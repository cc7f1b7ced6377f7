"""What partners and people tell is passed on, at once or as soon as the process can be reached."""

import hashlib
import hmac
import json
from datetime import timedelta

from api.declaring.start_sweeper import sweep
from api.partners import nudges
from tests.api.conftest import Door
from tests.api.jobs import concert
from tests.api.test_links import link


async def _told(door: Door, event: str, reference: str) -> int:
    """A partner's event, signed as agreed."""
    body = json.dumps({"id": event, "type": "dimona.processed", "reference": reference}).encode()
    secret = door.house.settings.webhook_secret or door.house.settings.keys().derive("webhooks").hex()
    sign = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    async with await door.asking() as http:
        answer = await http.post("/api/webhooks/dimona", content=body, headers={"x-signature": sign})
    return answer.status_code


async def _ordered(door: Door) -> str:
    """The key of an order whose answer a partner tells."""
    key = f"{await concert(door.house)}/employment_contract/ann/1"
    await door.house.orders.begin(key, "declare", "h" * 64, door.house.now())
    return key


async def test_what_a_partner_told_while_the_engine_was_away_is_passed_on_later_and_once(door: Door) -> None:
    key = await _ordered(door)
    door.process.away = True
    assert await _told(door, "ev_1", key) == 202
    assert [event.event_id for event in await door.house.webhooks.unhandled()] == ["ev_1"]
    door.clock.at += timedelta(minutes=1)
    assert await nudges.sweep(door.house) == 0
    door.process.away = False
    await sweep(door.house)
    assert door.process.nudges == [(f"job-{key[:10]}", "employment_contract:ann")]
    assert await door.house.webhooks.unhandled() == []
    assert await nudges.sweep(door.house) == 0


async def test_whoever_received_an_event_has_a_moment_before_others_pass_it_on(door: Door) -> None:
    key = await _ordered(door)
    body = json.dumps({"id": "ev_1", "type": "t", "reference": key}).encode()
    await door.house.webhooks.keep("dimona", "ev_1", body, door.house.now())
    assert await nudges.sweep(door.house) == 0
    door.clock.at += timedelta(seconds=6)
    assert await nudges.sweep(door.house) == 1


async def test_an_event_about_no_order_of_ours_is_put_aside(door: Door) -> None:
    assert await _told(door, "ev_1", "nobody/knows/-/1") == 202
    assert await door.house.webhooks.unhandled() == []
    assert door.process.nudges == []


async def test_a_clients_yes_while_the_engine_is_away_is_taken_and_told_when_it_is_back(door: Door) -> None:
    path, job_id = await link(door.house, "agreement", "c-hall")
    client = await door.asking()
    await client.get(path)
    door.process.away = True
    answer = await client.post(path, json={"answer": "accept"})
    assert (answer.status_code, answer.json()["answered"]) == (200, "accepted")
    door.clock.at += timedelta(minutes=1)
    door.process.away = False
    assert await nudges.sweep(door.house) == 1
    assert door.process.nudges == [(f"job-{job_id}", "agreement")]


async def test_a_collection_that_could_not_be_told_is_told_later(door: Door) -> None:
    door.process.away = True
    await nudges.money_moved(door.house, "collection-I-1")
    door.process.away = False
    door.clock.at += timedelta(minutes=1)
    await nudges.sweep(door.house)
    assert door.process.nudges == [("collection-I-1", "money_moved")]
