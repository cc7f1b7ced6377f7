"""The declaration turned into orders: what the process needs to know, and nothing about persons but references.

Made once by pure rules when the job is declared, frozen with it, and made anew when the job is moved. So the
process itself computes no rate, no calendar and no price, and replays months later exactly as it ran.
"""

from datetime import date, datetime

from domain.frame import JobFrame
from domain.message import Message
from domain.money import Eur
from domain.services.agreement import AgreementRequest
from domain.services.employment_contract import EmploymentContractRequest
from domain.services.equipment import EquipmentRequest
from domain.services.expenses import ExpensesRequest
from domain.services.insurance import ClaimTerms, InsuranceRequest
from domain.services.invoicing import InvoiceRequest
from domain.services.prefinancing import PrefinancingRequest
from domain.services.special_request import SpecialRequestRequest
from domain.services.travel import TravelRequest
from domain.services.van_rental import VanRentalRequest
from domain.services.wages import WagesRequest
from domain.services.workspace import WorkspaceRequest


class ApprovalRule(Message):
    """A reason why an adviser must say yes before anybody is bound, known from the quote."""

    rule: str
    """A short name: `new_client`, `abroad`, `regulated_trade`, `autonomy`, `risky_client`."""
    why: str
    """In English; the reader's own sentence is made from the rule and `params`."""
    answer_by: datetime
    params: dict[str, str] = {}


class Uninvoiced(Message):
    """Income that no invoice asks for: a signed subsidy, own takings; with the VAT and the fee that are in it."""

    expected_eur: Eur
    fee_eur: Eur
    vat_eur: Eur
    paid_in_by: date | None = None
    """By when the member pays own takings in; None where nobody of ours does."""


class JobPlan(Message):
    """Every order of one job, one field per service; a missing service is None or empty."""

    entity: str
    member_id: str
    client_id: str
    title: str
    first_start_at: datetime
    last_end_at: datetime
    short_notice: bool = False
    """The first start is so near that people sign first and the agreement follows."""
    agree_by: datetime
    """The deadline of everything that must be agreed and held before Go."""
    confirm_by: datetime
    """When shared bookings are confirmed even if somebody has not signed yet."""
    report_by: datetime
    """When no answer to "everything as declared?" counts as yes: 10:00 on the second day after the end."""
    approvals: tuple[ApprovalRule, ...] = ()

    agreement: AgreementRequest | None = None
    prefinancing: PrefinancingRequest | None = None
    insurance: InsuranceRequest | None = None
    claim_terms: ClaimTerms | None = None
    """What the cancellation cover says about claims, when it is wished."""
    van_rental: dict[str, VanRentalRequest] = {}
    equipment: EquipmentRequest | None = None
    travel: dict[str, TravelRequest] = {}
    employment_contract: dict[str, EmploymentContractRequest] = {}
    expenses: dict[str, ExpensesRequest] = {}
    wages: dict[str, WagesRequest] = {}
    invoicing: dict[str, InvoiceRequest] = {}
    """By document: `deposit`, `balance`, `invoice`."""
    uninvoiced: Uninvoiced | None = None
    special_request: dict[str, SpecialRequestRequest] = {}
    workspace: WorkspaceRequest | None = None

    @property
    def client_version(self) -> int:
        """The client as these orders were made for them; 0 where nobody is asked or billed."""
        asked = [self.agreement] if self.agreement else [*self.invoicing.values()]
        return max((one.client_version for one in asked), default=0)

    @property
    def frame(self) -> JobFrame:
        """The job as an edited request must fit it."""
        return JobFrame(
            first_start_at=self.first_start_at,
            last_end_at=self.last_end_at,
            starts={slug: contract.starts_at for slug, contract in self.employment_contract.items()},
            crew=tuple(dict.fromkeys((*self.employment_contract, *self.travel, *self.special_request))),
        )
