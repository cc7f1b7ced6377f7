"""Setting a cooperative up on its page: looked at, then taken over; never where money or somebody's mail goes."""

import re

import pytest

from storage.security.password_requests import PasswordRequests
from tests.api.conftest import Door

VANS = b"plate,name,seats,load_kg\n1-ABC-123,Kangoo,2,600\n"


async def sends(door: Door, kind: str, content: bytes, do: str = "look", name: str = "list.csv") -> str:
    otto = await door.asking("otto")
    page = await otto.post(f"/setup/{kind}?lang=en", data={"do": do}, files={"file": (name, content)})
    assert page.status_code == 200
    return page.text


async def test_a_list_is_looked_at_then_taken_over_as_it_was_looked_at(door: Door) -> None:
    page = await sends(door, "vans", VANS)
    assert "looked at, nothing is changed" in page
    assert "1-ABC-123" in page
    assert "New: 1 · changed: 0 · the same: 0" in page
    hidden = dict(re.findall(r'type="hidden" name="(name|content)" value="([^"]*)"', page))
    otto = await door.asking("otto")
    taken = await otto.post("/setup/vans?lang=en", data=hidden | {"do": "take"})
    assert "taken over" in taken.text
    assert "New: 0 · changed: 0 · the same: 1" in await sends(door, "vans", VANS)
    (line,) = await door.house.audit.page(what="setup")
    assert line.why.startswith("vans: list.csv, 1 rows, sha256 ")
    assert line.who == "p-otto"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (VANS.replace(b"2,600", b"many,600"), "Row 2 · <b>seats</b> · does not fit"),
        (VANS.replace(b"seats", b"places"), "Row 2 · <b>places</b> · is no column we know"),
        (VANS + VANS.splitlines()[1], "Row 3 · <b>plate</b> · stands above already"),
        (b"", "Choose a file"),
    ],
)
async def test_a_mistake_is_told_with_its_row(door: Door, content: bytes, told: str) -> None:
    otto = await door.asking("otto")
    page = await otto.post("/setup/vans?lang=en", data={"do": "take"}, files={"file": ("list.csv", content)})
    if content:
        assert told in page.text
    else:
        assert page.status_code >= 400
    assert (await door.house.audit.page(what="setup")) == []


async def test_members_come_in_by_choosing_a_password_and_nobody_else_moves_their_mail(door: Door) -> None:
    entity = (await door.house.entities.all())[0].slug
    head = "login,given_name,family_name,email,entity\n"
    new = f"{head}zoe,Zoé,Claes,zoe@coop.example,{entity}\n".encode()
    assert "taken over" in await sends(door, "members", new, "take")
    nobody = await door.asking("")
    await nobody.post("/forgotten", data={"person": "zoe"})
    (asked,) = await PasswordRequests(door.house.database).due()
    assert asked.person_id == "zoe"
    moved = await sends(door, "members", new.replace(b"zoe@coop", b"otto@coop"), "take")
    assert "<b>email</b> · is changed by the person alone" in moved
    assert (await door.house.people.person("zoe")).email == "zoe@coop.example"


async def test_the_accounts_clients_pay_to_are_no_list_of_this_page(door: Door) -> None:
    otto = await door.asking("otto")
    assert (await otto.post("/setup/entities", files={"file": ("e.yaml", b"- {}")})).status_code in (404, 422)
    assert 'action="/setup/entities' not in (await otto.get("/setup")).text
