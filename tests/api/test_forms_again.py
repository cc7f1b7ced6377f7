"""A form behind a link that cannot be taken comes back filled in, with what is wrong on top."""

import re
from datetime import timedelta
from html import unescape

from tests.api.conftest import Door
from tests.api.jobs import concert
from tests.api.test_client_days import performed, reports
from tests.api.test_client_place import invoiced, the_link
from tests.api.test_links import BOB, HOME, link, without_account


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


async def test_a_name_of_blanks_accepts_nothing(door: Door) -> None:
    """Seen: three blanks were kept as the name of who accepted."""
    path = await the_link(door, await concert(door.house), answered=False)
    client = await door.asking(accept="text/html")
    again = await client.post(f"{path}?lang=fr", data={"answer": "accept", "name": "   "})
    assert again.status_code == 422
    assert "Ce n'est pas encore parti. Écrivez votre nom : il figure sur la preuve." in words(again.text)
    assert "Votre accord sur cette commande" in words(again.text)
    assert "is accepted" not in words((await client.get(f"{path}?lang=en")).text)
    taken = await client.post(path, data={"answer": "accept", "name": "Nora Claes"})
    assert taken.status_code == 303


async def test_a_change_without_a_word_keeps_the_form_open_and_what_else_was_written(door: Door) -> None:
    path = await the_link(door, await concert(door.house), answered=False)
    client = await door.asking(accept="text/html")
    again = await client.post(f"{path}?lang=nl", data={"answer": "changes", "reason": "  ", "name": "Piet"})
    assert again.status_code == 422
    assert "Zeg waarom, in enkele woorden." in words(again.text)
    assert '<details class="gap" open>' in again.text
    assert 'value="Piet"' in again.text


async def test_a_dispute_that_is_too_short_keeps_its_words(door: Door) -> None:
    path = await the_link(door, await invoiced(door), answered=True)
    client = await door.asking(accept="text/html")
    again = await client.post(f"{path}/invoices/I-1?lang=en", data={"do": "dispute", "reason": "no"})
    assert again.status_code == 422
    assert "It was not sent yet. Say why, in a few words." in words(again.text)
    assert ">no</textarea>" in again.text


async def test_parts_without_a_first_day_say_so_and_keep_their_number(door: Door) -> None:
    path = await the_link(door, await invoiced(door), answered=True)
    client = await door.asking(accept="text/html")
    told = {"do": "ask", "parts": "4", "first_on": "", "reason": "money comes in March"}
    again = await client.post(f"{path}/invoices/I-1/instalments?lang=en", data=told)
    assert again.status_code == 422
    assert "Choose the day of the first part." in words(again.text)
    assert 'value="4"' in again.text
    assert ">money comes in March</textarea>" in again.text


async def test_days_are_approved_by_somebody_with_a_name(door: Door) -> None:
    _, path = await performed(door)
    client = await door.asking(accept="text/html")
    again = await client.post(f"{path}/days?lang=en", data={"do": "approve", "name": " "})
    assert again.status_code == 422
    assert "Write your name: the proof carries it." in words(again.text)
    assert reports(door) == []


async def test_a_day_of_birth_that_is_none_is_said_at_its_field(door: Door) -> None:
    await without_account(door.house)
    path, _ = await link(door.house, "employment_contract:bob", "p-dan")
    dan = await door.asking(accept="text/html")
    again = await dan.post(f"{path}?lang=en", data=BOB | HOME | {"birth_date": "31/02/1985"})
    assert again.status_code == 422
    assert "It was not sent yet." in words(again.text)
    assert f'value="{HOME["city"]}"' in again.text
    assert (await door.house.people.person("p-dan")).address is None


async def test_what_is_no_number_never_takes_the_place_of_one(door: Door) -> None:
    """Seen: "abc" was "saved", the number was gone, and every later wage of the person stopped."""
    ann = await door.asking("ann", accept="text/html")
    await ann.post("/me", data={"national_number": "85.07.30-033.28"})
    again = await ann.post("/me?lang=fr", data={"national_number": "abc"})
    assert again.status_code == 422
    assert "Les chiffres de contrôle ne correspondent pas" in words(again.text)
    assert (await door.house.people.person("p-ann")).national_number == "85073003328"


async def test_a_birthday_that_the_national_number_denies_is_refused(door: Door) -> None:
    ann = await door.asking("ann")
    told = {"national_number": "85.07.30-033.28", "birth_date": "1985-07-31"}
    answer = await ann.post("/api/me", json=told)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "birth_date")
    assert (await ann.post("/api/me", json=told | {"birth_date": "1985-07-30"})).status_code == 200


async def test_the_words_of_a_link_are_those_chosen_in_this_browser(door: Door) -> None:
    path, _ = await link(door.house, "employment_contract:bob", "p-dan")
    dan = await door.asking(accept="text/html")
    dan.cookies.set("allin_lang", "nl")
    assert "Functie" in words((await dan.get(path)).text)


async def test_an_offer_whose_time_has_passed_shows_nobodys_data_again(door: Door) -> None:
    path, _ = await link(door.house, "employment_contract:bob", "p-dan")
    await door.house.people.enter("p-dan", door.clock.now(), iban="BE62510007547061")
    door.clock.at += timedelta(days=60)
    dan = await door.asking(accept="text/html")
    gone = await dan.post(path, data={"birth_date": "31/02/1985"})
    assert gone.status_code == 422
    assert "BE62510007547061" not in gone.text
