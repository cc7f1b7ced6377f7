"""Many steps decided at once: what was chosen, how fast it goes, and what became of each."""

from datetime import datetime
from typing import Any, Literal

from domain.decisions import Rule
from domain.job import StepStateName
from domain.message import Message
from domain.orders import short_reference

ReplayKind = Literal["replay", "redo"]
"""Take parked steps again, or do anew what was done: rebook, issue again."""
ReplayState = Literal["frozen", "running", "paused", "stopped", "done"]
ItemState = Literal[
    "chosen",
    "sending",
    "trying",
    "done",
    "parked_again",
    "moved_on",
    "refused",
    "proposed",
    "already_there",
    "ended",
    "unverified",
]
"""`sending`: handed over, and not known yet whether it was taken. `trying`: taken, the outcome is awaited.
`already_there`: left alone in safe mode, because the partner shows an effect. `ended`: taken, and the step ended
otherwise (missed, skipped). `unverified`: nobody saw an outcome within the time."""
BAD: frozenset[ItemState] = frozenset({"parked_again", "refused", "ended", "unverified"})
"""What stops the run when it happens to one of the first; a step that others moved on meanwhile proves nothing."""
LONGEST_ID = 80
"""Characters of an operation's id; the longest steps are named by their short reference."""
SETTLED: frozenset[StepStateName] = frozenset({"held", "done"})


class BulkInput(Message):
    """What the process of one bulk replay starts from; the items themselves are in the tables."""

    replay_id: str
    canary: int = 0
    """So many first; if one of them does not succeed, the rest is not begun."""
    rate_per_minute: int = 0
    """So many a minute at most; 0 is as fast as they end."""
    at_once: int = 10
    """So many under way at one partner at most."""
    canary_over: bool = False
    paused: bool = False
    slices_a_history: int = 50
    """After so many slices the process goes on in a new history."""


class Slice(Message):
    """The next few items of a replay."""

    replay_id: str
    size: int
    at_once: int


class Progress(Message):
    """Where a replay stands: how many items are in which state."""

    counts: dict[ItemState, int] = {}
    bad: str | None = None
    """The first outcome that is not a success, in words."""

    def of(self, *states: ItemState) -> int:
        """How many items are in these states."""
        return sum(self.counts.get(state, 0) for state in states)

    @property
    def left(self) -> int:
        """How many were not handed over yet."""
        return self.of("chosen", "sending")

    @property
    def trying(self) -> int:
        """How many are under way."""
        return self.of("trying")


class Turned(Message):
    """Somebody pauses, resumes or stops a replay."""

    by: str
    reason: str


class Ending(Message):
    """How a replay ends, or that it is paused or goes on."""

    replay_id: str
    state: ReplayState
    why: str = ""
    final: bool = False
    """Nobody looks any more: what is still under way is told as unverified."""


class Item(Message):
    """One step of a replay."""

    n: int
    job_id: str
    step: str
    workflow_id: str
    service: str
    partner: str | None = None
    error_type: str | None = None
    attempt: int
    """The attempt that was chosen; a step that moved on since is left alone."""
    revision: int
    state: ItemState = "chosen"
    why: str = ""
    """The outcome in words: the new problem, or why it was refused."""
    seq: int = 0
    """The last line of the job's story before it was handed over; later ones tell the outcome."""
    told_by: int | None = None
    """The line of the job's story that tells the outcome."""
    verb: str | None = None
    """The verb that is tried again."""
    rule: Rule = "alone"
    """What takes two persons is proposed, not done."""
    resent: bool = False
    """It was handed over before, and the answer was lost."""


class Replay(Message):
    """One bulk replay."""

    replay_id: str
    token: str
    kind: ReplayKind = "replay"
    state: ReplayState
    wanted: dict[str, Any]
    """By which filter the steps were chosen."""
    count: int
    by: str
    role: str
    reason: str = ""
    canary: int = 0
    rate_per_minute: int = 0
    at_once: int = 10
    safe: bool = False
    by_itself: bool = False
    """Begun by the probe, because the partner answered again."""
    frozen_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    why: str = ""
    """Why it was stopped."""

    def operation_id(self, item: Item) -> str:
        """Sent again with the same id it is the same decision."""
        name = f"{self.replay_id}:{item.job_id}:{item.step}"
        return name if len(name) <= LONGEST_ID else f"{self.replay_id}:{item.job_id}:{short_reference(item.step)}"


class Seen(Message):
    """A step as the tables have it now."""

    state: StepStateName
    attempt: int
    revision: int
    waits_for_partner: bool = False
    problem: str = ""
    is_question: bool = False
    """It is put to people whether what binds is corrected."""
    last_seq: int | None = None
    """The last line its job's story has about it since it was handed over."""


def outcome(item: Item, seen: Seen | None) -> tuple[ItemState, str] | None:
    """What became of a decision that was taken, by the step's own later state; None while it is under way.

    The command having been accepted proves nothing: only a line of the story written after it does.
    """
    if seen is None:
        return "moved_on", "the step is not there any more"
    if seen.last_seq is not None and seen.is_question:
        return "proposed", "put to the people who decide about what is signed"
    if seen.last_seq is None or (seen.attempt, seen.revision) == (item.attempt, item.revision):
        return None
    if seen.state in SETTLED or (seen.state == "waiting" and not seen.waits_for_partner):
        return "done", ""
    if seen.state == "parked":
        return "parked_again", seen.problem
    if seen.state in ("trying", "waiting"):
        return None
    return "ended", seen.state
