"""Social security, signatures, Peppol, letters, lawyer and bailiff: irrevocable, once, and asked about later."""

import base64
import hashlib
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from .conftest import World
from .papers import BUYER, OGM, invoice

DECLARATIONS = "/dimona/REST/dimona/v2/declarations"
ANA = "88022999990"


@pytest.fixture
async def employer(world: World) -> World:
    form = b"grant_type=client_credentials&client_id=coop&scope=scope:dimona:declaration:declarant"
    told = await world.post("/dimona/REST/oauth/v5/token", form, Content_Type="application/x-www-form-urlencoded")
    world.headers["Authorization"] = f"Bearer {told['access_token']}"
    return world


def dimona_in(starts: str, ends: str, ssin: str = ANA) -> dict[str, Any]:
    worker = {"features": {"workerType": "OTH", "jointCommissionNumber": "304"}}
    return {
        "employer": {"enterpriseNumber": "0403170701"},
        "worker": {"ssin": ssin},
        "dimonaIn": {"startDate": starts, "endDate": ends, **worker},
    }


async def declare(world: World, body: dict[str, Any], reference: str = "R1") -> Any:
    answer = await world.call("POST", DECLARATIONS, body, X_External_Reference=reference)
    assert answer.status_code == 201, answer.text
    path = answer.headers["location"].removeprefix("http://sandbox")
    asked, world.now = world.now, "2026-03-02T09:01:00+00:00"
    status = (await world.get(path))["declarationStatus"]
    world.now = asked
    return status


async def test_a_declaration_is_answered_once_it_is_processed(employer: World) -> None:
    answer = await employer.call("POST", DECLARATIONS, dimona_in("2026-03-14", "2026-03-14"), "K1:declare")
    path = answer.headers["location"].removeprefix("http://sandbox")
    assert await employer.refused(path, method="GET") == (404, "not-found")
    employer.at("2026-03-02T09:00:20+00:00")
    status = (await employer.get(path))["declarationStatus"]
    assert (status["result"], status["period"]["id"]) == ("A", "700000000001")
    again = await employer.call("POST", DECLARATIONS, dimona_in("2026-03-14", "2026-03-14"), "K1:declare")
    assert again.headers["location"] == answer.headers["location"]
    assert await employer.effects("dimona") == ["declaration"]


async def test_an_overlapping_in_is_refused_until_the_first_is_cancelled(employer: World) -> None:
    first = await declare(employer, dimona_in("2026-03-14", "2026-03-16"))
    second = await declare(employer, dimona_in("2026-03-16", "2026-03-17"))
    assert (second["result"], second["anomalies"][0]["code"]) == ("B", "SANDBOX-OVERLAP")
    period = {"periodId": first["period"]["id"]}
    assert (await declare(employer, {"dimonaCancel": period}))["result"] == "A"
    assert (await declare(employer, {"dimonaCancel": period}))["anomalies"][0]["code"] == "00913-355"
    assert (await declare(employer, dimona_in("2026-03-16", "2026-03-17")))["result"] == "A"


async def test_a_period_is_moved_and_ended(employer: World) -> None:
    number = (await declare(employer, dimona_in("2026-03-14", "2026-03-14")))["period"]["id"]
    longer = {"dimonaUpdate": {"periodId": number, "startDate": "2026-03-13", "endDate": "2026-03-15"}}
    assert (await declare(employer, longer))["result"] == "A"
    assert (await declare(employer, {"dimonaOut": {"periodId": number, "endDate": "2026-03-14"}}))["result"] == "A"
    assert (await declare(employer, dimona_in("2026-03-15", "2026-03-15")))["result"] == "A"
    assert (await declare(employer, {"dimonaOut": {"periodId": "7", "endDate": "2026-03-14"}}))["result"] == "B"


async def test_late_wrong_and_planned_declarations_get_their_own_results(employer: World) -> None:
    assert (await declare(employer, dimona_in("2026-03-01", "2026-03-01")))["result"] == "W"
    wrong = await declare(employer, dimona_in("2026-03-20", "2026-03-20", "88022999991"))
    assert wrong["anomalies"][0]["code"] == "SANDBOX-SSIN"
    await employer.post("/admin/dimona/results", {"result": "S"})
    waiting = await declare(employer, dimona_in("2026-03-21", "2026-03-21"))
    assert waiting["result"] == "S"
    later = employer.at("2026-03-03T10:00:00+00:00")
    token = await later.post(
        "/dimona/REST/oauth/v5/token",
        b"grant_type=client_credentials&client_assertion=a.b.c",
        Content_Type="application/x-www-form-urlencoded",
    )
    later.headers["Authorization"] = f"Bearer {token['access_token']}"
    status = (await later.get(f"{DECLARATIONS}/{waiting['declarationId']}"))["declarationStatus"]
    assert status["result"] == "A"


async def test_declarations_are_found_by_worker_start_employer_and_reference(employer: World) -> None:
    await declare(employer, dimona_in("2026-03-14", "2026-03-14"), "R1")
    await declare(employer, dimona_in("2026-03-20", "2026-03-20"), "R2")
    query = f"?ssin={ANA}&startDate=2026-03-20&enterpriseNumber=0403170701"
    found = (await employer.get(DECLARATIONS + query))["declarations"]
    assert [one["externalReference"] for one in found] == ["R2"]
    assert found[0]["declarationStatus"] is None  # not processed yet at nine o'clock
    assert len((await employer.get(DECLARATIONS + "?externalReference=R1"))["declarations"]) == 1


async def test_without_a_token_nothing_is_declared(world: World) -> None:
    body = dimona_in("2026-03-14", "2026-03-14")
    assert await world.refused(DECLARATIONS, body) == (401, "unauthorized")


DIGEST = hashlib.sha256(b"contract").digest()


def verify(signature: str, certificate: str) -> None:
    key = x509.load_der_x509_certificate(base64.b64decode(certificate)).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(base64.b64decode(signature), DIGEST, ec.ECDSA(utils.Prehashed(hashes.SHA256())))


async def test_the_cooperatives_seal_verifies_with_its_certificate(world: World) -> None:
    listed = await world.post("/signature/csc/v2/credentials/list")
    named = {"credentialID": listed["credentialIDs"][0]}
    cert = (await world.post("/signature/csc/v2/credentials/info", named))["cert"]["certificates"]
    seal, authority = (x509.load_der_x509_certificate(base64.b64decode(one)) for one in cert)
    seal.verify_directly_issued_by(authority)
    sad = (await world.post("/signature/csc/v2/credentials/authorize", named))["SAD"]
    asked = named | {"SAD": sad, "hashes": [base64.b64encode(DIGEST).decode()]}
    signed = await world.post("/signature/csc/v2/signatures/signHash", asked, "K1:seal")
    verify(signed["signatures"][0], cert[0])
    assert await world.post("/signature/csc/v2/signatures/signHash", asked, "K1:seal") == signed
    assert await world.effects("signature") == ["seal"]


def session(email: str) -> dict[str, Any]:
    signer = {"email": email, "givenName": "Ana", "familyName": "Ruiz"}
    document = {"name": "contract.pdf", "hash": base64.b64encode(DIGEST).decode()}
    return {"externalRef": f"K1/{email}", "signer": signer, "document": document}


async def test_a_person_signs_two_minutes_later_with_a_certificate_of_their_own(world: World) -> None:
    made = await world.post("/signature/sessions", session("ana@example.org"))
    assert (made["status"], made["signature"]) == ("pending", None)
    world.at("2026-03-02T09:02:00+00:00")
    done = await world.get(f"/signature/sessions/{made['id']}")
    assert (done["status"], done["signedAt"]) == ("signed", "2026-03-02T09:02:00Z")
    verify(done["signature"], done["certificate"])
    cancel = f"/signature/sessions/{made['id']}"
    assert await world.refused(cancel, method="DELETE") == (409, "wrong-state")
    assert await world.effects("signature") == ["session", "signature"]


async def test_who_refuses_declines_and_who_is_silent_lets_it_expire(world: World) -> None:
    for email, behaviour, becomes in (("no@x.be", "refuses", "declined"), ("shh@x.be", "silent", "expired")):
        await world.at("2026-03-02T09:00:00Z").post("/admin/people", {"email": email, "behaviour": behaviour})
        made = await world.post("/signature/sessions", session(email))
        world.at("2026-03-06T09:00:00+00:00")
        found = (await world.get(f"/signature/sessions?externalRef=K1/{email}"))["sessions"]
        assert [(one["id"], one["status"]) for one in found] == [(made["id"], becomes)]


async def test_somebody_may_sign_on_the_page_at_once(world: World) -> None:
    made = await world.post("/signature/sessions", session("ana@example.org"))
    page = await world.call("GET", f"/signature/sessions/{made['id']}/page")
    assert "<button>Sign</button>" in page.text
    assert (await world.post(f"/signature/sessions/{made['id']}/sign"))["status"] == "signed"


async def test_a_document_is_sent_once_and_delivered_a_minute_later(world: World) -> None:
    paper = invoice("2026-000012", "1815.00")
    sent = await world.post("/peppol/messages", paper, X_Message_Id="M1")
    assert sent["document"]["payable_eur"] == "1815.00"
    assert sent["document"]["payment_id"] == OGM
    assert (sent["document"]["seller"]["enterprise_number"], sent["document"]["buyer"]["endpoint"]) == (
        "0403170701",
        BUYER,
    )
    again = await world.call("POST", "/peppol/messages", paper, X_Message_Id="M1")
    assert (again.status_code, again.json()["message_id"]) == (200, "M1")
    other = invoice("2026-000013", "99.00")
    assert (await world.refused("/peppol/messages", other, X_Message_Id="M1"))[1] == "idempotency-key-reused"
    assert await world.refused("/peppol/messages", paper, X_Message_Id="M2") == (409, "conflict")
    world.at("2026-03-02T09:01:00+00:00")
    assert (await world.get("/peppol/messages/M1"))["status"] == "delivered"
    assert len((await world.get("/peppol/messages?documentId=2026-000012"))["messages"]) == 1
    assert await world.effects("peppol") == ["document"]


async def test_who_is_not_on_the_network_gets_nothing(world: World) -> None:
    assert (await world.get(f"/peppol/participants/{BUYER}"))["registered"] is True
    assert await world.refused("/peppol/participants/0208:0403170702", method="GET") == (404, "not-found")
    await world.post("/admin/peppol/participants", {"participant": BUYER, "registered": False})
    paper = invoice("2026-000012", "1815.00")
    assert await world.refused("/peppol/messages", paper) == (422, "refused")
    assert await world.refused("/peppol/messages", b"<a/>") == (422, "refused")


async def test_a_mail_lies_in_the_mailbox_of_each_who_gets_it(world: World) -> None:
    attached = [{"name": "a.pdf", "content_type": "application/pdf", "content": "JVBERi0="}]
    mail = {
        "to": ["A@x.be", "b@x.be"],
        "from": "jobs@coop.be",
        "subject": "Hi",
        "reference": "R",
        "attachments": attached,
    }
    sent = await world.post("/mail/messages", mail)
    assert sent["from"] == "jobs@coop.be"
    for box in ("a@x.be", "B@x.be"):
        assert (await world.get(f"/mail/mailboxes/{box}"))["messages"] == [sent]
    assert (await world.get("/mail/messages?reference=R"))["messages"] == [sent]
    assert await world.effects("mail") == ["mail"]


async def test_a_registered_letter_travels_two_days(world: World) -> None:
    document = {"name": "notice.pdf", "content_type": "application/pdf", "content": "JVBERi0="}
    letter = await world.post(
        "/registered-mail/letters", {"reference": "N1", "recipient": {}, "document": document}
    )
    assert (letter["tracking"], letter["status"]) == ("RB000000001BE", "accepted")
    seen = []
    for now in ("2026-03-03T09:00:00Z", "2026-03-04T09:00:00Z"):
        seen.append((await world.at(now).get("/registered-mail/letters?reference=N1"))["letters"][0]["status"])
    assert seen == ["in_transit", "delivered"]


def dossier(email: str, **more: Any) -> dict[str, Any]:
    return {
        "reference": "INV-12",
        "creditor": {"name": "Coop", "enterprise_number": "0403170701"},
        "debtor": {"name": "Client", "enterprise_number": "0202239951", "email": email},
        "claim": {"principal_eur": "1815.00", "interest_eur": "31.33", "costs_eur": "40.00"},
        "iban": "BE71096123456769",
        "structured_communication": OGM,
        **more,
    }


async def mandate(world: World) -> str:
    opened = await world.post("/lawyer/dossiers", dossier("late@client.be"))
    assert (opened["status"], opened["mandate"]) == ("received", None)
    world.at("2026-03-04T09:00:00+00:00")
    accepted = (await world.get("/lawyer/dossiers?reference=INV-12"))["dossiers"][0]
    assert accepted["status"] == "accepted"
    return str(accepted["mandate"])


@pytest.mark.parametrize(
    ("on_summons", "path"),
    [
        ("pays", [("2026-03-09", "summons_served"), ("2026-03-23", "paid")]),
        ("contests", [("2026-03-09", "summons_served"), ("2026-03-29", "contested")]),
        (
            "silent",
            [("2026-04-16", "summons_served"), ("2026-04-17", "not_contested"), ("2026-04-27", "enforceable")],
        ),
    ],
)
async def test_the_bailiffs_procedure_runs_its_legal_course(
    world: World, on_summons: str, path: list[tuple[str, str]]
) -> None:
    await world.post("/admin/people", {"email": "late@client.be", "on_summons": on_summons})
    body = dossier("late@client.be", mandate=await mandate(world))
    opened = await world.post("/bailiff/dossiers", body, "K1:hand_over")
    seen = []
    for day, _ in path:
        world.at(f"{day}T12:00:00+00:00")
        seen.append((day, (await world.get(f"/bailiff/dossiers/{opened['dossier_id']}"))["status"]))
    assert seen == path
    entries = (await world.get("/bank/accounts/BE71096123456769/entries"))["entries"]
    assert [one["amount_eur"] for one in entries] == (["1886.33"] if on_summons == "pays" else [])


async def test_the_bailiff_needs_the_lawyers_mandate_and_two_enterprises(world: World) -> None:
    assert await world.refused("/bailiff/dossiers", dossier("a@b.be")) == (422, "refused")
    person = dossier("a@b.be", debtor={"name": "Private", "email": "a@b.be"})
    assert await world.refused("/lawyer/dossiers", person) == (422, "refused")


async def test_a_dossier_is_withdrawn_before_its_end(world: World) -> None:
    opened = await world.post("/bailiff/dossiers", dossier("a@b.be", mandate=await mandate(world)))
    withdrawn = await world.post(f"/bailiff/dossiers/{opened['dossier_id']}/withdraw")
    assert withdrawn["status"] == "withdrawn"
    world.at("2026-06-01T09:00:00+00:00")
    assert (await world.get(f"/bailiff/dossiers/{opened['dossier_id']}"))["status"] == "withdrawn"
    assert (await world.get("/bank/accounts/BE71096123456769/entries"))["entries"] == []
