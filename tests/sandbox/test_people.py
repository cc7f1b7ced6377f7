"""Simulated people answer their links, sign, pay or do not; partners report what happened."""

import hashlib
import hmac
import json
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from schwifty import IBAN
from stdnum.be import nn

from .conftest import World
from .papers import COOP_IBAN, OGM_DIGITS, invoice


class Product:
    """The product as people and partners see it: links and webhooks; it answers what it was told to."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.raw: list[tuple[bytes, str]] = []
        self.answers: list[tuple[int, Any]] = []
        self.app = FastAPI()
        self.app.add_api_route("/{path:path}", self.hear, methods=["POST"])

    async def hear(self, path: str, request: Request) -> Response:
        status, said = self.answers.pop(0) if self.answers else (200, {})
        self.raw.append((await request.body(), request.headers.get("x-signature", "")))
        self.heard.append((path, await request.json()))
        return JSONResponse(said, status)

    def paths(self) -> list[str]:
        return [path for path, _ in self.heard]


@pytest.fixture
def product(world: World) -> Product:
    made = Product()
    world.app.state.rounds.transport = httpx2.ASGITransport(app=made.app)
    return made


async def mail(world: World, to: str, text: str) -> None:
    await world.post("/mail/messages", {"to": to, "subject": "x", "text": text})


async def test_a_client_answers_the_link_after_three_hours_and_once(world: World, product: Product) -> None:
    await mail(world, "client@x.be", "Please agree: http://product/a/tok-1. Thank you")
    assert (await world.tick("2026-03-02T11:59:00Z"))["acts"] == 0
    assert (await world.tick("2026-03-02T12:00:00Z"))["acts"] == 1
    assert (await world.tick("2026-03-03T12:00:00Z"))["acts"] == 0
    assert product.heard == [("a/tok-1", {"answer": "accept", "begin_now": True})]


@pytest.mark.parametrize(("behaviour", "answer"), [("refuses", "refuse"), ("asks_for_changes", "changes")])
async def test_a_client_who_does_not_agree_says_why(
    world: World, product: Product, behaviour: str, answer: str
) -> None:
    person = {"email": "client@x.be", "behaviour": behaviour, "after_hours": 1, "reason": "too dear"}
    await world.post("/admin/people", person)
    await mail(world, "Client@x.be", '<a href="http://product/a/tok-1">agree</a>')
    await world.tick("2026-03-02T10:00:00Z")
    assert product.heard == [("a/tok-1", {"answer": answer, "reason": "too dear"})]


async def test_a_silent_person_does_nothing_until_they_change_their_mind(world: World, product: Product) -> None:
    await world.post("/admin/people", {"email": "client@x.be", "behaviour": "silent"})
    await mail(world, "client@x.be", "http://product/a/tok-1")
    assert (await world.tick("2026-03-05T10:00:00Z"))["acts"] == 0
    await world.post("/admin/people", {"email": "client@x.be"})
    assert (await world.tick("2026-03-05T11:00:00Z"))["acts"] == 1


async def test_a_collaborator_gives_a_true_identity_and_signs(world: World, product: Product) -> None:
    await mail(world, "ana@x.be", "http://product/i/tok-9")
    assert (await world.tick("2026-03-02T11:00:00Z"))["acts"] == 2
    assert product.paths() == ["i/tok-9", "i/tok-9/sign"]
    told = product.heard[0][1]
    assert told["answer"] == "accept"
    assert nn.get_birth_date(told["national_number"]).isoformat() == told["birth_date"]
    assert IBAN(told["iban"], validate_bban=True).bic is not None
    asked = "answer given_name family_name national_number birth_date iban street house_number postal_code city"
    assert set(told) == {*asked.split(), "country", "language"}
    assert (await world.get("/admin/people/ana@x.be"))["identity"]["iban"] == told["iban"]


async def test_the_national_numbers_of_many_people_are_all_valid(world: World) -> None:
    for number in range(60):
        born = f"{1960 + number}-05-04"
        await world.post("/admin/people", {"email": f"p{number}@x.be", "birth_date": born})
        told = (await world.get(f"/admin/people/p{number}@x.be"))["identity"]
        if born < "2020":
            assert nn.is_valid(told["national_number"]), told


async def test_what_failed_is_tried_again_and_what_was_answered_is_not(world: World, product: Product) -> None:
    later = {"type": "https://product/problems/not-yet"}
    product.answers = [(503, {}), (200, {}), (409, later), (409, {"type": "already"})]
    await mail(world, "ana@x.be", "http://product/i/tok-9")
    assert (await world.tick("2026-03-02T11:00:00Z"))["failed_acts"] == 1
    told = await world.tick("2026-03-02T12:00:00Z")
    assert (told["acts"], told["failed_acts"]) == (1, 1)
    assert (await world.tick("2026-03-02T13:00:00Z"))["acts"] == 1
    assert (await world.tick("2026-03-02T14:00:00Z"))["acts"] == 0
    assert product.paths() == ["i/tok-9", "i/tok-9", "i/tok-9/sign", "i/tok-9/sign"]


async def test_finance_approves_by_link(world: World, product: Product) -> None:
    for email in ("one@coop.be", "two@coop.be"):
        await world.post("/admin/people", {"email": email, "role": "finance"})
        await mail(world, email, f"http://product/f/{email[:3]}")
    await world.tick("2026-03-02T10:00:00Z")
    assert product.heard == [("f/one", {"answer": "approve"}), ("f/two", {"answer": "approve"})]


async def credits(world: World) -> list[tuple[str, str, str]]:
    entries = (await world.get(f"/bank/accounts/{COOP_IBAN}/entries"))["entries"]
    return [(one["on"], one["amount_eur"], one["reference"]) for one in entries]


async def test_a_client_pays_an_invoice_twelve_days_late_with_its_reference(world: World) -> None:
    await world.post("/admin/people", {"email": "client@example.org", "pays_after_days": 12})
    await world.post("/peppol/messages", invoice("2026-000012", "1815.00"))
    assert (await world.tick("2026-04-25T09:00:00Z"))["paid"] == 0
    assert (await world.tick("2026-04-26T09:00:00Z"))["paid"] == 1
    assert (await world.tick("2026-04-27T09:00:00Z"))["paid"] == 0
    assert await credits(world) == [("2026-04-26", "1815.00", OGM_DIGITS)]


async def test_a_credit_note_lowers_what_is_paid(world: World) -> None:
    await world.post("/peppol/messages", invoice("2026-000012", "1815.00"))
    note = invoice("2026-000013", "315.00", kind="CreditNote", refers_to="2026-000012")
    await world.post("/peppol/messages", note)
    await world.tick("2026-04-14T09:00:00Z")
    assert await credits(world) == [("2026-04-14", "1500.00", OGM_DIGITS)]


async def test_an_invoice_by_mail_is_one_debt_and_a_reminder_adds_its_interest(world: World) -> None:
    await world.post("/admin/people", {"email": "c@x.be", "pays_after_days": 20})
    lines = f"+++090/9337/55493+++\nDue: 2026-04-14\nIBAN: {COOP_IBAN}"
    await mail(world, "c@x.be", f"Payable: 1815.00 EUR\n{lines}")
    await world.tick("2026-04-20T09:00:00Z")
    await mail(world, "c@x.be", f"Payable: 1865.43 EUR\n{lines.replace('04-14', '04-30')}")
    await world.tick("2026-05-03T09:00:00Z")
    await world.tick("2026-05-04T09:00:00Z")
    assert await credits(world) == [("2026-05-04", "1865.43", OGM_DIGITS)]


async def test_some_pay_early_and_some_never(world: World) -> None:
    for email, days in (("early@x.be", -3), ("never@x.be", None)):
        await world.post("/admin/people", {"email": email, "pays_after_days": days})
    await mail(world, "early@x.be", "Payable: 10.00 EUR +++090/9337/55493+++ Due: 2026-04-14")
    await mail(world, "never@x.be", "Payable: 20.00 EUR +++000/0000/00101+++ Due: 2026-04-14")
    await world.tick("2026-04-11T09:00:00Z")
    await world.tick("2027-04-11T09:00:00Z")
    assert await credits(world) == [("2026-04-11", "10.00", OGM_DIGITS)]


async def test_partners_report_what_happened_signed_and_again_until_heard(world: World, product: Product) -> None:
    letter = {"reference": "N1", "recipient": {}, "document": {"name": "n.pdf"}}
    await world.post("/registered-mail/letters", letter)
    assert (await world.tick("2026-03-03T09:00:00Z"))["webhooks"] == 0
    product.answers = [(503, {})]
    assert (await world.tick("2026-03-04T09:00:00Z"))["failed_webhooks"] == 1
    assert (await world.tick("2026-03-04T10:00:00Z"))["webhooks"] == 1
    assert (await world.tick("2026-03-04T11:00:00Z"))["webhooks"] == 0
    path, event = product.heard[-1]
    assert path == "api/webhooks/registered-mail"
    assert (event["type"], event["reference"], event["status"]) == ("registered_mail.delivered", "N1", "delivered")
    body, signature = product.raw[-1]
    assert signature == "sha256=" + hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    assert json.loads(product.raw[0][0])["id"] == event["id"]


async def test_a_webhook_comes_twice_or_late_when_arranged(world: World, product: Product) -> None:
    await world.fault("peppol", "duplicate_webhook", operation="peppol.delivered")
    await world.post("/peppol/messages", invoice("1", "10.00"))
    assert (await world.tick("2026-03-02T09:05:00Z"))["webhooks"] == 2
    await world.fault("peppol", "late_webhook", seconds=3600)
    await world.post("/peppol/messages", invoice("2", "10.00"))
    assert (await world.tick("2026-03-02T09:10:00Z"))["webhooks"] == 0
    assert (await world.tick("2026-03-02T10:10:00Z"))["webhooks"] == 1
    ids = [event["id"] for _, event in product.heard]
    assert ids[0] == ids[1] != ids[2]


async def test_a_days_statement_is_announced_the_next_morning(world: World, product: Product) -> None:
    await world.post("/admin/bank/credits", {"iban": COOP_IBAN, "amount_eur": "5.00"})
    await world.post("/admin/bank/credits", {"iban": COOP_IBAN, "amount_eur": "6.00"})
    assert (await world.tick("2026-03-03T04:59:00Z"))["webhooks"] == 0
    assert (await world.tick("2026-03-03T05:00:00Z"))["webhooks"] == 1
    event = product.heard[0][1]
    assert (event["type"], event["subject"], event["status"]) == (
        "bank.statement_available",
        COOP_IBAN,
        "2026-03-02",
    )


async def test_what_was_taken_back_is_not_reported(world: World, product: Product) -> None:
    document = {"name": "c.pdf", "hash": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}
    made = await world.post("/signature/sessions", {"signer": {"email": "ana@x.be"}, "document": document})
    await world.call("DELETE", f"/signature/sessions/{made['id']}")
    assert (await world.tick("2026-03-03T09:00:00Z"))["webhooks"] == 0


async def test_without_a_date_it_is_as_late_as_the_last_tick(world: World) -> None:
    await world.tick("2026-03-05T09:00:00Z")
    sent = await world.client.post("/mail/messages", json={"to": "a@x.be", "subject": "x"})
    assert sent.json()["sent_at"] == "2026-03-05T09:00:00Z"
