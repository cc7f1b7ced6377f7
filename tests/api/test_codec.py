"""Temporal's own pages read histories through us: ops and auditors only, from one address, written down."""

import base64

import httpx2
import pytest
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import WorkflowSerializationContext

from api.app import create_app
from api.security.request_checks import PER_ADDRESS
from engine.codec import EncryptionCodec
from engine.keys import WrongKey
from storage.security.data_keys import DataKeys
from tests.api.conftest import Door
from tests.api.jobs import parked_van

DECODE = "/api/temporal/codec/decode"
UI = "http://127.0.0.1:8233"


async def sealed(door: Door, workflow_id: str) -> dict[str, object]:
    """A payload as Temporal keeps it, and as its pages send it to us."""
    (plain,) = pydantic_data_converter.payload_converter.to_payloads([{"who": "client"}])
    house = door.house
    keys = DataKeys(house.database, house.settings.keys(), house.clock)
    context = WorkflowSerializationContext(namespace="default", workflow_id=workflow_id)
    (payload,) = await EncryptionCodec(keys).with_context(context).encode([plain])
    return as_json(payload)


def as_json(payload: Payload) -> dict[str, object]:
    metadata = {name: base64.b64encode(value).decode() for name, value in payload.metadata.items()}
    return {"metadata": metadata, "data": base64.b64encode(payload.data).decode()}


def plain(told: dict[str, str]) -> bytes:
    return base64.b64decode(told["data"])


def with_pages(door: Door) -> Door:
    """The same house, which knows where Temporal's own pages are."""
    settings = door.house.settings.model_copy(update={"temporal_ui": UI})
    app = create_app(settings, door.house.database, door.process, door.clock, sweeping=False)
    return Door(app, app.state.container, door.process, door.clock)


class OneKey:
    """A ring with the same key for everybody."""

    async def data_key(self, name: str) -> bytes:
        return b"k" * 32


async def test_what_is_long_is_packed_before_it_is_sealed_and_nobody_can_claim_otherwise() -> None:
    codec = EncryptionCodec(OneKey())
    long = Payload(metadata={"encoding": b"json/plain"}, data=b'{"state": "held", "attempt": 1},' * 200)
    short = Payload(metadata={"encoding": b"json/plain"}, data=b'{"state": "held"}')
    sealed = await codec.encode([long, short])
    assert [len(one.data) < 250 for one in sealed] == [True, True]
    assert [one.metadata.get("packing") for one in sealed] == [b"zlib", None]
    assert await codec.decode(sealed) == [long, short]
    sealed[0].metadata.pop("packing")
    with pytest.raises(WrongKey):
        await codec.decode(sealed[:1])


async def test_ops_read_a_payload_and_the_audit_has_one_line_for_the_look(door: Door) -> None:
    job_id = await parked_van(door.house)
    payload = await sealed(door, f"job-{job_id}")
    assert b"client" not in base64.b64decode(str(payload["data"]))
    otto = await door.asking("otto", **{"x-namespace": "default"})
    for _ in range(3):
        answer = await otto.post(DECODE, json={"payloads": [payload, payload]})
        assert answer.status_code == 200, answer.text
        assert [plain(each) for each in answer.json()["payloads"]] == [b'{"who":"client"}'] * 2
    kinds = {each["metadata"]["encoding"] for each in answer.json()["payloads"]}
    assert [base64.b64decode(kind) for kind in kinds] == [b"json/plain"]
    ada = await door.asking("ada")
    await ada.post(DECODE, json={"payloads": [payload]})
    looked = await door.house.audit.page(what="history.read")
    assert [(line.who, line.role, line.outcome) for line in looked] == [
        ("p-ada", "auditor", "shown"),
        ("p-otto", "ops", "shown"),
    ]
    assert job_id in looked[0].why


@pytest.mark.parametrize("who", ["ann", "eve", "fay"])
async def test_nobody_else_reads_a_history(door: Door, who: str) -> None:
    payload = await sealed(door, "job-X")
    answer = await (await door.asking(who)).post(DECODE, json={"payloads": [payload]})
    assert answer.status_code == 403
    assert (await (await door.asking()).post(DECODE, json={"payloads": [payload]})).status_code == 401


async def test_an_erased_key_is_said_beside_what_can_be_read(door: Door) -> None:
    job_id = await parked_van(door.house)
    erased, kept = await sealed(door, f"job-{job_id}"), await sealed(door, "shared")
    house = door.house
    await DataKeys(house.database, house.settings.keys(), house.clock).erase_job(job_id, house.now())
    unknown = as_json(Payload(metadata={"encoding": b"binary/encrypted", "key-id": b"job-NOBODY"}, data=b"x" * 40))
    open_already = as_json(pydantic_data_converter.payload_converter.to_payloads(["never encrypted"])[0])
    asked = [erased, kept, unknown, open_already]
    answer = await (await door.asking("otto")).post(DECODE, json={"payloads": asked})
    told = [plain(each) for each in answer.json()["payloads"]]
    assert told[1] == b'{"who":"client"}'
    assert told[3] == b'"never encrypted"'
    assert told[0] == told[2] == b'"cannot be read: its key was erased, or is not one of ours"'
    with pytest.raises(KeyError):
        await house.data_keys.data_key("job-NOBODY")


async def test_what_is_no_payload_is_told_so(door: Door) -> None:
    otto = await door.asking("otto")
    answer = await otto.post(DECODE, json={"payloads": [{"metadata": {"encoding": "?!"}, "data": ""}]})
    assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (422, "invalid")
    assert "payloads[0] is not base64" in answer.json()["detail"]


async def test_only_temporals_own_pages_may_ask_from_a_browser(door: Door) -> None:
    door = with_pages(door)
    job_id = await parked_van(door.house)
    body = {"payloads": [await sealed(door, f"job-{job_id}")]}
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "content-type,x-namespace"}
    anybody = await door.asking()
    for origin, status in ((UI, 204), ("http://localhost:8233", 204), ("https://evil.example", 405)):
        answer = await anybody.options(DECODE, headers={**asks, "origin": origin})
        assert answer.status_code == status
        assert answer.headers.get("access-control-allow-origin") == (origin if status == 204 else None)
    token = await door.token("otto")
    cookies = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=door.app), base_url="http://test", cookies={"allin_session": token}
    )
    read = await cookies.post(DECODE, json=body, headers={"origin": UI, "sec-fetch-site": "same-site"})
    assert (read.status_code, read.headers["access-control-allow-origin"]) == (200, UI)
    assert read.headers["access-control-allow-credentials"] == "true"
    forged = await cookies.post(DECODE, json=body, headers={"origin": "https://evil.example"})
    assert (forged.status_code, forged.headers.get("access-control-allow-origin")) == (403, None)
    elsewhere = await cookies.post("/api/session", json={"person": "ann"}, headers={"origin": UI})
    assert elsewhere.status_code == 403, "the pages of Temporal may use the codec, nothing else"


def test_a_flood_of_payloads_has_its_own_limit() -> None:
    assert PER_ADDRESS["/api/temporal/codec"].amount == 1200
