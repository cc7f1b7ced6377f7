"""One request addressed to one service, and the key that makes it happen once.

A step is `service` or `service:item`. Its order key is `{job_id}/{service}/{item or -}/{revision}`. The
revision grows when the request changes (an edited replay, a moved job), never on a retry or on a replay of
the same request: so the key is what a partner is asked about when nobody knows whether it already happened.
"""

import base64
import hashlib
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from pydantic import ConfigDict, Field

from domain.message import Message

NO_ITEM = "-"
EARLIER = "earlier"
"""In the params of a line of the story: it tells of an order that a newer revision has replaced."""
SLUG = r"[a-z0-9][a-z0-9-]{0,30}"
MONTH = r"\.[0-9]{4}-[0-9]{2}"
"""Behind the short name of a crew member: the pay of one month, where a contract is paid by the month."""

R = TypeVar("R", bound=Message)


def step_name(service: str, item: str = NO_ITEM) -> str:
    """The name of a step in addresses, commands and pages: `van_rental`, or `wages:ann`."""
    return service if item == NO_ITEM else f"{service}:{item}"


def split_step(step: str) -> tuple[str, str]:
    """The service and the item of a step name."""
    service, _, item = step.partition(":")
    return service, item or NO_ITEM


def month_item(crew: str, on: date) -> str:
    """The item of somebody's pay for the month of a day: `ann.2026-03`. The last pay of a contract, and its only
    one, go by the short name alone."""
    return f"{crew}.{on:%Y-%m}"


def crew_of(item: str) -> str:
    """The crew member an item stands for: `ann` of `ann.2026-03`, and of `ann`."""
    return item.partition(".")[0]


def month_of(item: str) -> date | None:
    """The first day of the month whose pay an item stands for; None of every other item."""
    month = item.partition(".")[2]
    return date.fromisoformat(f"{month}-01") if month else None


def order_key(job_id: str, service: str, item: str, revision: int) -> str:
    """The idempotency key of one order."""
    return f"{job_id}/{service}/{item}/{revision}"


def short_reference(key: str) -> str:
    """16 capitals and digits that stand for a key where a partner's field is short (EndToEndId, Dimona, OSDM)."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()[:16]


class StepOrder(Message, Generic[R]):
    """A request of one job addressed to one service."""

    # each StepOrder[Request] would search the source for its field texts anew: seconds at every start
    model_config = ConfigDict(use_attribute_docstrings=False)

    job_id: str
    service: str
    item: str = Field(default=NO_ITEM, pattern=rf"^(-|{SLUG}({MONTH})?)$")
    revision: int = 1
    replaces: str | None = None
    """The order key this one takes the place of, after an edited replay or a moved job."""
    entity: str
    """The legal entity of the cooperative that acts: employer, seller, account holder."""
    request: R
    replaced: bool = False
    """A newer revision is in force: this one is only given back."""
    amends: R | None = None
    """The request as it is signed, when this order is an amendment to it; `replaces` is the signed order."""
    evidence: str | None = None
    """The paper that proves what a person did by hand."""
    keeps: tuple[str, ...] = ()
    """What of it stays although the rest is given back: a cover there is a claim on."""
    first_try_of: str | None = None
    """The worker's own word, never part of a history: the operation that is tried now, when nobody tried it before.
    Nothing that this operation alone brings about can be at a partner yet."""
    asked_at: datetime | None = None
    """The business time of asking, for what is done within the decision itself; else an activity has its own."""
    by_hand: dict[str, Any] | None = None
    """What a person did instead, in the form of the step's booking, for the verb that books it."""
    note: str | None = None
    """What the process knows by now (domain.job.Remembered), to be written down on the way."""

    @property
    def key(self) -> str:
        """What makes this order happen once; what partners are asked about."""
        return order_key(self.job_id, self.service, self.item, self.revision)

    @property
    def step(self) -> str:
        """The name of the step this order belongs to."""
        return step_name(self.service, self.item)

    @property
    def short(self) -> str:
        """The order key in 16 characters."""
        return short_reference(self.key)

    def key_for(self, operation: str, after: int = 0) -> str:
        """The Idempotency-Key header of one operation on this order.

        `after` counts earlier results of it that have ended by themselves, for instance holds that ran out: a
        partner would answer the old key with the dead hold.
        """
        return f"{self.key}:{operation}-{after + 1}" if after else f"{self.key}:{operation}"
