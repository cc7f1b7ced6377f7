"""Which deadlines of a stopped job still bind: what nobody signed for is no longer due, what is owed stays."""

from domain.job import OPEN_STATES, JobFile, StepState
from domain.orders import NO_ITEM, step_name
from domain.rules.urgency import CAME_UP, urgency

STOPPED = frozenset({"withdrawn", "refused"})
CONTRACT = "employment_contract"
OWED = "wages"


def stopping(file: JobFile) -> bool:
    """Whether a job is being stopped, or was."""
    return file.stopping is not None or file.state in STOPPED


def binds(kind: str, item: str, file: JobFile) -> bool:
    """Whether a deadline of a stopped job must still be met.

    What was not written with the declaration (money that came back, an accident) binds whatever becomes of the job.
    A person's own lapse with the contract they never signed; once the job is over, only pay that is still owed and
    what a step is still at work on binds.
    """
    if kind in CAME_UP:
        return True
    if _given_back(item, file):
        return False
    if file.state not in STOPPED:
        return True
    service = urgency(kind).service
    meeting = [one for one in file.steps.values() if one.service == service and item in (NO_ITEM, one.item)]
    return any(_under_way(one) for one in meeting)


def _under_way(step: StepState) -> bool:
    """At work, or pay that is owed and failed: a person still owes an answer."""
    return step.state in OPEN_STATES or (step.service == OWED and step.state == "failed")


def _given_back(item: str, file: JobFile) -> bool:
    """Whether this person's contract was offered and given back unsigned."""
    contract = file.steps.get(step_name(CONTRACT, item))
    return contract is not None and contract.state == "undone"
