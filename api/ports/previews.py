"""What the doors need to know of services to foresee what a decision would do."""

from typing import Protocol

from domain.decision_preview import Foreseen, StepAsked


class Previews(Protocol):
    """Knows what a service would do with an order; looks at its partner by the order's key, and only looks."""

    async def foresee(self, asked: StepAsked) -> Foreseen:
        """What the verb would do. PartnerDown when the partner cannot be asked."""
        ...
