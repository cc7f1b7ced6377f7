"""Entities, clients and persons; what is private cannot be read from the file."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, update

from domain.people import Address, Client, Entity, Person
from engine.keys import MasterKeys, WrongKey
from storage.core.database import Database
from storage.core.retention import forget
from storage.jobs.jobs import Jobs
from storage.jobs.quotes import KeptQuote, Quotes
from storage.jobs.tables import jobs
from storage.people.clients import Clients
from storage.people.entities import Entities
from storage.people.members import Member, Members
from storage.people.people import People, people
from storage.security.accounts import Accounts, SignInAccount
from storage.security.key_rotation import reseal
from tests.databases import KEYS, MONDAY, a_job

ANN = Person(
    person_id="p-ann",
    given_name="Ann",
    family_name="Peeters",
    email="ann.peeters@example.org",
    phone="+32470123456",
    language="nl",
    national_number="85073003328",
    birth_on=date(1985, 7, 30),
    iban="BE71096123456769",
    address=Address(street="Vijverstraat", house_number="7", postal_code="9000", city="Gent"),
)
BRUSSELS = Entity(
    slug="brussels",
    name="All-in Brussels",
    legal_form="SC",
    enterprise_number="1000000021",
    address=Address(street="Rue de la Loi", house_number="1", postal_code="1000", city="Bruxelles"),
    seat="brussels",
    court="Brussels",
    iban="BE71096123456769",
    bic="GKCCBEBB",
    email="office@example.org",
    invoice_prefix="BX",
    joint_committee="304",
)
HALL = Client(
    client_id="",
    version=0,
    kind="company",
    name="Zaal Kadans",
    enterprise_number="1000000120",
    address=Address(street="Kaai", house_number="3", postal_code="1000", city="Brussel"),
    email="boekhouding@kadans.example",
)


async def test_a_person_comes_back_as_entered(database: Database) -> None:
    store = People(database)
    await store.save(ANN, MONDAY)
    assert await store.person("p-ann") == ANN
    assert await store.names(["p-ann", "p-none"]) == {"p-ann": "Ann Peeters"}
    assert await store.search("n pee") == ["p-ann"]
    assert await store.search("%") == []
    with pytest.raises(KeyError):
        await store.person("p-none")


async def test_entering_one_thing_leaves_the_rest(database: Database) -> None:
    store = People(database)
    await store.save(Person(person_id="p-ben", given_name="Ben", family_name="Maes"), MONDAY)
    assert not (await store.person("p-ben")).complete
    await store.enter("p-ben", MONDAY, iban="BE71096123456769", birth_on=date(1990, 1, 2))
    ben = await store.enter("p-ben", MONDAY, national_number="90010200110", address=ANN.address)
    assert ben.complete
    assert (ben.iban, ben.birth_on, ben.name) == ("BE71096123456769", date(1990, 1, 2), "Ben Maes")


async def test_an_erased_person_is_nobody_any_more(database: Database) -> None:
    store = People(database)
    await store.save(ANN, MONDAY)
    await store.erase("p-ann", MONDAY + timedelta(days=4000))
    left = await store.person("p-ann")
    assert (left.name, left.email, left.national_number, left.iban, left.address) == ("", None, None, None, None)
    with pytest.raises(KeyError):
        await store.enter("p-ann", MONDAY, phone="+32470000000")


async def test_private_values_are_unreadable_in_the_file(sqlite_only: Database) -> None:
    await People(sqlite_only).save(ANN, MONDAY)
    await Clients(sqlite_only).declare(HALL)
    await a_job(sqlite_only, declaration={"note_to_adviser": "her brother Joris drives"})
    await sqlite_only.close()
    folder = Path(str(sqlite_only.url.database)).parent
    raw = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    assert b"Peeters" in raw, "names are shown in lists and stay readable"
    private = ("85073003328", "BE71096123456769", "1985-07-30", "Vijverstraat", "ann.peeters", "32470123456")
    for value in (*private, "boekhouding@", "Kaai", "Joris"):
        assert value.encode() not in raw, value


async def test_the_same_value_never_looks_the_same_twice(database: Database) -> None:
    store = People(database)
    await store.save(ANN, MONDAY)
    await store.save(ANN.model_copy(update={"person_id": "p-twin"}), MONDAY)
    async with database.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT national_number FROM people")
        assert len({bytes(row[0]) for row in rows}) == 2


async def test_a_value_moved_to_another_column_does_not_open(database: Database) -> None:
    store = People(database)
    await store.save(ANN, MONDAY)
    async with database.writing() as connection:
        await connection.exec_driver_sql("UPDATE people SET phone = iban")
    with pytest.raises((WrongKey, InvalidTag)):
        await store.person("p-ann")


async def test_what_an_older_key_sealed_stays_readable_after_rotation(database_url: str) -> None:
    before = Database(database_url, KEYS)
    await People(before).save(ANN, MONDAY)
    await before.close()
    after = Database(database_url, MasterKeys(current="k2", keys={"k2": b"2" * 32, **KEYS.keys}))
    assert await People(after).person("p-ann") == ANN
    await People(after).save(ANN, MONDAY)
    await after.close()
    only_old = Database(database_url, KEYS)
    with pytest.raises(WrongKey):
        await People(only_old).person("p-ann")
    await only_old.close()


async def test_after_sealing_anew_the_older_key_is_not_needed(database_url: str) -> None:
    before = Database(database_url, KEYS)
    await People(before).save(ANN, MONDAY)
    await People(before).save(Person(person_id="p-ben", given_name="Ben", family_name="Maes"), MONDAY)
    client = await Clients(before).declare(HALL)
    job_id = await a_job(before)
    await before.close()
    new = {"k2": b"2" * 32}
    both = MasterKeys(current="k2", keys={**new, **KEYS.keys})
    rotating = Database(database_url, both)
    assert [await reseal(rotating, both) for _ in range(2)] == [3, 0]
    await rotating.close()
    after = Database(database_url, MasterKeys(current="k2", keys=new))
    assert await People(after).person("p-ann") == ANN
    assert await Clients(after).latest(client.client_id) == client
    assert (await Jobs(after).job(job_id)).declaration["title"] == "Concert in Liège"
    await after.close()


async def test_without_keys_private_columns_stay_closed(database_url: str) -> None:
    closed = Database(database_url)
    with pytest.raises(Exception, match="without keys"):
        await People(closed).save(ANN, MONDAY)
    await closed.close()


async def test_two_databases_in_one_process_keep_their_own_keys(tmp_path: Path, sqlite_url: str) -> None:
    ours = Database(sqlite_url, KEYS)
    theirs = Database(sqlite_url, MasterKeys(current="k9", keys={"k9": b"9" * 32}))
    await People(ours).save(ANN, MONDAY)
    with pytest.raises(WrongKey):
        await People(theirs).person("p-ann")
    assert await People(ours).person("p-ann") == ANN
    await ours.close()
    await theirs.close()


async def test_a_reader_can_change_nothing(database: Database) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        async with database.reading() as connection:
            await connection.execute(update(people).values(given_name="x"))


async def test_members_and_accounts_lean_on_known_people_and_entities(database: Database) -> None:
    await Entities(database).seed([BRUSSELS])
    await Entities(database).seed([BRUSSELS.model_copy(update={"terms_days": 15})])
    assert (await Entities(database).entity("brussels")).terms_days == 15
    assert [entity.slug for entity in await Entities(database).all()] == ["brussels"]
    with pytest.raises(KeyError):
        await Entities(database).entity("nowhere")
    await People(database).save(ANN, MONDAY)
    members, accounts = Members(database), Accounts(database)
    member = Member(person_id="p-ann", autonomy="autonomous", adviser_id="p-ann", entity="brussels")
    await members.save(member)
    assert await members.member("p-ann") == member
    assert await members.advised_by("p-ann") == await members.all() == [member]
    account = SignInAccount(person_id="p-ann", login="Ann@Example.org", roles=("member", "advisor"), demo=True)
    await accounts.save(account)
    await accounts.set_password("p-ann", "$argon2id$...")
    found = await accounts.by_login(" ann@example.org")
    assert found is not None
    assert (found.roles, found.password_hash) == (("member", "advisor"), "$argon2id$...")
    assert [one.person_id for one in await accounts.demo()] == ["p-ann"]
    await accounts.save(found.model_copy(update={"active": False, "subject": "https://idp|7"}))
    assert await accounts.by_login("ann@example.org") is None
    assert await accounts.by_subject("https://idp|7") is None


async def test_a_changed_client_is_a_new_version_and_the_old_one_stays(database: Database) -> None:
    store = Clients(database)
    first = await store.declare(HALL)
    assert (first.version, await store.declare(HALL)) == (1, first)
    moved = await store.declare(HALL.model_copy(update={"email": "nieuw@kadans.example"}))
    assert (moved.client_id, moved.version) == (first.client_id, 2)
    assert (await store.client(first.client_id, 1)).email == "boekhouding@kadans.example"
    assert await store.latest(first.client_id) == moved
    assert await store.by_number("BE 1000.000.120") == moved
    assert await store.by_number("1000000021") is None
    assert await store.search("kadans") == [moved]
    with pytest.raises(KeyError):
        await store.client(first.client_id, 3)


async def test_thirty_declarations_of_one_new_client_are_one_client(database: Database) -> None:
    store = Clients(database)
    declared = await asyncio.gather(*(store.declare(HALL) for _ in range(30)))
    assert {(client.client_id, client.version) for client in declared} == {(declared[0].client_id, 1)}


async def test_two_private_persons_of_the_same_name_are_two_clients(database: Database) -> None:
    store = Clients(database)
    private = HALL.model_copy(update={"kind": "private_person", "enterprise_number": None, "name": "Jan Maes"})
    one, other = await store.declare(private), await store.declare(private)
    assert one.client_id != other.client_id
    known = await store.declare(one.model_copy(update={"language": "nl"}))
    assert (known.client_id, known.version) == (one.client_id, 2)


async def test_a_quote_is_kept_until_it_lapses_unless_a_job_came_of_it(database: Database) -> None:
    store = Quotes(database)
    for quote_id in ("q-1", "q-2"):
        await store.keep(
            KeptQuote(
                quote_id=quote_id,
                fingerprint="f" * 64,
                declaration={"title": "Concert"},
                quote={"net": "720.00"},
                made_at=MONDAY,
                valid_until_at=MONDAY + timedelta(days=14),
            )
        )
    await a_job(database, quote_id="q-1")
    assert (await forget(database, MONDAY + timedelta(days=14 + 90)))["quotes"] == 0
    assert (await forget(database, MONDAY + timedelta(days=15 + 90)))["quotes"] == 1
    assert (await store.quote("q-1")).quote == {"net": "720.00"}
    with pytest.raises(KeyError):
        await store.quote("q-2")


async def test_amounts_and_instants_come_back_exactly(database: Database) -> None:
    job_id = await a_job(database)
    async with database.reading() as connection:
        row = (await connection.execute(select(jobs).where(jobs.c.job_id == job_id))).one()
    assert str(row.amount_eur) == "1800.00"
    assert row.declared_at.isoformat() == "2026-02-02T07:00:00+00:00"
    with pytest.raises(Exception, match="more than two decimals"):
        await a_job(database, amount_eur=Decimal("1.005"))
    with pytest.raises(Exception, match="time zone"):
        await a_job(database, at=MONDAY.replace(tzinfo=None))
