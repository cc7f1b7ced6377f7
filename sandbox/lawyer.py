"""The lawyer: at whose request the bailiff acts, who goes to court, and who files a claim with a receiver.

Source: Judicial Code, art. 1394/20 and following; Regulation (EC) 1896/2006 for the European order. How long a
court takes, and what it costs, is made up.
"""

from datetime import datetime, timedelta

from . import dossiers
from .desk import Call, Visit, partner_router
from .dossier_routes import answer_about_dossiers
from .dossiers import DOSSIER, DossierRequest, Step, step
from .instalments import asked
from .people_book import person
from .problems import ProblemResponse
from .store import Json
from .wire import eur

router = partner_router("lawyer")
ACCEPTS_AFTER, WRITES_AFTER = timedelta(days=2), timedelta(days=10)
SUMMONS_AFTER, JUDGED_AFTER = timedelta(days=20), timedelta(days=90)
ORDER_AFTER, OPPOSED_WITHIN = timedelta(days=30), timedelta(days=30)
FILED_AFTER, CLOSED_AFTER = timedelta(days=10), timedelta(days=120)
COSTS = {"court": "165.00", "european_order": "165.00"}
"""The court's fee, made up."""
REASON = "The work was not what was ordered."


@router.post("/dossiers", status_code=201)
async def open_dossier(body: DossierRequest, call: Call) -> Json:
    """Take a dossier; two days later it is accepted with a mandate for the bailiff."""
    if body.route in ("amicable", "enforcement"):
        raise ProblemResponse("refused", "amicable recovery and seizure are the bailiff's")
    if body.route == "administrative_recovery" and not body.debtor.get("enterprise_number"):
        raise ProblemResponse("refused", "administrative recovery is for debts between enterprises only")
    if body.route == "european_order":
        _abroad(body)
    number = call.store.count(call.partner, DOSSIER) + 1
    accepted = step("accepted", call.now + ACCEPTS_AFTER)
    steps = [step("received", call.now), accepted, *_course(call, body, number)]
    extra = {"mandate": f"MAN-{call.now.year}-{number:06d}", "costs_eur": COSTS.get(body.route, "0.00")}
    return dossiers.open_dossier(call, body, steps, extra)


def _abroad(body: DossierRequest) -> None:
    """The order is for cross-border claims, on its own form."""
    if body.debtor.get("country") in (None, "DK", body.creditor.get("country")):
        raise ProblemResponse("refused", "the European order is for a debtor in another member state, not Denmark")
    if not any("form-a" in str(one.get("name") or "").lower() for one in body.documents):
        raise ProblemResponse("refused", "the application goes on form A (Regulation (EC) 1896/2006, annex I)")


def _course(call: Visit, body: DossierRequest, number: int) -> list[Step]:
    """What follows once the lawyer has accepted."""
    known, now, all_of_it = person(call.store, str(body.debtor.get("email") or "")), call.now, body.claim.total()
    title = f"TIT-L-{now.year}-{number:06d}"
    if body.route == "insolvency":
        filed, percent = now + FILED_AFTER, known["dividend_percent"]
        end = filed + CLOSED_AFTER
        if percent:
            paid = eur(body.claim.principal_eur * percent / 100)
            return [step("claim_filed", filed), step("dividend", end, pays_eur=paid)]
        return [step("claim_filed", filed), step("nothing_found", end)]
    if body.route == "administrative_recovery":
        return _letter(known["on_lawyer"], now + ACCEPTS_AFTER + WRITES_AFTER, eur(all_of_it), body)
    if body.route == "european_order":
        order = now + ORDER_AFTER
        if known["on_court"] == "contests":
            return [step("summons_served", order), step("contested", order + OPPOSED_WITHIN / 2, reason=REASON)]
        return [step("summons_served", order), step("enforceable", order + OPPOSED_WITHIN, title=title)]
    served = now + SUMMONS_AFTER
    ends = {
        "pays": step("paid", served + WRITES_AFTER, pays_eur=eur(all_of_it)),
        "insolvent": step("insolvent", served + WRITES_AFTER, reason="bankruptcy"),
        "dismissed": step("dismissed", served + JUDGED_AFTER, reason=REASON),
    }
    return [
        step("summons_served", served),
        ends.get(known["on_court"]) or step("enforceable", served + JUDGED_AFTER, title=title),
    ]


def _letter(debtor: str, on: datetime, amount: str, body: DossierRequest) -> list[Step]:
    """The lawyer writes first; most debtors do not answer, and the bailiff is asked."""
    told = {
        "pays": step("paid", on, pays_eur=amount),
        "contests": step("contested", on, reason=REASON),
        "insolvent": step("insolvent", on, reason="bankruptcy"),
        "asks_plan": step("plan_asked", on, plan=asked(body.claim.total(), on)),
    }
    return [told[debtor]] if debtor in told else []


answer_about_dossiers(router)
