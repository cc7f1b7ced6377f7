"""Whoever reads a mail holds its link: it changes nothing that is known; what changes is told, and cools."""

from datetime import timedelta
from typing import Any

import pytest

from storage.people.payees import Payees
from storage.people.person_changes import PersonChanges
from tests.api.conftest import Door
from tests.api.test_links import BOB, HOME, contract_of, link, without_account

OLD, NEW = "BE71096123456769", "BE62510007547061"


async def knows(door: Door, **more: Any) -> None:
    """Dan's account and address are known from before."""
    await door.house.people.enter("p-dan", door.clock.now(), iban=OLD, email="dan@example.be", **more)
    for one in await PersonChanges(door.house.database).due():
        await PersonChanges(door.house.database).done(one.change_id, door.clock.now())


async def signed(door: Door) -> str:
    path, job_id = await link(door.house, "employment_contract:bob", "p-dan")
    anybody = await door.asking()
    await anybody.post(path, json=BOB | HOME)
    await contract_of(door.house, job_id)
    assert (await anybody.post(f"{path}/sign", json={})).json()["answered"] == "signed"
    return path


async def test_after_signing_a_link_only_reads(door: Door) -> None:
    await without_account(door.house)
    path = await signed(door)
    before = await door.house.people.person("p-dan")
    anybody = await door.asking()
    for changed in ({"iban": NEW}, {"email": "thief@evil.example"}, {"city": "Gent"}, {"phone": "+32 1"}, BOB):
        answer = await anybody.post(path, json={"answer": "accept", **changed})
        assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (409, "already-answered")
    assert await door.house.people.person("p-dan") == before


@pytest.mark.parametrize(
    "changed",
    [
        {"iban": NEW}, {"email": "thief@evil.example"}, {"given_name": "Robert"}, {"family_name": "Thief"},
        {"phone": "+32 499 00 00 00"}, HOME | {"city": "Gent"},
    ],
)  # fmt: skip
async def test_a_link_rewrites_nothing_of_somebody_who_can_sign_in(door: Door, changed: dict[str, str]) -> None:
    await knows(door, phone="+32 4 000 00 01")
    path, _ = await link(door.house, "employment_contract:bob", "p-dan")
    anybody = await door.asking()
    await anybody.post(path, json={"answer": "accept", **HOME})  # what was missing may be entered
    before = await door.house.people.person("p-dan")
    answer = await anybody.post(path, json={"answer": "accept", **changed})
    assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (422, "invalid")
    assert await door.house.people.person("p-dan") == before


async def test_a_new_link_rewrites_nothing_of_somebody_who_signed_before(door: Door) -> None:
    await without_account(door.house)
    await signed(door)
    path, _ = await link(door.house, "employment_contract:bob", "p-dan")
    answer = await (await door.asking()).post(path, json={"answer": "accept", "iban": NEW})
    assert [one["where"] for one in answer.json()["errors"]] == ["iban"]
    same = await (await door.asking()).post(path, json=BOB | HOME)
    assert same.status_code == 200
    assert (await door.house.people.person("p-dan")).iban == OLD


async def test_somebody_new_corrects_what_they_typed_but_never_the_address_they_were_asked_at(door: Door) -> None:
    await without_account(door.house)
    await door.house.people.enter("p-dan", door.clock.now(), email="dan@example.be")
    path, _ = await link(door.house, "employment_contract:bob", "p-dan")
    anybody = await door.asking()
    assert (await anybody.post(path, json=BOB | HOME)).status_code == 200
    assert (await anybody.post(path, json={"iban": NEW})).status_code == 200
    answer = await anybody.post(path, json={"email": "thief@evil.example"})
    assert [one["where"] for one in answer.json()["errors"]] == ["email"]
    person = await door.house.people.person("p-dan")
    assert (person.iban, person.email) == (NEW, "dan@example.be")


async def test_a_changed_account_is_told_to_the_old_address_and_stands_in_the_audit(door: Door) -> None:
    await knows(door)
    dan = await door.asking("dan")
    told = await dan.post("/api/me", json={"iban": NEW, "email": "new@example.be"})
    assert told.status_code == 200
    (change,) = await PersonChanges(door.house.database).due()
    assert (change.told_to, change.fields) == ("dan@example.be", ("email", "iban"))
    assert change.used_from_at == door.clock.now() + timedelta(hours=72)
    (line, *_) = await door.house.audit.page(what="person.changed")
    assert (line.who, line.role, line.why) == ("p-dan", "member", "email, iban")
    assert NEW not in str(line)


async def test_the_same_data_again_is_no_change(door: Door) -> None:
    await knows(door)
    dan = await door.asking("dan")
    await dan.post("/api/me", json={"iban": OLD, "email": "dan@example.be"})
    assert await PersonChanges(door.house.database).due() == []


async def test_a_payment_goes_to_the_account_before_until_the_new_one_has_cooled(door: Door) -> None:
    await knows(door)
    dan = await door.asking("dan")
    payees = Payees(door.house.database, door.clock)
    start = door.clock.now()
    await dan.post("/api/me", json={"iban": NEW})
    assert (await payees.person("p-dan")).iban == OLD
    door.clock.at = start + timedelta(hours=71)
    await dan.post("/api/me", json={"iban": "BE68539007547034"})  # a second change does not shorten the time
    door.clock.at = start + timedelta(hours=73)
    assert (await payees.person("p-dan")).iban == OLD
    door.clock.at = start + timedelta(hours=144)
    assert (await payees.person("p-dan")).iban == "BE68539007547034"


async def test_a_first_account_is_paid_at_once(door: Door) -> None:
    dan = await door.asking("dan")
    await dan.post("/api/me", json={"iban": NEW})
    assert (await Payees(door.house.database, door.clock).person("p-dan")).iban == NEW
