"""What somebody began to declare is theirs alone; what a member asks waits until somebody answers."""

from datetime import timedelta

from domain.people import Person
from storage.core.database import Database
from storage.execution.events import Events
from storage.jobs.drafts import MOST, Drafts
from storage.jobs.messages import Messages
from storage.people.people import People
from tests.databases import MONDAY, a_job


async def known(database: Database, *people: str) -> None:
    for person_id in people:
        person = Person(person_id=person_id, given_name=person_id, family_name="Test", language="fr")
        await People(database).save(person, MONDAY)


async def test_a_draft_is_kept_as_last_typed_and_only_for_its_author(database: Database) -> None:
    await known(database, "p-draft", "p-other")
    drafts = Drafts(database)
    await drafts.keep("p-draft", "d-1", {"title": "Conc"}, MONDAY)
    await drafts.keep("p-draft", "d-1", {"title": "Concert"}, MONDAY + timedelta(minutes=1))
    kept = await drafts.draft("p-draft", "d-1")
    assert kept is not None
    assert kept.form == {"title": "Concert"}
    assert await drafts.draft("p-other", "d-1") is None
    await drafts.forget("p-draft", "d-1")
    assert await drafts.of("p-draft") == []


async def test_beyond_thirty_drafts_the_oldest_gives_way(database: Database) -> None:
    await known(database, "p-many")
    drafts = Drafts(database)
    for n in range(MOST + 2):
        await drafts.keep("p-many", f"d-{n}", {"title": str(n)}, MONDAY + timedelta(minutes=n))
    titles = [draft.form["title"] for draft in await drafts.of("p-many")]
    assert (len(titles), titles[0], titles[-1]) == (30, "31", "2")


async def test_a_message_waits_for_its_answer_and_is_told_once(database: Database) -> None:
    job_id = await a_job(database)
    await known(database, "p-asks", "p-answers")
    messages = Messages(database)
    for _ in range(2):
        await messages.send(job_id, "p-asks", "advisor", "Can the hall pay later?", MONDAY, once="m-1")
    assert [(one.text, one.answered_at) for one in await messages.of_job(job_id)] == [
        ("Can the hall pay later?", None)
    ]
    assert job_id in {one.job_id for one in await messages.unanswered()}
    await messages.send(job_id, "p-answers", "member", "Yes, 60 days.", MONDAY + timedelta(hours=1))
    first, second = await messages.of_job(job_id)
    assert (first.answered_at, second.to_role) == (MONDAY + timedelta(hours=1), "member")
    assert job_id not in {one.job_id for one in await messages.unanswered()}
    kinds = [event.kind for event in await Events(database).since(job_id)]
    assert kinds.count("message.to_advisor") == 1
    assert kinds.count("message.to_member") == 1
