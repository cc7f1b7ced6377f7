"""How an obstacle is told: the rule, the field, the sentence and the ways out."""

from collections.abc import Sequence
from typing import Final

from domain.quoting.models import Obstacle
from domain.sentences import Sentence

COOPERATIVE: Final = "rule of the cooperative"


def refuse(
    rule: str, field: str, text: str, ways_out: Sequence[str], source: str = COOPERATIVE, **params: object
) -> Obstacle:
    """One obstacle with its ways out; `params` are the places of its sentences."""
    told = {name: str(value) for name, value in params.items()}
    return Obstacle(
        rule=rule,
        code=f"refusal_{rule}",
        field=field,
        text=text,
        params=told,
        ways_out=tuple(
            Sentence(code=f"way_{rule}_{n}", text=way, params=told) for n, way in enumerate(ways_out, 1)
        ),
        source=source,
    )
