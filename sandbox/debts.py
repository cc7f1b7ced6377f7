"""What simulated clients owe, one debt per structured communication, and how they pay."""

import re
from datetime import date, timedelta
from decimal import Decimal

from . import clock
from .bank_ledger import BankAccounts
from .people_book import behind, person
from .store import Json, Store
from .wire import eur

STRUCTURED = re.compile(r"\+\+\+\s*(\d{3})\s*/\s*(\d{4})\s*/\s*(\d{5})\s*\+\+\+")
PAYABLE = re.compile(r"Payable:\s*(\d+\.\d{2})\s*EUR")
CREDIT = re.compile(r"Credit:\s*(\d+\.\d{2})\s*EUR")
DUE = re.compile(r"Due:\s*(\d{4}-\d{2}-\d{2})")
ACCOUNT = re.compile(r"IBAN:\s*([A-Z]{2}\d{2}[A-Z0-9 ]{10,30})")
TWELVE = re.compile(r"\d{12}")
RF = re.compile(r"RF\d{2}[0-9A-Z]{1,21}")
RF_PRINTED = re.compile(r"\bRF\d{2}(?: [0-9A-Z]{1,4})+\b")


def _reference(text: str | None) -> str | None:
    """Twelve Belgian digits, or an RF reference without its spaces."""
    compact = re.sub(r"[^0-9A-Z]", "", text or "")
    return compact if TWELVE.fullmatch(compact) or RF.fullmatch(compact) else None


def _asked_under(text: str) -> str | None:
    """The reference a mail asks to pay under."""
    if structured := STRUCTURED.search(text):
        return "".join(structured.groups())
    found = RF_PRINTED.search(text)
    return re.sub(r"\s", "", found.group()) if found else None


def owe(
    store: Store, payer: str, communication: str, amount: str, due_on: str | None, more: Json | None = None
) -> None:
    """Somebody was asked to pay; asked again, the latest amount counts and the first due date stays."""
    known = store.get("people", "debt", communication) or {
        "communication": communication,
        "payer": payer,
        "due_on": due_on,
        "credited_eur": "0.00",
        "paid_eur": "0.00",
        "invoice": None,
        "iban": None,
    }
    told = {name: value for name, value in (more or {}).items() if value}
    store.put("people", "debt", communication, known | told | {"amount_eur": amount}, topic=told.get("invoice"))


def lower(store: Store, debt: Json, amount: str) -> None:
    """A credit note: that much less is owed."""
    credited = eur(Decimal(debt["credited_eur"]) + Decimal(amount))
    store.put("people", "debt", debt["communication"], debt | {"credited_eur": credited})


def read_documents(store: Store, now: str) -> None:
    """Open what the access point delivered since the last time."""
    for unread in store.find("people", "unread_document"):
        if unread["at"] > now:
            continue
        store.drop("people", "unread_document", unread["message_id"])
        message = store.get("peppol", "message", unread["message_id"]) or {}
        _document(store, message["document"])


def _document(store: Store, document: Json) -> None:
    communication = _reference(document["payment_id"])
    if document["kind"] == "CreditNote":
        known = store.find("people", "debt", topic=document["refers_to"]) if document["refers_to"] else []
        if not known and communication and (same := store.get("people", "debt", communication)):
            known = [same]
        for debt in known[:1]:
            lower(store, debt, document["payable_eur"])
    elif communication:
        buyer = document["buyer"]
        payer = behind(store, buyer["endpoint"], buyer["email"])
        more = {"invoice": document["id"], "iban": document["iban"]}
        owe(store, payer, communication, document["payable_eur"], document["due_on"], more)


def read_mail(store: Store, email: str, mail: Json) -> None:
    """A mail that asks for money, or asks for less."""
    text = f"{mail['text']}\n{mail['html'] or ''}"
    communication = _asked_under(text)
    if communication is None:
        return
    if payable := PAYABLE.search(text):
        due, account = DUE.search(text), ACCOUNT.search(text)
        more = {"iban": account[1].replace(" ", "") if account else None}
        owe(store, email, communication, payable[1], due[1] if due else mail["sent_at"][:10], more)
    elif (credit := CREDIT.search(text)) and (debt := store.get("people", "debt", communication)):
        lower(store, debt, credit[1])


def pay(store: Store, books: BankAccounts) -> int:
    """Everybody whose day has come pays what is still open; how many did."""
    paid = 0
    for debt in store.find("people", "debt"):
        open_eur = Decimal(debt["amount_eur"]) - Decimal(debt["credited_eur"]) - Decimal(debt["paid_eur"])
        if open_eur <= 0 or (days := person(store, debt["payer"])["pays_after_days"]) is None:
            continue
        due_on = date.fromisoformat(debt["due_on"]) if debt["due_on"] else clock.day_of(books.now)
        if due_on + timedelta(days=days) > books.today:
            continue
        iban = debt["iban"] or books.settings.cooperative_iban
        books.receive(iban, open_eur, debt["payer"], debt["communication"], None)
        settled = eur(Decimal(debt["paid_eur"]) + open_eur)
        store.put("people", "debt", debt["communication"], debt | {"paid_eur": settled})
        paid += 1
    return paid
