"""The lawyer: at whose request the bailiff acts. Source: Judicial Code, art. 1394/20 and following."""

from datetime import timedelta

from . import dossiers
from .desk import Call, partner_router
from .dossiers import DOSSIER, DossierRequest
from .problems import ProblemResponse
from .store import Json

router = partner_router("lawyer")
ACCEPTS_AFTER = timedelta(days=2)


@router.post("/dossiers", status_code=201)
async def open_dossier(body: DossierRequest, call: Call) -> Json:
    """Take a dossier; two days later it is accepted with a mandate for the bailiff."""
    if body.route == "administrative_recovery" and not body.debtor.get("enterprise_number"):
        raise ProblemResponse("refused", "administrative recovery is for debts between enterprises only")
    number = call.store.count(call.partner, DOSSIER) + 1
    steps = [("received", call.now), ("accepted", call.now + ACCEPTS_AFTER)]
    extra = {"mandate": f"MAN-{call.now.year}-{number:06d}", "costs_eur": "0.00"}
    return dossiers.open_dossier(call, body, steps, extra)


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
