"""The bailiff: summons, a month to react, the record of non-contestation, the title.

Source: Judicial Code, art. 1394/20 to 1394/27 (undisputed debts between enterprises); the days a
bailiff takes before serving and the register before giving the title are made up.
"""

import calendar
from datetime import datetime, timedelta
from decimal import Decimal

from . import clock, dossiers
from .desk import Call, Visit, partner_router
from .dossiers import DOSSIER, DossierRequest, Step
from .people_book import person
from .problems import ProblemResponse
from .store import Json

router = partner_router("bailiff")
ACCEPTS_AFTER, SERVES_AFTER = timedelta(days=1), timedelta(days=5)
PAYS_AFTER, CONTESTS_AFTER, TITLE_AFTER = timedelta(days=14), timedelta(days=20), timedelta(days=10)
RECORD_AFTER = timedelta(days=8)
COSTS_EUR = Decimal("120.49")
"""Summons and record, made up: the tariff in force is not published in a form we can cite."""


@router.post("/dossiers", status_code=201)
async def open_dossier(body: DossierRequest, call: Call) -> Json:
    """Take a dossier; what follows is the debtor's choice."""
    _admissible(call, body)
    pays = person(call.store, str(body.debtor.get("email") or ""))["on_summons"]
    steps = _steps(body.route, pays, call.now)
    dossier = dossiers.open_dossier(call, body, steps, {"costs_eur": str(COSTS_EUR)})
    if steps[-1][0] == "paid":
        _promise(call, body, dossier["dossier_id"], steps[-1][1])
    return dossier


def _admissible(call: Visit, body: DossierRequest) -> None:
    if body.route == "court":
        raise ProblemResponse("refused", "a court needs the lawyer, not the bailiff")
    if body.route == "amicable":
        return
    if not (body.creditor.get("enterprise_number") and body.debtor.get("enterprise_number")):
        raise ProblemResponse("refused", "administrative recovery is for debts between enterprises only")
    known = any(one["mandate"] == body.mandate for one in call.store.find("lawyer", DOSSIER))
    if not body.mandate or not known:
        raise ProblemResponse("refused", "the mandate of the creditor's lawyer is needed")


def a_month_after(moment: datetime) -> datetime:
    """The same day of the next month, or its last. Source: Judicial Code, art. 54 (terms in months)."""
    year, month = moment.year + moment.month // 12, moment.month % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def _steps(route: str, debtor: str, now: datetime) -> list[Step]:
    steps: list[Step] = [("received", now), ("accepted", now + ACCEPTS_AFTER)]
    served = now + SERVES_AFTER
    if route == "administrative_recovery":
        steps.append(("summons_served", served))
    if debtor == "pays":
        return [*steps, ("paid", served + PAYS_AFTER)]
    if route == "amicable":
        return [*steps, ("unpaid", a_month_after(served))]
    if debtor == "contests":
        return [*steps, ("contested", served + CONTESTS_AFTER)]
    record = a_month_after(served) + RECORD_AFTER
    return [*steps, ("not_contested", record), ("enforceable", record + TITLE_AFTER)]


def _promise(call: Visit, body: DossierRequest, id: str, at: datetime) -> None:
    """The debtor will pay what is claimed straight to the creditor's account."""
    promise = {
        "id": id,
        "on": str(clock.day_of(at)),
        "iban": body.iban or call.settings.cooperative_iban,
        "amount_eur": str(body.claim.total()),
        "payer": str(body.debtor.get("email") or body.debtor.get("name") or "debtor"),
        "name": str(body.debtor.get("name") or ""),
        "reference": body.structured_communication,
    }
    call.store.put("bank", "promise", id, promise)


@router.get("/dossiers")
async def find_dossiers(reference: str, call: Call) -> Json:
    """The dossiers with our reference."""
    return dossiers.found(call, reference)


@router.get("/dossiers/{id}")
async def get_dossier(id: str, call: Call) -> Json:
    """One dossier."""
    return dossiers.dossier_status(call, call.must(DOSSIER, id))


@router.post("/dossiers/{id}/withdraw")
async def withdraw_dossier(id: str, call: Call) -> Json:
    """Take it back."""
    return dossiers.withdraw(call, id)
