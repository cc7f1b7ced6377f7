"""A move that waits for its yes, and the wish to take it back."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.message import Message


class Proposal(BaseModel):
    """A move that waits for its yes; until then the plan before it is in force."""

    model_config = ConfigDict(extra="ignore", use_attribute_docstrings=True)

    operation_id: str
    by: str
    until_at: datetime
    """Without a yes by then, the plan in force stays."""
    asks_client: bool = True
    """Whether the client's yes is waited for; the rules an adviser answers stand among the approvals."""
    changes: str = ""
    """From what to what, in one line, as `Move.changes`."""
    taken_back_by: str | None = None
    """Who does not want it any more, and why."""
    taken_back_because: str = ""


class MoveTakenBack(Message):
    """A proposed move that nobody wants any more; the plan in force stays."""

    operation_id: str
    move: str
    """The operation id of the move that waits."""
    by: str
    role: str
    reason: str
