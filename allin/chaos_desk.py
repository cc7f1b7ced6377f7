"""Finance people of a drawn life on a real installation: what was paid too much, came back, or is owed again."""

from datetime import date
from typing import Any

from allin.chaos_deciding import Asking, Heard
from allin.lives import Life
from allin.lives.dice import Dice
from sandbox.people_papers import iban

FINANCE = "fatima"


class Desk:
    """What lies on the desk of finance people about one job; each thing is decided once."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._done: set[str] = set()
        self._given_back_times = 0

    def settle(self, door: Asking, job_id: str, on: date, heard: Heard) -> None:
        """Decide about everything there is, in the drawn way."""
        mine = f"{self._life.name}"
        for owed in door.told(FINANCE, "/api/bank/credits")["owed"]:
            if owed["job_id"] == job_id and float(owed["owed_eur"]) > 0 and self._once(f"{owed['owed_eur']} {on}"):
                path = f"/api/bank/credits/{job_id}"
                heard("what is owed back", door.ask(FINANCE, "POST", path, json=self._given_back(owed, on, mine)))
        for debt in door.told(FINANCE, "/api/debts/reopened")["reopened"]:
            if debt["job_id"] == job_id and self._once(f"{debt['invoice_id']} {debt['turn']}"):
                how = "give_up" if self._dice(debt["invoice_id"]).chance(0.3) else "collect"
                path = f"/api/debts/{debt['invoice_id']}/again"
                body = {"how": how, "reason": "the bank took it back"}
                heard("what is owed again", door.ask(FINANCE, "POST", path, json=body))
        self._returned(door, job_id, heard)
        for debt in door.told(FINANCE, "/api/debts?state=disputed")["debts"]:
            if debt["job_id"] == job_id and self._once(f"settles {debt['invoice_id']} {on}"):
                path = f"/api/debts/{debt['invoice_id']}/dispute/settle"
                body = {"reason": f"spoke with the client on {on}"}
                heard("a dispute", door.ask(FINANCE, "POST", path, json=body))
        self._held(door, job_id, heard)

    def _held(self, door: Asking, job_id: str, heard: Heard) -> None:
        """What waits because the account bears another name: given back as often as drawn, then paid."""
        for one in door.told(FINANCE, "/api/bank/payees")["held"]:
            if one["job_id"] != job_id or not self._once(f"payee {one['payment_id']} {one['checked_at']}"):
                continue
            wanted = max((holding.given_back for holding in self._life.course.holders), default=0)
            decision = "give_back" if self._given_back_times < wanted else "pay"
            self._given_back_times += decision == "give_back"
            body = {"decision": decision, "reason": "asked the person"}
            heard("a payee", door.ask(FINANCE, "POST", f"/api/bank/payees/{one['payment_id']}", json=body))

    def _given_back(self, owed: dict[str, Any], on: date, mine: str) -> dict[str, Any]:
        kind = "keep" if self._dice(owed["owed_eur"]).chance(0.25) else "refund"
        body = {"kind": kind, "amount_eur": owed["owed_eur"], "reason": f"drawn {kind} of {on}"}
        if owed["payee_iban"] is None and kind == "refund":
            body |= {"payee_name": "The client", "iban": iban(f"payer-{mine}@client.example")}
        return body

    def _returned(self, door: Asking, job_id: str, heard: Heard) -> None:
        """The member enters another account, and what came back is paid again."""
        member = self._life.member
        for one in door.told(FINANCE, "/api/bank/returned")["returned"]:
            if one["job_id"] != job_id:
                continue
            if self._once("another account"):
                body = {"iban": iban(f"new-{member.email}")}
                heard("another account", door.ask(member.slug, "POST", "/api/me", json=body))
            if self._once(f"again {one['payment_id']}"):
                path = f"/api/bank/returned/{one['payment_id']}/again"
                heard("paid again", door.ask(FINANCE, "POST", path, json={"reason": "there is another account"}))

    def _dice(self, about: str) -> Dice:
        return Dice(self._life.seed, self._life.n, about)

    def _once(self, what: str) -> bool:
        fresh = what not in self._done
        self._done.add(what)
        return fresh
