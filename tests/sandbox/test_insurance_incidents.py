"""The insurer is as strict about what happened as a real one, decides late, and pays by transfer."""

from typing import Any

import pytest

from tests.sandbox.conftest import World

ACCOUNT = "BE71096123456769"
DAMAGE = {
    "reference": "K1/insurance/damage-1-outcome/1",
    "kind": "damage",
    "policy_number": "COL-LI-2026",
    "happened_on": "2026-03-01",
    "description": "a lamp fell on the floor of the hall",
    "pay_to_iban": ACCOUNT,
}
POLICE = {"name": "police.pdf", "content_type": "application/pdf", "content": "JVBERi0="}


async def reported(world: World, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = await world.post("/insurer/incidents", DAMAGE | changes, "K1:report")
    return found


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"policy_number": "COL-LI-2025"}, (422, "refused")),
        ({"policy_number": "COL-WA-2026"}, (422, "refused")),
        ({"kind": "no_show", "policy_number": "COL-MO-2026"}, (422, "refused")),
        ({"happened_on": "2026-03-03"}, (400, "invalid-request")),
        ({"description": " "}, (400, "invalid-request")),
        ({"pay_to_iban": "BE71096123456768"}, (400, "invalid-request")),
        ({"kind": "accident", "policy_number": "COL-WA-2026"}, (400, "invalid-request")),
    ],
)
async def test_what_does_not_fit_is_refused_and_leaves_nothing(
    world: World, changes: dict[str, Any], answer: tuple[int, str]
) -> None:
    assert await world.refused("/insurer/incidents", DAMAGE | changes) == answer
    assert await world.effects("insurer") == []


async def test_a_loss_is_decided_after_ten_days_and_paid_by_transfer_five_days_later(world: World) -> None:
    told = await reported(world)
    assert (told["number"], told["status"], told["reported_in_time"]) == ("INC-2026-000001", "declared", True)
    assert await world.refused("/insurer/incidents", DAMAGE) == (409, "conflict")
    loss = f"/insurer/incidents/{told['incident_id']}/loss"
    assert (await world.post(loss, {"loss_eur": "1450.00"}))["status"] == "assessing"
    assert await world.refused(loss, {"loss_eur": "1451.00"}) == (409, "conflict")
    found = f"/insurer/incidents?reference={DAMAGE['reference']}"
    assert (await world.get(found))["incidents"][0]["granted_eur"] is None
    world.at("2026-03-12T09:00:01+00:00")
    (one,) = (await world.get(found))["incidents"]
    assert (one["status"], one["granted_eur"], one["excess_eur"]) == ("settled", "1305.00", "145.00")
    await world.post("/admin/tick", {"now": "2026-03-16T09:00:00+00:00"})
    assert await world.effects("bank") == []
    await world.post("/admin/tick", {"now": "2026-03-17T09:00:00+00:00"})
    assert await world.effects("bank") == ["credit"]


async def test_a_theft_is_not_decided_without_the_police(world: World) -> None:
    told = await reported(world, kind="theft")
    at = f"/insurer/incidents/{told['incident_id']}"
    assert (await world.post(f"{at}/loss", {"loss_eur": "450.00"}))["documents_asked"] == "the report of the police"
    assert await world.refused(f"{at}/documents", {"documents": []}) == (400, "invalid-request")
    assert (await world.post(f"{at}/documents", {"documents": [POLICE]}))["status"] == "assessing"
    assert await world.refused(f"{at}/documents", {"documents": [POLICE]}) == (409, "wrong-state")


async def test_an_accident_told_too_late_is_taken_and_damage_is_not(world: World) -> None:
    world.at("2026-03-10T22:00:00+00:00")
    late = await reported(world)
    assert late["reported_in_time"] is False
    await world.post(f"/insurer/incidents/{late['incident_id']}/loss", {"loss_eur": "450.00"})
    hurt = {"kind": "accident", "policy_number": "COL-WA-2026", "reference": "K1/a", "person_reference": "p-17"}
    accident = await world.post("/insurer/incidents", DAMAGE | hurt)
    assert (accident["status"], accident["reported_in_time"]) == ("assessing", False)
    world.at("2026-03-21T09:00:00+00:00")
    decided = [(await world.get(f"/insurer/incidents/{one['incident_id']}")) for one in (late, accident)]
    assert [one["status"] for one in decided] == ["refused", "settled"]


@pytest.mark.parametrize(
    ("outcome", "granted", "money"),
    [("part", "652.50", ["credit"]), ("unpaid", "1305.00", []), ("refused", "0.00", [])],
)
async def test_an_insurer_may_pay_half_nothing_or_never(
    world: World, outcome: str, granted: str, money: list[str]
) -> None:
    await world.post("/admin/insurer/claims", {"outcome": outcome})
    told = await reported(world)
    await world.post(f"/insurer/incidents/{told['incident_id']}/loss", {"loss_eur": "1450.00"})
    await world.post("/admin/tick", {"now": "2026-03-20T09:00:00+00:00"})
    world.at("2026-03-20T09:00:00+00:00")
    assert (await world.get(f"/insurer/incidents/{told['incident_id']}"))["granted_eur"] == granted
    assert await world.effects("bank") == money
