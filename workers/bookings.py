"""The services that book things, each with its stores and its partner."""

from activities import (
    equipment,
    insurance,
    insurance_claim,
    insurance_incident,
    special_request,
    travel,
    van_rental,
    workspace,
)
from partners.equipment import SupplierHttp
from partners.insurance import InsurerHttp
from partners.insurance_incidents import IncidentsHttp
from partners.travel import OsdmRailway
from partners.van_rental import TompHirer
from storage.jobs.deadlines import Deadlines
from storage.jobs.documents import Documents
from storage.jobs.incident_files import IncidentFiles
from storage.jobs.reported_events import Happenings
from storage.jobs.summaries import JobSummaries
from storage.money.claim_money import ClaimMoney
from storage.money.ledger import LedgerStore
from storage.people.entities import Entities
from storage.people.people import People
from storage.services.equipment import StockStore
from storage.services.insurance_claims import InsuranceClaimStore
from storage.services.van_rental import FleetStore
from storage.services.workspace import RoomStore
from workers.printer import Press
from workers.site import OnSite


def services(site: OnSite) -> tuple[object, ...]:
    """Each booking service, bound to what it works with."""
    database, clock, partners = site.database, site.clock, site.partners
    entities, people = Entities(database), People(database)
    papers, ledger = Documents(database, clock), LedgerStore(database)
    return (
        van_rental.VanRental(FleetStore(database), TompHirer(partners.to("vans")), ledger, clock),
        equipment.Equipment(StockStore(database), SupplierHttp(partners.to("supplier")), entities, ledger, clock),
        travel.Travel(OsdmRailway(partners.to("railway")), people, papers, ledger, clock),
        insurance.Insurance(
            InsurerHttp(partners.to("insurer")),
            entities,
            JobSummaries(database),
            Press(),
            papers,
            ledger,
            clock,
            site.letterhead,
        ),
        insurance_claim.InsuranceClaims(
            InsurerHttp(partners.to("insurer")),
            ledger,
            InsuranceClaimStore(database),
            entities,
            Deadlines(database),
            clock,
        ),
        insurance_incident.IncidentClaims(
            IncidentsHttp(partners.to("insurer")),
            InsuranceClaimStore(database),
            IncidentFiles(Happenings(database), papers),
            entities,
            ledger,
            ClaimMoney(database),
            clock,
        ),
        special_request.SpecialRequest(ledger, clock),
        workspace.Workspace(RoomStore(database), ledger, clock),
    )
