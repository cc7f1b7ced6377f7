"""The simulated people: they read their mail and, when their time has come, answer the link in it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx2

from . import clock, debts
from .people_book import person, waits_hours
from .people_papers import identity
from .store import Json, Store

LINK = re.compile(r"https?://[^\s\"'<>/]+(/([aif])/[A-Za-z0-9_.~:=-]+)")
ROLES = {"a": "client", "i": "collaborator", "f": "finance"}
ANSWERED = frozenset({404, 409, 410})
"""Somebody else was first, or the link is no longer needed."""
PATIENCE_SECONDS = 10


@dataclass(frozen=True)
class Act:
    """One thing a person is about to do over HTTP."""

    errand: Json
    step: int
    path: str
    body: Json


def read_mails(store: Store) -> None:
    """Everybody opens their new mails: links become errands, requests for money become debts."""
    for unread in store.find("people", "unread_mail"):
        store.drop("people", "unread_mail", unread["id"])
        mail = store.get("mail", "message", unread["message_id"]) or {}
        debts.read_mail(store, unread["address"], mail)
        for path, kind in dict.fromkeys(LINK.findall(f"{mail['text']}\n{mail['html'] or ''}")):
            _note(store, unread["address"], path.rstrip("."), kind, mail)


def _note(store: Store, email: str, path: str, kind: str, mail: Json) -> None:
    """A reminder of an open errand changes nothing; the same link mailed after it was done is a new one."""
    known = store.find("people", "errand", topic=path)
    if any(not one["done"] for one in known):
        return
    id = f"{path}#{mail['message_id']}"
    errand = {"id": id, "path": path, "kind": kind, "email": email, "mailed_at": mail["sent_at"]}
    store.put("people", "errand", id, errand | {"step": 0, "done": False, "last": None}, topic=path)
    store.put("people", "open_errand", id, {"id": id})


def due(store: Store, now: datetime) -> list[Act]:
    """What people do now."""
    acts: list[Act] = []
    for opened in store.find("people", "open_errand"):
        errand = store.get("people", "errand", opened["id"]) or {}
        known = person(store, errand["email"])
        waits = timedelta(hours=waits_hours(known, ROLES[errand["kind"]]))
        if known["behaviour"] != "silent" and clock.instant(errand["mailed_at"]) + waits <= now:
            acts.append(_act(errand, known))
    return acts


def _act(errand: Json, known: Json) -> Act:
    if errand["step"] == 1:
        return Act(errand, 1, f"{errand['path']}/sign", {})
    return Act(errand, 0, errand["path"], _answer(errand, known))


def _answer(errand: Json, known: Json) -> Json:
    if known["behaviour"] != "answers":
        answer = "refuse" if known["behaviour"] == "refuses" else "changes"
        return {"answer": answer, "reason": known["reason"]}
    if errand["kind"] == "i":
        return {"answer": "accept", **identity(errand["email"], known)}
    return {"answer": "approve"} if errand["kind"] == "f" else {"answer": "accept", "begin_now": True}


async def perform(client: httpx2.AsyncClient, act: Act, now: datetime) -> tuple[bool, str]:
    """Do it; whether that was an answer, and what came back."""
    headers = {"Date": clock.http_date(now), "Accept": "application/json"}
    try:
        reply = await client.post(act.path, json=act.body, headers=headers, timeout=PATIENCE_SECONDS)
        if named := _named(reply) & act.body.keys():
            rest = {name: value for name, value in act.body.items() if name not in named}
            reply = await client.post(act.path, json=rest, headers=headers, timeout=PATIENCE_SECONDS)
    except httpx2.TransportError as error:
        return False, f"{type(error).__name__}: {error}"
    said = f"{reply.status_code} {reply.text[:200]}"
    if reply.status_code in ANSWERED:
        return not _not_yet(reply), said
    return reply.status_code < 400, said


def _named(reply: httpx2.Response) -> set[str]:
    """The fields a refused form names: known already, they are left as they are."""
    if reply.status_code != 422 or "json" not in reply.headers.get("content-type", ""):
        return set()
    told = reply.json()
    errors = told.get("errors", []) if isinstance(told, dict) else []
    return {str(one.get("where", "")).rpartition(".")[2] for one in errors if isinstance(one, dict)}


def _not_yet(reply: httpx2.Response) -> bool:
    """A 409 that says "later" is no answer."""
    if reply.status_code != 409 or "json" not in reply.headers.get("content-type", ""):
        return False
    told = reply.json()
    return isinstance(told, dict) and str(told.get("type", "")).endswith("not-yet")


def done(store: Store, act: Act, answered: bool, said: str) -> None:
    """Write down how it went; who accepted as crew still has to sign."""
    errand = act.errand | {"last": said}
    if answered:
        signs = act.step == 0 and errand["kind"] == "i" and act.body["answer"] == "accept"
        errand |= {"step": 1} if signs else {"done": True}
    store.put("people", "errand", errand["id"], errand)
    if errand["done"]:
        store.drop("people", "open_errand", errand["id"])
