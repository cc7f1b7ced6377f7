"""What a lawyer's and a bailiff's office answer alike about the dossiers they hold."""

from fastapi import APIRouter

from . import dossiers
from .desk import Call
from .dossiers import DOSSIER, NewBalance, PlanAnswer
from .instalments import kept_or_broken
from .store import Json


def answer_about_dossiers(router: APIRouter) -> None:
    """Give an office the routes to look at a dossier, stop it, go on with it and change what is owed."""

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

    @router.post("/dossiers/{id}/suspend")
    async def suspend_dossier(id: str, call: Call) -> Json:
        """Do nothing more for now."""
        return dossiers.suspend(call, id)

    @router.post("/dossiers/{id}/resume")
    async def resume_dossier(id: str, call: Call) -> Json:
        """Go on."""
        return dossiers.resume(call, id)

    @router.post("/dossiers/{id}/plan")
    async def answer_plan(id: str, body: PlanAnswer, call: Call) -> Json:
        """Agree to instalments, or not."""
        return dossiers.answer_plan(call, id, body, kept_or_broken(call, id))

    @router.post("/dossiers/{id}/balance")
    async def lower_balance(id: str, body: NewBalance, call: Call) -> Json:
        """Less is owed."""
        return dossiers.lower(call, id, body)
