"""Whoever has an office and is a member too decides nothing for the cooperative about the own job, by no door."""

from datetime import date

from storage.services.debt_collection import Collections
from tests.api.conftest import Door
from tests.api.jobs import parked_van
from tests.api.test_debts import owed


async def with_roles(door: Door, login: str, *roles: str) -> None:
    account = await door.house.accounts.account(f"p-{login}")
    await door.house.accounts.save(account.model_copy(update={"roles": roles}))


BECAUSE = {"reason": "because it is so"}


async def test_an_adviser_sets_no_withholding_on_the_own_job(door: Door) -> None:
    job_id = await parked_van(door.house)
    await with_roles(door, "ann", "advisor", "member")
    ann, eve = await door.asking("ann"), await door.asking("eve")
    path, told = f"/api/jobs/{job_id}/crew/bob/withholding", BECAUSE | {"withholding": "flat"}
    assert (await ann.post(path, json=told)).status_code == 403
    assert (await ann.post(path.removeprefix("/api"), json=told)).status_code == 403
    await with_roles(door, "dan", "advisor", "member")  # who works on it
    assert (await (await door.asking("dan")).post(path, json=told)).status_code == 403
    assert (await eve.post(path, json=told)).status_code == 200


async def test_a_debt_of_the_own_job_is_decided_by_somebody_else(door: Door) -> None:
    await owed(door, date(2026, 1, 15))
    job_id = (await Collections(door.house.database).collection("I-1")).job_id
    door.house.desk = object()  # type: ignore[assignment]  # nobody gets that far
    await with_roles(door, "ann", "finance", "member")
    ann, fay = await door.asking("ann"), await door.asking("fay")
    for path, more in (
        ("/api/debts/I-1/dispute", {}),
        ("/api/debts/I-1/instalments/answer", {"agreed": True}),
        ("/api/debts/I-1/instalments/resume", {}),
        ("/api/debts/I-1/again", {"how": "give_up"}),
        (f"/api/bank/credits/{job_id}", {"kind": "keep", "amount_eur": "1.00"}),
    ):
        answer = await ann.post(path, json=BECAUSE | more)
        assert answer.status_code == 403, (path, answer.text)
    long = {"parts": 12, "first_on": "2026-02-20"}
    assert (await ann.post("/api/debts/I-1/instalments", json=BECAUSE | long)).status_code == 403
    assert (await fay.post("/api/debts/I-1/dispute", json=BECAUSE)).status_code == 200
    assert (await ann.post("/api/debts/I-1/dispute/settle", json=BECAUSE)).status_code == 403


async def test_operations_replay_no_step_of_their_own_among_many(door: Door) -> None:
    await parked_van(door.house)
    await with_roles(door, "ann", "ops", "member")
    ann, otto = await door.asking("ann"), await door.asking("otto")
    wish = BECAUSE | {"service": "van_rental"}
    none = await ann.post("/api/ops/replays", json=wish)
    assert (none.status_code, none.json()["type"].split("/")[-1]) == (422, "nothing-chosen")
    counted = (await otto.post("/api/ops/replays?dry_run=true", json=wish)).json()
    assert counted["count"] == 1
    taken = await ann.post("/api/ops/replays", json=wish | {"token": counted["token"]})
    assert (taken.status_code, taken.json()["type"].split("/")[-1]) == (409, "stale-selection")
    assert (await otto.post("/api/ops/replays", json=wish | {"token": counted["token"]})).status_code == 202
