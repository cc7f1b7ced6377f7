"""Who cannot sign in has another account: their adviser or finance enters it with a proof, and it is told."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from domain.job import JobFile, Problem, Remembered, StepState
from storage.people.members import Member
from storage.people.payees import Payees
from storage.people.person_changes import PersonChanges
from tests.api.conftest import Door
from tests.api.jobs import concert
from tests.api.test_links import without_account
from tests.api.test_own_data import NEW, OLD, knows
from tests.databases import MONDAY

PDF = b"%PDF-1.7 a letter of the bank"
WHY = {"reason": "the letter of the bank lies before me"}


async def returned_wage(door: Door) -> str:
    """Dan's wage came back: his account is closed, and he has no way in of his own."""
    job_id = await concert(door.house)
    await knows(door)
    await without_account(door.house)
    problem = Problem(
        type="PaymentReturned", text="AC04", params={"reason": "AC04"}, decided_by="finance", since_at=MONDAY
    )
    step = StepState(service="wages", item="bob", state="parked", operation="pay", attempt=1, problem=problem)
    file = JobFile(job_id=job_id, state="performed", version=1, steps={"wages:bob": step})
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    return job_id


async def enter(who: httpx2.AsyncClient, job_id: str, item: str = "bob", *, api: bool = True, **more: Any) -> int:
    content = more.pop("content", PDF)
    path = f"{'/api' if api else ''}/jobs/{job_id}/crew/{item}/account"
    answer = await who.post(path, data={"iban": NEW} | WHY | more, files={"proof": ("letter.pdf", content)})
    return answer.status_code


@pytest.mark.parametrize("login", ["eve", "fay"])
async def test_another_account_is_entered_told_written_down_and_cools(door: Door, login: str) -> None:
    job_id = await returned_wage(door)
    who = await door.asking(login)
    assert await enter(who, job_id) == 200
    payees, start = Payees(door.house.database, door.clock), door.clock.now()
    assert (await door.house.people.person("p-dan")).iban == NEW
    assert (await payees.person("p-dan")).iban == OLD
    door.clock.at = start + timedelta(hours=73)
    assert (await payees.person("p-dan")).iban == NEW
    (told,) = await PersonChanges(door.house.database).due()
    assert (told.told_to, told.fields) == ("dan@example.be", ("iban",))
    assert told.used_from_at == start + timedelta(hours=72)
    (proof,) = [one for one in await door.house.documents.of_job(job_id) if one.kind == "evidence"]
    assert (proof.name, proof.audience) == ("letter.pdf", ("advisor", "ops"))
    lines = await door.house.audit.page(job_id=job_id)
    assert [(one.what, one.who, one.why) for one in lines] == [
        ("person.account", f"p-{login}", "bob, letter.pdf: the letter of the bank lies before me")
    ]


async def test_who_signs_in_enters_it_and_nobody_enters_their_own(door: Door) -> None:
    job_id = await returned_wage(door)
    fay = await door.asking("fay")
    account = await door.house.accounts.account("p-dan")
    await door.house.accounts.save(account.model_copy(update={"active": True}))
    assert await enter(fay, job_id) == 409
    assert (await door.house.people.person("p-dan")).iban == OLD
    both = account.model_copy(update={"active": True, "roles": ("finance",)})
    await door.house.accounts.save(both)
    assert await enter(await door.asking("dan"), job_id) == 403


async def test_another_members_adviser_is_sent_away(door: Door) -> None:
    job_id = await returned_wage(door)
    eve = await door.asking("eve")
    await door.house.members.save(Member(person_id="p-ann", entity="brussels", adviser_id="p-otto"))
    assert await enter(eve, job_id) == 403
    await door.house.members.save(Member(person_id="p-ann", entity="brussels", adviser_id="p-eve"))
    assert await enter(eve, job_id) == 200


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"iban": "BE62510007547062"}, 422), ({"content": b"<script>"}, 422), ({"reason": "    "}, 422),
        ({"content": b""}, 422), ({"item": "nobody"}, 404),
    ],
)  # fmt: skip
async def test_what_is_wrong_changes_nothing(door: Door, more: dict[str, Any], status: int) -> None:
    job_id = await returned_wage(door)
    assert await enter(await door.asking("fay"), job_id, **more) == status
    assert (await door.house.people.person("p-dan")).iban == OLD
    assert [one for one in await door.house.documents.of_job(job_id) if one.kind == "evidence"] == []


@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
async def test_the_page_of_the_wage_offers_it_only_where_it_may_be_entered(door: Door, lang: str) -> None:
    job_id = await returned_wage(door)
    fay, otto = await door.asking("fay", accept="text/html"), await door.asking("otto", accept="text/html")
    page = f"/jobs/{job_id}/steps/wages:bob?lang={lang}"
    form = f'action="/jobs/{job_id}/crew/bob/account"'
    assert form in (await fay.get(page)).text
    assert form not in (await otto.get(page)).text
    assert await enter(fay, job_id, api=False) == 303
    assert (await door.house.people.person("p-dan")).iban == NEW
    account = await door.house.accounts.account("p-dan")
    await door.house.accounts.save(account.model_copy(update={"active": True}))
    assert form not in (await fay.get(page)).text
