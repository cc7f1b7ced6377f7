"""The manners every partner has: keys, lookups, faults, and a log of what really happened."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest

from sandbox.app import create_app
from tests.patience import eventually

from .conftest import SETTINGS, World

HOLD = {
    "reference": "K1/equipment/-/1",
    "from_at": "2026-03-14T08:00:00Z",
    "until_at": "2026-03-15T08:00:00Z",
    "lines": [{"sku": "par-led", "quantity": 12}],
}
KEY = "K1/equipment/-/1:hold"


async def test_the_same_key_and_body_is_answered_once_and_the_answer_kept(world: World) -> None:
    first = await world.call("POST", "/supplier/reservations", HOLD, KEY)
    again = await world.call("POST", "/supplier/reservations", HOLD, KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert await world.effects("supplier") == ["reservation"]


async def test_the_same_key_with_another_body_is_refused(world: World) -> None:
    await world.post("/supplier/reservations", HOLD, KEY)
    other = HOLD | {"lines": [{"sku": "par-led", "quantity": 13}]}
    assert await world.refused("/supplier/reservations", other, KEY) == (422, "idempotency-key-reused")


async def test_a_refusal_leaves_the_key_free_to_try_again(world: World) -> None:
    all_of_them = HOLD | {"lines": [{"sku": "par-led", "quantity": 48}]}
    taken = await world.post("/supplier/reservations", all_of_them, "other:hold")
    assert await world.refused("/supplier/reservations", HOLD, KEY) == (422, "refused")
    await world.post(f"/supplier/reservations/{taken['reservation_id']}/cancel")
    assert (await world.post("/supplier/reservations", HOLD, KEY))["status"] == "held"


async def test_a_second_call_while_the_first_is_under_way_is_told_so(world: World) -> None:
    await world.fault("supplier", "delay", operation="reserve", seconds=1.0)
    first = asyncio.create_task(world.call("POST", "/supplier/reservations", HOLD, KEY))

    async def begun() -> bool | None:
        return True if (await world.call("GET", f"/supplier/by-key/{KEY}")).status_code == 409 else None

    await eventually("the first call", begun)
    assert await world.refused("/supplier/reservations", HOLD, KEY) == (409, "idempotency-in-flight")
    assert await world.refused(f"/supplier/by-key/{KEY}", method="GET") == (409, "idempotency-in-flight")
    assert (await first).status_code == 201
    assert await world.effects("supplier") == ["reservation"]


async def test_whoever_lost_the_answer_finds_it_by_key(world: World) -> None:
    assert await world.refused(f"/supplier/by-key/{KEY}", method="GET") == (404, "not-found")
    made = await world.post("/supplier/reservations", HOLD, KEY)
    for written in (KEY, KEY.replace("/", "%2F")):
        found = await world.get(f"/supplier/by-key/{written}")
        assert (found["operation"], found["status"], found["body"]) == ("reserve", 201, made)


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [("409", 409, "conflict"), ("422", 422, "refused"), ("500", 500, "broken"), ("503", 503, "unavailable")],
)
async def test_an_arranged_refusal_happens_once_and_nothing_is_done(
    world: World, fault: str, status: int, kind: str
) -> None:
    await world.fault("supplier", fault, operation="reserve", retry_after=7, detail="on purpose")
    answer = await world.call("POST", "/supplier/reservations", HOLD, KEY)
    assert (answer.status_code, answer.headers["retry-after"]) == (status, "7")
    assert answer.json()["type"].endswith(kind)
    assert answer.json()["detail"] == "on purpose"
    assert await world.effects("supplier") == []
    await world.post("/supplier/reservations", HOLD, KEY)
    assert await world.effects("supplier") == ["reservation"]


async def test_a_cut_connection_is_a_transport_error_and_nothing_is_done(world: World) -> None:
    await world.fault("supplier", "cut")
    with pytest.raises(httpx2.TransportError):
        await world.call("POST", "/supplier/reservations", HOLD, KEY)
    assert await world.effects("supplier") == []
    calls = (await world.get("/admin/calls?partner=supplier"))["calls"]
    assert [(one["status"], one["fault"], one["key"]) for one in calls] == [(0, "cut", KEY)]


async def test_done_but_not_answered_is_done_once_and_found_again(world: World) -> None:
    await world.fault("supplier", "execute_then_fail")
    assert await world.refused("/supplier/reservations", HOLD, KEY) == (504, "no-answer")
    await world.fault("supplier", "execute_then_fail", answer="cut")
    with pytest.raises(httpx2.TransportError):
        await world.call("POST", "/supplier/reservations", HOLD, KEY)
    found = await world.get(f"/supplier/by-key/{KEY}")
    again = await world.post("/supplier/reservations", HOLD, KEY)
    assert again == found["body"]
    calls = (await world.get(f"/admin/calls?key={KEY}"))["calls"]
    assert [(one["status"], one["replayed"]) for one in calls] == [(504, False), (0, True), (201, True)]
    assert calls[0]["effect"] == 1
    assert await world.effects("supplier") == ["reservation"]


async def test_a_hold_that_is_made_to_expire_cannot_be_confirmed(world: World) -> None:
    held = await world.post("/supplier/reservations", HOLD)
    await world.fault("supplier", "expire_hold", operation="confirm_reservation")
    confirm = f"/supplier/reservations/{held['reservation_id']}/confirm"
    assert await world.refused(confirm) == (409, "hold-expired")
    assert (await world.post(confirm))["status"] == "confirmed"


async def test_a_fault_with_odds_strikes_the_same_calls_each_time(world: World) -> None:
    struck = []
    for _ in range(2):
        fault = {"partner": "mail", "fault": "503", "probability": 0.5, "seed": 7}
        number = (await world.post("/admin/faults", fault))["id"]
        mail = {"to": "a@example.org", "subject": "x"}
        struck.append([(await world.call("POST", "/mail/messages", mail)).status_code for _ in range(12)])
        await world.call("DELETE", f"/admin/faults/{number}")
    assert struck[0] == struck[1]
    assert set(struck[0]) == {202, 503}


async def test_a_stopped_partner_is_out_of_reach_until_it_is_started(world: World) -> None:
    await world.post("/admin/partners/railway/stop")
    with pytest.raises(httpx2.TransportError):
        await world.call("GET", "/railway/places")
    assert (await world.get("/supplier/items"))["items"]
    running = {one["name"]: one["running"] for one in (await world.get("/admin/partners"))["partners"]}
    assert running["railway"] is False
    assert running["vans"] is True
    await world.post("/admin/partners/railway/start")
    assert (await world.get("/railway/places"))["places"]


async def test_what_happened_and_its_answer_are_still_there_after_a_restart(world: World, file: Path) -> None:
    made = await world.post("/supplier/reservations", HOLD, KEY)
    app = create_app(file, SETTINGS)  # the first one still has the file open, as after kill -9
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://sandbox") as client:
        later = World(app, client, now="2026-03-02T10:00:00+00:00")
        assert await later.post("/supplier/reservations", HOLD, KEY) == made
        assert await later.effects("supplier") == ["reservation"]
    app.state.desk.store.db.close()


async def test_a_no_leaves_no_effect_behind(world: World) -> None:
    assert await world.refused("/supplier/reservations", {"lines": []}) == (400, "invalid-request")
    assert await world.refused("/supplier/reservations/rs_none", method="GET") == (404, "not-found")
    assert await world.effects("supplier") == []


async def test_the_readme_names_every_operation_and_its_path(world: World) -> None:
    readme = (Path(__file__).parents[2] / "sandbox" / "README.md").read_text()
    told: list[dict[str, Any]] = (await world.get("/admin/operations"))["operations"]
    assert len(told) > 60
    missing = [one["operation"] for one in told if f"`{one['operation']}`" not in readme]
    assert set(missing) <= {"by_key"} | {
        "find_dossiers",
        "get_dossier",
        "open_dossier",
        "withdraw_dossier",
    }


async def test_the_front_page_shows_partners_faults_and_effects(world: World) -> None:
    await world.post("/supplier/reservations", HOLD)
    await world.fault("vans", "cut")
    page = (await world.client.get("/")).text
    assert "1 reservation" in page
    assert "<td>cut</td>" in page


async def test_a_fault_about_one_job_leaves_the_others_alone(world: World) -> None:
    await world.fault("supplier", "422", about="K1/", times=None)
    elsewhere = HOLD | {"reference": "K2/equipment/-/1"}
    other = await world.call("POST", "/supplier/reservations", elsewhere, "K2/equipment/-/1:hold")
    assert other.status_code == 201
    assert (await world.refused("/supplier/reservations", HOLD, KEY))[0] == 422
    found = await world.call("GET", "/supplier/reservations?reference=K1%2Fequipment%2F-%2F1")
    assert found.status_code == 422
