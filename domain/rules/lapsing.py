"""Which deadlines of a job still bind when it stops, or a person is told not to start.

What nobody signed for is no longer due; what is owed stays.
"""

from domain.job import OPEN_STATES, JobFile, StepState
from domain.orders import NO_ITEM, crew_of, step_name
from domain.rules.urgency import CAME_UP, urgency

STOPPED = frozenset({"withdrawn", "refused"})
CONTRACT = "employment_contract"
OWED = "wages"
CLAIM, CLAIM_STEP = "claim_declared", "insurance:cancellation-claim"
"""Written when a claim is made, and over with it."""
ENDS_WITH_THE_WISH = frozenset({"agreement", "invoicing"})
"""What nobody does any more from the moment the job is being stopped."""


def stopping(file: JobFile) -> bool:
    """Whether a job is being stopped, or was."""
    return file.stopping is not None or file.state in STOPPED


def binds(kind: str, item: str, file: JobFile) -> bool:
    """Whether a deadline must still be met.

    What was not written with the declaration (money that came back, an accident) binds whatever becomes of the job.
    A person's own lapse with the contract they never signed; once the job is over, only pay that is still owed and
    what a step is still at work on binds. A job that is being stopped asks no client and issues no invoice.
    """
    if kind in CAME_UP:
        return True
    if kind == CLAIM:
        claim = file.steps.get(CLAIM_STEP)
        return claim is None or claim.state in OPEN_STATES
    service = urgency(kind).service
    if _given_back(item, file) or _told_not_to_start(service, item, file):
        return False
    if file.state not in STOPPED:
        return file.stopping is None or service not in ENDS_WITH_THE_WISH
    meeting = [one for one in file.steps.values() if one.service == service and item in (NO_ITEM, one.item)]
    return any(_under_way(one) for one in meeting)


def _under_way(step: StepState) -> bool:
    """At work, or pay that is owed and failed: a person still owes an answer."""
    return step.state in OPEN_STATES or (step.service == OWED and step.state == "failed")


def _given_back(item: str, file: JobFile) -> bool:
    """Whether this person's contract was offered and given back unsigned."""
    contract = file.steps.get(step_name(CONTRACT, crew_of(item)))
    return contract is not None and contract.state == "undone"


def _told_not_to_start(service: str, item: str, file: JobFile) -> bool:
    """Whether this person is off the job: no work, so nothing to sign or declare; no pay unless they had signed."""
    slug = crew_of(item)
    if slug not in file.off_the_job:
        return False
    return service == CONTRACT or (service == OWED and step_name(CONTRACT, slug) not in file.bound)


def may_lapse(file: JobFile) -> bool:
    """Whether anything of this job can have become undue."""
    return stopping(file) or bool(file.off_the_job)
