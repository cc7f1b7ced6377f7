"""How the collection of one invoice ended, as its history and the story keep it."""

from datetime import date
from typing import Literal

from domain.message import Message
from domain.money import Eur


class Settlement(Message):
    """How a collection ended."""

    outcome: Literal["paid", "credited", "written_off"]
    paid_eur: Eur
    on: date
    recalled: bool = False
    """Whether lawyer or bailiff held a dossier that was taken back."""

    def story_values(self) -> dict[str, str]:
        """What the story says beside the end."""
        return {"about": "recalled"} if self.recalled else {}
