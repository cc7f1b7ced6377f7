"""Every process there is: what a worker serves, and what a replay knows."""

from workflows.bulk_replay import BulkReplayWorkflow
from workflows.debt_collection import DebtCollectionWorkflow
from workflows.insurance_claims import InsuranceClaimWorkflow
from workflows.job import JobWorkflow
from workflows.morning import MorningWorkflow
from workflows.partner_watch import PartnerWatchWorkflow

PROCESSES: tuple[type, ...] = (
    JobWorkflow,
    DebtCollectionWorkflow,
    InsuranceClaimWorkflow,
    MorningWorkflow,
    BulkReplayWorkflow,
    PartnerWatchWorkflow,
)
