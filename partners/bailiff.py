"""Lawyer and bailiff: handing a dossier over, and following it.

The interface is ours: the bailiffs' own platforms have none that is public. The routes are those of the Judicial
Code, art. 1394/20 to 1394/27 (administrative recovery, at the request of a lawyer), and amicable collection.
"""

import base64
from decimal import Decimal

from domain.money import ZERO, Eur
from domain.services.debt_collection import Dossier, DossierState, DossierStep
from partners.http import Nothing, PartnerHttp, PartnerMessage, in_path


class DossierParty(PartnerMessage):
    """Creditor or debtor."""

    name: str
    enterprise_number: str | None = None
    email: str | None = None
    country: str = "BE"


class Claimed(PartnerMessage):
    """What is claimed, on the day it was calculated."""

    principal_eur: str
    interest_eur: str
    costs_eur: str
    due_on: str
    calculated_on: str


class DossierDocument(PartnerMessage):
    """One piece of the dossier."""

    name: str
    content_type: str
    content: str


class DossierToOpen(PartnerMessage):
    """A dossier to take on."""

    reference: str
    route: str
    mandate: str | None = None
    title: str | None = None
    creditor: DossierParty
    debtor: DossierParty
    claim: Claimed
    iban: str
    structured_communication: str
    documents: tuple[DossierDocument, ...]


class Owed(PartnerMessage):
    """What the office takes to be owed of the principal."""

    principal_eur: Eur = ZERO


class KeptDossier(PartnerMessage):
    """A dossier as it stands."""

    dossier_id: str
    status: str
    mandate: str | None = None
    history: tuple[DossierStep, ...] = ()
    claim: Owed = Owed()
    costs_eur: Eur = ZERO


class PlanAnswered(PartnerMessage):
    """Whether we agree to the instalments the debtor asks for."""

    agreed: bool


class LowerBalance(PartnerMessage):
    """What is still owed of the principal."""

    principal_eur: str


class KeptDossiers(PartnerMessage):
    """The dossiers under one reference."""

    dossiers: tuple[KeptDossier, ...] = ()


class DossierOffice:
    """A lawyer's or a bailiff's office over HTTP."""

    def __init__(self, http: PartnerHttp) -> None:
        self._http = http

    async def open(self, *, key: str, dossier: Dossier) -> DossierState:
        """Hand a dossier over once; asks by our reference first."""
        if (earlier := await self.known(dossier.reference)) is not None:
            return earlier
        return _state(await self._http.ask("POST", "/dossiers", KeptDossier, key=key, body=_spoken(dossier)))

    async def known(self, reference: str) -> DossierState | None:
        """The dossier with our reference, when it was handed over."""
        found = await self._http.ask("GET", "/dossiers", KeptDossiers, params={"reference": reference})
        return _state(found.dossiers[0]) if found.dossiers else None

    async def state(self, dossier_id: str) -> DossierState:
        """How far a dossier is."""
        return _state(await self._http.ask("GET", f"/dossiers/{in_path(dossier_id)}", KeptDossier))

    async def withdraw(self, dossier_id: str, key: str) -> None:
        """Take a dossier back: the client has paid."""
        await self._http.send("POST", f"/dossiers/{in_path(dossier_id)}/withdraw", key=key, content=b"{}")

    async def suspend(self, dossier_id: str, key: str) -> DossierState:
        """Do nothing more until told to go on: the client disputes the debt."""
        return await self._told(dossier_id, "suspend", key)

    async def resume(self, dossier_id: str, key: str) -> DossierState:
        """Go on where it was suspended."""
        return await self._told(dossier_id, "resume", key)

    async def answer_plan(self, dossier_id: str, key: str, *, agreed: bool) -> DossierState:
        """Agree to the instalments the client asks for, or not."""
        return await self._told(dossier_id, "plan", key, PlanAnswered(agreed=agreed))

    async def lower(self, dossier_id: str, key: str, principal_eur: Decimal) -> DossierState:
        """So much is still owed: the rest came straight to us, or was credited."""
        return await self._told(dossier_id, "balance", key, LowerBalance(principal_eur=str(principal_eur)))

    async def _told(self, dossier_id: str, what: str, key: str, body: PartnerMessage | None = None) -> DossierState:
        place = f"/dossiers/{in_path(dossier_id)}/{what}"
        return _state(await self._http.ask("POST", place, KeptDossier, key=key, body=body or Nothing()))


def _state(kept: KeptDossier) -> DossierState:
    return DossierState(
        dossier_id=kept.dossier_id,
        status=kept.status,
        mandate=kept.mandate,
        history=kept.history,
        principal_eur=kept.claim.principal_eur,
        costs_eur=kept.costs_eur,
    )


def _spoken(dossier: Dossier) -> DossierToOpen:
    return DossierToOpen(
        reference=dossier.reference,
        route=dossier.route,
        mandate=dossier.mandate,
        title=dossier.title,
        creditor=DossierParty(name=dossier.creditor_name, enterprise_number=dossier.creditor_number),
        debtor=DossierParty(
            name=dossier.debtor_name,
            enterprise_number=dossier.debtor_number,
            email=dossier.debtor_email,
            country=dossier.debtor_country,
        ),
        claim=Claimed(
            principal_eur=str(dossier.principal_eur),
            interest_eur=str(dossier.interest_eur),
            costs_eur=str(dossier.costs_eur),
            due_on=dossier.due_on.isoformat(),
            calculated_on=dossier.calculated_on.isoformat(),
        ),
        iban=dossier.iban,
        structured_communication=dossier.payment_reference,
        documents=tuple(
            DossierDocument(
                name=name,
                content_type="application/pdf" if name.endswith(".pdf") else "application/xml",
                content=base64.b64encode(content).decode(),
            )
            for name, content in dossier.documents
        ),
    )
