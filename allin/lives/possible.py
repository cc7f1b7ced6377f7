"""Which drawn lives are lived: those the bare quote does not refuse at once."""

from allin.lives.life import Life
from domain.declaration import JobDeclaration
from domain.errors import Refusal
from domain.quote import quote


def declarable(life: Life) -> bool:
    """Whether the bare quote says yes; where it raises, the door is asked."""
    declaration = JobDeclaration.model_validate(life.declaration)
    try:
        return quote(declaration, life.begins_on).declarable
    except Refusal:
        return True
