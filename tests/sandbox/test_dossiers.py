"""Lawyer and bailiff: what debtors answer them, and what the creditor may tell them meanwhile."""

from typing import Any

import pytest

from tests.sandbox.conftest import World
from tests.sandbox.test_administrations import dossier, mandate

ACCOUNT = "/bank/accounts/BE71096123456769/entries"


async def at_the_bailiff(world: World, **person: Any) -> str:
    """A dossier the bailiff took on 4 March; its id."""
    await world.post("/admin/people", {"email": "late@client.be", **person})
    body = dossier("late@client.be", mandate=await mandate(world))
    return str((await world.post("/bailiff/dossiers", body))["dossier_id"])


async def path(world: World, office: str, id: str, now: str) -> list[tuple[str, str]]:
    world.at(f"{now}T12:00:00+00:00")
    history = (await world.get(f"/{office}/dossiers/{id}"))["history"]
    return [(one["status"], one["at"][:10]) for one in history]


async def received(world: World) -> list[str]:
    return [one["amount_eur"] for one in (await world.get(ACCOUNT))["entries"]]


async def test_a_title_is_carried_out_by_seizure_and_never_without_one(world: World) -> None:
    id = await at_the_bailiff(world, on_summons="silent", on_seizure="pays")
    world.at("2026-04-27T12:00:00+00:00")
    title = (await world.get(f"/bailiff/dossiers/{id}"))["title"]
    seizing = dossier("late@client.be", route="enforcement", title=title, reference="S")
    assert await world.refused("/bailiff/dossiers", seizing | {"title": "TIT-B-2026-999999"}) == (422, "refused")
    taken = await world.post("/bailiff/dossiers", seizing)
    assert await path(world, "bailiff", taken["dossier_id"], "2026-06-10") == [
        ("received", "2026-04-27"), ("accepted", "2026-04-28"), ("seized", "2026-05-07"), ("paid", "2026-06-06"),
    ]  # fmt: skip
    assert await received(world) == ["1886.33"]


@pytest.mark.parametrize(
    ("kept", "paid", "last"),
    [(True, ["628.78", "628.78", "628.77"], "paid"), (False, ["628.78"], "enforceable")],
)
async def test_instalments_are_paid_as_agreed_or_the_title_follows(
    world: World, kept: bool, paid: list[str], last: str
) -> None:
    id = await at_the_bailiff(world, on_summons="asks_plan", keeps_plan=kept)
    assert await world.refused(f"/bailiff/dossiers/{id}/plan", {"agreed": True}) == (409, "wrong-state")
    world.at("2026-03-24T09:00:00+00:00")
    plan = (await world.get(f"/bailiff/dossiers/{id}"))["plan"]
    assert [(one["on"], one["amount_eur"]) for one in plan] == [
        ("2026-04-23", "628.78"), ("2026-05-23", "628.78"), ("2026-06-23", "628.77"),
    ]  # fmt: skip
    for _ in range(2):
        await world.post(f"/bailiff/dossiers/{id}/plan", {"agreed": True})
    assert await world.effects("bailiff", "plan") == ["plan"]
    assert (await path(world, "bailiff", id, "2026-07-01"))[-1][0] == last
    assert await received(world) == paid


async def test_instalments_nobody_agreed_to_change_nothing(world: World) -> None:
    id = await at_the_bailiff(world, on_summons="asks_plan")
    world.at("2026-03-24T09:00:00+00:00")
    await world.post(f"/bailiff/dossiers/{id}/plan", {"agreed": False})
    assert (await path(world, "bailiff", id, "2026-04-27"))[-3:] == [
        ("plan_refused", "2026-03-24"), ("not_contested", "2026-04-17"), ("enforceable", "2026-04-27"),
    ]  # fmt: skip
    assert await received(world) == []


async def test_a_suspended_dossier_stands_still_and_goes_on_by_so_many_days_later(world: World) -> None:
    id = await at_the_bailiff(world, on_summons="pays")
    world.at("2026-03-10T12:00:00+00:00")
    for _ in range(2):
        await world.post(f"/bailiff/dossiers/{id}/suspend")
    assert (await path(world, "bailiff", id, "2026-05-10"))[-1] == ("suspended", "2026-03-10")
    assert await received(world) == []
    await world.post(f"/bailiff/dossiers/{id}/resume")
    assert (await path(world, "bailiff", id, "2026-06-30"))[-2:] == [
        ("resumed", "2026-05-10"), ("paid", "2026-05-23"),
    ]  # fmt: skip
    assert await received(world) == ["1886.33"]
    assert await world.effects("bailiff") == ["dossier", "suspension", "resumption"]


async def test_what_came_straight_to_the_creditor_is_not_asked_again(world: World) -> None:
    id = await at_the_bailiff(world, on_summons="pays")
    await world.post(f"/bailiff/dossiers/{id}/balance", {"principal_eur": "815.00"})
    assert await world.refused(f"/bailiff/dossiers/{id}/balance", {"principal_eur": "900.00"}) == (422, "refused")
    await path(world, "bailiff", id, "2026-04-30")
    assert await received(world) == ["886.33"]


async def test_a_receiver_pays_its_percentage_and_a_court_gives_a_title_or_not(world: World) -> None:
    await world.post("/admin/people", {"email": "late@client.be", "dividend_percent": 10, "on_court": "dismissed"})
    for route, steps in (
        ("insolvency", [("claim_filed", "2026-03-12"), ("dividend", "2026-07-10")]),
        ("court", [("summons_served", "2026-03-22"), ("dismissed", "2026-06-20")]),
    ):
        body = dossier("late@client.be", route=route, reference=route)
        opened = await world.at("2026-03-02T09:00:00+00:00").post("/lawyer/dossiers", body)
        assert (await path(world, "lawyer", opened["dossier_id"], "2026-08-01"))[-2:] == steps
    assert await received(world) == ["181.50"]


async def test_the_european_order_goes_abroad_and_on_its_form(world: World) -> None:
    form = [{"name": "AL-2026-000001-form-A.pdf", "content_type": "application/pdf", "content": ""}]
    here = dossier("late@client.be", route="european_order")
    abroad = here | {
        "creditor": here["creditor"] | {"country": "BE"}, "debtor": here["debtor"] | {"country": "FR"}
    }  # fmt: skip
    assert await world.refused("/lawyer/dossiers", here | {"documents": form}) == (422, "refused")
    assert await world.refused("/lawyer/dossiers", abroad) == (422, "refused")
    opened = await world.post("/lawyer/dossiers", abroad | {"documents": form})
    assert (await path(world, "lawyer", opened["dossier_id"], "2026-06-01"))[-1][0] == "enforceable"
