"""The page of a step: a form from its own schema, what would happen before anything does, then the decision."""

import re

import httpx2

from domain.job import Decision
from tests.api.conftest import Door
from tests.api.jobs import VAN, parked_van

STEP = "/jobs/{}/steps/van_rental:van"
SEEN = re.compile(r'name="seen" value="([^"]*)"')


async def at_the_step(door: Door, login: str = "otto") -> tuple[httpx2.AsyncClient, str, str]:
    """Somebody in front of a parked van."""
    job_id = await parked_van(door.house)
    door.process.attempts[f"job-{job_id} van_rental:van"] = 1
    return await door.asking(login), job_id, STEP.format(job_id)


def decided(door: Door) -> Decision:
    """The one decision that was handed over."""
    ((_, message),) = door.process.told.values()
    assert isinstance(message, Decision)
    return message


async def test_the_form_is_made_from_the_schema_and_filled_with_the_present_request(door: Door) -> None:
    ops, _, address = await at_the_step(door)
    page = await ops.get(address)
    assert 'name="request.kilometres" value="220"' in page.text
    assert 'name="request.from_at" value="2026-03-14T13:00"' in page.text  # noon UTC is one in Brussels
    assert 'name="request.hold_until_at"' not in page.text  # printed in the agreement: read-only
    assert "You decide alone" in page.text


async def test_what_would_happen_is_shown_first_and_nothing_is_done(door: Door) -> None:
    ops, job_id, address = await at_the_step(door)
    form = {"kind": "replay", "expected_attempt": "1", "do": "preview", "request.kilometres": "260"}
    page = await ops.post(address, data=form)
    assert page.status_code == 200
    assert "<del>220</del> → <ins>260</ins>" in page.text
    assert f"{job_id}/van_rental/van/2" in page.text  # an edited request is a new order
    assert door.process.told == {}


async def test_what_was_shown_is_confirmed_with_a_reason(door: Door) -> None:
    ops, job_id, address = await at_the_step(door)
    form = {"kind": "replay", "expected_attempt": "1", "request.kilometres": "260"}
    shown = await ops.post(address, data=form | {"do": "preview"})
    seen = SEEN.findall(shown.text)[0]
    done = await ops.post(address, data=form | {"do": "decide", "reason": "Longer way", "seen": seen})
    assert (done.status_code, done.headers["location"].partition("?")[0]) == (303, STEP.format(job_id))
    assert decided(door).request == VAN | {"kilometres": 260}


async def test_a_changed_mind_is_shown_again_before_it_counts(door: Door) -> None:
    ops, _, address = await at_the_step(door)
    form = {"kind": "replay", "expected_attempt": "1", "request.kilometres": "260"}
    seen = SEEN.findall((await ops.post(address, data=form | {"do": "preview"})).text)[0]
    form |= {"request.kilometres": "900", "reason": "Even longer", "do": "decide", "seen": seen}
    again = await ops.post(address, data=form)
    assert again.status_code == 200
    assert "<ins>900</ins>" in again.text
    assert door.process.told == {}


async def test_what_cannot_be_read_is_told_at_its_field(door: Door) -> None:
    ops, _, address = await at_the_step(door)
    form = {"kind": "replay", "expected_attempt": "1", "do": "preview", "request.kilometres": "far"}
    page = await ops.post(address, data=form)
    assert page.status_code == 422
    assert 'id="request.kilometres-error"' in page.text
    assert 'value="far"' in page.text
    nothing = await ops.post(address, data=form | {"request.kilometres": "220", "do": "decide", "reason": ""})
    assert nothing.status_code == 422
    assert door.process.told == {}


async def test_a_file_proves_what_was_done_by_hand(door: Door) -> None:
    ops, job_id, address = await at_the_step(door)
    form = {"kind": "by_hand", "expected_attempt": "1", "do": "preview"}
    file = {"file": ("Bon de commande n°4.pdf", b"%PDF-1.7 booked", "application/pdf")}
    page = await ops.post(address, data=form, files=file)
    assert 'name="evidence" value="Bon de commande n°4.pdf"' in page.text
    paper = await door.house.documents.document(job_id, "Bon de commande n°4.pdf")
    assert (paper.kind, paper.step) == ("evidence", "van_rental:van")


async def test_somebody_takes_care_of_it_and_leaves_a_note(door: Door) -> None:
    ops, _, address = await at_the_step(door)
    assert (await ops.post(address, data={"do": "claim"})).status_code == 303
    assert (await ops.post(address, data={"do": "note", "note": "I rang, they open at 8"})).status_code == 303
    page = await (await door.asking("eve")).get(address)
    assert "Otto Test is busy with this until" in page.text
    assert "I rang, they open at 8" in page.text
    assert "You may read this step" in page.text


async def test_members_decide_on_their_own_job_only(door: Door) -> None:
    ops, job_id, address = await at_the_step(door)
    await ops.aclose()
    assert (await (await door.asking("ann")).get(address)).status_code == 200
    assert (await (await door.asking("dan")).get(address)).status_code == 404
    own = await (await door.asking("ann")).get(f"/jobs/{job_id}/steps/agreement")
    assert own.status_code == 409  # hers, but nobody is asked anything about it
    assert "decided by" not in own.text


async def test_a_member_proves_nothing_by_hand_and_leaves_no_paper(door: Door) -> None:
    ann, job_id, address = await at_the_step(door, "ann")
    form = {"kind": "by_hand", "expected_attempt": "1", "do": "decide", "reason": "I hired one"}
    refused = await ann.post(address, data=form, files={"file": ("receipt.pdf", b"%PDF-1.7", "application/pdf")})
    assert refused.status_code == 403
    assert await door.house.documents.of_job(job_id) == []
