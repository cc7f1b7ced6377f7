"""What travels between rooms and lives in histories for months."""

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """A value that is stored or sent: tolerant when read, unchangeable once made.

    Fields are only ever added, and only with a default, because a history written months ago is read with
    today's model.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    def story_values(self) -> dict[str, str]:
        """The few values a story sentence may name; never a person's name, address or number."""
        return {}
