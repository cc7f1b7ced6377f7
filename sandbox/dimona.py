"""Social security: declarations of employment, processed later. Source: Dimona REST v2 (ONSS/RSZ)."""

import secrets
from datetime import date, timedelta

from fastapi import Form, Header, Query, Request, Response

from . import clock
from .desk import Call, Visit, partner_router
from .people_papers import valid_national_number
from .problems import ProblemResponse, missing
from .store import Json, new_id
from .wire import CamelMessage

router = partner_router("dimona")
BASE, PERIODS = "/REST/dimona/v2/declarations", "/REST/dimona/v2/periods"
TOKEN_SECONDS = 600
SIGEDIS_WAIT = timedelta(days=1)
DECLARATION, PERIOD, TOKEN, PLANNED = "declaration", "period", "token", "planned_result"
HOURS = ("startHour", "endHour", "plannedHoursNumber")
REFUSED = frozenset({"SANDBOX-STUDENT-START", "SANDBOX-BEGUN", "SANDBOX-DATES", "SANDBOX-OVERLAP"})
ANOMALIES = {
    "SANDBOX-OVERLAP": ("Une période ouverte chevauche celle-ci", "Een open periode overlapt deze"),
    "SANDBOX-SSIN": ("Numéro national incorrect", "Onjuist rijksregisternummer"),
    "SANDBOX-PERIOD": ("Période inconnue", "Onbekende periode"),
    "SANDBOX-OTHER": (
        "La période est d’un autre employeur ou travailleur",
        "De periode is van een andere werkgever of werknemer",
    ),
    "SANDBOX-STUDENT-START": (
        "La date de début d’un étudiant ne se modifie pas : annuler et déclarer à nouveau",
        "De begindatum van een student wordt niet gewijzigd: annuleren en opnieuw aangeven",
    ),
    "SANDBOX-BEGUN": (
        "L’occupation a commencé : elle ne s’annule plus",
        "De tewerkstelling is begonnen: ze wordt niet meer geannuleerd",
    ),
    "SANDBOX-DATES": ("La fin précède le début", "Het einde ligt voor het begin"),
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
            raise ProblemResponse("invalid-request", f"exactly one of {', '.join(parts)}")
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
        raise ProblemResponse("invalid-request", "grant_type is client_credentials")
    if not client_id and (client_assertion or "").count(".") != 2:
        raise ProblemResponse("unauthorized", "a client_assertion (JWT) or a client_id is needed")
    token = secrets.token_urlsafe(24)
    until = clock.text(call.now + timedelta(seconds=TOKEN_SECONDS))
    call.store.put(call.partner, TOKEN, token, {"until": until})
    return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": scope}


def _signed_in(call: Visit, authorization: str | None) -> None:
    token = call.store.get(call.partner, TOKEN, (authorization or "").removeprefix("Bearer "))
    if token is None or clock.instant(token["until"]) <= call.now:
        raise ProblemResponse("unauthorized", "a valid access token is needed", {"WWW-Authenticate": "Bearer"})


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
    about, told = body.about(), body.as_json()
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
    result, code, period = _in(call, told) if about == "dimonaIn" else _change(call, about, told[about], told)
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
        raise ProblemResponse("invalid-request", f"dimonaIn needs employer, worker and dates: {error}") from error
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
        "workerType": (told["dimonaIn"].get("features") or {}).get("workerType"),
        "cancelled": False,
        **{name: told["dimonaIn"][name] for name in HOURS if told["dimonaIn"].get(name) is not None},
    }
    call.store.put(call.partner, PERIOD, number, period, topic=f"{employer}/{ssin}")
    late = starts < clock.day_of(call.now)
    return ("W", "SANDBOX-LATE", number) if late else ("A", None, number)


def _open_periods(call: Visit, employer: str, ssin: str) -> list[Json]:
    found = call.store.find(call.partner, PERIOD, topic=f"{employer}/{ssin}")
    return [period for period in found if not period["cancelled"]]


def _overlaps(period: Json, starts: date, ends: date) -> bool:
    return bool(period["startDate"] <= str(ends) and period["endDate"] >= str(starts))


def _change(call: Visit, about: str, part: Json, told: Json) -> tuple[str, str | None, str | None]:
    number = str(part.get("periodId"))
    period = call.store.get(call.partner, PERIOD, number)
    if period is None:
        return "B", "SANDBOX-PERIOD", None
    if not _same_parties(period, told):
        return "B", "SANDBOX-OTHER", None
    if period["cancelled"]:
        return "B", "00913-355", number
    code = _cancel(call, period) if about == "dimonaCancel" else _renew(call, period, about, part)
    if code in REFUSED:
        return "B", code, number
    call.store.put(call.partner, PERIOD, number, period)
    return ("W" if code else "A"), code, number


def _same_parties(period: Json, told: Json) -> bool:
    """Who changes a period names its employer and its worker; left out, they are the period's own."""
    employer = (told.get("employer") or {}).get("enterpriseNumber")
    ssin = (told.get("worker") or {}).get("ssin")
    return employer in (None, period["employer"]["enterpriseNumber"]) and ssin in (None, period["worker"]["ssin"])


def _cancel(call: Visit, period: Json) -> str | None:
    """Only what did not begin is cancelled: until the end of its first day, as who never came is told that day."""
    if date.fromisoformat(period["startDate"]) < clock.day_of(call.now):
        return "SANDBOX-BEGUN"
    period["cancelled"] = True
    return None


def _renew(call: Visit, period: Json, about: str, part: Json) -> str | None:
    """An UPDATE changes days, hours and planned hours; an OUT says the last day. Nothing else changes."""
    starts = str(part.get("startDate") or period["startDate"]) if about == "dimonaUpdate" else period["startDate"]
    ends = str(part.get("endDate") or period["endDate"])
    moved = starts != period["startDate"]
    if moved and period.get("workerType") == "STU":
        return "SANDBOX-STUDENT-START"
    if ends < starts:
        return "SANDBOX-DATES"
    today = clock.day_of(call.now)
    if moved and date.fromisoformat(period["startDate"]) < today:
        return "SANDBOX-BEGUN"
    changed = {**period, "startDate": starts, "endDate": ends}
    if _clashes(call, changed):
        return "SANDBOX-OVERLAP"
    period |= {"startDate": starts, "endDate": ends}
    if about == "dimonaUpdate":
        period |= {name: part[name] for name in HOURS if part.get(name) is not None}
    return "SANDBOX-LATE" if moved and date.fromisoformat(starts) < today else None


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


@router.get(PERIODS + "/{number}")
async def get_period(number: str, call: Call, authorization: str | None = Header(None)) -> Json:
    """An employment as it stands after everything that was declared about it."""
    _signed_in(call, authorization)
    return call.must(PERIOD, number)


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
