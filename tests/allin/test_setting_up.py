"""A cooperative is set up from files: all of a file or nothing, every mistake named, with one good example."""

import asyncio
import time
from pathlib import Path

import pytest

from allin.__main__ import run
from domain.given_lists import read
from domain.setting_up import KINDS, example
from engine.keys import MasterKeys
from storage.core.database import Database
from storage.people.members import Members
from storage.people.people import People
from storage.security.accounts import Accounts
from storage.security.audit import Audit
from tests.databases import MONDAY

ENTITY = """- slug: brussels
  name: Coop Exemple Bruxelles
  legal_form: SC agréée
  enterprise_number: "1000000120"
  address: {street: Rue de la Coopération, house_number: "7", postal_code: "1060", city: Bruxelles}
  seat: brussels
  court: RPM Bruxelles
  iban: BE71 0961 2345 6769
  bic: GKCCBEBB
  email: bruxelles@coop.example
  invoice_prefix: BXL
  joint_committee: "200"
"""
MEMBERS = "login;given_name;family_name;email;entity;adviser\nann;Ann;Peeters;ann@coop.example;brussels;iris\n"


class Folder:
    """An installation and the files somebody sets it up from."""

    def __init__(self, path: Path, printed: pytest.CaptureFixture[str]) -> None:
        self.path, self._printed = path, printed
        self.said("db", "upgrade")

    def said(self, *arguments: str) -> tuple[int, str]:
        code = run([*arguments, "--data", str(self.path)])
        told = self._printed.readouterr()
        return code, told.out + told.err

    def file(self, name: str, text: str, encoding: str = "utf-8") -> str:
        (self.path / name).write_text(text, encoding=encoding)
        return str(self.path / name)

    def database(self) -> Database:
        return Database(f"sqlite:///{self.path / 'allin.db'}", MasterKeys.in_folder(self.path))


@pytest.fixture
def here(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setenv("ALLIN_PASSWORD", "a long enough sentence")
    return Folder(tmp_path, capsys)


def with_an_adviser(here: Folder) -> None:
    assert here.said("setup", "entities", here.file("entities.yaml", ENTITY))[0] == 0
    name = ("--name", "Iris Lemaire", "--email", "iris@coop.example", "--role", "advisor")
    assert here.said("db", "account", "iris", *name)[0] == 0


def test_vans_are_written_down_after_a_look_at_what_changes(here: Folder) -> None:
    file = here.file("vans.csv", "plate,name,seats,load_kg\n1-ABC-123,Kangoo,2,600\n1-ABC-124,Vito,3,900\n")
    looked = (0, "1-ABC-123: new\n1-ABC-124: new\n2 would be new, 0 changed, 0 the same\n")
    assert here.said("setup", "vans", file, "--dry-run") == looked
    assert here.said("setup", "vans", file, "--dry-run") == looked, "a look writes nothing"
    assert here.said("setup", "vans", file)[1].endswith("2 are new, 0 changed, 0 the same\n")
    sold = here.file("sold.csv", "plate,name,seats,load_kg,in_service\n1-ABC-123,Kangoo,2,600,false\n")
    told = "1-ABC-123: changed (in_service True -> False)\n0 are new, 1 changed, 0 the same\n"
    assert here.said("setup", "vans", sold) == (0, told)
    assert here.said("setup", "show")[1].splitlines()[1] == "     2  vans"


def test_a_spreadsheet_with_semicolons_commas_and_windows_letters_is_read(here: Folder) -> None:
    file = here.file("rooms.csv", "slug;name;city;places;day_eur\nfoyer;Le Foyer d’été;Liège;6;45,50\n", "cp1252")
    assert here.said("setup", "rooms", file)[0] == 0
    ((row, room),) = read(KINDS["rooms"], file, Path(file).read_bytes())
    assert (row, dict(room)["name"], str(dict(room)["day_eur"])) == (2, "Le Foyer d’été", "45.50")


def test_every_mistake_is_named_with_its_row_and_nothing_is_taken(here: Folder) -> None:
    text = """plate,name,seats,load_kg,colour
1-ABC-123,Kangoo,2,600,
1-ABC-124,Vito,many,900,
1-ABC-123,Vito,3,-1,
1-ABC-125,,3,900,red
"""
    code, told = here.said("setup", "vans", here.file("vans.csv", text))
    assert code == 1
    assert "row 3, seats: Input should be a valid integer" in told
    assert "row 4, load_kg: Input should be greater than or equal to 0" in told
    assert "row 5, name: is missing" in told
    assert "row 5, colour: is no column we know" in told
    assert "a good one" in told
    assert "plate: 1-ABC-123" in told
    assert here.said("setup", "show")[1].splitlines()[1] == "     0  vans"


def test_a_row_twice_is_a_mistake(here: Folder) -> None:
    file = here.file("vans.csv", "plate,name,seats,load_kg\n1-ABC-123,Kangoo,2,600\n1-ABC-123,Vito,3,900\n")
    assert "row 3, plate: 1-ABC-123 is in row 2 already" in here.said("setup", "vans", file)[1]


@pytest.mark.parametrize("command", [("setup", "entities"), ("db", "entities")])
def test_a_wrong_list_of_entities_shows_one_good_example(here: Folder, command: tuple[str, ...]) -> None:
    wrong = ENTITY.replace("BE71 0961", "BE71 0962").replace("  bic: GKCCBEBB\n", "")
    code, told = here.said(*command, here.file("entities.yaml", wrong))
    assert code == 1
    assert "row 1, iban: not a bank account number (IBAN): check the digits" in told
    assert "row 1, bic: is missing" in told
    good = told.partition("`address.street`):\n")[2]
    assert here.said(*command, here.file("good.yaml", good))[0] == 0, "the example is a good one"


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_example_is_good(name: str) -> None:
    ((row, _),) = read(KINDS[name], "x.yaml", example(KINDS[name]).encode())
    assert row == 1


def test_two_entities_do_not_share_a_number(here: Folder) -> None:
    two = ENTITY + ENTITY.replace("slug: brussels", "slug: ghent")
    _, told = here.said("setup", "entities", here.file("entities.yaml", two))
    assert "row 2, enterprise_number: 1000000120 is the number of brussels" in told


def test_members_come_with_an_account_and_keep_what_they_entered(here: Folder) -> None:
    with_an_adviser(here)
    file = here.file("members.csv", MEMBERS)
    code, told = here.said("setup", "members", file)
    assert (code, told.splitlines()[:2]) == (0, ["ann: new", "1 are new, 0 changed, 0 the same"])
    assert "forgotten password" in told

    async def entered() -> None:
        database = here.database()
        await People(database).enter("ann", MONDAY, iban="BE68539007547034", language="nl")
        await database.close()

    asyncio.run(entered())
    moved = here.file("moved.csv", MEMBERS.replace("Peeters", "Peeters-Maes"))
    assert "ann: changed (family_name Peeters -> Peeters-Maes)" in here.said("setup", "members", moved)[1]

    async def look() -> tuple[object, ...]:
        database = here.database()
        person, account = await People(database).person("ann"), await Accounts(database).account("ann")
        member = await Members(database).member("ann")
        audit = [line for line in await Audit(database).page() if line.what == "setup"]
        await database.close()
        return person.iban, person.language, person.family_name, account.roles, member.adviser_id, len(audit)

    assert asyncio.run(look()) == ("BE68539007547034", "nl", "Peeters-Maes", ("member",), "iris", 3)


def test_a_member_leans_on_an_entity_and_an_adviser_that_are_there(here: Folder) -> None:
    with_an_adviser(here)
    text = MEMBERS + "bob;Bob;Lambert;bob@coop.example;liege;ann\n"
    code, told = here.said("setup", "members", here.file("members.csv", text))
    assert code == 1
    assert "row 3, entity: liege is none of brussels" in told
    assert "row 3, adviser: ann is no adviser's login" in told
    besides = MEMBERS.splitlines()[0] + "\niris;Iris;Lemaire;iris@coop.example;brussels;iris\n"
    assert here.said("setup", "members", here.file("iris.csv", besides))[0] == 0

    async def roles() -> tuple[str, ...]:
        database = here.database()
        account = await Accounts(database).account("iris")
        await database.close()
        return account.roles

    assert asyncio.run(roles()) == ("advisor", "member")


def test_a_thousand_members_take_seconds(here: Folder) -> None:
    with_an_adviser(here)
    head = MEMBERS.splitlines()[0]
    rows = [f"m{n};Given{n};Family{n};m{n}@coop.example;brussels;iris" for n in range(1000)]
    file = here.file("members.csv", "\n".join([head, *rows]))
    begun = time.process_time()
    assert here.said("setup", "members", file)[1].splitlines()[-2] == "1000 are new, 0 changed, 0 the same"
    assert time.process_time() - begun < 5


def test_a_new_stock_is_there_to_be_held(here: Folder) -> None:
    file = here.file("stock.json", '[{"article": "par-led", "name": "LED par", "quantity": 24, "day_eur": "6.00"}]')
    assert here.said("setup", "stock", file)[0] == 0
    more = here.file("more.json", '[{"article": "par-led", "name": "LED par", "quantity": 30, "day_eur": "6.00"}]')
    assert "par-led: changed (quantity 24 -> 30)" in here.said("setup", "stock", more)[1]


def test_what_is_missing_before_the_first_job_is_named(here: Folder) -> None:
    _, told = here.said("setup", "show")
    assert "missing: a legal entity: allin setup entities FILE" in told
    assert "missing: 2 people of finance, who approve payments together" in told
    assert "cooperative: missing before the first job: a legal entity" in here.said("doctor")[1]
    with_an_adviser(here)
    here.said("setup", "members", here.file("members.csv", MEMBERS))
    for login, role in (("omar", "ops"), ("fatima", "finance"), ("filip", "finance")):
        name = ("--name", f"{login} X", "--email", f"{login}@coop.example", "--role", role)
        assert here.said("db", "account", login, *name)[0] == 0
    assert here.said("setup", "show")[1].splitlines()[-1] == "missing: nothing"
