"""A client's link whose time has passed: a new one is sent to the address we know, while there is time left."""

from datetime import datetime, timedelta
from typing import Literal

from api.container import Container
from api.decisions.carry_out import carry_out
from api.errors import Wrong
from api.jobs.schemas import Answered
from api.links import whose
from domain.job import Decision
from domain.people import Client
from domain.periods import end_of_day
from storage.jobs.steps import StepRow
from storage.security.audit import hash_of
from storage.security.links import LinkRow

TO_ANSWER = timedelta(days=3)
"""House rule: whoever asks for a new link has until the end of the third day to answer."""
BEFORE_THE_START = timedelta(hours=24)
"""House rule: nearer than this to the first start nobody is asked by mail any more; they ring the member."""
LAPSED = "NoAnswerFromClient"
State = Literal["renewable", "sent", "over"]
"""A new link can be asked for; a newer one lies in the mailbox; or nothing is asked of the client any more."""


class LinkState(Answered):
    """What can be done about a link whose time has passed."""

    state: State
    sent_to: str = ""
    """Where the new link goes, so that only its owner recognises it."""


async def lapsed(home: Container, row: LinkRow) -> LinkState:
    """What can be done about a link that cannot be answered any more."""
    step = await _step(home, row)
    client = await whose.client_of(home, row)
    if step is None:
        return LinkState(state="over")
    if step.state in ("trying", "waiting") and _asked_until(step) > home.now():
        return LinkState(state="sent", sent_to=hinted(client))
    return LinkState(state="renewable" if _until(home, step) else "over", sent_to=hinted(client))


async def renew(home: Container, row: LinkRow) -> LinkState:
    """Ask the client once more, by mail to the known address; asked for twice it is one mail.

    Whoever holds the old link learns nothing: the new one goes to the client's own mailbox alone.
    """
    now = await lapsed(home, row)
    step = await _step(home, row)
    if now.state == "sent":
        return now
    until = _until(home, step) if step else None
    if step is None or until is None:
        raise Wrong("link-expired")
    await carry_out(home, step, _asked_anew(step, row, until), "alone")
    return LinkState(state="sent", sent_to=now.sent_to)


def _asked_anew(step: StepRow, row: LinkRow, until: datetime) -> Decision:
    return Decision(
        operation_id=f"renew-{hash_of(f'{row.order_key} {step.attempt} {until}')[:32]}",
        step=step.step,
        kind="replay",
        expected_attempt=step.attempt,
        by="client",
        role="client",
        reason="the client asks for a new link",
        request=dict(step.file.request) | {"answer_by": until.isoformat(), "remind_at": []},
    )


async def _step(home: Container, row: LinkRow) -> StepRow | None:
    try:
        return await home.steps.step(row.job_id, row.step)
    except KeyError:
        return None


def _asked_until(step: StepRow) -> datetime:
    """Until when the question that is asked now may be answered."""
    return datetime.fromisoformat(str(step.file.request["answer_by"]))


def _until(home: Container, step: StepRow) -> datetime | None:
    """Until when a new link could be answered; None when the question is not open or there is no time left."""
    problem = step.file.problem
    if step.state != "parked" or problem is None or problem.type != LAPSED:
        return None
    last = datetime.fromisoformat(str(step.file.request["starts_at"])) - BEFORE_THE_START
    return min(last, end_of_day(home.today() + TO_ANSWER)) if home.now() < last else None


def hinted(client: Client) -> str:
    """An address its owner recognises and nobody else learns: `n•••@gare.example`."""
    name, _, where = (client.email or "").partition("@")
    return f"{name[:1]}•••@{where}" if where else ""
