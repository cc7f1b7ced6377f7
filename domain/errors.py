"""The business "no", and the two ways in which an answer can be late.

    AllInclusiveError
    ├── Refusal          a person must answer; trying again cannot help, so the step parks at once
    │   └── ...          each service names its own: NoVanLeft, ClientRefused, PriceAboveCeiling
    ├── NotYet           nothing is wrong: the person or the partner has not answered yet
    │   └── PartnerPaused    ops paused the calls to this partner; the step waits until they go on
    └── PartnerDown      the partner could not be reached or broke; trying again may help
        └── HoldExpired  what was held has run out; a new try looks first and holds anew

A Refusal is a sentence a member can be told. `text` is the English sentence with named places; the
translations carry the same text as their key.
"""

from datetime import timedelta
from typing import ClassVar, Literal

Decider = Literal["member", "advisor", "ops", "finance"]


class AllInclusiveError(Exception):
    """Something this product expects and can explain."""


class Refusal(AllInclusiveError):
    """A business "no" that a person must answer.

    `params` fill the named places of `text`; they hold no name, address or number of a person, because the
    type and the message of a refusal are shown to everybody who may see the job.
    """

    text: ClassVar[str] = "{detail}"
    decided_by: ClassVar[Decider] = "ops"

    def __init__(self, **params: str) -> None:
        self.params = params
        super().__init__(self.text.format(**params))


class PartnerRefused(Refusal):
    """The partner understood the request and said no."""

    text = "{partner} refused: {detail}"


class NotYet(AllInclusiveError):
    """The answer of a person or a partner is not there yet; `ask_again_in` says when asking makes sense."""

    def __init__(self, what: str, ask_again_in: timedelta | None = None) -> None:
        self.ask_again_in = ask_again_in
        super().__init__(what)


class PartnerPaused(NotYet):
    """Ops paused the calls to this partner: nothing was asked, and nothing is wrong with the request."""

    def __init__(self, partner: str) -> None:
        self.partner = partner
        super().__init__(f"the calls to {partner} are paused")


class PartnerDown(AllInclusiveError):
    """The partner could not be reached, broke, or asked us to come back later."""

    def __init__(
        self, partner: str, what: str, retry_after: timedelta | None = None, *, too_long: bool = False
    ) -> None:
        self.partner = partner
        self.retry_after = retry_after
        self.too_long = too_long
        """It has been away for so long that a person must be told now, whatever patience is left."""
        super().__init__(f"{partner}: {what}")


class HoldExpired(PartnerDown):
    """What the partner held for us has run out: a new try looks first and holds anew."""
