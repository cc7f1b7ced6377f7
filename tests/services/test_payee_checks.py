"""Before money leaves the bank is asked whose account it is: what bears another name waits for finance."""

from datetime import datetime
from typing import Any

import httpx2
import pytest
from lxml import etree

from domain.bank import Nudge
from domain.payee_checks import NothingHeld
from storage.execution.events import Events
from storage.money.payee_checks import PayeeChecks
from tests.services.test_bank import MONDAY, World, world

__all__ = ["world"]
ANA = "BE62510007547061"


def checks(here: World) -> PayeeChecks:
    return PayeeChecks(here.office.database)


async def held(here: World) -> list[tuple[str, str, str | None]]:
    return [(one.code, one.name, one.holder) for one in await checks(here).held()]


async def names(here: World, batch_id: str) -> list[str]:
    file = etree.fromstring(await here.payments.file(batch_id))
    return [one.text or "" for one in file.iterfind(".//{*}Cdtr/{*}Nm")]


async def test_an_account_that_bears_the_name_is_paid_at_once_accents_or_not(world: World) -> None:
    await world.office.admin("bank/holders", iban=ANA, name="ANA RUÍZ")
    await world.pay("ana", "740.11")
    (batch_id,) = (await world.desk.make_batches(MONDAY)).batch_ids
    assert (await world.desk.batch(batch_id)).count == 1
    assert await held(world) == []


@pytest.mark.parametrize(
    ("holder", "code", "told"),
    [("Ana Ruis", "CMTC", "Ana Ruis"), ("Ruiz Ana", "CMTC", "Ruiz Ana"), ("Bob Peeters", "NMTC", None)],
)
async def test_another_name_on_the_account_waits_for_a_decision_and_keeps_nobody_else(
    world: World, holder: str, code: str, told: str | None
) -> None:
    await world.office.admin("bank/holders", iban=ANA, name=holder)
    bob = await world.office.people.person("p-bob")
    await world.office.people.save(bob.model_copy(update={"iban": "BE71096123456769"}), at(world))
    await world.pay("ana", "740.11")
    await world.pay("bob", "200.00", person_id="p-bob")
    made = await world.desk.make_batches(MONDAY)
    (card,) = [await world.desk.batch(one) for one in made.batch_ids]
    assert (card.count, str(card.total_eur), made.nudges) == (1, "200.00", ())
    assert await held(world) == [(code, "Ana Ruiz", told)]
    assert (await world.desk.make_batches(MONDAY)).batch_ids == ()
    calls = await world.office.partners.calls("bank")
    assert calls.count("verify_payees") == 1


async def test_paid_all_the_same_by_a_decision_it_leaves_with_the_next_file_and_the_story_says_why(
    world: World,
) -> None:
    await world.office.admin("bank/holders", iban=ANA, name="A. Ruiz Garcia")
    await world.pay("ana", "740.11")
    await world.desk.make_batches(MONDAY)
    (waits,) = await checks(world).held()
    for _ in range(2):
        if await held(world):
            await checks(world).decide(waits.payment_id, "pay", "p-fay", "seen her bank card", at(world))
    (batch_id,) = (await world.desk.make_batches(MONDAY)).batch_ids
    assert await names(world, batch_id) == ["Ana Ruiz"]
    told = [
        (one.kind, one.by, one.params) for one in await Events(world.office.database).since(world.office.job_id)
    ]
    assert ("payee.pay", "p-fay", {"amount": "740.11", "reason": "seen her bank card"}) in told
    with pytest.raises(NothingHeld):
        await checks(world).decide(waits.payment_id, "give_back", "p-gus", "no, not so", at(world))


async def test_given_back_it_is_in_no_file_and_its_step_asks_for_another_account(world: World) -> None:
    await world.office.admin("bank/holders", iban=ANA, name="Bob Peeters")
    await world.pay("ana", "740.11")
    await world.desk.make_batches(MONDAY)
    (waits,) = await checks(world).held()
    await checks(world).decide(waits.payment_id, "give_back", "p-fay", "not her account", at(world))
    made = await world.desk.make_batches(MONDAY)
    assert (made.batch_ids, made.nudges) == ((), (Nudge(workflow_id=world.job, step="wages:ana"),))
    state = await world.payments.of_order(f"{world.office.job_id}/wages/ana/1")
    assert state is not None
    assert (state.state, state.reason) == ("rejected", "BE01")


async def test_a_decision_about_one_account_is_none_about_the_next(world: World) -> None:
    await world.office.admin("bank/holders", iban=ANA, name="Bob Peeters")
    await world.pay("ana", "740.11")
    await world.desk.make_batches(MONDAY)
    other = "BE71096123456769"
    await world.office.admin("bank/holders", iban=other, name="Chloe Janssens")
    person = await world.office.people.person("p-ana")
    await world.office.people.save(person.model_copy(update={"iban": other}), at(world))
    await world.desk.make_batches(MONDAY)
    (waits,) = await checks(world).held()
    assert waits.iban == other
    await checks(world).decide(waits.payment_id, "pay", "p-fay", "her mother's account", at(world))
    await world.office.people.save(person, at(world))
    assert (await world.desk.make_batches(MONDAY)).batch_ids == ()
    assert [one.iban for one in await checks(world).held()] == [ANA]


@pytest.mark.parametrize("how", ["not offered", "away", "no answer about it"])
async def test_where_nobody_can_be_asked_the_wage_is_not_late_and_the_file_says_what_was_not_checked(
    world: World, how: str
) -> None:
    if how == "not offered":
        await world.office.admin("bank/verification", offered=False)
    elif how == "away":
        await world.office.partners.fault("bank", "verify_payees", "503")
    else:
        await world.office.admin("bank/holders", iban=ANA, name=None)
    await world.pay("ana", "740.11")
    (batch_id,) = (await world.desk.make_batches(MONDAY)).batch_ids
    assert await checks(world).unchecked([batch_id]) == {batch_id: 1}
    assert await held(world) == []


async def test_the_bank_is_strict_about_what_it_is_asked(world: World) -> None:
    async def asks(*payees: dict[str, str]) -> Any:
        transport = httpx2.ASGITransport(app=world.office.partners.app)
        async with httpx2.AsyncClient(base_url="http://sandbox", transport=transport) as http:
            return await http.post("/bank/payee-verifications", json={"payees": list(payees)})

    assert (await asks()).status_code == 422
    bad = await asks({"reference": "1", "name": "Ana", "iban": "BE00"})
    assert bad.json()["results"] == [{"reference": "1", "code": "NOAP", "holder": None}]


def at(here: World) -> datetime:
    return here.office.clock.now()
