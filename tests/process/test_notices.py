"""Bad news travels: the mails people really get when something goes wrong, each once."""

from datetime import timedelta
from typing import Any

import pytest

from allin.operations.reconcile import listed
from domain.notices import ENDS, Notice
from domain.people import Language
from engine.words import catalog
from storage.jobs.due_notices import Notices, owe
from storage.people.clients import Clients
from tests.process.small import ANN, BOB, CHLOE, CLIENT, NOTHING_BOOKED, alone, crew, declare
from tests.process.test_move_agreed import NEW, agreed, move
from tests.process.world import World
from workers.notices import send_due
from workers.person_changes import tell_changes

HOUR = timedelta(hours=1)


async def mails(house: World, to: str) -> list[tuple[str, str]]:
    """Subject and text of what somebody got, without what every job sends."""
    await send_due(house.site)
    assert await Notices(house.site.database).due() == []
    found = (await house.partners("GET", f"/mail/mailboxes/{to}"))["messages"]
    return [(one["subject"], one["text"]) for one in found]


def about(found: list[tuple[str, str]], *words: str) -> list[tuple[str, str]]:
    return [one for one in found if any(word in one[0] for word in words)]


ELSEWHERE = "elsewhere@another.example"


async def another_job_says_otherwise(house: World, job_id: str) -> None:
    """Another member declares a job for the same enterprise, with another address."""
    clients = Clients(house.site.database)
    job = await house.until(job_id, lambda _: True)
    now = await clients.latest(job.client_id)
    await clients.declare(now.model_copy(update={"email": ELSEWHERE, "name": "Somebody else"}))


async def test_the_member_hears_that_the_client_wants_changes_and_the_client_that_it_is_off(house: World) -> None:
    await house.person(CLIENT, role="client", behaviour="asks_for_changes")
    job_id = await alone(house)
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, "agreement", "parked")
    (news,) = about(await mails(house, ANN), "News about", "Des nouvelles")
    assert f"/jobs/{job_id}" in news[1]

    await another_job_says_otherwise(house, job_id)
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "no day fits"})
    await house.until(job_id, lambda job: job.state == "withdrawn")
    off = about(await mails(house, CLIENT), "Annulé", "Gaat niet door", "Called off")
    assert len(off) == 1
    assert await mails(house, ELSEWHERE) == []
    assert len(about(await mails(house, ANN), "News about", "Des nouvelles")) == 1  # her own wish is no news to her
    effects = (await house.partners("GET", "/admin/effects"))["effects"]
    assert [one for one in effects if "/notice/" in (one["key"] or "")]
    assert await listed(house.site.database, effects) == []  # a mail about news belongs to us as an order does


async def test_whoever_has_signed_hears_that_the_job_is_off_and_that_the_contract_stands_until_it_is_settled(
    house: World,
) -> None:
    changes: dict[str, Any] = {**NOTHING_BOOKED, "expenses": None, "crew": crew("ann", "bob")}
    job_id = await declare(house, **changes)
    await house.live_until(job_id, lambda job: job.state == "engaged", days=8)
    await house.ask("iris", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    job = await house.until(job_id, lambda job: job.state == "stopping")
    assert job.file.state == "engaged"
    assert "employment_contract:bob" in job.file.bound
    (off,) = about(await mails(house, BOB), "Annulé", "Gaat niet door", "Called off")
    assert any(word in off[1] for word in ("signé", "ondertekend", "signed"))
    assert len(about(await mails(house, ANN), "News about", "Des nouvelles")) == 1  # her adviser stopped it


async def test_a_client_who_cancels_by_the_link_is_told_of_and_a_mail_nobody_can_write_holds_up_no_other(
    house: World,
) -> None:
    job_id = await alone(house)
    broken = Notice(key=f"{job_id}/notice/broken", kind="money", audience="member", news="debt.unheard_of")
    off = Notice(key=f"{job_id}/notice/off/member", kind="called_off", audience="member",
                 news="job.cancelled_by_client", params={"reason": "the hall is flooded"})  # fmt: skip
    async with house.site.database.writing() as connection:
        for notice in (broken, off):
            await owe(connection, job_id, notice, house.site.clock.now())
    await send_due(house.site)
    found = (await house.partners("GET", f"/mail/mailboxes/{ANN}"))["messages"]
    assert [one for one in found if "the hall is flooded" in one["text"]]
    assert [one.key for one in await Notices(house.site.database).due()] == [
        broken.key
    ]  # it stays owed, and is logged


@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
def test_every_end_of_a_job_has_a_sentence(lang: Language) -> None:
    assert [one for one in sorted(ENDS) if f"story.{one}" not in catalog(lang)] == []


CHANGE = ("Changement", "Wijziging", "Change")


async def changes(house: World, to: str) -> list[str]:
    return [text for _, text in about(await mails(house, to), *CHANGE)]


async def test_a_move_that_waits_and_then_is_refused_is_told_once_to_each_and_with_old_and_new_day(
    house: World,
) -> None:
    job_id = await agreed(house)
    await house.person(CLIENT, role="client", behaviour="silent")
    await move(house, job_id, NEW, price_eur="2450.00")
    await house.until_step(job_id, "agreement", "waiting")
    await house.settle()
    assert await changes(house, ANN) == []  # she asked for it herself
    (adviser,) = await changes(house, "iris@all-inclusive.example")
    assert "the hall is closed" in adviser
    assert f"/jobs/{job_id}" in adviser
    (bob,), (chloe,) = await changes(house, BOB), await changes(house, CHLOE)
    assert "Votre contrat signé reste en vigueur" in bob
    assert "Votre contrat signé reste en vigueur" in chloe
    assert "20" in chloe
    assert "23" in chloe
    assert not any(word in bob for word in ("2450", "2.450", "the hall is closed", "/jobs/"))

    await house.person(CLIENT, role="client", behaviour="refuses")
    await house.live_until(job_id, lambda job: job.file.proposal is None, step=4 * HOUR, days=2)
    await house.settle()
    (ann,) = await changes(house, ANN)
    assert any(word in ann for word in ("refused", "refusé", "said no", "weigert"))
    assert about(await mails(house, ANN), "News about", "Des nouvelles", "Nieuws") == []  # one no, one mail
    for email in (BOB, "iris@all-inclusive.example"):
        assert len(await changes(house, email)) == 2
    assert await changes(house, CLIENT) == []  # the client has had the question itself


async def test_a_move_the_client_agreed_to_is_told_to_all_when_it_comes_into_force(house: World) -> None:
    job_id = await agreed(house)
    await move(house, job_id, NEW)
    await house.live_until(job_id, lambda job: job.file.plan_revision == 2, step=4 * HOUR, days=2)
    await house.settle()
    assert len(await changes(house, ANN)) == 1
    assert len(await changes(house, "iris@all-inclusive.example")) == 2
    assert any("avenant" in text for text in await changes(house, BOB))
    assert await changes(house, CLIENT) == []


async def test_a_changed_account_is_told_to_the_address_known_before_and_not_which_one(
    house: World,
) -> None:
    before = (await house.ask("ann", "GET", "/api/me"))["email"]
    for iban in ("BE71096123456769", "BE15001765432130"):  # the first one is no change
        await house.ask("ann", "POST", "/api/me", json={"iban": iban})
    await house.ask("ann", "POST", "/api/me", json={"email": "new@example.be", "iban": "BE68539007547034"})
    await house.ask("ann", "POST", "/api/me", json={"phone": "+32 4 000 00 09", "email": before})
    for _ in range(2):
        await tell_changes(house.site)
    told = [text for subject, text in await mails(house, before) if "gegevens" in subject or "données" in subject]
    assert len(told) == 2
    assert not any("BE15" in text or "BE68" in text for text in told)
    assert len(await mails(house, "new@example.be")) == 1


async def test_money_after_a_write_off_is_told_to_the_member_and_to_the_adviser(house: World) -> None:
    job_id = await alone(house)
    params = {"number": "BXL-2026-000001", "amount": "400.00", "borne_by": "sector"}
    told = Notice(key=f"{job_id}/notice/recovered/x/member", kind="money", audience="member", news="debt.recovered",
                  params=params)  # fmt: skip
    async with house.site.database.writing() as connection:
        for notice in (told, told.model_copy(update={"key": f"{told.key}-2", "audience": "adviser"})):
            await owe(connection, job_id, notice, house.site.clock.now())
    (news,) = about(await mails(house, ANN), "News about", "Des nouvelles")
    assert "BXL-2026-000001" in news[1]
    assert "400,00" in news[1]
    assert "par le secteur" in news[1]
    (same,) = about(await mails(house, ANN.replace("ann", "iris")), "News about", "Des nouvelles", "Nieuws over")
    assert "BXL-2026-000001" in same[1]
