"""A demonstration in full swing: several members, jobs in every part of their life, partners that fail."""

import json
import os
import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zlib import crc32

import httpx2

from domain.declaration import load_declaration
from tests.allin.stack import ROOT, UpAndRunning

A_DAY = timedelta(days=1)
DAY_SECONDS = 1.5
"""One calendar day of the demonstration takes so long."""
SETTLES = 4.0
"""Seconds after which everything that goes by itself has gone."""
DAYS_MORE = 3
HOME = {"street": "Quai du Batelage", "house_number": "12", "postal_code": "1000", "city": "Bruxelles"}
MEMBERS = ("ann", "milo", "sofia")
PAYS_AT_ONCE = ("Atelier Nord (fictive)", "compta@atelier-nord.example")
PAYS_LATE = ("Café De Zaak (fictief)", "zaak@cafe.example")
WANTS_CHANGES = ("Museum aan de Leie (fictief)", "directie@museum.example")
SAYS_NOTHING = ("Théâtre du Parc (fictive)", "info@theatre.example")
ANSWERS = ("Gare & Cie (fictive)", "gare@client.example")
PEOPLE: dict[str, dict[str, Any]] = {
    PAYS_AT_ONCE[1]: {"pays_after_days": 2},
    PAYS_LATE[1]: {"pays_after_days": 60},
    WANTS_CHANGES[1]: {"behaviour": "asks_for_changes"},
    SAYS_NOTHING[1]: {"behaviour": "silent"},
}
"""Clients, and how they behave."""


def living_house(running: UpAndRunning) -> dict[str, str]:
    """Declare, let partners fail, let six weeks pass, and stop the clock; the job ids by name."""
    ann, milo, sofia = (_door(running.address, name) for name in MEMBERS)
    today = _turn(ann, "play")
    for email, how in PEOPLE.items():
        _sandbox(running, "people", {"email": email, "role": "client", "after_hours": 3, **how})
    jobs = {
        "paid": _declare(ann, _concert(today, 9, "Duo for an opening", PAYS_AT_ONCE)),
        "late": _declare(milo, _lesson(today, 8, "Atelier tekenen, eerste reeks", PAYS_LATE)),
    }
    _wait(ann, today + 34 * A_DAY)
    today = _turn(ann, "pause")
    for partner, fault in (("railway", "503"), ("supplier", "422")):
        _sandbox(running, "faults", {"partner": partner, "fault": fault})
    jobs |= {
        "concert": _declare(ann, _example("concert", today, 24)),
        "soon": _declare(ann, _concert(today, 6, "Brass at the station", ANSWERS)),
        "silent": _declare(ann, _concert(today, 30, "Fête de la musique", SAYS_NOTHING)),
        "changes": _declare(milo, _lesson(today, 20, "Workshop in het museum", WANTS_CHANGES)),
        "shoot": _declare(sofia, _example("shoot", today, 40) | {"price_eur": "14500.00"}),
    }
    for evening in range(1, 5):
        jobs[f"tour{evening}"] = _declare(ann, _on_tour(today, evening))
    for _ in range(DAYS_MORE):  # a playing clock waits for whoever is asked to decide
        time.sleep(SETTLES)
        _turn(ann, "next_day")
    time.sleep(SETTLES)
    return jobs


def _door(address: str, person: str) -> httpx2.Client:
    token = httpx2.post(f"{address}/api/session", json={"person": person}, timeout=60).json()["token"]
    return httpx2.Client(base_url=address, timeout=60, headers={"authorization": f"Bearer {token}"})


def _turn(door: httpx2.Client, do: str) -> date:
    return date.fromisoformat(door.post("/api/demo/clock", json={"do": do}).json()["today"])


def _wait(door: httpx2.Client, until: date) -> None:
    while _turn(door, "play") < until:
        time.sleep(1)


def _sandbox(running: UpAndRunning, what: str, body: Mapping[str, Any]) -> None:
    address = f"http://127.0.0.1:{running.running['sandbox_port']}/admin/{what}"
    httpx2.post(address, json=body, timeout=60).raise_for_status()


def _declare(door: httpx2.Client, told: Mapping[str, Any]) -> str:
    answer = door.post("/api/jobs", json=told, headers={"idempotency-key": os.urandom(8).hex()})
    if answer.status_code != 202:
        quote = answer.json().get("quote", {})
        raise AssertionError(str([quote.get("missing"), quote.get("refusals"), answer.json().get("errors")]))
    return str(answer.json()["job_id"])


def _example(name: str, today: date, in_days: int) -> dict[str, Any]:
    """One of the examples, its days moved ahead of today."""
    told = load_declaration((ROOT / "examples" / f"{name}.yaml").read_text())
    body: dict[str, Any] = json.loads(told.model_dump_json(exclude_unset=True))
    shift = today + in_days * A_DAY - date.fromisoformat(body["days"][0]["date"])
    for one in body["days"]:
        one["date"] = (date.fromisoformat(one["date"]) + shift).isoformat()
    for one in body["crew"]:
        if "days" in one:
            one["days"] = [(date.fromisoformat(on) + shift).isoformat() for on in one["days"]]
    body.get("prefinancing", {}).pop("subsidy", None)
    return body


def _number(name: str) -> str:
    """An enterprise number that nobody has, the same for the same name: eight digits and their check."""
    base = 10_000_100 + crc32(name.encode()) % 800_000
    return f"{base}{97 - base % 97:02d}"


def _base(today: date, in_days: int, title: str, client: tuple[str, str], language: str) -> dict[str, Any]:
    on = (today + in_days * A_DAY).isoformat()
    return {
        "title": title,
        "description": title,
        "client": {
            "kind": "company",
            "name": client[0],
            "enterprise_number": _number(client[0]),
            "address": HOME,
            "language": language,
            "email": client[1],
            "payment_days": 14,
        },
        "days": [{"date": on, "starts": "14:00", "ends": "18:00", "place": "Bruxelles"}],
        "agreement": {"how": "link"},
    }


def _concert(today: date, in_days: int, title: str, client: tuple[str, str]) -> dict[str, Any]:
    zoe = {"item": "zoe", "name": "Zoé Lefèvre", "email": "zoe@crew.example", "function": "musician", "share": 1}
    return _base(today, in_days, title, client, "fr") | {
        "profile": "live-arts",
        "price_eur": "1250.00",
        "vat": {"performance_or_licence": True, "advertising": False},
        "crew": [{"item": "ann", "member": True, "name": "Ann Peeters", "function": "singer", "share": 2}, zoe],
    }


def _on_tour(today: date, evening: int) -> dict[str, Any]:
    """One evening of a tour, with a train and a rented desk."""
    told = _concert(today, 25 + evening, f"Tournée, soir {evening}", ANSWERS)
    told["travel"] = {"travellers": ["ann"], "from_place": "Bruxelles-Midi", "to_place": "Liège-Guillemins"}
    told["equipment"] = {"items": [{"article": "light-desk", "quantity": 1}]}
    return told


def _lesson(today: date, in_days: int, title: str, client: tuple[str, str]) -> dict[str, Any]:
    return _base(today, in_days, title, client, "nl") | {
        "profile": "teaching",
        "price_eur": "640.00",
        "vat": {"performance_or_licence": False, "advertising": False},
        "crew": [{"item": "milo", "member": True, "name": "Milo Verbeke", "function": "teacher", "share": 1}],
    }
