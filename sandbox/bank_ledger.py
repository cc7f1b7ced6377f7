"""The bank's books: dated entries per account, and no more on a day whose statement was handed out."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from . import clock
from .people_papers import iban as iban_of
from .settings import SandboxSettings
from .store import Json, Store, new_id
from .wire import eur

BANK = "bank"
MORNING = time(6)
"""When the statement of the day before is announced."""


class BankAccounts:
    """The accounts, as seen at one moment."""

    def __init__(self, store: Store, settings: SandboxSettings, now: datetime) -> None:
        self.store, self.settings, self.now = store, settings, now
        self.today = clock.day_of(now)

    def account(self, iban: str) -> Json:
        """An account; it exists as soon as it is used."""
        known = self.store.get(BANK, "account", iban)
        if known is None:
            known = {
                "iban": iban,
                "opening_eur": eur(self.settings.opening_balance_eur),
                "closed_through": None,
            }
            self.store.put(BANK, "account", iban, known)
        return known

    def close(self, iban: str, on: date) -> None:
        """A day whose statement was handed out takes no more entries."""
        account = self.account(iban)
        if str(on) > (account["closed_through"] or ""):
            self.store.put(BANK, "account", iban, account | {"closed_through": str(on)})

    def enter(self, iban: str, wanted_on: date, amount: Decimal, what: Json) -> date:
        """Book one entry on the wanted day, or on the first day still open."""
        closed = self.account(iban)["closed_through"]
        on = max(wanted_on, date.fromisoformat(closed) + timedelta(days=1)) if closed else wanted_on
        number = self.store.count(BANK, "entry") + 1
        entry = what | {"number": f"E{number:09d}", "iban": iban, "on": str(on), "amount_eur": eur(amount)}
        self.store.put(BANK, "entry", entry["number"], entry, topic=iban)
        self._announce(iban, on)
        return on

    def _announce(self, iban: str, on: date) -> None:
        if self.store.get(BANK, "announced", f"{iban}/{on}") is not None:
            return
        self.store.put(BANK, "announced", f"{iban}/{on}", {})
        at = datetime.combine(on + timedelta(days=1), MORNING, clock.BRUSSELS)
        self._tell("bank.statement_available", iban, str(on), None, at)

    def _tell(self, type: str, subject: str, status: str, reference: str | None, at: datetime) -> None:
        body = {"type": type, "reference": reference, "subject": subject, "status": status}
        self.store.event(BANK, clock.text(at), body | {"occurred_at": clock.text(at)})

    def _effect(self, kind: str, subject: str, reference: str | None) -> None:
        self.store.effect(clock.text(self.now), BANK, kind, subject, None, reference)

    def entries(self, iban: str) -> list[Json]:
        """All entries of an account in order of day."""
        return sorted(self.store.find(BANK, "entry", topic=iban), key=lambda e: (e["on"], e["number"]))

    def balance(self, iban: str, before: date) -> Decimal:
        """What was on the account when this day began."""
        opening = Decimal(self.account(iban)["opening_eur"])
        return opening + sum(
            (Decimal(e["amount_eur"]) for e in self.entries(iban) if e["on"] < str(before)), Decimal(0)
        )

    def settle(self) -> int:
        """Book what is due by today: transfers, their returns, and payments promised to a bailiff."""
        due = [one for one in self.store.find(BANK, "waiting") if one["execution_on"] <= str(self.today)]
        for transaction in due:
            self._transfer(transaction)
        back = [one for one in self.store.find(BANK, "waiting_return") if one["on"] <= str(self.today)]
        for one in back:
            self._return(one)
        promised = [one for one in self.store.find(BANK, "promise") if one["on"] <= str(self.today)]
        for one in promised:
            self.store.drop(BANK, "promise", one["id"])
            self.receive(one["iban"], Decimal(one["amount_eur"]), one["payer"], one["reference"], None, one["on"])
        return len(due) + len(back) + len(promised)

    def _transfer(self, waiting: Json) -> None:
        self.store.drop(BANK, "waiting", waiting["id"])
        amount, plan = Decimal(waiting["amount_eur"]), self._planned_return(waiting)
        if returned_first := plan is not None and plan.get("first") == "return":
            self._give_back(waiting, waiting["execution_on"], str(plan["reason"]))
        on = self.enter(
            waiting["debtor_iban"],
            date.fromisoformat(waiting["execution_on"]),
            -amount,
            _what(waiting, waiting["creditor_iban"], waiting["creditor_name"], "payment"),
        )
        if self.store.get(BANK, "account", waiting["creditor_iban"]):
            self.enter(waiting["creditor_iban"], on, amount, _what(waiting, waiting["debtor_iban"], "", "receipt"))
        booked = {"status": "ACSC", "booked_on": str(on)}
        if returned_first and plan is not None:
            booked |= {"status": "RTRN", "reason": plan["reason"]}
        self.store.put(BANK, "transaction", waiting["id"], waiting | booked)
        self._effect("payment", waiting["id"], waiting["end_to_end_id"])
        self._tell("bank.payment_booked", waiting["payment_id"], "ACSC", waiting["end_to_end_id"], self.now)
        if plan is not None and not returned_first:
            comes_back = {"on": str(on + timedelta(days=1)), "reason": plan["reason"], "id": waiting["id"]}
            self.store.put(BANK, "waiting_return", waiting["id"], comes_back)

    def _planned_return(self, waiting: Json) -> Json | None:
        """The plan by which this payment comes back, one time less of it left; None when it arrives."""
        plan = self.store.get(BANK, "return_plan", waiting["creditor_iban"])
        if plan is None or plan["times"] == 0:
            return None
        if plan["times"] is not None:
            plan["times"] -= 1
        self.store.put(BANK, "return_plan", waiting["creditor_iban"], plan)
        return plan

    def _return(self, planned: Json) -> None:
        self.store.drop(BANK, "waiting_return", planned["id"])
        paid = self.store.get(BANK, "transaction", planned["id"]) or {}
        self._give_back(paid, planned["on"], planned["reason"])
        returned = {"status": "RTRN", "reason": planned["reason"]}
        self.store.put(BANK, "transaction", planned["id"], paid | returned)

    def _give_back(self, paid: Json, on: str, reason: str) -> None:
        what = _what(paid, paid["creditor_iban"], paid["creditor_name"], "return") | {"reason": reason}
        self.enter(paid["debtor_iban"], date.fromisoformat(on), Decimal(paid["amount_eur"]), what)
        self._effect("return", paid["id"], paid["end_to_end_id"])

    def recall(self, id: str, reason: str) -> bool:
        """The payer's bank takes a payment back: a debit with the same names; False when no such one came in.

        Source: EPC125-05, recall of a credit transfer; the receiving bank has the account holder's leave.
        """
        came_in = next((one for one in self.store.find(BANK, "entry") if one.get("id") == id), None)
        if came_in is None:
            return False
        what = came_in | {"kind": "recall", "reason": reason, "id": f"{id}-recall"}
        self.enter(came_in["iban"], self.today, -Decimal(came_in["amount_eur"]), what)
        self._effect("recall", id, came_in["reference"])
        return True

    def receive(
        self,
        iban: str,
        amount: Decimal,
        payer: str,
        reference: str | None,
        text: str | None,
        on: str | None = None,
    ) -> str:
        """Somebody outside pays onto an account; the entry's number."""
        wanted = max(date.fromisoformat(on), self.today) if on else self.today
        what: Json = {
            "kind": "credit",
            "end_to_end_id": "NOTPROVIDED",
            "reference": _structured(reference),
            "text": text or (None if _structured(reference) else reference),
            "counterparty_iban": iban_of(payer),
            "counterparty_name": payer,
        }
        id = new_id("cr")
        self.enter(iban, wanted, amount, what | {"id": id})
        self._effect("credit", id, reference)
        return id


def _what(transfer: Json, iban: str, name: str, kind: str) -> Json:
    return {
        "kind": kind,
        "end_to_end_id": transfer["end_to_end_id"],
        "reference": transfer.get("reference"),
        "text": transfer.get("text"),
        "counterparty_iban": iban,
        "counterparty_name": name,
    }


def _structured(reference: str | None) -> str | None:
    """The twelve digits of a Belgian structured communication, or an RF reference."""
    compact = "".join(sign for sign in reference or "" if sign.isalnum())
    belgian = len(compact) == 12 and compact.isdecimal()
    return compact if belgian or (compact.startswith("RF") and 5 <= len(compact) <= 25) else None
