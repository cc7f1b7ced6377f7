"""Social security: declarations of employment, processed later. Source: Dimona REST v2 (ONSS/RSZ)."""

import secrets
from datetime import date, timedelta

from fastapi import Form, Header, Query, Request, Response

from . import clock
from .desk import Call, Visit, partner_router
from .people_papers import valid_national_number
from .problems import Problem, missing
from .store import Json, new_id
from .wire import CamelMessage

router = partner_router("dimona")
BASE = "/REST/dimona/v2/declarations"
TOKEN_SECONDS = 600
SIGEDIS_WAIT = timedelta(days=1)
DECLARATION, PERIOD, TOKEN, PLANNED = "declaration", "period", "token", "planned_result"
ANOMALIES = {
    "SANDBOX-OVERLAP": ("Une période ouverte chevauche celle-ci", "Een open periode overlapt deze"),
    "SANDBOX-SSIN": ("Numéro national incorrect", "Onjuist rijksregisternummer"),
    "SANDBOX-PERIOD": ("Période inconnue", "Onbekende periode"),
    "SANDBOX-LATE": ("Déclarée après le début du travail", "Aangegeven na de aanvang van het werk"),
    "SANDBOX-PLANNED": ("Résultat convenu", "Afgesproken resultaat"),
    "00913-355": ("Déjà annulée", "Reeds geannuleerd"),
}


class Declaration(CamelMessage):
    """One declaration; exactly one of the four parts."""

    employer: Json | None = None
    worker: Json | None = None
    dimona_in: Json | None = None
    dimona_update: Json | None = None
    dimona_out: Json | None = None
    dimona_cancel: Json | None = None

    def about(self) -> str:
        """The part that is filled in."""
        parts = {
            "dimonaIn": self.dimona_in,
            "dimonaUpdate": self.dimona_update,
            "dimonaOut": self.dimona_out,
            "dimonaCancel": self.dimona_cancel,
        }
        named = [name for name, part in parts.items() if part is not None]
        if len(named) != 1:
            raise Problem("invalid-request", f"exactly one of {', '.join(parts)}")
        return named[0]


@router.post("/REST/oauth/v5/token")
async def issue_token(
    call: Call,
    grant_type: str = Form(),
    scope: str = Form(""),
    client_assertion: str | None = Form(None),
    client_id: str | None = Form(None),
) -> Json:
    """A token for a client with a signed assertion or, in the sandbox, just a name."""
    if grant_type != "client_credentials":
        raise Problem("invalid-request", "grant_type is client_credentials")
    if not client_id and (client_assertion or "").count(".") != 2:
        raise Problem("unauthorized", "a client_assertion (JWT) or a client_id is needed")
    token = secrets.token_urlsafe(24)
    until = clock.text(call.now + timedelta(seconds=TOKEN_SECONDS))
    call.store.put(call.partner, TOKEN, token, {"until": until})
    return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": scope}


def _signed_in(call: Visit, authorization: str | None) -> None:
    token = call.store.get(call.partner, TOKEN, (authorization or "").removeprefix("Bearer "))
    if token is None or clock.instant(token["until"]) <= call.now:
        raise Problem("unauthorized", "a valid access token is needed", {"WWW-Authenticate": "Bearer"})


@router.post(BASE, status_code=201)
async def declare(
    body: Declaration,
    request: Request,
    response: Response,
    call: Call,
    authorization: str | None = Header(None),
    x_external_reference: str | None = Header(None),
) -> Json:
    """Take a declaration; its result comes later."""
    _signed_in(call, authorization)
    about, told = body.about(), body.told()
    id = new_id("dm")
    result, code, period = _judge(call, about, told)
    ready = call.now + timedelta(seconds=call.settings.dimona_seconds)
    status = {
        "declarationId": id,
        "result": result,
        "anomalies": [_anomaly(code)] if code else [],
        "period": {"id": period, "href": f"/dimona/REST/dimona/v2/periods/{period}"} if period else None,
    }
    record = told | {
        "declarationId": id,
        "externalReference": x_external_reference,
        "readyAt": clock.text(ready),
        "declarationStatus": status,
    }
    known = call.store.get(call.partner, PERIOD, period) if period else None
    record["worker"] = told.get("worker") or (known or {}).get("worker")
    record["employer"] = told.get("employer") or (known or {}).get("employer")
    ssin = (record["worker"] or {}).get("ssin")
    call.store.put(call.partner, DECLARATION, id, record, reference=x_external_reference, topic=ssin)
    call.effect("declaration", id, x_external_reference)
    call.notify("dimona.processed", id, result, x_external_reference, ready)
    if result == "S":
        call.notify("dimona.processed", id, "A", x_external_reference, ready + SIGEDIS_WAIT)
    response.headers["Location"] = f"{request.url.replace(query='')}/{id}"
    return {"declarationId": id}


def _anomaly(code: str) -> Json:
    french, dutch = ANOMALIES.get(code, ANOMALIES["SANDBOX-PLANNED"])
    return {"code": code, "descriptionFr": french, "descriptionNl": dutch}


def _judge(call: Visit, about: str, told: Json) -> tuple[str, str | None, str | None]:
    """The result, the anomaly and the period: planned by a tester, else by the rules."""
    planned = _planned(call, (told.get("worker") or {}).get("ssin"))
    if planned and planned["result"] == "B":
        return "B", planned["code"] or "SANDBOX-PLANNED", None
    result, code, period = _in(call, told) if about == "dimonaIn" else _change(call, about, told[about])
    if planned and result != "B":
        return planned["result"], planned["code"] or "SANDBOX-PLANNED", period
    return result, code, period


def _planned(call: Visit, ssin: str | None) -> Json | None:
    for plan in call.store.find(call.partner, PLANNED):
        if plan["ssin"] in (None, ssin):
            plan["times"] -= 1
            if plan["times"] > 0:
                call.store.put(call.partner, PLANNED, plan["id"], plan)
            else:
                call.store.drop(call.partner, PLANNED, plan["id"])
            return plan
    return None


def _in(call: Visit, told: Json) -> tuple[str, str | None, str | None]:
    try:
        ssin, employer = str(told["worker"]["ssin"]), str(told["employer"]["enterpriseNumber"])
        starts = date.fromisoformat(told["dimonaIn"]["startDate"])
        ends = date.fromisoformat(told["dimonaIn"].get("endDate") or "9999-12-31")
    except (KeyError, ValueError, TypeError) as error:
        raise Problem("invalid-request", f"dimonaIn needs employer, worker and dates: {error}") from error
    if not valid_national_number(ssin):
        return "B", "SANDBOX-SSIN", None
    if any(_overlaps(one, starts, ends) for one in _open_periods(call, employer, ssin)):
        return "B", "SANDBOX-OVERLAP", None
    number = f"7{call.store.count(call.partner, PERIOD) + 1:011d}"
    period = {
        "id": number,
        "employer": told["employer"],
        "worker": told["worker"],
        "startDate": str(starts),
        "endDate": str(ends),
        "cancelled": False,
    }
    call.store.put(call.partner, PERIOD, number, period, topic=f"{employer}/{ssin}")
    late = starts < clock.day_of(call.now)
    return ("W", "SANDBOX-LATE", number) if late else ("A", None, number)


def _open_periods(call: Visit, employer: str, ssin: str) -> list[Json]:
    found = call.store.find(call.partner, PERIOD, topic=f"{employer}/{ssin}")
    return [period for period in found if not period["cancelled"]]


def _overlaps(period: Json, starts: date, ends: date) -> bool:
    return bool(period["startDate"] <= str(ends) and period["endDate"] >= str(starts))


def _change(call: Visit, about: str, part: Json) -> tuple[str, str | None, str | None]:
    number = str(part.get("periodId"))
    period = call.store.get(call.partner, PERIOD, number)
    if period is None:
        return "B", "SANDBOX-PERIOD", None
    if period["cancelled"]:
        return "B", "00913-355", number
    if about == "dimonaCancel":
        period["cancelled"] = True
    else:
        period["startDate"] = part.get("startDate") or period["startDate"]
        period["endDate"] = part.get("endDate") or period["endDate"]
        if _clashes(call, period):
            return "B", "SANDBOX-OVERLAP", number
    call.store.put(call.partner, PERIOD, number, period)
    return "A", None, number


def _clashes(call: Visit, period: Json) -> bool:
    employer, ssin = period["employer"]["enterpriseNumber"], period["worker"]["ssin"]
    starts, ends = date.fromisoformat(period["startDate"]), date.fromisoformat(period["endDate"])
    others = (one for one in _open_periods(call, employer, ssin) if one["id"] != period["id"])
    return any(_overlaps(one, starts, ends) for one in others)


def _status(call: Visit, record: Json) -> Json | None:
    """Nothing while it is processed; what waits for Sigedis is accepted a day later."""
    ready = clock.instant(record["readyAt"])
    if call.now < ready:
        return None
    status: Json = record["declarationStatus"]
    if status["result"] == "S" and call.now >= ready + SIGEDIS_WAIT:
        return status | {"result": "A", "anomalies": []}
    return status


@router.get(BASE + "/{id}")
async def get_declaration(id: str, call: Call, authorization: str | None = Header(None)) -> Json:
    """The result, once there is one."""
    _signed_in(call, authorization)
    status = _status(call, call.must(DECLARATION, id))
    if status is None:
        raise missing(f"the result of declaration {id}")
    return {"declarationStatus": status}


@router.get(BASE)
async def find_declarations(
    call: Call,
    authorization: str | None = Header(None),
    ssin: str | None = None,
    start_date: str | None = Query(None, alias="startDate"),
    enterprise_number: str | None = Query(None, alias="enterpriseNumber"),
    external_reference: str | None = Query(None, alias="externalReference"),
) -> Json:
    """Declarations by worker, start, employer or our reference."""
    _signed_in(call, authorization)
    found = call.store.find(call.partner, DECLARATION, reference=external_reference, topic=ssin)
    if start_date:
        found = [one for one in found if (one.get("dimonaIn") or {}).get("startDate") == start_date]
    if enterprise_number:
        found = [one for one in found if (one["employer"] or {}).get("enterpriseNumber") == enterprise_number]
    return {"declarations": [one | {"declarationStatus": _status(call, one)} for one in found]}
