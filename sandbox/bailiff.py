"""The bailiff: summons, a month to react, the record of non-contestation, the title, and the seizure it allows.

Source: Judicial Code, art. 1394/20 to 1394/27 (undisputed debts between enterprises); the days a
bailiff takes before serving and the register before giving the title are made up.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from . import clock, dossiers
from .desk import Call, Visit, partner_router
from .dossier_routes import answer_about_dossiers
from .dossiers import DOSSIER, DossierRequest, Step, step
from .instalments import a_month_after, asked
from .people_book import person
from .problems import ProblemResponse
from .store import Json
from .wire import eur

router = partner_router("bailiff")
ACCEPTS_AFTER, SERVES_AFTER = timedelta(days=1), timedelta(days=5)
PAYS_AFTER, CONTESTS_AFTER, TITLE_AFTER = timedelta(days=14), timedelta(days=20), timedelta(days=10)
RECORD_AFTER, SEIZES_AFTER, SOLD_AFTER = timedelta(days=8), timedelta(days=10), timedelta(days=30)
COSTS_EUR = {"administrative_recovery": "120.49", "enforcement": "185.00", "amicable": "0.00"}
"""Summons and record, or the seizure, made up: the tariff in force is not published in a form we can cite. Amicably
the debtor is charged nothing, and so are we."""
REASON = "The work was not what was ordered."


@router.post("/dossiers", status_code=201)
async def open_dossier(body: DossierRequest, call: Call) -> Json:
    """Take a dossier; what follows is the debtor's choice."""
    _admissible(call, body)
    known = person(call.store, str(body.debtor.get("email") or ""))
    number = call.store.count(call.partner, DOSSIER) + 1
    title = f"TIT-B-{call.now.year}-{number:06d}"
    steps = [step("received", call.now), step("accepted", call.now + ACCEPTS_AFTER)]
    if body.route == "enforcement":
        steps += _seizure(known["on_seizure"], call.now, eur(body.claim.total()))
    else:
        steps += _collected(body, known["on_summons"], call.now + SERVES_AFTER, title)
    return dossiers.open_dossier(call, body, steps, {"costs_eur": COSTS_EUR[body.route]})


def _admissible(call: Visit, body: DossierRequest) -> None:
    if body.route in ("court", "european_order", "insolvency"):
        raise ProblemResponse("refused", "a court and a receiver need the lawyer, not the bailiff")
    if body.route == "amicable":
        return
    if body.route == "enforcement":
        if not body.title or body.title not in _titles(call):
            raise ProblemResponse("refused", "nothing is seized without an enforceable title")
        return
    if not (body.creditor.get("enterprise_number") and body.debtor.get("enterprise_number")):
        raise ProblemResponse("refused", "administrative recovery is for debts between enterprises only")
    known = any(one["mandate"] == body.mandate for one in call.store.find("lawyer", DOSSIER))
    if not body.mandate or not known:
        raise ProblemResponse("refused", "the mandate of the creditor's lawyer is needed")


def _titles(call: Visit) -> set[str]:
    """The titles that exist by now."""
    every = [*call.store.find("lawyer", DOSSIER), *call.store.find("bailiff", DOSSIER)]
    return {
        one["title"]
        for dossier in every
        for one in dossier["steps"]
        if one.get("title") and one["at"] <= clock.text(call.now)
    }


def _collected(body: DossierRequest, debtor: str, served: datetime, title: str) -> list[Step]:
    amicable, all_of_it = body.route == "amicable", eur(body.claim.total())
    steps = [] if amicable else [step("summons_served", served)]
    if debtor == "pays":
        return [*steps, step("paid", served + PAYS_AFTER, pays_eur=all_of_it)]
    if debtor == "insolvent":
        return [*steps, step("insolvent", served + PAYS_AFTER, reason="bankruptcy")]
    if debtor == "contests":
        return [*steps, step("contested", served + CONTESTS_AFTER, reason=REASON)]
    if debtor == "asks_plan":
        steps.append(step("plan_asked", served + PAYS_AFTER, plan=asked(Decimal(all_of_it), served + PAYS_AFTER)))
    if amicable:
        return [*steps, step("unpaid", a_month_after(served))]
    record = a_month_after(served) + RECORD_AFTER
    return [*steps, step("not_contested", record), step("enforceable", record + TITLE_AFTER, title=title)]


def _seizure(debtor: str, now: datetime, amount: str) -> list[Step]:
    seized = now + SEIZES_AFTER
    if debtor == "pays":
        return [step("seized", seized), step("paid", seized + SOLD_AFTER, pays_eur=amount)]
    if debtor == "insolvent":
        return [step("insolvent", seized, reason="bankruptcy")]
    return [step("nothing_found", seized)]


answer_about_dossiers(router)
