"""A step recorded as done by hand: each missing field is named beside it, nothing typed is lost."""

import re
from html import unescape

import httpx2

from domain.job import Decision, StepState
from tests.api.conftest import Door
from tests.api.test_decisions import parked, refused_dimona

PDF = {"file": ("dimona.pdf", b"%PDF-1.7 declared", "application/pdf")}
SEEN = re.compile(r'name="seen" value="([^"]*)"')
HAND = {"kind": "by_hand", "expected_attempt": "1"}


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


async def at_the_contract(door: Door, lang: str = "fr") -> tuple[httpx2.AsyncClient, str]:
    job_id = await refused_dimona(door)
    return await door.asking("otto"), f"/jobs/{job_id}/steps/employment_contract:bob?lang={lang}"


def beside(page: httpx2.Response, name: str) -> str:
    found = re.search(rf'id="{re.escape(name)}-error">([^<]*)<', page.text)
    return unescape(found[1]) if found else ""


async def test_what_is_missing_is_named_beside_each_field_before_anything_is_shown(door: Door) -> None:
    """Seen: the preview said that all is well, then a problem page named no field."""
    otto, address = await at_the_contract(door)
    page = await otto.post(address, data=HAND | {"do": "preview", "reference": "DIM-4711"}, files=PDF)
    assert page.status_code == 422
    assert beside(page, "result.declared_at") == "Écrivez quand la Dimona a été déclarée."
    assert beside(page, "result.dimona_period") == "Écrivez le numéro de la période Dimona."
    assert 'name="seen"' not in page.text
    assert 'value="DIM-4711"' in page.text
    assert 'name="evidence" value="dimona.pdf"' in page.text
    assert "<details" in page.text
    assert 'href="#result.declared_at"' in page.text


async def test_a_reference_alone_is_told_what_proves_it_beside_the_file(door: Door) -> None:
    otto, address = await at_the_contract(door, "nl")
    typed = {"reference": "DIM-4711", "result.dimona_period": "4711"}
    page = await otto.post(address, data=HAND | typed | {"do": "preview"})
    assert page.status_code == 422
    assert beside(page, "file") == "Voeg het bestand toe dat het bewijst: een pdf of een foto."
    assert beside(page, "result.declared_at") == "Schrijf wanneer de Dimona werd aangegeven."
    assert beside(page, "result.dimona_period") == ""
    assert 'value="4711"' in page.text
    assert "Field required" not in page.text
    assert "evidence:" not in page.text


async def test_a_whole_result_is_shown_then_recorded_with_its_reference(door: Door) -> None:
    otto, address = await at_the_contract(door, "en")
    typed = HAND | {
        "reference": "DIM-4711",
        "result.dimona_period": "4711",
        "result.declared_at": "2026-02-02T07:00",
    }
    shown = await otto.post(address, data=typed | {"do": "preview"}, files=PDF)
    assert shown.status_code == 200
    form = typed | {"evidence": "dimona.pdf", "seen": SEEN.findall(shown.text)[0]}
    silent = await otto.post(address, data=form | {"do": "decide", "reason": ""})
    assert silent.status_code == 422
    assert beside(silent, "reason")
    assert 'name="seen"' in silent.text
    done = await otto.post(address, data=form | {"do": "decide", "reason": "Declared on the portal"})
    assert done.status_code == 303
    ((_, message),) = door.process.told.values()
    assert isinstance(message, Decision)
    assert (message.evidence, message.reference) == ("dimona.pdf", "DIM-4711")


async def test_a_price_above_the_ceiling_stands_beside_the_price(door: Door) -> None:
    step = StepState(
        service="special_request",
        item="tuner",
        operation="arrange",
        request={"wish": "piano tuner", "ceiling_eur": "90.00"},
    )
    job_id = await parked(door.house, step, "NeedsAPerson", decided_by="advisor")
    eve, address = await door.asking("eve"), f"/jobs/{job_id}/steps/special_request:tuner?lang=fr"
    said = {"result.what": "piano tuner", "result.paid_how": "transfer", "result.paid_to": "Klavier & Co"}
    page = await eve.post(address, data=HAND | said | {"do": "preview", "result.price_eur": "450,00"}, files=PDF)
    assert page.status_code == 422
    assert beside(page, "result.price_eur").startswith("Écrivez le prix hors TVA, comme sur la preuve")
    silent = await eve.post(address, data=HAND | {"do": "preview"}, files=PDF)
    assert beside(silent, "result.paid_how").startswith("Dites comment c'était payé")


async def test_the_api_names_each_field_of_the_result(door: Door) -> None:
    job_id = await refused_dimona(door)
    otto = await door.asking("otto")
    address = f"/api/jobs/{job_id}/steps/employment_contract"
    await otto.post(f"{address}/evidence?name=receipt.pdf", content=b"%PDF-1.7")
    body = {"reason": "By hand", "expected_attempt": 1, "evidence": "receipt.pdf"}
    answer = (await otto.post(f"{address}/complete", json=body)).json()
    assert [one["where"] for one in answer["errors"]] == ["body.result.declared_at", "body.result.dimona_period"]
