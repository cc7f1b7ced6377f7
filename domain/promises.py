"""What may still be said of a job and its steps: one function for every page, story, calendar, mail and answer.

What is over promises nothing. A sentence about the future ("your pay is on the account on 20 February") is only
said of a step that is `ahead`; who decides about it, or that it is given back, is said of the others.
"""

from typing import Final, Literal

from domain.job import JobFile, JobState, StepState
from domain.orders import NO_ITEM, crew_of, step_name
from domain.rules.lapsing import CLAIM_STEP, STOPPED
from domain.services.invoicing import FEE_STEP

Outlook = Literal["ahead", "asked", "giving_back", "behind", "off"]
"""It still comes; a person decides whether it stays; it is being given back; it happened; it never comes."""
OVER: Final = frozenset({"closed", "withdrawn", "refused", "written_off"})
NEVER_CAME: Final = frozenset({"missed", "skipped", "undone", "failed", "superseded"})
NOBODY_RUNS: Final = frozenset({"waiting", "trying", "parked"})
"""States that a stopped job leaves behind in steps nobody carries on."""
CONTRACT: Final = "employment_contract"
PAY: Final = frozenset({"wages", "expenses"})
PERSONAL: Final = frozenset({CONTRACT, "travel", *PAY})
"""Services whose item is a person: nothing of theirs comes once that person is off the job."""
COLLECTION: Final = "debt_collection"
"""Has a process of its own: money is awaited also after the job was stopped."""
TAKEN_WHEN_STOPPING: Final = frozenset({CLAIM_STEP, FEE_STEP})
"""Steps that a job only takes because it is stopped."""
FUND: Final = "prefinancing"
"""Given back or settled last, when it is known what is owed."""


def is_over(file: JobFile) -> bool:
    """Whether the job has ended."""
    return file.state in OVER


def is_stopping(file: JobFile) -> bool:
    """Whether the job is being stopped and has not ended yet."""
    return file.stopping is not None and not is_over(file)


def told_job_state(file: JobFile) -> JobState:
    """The state people are told: a job that is being stopped is not ready, engaged or anything else any more."""
    return "stopping" if is_stopping(file) else file.state


def takes_place(file: JobFile) -> bool:
    """Whether the job's days may be spoken of: they come, or they came."""
    return not is_stopping(file) and file.state not in STOPPED


def works_on(file: JobFile, item: str) -> bool:
    """Whether somebody on the crew works on the days of this job, or did."""
    if not takes_place(file) or file.report == "did_not_happen":
        return False
    contract = file.steps.get(step_name(CONTRACT, item))
    if contract is None:
        return item not in file.off_the_job
    return outlook(file, CONTRACT, item) != "off"


def outlook(file: JobFile, service: str, item: str = NO_ITEM, step: StepState | None = None) -> Outlook:
    """What may be said of one step; `step` where it is not the job's own process that carries it."""
    step = step or file.steps.get(step_name(service, item))
    if is_over(file):
        return "behind" if step is not None and step.state == "done" else "off"
    if step is not None and step.undoing:
        return "asked" if step.state == "parked" else "giving_back"
    if is_stopping(file):
        return _while_stopping(file, service, step)
    if step is not None and step.state == "done":
        return "behind"
    if (step is not None and step.state in NEVER_CAME) or _without_the_person(file, service, item):
        return "off"
    contract = file.steps.get(step_name(CONTRACT, crew_of(item))) if service in PAY else None
    asked = contract is not None and (contract.undoing or contract.signed is not None)
    return "asked" if asked else "ahead"


def _while_stopping(file: JobFile, service: str, step: StepState | None) -> Outlook:
    if step is None or step.state in NEVER_CAME or (step.state == "waiting" and step.attempt == 0):
        return "off"
    if service == FUND:
        return "asked"
    if step.step in file.undo:
        return "giving_back"
    if step.state == "done":
        return "behind"
    if step.step in file.bound:  # it stays, and what it still needs is carried out
        return "ahead"
    return "ahead" if service == COLLECTION or service in PAY or step.step in TAKEN_WHEN_STOPPING else "off"


def _without_the_person(file: JobFile, service: str, item: str) -> bool:
    if service not in PERSONAL:
        return False
    contract = file.steps.get(step_name(CONTRACT, crew_of(item)))
    return crew_of(item) in file.off_the_job or (contract is not None and contract.state in NEVER_CAME)


def told_step_state(file: JobFile, step: StepState) -> str:
    """The name of the state people are told: `giving_back` and `off` beside the step's own.

    What a stopped job left unfinished was not replaced by anything: it is not needed any more.
    """
    now = outlook(file, step.service, step.item, step)
    if now == "giving_back":
        return now
    stopped = is_stopping(file) or is_over(file)
    unfinished = step.state in NOBODY_RUNS or step.state in ("held", "superseded")
    return "off" if stopped and now == "off" and unfinished else step.state


def as_told(file: JobFile, step: StepState) -> StepState:
    """A step as it is written down for people: of a stopped job's step that nobody carries on any more, neither
    a decision nor an answer is awaited."""
    stopped = is_stopping(file) or is_over(file)
    if not stopped or step.undoing or step.state not in NOBODY_RUNS:
        return step
    now = outlook(file, step.service, step.item, step)
    if now not in ("off", "giving_back"):
        return step
    return step.model_copy(update={"state": "superseded", "waiting": None, "problem": None})
