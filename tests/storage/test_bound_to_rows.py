"""An encrypted value opens in its own column of its own row and nowhere else, on both databases."""

import asyncio
import base64
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, bindparam, insert, select, text, update

from allin.__main__ import run
from domain.people import Address, Person
from engine.keys import MasterKeys, WrongKey
from storage.core.all_tables import metadata
from storage.core.database import Database
from storage.core.tables import EncryptedColumn, in_row
from storage.execution.webhooks import webhooks
from storage.people.people import People, people
from storage.security.key_rotation import reseal, sealed_with
from tests.databases import KEYS, MONDAY

ANN = Person(
    person_id="p-ann",
    given_name="Ann",
    family_name="Maes",
    language="nl",
    iban="BE68539007547034",
    address=Address(street="Kerkstraat 1", postal_code="9000", city="Gent"),
)
BOB = ANN.model_copy(update={"person_id": "p-bob", "given_name": "Bob", "iban": "BE62510007547061"})
UNMARKED = MasterKeys.parse(f"k1:{base64.b64encode(b'1' * 32).decode()}")
"""As an installation has it that an earlier version made."""
SWAP = """UPDATE people SET {column} = (SELECT o.{column} FROM people AS o WHERE o.person_id = '{other}')
WHERE person_id = '{person}'"""


async def do(database: Database, statement: str) -> None:
    async with database.writing() as connection:
        await connection.exec_driver_sql(statement)


@pytest.mark.parametrize("column", ["iban", "address"])
async def test_the_account_of_one_person_put_into_the_row_of_another_does_not_open(
    database: Database, column: str
) -> None:
    """Whoever can write in the database, and has no key, would send Ann's pay to Bob."""
    store = People(database)
    await store.save(ANN, MONDAY)
    await store.save(BOB, MONDAY)
    await do(database, SWAP.format(column=column, person="p-ann", other="p-bob"))
    with pytest.raises(WrongKey, match="moved"):
        await store.person("p-ann")
    assert await store.person("p-bob") == BOB


async def test_two_columns_of_one_row_are_not_exchanged(database: Database) -> None:
    store = People(database)
    await store.save(ANN.model_copy(update={"iban": "BE68539007547034", "phone": "+3290000000"}), MONDAY)
    await do(database, "UPDATE people SET phone = iban, iban = phone")
    with pytest.raises(WrongKey, match="moved"):
        await store.person("p-ann")


async def test_a_row_given_another_name_does_not_open(database: Database) -> None:
    store = People(database)
    await store.save(ANN, MONDAY)
    await do(database, "UPDATE people SET person_id = 'p-eve'")
    with pytest.raises(WrongKey, match="moved"):
        await store.person("p-eve")


async def test_where_two_columns_name_a_row_each_counts(database: Database) -> None:
    """("a", "b1") and ("ab", "1") are two rows."""
    row = {"partner": "a", "event_id": "b1", "body": b"\x00\xff\xfe paid", "received_at": MONDAY}
    async with database.writing() as connection:
        await connection.execute(insert(webhooks).values(in_row(webhooks, row)))
    async with database.reading() as connection:
        assert await connection.scalar(select(webhooks.c.body)) == b"\x00\xff\xfe paid"
    await do(database, "UPDATE webhooks SET partner = 'ab', event_id = '1'")
    with pytest.raises(WrongKey):
        async with database.reading() as connection:
            await connection.scalar(select(webhooks.c.body))


async def test_through_another_name_of_the_table_and_a_subquery_it_opens_all_the_same(database: Database) -> None:
    await People(database).save(ANN, MONDAY)
    also, inner = people.alias("also"), select(people).subquery()
    async with database.reading() as connection:
        assert await connection.scalar(select(also.c.iban)) == "BE68539007547034"
        assert await connection.scalar(select(inner.c.iban)) == "BE68539007547034"
        assert await connection.scalar(select(people.c.iban.label("x"))) == "BE68539007547034"


async def test_what_does_not_say_its_row_is_not_written(database: Database) -> None:
    await People(database).save(ANN, MONDAY)
    with pytest.raises(Exception, match="in_row"):
        async with database.writing() as connection:
            await connection.execute(update(people).values(iban="BE62510007547061"))


def test_every_encrypted_column_says_its_own_table_and_column() -> None:
    """The purpose is what is authenticated: two columns with one purpose could be exchanged."""
    for table in metadata.sorted_tables:
        for column in table.c:
            if isinstance(column.type, EncryptedColumn):
                assert column.type.purpose == f"{table.name}.{column.name}"


async def as_before(database: Database) -> None:
    """Ann's account as versions before this one sealed it: for the column alone, good in any row."""
    await People(database).save(ANN, MONDAY)
    loose = bindparam("sealed", KEYS.seal(b"BE68539007547034", b"people.iban"), LargeBinary)
    async with database.writing() as connection:
        await connection.execute(text("UPDATE people SET iban = :sealed").bindparams(loose))


async def test_what_an_earlier_version_sealed_opens_until_it_is_sealed_anew_for_its_row(database: Database) -> None:
    await as_before(database)
    assert await People(database).person("p-ann") == ANN
    assert [await reseal(database, KEYS) for _ in range(2)] == [1, 0]
    assert await People(database).person("p-ann") == ANN
    await do(database, "UPDATE people SET person_id = 'p-eve'")
    with pytest.raises(WrongKey, match="moved"):
        await People(database).person("p-eve")


async def test_a_value_for_any_row_opens_under_no_key_that_was_made_for_rows(database_url: str) -> None:
    """Otherwise whoever kept an old copy would put an old value back into any row."""
    text_of_keys = f"k1:{base64.b64encode(b'1' * 32).decode()}:rows"
    database = Database(database_url, MasterKeys.parse(text_of_keys))
    await as_before(database)
    with pytest.raises(WrongKey, match="not bound to its row"):
        await People(database).person("p-ann")
    await database.close()


async def test_what_an_unmarked_key_seals_is_read_by_parts_of_earlier_versions_too(
    database_url: str,
) -> None:
    """A rolling upgrade: the new worker writes Ann's account, the old API pays it out, and the other way round."""
    new, told_to_bind = Database(database_url, UNMARKED), Database(database_url, UNMARKED.binding())
    await People(new).save(ANN, MONDAY)
    assert await opened_as_before(new) == b"BE68539007547034"
    assert await People(told_to_bind).person("p-ann") == ANN
    await People(told_to_bind).save(ANN.model_copy(update={"iban": "BE62510007547061"}), MONDAY)
    assert (await People(new).person("p-ann")).iban == "BE62510007547061"
    with pytest.raises(ValueError):  # which is why nobody binds while such a part runs
        await opened_as_before(new)
    for each in (new, told_to_bind):
        await each.close()


async def opened_as_before(database: Database) -> bytes:
    """Ann's account as versions before this one opened it: by its column alone."""
    async with database.reading() as connection:
        sealed = await connection.scalar(text("SELECT iban FROM people WHERE person_id = 'p-ann'"))
    return UNMARKED.open(bytes(sealed), b"people.iban")


async def test_an_unmarked_key_that_is_rotated_ends_too(database_url: str) -> None:
    old = Database(database_url, UNMARKED)
    await People(old).save(ANN, MONDAY)
    assert await reseal(old, UNMARKED) == 0, "it lies under the current key, as that key seals"
    await old.close()
    both = UNMARKED.and_a_new_one()
    new = Database(database_url, both)
    assert await reseal(new, both) == 1
    assert await sealed_with(new, "k1") == {}
    assert await People(new).person("p-ann") == ANN
    await new.close()


async def test_both_kinds_count_as_lying_under_their_key(database: Database) -> None:
    """A key is retired when nothing of either kind is left."""
    await as_before(database)
    await People(database).save(BOB, MONDAY)
    assert await sealed_with(database, "k1") == {"people": 2}


def test_keys_say_whether_they_are_for_rows_only_and_new_ones_are() -> None:
    keys = MasterKeys.parse(f"k1:{base64.b64encode(b'1' * 32).decode()}").and_a_new_one()
    assert (keys.current, keys.rows_only) == ("k2", {"k2"})
    again = MasterKeys.parse(keys.text())
    assert (again, again.without("k1").rows_only) == (keys, {"k2"})
    assert again.without("k2").rows_only == frozenset()
    with pytest.raises(ValueError, match="only 'bound' or 'rows'"):
        MasterKeys.parse(f"k1:{base64.b64encode(b'1' * 32).decode()}:row")


def test_the_keys_of_a_new_data_folder_are_for_rows_only(tmp_path: Path) -> None:
    assert MasterKeys.in_folder(tmp_path).rows_only == {"k1"}


def test_an_installation_binds_what_an_earlier_version_sealed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "master.keys").write_text(UNMARKED.text())

    def said(*arguments: str) -> tuple[int, str]:
        code = run([*arguments, "--data", str(tmp_path)])
        return code, capsys.readouterr().out

    async def lived_with() -> None:
        database = Database(f"sqlite:///{tmp_path / 'allin.db'}", KEYS)
        await as_before(database)
        await database.close()

    async def reads() -> Person:
        database = Database(f"sqlite:///{tmp_path / 'allin.db'}", MasterKeys.in_folder(tmp_path))
        person = await People(database).person("p-ann")
        await database.close()
        return person

    assert said("db", "upgrade")[0] == 0
    asyncio.run(lived_with())
    first = "first of two steps: start every part again, then once more: allin keys reseal\n"
    assert said("keys", "reseal") == (0, first)
    assert "seals  " in said("keys", "list")[1]
    assert said("keys", "reseal") == (0, "1 rows sealed anew; from the next start on nothing else opens\n")
    assert MasterKeys.in_folder(tmp_path).rows_only == {"k1"}
    assert asyncio.run(reads()) == ANN
