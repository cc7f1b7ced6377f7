"""Control characters stay outside, whatever the door; a line break comes in where several lines are asked for."""

import pytest

from tests.api.conftest import Door
from tests.api.jobs import concert
from tests.api.test_declaring import concert as declared
from tests.api.test_links import link

SIGNS = ("\x00", "\x07", "\x1b", "\x7f", "\x85")


def where(answer: object) -> list[str]:
    return [one["where"] for one in answer.json()["errors"]]  # type: ignore[attr-defined]  # an answer of the test client


@pytest.mark.parametrize(
    "kind", ["text/json", "application/jsonx", "x/json", "text/plain; x=json", "application/json"]
)
async def test_no_other_name_for_json_goes_round_it(door: Door, kind: str) -> None:
    client, _ = await link(door.house, "agreement", "c-hall")
    nobody = await door.asking(None)
    told = '{"answer": "changes", "reason": "later\\u0000", "name": "x\\r\\nBcc: y"}'
    for content in (told, '{"answer": "changes", "reason": "' + "y" * 1_200_000 + '"}'):
        answer = await nobody.post(client, content=content, headers={"content-type": kind})
        assert answer.status_code in (413, 422), answer.text
    assert (await nobody.get(client)).json()["answered"] is None


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
async def test_a_control_character_is_refused_in_a_declaration(door: Door, sign: str) -> None:
    ann = await door.asking("ann")
    for field in ("title", "description"):
        answer = await ann.post("/api/quotes", json=declared() | {field: f"Night{sign}of light"})
        assert (answer.status_code, where(answer)) == (422, [f"body.{field}"])
    crew = [{"item": "ann", "member": True}, {"item": "bob", "name": f"Bob{sign}", "email": "bob@crew.example"}]
    answer = await ann.post("/api/quotes", json=declared() | {"crew": crew})
    assert (answer.status_code, where(answer)) == (422, ["body.crew.1.name"])


async def test_a_line_break_stands_in_a_description_and_in_no_title(door: Door) -> None:
    ann = await door.asking("ann")
    answer = await ann.post("/api/quotes", json=declared() | {"description": "Two sets.\nLight included."})
    assert answer.status_code == 200
    answer = await ann.post("/api/quotes", json=declared() | {"title": "Two sets\nInvoice 42"})
    assert (answer.status_code, where(answer)) == (422, ["body.title"])


async def test_forms_links_questions_and_names_of_files_are_read_too(door: Door) -> None:
    ann = await door.asking("ann")
    assert where(await ann.post("/api/me", json={"city": "Gent\x1b[2J"})) == ["body.city"]
    client, _ = await link(door.house, "agreement", "c-hall")
    nobody = await door.asking(None)
    form = {"answer": "accept", "name": "Nora\r\nBcc: all@example.org"}
    answer = await nobody.post(client, data=form, headers={"accept": "application/json"})
    assert (answer.status_code, where(answer)) == (422, ["body.name"])
    assert where(await ann.get("/api/jobs", params={"text": "a\x00b"})) == ["query.text"]
    job_id = await concert(door.house)
    otto = await door.asking("otto")
    proof = f"/api/jobs/{job_id}/steps/van_rental:van/evidence"
    assert where(await otto.post(proof, params={"name": "seen\n.pdf"}, content=b"%PDF-1.7")) == ["query.name"]


@pytest.mark.parametrize("sign", SIGNS[2:], ids=ascii)
async def test_a_form_with_a_file_is_read_too_and_so_is_the_name_of_the_file(door: Door, sign: str) -> None:
    job_id = await concert(door.house)
    ann = await door.asking("ann")
    told = {"what": "Strings", "spent_on": "2026-02-02", "spent_eur": "24.50"}
    photo = ("strings.png", b"\x89PNG\r\n\x1a\n" + b"\x00\x07", "image/png")
    at = f"/jobs/{job_id}/receipts"
    wrong = await ann.post(at, data=told | {"what": f"Strings{sign}"}, files={"photo": photo})
    assert (wrong.status_code, where(wrong)) == (422, ["body.what"])
    named = await ann.post(at, data=told, files={"photo": (f"str{sign}ings.png", *photo[1:])})
    assert (named.status_code, where(named)) == (422, ["body.photo"])
    assert (await ann.post(at, data=told, files={"photo": photo})).status_code == 303
    assert len(await door.house.documents.of_job(job_id)) == 1


async def test_a_page_says_it_in_the_language_that_was_chosen(door: Door) -> None:
    ann = await door.asking("ann", accept="text/html", cookie="allin_lang=nl")
    answer = await ann.post("/me", data={"city": "Gent\x07"})
    assert (answer.status_code, '<html lang="nl">' in answer.text) == (422, True)


async def test_what_no_paper_can_print_is_refused_in_the_quote_in_words(door: Door) -> None:
    ann = await door.asking("ann")
    told = (await ann.post("/api/quotes?lang=fr", json=declared() | {"title": "Fête 🎉 de quartier"})).json()
    (found,) = [one for one in told["refusals"] if one["rule"] == "unprintable"]
    assert found["field"] == "title"
    assert found["said"] == "« 🎉 » ne peut pas être imprimé sur un contrat ou une facture."
    told = (await ann.post("/api/quotes", json=declared() | {"title": "東京の夜, Wiśniewski, คอนเสิร์ต"})).json()
    assert [one for one in told["refusals"] if one["rule"] == "unprintable"] == []
