"""The insurer: what happened, reported and followed. An interface of our own: `sandbox/README.md` describes it."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from domain.incident_claims import COLLECTIVE, EvidenceFile, IncidentClaim, IncidentReport, InsurersIncident
from domain.money import ZERO, cents
from partners.http import PartnerHttp, PartnerMessage, in_path
from partners.insurance import Collectives, InsurerHttp, Loss


class PaperSent(PartnerMessage):
    """A paper, base64."""

    name: str
    content_type: str
    content: str


class ReportSent(PartnerMessage):
    """What happened."""

    reference: str
    kind: str
    policy_number: str
    happened_on: date
    description: str
    person_reference: str | None
    pay_to_iban: str
    evidence: tuple[PaperSent, ...]


class MorePapers(PartnerMessage):
    """What was asked for."""

    documents: tuple[PaperSent, ...]


class IncidentAsKept(PartnerMessage):
    """Something that happened, as the insurer has it."""

    incident_id: str
    number: str
    status: Literal["declared", "documents_asked", "assessing", "settled", "refused"]
    reported_in_time: bool = True
    documents_asked: str = ""
    evidence: tuple[str, ...] = ()
    loss_eur: Decimal | None = None
    granted_eur: Decimal | None = None
    excess_eur: Decimal | None = None
    pays_person: bool = False
    asked_at: datetime | None = None
    refused_because: str | None = None

    def kept(self) -> InsurersIncident:
        """The same in our words."""
        return InsurersIncident(
            incident_id=self.incident_id,
            number=self.number,
            state=self.status,
            reported_in_time=self.reported_in_time,
            documents_asked=self.documents_asked,
            evidence=self.evidence,
            loss_eur=None if self.loss_eur is None else cents(self.loss_eur),
            granted_eur=None if self.granted_eur is None else cents(self.granted_eur),
            excess_eur=cents(self.excess_eur or ZERO),
            pays_person=self.pays_person,
            asked_at=self.asked_at,
            refused_because=self.refused_because or "-",
        )


class IncidentsFound(PartnerMessage):
    """What was reported under one reference."""

    incidents: tuple[IncidentAsKept, ...] = ()


class IncidentsHttp:
    """The insurer over HTTP, as far as what happened goes."""

    def __init__(self, http: PartnerHttp) -> None:
        self._http = http
        self._insurer = InsurerHttp(http)

    async def policy_number(self, claim: IncidentClaim) -> str | None:
        """The policy of the claim's cover that is in force on the day; None when there is none."""
        if claim.cover in COLLECTIVE:
            day = claim.happened_on.isoformat()
            params = {"from_on": day, "until_on": day, "country": claim.country}
            standing = await self._http.ask("GET", "/collective-covers", Collectives, params=params)
            fits = (one for one in standing.covers if one.cover == claim.cover and one.in_force)
            return next((one.policy_number for one in fits), None)
        if claim.policy_reference is None:
            return None
        bound = [one for one in await self._insurer.find(claim.policy_reference) if one.state == "bound"]
        return bound[0].policy_number if bound else None

    async def incidents(self, reference: str) -> tuple[InsurersIncident, ...]:
        """Everything reported under this reference, oldest first."""
        found = await self._http.ask("GET", "/incidents", IncidentsFound, params={"reference": reference})
        return tuple(one.kept() for one in found.incidents)

    async def report(self, told: IncidentReport, evidence: Iterable[EvidenceFile], key: str) -> InsurersIncident:
        """Tell the insurer what happened."""
        body = ReportSent(
            reference=told.reference,
            kind=told.kind,
            policy_number=told.policy_number,
            happened_on=told.happened_on,
            description=told.description,
            person_reference=told.person,
            pay_to_iban=told.pay_to_iban,
            evidence=_sent(evidence),
        )
        return (await self._http.ask("POST", "/incidents", IncidentAsKept, body=body, key=key)).kept()

    async def incident_loss(self, incident_id: str, loss_eur: Decimal, key: str) -> InsurersIncident:
        """Tell the insurer what it costs."""
        path = f"/incidents/{in_path(incident_id)}/loss"
        return (await self._http.ask("POST", path, IncidentAsKept, body=Loss(loss_eur=loss_eur), key=key)).kept()

    async def add_documents(self, incident_id: str, evidence: Iterable[EvidenceFile], key: str) -> InsurersIncident:
        """Send what the insurer asked for."""
        path, body = f"/incidents/{in_path(incident_id)}/documents", MorePapers(documents=_sent(evidence))
        return (await self._http.ask("POST", path, IncidentAsKept, body=body, key=key)).kept()


def _sent(evidence: Iterable[EvidenceFile]) -> tuple[PaperSent, ...]:
    return tuple(
        PaperSent(name=one.name, content_type=one.media_type, content=b64encode(one.content).decode())
        for one in evidence
    )
