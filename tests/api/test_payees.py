"""Finance decides about a payment whose account bears another name; nobody about one to oneself."""

from pathlib import Path

import httpx2
import pytest

from sandbox.app import create_app
from sandbox.settings import SandboxSettings
from tests.api.conftest import Door
from tests.api.test_bank import a_desk, a_due_wage, door

__all__ = ["door"]
PAYEES = "/api/bank/payees"
WHY = {"decision": "pay", "reason": "seen the bank card"}


@pytest.fixture
async def waits(door: Door, tmp_path: Path) -> str:
    """Ann's wage, whose account bears another name; the payment's id."""
    transport = httpx2.ASGITransport(app=create_app(tmp_path / "other.sqlite", SandboxSettings()))
    async with httpx2.AsyncClient(base_url="http://sandbox", transport=transport) as bank:
        await bank.post("/admin/bank/holders", json={"iban": "BE62510007547061", "name": "Bob Lambert"})
    door.house.desk = a_desk(door.house, transport)
    await a_due_wage(door)
    fay = await door.asking("fay")
    assert (await fay.post("/api/bank/batches")).json()["batches"] == []
    (held,) = (await fay.get(PAYEES)).json()["held"]
    assert (held["code"], held["name"], held["amount_eur"]) == ("NMTC", "Ann Test", "740.11")
    return str(held["payment_id"])


async def test_a_finance_person_pays_all_the_same_and_the_audit_says_who_and_why(door: Door, waits: str) -> None:
    fay = await door.asking("fay")
    assert (await fay.post(f"{PAYEES}/{waits}", json=WHY)).json() == {"held": []}
    again = await fay.post(f"{PAYEES}/{waits}", json=WHY)
    assert (again.status_code, again.json()["type"].split("/")[-1]) == (422, "refused")
    told = [(one.what, one.outcome) for one in await door.house.audit.page()]
    assert told[:2] == [("payee.pay", "NothingHeld"), ("payee.pay", "taken")]
    (made,) = (await fay.post("/api/bank/batches")).json()["batches"]
    assert (made["count"], made["unchecked"]) == (1, 0)


async def test_others_see_or_decide_nothing(door: Door, waits: str) -> None:
    for who, sees, decides in (("ann", 403, 403), ("otto", 403, 403), ("ada", 200, 403)):
        person = await door.asking(who)
        assert (await person.get(PAYEES)).status_code == sees
        assert (await person.post(f"{PAYEES}/{waits}", json=WHY)).status_code == decides


@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
async def test_the_page_of_finance_shows_it_with_both_answers(door: Door, waits: str, lang: str) -> None:
    fay = await door.asking("fay")
    page = (await fay.get(f"/bank?lang={lang}", headers={"accept": "text/html"})).text
    assert f'action="/bank/payees/{waits}"' in page
    assert "Ann Test" in page
    assert "BE62510007547061" not in page
    answer = await fay.post(f"/bank/payees/{waits}", data={"decision": "give_back", "reason": "not her account"})
    assert answer.status_code == 303
    assert (await fay.get(PAYEES)).json() == {"held": []}
